"""In which turn the units of a run were done, which of them can be taken back, and in which batches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush
from itertools import groupby

from jipkit.errors import StateError
from jipkit.plan import Unit
from jipkit.reasons import because
from jipkit.store import Trace

Refusals = Mapping[int, Mapping[str, str]]
"""By the number of a unit: its routers that cannot be taken back, and why."""


def in_turn(traces: Iterable[Trace]) -> list[Trace]:
    """Return what was done to each router in each unit, unit by unit, as every router met them.

    ``traces`` are in the order in which they were applied. Not the numbers tell which unit came first: one whose
    routers did not answer is done last, and an end that failed in one run follows in the next.

    Raises:
        StateError: two routers met two units in opposite order; then neither of them can be taken back first.
    """
    known: dict[int, list[Trace]] = {}
    before: dict[int, set[int]] = {}
    last: dict[str, int] = {}
    for trace in traces:
        unit = trace.unit or 0
        known.setdefault(unit, []).append(trace)
        before.setdefault(unit, set())
        if trace.router in last:
            before[unit].add(last[trace.router])
        last[trace.router] = unit
    place = {unit: number for number, unit in enumerate(known)}
    turns, ready, found = TopologicalSorter(before), list[tuple[int, int]](), list[Trace]()
    try:
        turns.prepare()
    except CycleError as error:
        numbers = sorted({unit + 1 for unit in error.args[1]})
        raise StateError(
            f"units {', '.join(map(str, numbers))}: their routers met them in opposite order, so that none of them can "
            "be taken back before the others; put their routers back by hand: `jip run show` says what they held"
        ) from error
    while turns.is_active():
        for unit in turns.get_ready():
            heappush(ready, (place[unit], unit))
        _place, unit = heappop(ready)
        found += known[unit]
        turns.done(unit)
    return found


def refused_units(units: Sequence[Unit], wanted: Sequence[int], faults: Refusals) -> Refusals:
    """Return why units cannot be taken back: routers of their own, and later units of the same router that stay.

    ``units`` are those of the run's plan; ``wanted`` the numbers of those that shall be taken back, as they came.

    >>> refused_units([("a", "b"), ("b",), ("c",)], [0, 1, 2], {1: {"b": "changed"}})
    {1: {'b': 'changed'}, 0: {'b': 'unit 2, which came later on it, stays'}}
    """
    found: dict[int, dict[str, str]] = {}
    staying: dict[str, int] = {}
    for number in reversed(wanted):
        reasons = dict(faults.get(number, {}))
        for router in units[number]:
            if router in staying:
                reasons.setdefault(router, because("later-unit-stays", unit=str(staying[router] + 1)))
        if reasons:
            found[number] = reasons
            for router in units[number]:
                staying.setdefault(router, number)
    return found


def broken_chain(traces: Sequence[Trace], now: str) -> frozenset[int]:
    """Return the units after which a router did not stay as they had left it; ``now`` is the digest of what it runs.

    ``traces`` are those of one router, in their order. Of a unit that nobody saw confirmed that is not known.
    """
    found, then = set(), now
    for trace in reversed(traces):
        if trace.after is not None and then not in (trace.after, trace.before):
            found.add(trace.unit or 0)
        then = trace.before
    return frozenset(found)


def back_to_front(batches: Sequence[Sequence[int]], chosen: Sequence[int]) -> list[list[int]]:
    """Return the ``chosen`` units, the last that was done first, and together only what was in one of ``batches``.

    The very first goes alone.

    >>> back_to_front([[0], [1, 2], [3, 4, 5]], [0, 2, 3, 4, 1])
    [[1], [4, 3], [2], [0]]
    """
    batch_of = {unit: number for number, batch in enumerate(batches) for unit in batch}
    rest = [list(units) for _batch, units in groupby(reversed(chosen[:-1]), batch_of.__getitem__)]
    return [[chosen[-1]], *rest] if chosen else []
