"""A link that keeps breaking is not up because it happens to work now."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from jipkit.testing.observations import AT
from jipkit.verdict import LinkVerdict, Verdict, breaks, unless_flapping
from jipkit.verdict.words import words

UP, DOWN, HIDDEN = Verdict.UP, Verdict.DOWN, Verdict.UNKNOWN_UPSTREAM


def minutes_ago(minutes: float) -> datetime:
    return AT - timedelta(minutes=minutes)


def judged(verdict: Verdict) -> LinkVerdict:
    return LinkVerdict("core-1--pop-1", verdict, words("both-ends-good"), AT, carries=True)


@pytest.mark.parametrize(
    ("verdicts", "times"),
    [
        ([], 0),
        ([UP], 0),
        ([DOWN], 0),
        ([UP, DOWN], 1),
        ([UP, DOWN, DOWN, UP], 1),
        ([UP, DOWN, Verdict.ONE_WAY, UP, DOWN], 2),
        ([UP, HIDDEN, UP], 0),
    ],
)
def test_a_break_is_when_what_worked_works_no_more(verdicts: list[Verdict], times: int) -> None:
    seen = [(minutes_ago(50 - number), verdict) for number, verdict in enumerate(verdicts)]

    assert len(breaks(seen)) == times


@pytest.mark.parametrize("verdict", [Verdict.UP, Verdict.DEGRADED])
def test_three_breaks_within_an_hour_are_flapping(verdict: Verdict) -> None:
    found = unless_flapping(judged(verdict), [minutes_ago(59), minutes_ago(30), minutes_ago(5)])

    assert found.verdict is Verdict.FLAPPING
    assert str(found.cause) == "stopped working 3 times within 60 minutes"


@pytest.mark.parametrize("broke", [[], [59, 5], [61, 30, 5]])
def test_fewer_breaks_or_older_ones_are_not(broke: list[float]) -> None:
    assert unless_flapping(judged(Verdict.UP), [minutes_ago(m) for m in broke]).verdict is Verdict.UP


@pytest.mark.parametrize("verdict", [Verdict.DOWN, Verdict.UNKNOWN_UPSTREAM, Verdict.NOT_PARSED])
def test_what_does_not_work_now_is_not_flapping(verdict: Verdict) -> None:
    assert unless_flapping(judged(verdict), [minutes_ago(m) for m in (9, 5, 1)]).verdict is verdict


def test_breaks_that_a_clock_which_ran_ahead_has_dated_do_not_count() -> None:
    ahead = [minutes_ago(-10_000), minutes_ago(-20_000), minutes_ago(-30_000)]
    assert unless_flapping(judged(UP), ahead).verdict is UP
