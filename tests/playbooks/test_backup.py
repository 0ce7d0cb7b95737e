"""``jip backup``: what really changed is kept, without secrets, and no router is left out in silence."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from jipkit.backups import Backup, Backups
from jipkit.errors import SelectionError
from jipkit.report import Report
from jipkit.testing.simulation import SimulatedProject, Simulation
from playbooks._selection import Filters
from playbooks.backup import backup


def states(report: Report) -> dict[str, str]:
    return {str(row.values["router"]): str(row.values["state"]) for row in report.rows}


def test_the_first_backup_keeps_every_router(simulated_project: SimulatedProject) -> None:
    report = backup(simulated_project, Filters(router=["core-1", "pop-1"]))
    assert report.ok
    assert states(report) == {"core-1": "changed", "pop-1": "changed"}


def test_a_second_backup_changes_nothing(simulated_project: SimulatedProject) -> None:
    backup(simulated_project, Filters(router=["core-1"]))
    assert states(backup(simulated_project, Filters(router=["core-1"]))) == {"core-1": "unchanged"}


def test_a_row_names_the_commit_that_holds_the_configuration(simulated_project: SimulatedProject) -> None:
    (row,) = backup(simulated_project, Filters(router=["core-1"])).rows
    kept = simulated_project.backups.latest("core-1")
    assert kept is not None
    assert kept.commit.startswith(row.values["commit"])
    assert "hostname core-1" in kept.text


def test_a_person_reads_when_on_the_clocks_of_the_district_and_a_program_in_utc(
    simulated_project: SimulatedProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Backup("hostname core-1\n", datetime(2026, 11, 24, 20, 30, tzinfo=UTC), "0123456789abcdef")
    monkeypatch.setattr(Backups, "latest", lambda _self, _router: kept)
    (row,) = backup(simulated_project, Filters(router=["core-1"])).rows
    assert row.shown["when"] == "2026-11-25 03:30"
    assert row.values["when"] == "2026-11-24T20:30:00+00:00"


def test_a_line_that_somebody_added_is_a_change(simulated: Simulation) -> None:
    backup(simulated.project, Filters(router=["core-1"]))
    simulated.district.hand_edit("core-1", "ip route 192.0.2.0/24 Null0")
    assert states(backup(simulated.project, Filters(router=["core-1"]))) == {"core-1": "changed"}


def test_a_router_that_does_not_answer_is_not_collected_and_the_others_are(simulated: Simulation) -> None:
    simulated.district.cut("pop-1--desa-jauh")
    report = backup(simulated.project, Filters(router=["core-1", "desa-jauh"]))
    assert not report.ok
    assert states(report) == {"core-1": "changed", "desa-jauh": "not collected"}


def test_a_router_that_is_not_collected_says_why_and_when_it_was_kept_last(simulated: Simulation) -> None:
    backup(simulated.project, Filters(router=["desa-jauh"]))
    simulated.district.cut("pop-1--desa-jauh")
    (row,) = backup(simulated.project, Filters(router=["desa-jauh"])).rows
    assert row.values["when"] is not None
    assert "desa-jauh" in str(row.values["reason"])


@pytest.mark.parametrize("answer", ["null\nend\n", '{"lo": {"administrativeStatus"\nend\n', "no route to host\nend\n"])
def test_what_is_no_configuration_is_never_kept_as_one(simulated: Simulation, answer: str) -> None:
    backup(simulated.project, Filters(router=["pop-1"]))
    before = simulated.project.backups.latest("pop-1")
    simulated.district.routers["pop-1"].nonsense = answer

    report = backup(simulated.project, Filters(router=["pop-1"]))

    assert not report.ok
    assert states(report) == {"pop-1": "not collected"}
    assert simulated.project.backups.latest("pop-1") == before


def test_no_secret_is_kept(simulated_project: SimulatedProject) -> None:
    backup(simulated_project, Filters(router=["core-1"]))
    secret = simulated_project.secrets.resolve("ospf/core-1--pop-1/1")
    kept = simulated_project.backups.latest("core-1")
    assert kept is not None
    assert secret not in kept.text
    assert "md5 <digest:" in kept.text


def test_configurations_of_a_twin_never_enter_the_districts_raw_backups(
    simulated_project: SimulatedProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIP_RAW_BACKUPS", str(tmp_path / "raw"))
    backup(simulated_project, Filters(router=["core-1"]))
    assert not (tmp_path / "raw").exists()


def test_a_planned_router_is_named_and_not_asked(simulated_project: SimulatedProject) -> None:
    report = backup(simulated_project, Filters(router=["core-1", "pkm-baru"]))
    assert states(report) == {"core-1": "changed"}
    assert "pkm-baru" in report.notes[0]


def test_nothing_but_planned_routers_is_not_well(simulated_project: SimulatedProject) -> None:
    assert not backup(simulated_project, Filters(router=["pkm-baru"])).ok


def test_a_filter_that_leaves_nothing_is_an_error(simulated_project: SimulatedProject) -> None:
    with pytest.raises(SelectionError):
        backup(simulated_project, Filters(role="core", kind="desa"))
