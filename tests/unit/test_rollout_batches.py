"""Batches of a rollout: nobody goes dark because two routers that help each other are changed at once."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jipkit.model import Link, Network, Office, Router
from jipkit.plan import units as units_of
from jipkit.project import Project
from jipkit.rollout import BRISK, CAREFUL, Batch, Pace, batches
from jipkit.rollout.batches import broken_rule
from jipkit.testing.networks import keyed, small_network
from jipkit.topology import order

PROJECT = Project(Path(__file__).parents[2])

Edge = tuple[int, int]


def network_of(count: int, edges: list[Edge]) -> Network:
    """Return ``count`` routers, r0 with the controller, each in an office of its own; their links cost the same."""
    names = [f"r{number}" for number in range(count)]
    ports = [f"eth{number}" for number in range(2 * len(edges) + 1)]
    small = small_network()
    controller = small.standards.controller.model_copy(update={"router": "r0"})
    return Network(
        offices=keyed(Office, {name: {"name": name, "kind": "dinas"} for name in names}),
        routers=keyed(
            Router,
            {
                name: {
                    "office": name,
                    "platform": "frr",
                    "role": "dinas",
                    "loopback": f"10.160.0.{n}",
                    "interfaces": ports,
                }
                for n, name in enumerate(names, 1)
            },
        ),
        links=keyed(
            Link,
            {
                f"l{n}": {
                    "a": f"r{a}:eth{2 * n}",
                    "b": f"r{b}:eth{2 * n + 1}",
                    "medium": "fibre",
                    "capacity_mbps": 100,
                    "prefix": f"10.161.{n}.0/31",
                }
                for n, (a, b) in enumerate(edges)
            },
        ),
        standards=small.standards.model_copy(update={"controller": controller}),
    )


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[Edge]]:
    """Draw connected graphs of up to nine routers: a tree, and some links besides."""
    count = draw(st.integers(2, 9))
    tree = [(draw(st.integers(0, number - 1)), number) for number in range(1, count)]
    more = draw(st.lists(st.sampled_from(list(combinations(range(count), 2))), max_size=5, unique=True))
    return count, tree + [edge for edge in more if edge not in tree]


def seen(edges: list[Edge], dead: set[int]) -> set[int]:
    """Return the routers that r0 reaches when ``dead`` ones do nothing: counted without the code under test."""
    found, edge = (set[int](), []) if 0 in dead else ({0}, [0])
    while edge:
        here = edge.pop()
        for a, b in edges:
            for near, far in ((a, b), (b, a)):
                if near == here and far not in found | dead:
                    found.add(far)
                    edge.append(far)
    return found


def numbers(batch: Batch) -> list[int]:
    return [int(router[1:]) for router in batch.routers]


def singles(count: int, edges: list[Edge]) -> tuple[Network, list[tuple[str, ...]]]:
    network = network_of(count, edges)
    return network, [(router,) for router in order(network, network.routers)]


@given(graphs())
def test_every_router_is_changed_once(graph: tuple[int, list[Edge]]) -> None:
    network, units = singles(*graph)
    assert sorted(router for batch in batches(network, units) for router in batch.routers) == sorted(network.routers)


@given(graphs())
def test_a_link_never_has_both_ends_in_one_batch(graph: tuple[int, list[Edge]]) -> None:
    network, units = singles(*graph)
    together = {pair for batch in batches(network, units) for pair in combinations(sorted(numbers(batch)), 2)}
    assert together.isdisjoint({(min(edge), max(edge)) for edge in graph[1]})


@given(graphs())
def test_a_batch_darkens_no_office_that_one_of_its_routers_alone_would_not(graph: tuple[int, list[Edge]]) -> None:
    network, units = singles(*graph)
    everybody = set(range(graph[0]))
    for batch in batches(network, units):
        alone = set().union(*(everybody - seen(graph[1], {router}) for router in numbers(batch)))
        assert everybody - seen(graph[1], set(numbers(batch))) == alone


@given(graphs())
def test_nobody_is_changed_while_somebody_behind_him_still_waits(graph: tuple[int, list[Edge]]) -> None:
    """Behind: whoever is lost when he is dead. Another way may exist, so this is the least that the rule asks for."""
    network, units = singles(*graph)
    waiting = set(range(graph[0]))
    for batch in batches(network, units):
        for router in numbers(batch):
            lost = set(range(graph[0])) - seen(graph[1], {router}) - {router}
            assert lost.isdisjoint(waiting)
        waiting -= set(numbers(batch))


@given(graphs(), st.integers(1, 3), st.integers(1, 4))
def test_no_batch_is_larger_than_its_pace_allows(graph: tuple[int, list[Edge]], first: int, later: int) -> None:
    network, units = singles(*graph)
    found = batches(network, units, pace=Pace((1, first, later), 0.0, per_upstream=9))
    assert [len(batch.units) for batch in found[:1]] == [1]
    assert all(len(batch.units) <= size for batch, size in zip(found[1:], [first, *[later] * 9], strict=False))


def test_a_star_grows_from_a_canary_to_a_quarter() -> None:
    network, units = singles(41, [(0, number) for number in range(1, 41)])
    found = batches(network, units, pace=Pace((1, 5), 0.25, per_upstream=40))
    assert [len(batch.units) for batch in found] == [1, 5, 11, 11, 11, 1, 1]


def test_of_the_routers_behind_one_router_only_some_go_at_once() -> None:
    network, units = singles(9, [(0, number) for number in range(1, 9)])
    assert [len(batch.units) for batch in batches(network, units, pace=Pace((8,), 1.0, per_upstream=3))] == [
        1,
        3,
        3,
        1,
        1,
    ]


def test_two_uplinks_of_an_office_are_never_changed_at_once() -> None:
    network, units = singles(4, [(0, 1), (0, 2), (1, 3), (2, 3)])
    assert [batch.routers for batch in batches(network, units)] == [("r2",), ("r3",), ("r1",), ("r0",)]


def test_two_ends_that_are_one_unit_go_together() -> None:
    network, _ = singles(4, [(0, 1), (1, 2), (0, 3)])
    found = batches(network, [("r2", "r1"), ("r3",), ("r0",)])
    assert [batch.units for batch in found] == [(("r3",),), (("r2", "r1"),), (("r0",),)]


def test_the_canary_is_the_least_risky() -> None:
    network, units = singles(4, [(0, 1), (0, 2), (0, 3)])
    risk: dict[tuple[str, ...], float] = {("r1",): 9.0, ("r2",): 1.0, ("r3",): 5.0}
    assert batches(network, units, risk=lambda unit: risk.get(unit, 0.0))[0].routers == ("r2",)


def test_the_canary_is_nobodys_way() -> None:
    network, units = singles(4, [(0, 1), (1, 2), (2, 3)])
    assert batches(network, units)[0].routers == ("r3",)


@pytest.mark.parametrize("pace", [BRISK, CAREFUL])
def test_the_whole_district_goes_office_by_office_towards_the_core(pace: Pace) -> None:
    network = PROJECT.network
    found = batches(network, [(router,) for router in order(network, network.routers)], pace=pace)
    assert sum(len(batch.units) for batch in found) == len(network.routers)
    assert [batch.routers for batch in found[-2:]] == [("core-2",), ("core-1",)]


@given(graphs(), st.integers(0, 5))
def test_what_jip_makes_breaks_no_rule(graph: tuple[int, list[Edge]], pairs: int) -> None:
    network = network_of(*graph)
    units = [(router,) for router in order(network, network.routers)]
    for _ in range(min(pairs, len(units) // 2)):
        units[0:2] = []
    busy = [unit[0] for unit in units]
    tied = units_of(network, busy, coupled=[frozenset((f"r{a}", f"r{b}")) for a, b in graph[1][:pairs]])
    assert broken_rule(network, [batch.units for batch in batches(network, tied)]) is None


@pytest.mark.parametrize(
    ("order_", "why"),
    [
        ([[("r3",), ("r1",)]], "a link has both its ends in one batch"),
        ([[("r3",)], [("r1",), ("r2",)]], "together they cut off r3"),
        ([[("r1",)], [("r3",)]], "the way to r3 leads through it, and that comes later"),
        ([[("r0",)], [("r1",)]], "the way to r1 leads through it, and that comes later"),
    ],
)
def test_a_rule_that_somebody_else_broke_is_named(order_: list[list[tuple[str, ...]]], why: str) -> None:
    """r3 is reached by r1 and by r2: none of them may go with another."""
    found = broken_rule(network_of(4, [(0, 1), (0, 2), (1, 3), (2, 3)]), order_)
    assert str(found).endswith(f": {why}")
