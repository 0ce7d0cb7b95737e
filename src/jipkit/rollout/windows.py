"""When changes may be made: inside a window of the calendar, and never while it says that nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jipkit.model import Calendar, Freeze, Window
from jipkit.reasons import Reason, because

HORIZON_DAYS = 400
"""How far ahead a window is looked for: more than a year, for a calendar that is frozen to the end of the next one."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether changes may be made at a moment.

    ``closed`` says why not, in words; None: they may. ``until`` is when that changes, in the calendar's time zone:
    the next moment at which they may, or may no longer; None where that is nowhere in sight.
    """

    closed: Reason | None
    until: datetime | None


def opening(calendar: Calendar, timezone: str, now: datetime) -> Opening:
    """Return whether changes may be made ``now`` (with a time zone of its own), and until when that holds.

    Raises:
        ValueError: ``now`` says no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("a moment without a time zone is no moment")
    here = now.astimezone(ZoneInfo(timezone))
    closed = _closed(calendar, here)
    later = (moment for moment in _turns(calendar, here) if moment > here)
    until = next((moment for moment in later if (_closed(calendar, moment) is None) is not (closed is None)), None)
    return Opening(closed, until)


def _closed(calendar: Calendar, here: datetime) -> Reason | None:
    """Return why nothing may be changed at a moment of the calendar's own time zone; None: it may."""
    for freeze in calendar.freezes.values():
        if freeze.start <= here.date() <= freeze.end:
            return because("frozen", freeze=freeze.key, until=freeze.end.isoformat(), reason=freeze.reason)
    if calendar.windows and not any(_contains(window, here) for window in calendar.windows.values()):
        return because("no-window", windows=", ".join(calendar.windows))
    return None


def _contains(window: Window, here: datetime) -> bool:
    days = (here.date(), here.date() - timedelta(days=1))
    return any(begin <= here < end for begin, end in (_on(window, day, here) for day in days if _opens(window, day)))


def _opens(window: Window, day: date) -> bool:
    return day.isoweekday() in window.days


def _on(window: Window, day: date, here: datetime) -> tuple[datetime, datetime]:
    """Return when a window that opens on ``day`` does, and when it closes.

    One that ends at 23:59 is open to the end of the day, as it is meant.
    """
    last = time(0, 0) if window.end == time(23, 59) else window.end
    ends = day + timedelta(days=1) if last <= window.start else day
    return datetime.combine(day, window.start, here.tzinfo), datetime.combine(ends, last, here.tzinfo)


def _turns(calendar: Calendar, here: datetime) -> Iterator[datetime]:
    """Yield the moments at which something may begin or end, in order, from the day of ``here`` on."""
    for ahead in range(HORIZON_DAYS):
        day = here.date() + timedelta(days=ahead)
        found = {
            moment
            for window in calendar.windows.values()
            for opens in (day - timedelta(days=1), day)
            if _opens(window, opens)
            for moment in _on(window, opens, here)
            if moment.date() == day
        }
        if any(_turns_on(freeze, day) for freeze in calendar.freezes.values()):
            found.add(datetime.combine(day, time(0, 0), here.tzinfo))
        yield from sorted(found)


def _turns_on(freeze: Freeze, day: date) -> bool:
    return day in (freeze.start, freeze.end + timedelta(days=1))
