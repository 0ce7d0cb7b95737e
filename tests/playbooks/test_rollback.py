"""``jip rollback``: a whole run is undone, back to front, and nothing that somebody changed since goes with it."""

from __future__ import annotations

import doctest
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from jipkit.backups import Backups
from jipkit.errors import ChangeError, SelectionError, StateError, UsageError
from jipkit.report import Report
from jipkit.store import Trace
from jipkit.testing.simulation import Simulation
from playbooks import _change, _permission, _turns, _waiting
from playbooks._turns import broken_chain, in_turn, refused_units
from playbooks._way import Way
from playbooks.apply import apply
from playbooks.history import history
from playbooks.plan import plan
from playbooks.provision import provision
from playbooks.recover import recover
from playbooks.rollback import rollback
from playbooks.run.show import show
from tests.playbooks.rollouts import at_each
from tests.playbooks.rolls import dies_at, key_roll, keys_of

OLD = {"pop-1--kec-rawa": (1, 1), "core-1--pop-1": (1, 1)}
NEW = {"pop-1--kec-rawa": (2, 2), "core-1--pop-1": (2, 2)}


def running(simulated: Simulation) -> Mapping[str, str]:
    return {key: simulated.district.running(key) for key in simulated.routers}


def states(report: Report) -> Mapping[tuple[int, str], str]:
    return {(row.values["unit"], row.values["router"]): row.values["state"] for row in report.rows}


def why(report: Report, unit: int, router: str) -> str:
    return next(str(r.values["why"]) for r in report.rows if (r.values["unit"], r.values["router"]) == (unit, router))


def rolled(simulated: Simulation) -> Mapping[str, str]:
    """Roll the keys of two links in one run; return what the routers ran before."""
    before = running(simulated)
    assert apply(simulated.project, key_roll(simulated)).ok
    assert keys_of(simulated) == NEW
    return before


# ------------------------------------------------------------------ which units


def trace(unit: int, before: str, after: str | None, router: str = "a") -> Trace:
    return Trace(router, unit, before, datetime(2026, 11, 24, tzinfo=UTC), 60, after, "all")


@pytest.mark.parametrize(
    ("traces", "now", "broken"),
    [
        ([trace(0, "A", "B")], "B", set()),
        ([trace(0, "A", "B")], "A", set()),
        ([trace(0, "A", "B")], "X", {0}),
        ([trace(0, "A", "B"), trace(1, "B", "C")], "C", set()),
        ([trace(0, "A", "B"), trace(1, "B", "C")], "X", {1}),
        ([trace(0, "A", "B"), trace(1, "X", "C")], "C", {0}),
        ([trace(0, "A", None), trace(1, "B", "C")], "C", set()),
    ],
)
def test_a_router_has_to_be_what_each_unit_left_it(traces: list[Trace], now: str, broken: set[int]) -> None:
    assert broken_chain(traces, now) == broken


def test_a_unit_stands_or_falls_as_a_whole_and_takes_with_it_only_what_it_stands_on() -> None:
    units = [("a", "b"), ("b", "c"), ("d",), ("c", "e")]
    refused = refused_units(units, [0, 1, 2, 3], {1: {"c": "changed"}})
    assert refused == {1: {"c": "changed"}, 0: {"b": "unit 2, which came later on it, stays"}}


@pytest.mark.parametrize(
    ("met", "turns"),
    [
        ([(0, "a"), (0, "b"), (1, "b"), (2, "c")], [0, 1, 2]),
        ([(1, "b"), (2, "c"), (0, "a"), (0, "b")], [1, 2, 0]),
        ([(0, "a"), (1, "a"), (0, "b")], [0, 1]),
        ([(0, "a"), (1, "b"), (0, "b")], [1, 0]),
        ([(0, "a"), (1, "a"), (2, "b"), (0, "b")], [2, 0, 1]),
    ],
)
def test_units_come_in_the_turn_in_which_every_router_met_them(met: list[tuple[int, str]], turns: list[int]) -> None:
    found = in_turn([trace(unit, "A", "B", router) for unit, router in met])
    assert list(dict.fromkeys(one.unit for one in found)) == turns


def test_units_that_two_routers_met_in_opposite_order_cannot_be_taken_back() -> None:
    met = [(0, "a"), (1, "a"), (1, "b"), (0, "b")]
    with pytest.raises(StateError, match="units 1, 2: their routers met them in opposite order"):
        in_turn([trace(unit, "A", "B", router) for unit, router in met])


def test_examples_in_docstrings_are_true() -> None:
    assert doctest.testmod(_turns) == (0, 2)


# ------------------------------------------------------------------ undone as a whole


