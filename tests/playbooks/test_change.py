"""The one way to write to routers, step by step: whatever stops it, no router is left in between."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from jipkit.errors import ChangeError, EditError, JipError, LockedError, SecretError, StoreError, UnreachableError
from jipkit.locks import lock_routers
from jipkit.plan import digest_of
from jipkit.project import Project
from jipkit.report import Report
from jipkit.secrets import Secrets
from jipkit.store import Run
from jipkit.testing.clock import ManualClock
from jipkit.testing.inventories import project_of
from jipkit.testing.networks import small_network
from jipkit.testing.simulation import Simulation, simulation
from playbooks import _change, _sessions
from playbooks.provision import provision
from playbooks.recover import recover
from tasks.confirm import confirm_config
from tasks.push import push_config

CHECKOUT = Path(__file__).parents[2]
STEPS = ("identity", "backup", "guard", "dry-run", "apply", "bootstrap", "check", "confirm")


def running(simulated: Simulation) -> Mapping[str, str]:
    return {key: simulated.district.running(key) for key in simulated.routers}


def rows(report: Report) -> Mapping[str, Mapping[str, Any]]:
    return {row.values["router"]: row.values for row in report.rows}


def want_another_cost(simulated: Simulation, cost: str = "7") -> None:
    """Change what the inventory wants of pop-1--kec-rawa: both of its ends."""
    path = simulated.root / "inventory" / "links.yaml"
    text = path.read_text("utf-8")
    start = text.index("pop-1--kec-rawa:")
    assert "cost: " in text[start : text.index("\n", start) + 400]
    before, found, rest = text[start:].partition("cost: ")
    path.write_text(text[:start] + before + found + cost + rest.lstrip("0123456789"), "utf-8")


def fill_the_disk_at(full: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the journal take no record of the step ``full``."""
    journal = Run.journal

    def write(run: Run, router: str | None, step: str, detail: Mapping[str, Any] | None = None) -> None:
        if step == full:
            raise StoreError("var/jip.db: no space left on the device; free some, then run the command again")
        journal(run, router, step, detail)

    monkeypatch.setattr(Run, "journal", write)


