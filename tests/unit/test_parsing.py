"""Answers recorded from FRRouting 8.4.4 are understood; everything else is said not to be."""

from __future__ import annotations

import json
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Any

import pytest

from jipkit.observation import Neighbor, NotParsed
from jipkit.parsing import (
    Parser,
    excerpt,
    parse_bgp_summary,
    parse_interfaces,
    parse_ospf_neighbors,
)

CAPTURES = Path(__file__).parents[1] / "captures" / "frr"

PARSERS: dict[str, Parser[Any]] = {
    "interfaces": parse_interfaces,
    "ospf_neighbors": parse_ospf_neighbors,
    "bgp_neighbors": parse_bgp_summary,
}


def recorded(name: str) -> str:
    return (CAPTURES / name).read_text(encoding="utf-8")


def understood(name: str) -> Any:
    answer = PARSERS[name.partition("/")[0]](recorded(name), "the command")
    assert not isinstance(answer, NotParsed), answer
    return answer


def test_interfaces_have_their_states_and_ipv4_addresses() -> None:
    interfaces = understood("interfaces/three_up.json")

    assert sorted(interfaces) == ["eth0", "eth1", "eth2", "lo"]
    assert interfaces["eth1"].enabled
    assert interfaces["eth1"].up
    assert interfaces["eth1"].addresses == (IPv4Interface("10.200.0.0/31"),)
    assert interfaces["eth1"].description == "to-r2"
    assert interfaces["lo"].description == ""


def test_a_shut_interface_is_neither_enabled_nor_up() -> None:
    eth1 = understood("interfaces/admin_down.json")["eth1"]

    assert (eth1.enabled, eth1.up) == (False, False)


def test_an_interface_without_carrier_is_enabled_but_not_up() -> None:
    eth1 = understood("interfaces/carrier_lost.json")["eth1"]

    assert (eth1.enabled, eth1.up) == (True, False)


def test_an_interface_that_only_the_configuration_knows_does_not_exist() -> None:
    assert "nope0" not in understood("interfaces/stub_interface.json")


def test_full_ospf_neighbours_are_good() -> None:
    first, second = understood("ospf_neighbors/two_full.json")

    assert first == Neighbor(
        "ospf",
        "eth1",
        IPv4Address("10.200.0.1"),
        "Full",
        good=True,
        router_id=IPv4Address("10.254.0.2"),
        uptime_s=32.543,
        dead_time_s=3.455,
    )
    assert second.interface == "eth2"


def test_a_neighbour_that_we_hear_but_that_does_not_hear_us_is_in_init_and_not_good() -> None:
    states = {n.interface: (n.state, n.good) for n in understood("ospf_neighbors/one_way_hello_heard.json")}

    assert states == {"eth1": ("Full", True), "eth2": ("Init", False)}


def test_a_router_without_ospf_has_no_neighbours() -> None:
    assert understood("ospf_neighbors/not_configured.txt") == ()


def test_a_neighbour_is_read_from_the_old_and_from_the_new_names_of_its_fields() -> None:
    old = {"state": "Full/DR", "address": "10.0.0.1", "ifaceName": "eth1:10.0.0.0"}
    new = {"nbrState": "Full/-", "ifaceAddress": "10.0.0.1", "ifaceName": "eth1:10.0.0.0"}

    answers = [
        parse_ospf_neighbors(json.dumps({"neighbors": {"10.254.0.1": [entry]}}), "the command") for entry in (old, new)
    ]

    assert answers[0] == answers[1]


def test_neighbours_are_found_below_the_name_of_a_vrf() -> None:
    plain = parse_ospf_neighbors(recorded("ospf_neighbors/two_full.json"), "the command")
    nested = {"default": {"vrfName": "default", "vrfId": 0, **json.loads(recorded("ospf_neighbors/two_full.json"))}}

    assert parse_ospf_neighbors(json.dumps(nested), "the command") == plain


def test_only_an_established_bgp_session_is_good() -> None:
    sessions = understood("bgp_neighbors/one_established_one_not.json")

    assert [(str(s.address), s.state, s.good) for s in sessions] == [
        ("10.200.0.1", "Established", True),
        ("10.200.0.4", "Active", False),
    ]


def test_a_session_that_is_down_has_neither_uptime_nor_prefixes() -> None:
    established, active = understood("bgp_neighbors/one_established_one_not.json")

    assert (established.uptime_s, established.prefixes_received) == (5.0, 0)
    assert (active.uptime_s, active.prefixes_received) == (None, None)


def test_peers_that_are_no_ipv4_address_are_not_ours() -> None:
    sessions = understood("bgp_neighbors/shut_and_other_families.json")

    assert [(str(s.address), s.state) for s in sessions] == [("10.200.0.1", "Idle (Admin)")]


