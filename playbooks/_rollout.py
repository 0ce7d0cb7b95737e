"""Carry out a plan of many routers, batch after batch; whatever goes wrong, what is untouched stays so."""

from __future__ import annotations

import logging
import math
import re
import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any

from jipkit.errors import JipError, UsageError
from jipkit.plan import Plan, Unit
from jipkit.project import Project
from jipkit.reasons import Reason, because
from jipkit.signals import ending_as_interrupt
from jipkit.store import Run
from playbooks._change import Outcome, carry_out_unit

logger = logging.getLogger(__name__)

_LISTENS_S = 0.5


@dataclass(frozen=True, slots=True)
class Limit:
    """How many routers may fail before nothing more is begun: ``most``, or a ``share`` of all routers of the plan."""

    most: int = 0
    share: float | None = None

    @classmethod
    def of(cls, text: str) -> Limit:
        """Return the limit that ``text`` says: ``3``, or ``5%``.

        Raises:
            UsageError: it says neither.
        """
        found = re.fullmatch(r"(\d{1,5})(%?)", text.strip())
        if found is None or (found[2] and int(found[1]) > 100):
            raise UsageError(f"--max-failures {text}: wants a number of routers, or a share such as 5%")
        return cls(share=int(found[1]) / 100) if found[2] else cls(int(found[1]))

    def exceeded(self, failed: int, routers: int) -> bool:
        """Return whether ``failed`` of the plan's ``routers`` are more than may fail."""
        return failed > (self.most if self.share is None else math.floor(routers * self.share))


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of every router of a plan, in its order; ``stopped`` says why the rest was not begun."""

    outcomes: tuple[Outcome, ...]
    stopped: Reason | None = None


@dataclass
class Rollout:
    """A plan on its way. ``hindrance`` is asked before each batch but the first: why it may not begin, or None."""

    project: Project
    plan: Plan
    run: Run
    timer_s: int
    limit: Limit = Limit()
    untimed: Collection[str] = ()
    hindrance: Callable[[int], Reason | None] = lambda _number: None
    _stop: threading.Event = field(default_factory=threading.Event)

    def carry_out(self) -> Finished:
        """Change batch after batch, the units of each at the same time.

        Nothing more is begun once more routers have failed than may, once a hindrance turns up, or once somebody
        interrupts: then the units on their way are taken back where they are not about to be confirmed.
        """
        outcomes: list[Outcome] = []
        for number, batch in enumerate(self.plan.batches):
            if number and (why := self.hindrance(number)):
                return self._rest(outcomes, number, why)
            self.run.journal(None, "batch", {"number": number + 1, "units": [list(unit) for unit in batch]})
            outcomes += self._batch(batch)
            failed = [outcome.router for outcome in outcomes if not outcome.good]
            if self.limit.exceeded(len(failed), len(self.plan.changes)):
                return self._rest(outcomes, number + 1, because("too-many-failed", routers=", ".join(failed)))
        return Finished(tuple(outcomes))

    def _rest(self, outcomes: list[Outcome], number: int, why: Reason) -> Finished:
        """Return what was done, and that every router of batch ``number`` and later is as it was."""
        rest = [router for batch in self.plan.batches[number:] for unit in batch for router in unit]
        self.run.journal(None, "stopped", {"why": str(why), "untouched": rest})
        return Finished((*outcomes, *(Outcome(router, "not started", "nothing") for router in rest)), why)

    def _batch(self, batch: Collection[Unit]) -> list[Outcome]:
        """Return what became of the routers of a batch, unit after unit.

        Raises:
            KeyboardInterrupt: somebody interrupted; every unit has been taken back or confirmed.
        """
        with ThreadPoolExecutor(len(batch), thread_name_prefix="jip unit") as threads, ending_as_interrupt():
            futures = [threads.submit(copy_context().run, self._unit, unit) for unit in batch]
            try:
                _wait(futures)
            except KeyboardInterrupt:
                logger.warning("interrupted: waiting for %d units to be taken back, or confirmed", len(futures))
                self._stop.set()
                _wait_whatever_comes(futures)
                raise
        return [outcome for future in futures for outcome in future.result()]

    def _unit(self, routers: Unit) -> tuple[Outcome, ...]:
        return carry_out_unit(
            self.project,
            self.plan,
            routers,
            self.project.network,
            self.run,
            timer_s=self.timer_s,
            untimed=self.untimed,
            stop=self._stop,
        )


def _wait(futures: Collection[Future[Any]]) -> None:
    """Wait for all of them, in pieces: a signal has to be heard meanwhile."""
    waiting = set(futures)
    while waiting:
        waiting = wait(waiting, _LISTENS_S, FIRST_COMPLETED).not_done


def _wait_whatever_comes(futures: Collection[Future[Any]]) -> None:
    """Wait for all of them though somebody interrupts again and again: routers must not be left in between."""
    while any(not future.done() for future in futures):
        try:
            _wait(futures)
        except KeyboardInterrupt:
            logger.warning("still waiting: the routers have timers, but nobody would prove what they hold")


def outdated(project: Project, plan: Plan) -> Iterator[tuple[str, JipError | None]]:
    """Yield the routers that the inventory wants otherwise than when the plan was made, or not at all, and why."""
    for key, change in plan.changes.items():
        try:
            if project.render(key).text != change.intended:
                yield key, None
        except JipError as error:
            yield key, error
