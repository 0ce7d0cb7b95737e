"""In which units a change goes, link by link: each is one link at its two ends, or the rest of one router.

A router has a part of its differences for each link, and one for the rest (`jipkit.parts`). The parts of one link are
a unit, which stands or falls as one. The units of a batch are on their way at the same time, so each batch keeps to
these rules:

- no router is in two of its units, and no link has ends in two of them;
- a unit at a router, or a link, whose way from the controller leads over another link goes in an earlier batch than
  that link's unit, and before the unit for the rest of a router that it leads through;
- were all its links down and all routers of its other units dead at once, no office would be lost that one of them
  alone would not have lost: so never both uplinks of an office, and never two routers that stand in for each other;
- of the units behind one router no more than `Pace.per_upstream`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

from jipkit.model import Network
from jipkit.reasons import Reason, because
from jipkit.rollout.batches import BRISK, Pace, in_batches
from jipkit.topology import cut_off, distances, neighbours, path

if TYPE_CHECKING:
    from jipkit.parts import Part


@dataclass(frozen=True, slots=True)
class Unit:
    """Parts that are made good together: ``links`` at the ``routers`` at their ends, farthest first.

    No links: the rest of what differs on one router. ``parts`` are those of each router.
    """

    links: frozenset[str]
    routers: tuple[str, ...]
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)


def units(
    network: Network,
    parts: Mapping[str, Sequence[Part]],
    *,
    pace: Pace = BRISK,
    risk: Callable[[Unit], float] = lambda _: 0.0,
) -> tuple[tuple[Unit, ...], ...]:
    """Return the ``parts`` of routers as units in the batches of a rollout, far links before near ones.

    The first batch is its canary, one unit: of those that nobody's way leads over the one with the least ``risk``, then
    the one that the fewest offices need, then the nearest.

    Raises:
        UnknownNameError: there is no such router.
    """
    map_ = _Map(network, _joined(parts))
    found = in_batches(
        len(map_.units),
        pace,
        canary=lambda waiting: map_.canary(waiting, risk),
        upstream=map_.upstream,
        fits=lambda chosen, number, waiting: map_.objection(chosen, number, waiting) is None,
    )
    return tuple(tuple(map_.units[number] for number in chosen) for chosen in found)


def broken_rule(network: Network, plan: Sequence[Sequence[Unit]], *, pace: Pace = BRISK) -> Reason | None:
    """Return which rule of this module batches break, whoever made them; None: they break none.

    They have to keep the ``pace``, too: the first is one unit. Which unit that is is no rule.
    """
    map_ = _Map(network, (unit for batch in plan for unit in batch))
    places = {(unit.links, frozenset(unit.routers)): place for place, unit in enumerate(map_.units)}
    later = set(range(len(map_.units)))
    count = sum(map(len, plan))
    for place, batch in enumerate(plan):
        chosen = {places[unit.links, frozenset(unit.routers)] for unit in batch}
        later -= chosen
        for number in sorted(chosen):
            if why := map_.objection(chosen - {number}, number, later):
                return because("plan-breaks-rules", unit="/".join(map_.units[number].routers), why=why)
        if why := _too_fast(batch, [map_.upstream[number] for number in chosen], place, pace.size(place, count), pace):
            return because("plan-breaks-rules", unit="/".join(batch[0].routers), why=why)
    return None


def _too_fast(batch: Sequence[Unit], upstream: Iterable[str], place: int, most: int, pace: Pace) -> Reason | None:
    """Return why batch ``place`` (from 0) is larger than it may be; ``upstream`` are what its units are behind."""
    if place == 0 and len(batch) > 1:
        return because("rule-first", count=len(batch))
    if len(batch) > most:
        return because("rule-size", batch=place + 1, count=len(batch), most=most)
    for router, count in Counter(upstream).most_common(1):
        if count > pace.per_upstream:
            return because("rule-behind", router=router, count=count, most=pace.per_upstream)
    return None


def _joined(parts: Mapping[str, Sequence[Part]]) -> Iterator[Unit]:
    """Yield the parts in units: those that have a link in common are one."""
    groups: list[tuple[set[str], list[tuple[str, Part]]]] = []
    for router, some in parts.items():
        for part in some:
            if not part.links:
                yield Unit(frozenset(), (router,), {router: (part,)})
                continue
            touching = [group for group in groups if group[0] & part.links]
            links = set(part.links).union(*(group[0] for group in touching))
            members = [one for group in touching for one in group[1]]
            groups = [group for group in groups if group not in touching] + [(links, [*members, (router, part)])]
    for links, members in groups:
        held: dict[str, tuple[Part, ...]] = {}
        for router, part in members:
            held[router] = (*held.get(router, ()), part)
        yield Unit(frozenset(links), tuple(held), held)


class _Map:
    """What the link graph says of units; they are called by their places, the farthest first."""

    def __init__(self, network: Network, some: Iterable[Unit]) -> None:
        self._network, self._root = network, network.standards.controller.router
        self._near = distances(network, self._root, planned=True)
        self.units = tuple(sorted(map(self._farthest_first, some), key=self._place))

    def _farthest_first(self, unit: Unit) -> Unit:
        return Unit(unit.links, tuple(sorted(unit.routers, key=lambda r: (-self._near.get(r, inf), r))), unit.parts)

    def _place(self, unit: Unit) -> tuple[float, bool, str, tuple[str, ...]]:
        """Return where a unit stands: links on the way to their own far end last of those that are equally far."""
        far = self._ends(unit)[0]
        own = any(link in unit.links for link in self._way(far))
        return -self._near.get(far, inf), own, far, tuple(sorted(unit.links))

    def _ends(self, unit: Unit) -> Sequence[str]:
        """Return all routers at a unit's links, or its only one, farthest first; at some of them nothing is done."""
        ends = {end.router for key in unit.links if key in self._network.links for end in self._network.links[key].ends}
        routers = {*unit.routers, *(router for router in ends if router is not None)}
        return sorted(routers, key=lambda router: (-self._near.get(router, inf), router))

    def _way(self, router: str) -> Sequence[str]:
        return [link.key for link in path(self._network, self._root, router, planned=True) or ()]

    def canary(self, waiting: Collection[int], risk: Callable[[Unit], float]) -> int:
        """Return the unit to begin with."""

        def key(number: int) -> tuple[float, int, float, int]:
            unit = self.units[number]
            return risk(unit), len(self._lost_alone[number]), self._near.get(self._ends(unit)[0], inf), number

        return min((number for number in waiting if not self._before[number]), key=key)

    def objection(self, others: Collection[int], number: int, later: Collection[int]) -> Reason | None:
        """Return why a unit may not go with ``others`` while ``later`` ones still wait; None: it may."""
        if late := self._before[number].intersection(later):
            return because("rule-order", router=self.units[min(late)].routers[0])
        if any(not self._near_by[number].isdisjoint(self.units[other].routers) for other in others):
            return because("rule-linked")
        alone = self._lost_alone[number].union(*(self._lost_alone[other] for other in others))
        lost = self._lost({*others, number}) - alone if others else frozenset[str]()
        return because("rule-lost", offices=", ".join(sorted(lost))) if lost else None

    def _lost(self, numbers: Collection[int]) -> frozenset[str]:
        """Return the offices that are cut off when these links are down, and these routers dead."""
        some = [self.units[number] for number in numbers]
        down = {link for unit in some for link in unit.links}
        dead = {router for unit in some if not unit.links for router in unit.routers}
        return frozenset(office.key for office in cut_off(self._network, down, dead))

    @cached_property
    def _lost_alone(self) -> Sequence[frozenset[str]]:
        return [self._lost([number]) for number in range(len(self.units))]

    @cached_property
    def _near_by(self) -> Sequence[frozenset[str]]:
        """The routers of each unit, and those at the other ends of their links."""
        return [
            frozenset(unit.routers).union(
                other for router in unit.routers for _, other in neighbours(self._network, router, planned=True)
            )
            for unit in self.units
        ]

    @cached_property
    def upstream(self) -> Sequence[str]:
        """The last router on the way to each unit that is none of its own; its first router where there is none."""
        found = []
        for unit in self.units:
            passed = [router for router in self._passed(unit.routers[0]) if router not in unit.routers]
            found.append(passed[-1] if passed else unit.routers[0])
        return found

    def _passed(self, router: str) -> Sequence[str]:
        """Return the routers on the way to one, from the controller's on, itself the last; none where there is none."""
        here, passed = self._root, [self._root]
        for key in self._ways[router]:
            here = self._network.links[key].other_end(here).router or ""
            passed.append(here)
        return passed if here == router else []

    @cached_property
    def _ways(self) -> Mapping[str, Sequence[str]]:
        return {router: self._way(router) for unit in self.units for router in unit.routers}

    @cached_property
    def _before(self) -> Sequence[frozenset[int]]:
        """Which units have to go before each: those to which the way leads over its links, or through its router.

        Only those that are farther: units of several links may lie in each other's way.
        """
        over = {link: number for number, unit in enumerate(self.units) for link in unit.links}
        through = {unit.routers[0]: number for number, unit in enumerate(self.units) if not unit.links}
        before: list[set[int]] = [set() for _ in self.units]
        for number, unit in enumerate(self.units):
            for router in unit.routers:
                met = [over.get(link) for link in self._ways[router]]
                met += [through.get(passed) for passed in self._passed(router) if passed != router]
                for later in met:
                    if later is not None and number < later:
                        before[later].add(number)
        return [frozenset(numbers) for numbers in before]
