"""A simulated router and a real one that start from the same text say the same of themselves and of each other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from jipkit.configs import normalise
from jipkit.model import State
from jipkit.observation import Neighbor, NotParsed
from jipkit.parsing import parse_bgp_summary, parse_interfaces, parse_ospf_neighbors
from jipkit.testing.district import SimulatedDistrict
from jipkit.testing.driver import SimulatedDriver
from jipkit.testing.labs import Twin, eventually
from jipkit.testing.simulation import boot_text
from napalm_frr.parsing import lldp_neighbors

Show = Callable[[str, str], str]

CONVERGED_S = 40


@pytest.fixture(scope="module")
def district(lab12: Twin) -> SimulatedDistrict:
    """The same network on simulated routers, with the same secrets."""
    project = lab12.project
    return SimulatedDistrict(project.network, lambda key: boot_text(project, key), secret=project.secrets.resolve)


@pytest.fixture(scope="module")
def simulated(lab12: Twin, district: SimulatedDistrict) -> Show:
    """Ask a simulated router in service something."""
    drivers: dict[str, SimulatedDriver] = {}
    for key, router in lab12.project.network.routers.items():
        if router.state is State.ACTIVE:
            drivers[key] = district.driver(str(router.address), "jip", "", optional_args={"router": key})
            drivers[key].open()
    return lambda router, command: str(drivers[router].cli([command])[command])


def in_service(twin: Twin) -> list[str]:
    return [key for key, router in twin.project.network.routers.items() if router.state is State.ACTIVE]


def parsed(parse: Callable[[object, str], Any], answer: str) -> Any:
    found = parse(answer, "the command")
    assert not isinstance(found, NotParsed), found
    return found


def test_they_show_the_same_configuration(lab12: Twin, district: SimulatedDistrict) -> None:
    project = lab12.project
    facts = project.facts(project.network.router("core-1"))
    real = {key: normalise(lab12.lab.vtysh(key, "show running-config"), facts) for key in project.network.routers}
    assert {key: normalise(district.running(key), facts) for key in project.network.routers} == real


def test_their_ports_are_in_the_same_state(lab12: Twin, simulated: Show) -> None:
    def ports(answer: str) -> Mapping[str, Any]:
        return {
            name: (state.enabled, state.up, sorted(map(str, state.addresses)), state.description)
            for name, state in parsed(parse_interfaces, answer).items()
        }

    said = {key: ports(simulated(key, "show interface json")) for key in in_service(lab12)}
    assert {key: ports(lab12.lab.vtysh(key, "show interface json")) for key in said} == said


def lasting(neighbors: Iterable[Neighbor]) -> set[Neighbor]:
    """Return the neighbours without what changes every second, and without what only the real ones count."""
    return {replace(n, uptime_s=None, dead_time_s=None, prefixes_received=None, remote_as=None) for n in neighbors}


def test_they_have_the_same_ospf_neighbours(lab12: Twin, simulated: Show) -> None:
    command = "show ip ospf neighbor json"
    said = {key: lasting(parsed(parse_ospf_neighbors, simulated(key, command))) for key in in_service(lab12)}
    assert any(said.values())
    eventually(
        lambda: {key: lasting(parsed(parse_ospf_neighbors, lab12.lab.vtysh(key, command))) for key in said} == said,
        within_s=CONVERGED_S,
        every_s=1,
    )


def test_they_have_the_same_bgp_peers(lab12: Twin, simulated: Show) -> None:
    command = "show bgp summary json"
    said = {key: lasting(parsed(parse_bgp_summary, simulated(key, command))) for key in in_service(lab12)}
    assert any(said.values())
    eventually(
        lambda: {key: lasting(parsed(parse_bgp_summary, lab12.lab.vtysh(key, command))) for key in said} == said,
        within_s=CONVERGED_S,
        every_s=1,
    )


def test_they_hear_the_same_neighbours_by_lldp(lab12: Twin, district: SimulatedDistrict) -> None:
    def heard(answer: Any) -> set[tuple[str, str, str]]:
        found = lldp_neighbors(answer)
        return {(port, one["hostname"], one["port"]) for port, several in found.items() for one in several}

    def real(router: str) -> set[tuple[str, str, str]]:
        return heard(json.loads(lab12.lab.exec(router, ["lldpcli", "-f", "json0", "show", "neighbors"]).stdout))

    network = lab12.project.network
    said = {}
    for key in in_service(lab12):
        driver = district.driver(str(network.router(key).address), "jip", "", optional_args={"router": key})
        driver.open()
        neighbors = driver.get_lldp_neighbors().items()
        said[key] = {(port, one["hostname"], one["port"]) for port, several in neighbors for one in several}
    assert any(said.values())
    eventually(lambda: {key: real(key) for key in said} == said, within_s=CONVERGED_S, every_s=1)


def test_they_have_the_same_routes(lab12: Twin, simulated: Show) -> None:
    """Each prefix by the same protocol; where the real one spreads traffic, the simulated one takes one of its ways."""

    def routes(answer: str) -> Mapping[str, tuple[str, frozenset[str]]]:
        return {
            prefix: (entry["protocol"], frozenset(hop["ip"] for hop in entry["nexthops"] if "ip" in hop))
            for prefix, entries in json.loads(answer).items()
            for entry in entries
            if entry.get("selected")
        }

    def differing() -> dict[str, Any]:
        found = {}
        for key in in_service(lab12):
            said, real = (routes(show(key, "show ip route json")) for show in (simulated, lab12.lab.vtysh))
            for prefix in said.keys() | real.keys():
                ours, theirs = said.get(prefix, ("none", frozenset())), real.get(prefix, ("none", frozenset()))
                if ours[0] != theirs[0] or not ours[1] <= theirs[1]:
                    found[f"{key} {prefix}"] = (ours, theirs)
        return found

    def same() -> bool:
        found = differing()
        assert found == {}
        return True

    assert eventually(same, within_s=CONVERGED_S, every_s=1)
