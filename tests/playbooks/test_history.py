"""``jip history``, ``jip run show``, ``jip log verify``: what was done is told whole, also of what crashed."""

from __future__ import annotations

import doctest
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
import sqlalchemy as sa

from jipkit import printable
from jipkit.console import show as show_report
from jipkit.errors import AnswerError, SelectionError, UnknownNameError, UsageError
from jipkit.project import Project
from jipkit.report import Report
from jipkit.store.process import user
from jipkit.testing.inventories import project_of
from jipkit.testing.networks import small_network
from playbooks import _clock
from playbooks._clock import clock_of, moment
from playbooks.history import history
from playbooks.log.verify import verify
from playbooks.run.show import show

CHECKOUT = Path(__file__).parents[2]
JIP = Path(sys.executable).parent / "jip"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(project_of(small_network(), CHECKOUT, tmp_path / "project"))


def provisioned(project: Project, *steps: tuple[str, str] | tuple[str, str, str], office: str = "pkm-baru") -> int:
    """Record a run with steps (router, step) or (router, step, holds), and return its number."""
    with project.store.start_run("provision", {"office": office, "timer_s": 60, "without_timer": []}) as run:
        for router, step, *holds in steps:
            run.journal(router, step, {"holds": holds[0]} if holds else {})
    return run.id


