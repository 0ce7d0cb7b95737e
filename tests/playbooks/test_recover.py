"""``jip recover``: what a run left open is told unit by unit, finished or taken back, and never another jip's."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jipkit.errors import ChangeError, SelectionError, StateError, UnknownNameError, UsageError
from jipkit.locks import lock_rollout, lock_routers
from jipkit.report import Report
from jipkit.store import Run
from jipkit.testing.simulation import Simulation
from playbooks import _finishing, _permission
from playbooks.apply import apply
from playbooks.provision import provision
from playbooks.recover import recover
from tests.playbooks.rolls import dies_at, dies_before, key_roll, keys_of, new_keys

OLD = {"pop-1--kec-rawa": (1, 1), "core-1--pop-1": (1, 1)}
UNIT = ("kec-rawa", "pop-1")


def holds(report: Report) -> Mapping[str, str]:
    return {row.values["router"]: row.values["holds"] for row in report.rows}


def first(report: Report) -> Mapping[str, Any]:
    return report.rows[0].values


def crashed(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch, step: str, router: str = "pop-1", *, timer: int = 60
) -> Path:
    """Roll the key of one link, and let the controller die at a step of one of its ends; return the plan."""
    file = key_roll(simulated, ("pop-1--kec-rawa",))
    with monkeypatch.context() as dying:
        dies_at(dying, step, router)
        with pytest.raises(SystemExit):
            apply(simulated.project, file, timer=timer)
    return file


def fire(simulated: Simulation, *routers: str) -> None:
    """Let the timers of routers run out now."""
    for router in routers:
        box = simulated.district.routers[router]
        if box.pending is not None:
            box._give_up(box.pending, "not confirmed in time")
    simulated.district.changed()


def half_confirmed(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a unit whose near end has confirmed its change and whose far end has taken its own back."""
    crashed(simulated, monkeypatch, "confirm", "kec-rawa")
    fire(simulated, "kec-rawa")


def sql(simulated: Simulation, statement: str) -> None:
    with closing(sqlite3.connect(simulated.project.var / "jip.db")) as connection, connection:
        connection.execute(statement)


# ------------------------------------------------------------------ another jip


