"""How fast a rollout goes: one first, then more and more at a time, and never too many behind one router."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil


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
"""One unit, five, then a quarter of all at a time."""

CAREFUL = Pace(sizes=(1, 2), share=0.05, per_upstream=2)
"""For what is risky: one unit, two, then a twentieth of all at a time."""


def pace_for(levels: Iterable[str]) -> Pace:
    """Return how fast a rollout may go where the risks of its routers are these."""
    return CAREFUL if "high" in levels else BRISK


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