@pytest.mark.parametrize("name", ["bgp_neighbors/no_bgp.json", "bgp_neighbors/no_peers.json"])
def test_a_router_without_bgp_or_peers_has_no_sessions(name: str) -> None:
    assert understood(name) == ()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ospf_neighbors/daemon_dead.txt", "ospfd is not running"),
        ("ospf_neighbors/unknown_command.txt", "the router does not know the command"),
        ("bgp_neighbors/daemon_dead.txt", "bgpd is not running"),
    ],
)
def test_a_refusal_is_not_parsed_and_says_why(name: str, reason: str) -> None:
    answer = PARSERS[name.partition("/")[0]](recorded(name), "show something")

    assert isinstance(answer, NotParsed)
    assert answer.command == "show something"
    assert answer.reason == reason
    assert answer.excerpt


NONSENSE: dict[str, object] = {
    "nothing": "",
    "blanks": " \r\n\t ",
    "none": None,
    "bytes": b"{}",
    "a list of answers": ["{}"],
    "prose": "Garbage in, garbage out",
    "a number": "7",
    "a text": '"up"',
    "null": "null",
    "html": "<html><body>502 Bad Gateway</body></html>",
    "ansi colours": '\x1b[31m{"neighbors": {}}\x1b[0m',
    "a null byte": '{"neighbors"\x00: {}}',
    "endless nesting": "[" * 100_000,
    "endless nesting of objects": '{"neighbors":' * 100_000,
    "an endless number": '{"lo": ' + "9" * 10_000 + "}",
    "not a number": '{"lo": NaN}',
    "too long": "x" * 8_000_001,
    "two documents": "{}\n{}",
    "a wrong shape": '{"neighbors": ["10.0.0.1"], "ipv4Unicast": ["peers"], "lo": []}',
    "objects all the way": '{"neighbors": {"x": {}}, "ipv4Unicast": {"peers": {"x": 1}}}',
}


@pytest.mark.parametrize("kind", NONSENSE)
@pytest.mark.parametrize("command", PARSERS)
def test_nonsense_is_not_parsed_and_never_an_exception(command: str, kind: str) -> None:
    answer = PARSERS[command](NONSENSE[kind], command)

    assert isinstance(answer, NotParsed)
    assert answer.reason.isprintable()
    assert answer.excerpt.isprintable()
    assert len(answer.excerpt) <= 200


RECORDED = [
    "interfaces/three_up.json",
    "ospf_neighbors/two_full.json",
    "bgp_neighbors/one_established_one_not.json",
]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("name", RECORDED)
def test_a_truncated_answer_is_not_parsed(name: str, share: float) -> None:
    text = recorded(name).strip()

    answer = PARSERS[name.partition("/")[0]](text[: int(len(text) * share)], "the command")

    assert isinstance(answer, NotParsed)


def without(text: str, key: str) -> str:
    def drop(node: Any) -> Any:
        if isinstance(node, dict):
            return {k: drop(v) for k, v in node.items() if k != key}
        return [drop(item) for item in node] if isinstance(node, list) else node

    return json.dumps(drop(json.loads(text)))


def with_value(text: str, key: str, value: object) -> str:
    def put(node: Any) -> Any:
        if isinstance(node, dict):
            return {k: value if k == key else put(v) for k, v in node.items()}
        return [put(item) for item in node] if isinstance(node, list) else node

    return json.dumps(put(json.loads(text)))


NEEDED = [
    ("interfaces/three_up.json", "administrativeStatus"),
    ("interfaces/three_up.json", "operationalStatus"),
    ("interfaces/three_up.json", "address"),
    ("ospf_neighbors/two_full.json", "ifaceName"),
    ("bgp_neighbors/one_established.json", "peers"),
    ("bgp_neighbors/one_established.json", "idType"),
]


@pytest.mark.parametrize(("name", "key"), NEEDED)
@pytest.mark.parametrize("spoil", [without, lambda text, key: with_value(text, key, 7)], ids=["missing", "a number"])
def test_a_field_that_is_missing_or_of_another_type_is_not_parsed(
    name: str, key: str, spoil: Callable[[str, str], str]
) -> None:
    answer = PARSERS[name.partition("/")[0]](spoil(recorded(name), key), "the command")

    assert isinstance(answer, NotParsed)


def test_no_interface_at_all_is_not_parsed_for_every_router_has_a_loopback() -> None:
    assert isinstance(parse_interfaces("{}", "the command"), NotParsed)


def test_a_state_that_is_neither_up_nor_down_is_not_parsed() -> None:
    text = with_value(recorded("interfaces/three_up.json"), "operationalStatus", "dormant")

    answer = parse_interfaces(text, "the command")

    assert isinstance(answer, NotParsed)
    assert "dormant" in answer.reason


def test_a_count_of_peers_that_does_not_fit_is_not_parsed() -> None:
    text = with_value(recorded("bgp_neighbors/one_established.json"), "totalPeers", 2)

    assert isinstance(parse_bgp_summary(text, "the command"), NotParsed)


def test_control_characters_that_json_hides_do_not_reach_us() -> None:
    text = with_value(recorded("interfaces/three_up.json"), "description", "\x1b[2Jgone")

    interfaces = parse_interfaces(text, "the command")

    assert not isinstance(interfaces, NotParsed)
    assert interfaces["eth1"].description == "?[2Jgone"


def test_an_excerpt_is_one_printable_line_of_at_most_200_characters() -> None:
    assert excerpt("a\r\n\x1b[31m b" + "c" * 1000) == "a ?[31m b" + "c" * 191
