"""The grammar check of simulated routers refuses what vtysh refuses, and closes the blocks that it closes."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from jipkit.testing.grammar import closed, complaint


def test_what_the_templates_write_is_grammatical(texts: Mapping[str, str]) -> None:
    assert {router: complaint(text) for router, text in texts.items()} == dict.fromkeys(texts)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("frobnicate\n", "line 1: % Unknown command[1]: frobnicate"),
        ("interface eth0\n ip adress 10.0.0.1/24\n", "line 2: % Unknown command[3]:  ip adress 10.0.0.1/24"),
        ("interface eth0\n ip address 10.0.0.1\n", "line 2: % Unknown command[3]:  ip address 10.0.0.1"),
        ("interface eth0\n ip address 10.0.0.999/24\n", "line 2: % Unknown command[3]:  ip address 10.0.0.999/24"),
        ("interface eth0\n ip ospf cost dear\n", "line 2: % Unknown command[4]:  ip ospf cost dear"),
        ("interface eth0\n ip ospf area here\n", "line 2: % Unknown command[4]:  ip ospf area here"),
        ("interface\n", "line 1: % Unknown command[1]: interface"),
        ("!\n\nip route 10.0.0.0 10.0.0.1\n", "line 3: % Unknown command[4]: ip route 10.0.0.0 10.0.0.1"),
        ("router bpg 65000\n", "line 1: % Unknown command[3]: router bpg 65000"),
        ("no frobnicate\n", "line 1: % Unknown command[2]: no frobnicate"),
        ("no\n", "line 1: % Unknown command[1]: no"),
    ],
)
def test_a_line_that_is_no_command_is_named(text: str, says: str) -> None:
    assert complaint(text) == says


def test_a_line_of_the_block_around_leaves_the_block() -> None:
    text = "router bgp 1\n address-family ipv4 unicast\n  network 10.0.0.0/8\nrouter ospf\n maximum-paths 2\nip nht x"
    assert closed(text).splitlines() == [
        "router bgp 1",
        " address-family ipv4 unicast",
        "  network 10.0.0.0/8",
        " exit",
        "exit",
        "router ospf",
        " maximum-paths 2",
        "exit",
        "ip nht x",
    ]


def test_blocks_that_are_closed_stay_as_they_are() -> None:
    text = "interface eth0\n shutdown\nexit\ninterface eth1\n shutdown\nexit\n"
    assert closed(text) == text
