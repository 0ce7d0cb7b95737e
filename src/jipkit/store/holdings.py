"""What each router holds of the change of a run, as its journal tells."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from jipkit.store.journal import JournalEntry, unit_of

_BEFORE = {"identity", "backup", "guard", "dry-run", "bootstrap"}
"""Steps that write nothing."""

_AFTER = {"apply": "unknown", "confirmed": "all"}
"""What a router holds from a step on, until another tells better."""

_LATER = "looked after"
"""A look at the router as a whole, after the last of its stages."""

_QUEUED = "queued"
"""A unit waits for its routers, and nothing was written to any of them for it."""

_GONE = ("nothing", "reverted")

HELD = ("all", "part", "unknown")
"""What a router may hold of a change that is not known to be gone."""


def held(entries: Iterable[JournalEntry]) -> dict[str, str | None]:
    """Return what each router holds after steps in this order; None where none of them was of a change.

    A router that was changed in several units holds all only where it holds all of each, and of none that a stop
    left untouched.
    """
    found: dict[str, _Stages] = {}
    for entry in entries:
        if entry.router is not None:
            found.setdefault(entry.router, _Stages()).take(entry)
        elif entry.step == "stopped":
            for router in _untouched(entry):
                if router in found:
                    found[router].untouched = True
    return {router: stages.held for router, stages in found.items()}


@dataclass(frozen=True, slots=True)
class Trace:
    """What the journal tells of one router in one unit that was applied to it.

    ``before`` and ``after`` are digests of what it ran; ``after`` is None as long as nobody has seen it confirmed.
    ``unit`` is None in records of older versions. ``timer_s`` is that of the last apply, which was ``at`` that moment.
    """

    router: str
    unit: int | None
    before: str
    at: datetime
    timer_s: int
    after: str | None = None
    holds: str = "unknown"


def traces(entries: Iterable[JournalEntry]) -> tuple[Trace, ...]:
    """Return what the steps of one run, and later ones about it, tell of each change, in the order of their writes.

    One that was written again, after it had been taken back, counts from then.
    """
    found: dict[tuple[str, int | None], Trace] = {}
    for entry in entries:
        if entry.router is None:
            continue
        key = (entry.router, unit_of(entry))
        if entry.step == "apply":
            if key in found and found[key].holds in _GONE:
                del found[key]
            before = found[key].before if key in found else str(entry.detail.get("before", ""))
            timer_s = entry.detail.get("timer_s")
            found[key] = Trace(*key, before, entry.at, timer_s if isinstance(timer_s, int) else 0)
            continue
        if entry.step in (_LATER, _QUEUED):
            continue
        told = entry.detail.get("holds", _AFTER.get(entry.step))
        for known in [k for k in found if k == key or (k[0] == key[0] and None in (k[1], key[1]))]:
            after = entry.detail.get("after")
            if isinstance(told, str):
                found[known] = replace(found[known], holds=told, after=after if isinstance(after, str) else None)
    return tuple(found.values())


@dataclass
class _Stages:
    """What one router holds of each unit of a run, in the order in which they were begun."""

    units: list[tuple[int | None, str | None]] = field(default_factory=list)
    over: bool = False
    """Whether the last of them has come to its end."""
    untouched: bool = False

    def take(self, entry: JournalEntry) -> None:
        """Let one more step be taken."""
        told = entry.detail.get("holds", _AFTER.get(entry.step))
        holds = told if isinstance(told, str) else "nothing" if entry.step in _BEFORE else None
        if entry.step == _LATER and holds == "all" and self.units:
            return
        if entry.step == _QUEUED and unit_of(entry) is None:  # as older versions wrote it
            return
        place = self._place(entry)
        number, before = self.units[place]
        self.units[place] = (number, holds if isinstance(told, str) or before is None else before)
        if place == len(self.units) - 1:
            self.over = entry.step in ("confirmed", "taken back")

    def _place(self, entry: JournalEntry) -> int:
        """Return which unit a step belongs to; steps that do not say so are of the one that is on its way."""
        unit = unit_of(entry)
        known = [place for place, (number, _holds) in enumerate(self.units) if unit is not None and number == unit]
        if known:
            return known[-1]
        anew = self.over and entry.step in _BEFORE
        if not self.units or anew or (unit is not None and self.units[-1][0] is not None):
            self.units.append((unit, None))
        elif unit is not None:
            self.units[-1] = (unit, self.units[-1][1])
        return len(self.units) - 1

    @property
    def held(self) -> str | None:
        told = [holds for _number, holds in self.units if holds is not None]
        return together([*told, *(["nothing"] if self.untouched and told else [])])


def together(told: Collection[str]) -> str | None:
    """Return what somebody holds of a whole who holds ``told`` of its parts; None where there are none.

    >>> together(["all", "reverted"])
    'part'
    """
    if len(set(told)) < 2:
        return next(iter(told), None)
    if "unknown" in told:
        return "unknown"
    return "reverted" if set(told) == {"nothing", "reverted"} else "part"


def _untouched(entry: JournalEntry) -> list[str]:
    names = entry.detail.get("untouched")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
