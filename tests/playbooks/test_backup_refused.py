"""``jip backup``: a reading that is not the whole of this router's own is never kept, and what was kept before is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jipkit.report import Report
from jipkit.testing.simulation import Simulation
from playbooks._selection import Filters
from playbooks.audit import audit
from playbooks.backup import backup
from tests.playbooks.told import ROUTER, Told, told

BROKEN: dict[str, Callable[[str], str]] = {
    "without its last line": lambda text: text.rpartition("\nend")[0],
    "in the middle of a line": lambda text: text[: len(text) // 2],
    "at a line's end": lambda text: text.rpartition("\ninterface ")[0],
    "in a banner": lambda text: text.replace("berwenang.^C", "berwenang."),
    "of another router": lambda text: text.replace("hostname kec-rawa", "hostname kec-lain"),
    "of a program that fell": lambda _: "Segmentation fault (core dumped)\nend\n",
    "in control characters": lambda text: text.replace("hostname", "host\x00name"),
    "empty": lambda _: "",
    "of its last line alone": lambda _: "end\n",
}


@pytest.fixture
def ios(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    with told("cisco_ios", tmp_path_factory.getbasetemp(), monkeypatch) as made:
        yield made


def kept(ios: Told) -> Report:
    return backup(ios.project, Filters(router=[ROUTER]))


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_reading_is_not_collected_and_the_one_before_stays(ios: Told, how: str) -> None:
    kept(ios)
    before = ios.project.backups.latest(ROUTER)
    assert before is not None
    ios.text = BROKEN[how](ios.text)

    report = kept(ios)

    assert (report.ok, [row.values["state"] for row in report.rows]) == (False, ["not collected"])
    assert ios.project.backups.latest(ROUTER) == before


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_reading_is_never_the_first_backup(ios: Told, how: str) -> None:
    ios.text = BROKEN[how](ios.text)
    assert not kept(ios).ok
    assert ios.project.backups.latest(ROUTER) is None


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_reading_is_not_assessable_and_never_as_intended(ios: Told, how: str) -> None:
    ios.text = BROKEN[how](ios.text)
    assert [row.values["result"] for row in audit(ios.project, Filters(router=[ROUTER])).rows] == ["not assessable"]


def test_why_it_was_refused_is_said_with_what_to_do_next(ios: Told) -> None:
    ios.text = BROKEN["without its last line"](ios.text)
    (row,) = kept(ios).rows
    assert row.values["reason"] == (
        "kec-rawa: its running configuration is none: its last line is none that a whole configuration of cisco_ios "
        "ends with: it was cut short; nothing of it was kept; if it answers so again, look at its console"
    )


def test_a_raw_copy_of_a_broken_reading_is_not_written(
    ios: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIP_RAW_BACKUPS", str(tmp_path / "raw"))
    kept(ios)
    before = (tmp_path / "raw" / f"{ROUTER}.conf").read_text("utf-8")
    ios.text = BROKEN["at a line's end"](ios.text)
    kept(ios)
    assert (tmp_path / "raw" / f"{ROUTER}.conf").read_text("utf-8") == before


@pytest.mark.parametrize("lost", [0, 1, 40])
def test_a_reading_of_frr_without_its_end_is_not_collected(simulated: Simulation, lost: int) -> None:
    backup(simulated.project, Filters(router=["pop-1"]))
    before = simulated.project.backups.latest("pop-1")
    text = simulated.district.running("pop-1")
    simulated.district.routers["pop-1"].nonsense = text[: len(text) - lost]

    report = backup(simulated.project, Filters(router=["pop-1"]))

    assert [row.values["state"] for row in report.rows] == ["not collected"]
    assert re.search("cut short", str(report.rows[0].values["reason"]))
    assert simulated.project.backups.latest("pop-1") == before
