"""Units of a rollout, link by link: nobody goes dark because two links that help each other are changed at once."""

from __future__ import annotations

from itertools import chain, combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jipkit.drift import Difference
from jipkit.model import Network, Routing, State
from jipkit.parts import Part
from jipkit.project import Project
from jipkit.rollout import BRISK, CAREFUL, Pace, Unit, broken_rule, units
from tests.unit.graphs import Edge, graphs, network_of

PROJECT = Project(Path(__file__).parents[2])
KEY = (Difference("changed", ("interface eth0",), "ip ospf hello-interval 2", "ip ospf hello-interval 3"),)
REST = Part(frozenset(), (Difference("missing", (), "ip forwarding"),))

Rolled = tuple[int, list[Edge], set[int], set[int]]
"""Routers and links, which links get a new key, and on which routers something else differs."""


@st.composite
def rolls(draw: st.DrawFn) -> Rolled:
    count, edges = draw(graphs())
    links = draw(st.sets(st.sampled_from(range(len(edges))), min_size=1))
    return count, edges, links, draw(st.sets(st.integers(0, count - 1)))


def on(*links: int) -> Part:
    return Part(frozenset(f"l{link}" for link in links), KEY)


def planned(roll: Rolled) -> tuple[Network, dict[str, list[Part]]]:
    count, edges, links, rest = roll
    parts: dict[str, list[Part]] = {f"r{number}": [] for number in range(count)}
    for link in sorted(links):
        for router in edges[link]:
            parts[f"r{router}"].append(on(link))
    for router in rest:
        parts[f"r{router}"].append(REST)
    return network_of(count, edges), parts


def stepped(roll: Rolled, pace: Pace = BRISK) -> tuple[tuple[Unit, ...], ...]:
    network, parts = planned(roll)
    return units(network, parts, pace=pace)


def seen(roll: Rolled, some: list[Unit]) -> set[int]:
    """Return the routers that r0 reaches while ``some`` units are made: counted without the code under test."""
    dead = {int(router[1:]) for unit in some if not unit.links for router in unit.routers}
    down = {int(link[1:]) for unit in some for link in unit.links}
    edges = [edge for number, edge in enumerate(roll[1]) if number not in down and dead.isdisjoint(edge)]
    found = set() if 0 in dead else {0}
    for _ in range(roll[0]):
        found |= {router for edge in edges if not found.isdisjoint(edge) for router in edge}
    return found


def lost(roll: Rolled, *some: Unit) -> set[int]:
    return set(range(roll[0])) - seen(roll, list(some))


@given(rolls())
def test_every_part_is_in_one_unit(roll: Rolled) -> None:
    told = [
        (router, part)
        for batch in stepped(roll)
        for unit in batch
        for router in unit.routers
        for part in unit.parts[router]
    ]
    wanted = [(router, part) for router, parts in planned(roll)[1].items() for part in parts]
    assert sorted(told, key=str) == sorted(wanted, key=str)


@given(rolls())
def test_no_router_is_in_two_units_of_a_batch(roll: Rolled) -> None:
    routers = [[router for unit in batch for router in unit.routers] for batch in stepped(roll)]
    assert [len(some) for some in routers] == [len(set(some)) for some in routers]


@given(rolls())
def test_no_link_has_ends_in_two_units_of_a_batch(roll: Rolled) -> None:
    pairs = chain.from_iterable(combinations(batch, 2) for batch in stepped(roll))
    apart = [(int(a[1:]), int(b[1:])) for one, two in pairs for a in one.routers for b in two.routers]
    assert not {(min(pair), max(pair)) for pair in apart} & {(min(edge), max(edge)) for edge in roll[1]}


@given(rolls())
def test_a_batch_darkens_nobody_whom_one_of_its_units_alone_would_not(roll: Rolled) -> None:
    batches = stepped(roll)
    assert [lost(roll, *batch) for batch in batches] == [set().union(*(lost(roll, s) for s in b)) for b in batches]


@given(rolls())
def test_a_unit_goes_when_nothing_behind_it_waits(roll: Rolled) -> None:
    """Behind: whoever is lost meanwhile. Another way may exist, so this is the least that the rule asks for."""
    batches = stepped(roll)
    for number, batch in enumerate(batches):
        waiting = {int(router[1:]) for later in batches[number + 1 :] for unit in later for router in unit.routers}
        for unit in batch:
            own = {int(router[1:]) for router in unit.routers} if not unit.links else set()
            assert (lost(roll, unit) - own).isdisjoint(waiting)


@given(rolls(), st.integers(1, 3), st.integers(1, 4))
def test_no_batch_is_larger_than_its_pace_allows(roll: Rolled, first: int, later: int) -> None:
    sizes = [len(batch) for batch in stepped(roll, Pace((1, first, later), 0.0, per_upstream=9))]
    assert all(size <= most for size, most in zip(sizes, [1, first, *[later] * 99], strict=False))


def names(found: tuple[tuple[Unit, ...], ...]) -> list[list[tuple[str, ...]]]:
    return [[tuple(sorted(unit.links)) or unit.routers for unit in batch] for batch in found]


def test_far_links_go_before_near_ones_and_the_rest_of_a_router_before_the_link_to_it() -> None:
    found = stepped((3, [(0, 1), (1, 2)], {0, 1}, {0, 1, 2}))
    assert names(found) == [[("r2",)], [("l1",)], [("r1",)], [("l0",)], [("r0",)]]