def test_a_finished_run_is_undone_to_the_byte(simulated: Simulation) -> None:
    before = rolled(simulated)
    shown = rollback(simulated.project, 1)
    assert (shown.ok, keys_of(simulated)) == (True, NEW)
    done = rollback(simulated.project, 1, commit=True)
    assert (done.ok, set(states(done).values())) == (True, {"taken back"})
    assert running(simulated) == before


def test_the_last_unit_goes_back_first(simulated: Simulation) -> None:
    rolled(simulated)
    done = rollback(simulated.project, 1, commit=True)
    first = [e.detail["units"] for e in simulated.project.store.journal(run=1) if e.step == "batch"]
    second = [e.detail["units"] for e in simulated.project.store.journal(run=done.data["run"]) if e.step == "batch"]
    assert [unit for batch in second for unit in batch] == [unit for batch in reversed(first) for unit in batch]


def test_a_unit_that_was_done_last_because_its_router_was_away_goes_back_first(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first unit waits for kec-rawa until the second is done; both are of pop-1."""
    before, file = running(simulated), key_roll(simulated)
    simulated.district.freeze("kec-rawa")

    def back(*_: object) -> bool:
        simulated.district.thaw("kec-rawa")
        return True

    monkeypatch.setattr(Way, "answers", back)
    assert apply(simulated.project, file, max_failures="2").ok
    shown = rollback(simulated.project, 1)
    assert [unit for unit, _router in states(shown)] == [1, 1, 2, 2]
    assert rollback(simulated.project, 1, commit=True).ok
    assert running(simulated) == before


def test_a_router_goes_back_stage_after_stage(simulated: Simulation) -> None:
    rolled(simulated)
    shown = rollback(simulated.project, 1)
    content = json.loads(Path(str(shown.data["file"])).read_bytes())
    assert [stage["undoes"] for stage in content["routers"]["pop-1"]["stages"]] == [1, 0]


def test_the_plan_holds_no_secret(simulated: Simulation) -> None:
    rolled(simulated)
    text = Path(str(rollback(simulated.project, 1).data["file"])).read_text("utf-8")
    keys = [
        simulated.project.secrets.resolve(f"ospf/{link}/{number}")
        for link in ("pop-1--kec-rawa", "core-1--pop-1")
        for number in (1, 2)
    ]
    assert [key in text for key in keys] == [False] * 4
    assert "no ip ospf message-digest-key 2" in text


def test_what_is_shown_twice_is_the_same_to_the_byte(simulated: Simulation) -> None:
    rolled(simulated)
    first = rollback(simulated.project, 1).data["plan"]
    assert rollback(simulated.project, 1).data["plan"] == first


def test_a_run_that_was_undone_says_by_which(simulated: Simulation) -> None:
    rolled(simulated)
    number = rollback(simulated.project, 1, commit=True).data["run"]
    old = next(row for row in history(simulated.project).rows if row.values["run"] == 1)
    assert old.values["undone_by"] == [number]
    assert {one["holds"] for one in old.values["routers"]} == {"reverted"}
    assert any(f"undone by run {number}" in note for note in show(simulated.project, 1).notes)


def test_a_run_that_was_undone_has_nothing_left_to_undo(simulated: Simulation) -> None:
    rolled(simulated)
    rollback(simulated.project, 1, commit=True)
    again = rollback(simulated.project, 1, commit=True)
    assert (again.rows, list(again.notes)) == ([], ["Nothing is held of run 1 any more."])


def test_a_rollback_is_undone_by_another(simulated: Simulation) -> None:
    rolled(simulated)
    number = rollback(simulated.project, 1, commit=True).data["run"]
    assert rollback(simulated.project, number, commit=True).ok
    assert keys_of(simulated) == NEW


def test_that_the_inventory_still_wants_it_is_said(simulated: Simulation) -> None:
    rolled(simulated)
    done = rollback(simulated.project, 1, commit=True)
    assert "the next `jip --lab simulated plan` would do it again" in done.notes[-1]
    assert plan(simulated.project, everything=True).data["file"] is not None


def test_a_backup_is_kept_of_what_was_taken_back(simulated: Simulation) -> None:
    rolled(simulated)
    rollback(simulated.project, 1, commit=True)
    kept = simulated.project.backups.latest("kec-rawa")
    assert kept is not None
    assert "message-digest-key 2" not in kept.text


def test_a_disk_that_takes_no_backup_of_it_hides_nothing(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    rolled(simulated)
    at_each("undone", lambda: monkeypatch.setattr(Backups, "save", refuse), monkeypatch, router="kec-rawa")
    done = rollback(simulated.project, 1, commit=True)
    assert (done.ok, set(states(done).values()), keys_of(simulated)) == (False, {"taken back"}, OLD)
    assert any("no backup of kec-rawa: [Errno 28] No space left on device" in note for note in done.notes)


def test_a_router_that_the_run_left_alone_needs_no_leave_to_go_without_a_timer(simulated: Simulation) -> None:
    rolled(simulated)
    with pytest.raises(UsageError, match="run 1 did nothing to it"):
        rollback(simulated.project, 1, commit=True, without_timer=["desa-jauh"])


def test_a_way_that_is_lost_while_a_run_is_undone_is_waited_for(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_waiting, "POLL_S", 0.05)
    before = running(simulated)
    assert apply(simulated.project, key_roll(simulated, ("pop-1--kec-rawa",))).ok
    at_each("batch", lambda: simulated.district.freeze("core-1"), monkeypatch)
    at_each("paused", lambda: simulated.district.thaw("core-1"), monkeypatch)
    assert rollback(simulated.project, 1, commit=True).ok
    assert running(simulated) == before


# ------------------------------------------------------------------ what cannot be undone


def test_a_unit_with_a_router_that_somebody_changed_stays_and_all_others_go_back(simulated: Simulation) -> None:
    rolled(simulated)
    simulated.district.hand_edit("core-1", "ip route 192.0.2.0/24 blackhole")
    number = next(unit for (unit, router) in states(rollback(simulated.project, 1)) if router == "core-1")
    done = rollback(simulated.project, 1, commit=True)
    assert not done.ok
    assert "+ ip route 192.0.2.0/24 blackhole" in why(done, number, "core-1")
    kept = "core-1--pop-1"
    assert keys_of(simulated)[kept] == (2, 2)
    assert "192.0.2.0/24" in simulated.district.running("core-1")


def test_an_earlier_unit_of_a_router_stays_with_the_later_one(simulated: Simulation) -> None:
    rolled(simulated)
    later = states(rollback(simulated.project, 1))
    last = max(unit for unit, _router in later)
    far = next(router for unit, router in later if unit == last and router != "pop-1")
    simulated.district.hand_edit(far, "ip route 192.0.2.0/24 blackhole")
    shown = rollback(simulated.project, 1)
    assert set(states(shown).values()) == {"refused"}
    assert why(shown, 1, "pop-1") == f"unit {last}, which came later on it, stays"
    assert why(shown, last, "pop-1") == f"{far}, of the same unit, cannot be taken back"


def test_a_router_that_does_not_answer_is_refused_and_named(simulated: Simulation) -> None:
    rolled(simulated)
    simulated.district.freeze("kec-rawa")
    shown = rollback(simulated.project, 1)
    assert (states(shown)[1, "kec-rawa"], shown.ok) == ("refused", False)
    assert "no answer" in why(shown, 1, "kec-rawa")


def test_a_router_that_left_the_inventory_keeps_no_other_from_going_back(simulated: Simulation) -> None:
    rolled(simulated)
    for name in ("offices", "routers", "links"):
        path = simulated.root / "inventory" / f"{name}.yaml"
        kept = {k: v for k, v in yaml.safe_load(path.read_text("utf-8")).items() if "kec-rawa" not in k}
        path.write_text(yaml.safe_dump(kept, sort_keys=False), "utf-8")
    smaller = replace(simulated, routers=tuple(key for key in simulated.routers if key != "kec-rawa"))
    done = rollback(smaller.project, 1, commit=True)
    assert "not in the inventory any more" in why(done, 1, "kec-rawa")
    assert states(done) == {
        (2, "core-1"): "taken back",
        (2, "pop-1"): "taken back",
        (1, "pop-1"): "refused",
        (1, "kec-rawa"): "refused",
    }


def test_where_nothing_was_kept_nothing_is_undone(simulated: Simulation) -> None:
    rolled(simulated)
    for path in (simulated.project.var / "undo" / "run-1").iterdir():
        path.unlink()
    shown = rollback(simulated.project, 1)
    assert set(states(shown).values()) == {"refused"}
    assert why(shown, 2, "core-1") == "nothing is kept of what it ran before run 1"
    assert shown.data["file"] is None


def test_a_router_that_is_as_it_was_already_is_left_alone(simulated: Simulation) -> None:
    before = rolled(simulated)
    simulated.district.routers["kec-rawa"].replace(before["kec-rawa"])
    simulated.district.changed()
    shown = rollback(simulated.project, 1)
    assert states(shown)[1, "kec-rawa"] == "as before"
    assert rollback(simulated.project, 1, commit=True).ok
    assert running(simulated) == before
    assert {one["holds"] for one in show(simulated.project, 1).data["routers"]} == {"reverted"}


def test_what_was_shown_and_is_no_longer_true_is_refused(simulated: Simulation) -> None:
    rolled(simulated)
    rollback(simulated.project, 1)
    simulated.district.hand_edit("kec-rawa", "ip route 192.0.2.0/24 blackhole")
    before = running(simulated)
    with pytest.raises(ChangeError, match="no longer true"):
        rollback(simulated.project, 1, commit=True)
    assert running(simulated) == before


def test_a_rollback_whose_checks_fail_leaves_all_as_the_run_made_it(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    rolled(simulated)
    monkeypatch.setattr(_change._Unit, "_faults", lambda unit: {unit.routers[0]: "the link does not come up"})
    monkeypatch.setattr(_change._Unit, "_deadline", lambda _: 0.0)
    done = rollback(simulated.project, 1, commit=True)
    assert (done.ok, keys_of(simulated)) == (False, NEW)
    assert done.data["stopped"] is not None


def test_outside_the_windows_nothing_is_undone(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    rolled(simulated)
    monkeypatch.setattr(_permission.Permission, "closed", lambda *_: "a freeze")
    with pytest.raises(UsageError, match="a freeze; nothing was done"):
        rollback(simulated.project, 1, commit=True)


def test_a_run_that_left_something_open_is_recovered_first(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = key_roll(simulated)
    with monkeypatch.context() as dying:
        dies_at(dying, "check", "pop-1", times=2)
        with pytest.raises(SystemExit):
            apply(simulated.project, file)
    with pytest.raises(StateError, match="recover --run 1"):
        rollback(simulated.project, 1)


def test_what_was_done_before_a_crash_is_undone(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    before, file = running(simulated), key_roll(simulated)
    with monkeypatch.context() as dying:
        dies_at(dying, "confirmed", "pop-1", times=2)
        with pytest.raises(SystemExit):
            apply(simulated.project, file)
    assert recover(simulated.project).ok
    assert rollback(simulated.project, 1, commit=True).ok
    assert running(simulated) == before


def test_a_crash_in_a_rollback_is_recovered_and_the_rest_undone(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rolled(simulated)
    with monkeypatch.context() as dying:
        dies_at(dying, "confirmed", "core-1")
        with pytest.raises(SystemExit):
            rollback(simulated.project, 1, commit=True)
    assert recover(simulated.project).ok
    rollback(simulated.project, 1)
    assert rollback(simulated.project, 1, commit=True).ok
    assert running(simulated) == before


def test_a_rollback_that_recover_finishes_has_undone_the_run(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert apply(simulated.project, key_roll(simulated, ("pop-1--kec-rawa",))).ok
    with monkeypatch.context() as dying:
        dies_at(dying, "check", "pop-1")
        with pytest.raises(SystemExit):
            rollback(simulated.project, 1, commit=True)
    for router in ("kec-rawa", "pop-1"):
        box = simulated.district.routers[router]
        if box.pending is not None:
            box._give_up(box.pending, "not confirmed in time")
    simulated.district.changed()
    assert recover(simulated.project, finish=True).ok
    assert simulated.project.store.held([1])[1] == {"kec-rawa": "reverted", "pop-1": "reverted"}


@pytest.mark.parametrize("number", [1, 2])
def test_a_run_that_went_on_with_another_takes_both_back(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """The near end is of the first run, the far end of the second: they go back together, or not at all."""
    before, file = running(simulated), key_roll(simulated, ("pop-1--kec-rawa",))
    with monkeypatch.context() as dying:
        dies_at(dying, "confirm", "kec-rawa")
        with pytest.raises(SystemExit):
            apply(simulated.project, file)
    box = simulated.district.routers["kec-rawa"]
    assert box.pending is not None
    box._give_up(box.pending, "not confirmed in time")
    simulated.district.changed()
    assert apply(simulated.project, file).ok
    assert recover(simulated.project, run=1).ok
    assert rollback(simulated.project, number, commit=True).ok
    assert running(simulated) == before
    gone = {"kec-rawa": "reverted", "pop-1": "reverted"}
    assert [simulated.project.store.held([run])[run] for run in (1, 2)] == [gone, gone]


def test_an_office_that_was_taken_into_service_is_not_undone_by_putting_routers_back(simulated: Simulation) -> None:
    assert provision(simulated.project, "pkm-baru", commit=True, timer=20).ok
    with pytest.raises(UsageError, match="took pkm-baru into service"):
        rollback(simulated.project, 1)


@pytest.mark.parametrize(("number", "error"), [(7, SelectionError), (1, UsageError)])
def test_what_changed_nothing_is_no_run_to_be_undone(
    simulated: Simulation, number: int, error: type[Exception]
) -> None:
    with simulated.project.store.start_run("trust", {"router": "pop-1"}) as run:
        run.journal("pop-1", "trust", {})
    with pytest.raises(error):
        rollback(simulated.project, number)


def test_what_would_be_taken_back_is_shown_line_by_line(simulated: Simulation) -> None:
    rolled(simulated)
    shown = rollback(simulated.project, 1)
    text = next(text.body for text in shown.texts if text.heading == "kec-rawa")
    assert "+  ip ospf message-digest-key 1 md5 <secret>" in text
    assert "-  ip ospf message-digest-key 2 md5 <secret>" in text


# ------------------------------------------------------------------ what was interrupted, queued, or done twice


def test_a_rollback_that_did_all_and_could_not_say_so_is_only_written_down(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pop-1 is back behind both of its units: neither is made of it again on the way back."""
    before = rolled(simulated)
    rollback(simulated.project, 1)
    with monkeypatch.context() as dying:
        dies_at(dying, "confirmed", "pop-1", times=2)
        with pytest.raises(SystemExit):
            rollback(simulated.project, 1, commit=True)
    assert recover(simulated.project).ok
    assert (set(states(rollback(simulated.project, 1)).values()), running(simulated)) == ({"as before"}, before)
    assert rollback(simulated.project, 1, commit=True).ok
    assert (running(simulated), set((simulated.project.store.held([1])[1]).values())) == (before, {"reverted"})


def test_a_rollback_of_two_units_that_is_finished_after_a_crash_has_undone_both(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rolled(simulated)
    with monkeypatch.context() as dying:
        dies_at(dying, "check", "pop-1", times=2)
        with pytest.raises(SystemExit):
            rollback(simulated.project, 1, commit=True)
    for box in simulated.district.routers.values():
        if box.pending is not None:
            box._give_up(box.pending, "not confirmed in time")
    simulated.district.changed()
    assert recover(simulated.project, finish=True).ok
    assert (running(simulated), set((simulated.project.store.held([1])[1]).values())) == (before, {"reverted"})


def test_a_unit_that_waits_for_its_routers_takes_nothing_from_those_that_are_done(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, batches = key_roll(simulated), list[str]()

    def away() -> None:
        batches.append("batch")
        if len(batches) == 2:
            simulated.district.freeze("core-1")

    at_each("batch", away, monkeypatch)
    apply(simulated.project, file, max_failures="5", patience=0)
    simulated.district.thaw("core-1")
    assert states(rollback(simulated.project, 1)) == {(1, "kec-rawa"): "to do", (1, "pop-1"): "to do"}


def test_what_somebody_typed_before_recover_looked_is_no_part_of_the_run(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = key_roll(simulated, ("pop-1--kec-rawa",))
    with monkeypatch.context() as dying:
        dies_at(dying, "confirmed", "kec-rawa")
        with pytest.raises(SystemExit):
            apply(simulated.project, file)
    simulated.district.hand_edit("pop-1", "ip route 192.0.2.0/24 blackhole")
    assert recover(simulated.project).ok
    shown = rollback(simulated.project, 1)
    assert "+ ip route 192.0.2.0/24 blackhole" in why(shown, 1, "pop-1")


def test_what_somebody_typed_between_two_units_is_found_where_nobody_saw_the_first_confirmed(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = key_roll(simulated)
    with monkeypatch.context() as dying:
        dies_at(dying, "confirm", "kec-rawa")
        with pytest.raises(SystemExit):
            apply(simulated.project, file)
    box = simulated.district.routers["kec-rawa"]
    if box.pending is not None:
        box._give_up(box.pending, "not confirmed in time")
    simulated.district.hand_edit("pop-1", "ip route 192.0.2.0/24 blackhole")
    assert {row.values["holds"] for row in apply(simulated.project, file).rows} == {"all"}
    done = rollback(simulated.project, 2, commit=True)
    assert "+ ip route 192.0.2.0/24 blackhole" in why(done, 1, "pop-1")
    assert "192.0.2.0/24" in simulated.district.running("pop-1")


def test_a_rollback_that_is_undone_leaves_the_first_run_to_be_undone_again(simulated: Simulation) -> None:
    before = rolled(simulated)
    number = rollback(simulated.project, 1, commit=True).data["run"]
    assert rollback(simulated.project, number, commit=True).ok
    assert set(simulated.project.store.held([1])[1].values()) == {"all"}
    assert rollback(simulated.project, 1, commit=True).ok
    assert running(simulated) == before
