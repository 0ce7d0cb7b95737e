"""In which steps a change goes link by link: each touches one link at its two ends, or the rest of one router.

A router has a part of its differences for each link, and one for the rest (`jipkit.parts`). The parts of one link are
a step, which stands or falls as one. The steps of a batch are on their way at the same time, so each batch keeps to
these rules:

- no router is in two of its steps, and no link has ends in two of them;
- a step at a router, or a link, whose way from the controller leads over another link goes in an earlier batch than
  that link's step, and before the step for the rest of a router that it leads through;
- were all its links down and all routers of its other steps dead at once, no office would be lost that one of them
  alone would not have lost;
- of the steps behind one router no more than `Pace.per_upstream`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf

from jipkit.model import Network
from jipkit.parts import Part
from jipkit.rollout.batches import BRISK, Pace, in_batches
from jipkit.topology import cut_off, distances, neighbours, path


@dataclass(frozen=True, slots=True)
class Step:
    """Parts that are made good together: ``links`` at the ``routers`` at their ends, farthest first.

    No links: the rest of what differs on one router. ``parts`` are those of each router.
    """

    links: frozenset[str]
    routers: tuple[str, ...]
    parts: Mapping[str, tuple[Part, ...]]


def steps(
    network: Network,
    parts: Mapping[str, Sequence[Part]],
    *,
    pace: Pace = BRISK,
    risk: Callable[[Step], float] = lambda _: 0.0,
) -> tuple[tuple[Step, ...], ...]:
    """Return the ``parts`` of routers as steps in the batches of a rollout, far links before near ones.

    The first batch is its canary, one step: of those that nobody's way leads over the one with the least ``risk``, then
    the one that the fewest offices need, then the nearest.

    Raises:
        UnknownNameError: there is no such router.
    """
    map_ = _Map(network, _joined(parts))
    found = in_batches(
        len(map_.steps),
        pace,
        canary=lambda waiting: map_.canary(waiting, risk),
        upstream=map_.upstream,
        fits=map_.may_join,
    )
    return tuple(tuple(map_.steps[number] for number in chosen) for chosen in found)


def _joined(parts: Mapping[str, Sequence[Part]]) -> Iterator[Step]:
    """Yield the parts in steps: those that have a link in common are one."""
    groups: list[tuple[set[str], list[tuple[str, Part]]]] = []
    for router, some in parts.items():
        for part in some:
            if not part.links:
                yield Step(frozenset(), (router,), {router: (part,)})
                continue
            touching = [group for group in groups if group[0] & part.links]
            links = set(part.links).union(*(group[0] for group in touching))
            members = [one for group in touching for one in group[1]]
            groups = [group for group in groups if group not in touching] + [(links, [*members, (router, part)])]
    for links, members in groups:
        held: dict[str, tuple[Part, ...]] = {}
        for router, part in members:
            held[router] = (*held.get(router, ()), part)
        yield Step(frozenset(links), tuple(held), held)


class _Map:
    """What the link graph says of steps; they are called by their places, the farthest first."""

    def __init__(self, network: Network, some: Iterator[Step]) -> None:
        self._network, self._root = network, network.standards.controller.router
        self._near = distances(network, self._root, planned=True)
        self.steps = tuple(sorted(map(self._farthest_first, some), key=self._place))

    def _farthest_first(self, step: Step) -> Step:
        return Step(step.links, tuple(sorted(step.routers, key=lambda r: (-self._near.get(r, inf), r))), step.parts)

    def _place(self, step: Step) -> tuple[float, bool, str, tuple[str, ...]]:
        """Return where a step stands: links on the way to their own far end last of those that are equally far."""
        far = self._ends(step)[0]
        own = any(link in step.links for link in self._way(far))
        return -self._near.get(far, inf), own, far, tuple(sorted(step.links))

    def _ends(self, step: Step) -> Sequence[str]:
        """Return all routers at a step's links, or its only one, farthest first; at some of them nothing is done."""
        ends = {end.router for key in step.links if key in self._network.links for end in self._network.links[key].ends}
        routers = {*step.routers, *(router for router in ends if router is not None)}
        return sorted(routers, key=lambda router: (-self._near.get(router, inf), router))

    def _way(self, router: str) -> Sequence[str]:
        return [link.key for link in path(self._network, self._root, router, planned=True) or ()]

    def canary(self, waiting: Collection[int], risk: Callable[[Step], float]) -> int:
        """Return the step to begin with."""

        def key(number: int) -> tuple[float, int, float, int]:
            step = self.steps[number]
            return risk(step), len(self._lost_alone[number]), self._near.get(self._ends(step)[0], inf), number

        return min((number for number in waiting if not self._before[number]), key=key)

    def may_join(self, chosen: Collection[int], number: int, waiting: Collection[int]) -> bool:
        """Return whether a step may go with those that are chosen already, while others wait."""
        if not self._before[number].isdisjoint(waiting):
            return False
        if any(not self._near_by[number].isdisjoint(self.steps[other].routers) for other in chosen):
            return False
        return not chosen or self._lost({*chosen, number}) <= self._lost_alone[number].union(
            *(self._lost_alone[other] for other in chosen)
        )

    def _lost(self, numbers: Collection[int]) -> frozenset[str]:
        """Return the offices that are cut off when these links are down, and these routers dead."""
        some = [self.steps[number] for number in numbers]
        down = {link for step in some for link in step.links}
        dead = {router for step in some if not step.links for router in step.routers}
        return frozenset(office.key for office in cut_off(self._network, down, dead))

    @cached_property
    def _lost_alone(self) -> Sequence[frozenset[str]]:
        return [self._lost([number]) for number in range(len(self.steps))]

    @cached_property
    def _near_by(self) -> Sequence[frozenset[str]]:
        """The routers of each step, and those at the other ends of their links."""
        return [
            frozenset(step.routers).union(
                other for router in step.routers for _, other in neighbours(self._network, router, planned=True)
            )
            for step in self.steps
        ]

    @cached_property
    def upstream(self) -> Sequence[str]:
        """The last router on the way to each step that is none of its own; its first router where there is none."""
        found = []
        for step in self.steps:
            passed = [router for router in self._passed(step.routers[0]) if router not in step.routers]
            found.append(passed[-1] if passed else step.routers[0])
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
        return {router: self._way(router) for step in self.steps for router in step.routers}

    @cached_property
    def _before(self) -> Sequence[frozenset[int]]:
        """Which steps have to go before each: those to which the way leads over its links, or through its router.

        Only those that are farther: steps of several links may lie in each other's way.
        """
        over = {link: number for number, step in enumerate(self.steps) for link in step.links}
        through = {step.routers[0]: number for number, step in enumerate(self.steps) if not step.links}
        before: list[set[int]] = [set() for _ in self.steps]
        for number, step in enumerate(self.steps):
            for router in step.routers:
                met = [over.get(link) for link in self._ways[router]]
                met += [through.get(passed) for passed in self._passed(router) if passed != router]
                for later in met:
                    if later is not None and number < later:
                        before[later].add(number)
        return [frozenset(numbers) for numbers in before]