def crashed(project: Project) -> None:
    """Record a run whose process is killed after it has written down that it will apply."""
    code = """
import os, signal, sys
from pathlib import Path
from jipkit.project import Project
run = Project(Path(sys.argv[1])).store.start_run("provision", {"office": "pkm-baru"})
run.journal("pop-1", "apply", {"timer_s": 60})
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", code, project.root], check=False)


def sql(project: Project, statement: str) -> None:
    with closing(sqlite3.connect(project.var / "jip.db")) as connection, connection:
        connection.execute(statement)


def printed(report: Report, capsys: pytest.CaptureFixture[str]) -> str:
    show_report(report)
    return capsys.readouterr().out


# ------------------------------------------------------------------ history


def test_runs_come_newest_first(project: Project) -> None:
    provisioned(project)
    project.store.start_run("trust", {"router": "pop-1"})
    assert [(row.values["run"], row.values["command"]) for row in history(project).rows] == [
        (2, "trust"),
        (1, "provision"),
    ]


def test_a_run_tells_who_did_what_and_how_it_ended(project: Project) -> None:
    provisioned(project)
    (row,) = history(project).rows
    assert row.values["by"] == user()
    assert (row.values["state"], row.values["outcome"]) == ("done", "done")
    assert row.shown["arguments"] == "office=pkm-baru, timer_s=60"


def test_a_run_that_failed_says_why(project: Project) -> None:
    with pytest.raises(AnswerError), project.store.start_run("provision", {}):
        raise AnswerError("pop-1", "nonsense")
    (row,) = history(project).rows
    assert (row.shown["outcome"], row.mood) == ("failed: pop-1: nonsense", "bad")


def test_a_run_tells_how_long_it_took(project: Project) -> None:
    provisioned(project)
    sql(project, "UPDATE runs SET started = '2026-11-24T01:00:00+00:00', ended = '2026-11-24T01:02:05+00:00'")
    (row,) = history(project).rows
    assert (row.values["seconds"], row.shown["seconds"]) == (125.0, "2 min")


def test_a_clock_that_was_set_back_makes_no_negative_duration(project: Project) -> None:
    provisioned(project)
    sql(project, "UPDATE runs SET started = '2026-11-24T01:00:00+00:00', ended = '2026-11-24T00:00:05+00:00'")
    (row,) = history(project).rows
    assert (row.values["seconds"], row.shown["seconds"]) == (None, "not known: a clock was set back")


@pytest.mark.parametrize(
    ("steps", "holds"),
    [
        ((("pop-1", "identity"), ("pop-1", "guard")), "nothing"),
        ((("pop-1", "guard"), ("pop-1", "apply")), "unknown"),
        ((("pop-1", "apply"), ("pop-1", "check"), ("pop-1", "confirm")), "unknown"),
        ((("pop-1", "apply"), ("pop-1", "confirm"), ("pop-1", "confirmed")), "all"),
        ((("pop-1", "apply"), ("pop-1", "taken back", "reverted")), "reverted"),
        ((("pop-1", "apply"), ("pop-1", "taken back", "part")), "part"),
        ((("pop-1", "trust"),), None),
    ],
)
def test_what_a_router_holds_follows_from_its_steps(
    project: Project, steps: tuple[tuple[str, str], ...], holds: str | None
) -> None:
    provisioned(project, *steps)
    assert history(project).rows[0].values["routers"] == [{"router": "pop-1", "holds": holds}]


def test_what_recover_found_later_is_told_of_the_run_that_left_it_open(project: Project) -> None:
    number = provisioned(project, ("pop-1", "apply"))
    with project.store.start_run("recover", {}) as run:
        run.journal("pop-1", "recovered", {"run": number, "holds": "all"})
    assert history(project).rows[1].values["routers"] == [{"router": "pop-1", "holds": "all"}]


def test_routers_that_hold_the_same_are_told_together(project: Project) -> None:
    provisioned(project, ("pop-1", "confirmed"), ("core-1", "confirmed"), ("kec-rawa", "guard"))
    shown = history(project).rows[0].shown["routers"]
    assert shown == "pop-1, core-1: all of it; kec-rawa: nothing of it"


def test_a_router_that_holds_a_part_makes_its_run_bad(project: Project) -> None:
    provisioned(project, ("pop-1", "apply"), ("pop-1", "taken back", "part"))
    assert history(project).rows[0].mood == "bad"


def test_only_runs_on_a_router(project: Project) -> None:
    provisioned(project, ("pop-1", "apply"))
    provisioned(project, ("core-1", "apply"))
    assert [row.values["run"] for row in history(project, router="pop-1").rows] == [1]


def test_a_router_that_is_no_more_keeps_its_history(project: Project) -> None:
    provisioned(project, ("kec-gone", "apply"))
    assert [row.values["run"] for row in history(project, router="kec-gone").rows] == [1]


def test_a_router_that_never_was_is_refused(project: Project) -> None:
    with pytest.raises(UnknownNameError, match="did you mean core-"):
        history(project, router="core-l")


def test_a_router_that_nothing_was_done_to_has_no_runs(project: Project) -> None:
    provisioned(project, ("pop-1", "apply"))
    assert history(project, router="core-1").rows == []


def test_only_runs_since(project: Project) -> None:
    provisioned(project)
    provisioned(project)
    sql(project, "UPDATE runs SET started = '2020-01-01T00:00:00.000000+00:00' WHERE id = 1")
    assert [row.values["run"] for row in history(project, since="1d").rows] == [2]


def test_a_day_begins_when_the_clocks_of_the_district_say_so(project: Project) -> None:
    provisioned(project)
    provisioned(project)
    sql(project, "UPDATE runs SET started = '2026-11-23T16:59:59.000000+00:00' WHERE id = 1")
    sql(project, "UPDATE runs SET started = '2026-11-23T17:00:00.000000+00:00' WHERE id = 2")
    assert [row.values["run"] for row in history(project, since="2026-11-24").rows] == [2]


def test_the_newest_are_left_and_that_there_are_more_is_said(project: Project) -> None:
    for _ in range(3):
        provisioned(project)
    report = history(project, limit=2)
    assert [row.values["run"] for row in report.rows] == [3, 2]
    assert report.data == {"more": True}
    assert "Older runs are left out; --limit shows more of them." in report.notes


def test_as_many_as_there_are_is_not_more(project: Project) -> None:
    provisioned(project)
    assert history(project, limit=1).data == {"more": False}


def test_looking_makes_no_store(project: Project) -> None:
    report = history(project)
    assert (report.ok, report.rows, list(report.notes)) == (True, [], ["No such run is recorded."])
    assert not (project.var / "jip.db").exists()


def test_times_are_those_of_the_district_and_for_programs_in_utc(project: Project) -> None:
    provisioned(project)
    sql(project, "UPDATE runs SET started = '2026-11-24T20:30:00.000000+00:00'")
    (row,) = history(project).rows
    assert row.shown["started"] == "2026-11-25 03:30:00"
    assert row.values["started"] == "2026-11-24T20:30:00+00:00"


def test_an_inventory_with_faults_does_not_hide_what_was_done(project: Project) -> None:
    provisioned(project)
    (project.root / "inventory" / "links.yaml").write_text("broken: [\n")
    report = history(Project(project.root))
    assert [row.values["run"] for row in report.rows] == [1]
    assert "Times are in UTC: the inventory has faults; `jip check` names them." in report.notes


# ------------------------------------------------------------------ moments

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90min", "2026-11-24T10:30:00+00:00"),
        ("12h", "2026-11-24T00:00:00+00:00"),
        ("3d", "2026-11-21T12:00:00+00:00"),
        ("2w", "2026-11-10T12:00:00+00:00"),
        ("2026-11-24", "2026-11-23T17:00:00+00:00"),
        ("2026-11-24T20:30", "2026-11-24T13:30:00+00:00"),
        ("2026-11-24 20:30:00+00:00", "2026-11-24T20:30:00+00:00"),
    ],
)
def test_a_moment_is_understood(text: str, expected: str, project: Project) -> None:
    assert moment(text, clock_of(project).zone, NOW).isoformat() == expected


@pytest.mark.parametrize("text", ["", "yesterday", "3", "3 years", "-3d", "99999d", "2026-13-01", "0001-01-01", "3d\n"])
def test_what_is_no_moment_is_refused(text: str, project: Project) -> None:
    with pytest.raises(UsageError, match="is no moment; write a day"):
        moment(text, clock_of(project).zone, NOW)


@pytest.mark.parametrize("module", [_clock, printable], ids=lambda module: module.__name__)
def test_examples_in_docstrings_are_true(module: ModuleType) -> None:
    failed, tried = doctest.testmod(module)
    assert (failed, tried > 0) == (0, True)


# ------------------------------------------------------------------ runs that did not end


def test_a_run_whose_process_was_killed_was_never_ended(project: Project) -> None:
    crashed(project)
    (row,) = history(project).rows
    assert (row.values["state"], row.values["ended"]) == ("never ended", None)
    assert row.shown["outcome"] == "never ended: it crashed or was killed"
    assert row.shown["routers"] == "pop-1: unknown"


def test_a_run_whose_process_lives_is_going_on(project: Project) -> None:
    project.store.start_run("provision", {})
    (row,) = history(project).rows
    assert (row.values["state"], row.shown["outcome"]) == ("going on", "going on")


def test_what_a_router_holds_of_a_run_that_goes_on_is_not_bad_yet(project: Project) -> None:
    project.store.start_run("provision", {}).journal("pop-1", "apply")
    (row,) = history(project).rows
    assert (row.shown["routers"], row.mood) == ("pop-1: unknown", "info")


def test_whether_a_run_goes_on_another_machine_has_to_say(project: Project) -> None:
    project.store.start_run("provision", {})
    sql(project, "UPDATE runs SET process = 'noc-2/1/x:1'")
    (row,) = history(project).rows
    assert (row.values["state"], row.values["machine"]) == ("not known", "noc-2")
    assert row.shown["outcome"] == "not ended; whether it goes on only noc-2 knows"


def test_a_process_that_got_the_number_of_the_one_that_crashed_is_another(project: Project) -> None:
    project.store.start_run("provision", {})
    sql(project, "UPDATE runs SET process = substr(process, 1, instr(process, '/')) || '1/x:1'")
    assert history(project).rows[0].values["state"] == "never ended"


def test_a_run_of_an_older_version_that_did_not_end_was_never_ended(project: Project) -> None:
    project.store.start_run("provision", {})
    sql(project, "UPDATE runs SET process = NULL")
    assert history(project).rows[0].values["state"] == "never ended"


def test_the_steps_of_a_run_that_crashed_end_with_the_last_written_down(project: Project) -> None:
    crashed(project)
    report = show(project, 1)
    assert [row.values["step"] for row in report.rows] == ["run started", "apply"]
    assert report.data["state"] == "never ended"
    assert any("never ended: it crashed or was killed" in note for note in report.notes)
    assert any(note.startswith("The last that is written down of it: apply, at ") for note in report.notes)
    assert "What they hold is read back by `jip recover`." in report.notes


# ------------------------------------------------------------------ one run


def test_every_step_of_a_run_is_told_in_order(project: Project) -> None:
    provisioned(project, ("pop-1", "guard"), office="another")
    number = provisioned(project, ("pop-1", "guard"), ("pop-1", "apply"), ("pop-1", "confirmed"))
    rows = show(project, number).rows
    assert [(row.values["router"], row.values["step"]) for row in rows] == [
        (None, "run started"),
        ("pop-1", "guard"),
        ("pop-1", "apply"),
        ("pop-1", "confirmed"),
        (None, "run ended"),
    ]


def test_a_step_tells_when_it_was_since_the_run_began(project: Project) -> None:
    provisioned(project, ("pop-1", "apply"))
    sql(project, "UPDATE runs SET started = '2026-11-24T01:00:00.000000+00:00'")
    sql(project, "UPDATE journal SET at = '2026-11-24T01:00:02.500000+00:00'")
    row = show(project, 1).rows[1]
    assert (row.values["seconds"], row.shown["seconds"], row.shown["at"]) == (2.5, "2.5", "2026-11-24 08:00:02")


def test_of_a_digest_people_see_the_beginning_and_programs_all(project: Project) -> None:
    with project.store.start_run("provision", {}) as run:
        run.journal("pop-1", "guard", {"before": "0123456789abcdef" * 4, "none": []})
    row = show(project, 1).rows[1]
    assert row.shown["detail"] == "before=0123456789ab"
    assert row.values["detail"] == {"before": "0123456789abcdef" * 4, "none": []}


def test_a_run_that_never_was_is_refused(project: Project) -> None:
    provisioned(project)
    with pytest.raises(SelectionError, match="no run 2; `jip history` names them"):
        show(project, 2)


def test_where_nothing_is_recorded_there_is_no_run(project: Project) -> None:
    with pytest.raises(SelectionError, match="no run 1: nothing is recorded yet"):
        show(project, 1)


# ------------------------------------------------------------------ what anybody may have written

HOSTILE = "\x1b[2J\x07gone\nRun 9: all is well\u202e\x00\udcff"


def test_hostile_text_of_an_outcome_stays_one_harmless_line(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(AnswerError), project.store.start_run("provision", {}):
        raise AnswerError("pop-1", HOSTILE)
    out = printed(history(project), capsys)
    assert not {"\x1b", "\x07", "\x00", "\u202e"} & set(out)
    assert not any(line.startswith("Run 9") for line in out.splitlines())


def test_hostile_text_of_arguments_and_details_stays_one_harmless_line(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with project.store.start_run("provision", {"office": HOSTILE}) as run:
        run.journal("pop-1", "guard", {HOSTILE: HOSTILE})
    out = printed(history(project), capsys) + printed(show(project, 1), capsys)
    assert not {"\x1b", "\x07", "\x00", "\u202e", "\udcff"} & set(out)
    assert not any(line.startswith("Run 9") for line in out.splitlines())
    assert "\\x1b[2J\\x07gone\\nRun 9" in out


def test_hostile_text_of_an_edited_record_stays_one_harmless_line(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    provisioned(project, ("pop-1", "apply"))
    store = project.store
    with store._database.engine.begin() as connection:
        words = {"text": HOSTILE[:-1].replace("\x00", "")}
        connection.execute(sa.text("UPDATE runs SET command = :text, by = :text, outcome = :text"), words)
        connection.execute(sa.text("UPDATE journal SET step = :text, router = :text WHERE id = 2"), words)
    out = "".join(printed(report, capsys) for report in (history(project), show(project, 1), verify(project)))
    assert not {"\x1b", "\x07", "\u202e"} & set(out)
    assert not any(line.startswith("Run 9") for line in out.splitlines())


def test_what_is_very_long_is_cut_for_people_and_whole_for_programs(project: Project) -> None:
    with project.store.start_run("provision", {}) as run:
        run.fail("x" * 5000)
    (row,) = history(project).rows
    assert len(row.shown["outcome"]) < 400
    assert len(row.values["outcome"]) == 5000 + len("failed: ")


# ------------------------------------------------------------------ the log


def test_a_whole_journal_says_how_much_it_holds_and_its_head(project: Project) -> None:
    provisioned(project, ("pop-1", "apply"))
    report = verify(project)
    assert report.ok
    assert (report.data["records"], report.data["whole"]) == (3, 3)
    assert report.data["head"] == project.store.journal()[-1].hash
    assert "3 of 3 records are as they were written." in report.notes
    assert report.notes[-1].endswith(str(report.data["head"]))


@pytest.mark.parametrize("statement", ["DELETE FROM journal WHERE id = 2", "UPDATE runs SET by = 'somebody'"])
def test_what_was_tampered_with_is_not_well_and_named(statement: str, project: Project) -> None:
    provisioned(project, ("pop-1", "apply"))
    sql(project, statement)
    report = verify(project)
    assert not report.ok
    assert [row.values["code"] for row in report.rows]
    assert "Keep the store as it is, and compare with the copies that were made of it." in report.notes


def test_a_record_that_was_edited_is_not_counted_as_whole(project: Project) -> None:
    provisioned(project, ("pop-1", "apply"))
    sql(project, "UPDATE journal SET step = 'check' WHERE id = 2")
    report = verify(project)
    assert (report.data["records"], report.data["whole"]) == (3, 2)
    assert [row.values["fault"] for row in report.rows] == ["journal: record 2 (check, pop-1) was edited"]


def test_a_head_that_was_noted_is_found_again_when_more_was_written(project: Project) -> None:
    provisioned(project)
    noted = str(verify(project).data["head"])
    provisioned(project)
    report = verify(project, head=f" {noted.upper()} ")
    assert (report.ok, report.data["noted"]) == (True, 2)
    assert "The head that was noted is that of record 2: nothing up to there was rewritten." in report.notes


def test_a_journal_that_was_written_anew_does_not_have_the_head_that_was_noted(project: Project) -> None:
    provisioned(project, ("pop-1", "apply"))
    noted = str(verify(project).data["head"])
    (project.var / "jip.db").unlink()
    anew = Project(project.root)
    provisioned(anew, ("pop-1", "guard"))
    assert verify(anew).ok
    report = verify(anew, head=noted)
    assert (report.ok, report.data["noted"]) == (False, None)
    assert [row.values["code"] for row in report.rows] == ["head-gone"]


@pytest.mark.parametrize("head", ["", "abc", "0" * 63, "g" * 64, "0" * 65])
def test_what_is_no_head_is_refused(head: str, project: Project) -> None:
    with pytest.raises(UsageError, match="64 digits"):
        verify(project, head=head)


def test_a_journal_without_a_record_proves_nothing(project: Project) -> None:
    report = verify(project)
    assert (report.ok, report.data["records"]) == (False, 0)
    assert list(report.notes) == ["There is no record at all: nothing was proven."]
    assert not (project.var / "jip.db").exists()


def test_a_store_that_was_emptied_is_not_whole(project: Project) -> None:
    provisioned(project)
    sql(project, "DELETE FROM journal")
    sql(project, "DELETE FROM chain")
    sql(project, "DELETE FROM runs")
    assert not verify(project).ok


# ------------------------------------------------------------------ as commands


def jip(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(JIP), "-C", str(project.root), *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def test_the_exit_code_tells_a_whole_journal_from_one_that_was_edited(project: Project) -> None:
    provisioned(project)
    assert jip(project, "log", "verify").returncode == 0
    sql(project, "DELETE FROM journal WHERE id = 1")
    assert jip(project, "log", "verify", "--json").returncode == 1


def test_a_run_is_shown_to_programs(project: Project) -> None:
    provisioned(project, ("pop-1", "confirmed"))
    answer = json.loads(jip(project, "run", "show", "1", "--json").stdout)
    assert (answer["report"], answer["state"], answer["rows"][1]["step"]) == ("run show", "done", "confirmed")


def test_a_number_beyond_every_database_is_a_usage_error(project: Project) -> None:
    assert jip(project, "run", "show", "99999999999999999999").returncode == 2
