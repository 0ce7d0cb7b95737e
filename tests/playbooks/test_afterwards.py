"""What goes wrong after the routers were changed is told beside what was done, never instead of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import pytest

from jipkit.backups import Backups
from jipkit.errors import StoreError
from jipkit.store import Run
from jipkit.testing.simulation import Simulation
from playbooks.apply import apply
from playbooks.provision import provision
from tests.playbooks.rollouts import at_each, drifted, holds, rows

FULL = "var/jip.db: the disk is full"


def full_at(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the journal take no record of a step."""
    journal = Run.journal

    def write(run: Run, router: str | None, what: str, detail: Mapping[str, Any] | None = None) -> None:
        if what == step:
            raise StoreError(FULL)
        journal(run, router, what, detail)

    monkeypatch.setattr(Run, "journal", write)


def full_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise StoreError(FULL)

    monkeypatch.setattr(Run, "_end", refuse)


def test_a_store_that_fails_after_the_last_batch_hides_nothing(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated)
    full_at("looked after", monkeypatch)
    report = apply(simulated.project, file)
    assert (report.ok, set(holds(report).values()), report.data["not_recorded"]) == (False, {"all"}, [FULL])
    assert f"Done, but not recorded: {FULL}" in report.notes
    assert {row["as_intended"] for row in rows(report).values()} == {True}


def test_a_store_that_fails_at_the_end_of_a_rollout_hides_nothing(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated)
    full_at_the_end(monkeypatch)
    report = apply(simulated.project, file)
    assert (report.ok, set(holds(report).values()), report.data["not_recorded"]) == (False, {"all"}, [FULL])


def test_a_disk_that_takes_no_backup_hides_nothing(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file = drifted(simulated, "kec-rawa")
    at_each("confirmed", lambda: monkeypatch.setattr(Backups, "save", refuse), monkeypatch, router="kec-rawa")
    report = apply(simulated.project, file)
    assert (report.ok, set(holds(report).values())) == (False, {"all"})
    assert any("No space left on device" in note for note in report.notes)
    assert rows(report)["kec-rawa"]["as_intended"] is None


def test_a_store_that_fails_while_a_router_is_queued_hides_nothing(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drifted(simulated, "desa-jauh")
    simulated.district.freeze("desa-jauh")
    full_at("queued", monkeypatch)
    report = apply(simulated.project, file)
    assert report.data["queued"] == ["desa-jauh"]


def test_a_store_that_fails_at_the_end_of_provisioning_hides_nothing(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_at_the_end(monkeypatch)
    report = provision(simulated.project, "pkm-baru", commit=True, timer=10)
    assert (report.ok, set(holds(report).values())) == (False, {"all"})
    assert f"Done, but not recorded: {FULL}" in report.notes


def test_a_store_that_fails_before_anything_is_done_is_an_error(
    simulated: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoreError(FULL)

    file = drifted(simulated)
    monkeypatch.setattr("jipkit.store.Store.start_run", refuse)
    with pytest.raises(StoreError, match="disk is full"):
        apply(simulated.project, file)


@pytest.mark.parametrize(("days", "opened", "there"), [(91, False, False), (89, False, True), (91, True, True)])
def test_what_an_old_run_could_be_undone_by_is_removed_unless_it_is_unfinished(
    simulated: Simulation, days: int, *, opened: bool, there: bool
) -> None:
    file = drifted(simulated, "kec-rawa")
    folder = simulated.project.var / "undo" / "run-1"
    with simulated.project.store.start_run("apply", {}) as old:
        simulated.project.undo.keep(old.id, 0, "core-1", "hostname core-1\n")
        if opened:
            old.journal("core-1", "apply", {"unit": 0})
    then = folder.stat().st_mtime - days * 86400
    os.utime(folder, (then, then))
    assert apply(simulated.project, file).ok
    assert folder.exists() == there
