"""In which batches the routers of a rollout are changed: so that offices that help each other never go down together.

A unit is what stands or falls as one: a router, or the routers at both ends of a link that is changed at both. The
units of a batch are on their way at the same time, so each batch keeps to these rules:

- a router whose way from the controller leads through another is changed in an earlier batch than that one;
- no link has ends in two of its units;
- were all its units dead at once, no office would be lost that one of them alone would not have lost: so never both
  uplinks of an office, and never two routers that stand in for each other;
- of the units behind one router no more than `Pace.per_upstream`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, inf

from jipkit.model import Link, Network
from jipkit.reasons import Reason, because
from jipkit.topology import cut_off, distances, neighbours, order, path

Unit = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a rollout may go: how many units a batch has at most.

    ``sizes`` are those of the first batches, the canary's among them; every later batch has ``share`` of all units,
    but never fewer than the last of ``sizes``.
    """

    sizes: tuple[int, ...]
    share: float
    per_upstream: int

    def size(self, number: int, units: int) -> int:
        """Return how many of ``units`` batch ``number`` (from 0) may have."""
        if number < len(self.sizes):
            return self.sizes[number]
        return max(self.sizes[-1], ceil(units * self.share))


BRISK = Pace(sizes=(1, 5), share=0.25, per_upstream=8)
"""One router, five, then a quarter of all at a time."""

CAREFUL = Pace(sizes=(1, 2), share=0.05, per_upstream=2)
"""For what is risky: one router, two, then a twentieth of all at a time."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Units that are changed at the same time, farthest first; the first batch of a rollout is its canary."""

    units: tuple[Unit, ...]

    @property
    def routers(self) -> tuple[str, ...]:
        """The routers of all its units."""
        return tuple(router for unit in self.units for router in unit)


def batches(
    network: Network, units: Sequence[Unit], *, pace: Pace = BRISK, risk: Callable[[Unit], float] = lambda _: 0.0
) -> tuple[Batch, ...]:
    """Return ``units`` (farthest first, as `jipkit.plan.units` gives them) in the batches of a rollout.

    The canary is a unit that nobody's way leads through: of those the one with the least ``risk``, then the one that
    the fewest offices need, then the nearest: there are hands and eyes.
    """
    map_ = _Map(network, units)
    found = in_batches(
        len(units),
        pace,
        canary=lambda waiting: map_.canary(waiting, risk),
        upstream=map_.upstream,
        fits=lambda chosen, number, waiting: map_.objection(chosen, number, waiting) is None,
    )
    return tuple(Batch(tuple(units[number] for number in chosen)) for chosen in found)


def in_batches(
    count: int,
    pace: Pace,
    *,
    canary: Callable[[Sequence[int]], int],
    upstream: Sequence[str],
    fits: Callable[[Collection[int], int, Collection[int]], bool],
) -> Iterator[list[int]]:
    """Yield the numbers below ``count`` in batches, each in order: the canary alone, then as many as ``pace`` allows.

    ``canary`` chooses from those that wait; ``fits`` says whether one may join those that are chosen already while
    others wait; ``upstream`` names the router that each is behind. The first that waits fits always.
    """
    waiting, number = list(range(count)), 0
    while waiting:
        chosen = [] if number else [canary(waiting)]
        behind = Counter[str]()
        for one in waiting if number else ():
            if len(chosen) == pace.size(number, count):
                break
            if behind[upstream[one]] < pace.per_upstream and fits(chosen, one, waiting):
                chosen.append(one)
                behind[upstream[one]] += 1
        yield chosen
        waiting, number = [one for one in waiting if one not in chosen], number + 1


def broken_rule(network: Network, plan: Sequence[Sequence[Unit]]) -> Reason | None:
    """Return which rule of this module batches break, whoever made them; None: they break none.

    How large a batch is, and which one is the canary, is no rule: only what offices would lose by it.
    """
    rank = {router: number for number, router in enumerate(order(network, (r for b in plan for u in b for r in u)))}
    units = sorted((unit for batch in plan for unit in batch), key=lambda unit: min(rank[router] for router in unit))
    map_, later = _Map(network, units), set(range(len(units)))
    for batch in plan:
        chosen = {units.index(unit) for unit in batch}
        later -= chosen
        for number in sorted(chosen):
            if why := map_.objection(chosen - {number}, number, later):
                return because("plan-breaks-rules", unit="/".join(units[number]), why=why)
    return None


class _Map:
    """What the link graph says of units; they are called by their places in the sequence."""

    def __init__(self, network: Network, units: Sequence[Unit]) -> None:
        self._network, self._units = network, units
        self._near = distances(network, network.standards.controller.router, planned=True)

    def canary(self, waiting: Collection[int], risk: Callable[[Unit], float]) -> int:
        """Return the unit to begin with."""

        def key(number: int) -> tuple[float, int, float, int]:
            unit = self._units[number]
            distance = max(self._near.get(router, inf) for router in unit)
            return risk(unit), len(self._lost_alone[number]), distance, number

        return min((number for number in waiting if not self._before[number]), key=key)

    def objection(self, others: Collection[int], number: int, later: Collection[int]) -> Reason | None:
        """Return why a unit may not go with ``others`` while ``later`` ones still wait; None: it may."""
        if late := self._before[number].intersection(later):
            return because("rule-order", router=self._units[min(late)][0])
        if any(not self._beside[number].isdisjoint(self._units[other]) for other in others):
            return because("rule-linked")
        together = {number, *others}
        lost = self._lost(together).difference(*(self._lost_alone[one] for one in together)) if others else frozenset()
        return because("rule-lost", offices=", ".join(sorted(lost))) if lost else None

    def _lost(self, numbers: Collection[int]) -> frozenset[str]:
        """Return the offices that are cut off when these units are dead."""
        dead = {router for number in numbers for router in self._units[number]}
        return frozenset(office.key for office in cut_off(self._network, (), dead))

    @cached_property
    def _lost_alone(self) -> Sequence[frozenset[str]]:
        return [self._lost([number]) for number in range(len(self._units))]

    @cached_property
    def _beside(self) -> Sequence[frozenset[str]]:
        """The routers at the other ends of each unit's links."""
        return [
            frozenset(other for router in unit for _, other in neighbours(self._network, router, planned=True))
            for unit in self._units
        ]

    @cached_property
    def _ways(self) -> Mapping[str, tuple[Link, ...]]:
        root = self._network.standards.controller.router
        routers = {router for unit in self._units for router in unit}
        return {router: path(self._network, root, router, planned=True) or () for router in routers}

    @cached_property
    def upstream(self) -> Sequence[str]:
        """The last router on the way to each unit that is none of its own; its first router where there is no way."""
        return [self._upstream_of(unit) for unit in self._units]

    def _upstream_of(self, unit: Unit) -> str:
        way = self._ways[unit[0]]
        passed = [end.router for link in reversed(way) for end in link.ends if end.router and end.router not in unit]
        return passed[0] if passed else unit[0]

    @cached_property
    def _before(self) -> Sequence[frozenset[int]]:
        """Which units have to go before each: those to which the way leads through it.

        Only those that stand before it in the sequence: units of several routers may lie in each other's way.
        """
        place = {router: number for number, unit in enumerate(self._units) for router in unit}
        before: list[set[int]] = [set() for _ in self._units]
        for router, way in self._ways.items():
            for link in way:
                for end in link.ends:
                    passed = place.get(end.router or "")
                    if passed is not None and place[router] < passed:
                        before[passed].add(place[router])
        return [frozenset(numbers) for numbers in before]
