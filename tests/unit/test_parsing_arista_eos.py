"""EOS answers in JSON: what is not in it is not made up, and what was cut off is not JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jipkit.observation import NotParsed
from jipkit.parsing import choose, read
from jipkit.platforms import Fact
from jipkit.project import Project

ROOT = Path(__file__).parents[2]
CAPTURES = ROOT / "tests" / "captures" / "arista_eos"
FACTS = next(facts for name, facts in Project(ROOT).platforms.items() if str(name) == "arista_eos")

JSON = sorted(
    str(path.relative_to(CAPTURES))
    for fact in ("interfaces", "counters", "ospf_neighbors", "bgp_neighbors", "lldp", "arp", "optics", "version")
    for path in (CAPTURES / fact).glob("*.txt")
)


def understood(fact: Fact, answer: object) -> Any:
    command = choose(FACTS, fact)
    assert command is not None
    return read(fact, answer, command, FACTS)


def captured(name: str) -> Any:
    return json.loads((CAPTURES / f"{name}.txt").read_text("utf-8"))


def without(*path: str) -> Callable[[Any], None]:
    """Return what takes the last of ``path`` out of an answer."""

    def change(answer: Any) -> None:
        for key in path[:-1]:
            answer = answer[key]
        del answer[path[-1]]

    return change


def with_value(value: object, *path: str) -> Callable[[Any], None]:
    def change(answer: Any) -> None:
        for key in path[:-1]:
            answer = answer[key]
        answer[path[-1]] = value

    return change


PORT = ("interfaces", "Ethernet1")
PEER = ("vrfs", "default", "peers", "192.0.2.1")
CHANGES: dict[str, tuple[str, Callable[[Any], None]]] = {
    "no state": ("interfaces/4.24.2F_every_state", without(*PORT, "interfaceStatus")),
    "no line protocol": ("interfaces/4.24.2F_every_state", without(*PORT, "lineProtocolStatus")),
    "no interfaces": ("interfaces/4.24.2F_every_state", with_value({}, "interfaces")),
    "a list of interfaces": ("interfaces/4.24.2F_every_state", with_value([], "interfaces")),
    "an interface that is none": ("interfaces/4.24.2F_every_state", with_value(None, *PORT)),
    "a speed that is true": ("interfaces/4.24.2F_every_state", with_value(True, *PORT, "bandwidth")),
    "an MTU that is a word": ("interfaces/4.24.2F_every_state", with_value("big", *PORT, "mtu")),
    "fewer octets than none": (
        "counters/4.24.2F_errors_and_vlans",
        with_value(-1, *PORT, "interfaceCounters", "inOctets"),
    ),
    "octets in parts": ("counters/4.24.2F_errors_and_vlans", with_value(1.5, *PORT, "interfaceCounters", "inOctets")),
    "a state that nobody knows": ("bgp_neighbors/4.24.2F_every_state", with_value("Perhaps", *PEER, "peerState")),
    "no state of a peer": ("bgp_neighbors/4.24.2F_every_state", without(*PEER, "peerState")),
    "no peers in a VRF": ("bgp_neighbors/4.24.2F_every_state", without("vrfs", "default", "peers")),
    "no VRFs": ("ospf_neighbors/4.24.2F_every_state", without("vrfs")),
    "no list of neighbours": (
        "ospf_neighbors/4.24.2F_every_state",
        without("vrfs", "default", "instList", "1", "ospfNeighborEntries"),
    ),
    "no LLDP": ("lldp/4.24.2F_ports_in_quotes", without("lldpNeighbors")),
    "no version": ("version/4.30.5M_in_short", without("version")),
    "no table of addresses": ("arp/4.24.2F_vlan_and_port", without("ipV4Neighbors")),
}


@pytest.mark.parametrize(("capture", "change"), CHANGES.values(), ids=CHANGES.keys())
def test_an_answer_that_lacks_what_it_must_have_is_not_parsed(capture: str, change: Callable[[Any], None]) -> None:
    fact: Any = capture.partition("/")[0]
    answer = captured(capture)
    change(answer)

    assert isinstance(understood(fact, json.dumps(answer)), NotParsed)


@pytest.mark.parametrize("capture", JSON)
def test_an_answer_in_json_that_was_cut_is_not_parsed(capture: str) -> None:
    fact: Any = capture.partition("/")[0]
    text = (CAPTURES / capture).read_text("utf-8").rstrip()

    answers = [understood(fact, text[:length]) for length in range(0, len(text), max(1, len(text) // 50))]

    assert [answer for answer in answers if not isinstance(answer, NotParsed)] == []


def test_prefixes_of_a_peer_that_is_down_are_not_told() -> None:
    peers = {str(peer.address): peer.prefixes_received for peer in understood("bgp_neighbors", _text("every_state"))}

    assert (peers["192.0.2.1"], peers["192.0.2.9"]) == (12, None)


def test_an_interface_without_light_is_not_one_without_a_transceiver() -> None:
    answer = (CAPTURES / "optics" / "4.24.2F_empty_cage_and_dark.txt").read_text("utf-8")

    assert [optics.interface for optics in understood("optics", answer)] == ["Ethernet49", "Ethernet50"]


def _text(case: str) -> str:
    return (CAPTURES / "bgp_neighbors" / f"4.24.2F_{case}.txt").read_text("utf-8")