@pytest.mark.parametrize("step", STEPS)
def test_a_full_disk_at_any_step_leaves_every_router_as_it_was(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = running(simulated)
    fill_the_disk_at(step, monkeypatch)

    done = provision(simulated.project, "pkm-baru", commit=True, timer=10)

    assert not done.ok
    assert any("no space left" in note for note in done.notes)
    assert {row["holds"] for row in rows(done).values()} <= {"nothing", "reverted"}
    assert running(simulated) == before


def test_nothing_is_applied_before_it_is_written_down(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Mapping[str, str]] = []
    journal = Run.journal

    def watch(run: Run, router: str | None, step: str, detail: Mapping[str, Any] | None = None) -> None:
        if step == "apply":
            seen.append({str(router): simulated.district.running(str(router))})
        journal(run, router, step, detail)

    before = running(simulated)
    monkeypatch.setattr(Run, "journal", watch)
    provision(simulated.project, "pkm-baru", commit=True, timer=10)
    assert seen == [{"pop-1": before["pop-1"]}, {"pkm-baru": before["pkm-baru"]}]


def test_a_router_with_another_host_key_is_left_alone(simulated: Simulation) -> None:
    want_another_cost(simulated)
    provision(simulated.project, "kec-rawa")
    before = running(simulated)
    simulated.district.new_host_key("kec-rawa")
    with pytest.raises(JipError, match="host key"):
        provision(simulated.project, "kec-rawa", commit=True, timer=10)
    assert running(simulated) == before


def test_a_line_changed_by_hand_after_the_dry_run_stops_the_commit_and_is_named(simulated: Simulation) -> None:
    want_another_cost(simulated)
    provision(simulated.project, "kec-rawa")
    simulated.district.hand_edit("kec-rawa", "interface ether1\n ip ospf cost 99\nexit")
    before = running(simulated)
    with pytest.raises(ChangeError, match=r"kec-rawa now has \+ interface ether1 / ip ospf cost 99") as caught:
        provision(simulated.project, "kec-rawa", commit=True, timer=10)
    assert (caught.value.router, caught.value.step, caught.value.holds) == ("kec-rawa", "guard", "nothing")
    assert running(simulated) == before


def test_a_line_changed_by_hand_between_plan_and_apply_of_one_run_stops_it_too(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    want_another_cost(simulated)
    journal = Run.journal

    def edit_then_journal(run: Run, router: str | None, step: str, detail: Mapping[str, Any] | None = None) -> None:
        if step == "backup" and router == "kec-rawa":
            simulated.district.hand_edit("kec-rawa", "interface ether1\n ip ospf cost 99\nexit")
        journal(run, router, step, detail)

    monkeypatch.setattr(Run, "journal", edit_then_journal)
    done = provision(simulated.project, "kec-rawa", commit=True, timer=10)
    assert rows(done)["kec-rawa"]["step"] == "guard"
    assert rows(done)["kec-rawa"]["holds"] == "nothing"
    assert "ip ospf cost 99" in rows(done)["kec-rawa"]["detail"]


def test_an_inventory_changed_after_the_dry_run_stops_the_commit(simulated: Simulation) -> None:
    provision(simulated.project, "pkm-baru")
    path = simulated.root / "templates/frr/interfaces.j2"
    path.write_text(path.read_text("utf-8").replace("description unused", "description spare"), "utf-8")
    with pytest.raises(ChangeError, match="description spare"):
        provision(simulated.project, "pkm-baru", commit=True, timer=10)


def test_what_nobody_manages_survives_a_push(simulated: Simulation) -> None:
    simulated.district.hand_edit("kec-rawa", "ip router-id 10.160.0.5\n")
    want_another_cost(simulated)
    done = provision(simulated.project, "kec-rawa", commit=True, timer=10)
    assert done.ok, done.notes
    assert "ip router-id 10.160.0.5" in simulated.district.running("kec-rawa")
    assert "ip ospf cost 7" in simulated.district.running("kec-rawa")


def test_a_secret_that_is_not_set_stops_before_anything_is_written(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unset(_: Secrets, name: str) -> str:
        raise SecretError(f"secret {name} is not set")

    before = running(simulated)
    project = simulated.project
    monkeypatch.setattr(type(project.secrets), "resolve", unset)
    monkeypatch.setattr(type(project.secrets), "has", lambda *_: False)
    done = provision(project, "pkm-baru", commit=True, timer=10)
    assert not done.ok
    assert any("is not set" in note for note in done.notes)
    assert running(simulated) == before


def test_a_session_lost_before_anything_was_applied_is_not_taken_for_a_change(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old configuration passes every post-check as well: only reading back tells that nothing happened."""
    want_another_cost(simulated)
    before = running(simulated)
    ask_one = _sessions.ask_one

    def lose(project: Any, router: Any, task: Any, **parameters: Any) -> Any:
        if task is push_config and router.key == "kec-rawa":
            raise UnreachableError("kec-rawa", "connection reset")
        return ask_one(project, router, task, **parameters)

    monkeypatch.setattr(_change, "ask_one", lose)
    done = provision(simulated.project, "kec-rawa", commit=True, timer=10)
    assert not done.ok
    assert rows(done)["kec-rawa"]["step"] == "check"
    assert "ip ospf cost 7" in rows(done)["kec-rawa"]["detail"]
    assert running(simulated) == before


def test_a_change_that_never_arrived_does_not_take_back_the_one_before_it(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the router remembers then is the change of last week: confirmed, and not ours to undo."""
    want_another_cost(simulated)
    assert provision(simulated.project, "kec-rawa", commit=True, timer=10).ok
    want_another_cost(simulated, "8")
    before = running(simulated)
    ask_one = _sessions.ask_one

    def lose(project: Any, router: Any, task: Any, **parameters: Any) -> Any:
        if task is push_config and router.key == "kec-rawa":
            raise UnreachableError("kec-rawa", "connection reset")
        return ask_one(project, router, task, **parameters)

    monkeypatch.setattr(_change, "ask_one", lose)
    done = provision(simulated.project, "kec-rawa", commit=True, timer=10)
    assert {key: rows(done)[key]["holds"] for key in ("pop-1", "kec-rawa")} == {
        "pop-1": "reverted",
        "kec-rawa": "reverted",
    }
    assert running(simulated) == before


def test_a_change_of_somebody_else_that_waits_for_its_confirmation_is_left_to_him(simulated: Simulation) -> None:
    want_another_cost(simulated)
    router = simulated.district.routers["kec-rawa"]
    router.apply("0123456789abcdef", "merge", 600.0, "interface ether1\n ip ospf cost 99\nexit\n")
    done = provision(simulated.project, "kec-rawa", commit=True, timer=10)
    assert (rows(done)["kec-rawa"]["step"], rows(done)["kec-rawa"]["holds"]) == ("guard", "nothing")
    assert "waits there for its confirmation" in rows(done)["kec-rawa"]["detail"]
    assert router.pending is not None
    assert "ip ospf cost 99" in router.running


def test_near_ends_are_confirmed_first(simulated: Simulation) -> None:
    """A far end confirmed first would be lost behind a near end that takes its own change back."""
    want_another_cost(simulated)
    assert provision(simulated.project, "kec-rawa", commit=True, timer=10).ok
    steps = [(entry.step, entry.router) for entry in simulated.project.store.journal()]
    assert [router for step, router in steps if step == "apply"] == ["kec-rawa", "pop-1"]
    assert [router for step, router in steps if step == "confirm"] == ["pop-1", "kec-rawa"]


@pytest.mark.parametrize("arrived", [True, False], ids=["it did", "it did not"])
def test_a_confirmation_whose_answer_is_lost_is_asked_for_again(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch, *, arrived: bool
) -> None:
    want_another_cost(simulated)
    ask_one, lost = _sessions.ask_one, list[str]()

    def lose(project: Any, router: Any, task: Any, **parameters: Any) -> Any:
        if task is not confirm_config or router.key != "kec-rawa" or lost:
            return ask_one(project, router, task, **parameters)
        lost.append(router.key)
        if arrived:
            ask_one(project, router, task, **parameters)
        raise UnreachableError("kec-rawa", "connection reset")

    monkeypatch.setattr(_change, "ask_one", lose)
    done = provision(simulated.project, "kec-rawa", commit=True, timer=10)
    assert lost
    assert done.ok, done.notes
    assert {key: rows(done)[key]["holds"] for key in ("pop-1", "kec-rawa")} == {"pop-1": "all", "kec-rawa": "all"}


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("a mistake")], ids=repr)
def test_whatever_interrupts_a_change_it_is_taken_back_and_said(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    def interrupt(_: object) -> None:
        raise error

    before = running(simulated)
    monkeypatch.setattr(_change._Unit, "_look_again", interrupt)
    with pytest.raises(type(error)):
        provision(simulated.project, "pkm-baru", commit=True, timer=10)
    assert running(simulated) == before
    assert "pop-1: stopped at apply; holds reverted" in caplog.messages


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_terminal_that_goes_away_in_the_middle_of_a_change_takes_it_back(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    before = running(simulated)
    monkeypatch.setattr(_change._Unit, "_look_again", lambda _: os.kill(os.getpid(), number))
    with pytest.raises(KeyboardInterrupt, match=number.name):
        provision(simulated.project, "pkm-baru", commit=True, timer=10)
    assert running(simulated) == before


def test_a_router_at_which_another_jip_works_is_refused(simulated: Simulation) -> None:
    with (
        lock_routers(simulated.project, ["pop-1"], "jip provision desa-jauh --commit"),
        pytest.raises(LockedError, match="pop-1"),
    ):
        provision(simulated.project, "pkm-baru", commit=True, timer=10)


def test_after_a_crash_recover_says_what_each_router_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A controller that dies after the apply takes nothing back; the routers do it by themselves."""
    clock = ManualClock()
    with simulation(project_of(small_network(), CHECKOUT, tmp_path / "project"), clock=clock) as simulated:
        _crash_and_recover(simulated, clock, monkeypatch)


def _crash_and_recover(simulated: Simulation, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    before = running(simulated)
    with monkeypatch.context() as dying:
        dying.setattr(_change._Unit, "_look_again", _die)
        with pytest.raises(SystemExit):
            provision(simulated.project, "pkm-baru", commit=True, timer=60)
    found = rows(recover(simulated.project))
    assert {key: (row["holds"], row["settled"]) for key, row in found.items()} == {
        "pop-1": ("all", False),
        "pkm-baru": ("all", False),
    }
    clock.advance(61)
    found = rows(recover(simulated.project))
    assert found["pop-1"]["holds"] == "reverted"
    assert found["pkm-baru"]["holds"] == "unknown", "its near end is shut again: nobody can ask it"
    assert set(rows(recover(simulated.project))) == {"pop-1", "pkm-baru"}, "a unit is settled as a whole"
    assert running(simulated) == before


def test_a_lost_plan_does_not_keep_recover_from_the_other_routers(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    want_another_cost(simulated)
    for office in ("kec-rawa", "pkm-baru"):
        with monkeypatch.context() as dying:
            dying.setattr(_change._Unit, "_apply", _die_after(_change._Unit._enter))
            with pytest.raises(SystemExit):
                provision(simulated.project, office, commit=True, timer=60)
    (simulated.project.var / "plans" / "run-1.json").unlink()
    found = {(row.values["run"], row.values["router"]): row.values for row in recover(simulated.project).rows}
    assert (found[1, "kec-rawa"]["holds"], found[1, "kec-rawa"]["settled"]) == ("unknown", False)
    assert (found[2, "pop-1"]["holds"], found[2, "pop-1"]["settled"]) == ("reverted", True)


def _die_after(enter: Callable[..., None]) -> Callable[[_change._Unit, str], None]:
    """Return what stands in for an apply that the controller does not live to see: written down, and no more."""

    def die(unit: _change._Unit, key: str) -> None:
        enter(unit, key, "apply", before=digest_of(unit.members[key].before))
        raise SystemExit(137)

    return die


def test_a_network_read_before_the_locks_were_ours_is_read_again(simulated: Simulation) -> None:
    project = simulated.project
    assert "pop-1--kec-rawa" in project.network.links
    want_another_cost(simulated)
    assert provision(project, "kec-rawa", commit=True, timer=10).ok
    assert "ip ospf cost 7" in simulated.district.running("kec-rawa")


def test_an_inventory_that_cannot_be_written_is_not_all_well(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise EditError("inventory/links.yaml: cannot be written (Read-only file system)")

    with monkeypatch.context() as full:
        full.setattr(Project, "activate", refuse)
        done = provision(simulated.project, "pkm-baru", commit=True, timer=60)
    assert not done.ok
    assert {row["holds"] for row in rows(done).values()} == {"all"}
    assert any("Read-only" in note for note in done.notes)
    assert provision(simulated.project, "pkm-baru", commit=True, timer=60).ok


def _die(_: object) -> None:
    raise SystemExit(137)


def test_without_unfinished_changes_recover_has_nothing_to_say(simulated: Simulation) -> None:
    report = recover(simulated.project)
    assert report.ok
    assert not report.rows


def test_a_secret_that_cannot_be_compared_is_never_nothing_to_change(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unset(_: Secrets, name: str) -> str:
        raise SecretError(f"secret {name} is not set")

    project = simulated.project
    monkeypatch.setattr(type(project.secrets), "resolve", unset)
    monkeypatch.setattr(type(project.secrets), "has", lambda *_: False)
    shown = provision(project, "kec-rawa")
    assert all(row["changes"] for row in rows(shown).values())
    assert not any("Nothing to change" in note for note in shown.notes)
    assert not provision(project, "kec-rawa", commit=True, timer=10).ok


def test_a_change_that_was_taken_back_is_recorded_as_failed(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_the_disk_at("check", monkeypatch)
    provision(simulated.project, "pkm-baru", commit=True, timer=10)
    assert str(simulated.project.store.runs()[-1].outcome).startswith("failed: pop-1")


def test_a_change_that_was_confirmed_is_recorded_as_done(simulated: Simulation) -> None:
    provision(simulated.project, "pkm-baru", commit=True, timer=10)
    assert simulated.project.store.runs()[-1].outcome == "done"