def test_two_links_of_one_office_are_never_changed_at_once() -> None:
    found = stepped((4, [(0, 1), (0, 2), (1, 3), (2, 3)], {0, 1, 2, 3}, set()))
    assert names(found) == [[("l3",)], [("l2",)], [("l0",)], [("l1",)]]


def test_links_that_one_part_ties_are_one_unit() -> None:
    network = network_of(3, [(0, 1), (1, 2)])
    ((unit,),) = units(network, {"r0": [on(0)], "r1": [on(0, 1)], "r2": [on(1)]})
    assert (sorted(unit.links), unit.routers) == (["l0", "l1"], ("r2", "r1", "r0"))


def test_a_link_that_differs_at_one_end_is_a_unit_at_that_end() -> None:
    ((unit,),) = units(network_of(2, [(0, 1)]), {"r0": [on(0)]})
    assert (sorted(unit.links), unit.routers) == (["l0"], ("r0",))


def test_the_canary_is_the_least_risky() -> None:
    network, parts = planned((4, [(0, 1), (0, 2), (0, 3)], {0, 1, 2}, set()))
    found = units(network, parts, risk=lambda unit: 0.0 if unit.links == {"l1"} else 9.0)
    assert names(found)[0] == [("l1",)]


@pytest.mark.parametrize("pace", [BRISK, CAREFUL])
def test_new_keys_for_the_whole_district_are_a_unit_for_each_link(pace: Pace) -> None:
    network = PROJECT.network
    spoken = [k for k in network.links.values() if k.routing is Routing.OSPF and k.state is State.ACTIVE]
    parts = {
        router: [Part(frozenset({link.key}), KEY) for link in spoken if router in {end.router for end in link.ends}]
        for router in network.routers
    }
    found = [unit for batch in units(network, parts, pace=pace) for unit in batch]
    assert sorted(tuple(unit.links) for unit in found) == sorted((link.key,) for link in spoken)


def alone(count: int, edges: list[Edge]) -> tuple[Network, dict[str, list[Part]]]:
    """Return routers of which something differs that has to do with no link."""
    network = network_of(count, edges)
    return network, {router: [REST] for router in network.routers}


def test_a_star_grows_from_a_canary_to_a_quarter() -> None:
    network, parts = alone(41, [(0, number) for number in range(1, 41)])
    found = units(network, parts, pace=Pace((1, 5), 0.25, per_upstream=40))
    assert [len(batch) for batch in found] == [1, 5, 11, 11, 11, 1, 1]


def test_of_the_routers_behind_one_router_only_some_go_at_once() -> None:
    network, parts = alone(9, [(0, number) for number in range(1, 9)])
    assert [len(batch) for batch in units(network, parts, pace=Pace((8,), 1.0, per_upstream=3))] == [1, 3, 3, 1, 1]


def test_the_canary_is_nobodys_way() -> None:
    network, parts = alone(4, [(0, 1), (1, 2), (2, 3)])
    assert names(units(network, parts))[0] == [("r3",)]


@given(rolls())
@pytest.mark.parametrize("pace", [BRISK, CAREFUL])
def test_what_jip_makes_breaks_no_rule(pace: Pace, roll: Rolled) -> None:
    assert broken_rule(planned(roll)[0], stepped(roll, pace), pace=pace) is None


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ([["r3", "r1"]], "a link has both its ends in one batch"),
        ([["r3"], ["r1", "r2"]], "together they cut off r3"),
        ([["r1"], ["r3"]], "the way to r3 leads through it, and that comes later"),
        ([["r0"], ["r1"]], "the way to r1 leads through it, and that comes later"),
    ],
)
def test_a_rule_that_somebody_else_broke_is_named(order: list[list[str]], why: str) -> None:
    """r3 is reached by r1 and by r2: none of them may go with another."""
    batches = [[Unit(frozenset(), (router,)) for router in batch] for batch in order]
    found = broken_rule(network_of(4, [(0, 1), (0, 2), (1, 3), (2, 3)]), batches)
    assert str(found).endswith(f": {why}")


@pytest.mark.parametrize(
    ("pace", "sizes", "why"),
    [
        (BRISK, [2, 5, 2], "the first batch is one unit, and here it has 2"),
        (BRISK, [1, 6, 2], "batch 2 has 6 units; at most 5 go at once there"),
        (CAREFUL, [1, 5, 3], "batch 2 has 5 units; at most 2 go at once there"),
        (Pace((1, 5), 0.25, per_upstream=4), [1, 5, 3], "5 units behind r0 go at once; at most 4 do"),
    ],
)
def test_a_batch_that_goes_faster_than_the_pace_is_named(pace: Pace, sizes: list[int], why: str) -> None:
    left = iter(range(1, 10))
    batches = [[Unit(frozenset(), (f"r{next(left)}",)) for _ in range(size)] for size in sizes]
    found = broken_rule(network_of(10, [(0, number) for number in range(1, 10)]), batches, pace=pace)
    assert str(found).endswith(f": {why}")


def test_both_uplinks_of_an_office_in_one_batch_break_a_rule() -> None:
    both = [Unit(frozenset({f"l{n}"}), ()) for n in (2, 3)]
    found = broken_rule(network_of(4, [(0, 1), (0, 2), (1, 3), (2, 3)]), [both])
    assert found is not None
