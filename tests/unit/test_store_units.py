"""Changes unit by unit: what is open, what a router holds of all of them, and who undid it."""

from __future__ import annotations

import doctest
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from jipkit.store import Store, holdings

Taken = tuple[str, Mapping[str, Any]]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "jip.db")


def run_of(store: Store, *taken: Taken, router: str | None = "pop-1", command: str = "apply") -> int:
    """Record a run with steps of one router, and return its number."""
    with store.start_run(command, {}) as run:
        for step, detail in taken:
            run.journal(None if step == "stopped" else router, step, detail)
    return run.id


def open_units(store: Store) -> list[tuple[int, Any]]:
    return [(entry.run, entry.detail.get("unit")) for entry in store.open_changes()]


def applied(unit: int) -> Taken:
    return "apply", {"unit": unit}


def confirmed(unit: int) -> Taken:
    return "confirmed", {"unit": unit}


def taken_back(unit: int, holds: str = "reverted") -> Taken:
    return "taken back", {"unit": unit, "holds": holds}


# ------------------------------------------------------------------ what is open


def test_a_unit_that_nobody_knows_of_stays_open_when_the_next_is_confirmed(store: Store) -> None:
    run_of(store, applied(0), taken_back(0, "unknown"), applied(1), confirmed(1))
    assert open_units(store) == [(1, 0)]


def test_a_later_run_that_is_confirmed_leaves_nothing_open(store: Store) -> None:
    run_of(store, applied(0))
    run_of(store, applied(0), confirmed(0))
    assert open_units(store) == []


def test_a_later_run_that_is_taken_back_leaves_open_what_was_open(store: Store) -> None:
    run_of(store, applied(0))
    run_of(store, applied(0), taken_back(0))
    assert open_units(store) == [(1, 0)]


def test_a_later_run_that_crashes_too_leaves_both_open(store: Store) -> None:
    run_of(store, applied(3))
    run_of(store, applied(0))
    assert open_units(store) == [(1, 3), (2, 0)]


def test_what_recover_found_settles_that_unit_of_that_run_alone(store: Store) -> None:
    run_of(store, applied(0), taken_back(0, "unknown"), applied(1))
    run_of(store, ("recovered", {"run": 1, "unit": 1, "holds": "all"}), command="recover")
    assert open_units(store) == [(1, 0)]


def test_what_an_older_version_recovered_names_no_unit_and_settles_all_of_the_run(store: Store) -> None:
    run_of(store, applied(0))
    run_of(store, ("recovered", {"run": 1, "holds": "all"}), command="recover")
    assert open_units(store) == []


def test_what_was_undone_is_open_no_more(store: Store) -> None:
    run_of(store, applied(0))
    run_of(store, ("undone", {"run": 1, "unit": 0, "holds": "reverted"}), command="rollback")
    assert open_units(store) == []


# ------------------------------------------------------------------ what a router holds


@pytest.mark.parametrize(
    ("taken", "holds"),
    [
        ([applied(0), confirmed(0), applied(1), confirmed(1)], "all"),
        ([applied(0), confirmed(0), applied(1)], "unknown"),
        ([applied(0), confirmed(0), applied(1), taken_back(1)], "part"),
        ([applied(0), confirmed(0), ("identity", {}), ("taken back", {"holds": "nothing"})], "part"),
        (
            [applied(0), taken_back(0), ("identity", {}), ("guard", {}), ("taken back", {"holds": "nothing"})],
            "reverted",
        ),
        ([("identity", {}), ("backup", {}), applied(4), confirmed(4)], "all"),
        ([("identity", {"unit": 4}), applied(4), confirmed(4), ("identity", {"unit": 7}), ("guard", {})], "part"),
        ([applied(0), confirmed(0), ("stopped", {"untouched": ["pop-1"]})], "part"),
        ([applied(0), confirmed(0), ("stopped", {"untouched": ["core-1"]})], "all"),
        ([applied(0), taken_back(0), applied(1), confirmed(1), ("looked after", {"holds": "all"})], "part"),
        ([applied(0), confirmed(0), ("looked after", {"holds": "unknown"})], "unknown"),
        ([("trust", {})], None),
    ],
)
def test_a_router_in_several_units_holds_what_it_holds_of_all(store: Store, taken: list[Taken], holds: str) -> None:
    number = run_of(store, *taken)
    assert store.held([number]) == {number: {"pop-1": holds}}


def test_a_stop_names_no_router_that_nothing_was_done_to(store: Store) -> None:
    number = run_of(store, ("stopped", {"untouched": ["pop-1"]}))
    assert store.held([number]) == {number: {}}


def test_what_recover_finds_of_one_unit_says_nothing_of_the_others(store: Store) -> None:
    number = run_of(store, applied(0), confirmed(0), applied(1))
    run_of(store, ("recovered", {"run": number, "unit": 1, "holds": "reverted"}), command="recover")
    assert store.held([number]) == {number: {"pop-1": "part"}}


def test_a_run_that_was_undone_is_held_by_nobody(store: Store) -> None:
    number = run_of(store, applied(0), confirmed(0))
    run_of(store, ("undone", {"run": number, "unit": 0, "holds": "reverted"}), command="rollback")
    assert store.held([number]) == {number: {"pop-1": "reverted"}}


def test_examples_in_docstrings_are_true() -> None:
    assert doctest.testmod(holdings) == (0, 1)


# ------------------------------------------------------------------ who undid it


def test_a_run_tells_which_later_ones_undid_it(store: Store) -> None:
    first = run_of(store, applied(0), confirmed(0), applied(1), confirmed(1))
    for unit in (1, 0):
        run_of(store, ("undone", {"run": first, "unit": unit, "holds": "reverted"}), command="rollback")
    assert store.undone_by([first, 2]) == {first: [2, 3], 2: []}
