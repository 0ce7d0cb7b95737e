"""Carry out a plan of many routers, batch after batch; whatever goes wrong, what is untouched stays so."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import cached_property

from jipkit.errors import StoreError, UsageError
from jipkit.model import Network
from jipkit.plan import Plan
from jipkit.project import Project
from jipkit.reasons import Reason, because
from jipkit.store import Run
from playbooks._change import carry_out_unit
from playbooks._rescue import Outcome, Work
from playbooks._waiting import Patience, Waiting
from playbooks._way import Way, out_of_reach, untouched

logger = logging.getLogger(__name__)

AGAIN_S = 15.0
"""How long routers that do not answer are left alone before they are looked for again."""

Outcomes = tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """How many routers may fail before nothing more is begun: ``most``, or ``percent`` of all routers of the plan."""

    most: int = 0
    percent: int | None = None

    @classmethod
    def of(cls, text: str) -> Limit:
        """Return the limit that ``text`` says: ``3``, or ``5%``.

        Raises:
            UsageError: it says neither.
        """
        found = re.fullmatch(r"(\d{1,5})(%?)", text.strip())
        if found is None or (found[2] and int(found[1]) > 100):
            raise UsageError(f"--max-failures {text}: wants a number of routers, or a share such as 5%")
        return cls(percent=int(found[1])) if found[2] else cls(int(found[1]))

    def exceeded(self, failed: int, routers: int) -> bool:
        """Return whether ``failed`` of the plan's ``routers`` are more than may fail."""
        return failed > (self.most if self.percent is None else routers * self.percent // 100)


@dataclass(frozen=True, slots=True)
class Coming:
    """A batch that may begin next: its ``number`` (from 1) of ``batches``, its routers, and what became of others."""

    number: int
    batches: int
    routers: tuple[str, ...]
    done: Outcomes


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of each chosen unit of a plan, by its number, in the plan's order.

    ``stopped`` says why the rest was not begun. ``mistake`` is the first fault of the program in a unit, if there was
    one: of such a unit nobody knows what it holds.
    """

    units: Mapping[int, Outcomes]
    stopped: Reason | None = None
    mistake: Exception | None = None

    @property
    def outcomes(self) -> Outcomes:
        """What became of the routers: one for each unit that a router is in."""
        return tuple(outcome for outcomes in self.units.values() for outcome in outcomes)

    @property
    def good(self) -> tuple[str, ...]:
        """The routers that hold all that they should."""
        bad = {outcome.router for outcome in self.outcomes if not outcome.good}
        return tuple(router for router in dict.fromkeys(o.router for o in self.outcomes) if router not in bad)

    @property
    def touched(self) -> tuple[str, ...]:
        """The routers that something was done to, or that may have been, and those that hold all of it already."""
        told = (outcome.router for outcome in self.outcomes if outcome.good or outcome.holds != "nothing")
        return tuple(dict.fromkeys(told))


@dataclass
class Rollout:
    """A plan on its way; ``after`` is the network that it makes true, ``only`` the units that are wanted of it.

    ``hindrance`` is asked before each batch but the first: why it may not begin, or None. ``agree`` is asked then, too:
    whether whoever sits at the terminal wants it. Once ``stop`` is set the units on their way are taken back where they
    are not about to be confirmed, and nothing more is begun. A router is given up when it has not come to be changed
    within ``ready_s``.
    """

    project: Project
    plan: Plan
    after: Network
    run: Run
    timer_s: int
    limit: Limit = Limit()
    untimed: Collection[str] = ()
    hindrance: Callable[[], Reason | None] = lambda: None
    agree: Callable[[Coming], bool] = lambda _: True
    stop: threading.Event = field(default_factory=threading.Event)
    only: Collection[int] | None = None
    patience: Patience = field(default_factory=Patience)
    ready_s: int = 300
    _done: dict[int, Outcomes] = field(default_factory=dict)
    _mistakes: list[Exception] = field(default_factory=list)

    def carry_out(self) -> Finished:
        """Change batch after batch, the units of each at the same time; say what became of each.

        Nothing more is begun once more routers have failed than may, once a hindrance turns up, or once it is stopped.
        Units whose routers cannot be reached are queued: they count as failed, and are tried again after the last one.
        """
        batches = tuple(self._batches())
        for number, units in batches:
            last = (number, units) == batches[-1]
            queued = not last and not self.patience.queue_s  # who is waited for has not failed yet
            why = self._hindrance(number, units) or self._begin(number, units) or self._too_many_failed(queued=queued)
            if why:
                return self._finished(why)
        return self._finished(self._try_again())

    # -- batches

    def _batches(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Yield the number of each batch, from 1, and those of its units that are wanted, if there is any."""
        for number, batch in enumerate(self.plan.numbered, 1):
            units = tuple(unit for unit in batch if self.only is None or unit in self.only)
            if units:
                yield number, units

    def _hindrance(self, number: int, units: Collection[int]) -> Reason | None:
        """Return why a batch may not begin; whoever is asked may take an hour to answer, so all else is asked again."""
        if self.stop.is_set():
            return because("asked-to-stop")
        if not self._done:
            return None
        if why := self.hindrance():
            return why
        routers = tuple(router for unit in units for router in self.plan.units[unit])
        if not self.agree(Coming(number, len(self.plan.batches), routers, self._outcomes())):
            return because("not-agreed", batch=str(number))
        return because("asked-to-stop") if self.stop.is_set() else self.hindrance()

    def _begin(self, number: int, units: Sequence[int], *, again: bool = False) -> Reason | None:
        """Take units at the same time; return why that was not even begun, or None."""
        detail = {"number": number, "units": [list(self.plan.units[unit]) for unit in units]}
        try:
            self.run.journal(None, "batch", detail | ({"again": True} if again else {}))
        except StoreError as error:
            return because("not-recorded", reason=str(error))
        if len(units) == 1:
            self._done[units[0]] = self._unit(units[0])
            return None
        with ThreadPoolExecutor(len(units), thread_name_prefix="jip unit") as threads:
            futures = {unit: threads.submit(copy_context().run, self._unit, unit) for unit in units}
        self._done |= {unit: future.result() for unit, future in futures.items()}
        return None

    def _too_many_failed(self, *, queued: bool) -> Reason | None:
        """Return that more routers failed than may; those that are ``queued`` count until only they are left to do."""
        bad = (outcome for outcome in self._outcomes() if not outcome.good and (queued or outcome.step != "queued"))
        failed = list(dict.fromkeys(outcome.router for outcome in bad))
        if not self.limit.exceeded(len(failed), len(self.plan.changes)):
            return None
        return because("too-many-failed", routers=", ".join(failed))

    def _outcomes(self) -> Outcomes:
        return tuple(outcome for outcomes in self._done.values() for outcome in outcomes)

    def _finished(self, why: Reason | None) -> Finished:
        """Return what was done, and that every router of the units that were not begun is as it was."""
        units = [unit for _number, units in self._batches() for unit in units]
        rest = {
            unit: tuple(Outcome(router, "not started", "nothing") for router in self.plan.units[unit])
            for unit in units
            if unit not in self._done
        }
        if why:
            detail = {"why": str(why), "untouched": [outcome.router for unit in rest.values() for outcome in unit]}
            self._note(None, "stopped", detail)
        found = self._done | rest
        return Finished({unit: found[unit] for unit in units}, why, next(iter(self._mistakes), None))

    # -- one unit

    def _unit(self, number: int) -> Outcomes:
        """Return what became of a unit; a mistake of ours in it hides no other."""
        try:
            return self._through(number)
        except Exception as error:
            unit = self.plan.units[number]
            logger.exception("%s: stopped by a mistake in the program", ", ".join(unit))
            self._mistakes.append(error)
            return tuple(Outcome(router, "unknown", "unknown", type(error).__name__) for router in unit)

    def _through(self, number: int) -> Outcomes:
        """Return what became of a unit, also when the way to it was lost meanwhile, and came back.

        One that was written to is taken anew only once: its own change may be what the way was lost by.
        """
        unit, left_s = self.plan.units[number], self.patience.way_s
        if why := self._held_up(number):
            return self._queued(number, tuple(Outcome(router, "not started", "nothing", why) for router in unit))
        outcomes, written = self._once(number), False
        while left_s > 0 and not written and out_of_reach(outcomes) and (router := self._waiting.lost(unit)):
            written, since = not untouched(outcomes), time.monotonic()
            if not self._waiting.for_way(unit, router, left_s):
                break
            left_s -= time.monotonic() - since
            outcomes = _together(outcomes, self._once(number))
        if self.patience.queue_s is None or not (out_of_reach(outcomes) and untouched(outcomes)):
            return outcomes
        return self._queued(number, outcomes)

    def _once(self, number: int) -> Outcomes:
        return carry_out_unit(self._work, number)

    @cached_property
    def _work(self) -> Work:
        return Work(
            self.project,
            self.plan,
            self.after,
            self.run,
            self.timer_s,
            self.untimed,
            ready_s=self.ready_s,
            stop=self.stop,
        )

    @cached_property
    def _waiting(self) -> Waiting:
        return Waiting(Way(self.project, self.after), self.run, self.stop, self.hindrance)

    def _held_up(self, number: int) -> Reason | None:
        """Return which queued unit has to go before a unit: on its way back a router goes from unit to unit."""
        for other in range(number) if self.plan.job == "rollback" else ():
            shared = [router for router in self.plan.units[number] if router in self.plan.units[other]]
            if shared and self._is_queued(other):
                return because("waits-for-unit", unit=str(other + 1), router=shared[0])
        return None

    # -- units that wait for their routers

    def _queued(self, number: int, outcomes: Outcomes) -> Outcomes:
        for outcome in outcomes:
            detail = {"holds": outcome.holds, "why": outcome.detail, "unit": number}
            self._note(outcome.router, "queued", detail)
        return tuple(replace(outcome, step="queued") for outcome in outcomes)

    def _try_again(self) -> Reason | None:
        """Take the queued units that answer by now, batch after batch as before; return why that was stopped."""
        until = time.monotonic() + (self.patience.queue_s or 0)
        while not (why := self._too_many_failed(queued=False)) and self._waits():
            for number, units in self._batches():
                waiting = [unit for unit in units if self._is_queued(unit)]
                free = [unit for unit in waiting if not self._held_up(unit)]
                back = [unit for unit in free if self._waiting.way.answers(self.plan.units[unit])]
                why = self._may_try(number, back) or (self._begin(number, back, again=True) if back else None)
                if why:
                    return why
            if not self._waits() or time.monotonic() > until or self.stop.wait(AGAIN_S):
                break
        return why

    def _may_try(self, number: int, units: Collection[int]) -> Reason | None:
        if self.stop.is_set():
            return because("asked-to-stop")
        return (self._too_many_failed(queued=False) or self._hindrance(number, units)) if units else None

    def _waits(self) -> bool:
        return any(self._is_queued(unit) for unit in self._done)

    def _is_queued(self, unit: int) -> bool:
        return any(outcome.step == "queued" for outcome in self._done.get(unit, ()))

    def _note(self, router: str | None, step: str, detail: Mapping[str, object]) -> None:
        """Write down what is so already; a store that cannot be written takes nothing from what is told."""
        try:
            self.run.journal(router, step, detail)
        except StoreError:
            logger.exception("%s: %s could not be recorded", router or "the rollout", step)


def _together(before: Outcomes, now: Outcomes) -> Outcomes:
    """Return what became of a unit that was taken twice: what nobody knew before is not known by writing nothing."""
    unknown = {outcome.router for outcome in before if outcome.holds == "unknown"}
    return tuple(
        replace(outcome, holds="unknown")
        if outcome.router in unknown and outcome.holds == "nothing" and not outcome.good
        else outcome
        for outcome in now
    )
