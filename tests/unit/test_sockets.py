"""A router prints its sockets whether or not they are used: one that nobody listed and nobody uses is no drift."""

from __future__ import annotations

from pathlib import Path

import pytest

from jipkit.project import Project
from jipkit.testing.kits import Kit

PROJECT = Project(Path(__file__).parents[2])
ROUTER = "kec-rawa"
EMPTY = {
    "cisco_ios": "interface GigabitEthernet0/0/9\n no ip address\n shutdown\n negotiation auto\n",
    "arista_eos": "interface Ethernet9\n   shutdown\n",
    "huawei_vrp": "interface GigabitEthernet0/0/9\n shutdown\n",
}
USED = {
    "cisco_ios": " ip address 192.0.2.1 255.255.255.0\n",
    "arista_eos": "   description darurat\n",
    "huawei_vrp": " description darurat\n",
}
ENDS = {"cisco_ios": "end\n", "arista_eos": "end\n", "huawei_vrp": "return\n"}


@pytest.mark.parametrize("platform", sorted(EMPTY))
def test_an_empty_socket_that_nobody_listed_is_no_drift(platform: str) -> None:
    kit = Kit(PROJECT, platform)
    assert kit.drift(ROUTER, f"{kit.running(ROUTER)}{EMPTY[platform]}{ENDS[platform]}").clean


@pytest.mark.parametrize("platform", sorted(EMPTY))
def test_a_socket_that_somebody_uses_is_drift(platform: str) -> None:
    kit = Kit(PROJECT, platform)
    drift = kit.drift(ROUTER, f"{kit.running(ROUTER)}{EMPTY[platform]}{USED[platform]}{ENDS[platform]}")
    assert USED[platform].strip() in {d.running for d in drift.differences if d.kind == "extra"}


@pytest.mark.parametrize("platform", sorted(EMPTY))
def test_a_socket_that_the_inventory_lists_is_not_taken_for_idle(platform: str) -> None:
    kit = Kit(PROJECT, platform)
    head = next(line for line in kit.running(ROUTER).splitlines() if line.startswith(EMPTY[platform][:16]))
    text = kit.running(ROUTER)
    start = text.index(f"{head}\n")
    following = text.index("\ninterface ", start + 1)
    assert not kit.drift(ROUTER, f"{text[:start]}{head}\n{text[following + 1 :]}{ENDS[platform]}").clean
