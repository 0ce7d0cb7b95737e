"""Moments as the district's clocks show them, and as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from jipkit.errors import UsageError
from jipkit.language import _
from jipkit.project import Project

_AGE = re.compile(r"(\d{1,4}) ?(min|h|d|w)")
_UNITS: Mapping[str, timedelta] = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that people read; ``notes`` say why it is not the district's, where it is not."""

    zone: tzinfo
    notes: tuple[str, ...] = ()

    def shown(self, when: datetime) -> str:
        """Return a moment, to the second."""
        return when.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")


def clock_of(project: Project) -> Clock:
    """Return the district's clock; records can be read by it even while the inventory has faults."""
    try:
        return Clock(ZoneInfo(project.network.standards.timezone))
    except UsageError:
        return Clock(UTC, (_("Times are in UTC: the inventory has faults; `jip check` names them."),))


def moment(text: str, zone: tzinfo, now: datetime) -> datetime:
    """Return the moment that a text means: a day, a time, or how long before ``now``.

    Raises:
        UsageError: it means none.

    >>> str(moment("3d", UTC, datetime(2026, 11, 24, tzinfo=UTC)))
    '2026-11-21 00:00:00+00:00'
    """
    if age := _AGE.fullmatch(text):
        return now - int(age[1]) * _UNITS[age[2]]
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{text!r} is no moment; write a day (2026-11-24), a time (2026-11-24T20:30) or an age (90min, 12h, 3d, 2w)"
        ) from None
