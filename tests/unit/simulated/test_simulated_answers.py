"""What simulated routers answer has the shape of what was recorded from real ones, and jipkit understands it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Protocol

import pytest

from jipkit.observation import NotParsed
from jipkit.parsing import PARSERS, read_counters, read_lldp, read_ping
from jipkit.platforms import Fact, PlatformFacts
from jipkit.project import Project
from jipkit.testing.district import SimulatedDistrict
from jipkit.testing.driver import SimulatedDriver

CHECKOUT = Path(__file__).parents[3]
CAPTURES = CHECKOUT / "tests" / "captures" / "frr"


class Login(Protocol):
    def __call__(self, router: str, address: str | None = None) -> SimulatedDriver: ...


@pytest.fixture(scope="module")
def frr() -> PlatformFacts:
    return next(facts for name, facts in Project(CHECKOUT).platforms.items() if name == "frr")


def paths(value: Any, above: str = "") -> Iterator[str]:
    """Yield where each leaf of a JSON document is and of what type; names that are data count as one."""
    if isinstance(value, dict):
        for key, below in value.items():
            generic = "*" if key[0].isdigit() or key in ("lo", "noc0") or key.startswith("eth") else key
            yield from paths(below, f"{above}/{generic}")
    elif isinstance(value, list):
        for below in value:
            yield from paths(below, f"{above}[]")
    else:
        yield f"{above}: {type(value).__name__}"


def recorded(kind: str) -> set[str]:
    files = sorted((CAPTURES / kind).glob("*.json"))
    return {path for file in files for path in paths(json.loads(file.read_text(encoding="utf-8")))}


@pytest.mark.parametrize("kind", ["interfaces", "ospf_neighbors", "bgp_neighbors"])
def test_every_leaf_of_an_answer_occurs_in_a_recorded_one(login: Login, frr: PlatformFacts, kind: Fact) -> None:
    command = frr.commands[kind][-1].send
    answer = json.loads(login("core-1").cli([command])[command])
    said = set(paths(answer))
    assert said
    assert said <= recorded(kind) | {"/ipv4Unicast/peers/*/desc: str"}


def test_interfaces_are_understood(district: SimulatedDistrict, login: Login, frr: PlatformFacts) -> None:
    district.cut("core-1--pop-1")
    states = understood(login("core-1"), frr, "interfaces")
    assert {name: (state.enabled, state.up) for name, state in states.items()} == {
        "eth0": (True, True),
        "eth1": (True, False),
        "eth2": (True, True),
        "eth3": (True, True),
        "eth4": (False, False),
        "lo": (True, True),
        "noc0": (True, True),
    }
    assert [str(address) for address in states["eth1"].addresses] == ["10.161.0.2/31"]


def test_an_interface_that_only_the_configuration_knows_is_a_stub(
    district: SimulatedDistrict, login: Login, frr: PlatformFacts
) -> None:
    district.hand_edit("core-1", "interface nope0\n description a stub")
    answer = json.loads(login("core-1").cli(["show interface json"])["show interface json"])
    assert answer["nope0"]["pseudoInterface"] is True
    assert "nope0" not in understood(login("core-1"), frr, "interfaces")


def test_ospf_neighbours_are_understood(login: Login, frr: PlatformFacts) -> None:
    found = understood(login("core-1"), frr, "ospf_neighbors")
    assert {(n.interface, str(n.address), str(n.router_id), n.good) for n in found} == {
        ("eth0", "10.161.0.1", "10.160.0.2", True),
        ("eth1", "10.161.0.3", "10.160.0.3", True),
        ("eth2", "10.161.0.5", "10.160.0.4", True),
    }


def test_a_router_without_ospf_has_no_neighbours(login: Login, frr: PlatformFacts) -> None:
    assert understood(login("desa-jauh"), frr, "ospf_neighbors") == ()


@pytest.mark.parametrize(
    ("spoil", "state"),
    [
        (lambda district: district.thaw("core-1"), "Established"),
        (lambda district: district.cut("core-1--isp-a"), "Active"),
        (
            lambda district: district.hand_edit("core-1", "router bgp 64496\n neighbor 198.51.100.2 shutdown"),
            "Idle (Admin)",
        ),
    ],
)
def test_bgp_peers_are_understood(
    district: SimulatedDistrict,
    login: Login,
    frr: PlatformFacts,
    spoil: Callable[[SimulatedDistrict], None],
    state: str,
) -> None:
    spoil(district)
    (peer,) = understood(login("core-1"), frr, "bgp_neighbors")
    assert (str(peer.address), peer.state, peer.good) == ("198.51.100.2", state, state == "Established")


def test_a_router_without_bgp_has_no_peers(login: Login, frr: PlatformFacts) -> None:
    assert understood(login("pop-1"), frr, "bgp_neighbors") == ()


def test_lldp_is_understood(login: Login) -> None:
    heard = read_lldp(login("pop-1").get_lldp_neighbors_detail(), "lldp")
    assert not isinstance(heard, NotParsed)
    assert {(n.interface, n.system, n.port) for n in heard} == {
        ("eth0", "core-1", "eth1"),
        ("eth1", "kec-rawa", "ether1"),
        ("eth2", "desa-jauh", "ether1"),
    }


def test_counters_are_understood_and_hold_no_error(login: Login) -> None:
    found = read_counters(login("pop-1").get_interfaces_counters(), "counters")
    assert not isinstance(found, NotParsed)
    assert {(counter.rx_errors, counter.tx_errors) for counter in found.values()} == {(0, 0)}


def test_a_ping_is_understood(login: Login) -> None:
    peer = IPv4Address("10.161.0.2")
    found = read_ping(login("pop-1").ping(str(peer), count=3), peer, 3)
    assert not isinstance(found, NotParsed)
    assert (found.sent, found.loss, found.rtt_ms) == (3, 0.0, 0.5)


def test_nonsense_is_not_understood(district: SimulatedDistrict, login: Login, frr: PlatformFacts) -> None:
    driver = login("pop-1")
    district.garbage("pop-1")
    ask = frr.commands["interfaces"][-1]
    answer = PARSERS[ask.read](driver.cli([ask.send])[ask.send], ask.send)
    assert isinstance(answer, NotParsed)


def understood(driver: SimulatedDriver, frr: PlatformFacts, name: Fact) -> Any:
    ask = frr.commands[name][-1]
    answer = PARSERS[ask.read](driver.cli([ask.send])[ask.send], ask.send)
    assert not isinstance(answer, NotParsed), answer
    return answer
