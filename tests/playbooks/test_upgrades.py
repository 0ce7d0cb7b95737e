"""Where a router's software changed since its last backup an audit says so, and what is known of a router does."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from jipkit.language import use_language
from jipkit.report import Report, Row
from playbooks._selection import Filters
from playbooks.audit import audit
from playbooks.backup import backup
from playbooks.show.router import router as show_router
from tests.playbooks.told import ROUTER, Told, told

SOFTWARE = ("version", "version_before", "upgrade")


@pytest.fixture
def ios(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    with told("cisco_ios", tmp_path_factory.getbasetemp(), monkeypatch) as made:
        yield made


def drifted(ios: Told, version: str) -> str:
    return ios.intended(version).replace("\nend\n", "\nip route 192.0.2.0 255.255.255.0 10.160.0.1\nend\n")


def backed_up(ios: Told, text: str) -> None:
    ios.text = text
    assert backup(ios.project, Filters(router=[ROUTER])).ok


def row(ios: Told, text: str) -> Row:
    ios.text = text
    (found,) = audit(ios.project, Filters(router=[ROUTER])).rows
    return found


def software(found: Row) -> tuple[object, ...]:
    return tuple(found.values[key] for key in SOFTWARE)


def test_drift_after_an_upgrade_is_said_to_be_one_that_may_have_come_with_it(ios: Told) -> None:
    backed_up(ios, ios.intended("17.9"))
    kept = ios.project.backups.latest(ROUTER)
    assert kept is not None
    found = row(ios, drifted(ios, "17.12"))
    assert str(found.values["why"]).startswith("its software changed from 17.9 to 17.12 since the backup of 20")
    assert str(found.values["why"]).endswith("; differences may come with it")
    assert (software(found), found.values["backup"]) == (("17.12", "17.9", True), kept.when.isoformat())


def test_it_is_said_in_indonesian(ios: Told) -> None:
    backed_up(ios, ios.intended("17.9"))
    use_language("id")
    try:
        said = row(ios, drifted(ios, "17.12")).shown["why"]
    finally:
        use_language("en")
    assert said.startswith("perangkat lunaknya berubah dari 17.9 ke 17.12 sejak cadangan 20")


def test_drift_with_the_software_of_the_backup_is_no_upgrade(ios: Told) -> None:
    backed_up(ios, ios.intended("17.9"))
    found = row(ios, drifted(ios, "17.9"))
    assert (software(found), found.values["why"]) == (("17.9", "17.9", False), None)


@pytest.mark.parametrize(("before", "after"), [("", "17.9"), ("17.9", ""), ("", "")])
def test_where_a_version_is_not_known_nobody_says_that_it_changed(ios: Told, before: str, after: str) -> None:
    backed_up(ios, ios.intended(before))
    found = row(ios, drifted(ios, after))
    assert (found.values["result"], found.values["upgrade"], found.values["why"]) == ("drift", None, None)


def test_without_a_backup_nothing_is_said(ios: Told) -> None:
    found = row(ios, drifted(ios, "17.9"))
    assert (software(found), found.values["backup"], found.values["why"]) == (("17.9", None, None), None, None)


def test_a_router_that_is_as_intended_after_an_upgrade_is_well(ios: Told) -> None:
    backed_up(ios, ios.intended("17.9"))
    found = row(ios, ios.intended("17.12"))
    assert (found.values["result"], found.values["why"]) == ("clean", None)


def test_a_backup_that_is_no_configuration_is_said_to_be_unfit(ios: Told) -> None:
    ios.project.backups.save(ROUTER, "version 17.9\nhostname kec-rawa\n")
    found = row(ios, drifted(ios, "17.12"))
    assert (found.values["result"], found.values["upgrade"]) == ("drift", None)
    assert str(found.values["why"]).startswith("its last backup cannot be compared: its last line is none")


def test_a_repository_that_cannot_be_read_does_not_keep_an_audit_from_its_findings(ios: Told) -> None:
    backed_up(ios, ios.intended("17.9"))
    shutil.rmtree(ios.project.backups.folder / ".git" / "objects")
    found = row(ios, drifted(ios, "17.12"))
    assert (found.values["result"], found.values["extra"]) == ("drift", 1)
    assert str(found.values["why"]).startswith("its last backup cannot be compared: ")


def test_a_file_is_not_compared_with_the_backup(ios: Told, tmp_path: Path) -> None:
    backed_up(ios, ios.intended("17.12"))
    (tmp_path / "old.conf").write_text(drifted(ios, "17.9"), "utf-8")
    (found,) = audit(ios.project, Filters(router=[ROUTER]), file=tmp_path / "old.conf").rows
    assert (found.values["result"], found.values["upgrade"], found.values["why"]) == ("drift", None, None)


# what is known of a router


def shown(report: Report) -> list[str]:
    return [row.shown["value"] for row in report.rows if row.values["field"] == "backup"]


def test_a_router_is_shown_with_its_last_backup_and_the_software_that_it_names(ios: Told) -> None:
    backed_up(ios, ios.intended("17.9"))
    backed_up(ios, ios.intended("17.12"))
    kept = ios.project.backups.latest(ROUTER)
    assert kept is not None
    report = show_router(ios.project, ROUTER)
    assert [words.split(", ")[1] for words in shown(report)] == ["software 17.12"]
    assert report.data["backup"] == {"when": kept.when.isoformat(), "commit": kept.commit[:12], "version": "17.12"}


def test_a_backup_that_names_no_software_is_said_to_name_none(ios: Told) -> None:
    backed_up(ios, ios.intended(""))
    assert [words.split(", ")[1] for words in shown(show_router(ios.project, ROUTER))] == ["software not named"]


def test_a_router_without_a_backup_is_shown_without_one(ios: Told) -> None:
    report = show_router(ios.project, ROUTER)
    assert (shown(report), report.data["backup"]) == ([], None)