def test_a_change_that_another_jip_is_making_is_left_to_it(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed(simulated, monkeypatch, "check")
    fire(simulated, *UNIT)
    sql(simulated, "UPDATE runs SET ended = NULL, outcome = NULL")  # its process, ours, lives
    report = recover(simulated.project)
    assert {row.values["verdict"] for row in report.rows} == {"at work"}
    assert "going on" in first(report)["advice"]
    assert [entry.router for entry in simulated.project.store.open_changes()] == ["kec-rawa", "pop-1"]


def test_what_another_jip_is_making_is_neither_finished_nor_taken_back(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_confirmed(simulated, monkeypatch)
    sql(simulated, "UPDATE runs SET ended = NULL, outcome = NULL")
    before = keys_of(simulated)
    report = recover(simulated.project, run=1, take_back=True)
    assert (report.ok, report.data["acted"], keys_of(simulated)) == (False, [], before)


def test_a_router_that_another_jip_has_locked_is_at_work_and_not_settled(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed(simulated, monkeypatch, "check")
    fire(simulated, *UNIT)
    with lock_routers(simulated.project, ["pop-1"], "jip apply lain.json"):
        report = recover(simulated.project)
    assert {row.values["verdict"] for row in report.rows} == {"at work"}
    assert "jip apply lain.json" in first(report)["advice"]
    assert len(simulated.project.store.open_changes()) == 2


def test_what_a_locked_router_has_left_open_is_not_taken_back(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_confirmed(simulated, monkeypatch)
    before = keys_of(simulated)
    with lock_routers(simulated.project, ["kec-rawa"], "jip apply lain.json"):
        report = recover(simulated.project, take_back=True)
    assert ({row.values["verdict"] for row in report.rows}, keys_of(simulated)) == ({"at work"}, before)


def test_nothing_is_finished_while_a_rollout_goes_on(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    half_confirmed(simulated, monkeypatch)
    with lock_rollout(simulated.project), pytest.raises(Exception, match="at work"):
        recover(simulated.project, finish=True)


def test_a_run_on_another_machine_is_settled_only_by_whoever_names_it(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed(simulated, monkeypatch, "check")
    fire(simulated, *UNIT)
    sql(simulated, "UPDATE runs SET ended = NULL, outcome = NULL, process = 'noc-2/1/x:1'")
    assert not recover(simulated.project).ok
    assert recover(simulated.project, run=1).ok


# ------------------------------------------------------------------ what is told


@pytest.mark.parametrize(
    ("step", "router"), [("apply", "kec-rawa"), ("apply", "pop-1"), ("check", "kec-rawa"), ("confirm", "pop-1")]
)
def test_a_crash_before_anything_is_confirmed_is_settled_once_the_timers_have_fired(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch, step: str, router: str
) -> None:
    crashed(simulated, monkeypatch, step, router)
    fire(simulated, *UNIT)
    report = recover(simulated.project)
    assert (report.ok, set(holds(report).values()) <= {"nothing", "reverted"}) == (True, True)
    assert recover(simulated.project).rows == []


def test_a_unit_that_waits_for_its_timers_is_not_settled(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed(simulated, monkeypatch, "check")
    report = recover(simulated.project)
    assert (report.ok, first(report)["verdict"], first(report)["settled"]) == (False, "waiting", False)
    assert "takes it back by itself" in first(report)["advice"]


def test_a_unit_that_all_its_routers_have_confirmed_is_done(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed(simulated, monkeypatch, "confirmed", "kec-rawa")
    report = recover(simulated.project)
    assert (report.ok, first(report)["verdict"]) == (True, "done")
    assert simulated.project.store.held([1]) == {1: {"kec-rawa": "all", "pop-1": "all"}}


def test_a_unit_whose_routers_differ_stays_open_and_says_what_that_means(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_confirmed(simulated, monkeypatch)
    report = recover(simulated.project)
    assert holds(report) == {"pop-1": "all", "kec-rawa": "reverted"}
    (note,) = report.notes
    assert "pop-1--kec-rawa may be down" in note
    assert "jip --lab simulated recover --run 1 --take-back" in note
    assert holds(recover(simulated.project)) == holds(report), "neither of both is forgotten"


def test_a_router_that_an_earlier_run_has_changed_already_does_not_keep_a_unit_open(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_confirmed(simulated, monkeypatch)
    write = Run.journal

    def dies(run: Run, router: str | None, step: str, detail: Mapping[str, Any] | None = None) -> None:
        if step == "confirmed":
            raise SystemExit(137)
        write(run, router, step, detail)

    with monkeypatch.context() as dying:
        dying.setattr(Run, "journal", dies)
        with pytest.raises(SystemExit):
            apply(simulated.project, next((simulated.project.var / "plans").glob("plan-*.json")))
    report = recover(simulated.project, run=2)
    assert holds(report) == {"kec-rawa": "all", "pop-1": "all"}
    assert {row.values["verdict"] for row in report.rows} == {"done"}


def test_only_what_one_run_has_left_open(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    crashed(simulated, monkeypatch, "check")
    with simulated.project.store.start_run("backup", {}) as other:
        pass
    assert recover(simulated.project, run=other.id).rows == []


# ------------------------------------------------------------------ finish


def test_what_is_open_is_finished(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    half_confirmed(simulated, monkeypatch)
    report = recover(simulated.project, finish=True)
    assert report.ok
    assert keys_of(simulated) == OLD | {"pop-1--kec-rawa": (2, 2)}
    assert simulated.project.store.open_changes() == []


def test_only_the_open_units_are_finished(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    file = key_roll(simulated)
    with monkeypatch.context() as dying:
        dies_at(dying, "confirm", "pop-1", times=2)
        with pytest.raises(SystemExit):
            apply(simulated.project, file)
    fire(simulated, "pop-1")
    assert keys_of(simulated) == {"pop-1--kec-rawa": (2, 2), "core-1--pop-1": (2, 1)}
    (acted,) = recover(simulated.project, finish=True).data["acted"]
    assert keys_of(simulated) == {"pop-1--kec-rawa": (2, 2), "core-1--pop-1": (2, 2)}
    written = [entry.router for entry in simulated.project.store.journal(run=acted["by"]) if entry.step == "apply"]
    assert written == ["pop-1"]


def test_a_unit_that_still_waits_is_finished_after_its_timers(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed(simulated, monkeypatch, "check")
    asked: list[str] = []

    def waited(project: object, key: str) -> bool:
        del project
        asked.append(key)
        fire(simulated, *UNIT)
        return len(asked) < 3

    monkeypatch.setattr(_finishing, "_pending", waited)
    assert recover(simulated.project, finish=True).ok
    assert keys_of(simulated)["pop-1--kec-rawa"] == (2, 2)


def test_outside_the_windows_nothing_is_finished(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    half_confirmed(simulated, monkeypatch)
    monkeypatch.setattr(_permission.Permission, "closed", lambda *_: "a freeze")
    with pytest.raises(UsageError, match="a freeze; nothing was done"):
        recover(simulated.project, finish=True)


def test_a_change_that_the_inventory_does_not_want_any_more_is_not_finished(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_confirmed(simulated, monkeypatch)
    key_roll(simulated, ("core-1--pop-1",))
    with pytest.raises(Exception, match="changed since the plan was made"):
        recover(simulated.project, finish=True)


def test_what_takes_an_office_into_service_is_finished_by_provision(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dies_at(dying, "check", "pop-1")
        with pytest.raises(SystemExit):
            provision(simulated.project, "pkm-baru", commit=True, timer=60)
    with pytest.raises(UsageError, match="provision pkm-baru --commit` finishes it"):
        recover(simulated.project, finish=True)


# ------------------------------------------------------------------ take back


def test_what_is_open_is_taken_back(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {key: simulated.district.running(key) for key in simulated.routers}
    half_confirmed(simulated, monkeypatch)
    report = recover(simulated.project, take_back=True)
    assert (report.ok, report.rows) == (True, [])
    assert {key: simulated.district.running(key) for key in simulated.routers} == before
    assert simulated.project.store.held([1]) == {1: {"kec-rawa": "reverted", "pop-1": "reverted"}}


def test_a_unit_that_is_all_new_is_taken_back_when_that_is_wanted(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed(simulated, monkeypatch, "confirmed", "kec-rawa")
    assert recover(simulated.project, take_back=True).ok
    assert keys_of(simulated) == OLD


def test_taking_back_needs_no_window_and_is_recorded(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    half_confirmed(simulated, monkeypatch)
    monkeypatch.setattr(_permission.Permission, "closed", lambda *_: "a freeze")
    report = recover(simulated.project, take_back=True)
    (acted,) = report.data["acted"]
    run = simulated.project.store.run(acted["by"])
    assert (run.command, run.arguments["way"], run.arguments["run"]) == ("recover", "take back", 1)
    assert keys_of(simulated) == OLD


def test_what_somebody_typed_meanwhile_is_not_taken_back_with_it(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_confirmed(simulated, monkeypatch)
    simulated.district.hand_edit("pop-1", "ip route 192.0.2.0/24 blackhole")
    report = recover(simulated.project, take_back=True)
    assert not report.ok
    (refused,) = report.data["acted"][0]["refused"]
    assert (refused["unit"], refused["router"]) == (1, "pop-1")
    assert "+ ip route 192.0.2.0/24 blackhole" in refused["why"]
    assert "192.0.2.0/24" in simulated.district.running("pop-1")


def test_a_run_whose_plan_is_lost_keeps_no_other_from_being_taken_back(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_confirmed(simulated, monkeypatch)
    with simulated.project.store.start_run("apply", {}) as run:
        run.journal("core-1", "apply", {"timer_s": 20, "before": "0" * 64})
    report = recover(simulated.project, take_back=True)
    assert (report.ok, keys_of(simulated)) == (False, OLD)
    assert [(one["of"], bool(one["why"])) for one in report.data["acted"]] == [(1, False), (2, True)]
    assert any("the plan of run 2 cannot be read" in note for note in report.notes)


def test_a_crash_while_taking_back_is_recovered_again(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    half_confirmed(simulated, monkeypatch)
    with monkeypatch.context() as dying:
        dies_at(dying, "check", "pop-1")
        with pytest.raises(SystemExit):
            recover(simulated.project, take_back=True)
    fire(simulated, *UNIT)
    assert recover(simulated.project, take_back=True).ok
    assert keys_of(simulated) == OLD


def test_what_was_kept_with_another_key_is_not_taken_back_blindly(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_confirmed(simulated, monkeypatch)
    folder = simulated.project.var / "undo" / "run-1"
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    report = recover(simulated.project, take_back=True)
    assert not report.ok
    assert "damaged" in report.data["acted"][0]["refused"][0]["why"]


def test_one_of_both_ways_only(simulated: Simulation) -> None:
    with pytest.raises(UsageError, match="one of them"):
        recover(simulated.project, finish=True, take_back=True)


def test_a_store_that_is_gone_does_not_pass_for_one_that_knows_of_nothing(simulated: Simulation) -> None:
    assert apply(simulated.project, key_roll(simulated)).ok
    assert recover(simulated.project).ok
    for path in simulated.project.var.glob("jip.db*"):
        path.unlink()
    report = recover(simulated.project)
    assert (report.ok, report.data["unrecorded"]) == (False, [1])
    assert "of which the store knows nothing" in report.notes[0]


def test_a_run_that_never_was_has_left_nothing_and_is_refused(simulated: Simulation) -> None:
    assert apply(simulated.project, key_roll(simulated)).ok
    with pytest.raises(SelectionError, match="77"):
        recover(simulated.project, run=77)


def test_a_router_that_is_none_is_refused(simulated: Simulation) -> None:
    with pytest.raises(UnknownNameError, match="entah"):
        recover(simulated.project, take_back=True, without_timer=["entah"])


def test_what_the_inventory_wants_no_more_is_not_finished_and_may_be_taken_back(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is told to write another plan over the one that recovery needs."""
    half_confirmed(simulated, monkeypatch)
    new_keys(simulated, ("pop-1--kec-rawa",), key_id=3)
    with pytest.raises(ChangeError, match="jip --lab simulated recover --take-back --run 1") as caught:
        recover(simulated.project, finish=True)
    assert "--output" not in str(caught.value)


def test_a_run_whose_plan_lies_elsewhere_says_what_to_bring(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_confirmed(simulated, monkeypatch)
    (simulated.project.var / "plans" / "run-1.json").unlink()
    with pytest.raises(StateError, match="put a copy of var/plans and var/undo"):
        recover(simulated.project, take_back=True)


# ------------------------------------------------------------------ a crash of the recovery itself


def taken_back_and_not_recorded(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave one link all new in run 1, taken back in run 2, and neither of them written down."""
    file = key_roll(simulated, ("pop-1--kec-rawa",))
    with monkeypatch.context() as dying:
        dies_before(dying, "confirmed")
        with pytest.raises(SystemExit):
            apply(simulated.project, file)
        with pytest.raises(SystemExit):
            recover(simulated.project, take_back=True)
    assert keys_of(simulated) == OLD


def test_what_was_taken_back_stays_so_when_it_is_taken_back_once_more(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_back_and_not_recorded(simulated, monkeypatch)
    report = recover(simulated.project, take_back=True)
    assert (report.ok, keys_of(simulated)) == (True, OLD)
    assert simulated.project.store.open_changes() == []


def test_a_run_and_what_takes_it_back_are_not_both_finished(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_back_and_not_recorded(simulated, monkeypatch)
    with pytest.raises(UsageError, match="run 2 takes run 1 back: say with --run"):
        recover(simulated.project, finish=True)
    assert keys_of(simulated) == OLD


def test_what_takes_a_run_back_is_not_taken_back(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    taken_back_and_not_recorded(simulated, monkeypatch)
    with pytest.raises(UsageError, match="recover --finish --run 2"):
        recover(simulated.project, take_back=True, run=2)


def test_what_takes_a_run_back_is_finished_at_any_hour(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    half_confirmed(simulated, monkeypatch)
    with monkeypatch.context() as dying:
        dies_at(dying, "check", "pop-1")
        with pytest.raises(SystemExit):
            recover(simulated.project, take_back=True)
    fire(simulated, "pop-1", "kec-rawa")
    monkeypatch.setattr(_permission.Permission, "closed", lambda *_: "a freeze")
    assert recover(simulated.project, finish=True, run=2).ok
    assert (keys_of(simulated), recover(simulated.project).ok) == (OLD, True)


def test_both_ends_of_a_unit_that_two_runs_changed_are_taken_back_together(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_confirmed(simulated, monkeypatch)
    file = next((simulated.project.var / "plans").glob("plan-*.json"))
    with monkeypatch.context() as dying:
        dies_before(dying, "confirmed")
        with pytest.raises(SystemExit):
            apply(simulated.project, file)
    assert keys_of(simulated)["pop-1--kec-rawa"] == (2, 2)
    assert recover(simulated.project, take_back=True, run=2).data["acted"][0]["refused"] == []
    assert keys_of(simulated) == OLD


def test_a_router_that_holds_a_part_is_taken_back(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old key stands beside the new one, as after a write that was cut off: nobody else changed anything."""
    half_confirmed(simulated, monkeypatch)
    key = simulated.project.secrets.resolve("ospf/pop-1--kec-rawa/1")
    simulated.district.hand_edit("pop-1", f"interface eth1\n ip ospf message-digest-key 1 md5 {key}\nexit")
    report = recover(simulated.project, take_back=True)
    assert (report.data["acted"][0]["refused"], keys_of(simulated)) == ([], OLD)
