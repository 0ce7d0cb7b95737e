"""How long a rollout waits, and for whom, before a router that cannot be reached has failed."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event

from jipkit.errors import StoreError, UsageError
from jipkit.plan import Unit
from jipkit.reasons import Reason
from jipkit.store import Run
from playbooks._way import Way

logger = logging.getLogger(__name__)

POLL_S = 5.0
BACK_S = 60.0
"""How long routers may take to be seen again once the way to them is whole: the routes have to come back first."""

_SECONDS: Mapping[str, int] = {"s": 1, "min": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a rollout waits.

    ``way_s`` for a way to routers that was lost while they were on their way, for each unit. ``queue_s`` for routers
    that do not answer themselves, after the last batch: 0 tries them once more, None never.
    """

    way_s: float = 0.0
    queue_s: float | None = None

    @classmethod
    def of(cls, patience: int, wait: str | None) -> Patience:
        """Return what the options ``--patience`` and ``--wait`` say.

        Raises:
            UsageError: ``wait`` is no duration.
        """
        return cls(float(patience), float(seconds_in(wait)) if wait else 0.0)


def seconds_in(text: str) -> int:
    """Return the seconds of a duration.

    Raises:
        UsageError: it is none.

    >>> seconds_in("90min")
    5400
    """
    found = re.fullmatch(r"(\d{1,5}) ?(s|min|h)", text.strip())
    if found is None:
        raise UsageError(f"--wait {text}: is no duration; write 600s, 90min or 2h")
    return int(found[1]) * _SECONDS[found[2]]


@dataclass
class Waiting:
    """Waits until the way to a unit is whole again; what it waits for is in the journal.

    ``hindrance`` says why nothing may be begun any more: then nobody waits on.
    """

    way: Way
    run: Run
    stop: Event
    hindrance: Callable[[], Reason | None]
    given_up: set[str] = field(default_factory=set)
    """Routers that were waited for as long as may be: nobody waits for them again."""

    def lost(self, unit: Unit) -> str | None:
        """Return the router on the way to ``unit`` that does not answer and is worth waiting for; None: nobody is."""
        if self.stop.is_set():
            return None
        found = self.way.silent(unit)
        return None if found in self.given_up else found

    def for_way(self, unit: Unit, router: str, within_s: float) -> bool:
        """Wait until the way to ``unit`` is whole, and return whether it is; ``router`` on it does not answer now."""
        _note(self.run, "paused", {"unit": list(unit), "waits_for": router, "within_s": round(within_s)})
        logger.warning(
            "%s: out of reach, because %s does not answer: waiting for it, %d s at most",
            ", ".join(unit),
            router,
            within_s,
        )
        whole = self._whole(unit, time.monotonic() + within_s)
        if not whole:
            self.given_up.add(router)
        _note(self.run, "resumed" if whole else "given up", {"unit": list(unit), "waits_for": router})
        return whole

    def _whole(self, unit: Unit, until: float) -> bool:
        while self.way.silent(unit):
            if time.monotonic() > until or self.hindrance() is not None or self.stop.wait(POLL_S):
                return False
        back = min(until, time.monotonic() + BACK_S)
        while not self.way.answers(unit) and time.monotonic() < back:
            if self.stop.wait(POLL_S):
                return False
        return True


def _note(run: Run, step: str, detail: Mapping[str, object]) -> None:
    """Write down what is so already; a store that cannot be written keeps nobody from waiting."""
    try:
        run.journal(None, step, detail)
    except StoreError:
        logger.exception("that a rollout %s could not be recorded", step)
