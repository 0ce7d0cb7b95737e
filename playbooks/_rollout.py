"""Carry out a plan of many routers, batch after batch; whatever goes wrong, what is untouched stays so."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field

from jipkit.errors import JipError, StoreError, UsageError
from jipkit.plan import Plan, Unit
from jipkit.project import Project
from jipkit.reasons import Reason, because
from jipkit.store import Run
from playbooks._change import Outcome, carry_out_unit

logger = logging.getLogger(__name__)


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
class Finished:
    """What became of every router of a plan, in its order; ``stopped`` says why the rest was not begun."""

    outcomes: tuple[Outcome, ...]
    stopped: Reason | None = None


@dataclass
class Rollout:
    """A plan on its way. ``hindrance`` is asked before each batch but the first: why it may not begin, or None.

    Once ``stop`` is set the units on their way are taken back where they are not about to be confirmed, and nothing
    more is begun.
    """

    project: Project
    plan: Plan
    run: Run
    timer_s: int
    limit: Limit = Limit()
    untimed: Collection[str] = ()
    hindrance: Callable[[], Reason | None] = lambda: None
    stop: threading.Event = field(default_factory=threading.Event)

    def carry_out(self) -> Finished:
        """Change batch after batch, the units of each at the same time; say what became of each router.

        Nothing more is begun once more routers have failed than may, once a hindrance turns up, or once it is stopped.
        """
        outcomes: list[Outcome] = []
        for number, batch in enumerate(self.plan.batches):
            if why := self._hindrance(number):
                return self._rest(outcomes, number, why)
            try:
                self.run.journal(None, "batch", {"number": number + 1, "units": [list(unit) for unit in batch]})
            except StoreError as error:
                return self._rest(outcomes, number, because("not-recorded", reason=str(error)))
            outcomes += self._batch(batch)
            failed = [outcome.router for outcome in outcomes if not outcome.good]
            if self.limit.exceeded(len(failed), len(self.plan.changes)):
                return self._rest(outcomes, number + 1, because("too-many-failed", routers=", ".join(failed)))
        return Finished(tuple(outcomes))

    def _hindrance(self, number: int) -> Reason | None:
        if self.stop.is_set():
            return because("asked-to-stop")
        return self.hindrance() if number else None

    def _rest(self, outcomes: list[Outcome], number: int, why: Reason) -> Finished:
        """Return what was done, and that every router of batch ``number`` and later is as it was."""
        rest = [router for batch in self.plan.batches[number:] for unit in batch for router in unit]
        try:
            self.run.journal(None, "stopped", {"why": str(why), "untouched": rest})
        except StoreError:
            logger.exception("that nothing more was begun could not be recorded")
        return Finished((*outcomes, *(Outcome(router, "not started", "nothing") for router in rest)), why)

    def _batch(self, batch: Collection[Unit]) -> list[Outcome]:
        """Return what became of the routers of a batch, unit after unit; a mistake of ours in one hides no other."""
        with ThreadPoolExecutor(len(batch), thread_name_prefix="jip unit") as threads:
            futures = {unit: threads.submit(copy_context().run, self._unit, unit) for unit in batch}
        return [outcome for unit, future in futures.items() for outcome in _outcomes_of(unit, future)]

    def _unit(self, routers: Unit) -> tuple[Outcome, ...]:
        return carry_out_unit(
            self.project,
            self.plan,
            routers,
            self.project.network,
            self.run,
            timer_s=self.timer_s,
            untimed=self.untimed,
            stop=self.stop,
        )


def _outcomes_of(unit: Unit, future: Future[tuple[Outcome, ...]]) -> tuple[Outcome, ...]:
    error = future.exception()
    if error is None:
        return future.result()
    logger.error("%s: stopped by a mistake in the program", ", ".join(unit), exc_info=error)
    return tuple(Outcome(router, "unknown", "unknown", type(error).__name__) for router in unit)


def outdated(project: Project, plan: Plan) -> Iterator[tuple[str, JipError | None]]:
    """Yield the routers that the inventory wants otherwise than when the plan was made, or not at all, and why."""
    for key, change in plan.changes.items():
        try:
            if project.render(key).text != change.intended:
                yield key, None
        except JipError as error:
            yield key, error
