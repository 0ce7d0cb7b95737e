"""What a probe makes of who answered when."""

from __future__ import annotations

from jipkit.testing.probe import Gap, Record, gaps_of

YES, NO = True, False
RECORD = Record(
    began_s=0.0,
    ended_s=9.0,
    rounds=10,
    blind_s=1.0,
    cpu_s=0.1,
    answered={"setwan": 3, "kel-paku": 10},
    gaps={"setwan": (Gap(1.0, 2.0), Gap(3.0, 9.0)), "kel-paku": ()},
)


def test_what_always_answers_has_no_gap() -> None:
    assert gaps_of([0.0, 1.0, 2.0], [YES, YES, YES], 3.0) == ()


def test_a_gap_is_from_the_first_echo_without_an_answer_to_the_next_with_one() -> None:
    assert gaps_of([0.0, 1.0, 2.0, 3.0], [YES, NO, NO, YES], 4.0) == (Gap(1.0, 3.0),)


def test_a_gap_that_is_not_over_lasts_to_the_end() -> None:
    assert gaps_of([0.0, 1.0, 2.0], [YES, NO, NO], 2.5) == (Gap(1.0, 2.5),)


def test_two_gaps_are_not_one() -> None:
    assert gaps_of([0.0, 1.0, 2.0, 3.0], [NO, YES, NO, YES], 4.0) == (Gap(0.0, 1.0), Gap(2.0, 3.0))


def test_a_probe_that_was_held_up_makes_no_gap_of_it() -> None:
    assert gaps_of([0.0, 1.0, 30.0], [YES, YES, YES], 31.0) == ()


def test_nobody_asked_is_no_gap() -> None:
    assert gaps_of([], [], 5.0) == ()


def test_only_those_that_were_lost_for_longer_are_told_with_their_long_gaps() -> None:
    assert RECORD.lost(longer_than_s=5) == {"setwan": (Gap(3.0, 9.0),)}


def test_all_that_were_ever_lost_are_told() -> None:
    assert RECORD.lost() == {"setwan": (Gap(1.0, 2.0), Gap(3.0, 9.0))}
