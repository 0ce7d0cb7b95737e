"""Windows and freezes of the calendar. 2026-11-23 is a Monday; the zone is Jakarta's, seven hours ahead of UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jipkit.model import Calendar
from jipkit.rollout.windows import opening

JAKARTA = ZoneInfo("Asia/Jakarta")


def calendar(**parts: dict[str, dict[str, Any]]) -> Calendar:
    return Calendar.model_validate(
        {part: {key: {"key": key, **fields} for key, fields in entries.items()} for part, entries in parts.items()}
    )


NIGHTS = {"malam": {"days": [1, 2, 3, 4], "start": "20:00", "end": "04:00"}}
BUDGET = {"anggaran": {"start": "2026-12-15", "end": "2027-01-05", "reason": "SP2D"}}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


def told(moment: str, **parts: dict[str, dict[str, Any]]) -> tuple[str | None, str | None]:
    found = opening(calendar(**parts), "Asia/Jakarta", at(moment))
    code = found.closed.code if found.closed else None
    return code, found.until.strftime("%Y-%m-%d %H:%M") if found.until else None


def test_without_windows_and_freezes_it_is_always_open() -> None:
    assert told("2026-11-23 11:00") == (None, None)


@pytest.mark.parametrize(
    ("moment", "answer"),
    [
        ("2026-11-23 19:59", ("no-window", "2026-11-23 20:00")),
        ("2026-11-23 20:00", (None, "2026-11-24 04:00")),
        ("2026-11-24 03:59", (None, "2026-11-24 04:00")),
        ("2026-11-24 04:00", ("no-window", "2026-11-24 20:00")),
        ("2026-11-27 03:00", (None, "2026-11-27 04:00")),  # Friday, in Thursday's window
        ("2026-11-27 20:00", ("no-window", "2026-11-30 20:00")),  # Friday has none
    ],
)
def test_a_window_over_midnight_belongs_to_the_day_on_which_it_opens(
    moment: str, answer: tuple[str | None, str | None]
) -> None:
    assert told(moment, windows=NIGHTS) == answer


@pytest.mark.parametrize(
    ("moment", "answer"),
    [
        ("2026-12-14 23:59", (None, "2026-12-15 00:00")),  # the freeze cuts Monday's window short
        ("2026-12-15 00:00", ("frozen", "2027-01-06 00:00")),  # Tuesday's window is open again at once
        ("2027-01-05 23:59", ("frozen", "2027-01-06 00:00")),
        ("2027-01-06 00:00", (None, "2027-01-06 04:00")),
    ],
)
def test_a_freeze_lasts_from_the_first_day_to_the_end_of_the_last(
    moment: str, answer: tuple[str | None, str | None]
) -> None:
    assert told(moment, windows=NIGHTS, freezes=BUDGET) == answer


def test_a_freeze_is_named_with_its_reason() -> None:
    closed = opening(calendar(freezes=BUDGET), "Asia/Jakarta", at("2026-12-20 12:00")).closed
    assert str(closed) == "nothing is changed until 2027-01-05 (anggaran: SP2D)"


def test_windows_that_touch_are_one() -> None:
    windows = {
        "a": {"days": [1], "start": "20:00", "end": "23:59"},
        "b": {"days": [2], "start": "00:00", "end": "04:00"},
    }
    assert told("2026-11-23 21:00", windows=windows) == (None, "2026-11-24 04:00")


def test_a_window_that_never_comes_is_nowhere_in_sight() -> None:
    freezes = {"selamanya": {"start": "2020-01-01", "end": "2099-12-31", "reason": "habis"}}
    assert told("2026-11-23 21:00", windows=NIGHTS, freezes=freezes) == ("frozen", None)


def test_the_hour_is_that_of_the_district() -> None:
    found = opening(calendar(windows=NIGHTS), "Asia/Jakarta", datetime(2026, 11, 23, 13, 0, tzinfo=UTC))
    assert (found.closed, found.until) == (None, at("2026-11-24 04:00"))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        opening(calendar(), "Asia/Jakarta", datetime(2026, 11, 23, 13, 0))  # noqa: DTZ001


CLOCKS = st.times().map(lambda found: found.replace(second=0, microsecond=0).strftime("%H:%M"))
WINDOWS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.fixed_dictionaries(
        {"days": st.lists(st.integers(1, 7), min_size=1, unique=True), "start": CLOCKS, "end": CLOCKS}
    ),
    max_size=3,
)
FREEZES = st.dictionaries(
    st.sampled_from(["x", "y"]),
    st.tuples(st.dates(datetime(2026, 11, 1).date(), datetime(2026, 12, 20).date()), st.integers(0, 9)).map(  # noqa: DTZ001
        lambda drawn: {
            "start": str(drawn[0]),
            "end": str(drawn[0] + timedelta(days=drawn[1])),
            "reason": "libur",
        }
    ),
    max_size=2,
)
MOMENTS = st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 31)).map(  # noqa: DTZ001
    lambda found: found.replace(tzinfo=JAKARTA)
)


@given(WINDOWS, FREEZES, MOMENTS, st.floats(0.0, 1.0))
def test_nothing_changes_before_it_is_said_to(
    windows: dict[str, dict[str, Any]], freezes: dict[str, dict[str, Any]], now: datetime, part: float
) -> None:
    found = calendar(windows=windows, freezes=freezes)
    first = opening(found, "Asia/Jakarta", now)
    until = first.until or now + timedelta(days=30)
    between = opening(found, "Asia/Jakarta", now + (until - now) * part * 0.999999)
    assert (between.closed is None) is (first.closed is None)


@given(WINDOWS, FREEZES, MOMENTS)
def test_it_has_changed_when_it_was_said_to(
    windows: dict[str, dict[str, Any]], freezes: dict[str, dict[str, Any]], now: datetime
) -> None:
    found = calendar(windows=windows, freezes=freezes)
    first = opening(found, "Asia/Jakarta", now)
    if first.until is not None:
        assert (opening(found, "Asia/Jakarta", first.until).closed is None) is not (first.closed is None)
