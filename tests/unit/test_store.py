"""The store: what was done and seen, kept whole whatever happens; the same in a file of SQLite and in PostgreSQL."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from jipkit.errors import AnswerError, StoreError
from jipkit.project import Project
from jipkit.store import Sample, Store, chain, database, journal
from jipkit.store.tables import METADATA
from jipkit.store.urls import database_url
from tests.unit.stores import Opened, Where, another_writing, sql

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)

# ------------------------------------------------------------------ runs and journal


def test_steps_are_read_back_in_order(store: Store) -> None:
    with store.start_run("provision", {"office": "pkm-baru"}) as run:
        run.journal("pkm-baru", "identity")
        run.journal("pkm-baru", "apply", {"timer_s": 60})
    entries = store.journal(router="pkm-baru")
    assert [(e.step, e.detail) for e in entries] == [("identity", {}), ("apply", {"timer_s": 60})]


def test_steps_of_one_run_are_read_alone(store: Store) -> None:
    store.start_run("a", {}).journal("pop-1", "one")
    second = store.start_run("b", {})
    second.journal("pop-1", "two")
    assert [e.step for e in store.journal(router="pop-1", run=second.id)] == ["two"]


def test_a_step_knows_when_it_was(store: Store) -> None:
    store.start_run("a", {}).journal("pop-1", "apply")
    (entry,) = store.journal(router="pop-1")
    assert timedelta(0) <= datetime.now(UTC) - entry.at < timedelta(minutes=1)


def test_addresses_and_paths_are_kept_as_text(store: Store) -> None:
    store.start_run("a", {}).journal("pop-1", "apply", {"at": IPv4Address("10.0.0.1"), "in": Path("/x")})
    assert store.journal(router="pop-1")[0].detail == {"at": "10.0.0.1", "in": "/x"}


def test_text_that_is_none_is_kept_as_far_as_it_is_one(store: Store) -> None:
    with store.start_run("backup", {"file": "a\udcff\x00"}) as run:
        run.journal("pop-1", "apply", {"why": "b\udcff\x00"})
        run.fail("c\udcff\x00\x1b[2J")
    (record,) = store.runs()
    assert (record.arguments, store.journal("pop-1")[0].detail) == ({"file": "a\udcff\x00"}, {"why": "b\udcff\x00"})
    assert record.outcome == "failed: c\ufffd\ufffd"
    assert store.verify() == []


def test_the_last_runs_of_a_router_since_a_moment_are_found(store: Store) -> None:
    for router in ("pop-1", "pop-2", "pop-1", "pop-1"):
        store.start_run("provision", {}).journal(router, "apply")
    assert [run.id for run in store.runs(router="pop-1", last=2)] == [3, 4]
    assert store.runs(since=datetime.now(UTC) + timedelta(minutes=1)) == []


def test_a_step_is_there_for_others_before_the_call_returns(store: Store, where: Where, opened: Opened) -> None:
    run = store.start_run("a", {})
    run.journal("pop-1", "apply")
    assert [e.step for e in opened(where).journal(router="pop-1")] == ["apply"]


def test_a_run_that_went_well_is_done(store: Store) -> None:
    with store.start_run("backup", {}):
        pass
    assert store.runs()[0].outcome == "done"


def test_a_run_is_going_on_until_it_ends(store: Store) -> None:
    store.start_run("backup", {})
    assert (store.runs()[0].ended, store.runs()[0].outcome) == (None, None)


def test_a_run_that_failed_says_why(store: Store) -> None:
    with pytest.raises(AnswerError), store.start_run("backup", {}):
        raise AnswerError("pop-1", "nonsense")
    assert store.runs()[0].outcome == "failed: pop-1: nonsense"


def test_a_mistake_in_the_program_leaves_only_its_kind(store: Store) -> None:
    with pytest.raises(ValueError, match="rahasia"), store.start_run("backup", {}):
        raise ValueError("md5 rahasia")
    assert store.runs()[0].outcome == "failed: ValueError"


def test_a_run_that_was_interrupted_says_so(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt), store.start_run("backup", {}):
        raise KeyboardInterrupt
    assert store.runs()[0].outcome == "interrupted"


KILLED = """
import os, signal, sys
from jipkit.store import Store
with Store.open(sys.argv[1]).start_run("provision", {}) as run:
    run.journal("pkm-baru", "apply", {"timer_s": 60})
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_crash_leaves_the_run_open_and_its_last_step_known(where: Where, opened: Opened) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, where], check=False)
    store = opened(where)
    assert killed.returncode == -signal.SIGKILL
    assert store.runs()[0].ended is None
    assert [(e.router, e.step) for e in store.open_changes()] == [("pkm-baru", "apply")]
    assert store.verify() == []


# ------------------------------------------------------------------ open changes


def steps(store: Store, *taken: tuple[str, str] | tuple[str, str, str]) -> list[str | None]:
    """Return the routers with an open change after the steps: (router, step) or (router, step, holds)."""
    with store.start_run("provision", {}) as run:
        for router, step, *holds in taken:
            run.journal(router, step, {"holds": holds[0]} if holds else {})
    return [entry.router for entry in store.open_changes()]


@pytest.mark.parametrize(
    ("end", "still_open"),
    [
        ((), True),
        ((("pop-1", "check"),), True),
        ((("pop-1", "confirm"),), True),
        ((("pop-1", "confirm"), ("pop-1", "confirmed")), False),
        ((("pop-1", "rollback"),), True),
        ((("pop-1", "taken back", "reverted"),), False),
        ((("pop-1", "taken back", "nothing"),), False),
        ((("pop-1", "taken back", "unknown"),), True),
        ((("pop-1", "taken back", "all"),), True),
        ((("pop-1", "taken back", "unknown"), ("pop-1", "recovered", "all")), False),
        ((("pop-1", "confirmed"), ("pop-1", "apply")), True),
    ],
)
def test_a_change_is_open_until_its_end_is_known(
    store: Store, end: tuple[tuple[str, str], ...], still_open: bool
) -> None:
    assert steps(store, ("pop-1", "apply"), *end) == (["pop-1"] if still_open else [])


def test_a_later_backup_does_not_hide_an_open_change(store: Store) -> None:
    steps(store, ("pop-1", "apply"))
    assert steps(store, ("pop-1", "backup")) == ["pop-1"]


def test_an_open_change_is_told_by_its_last_apply(store: Store) -> None:
    with store.start_run("provision", {}) as run:
        run.journal("pop-1", "apply", {"n": 1})
        run.journal("pop-1", "apply", {"n": 2})
    assert [e.detail for e in store.open_changes()] == [{"n": 2}]


# ------------------------------------------------------------------ samples


def sample(verdict: str, minutes: int = 0, code: str = "seen", **cause: str) -> Sample:
    cause_words = {"code": code, "arguments": cause}
    return Sample("pop-1--kec-rawa", AT + timedelta(minutes=minutes), verdict, cause_words, [{"router": "pop-1"}])


def test_what_was_seen_last_is_read_back(store: Store) -> None:
    store.record_samples([sample("down", code="no-carrier")])
    kept = store.latest_samples()["pop-1--kec-rawa"]
    assert (kept.verdict, kept.cause["code"], kept.evidence, kept.since, kept.seen) == (
        "down",
        "no-carrier",
        ({"router": "pop-1"},),
        AT,
        AT,
    )


def test_a_link_that_stays_the_same_keeps_since_when(store: Store) -> None:
    store.record_samples([sample("up"), sample("up", 5), sample("up", 10)])
    kept = store.history("pop-1--kec-rawa")
    assert [(k.since, k.seen) for k in kept] == [(AT, AT + timedelta(minutes=10))]


def test_a_link_that_changes_begins_anew(store: Store) -> None:
    store.record_samples([sample("up"), sample("down", 5), sample("up", 10)])
    assert [k.verdict for k in store.history("pop-1--kec-rawa")] == ["up", "down", "up"]


def test_another_cause_is_a_change(store: Store) -> None:
    store.record_samples([sample("down", code="shut"), sample("down", 5, code="no-carrier")])
    assert len(store.history("pop-1--kec-rawa")) == 2


def test_another_number_in_the_cause_is_no_change_and_the_last_is_kept(store: Store) -> None:
    store.record_samples([sample("degraded", loss="12"), sample("degraded", 5, loss="13")])
    (kept,) = store.history("pop-1--kec-rawa")
    assert kept.cause["arguments"] == {"loss": "13"}


def test_a_sample_that_comes_late_is_left_out(store: Store) -> None:
    store.record_samples([sample("up", 10), sample("down", 5)])
    assert store.latest_samples()["pop-1--kec-rawa"].verdict == "up"


def test_a_clock_that_ran_ahead_does_not_hide_what_is_seen_after_it_was_set(store: Store) -> None:
    year = 365 * 24 * 60
    store.record_samples([sample("up"), sample("up", year), sample("down", 5), sample("down", 10)])
    assert store.latest_samples()["pop-1--kec-rawa"].verdict == "down"
    assert [(k.verdict, k.seen) for k in store.history("pop-1--kec-rawa")][1:] == [("down", AT + timedelta(minutes=10))]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE samples SET cause = 'x'",
        "UPDATE samples SET cause = '5'",
        "UPDATE samples SET cause = '{}'",
        "UPDATE samples SET evidence = '[1]'",
        "UPDATE samples SET seen = 'today'",
        "UPDATE samples SET since = '2026-01-01T00:00:00'",
    ],
)
def test_a_sample_that_cannot_be_read_is_an_error_and_not_a_gap(store: Store, where: Where, change: str) -> None:
    store.record_samples([sample("up")])
    sql(where, change)
    with pytest.raises(StoreError, match="record 1 of pop-1--kec-rawa was edited"):
        store.latest_samples()


def test_history_leaves_out_what_ended_before(store: Store) -> None:
    store.record_samples([sample("up"), sample("down", 5), sample("up", 10)])
    assert [k.verdict for k in store.history("pop-1--kec-rawa", AT + timedelta(minutes=5))] == ["down", "up"]


def test_a_link_that_nobody_asked_about_has_no_sample(store: Store) -> None:
    assert store.latest_samples() == {}


# ------------------------------------------------------------------ many at once

WRITER = """
import sys
from jipkit.store import Store
store = Store.open(sys.argv[1])
with store.start_run(sys.argv[2], {}) as run:
    for number in range(15):
        run.journal(sys.argv[2], f"step {number}")
"""


def test_processes_that_write_at_once_lose_nothing_and_keep_the_chain(where: Where, opened: Opened) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, where, f"r-{n}"]) for n in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    store = opened(where)
    assert [len(store.journal(router=f"r-{n}")) for n in range(3)] == [15, 15, 15]
    assert store.verify() == []


ENDLESS = """
import itertools, sys
from jipkit.store import Store
run = Store.open(sys.argv[1]).start_run("provision", {})
for number in itertools.count():
    run.journal("pop-1", f"step {number}")
    print(number, flush=True)
"""


def test_a_process_that_is_killed_while_it_writes_leaves_the_chain_whole(where: Where, opened: Opened) -> None:
    store = opened(where)
    with subprocess.Popen([sys.executable, "-c", ENDLESS, where], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        told = [other.stdout.readline() for _ in range(20)][-1]
        other.kill()
    assert store.verify() == []
    assert len(store.journal("pop-1")) > int(told)
    store.start_run("backup", {})
    assert store.verify() == []


def test_a_store_that_is_busy_for_too_long_says_what_to_do(
    where: Where, store: Store, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    hasty = opened(where)
    with another_writing(where), pytest.raises(StoreError, match="another jip has been writing"):
        hasty.start_run("backup", {})
    store.start_run("backup", {})


@pytest.mark.usefixtures("written")
def test_who_only_reads_does_not_wait_for_who_writes(where: Where, opened: Opened) -> None:
    with another_writing(where):
        assert len(opened(where).runs()) == 1


def test_who_reads_sees_one_state_whatever_is_written_meanwhile(written: Store) -> None:
    with written._database.reading() as connection:
        before = chain.verify(connection)
        written.start_run("backup", {})
        assert chain.verify(connection) == before
    assert written.verification().records == before.records + 1


# ------------------------------------------------------------------ what goes wrong


def refuse(*_: object) -> None:
    raise sqlite3.OperationalError("disk I/O error")


def test_a_run_that_cannot_record_its_end_does_not_hide_why_it_failed(
    written: Store, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        with written.start_run("backup", {}):
            sa.event.listen(written._database.engine, "begin", refuse)
            raise AnswerError("pop-1", "nonsense")

    with pytest.raises(AnswerError):
        fail()
    assert "its end could not be recorded" in caplog.text


def test_a_run_that_went_well_fails_when_its_end_cannot_be_recorded(written: Store) -> None:
    with pytest.raises(StoreError), written.start_run("backup", {}):
        sa.event.listen(written._database.engine, "begin", refuse)


def test_a_store_of_a_newer_jip_is_not_touched(store: Store, where: Where, opened: Opened) -> None:
    del store
    sql(where, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer than this jip knows; upgrade jip"):
        opened(where)


# ------------------------------------------------------------------ migrations


def test_the_newest_migration_is_the_one_that_the_store_wants() -> None:
    config = Config()
    config.set_main_option("script_location", str(database._MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [database.REVISION]


def test_the_migrations_make_the_tables_that_the_code_uses(store: Store) -> None:
    with store._database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_records_of_an_older_version_stay_whole_when_they_are_migrated(where: Where, opened: Opened) -> None:
    made_by_version_2(where)
    store = opened(where)
    (run,) = store.runs()
    assert (run.command, run.process, run.state) == ("provision", None, "done")
    store.start_run("backup", {})
    assert store.verify() == []


def made_by_version_2(where: Where) -> None:
    """Make a store as the second shape had it, with a run in it."""
    engine = sa.create_engine(database_url(where), poolclass=sa.pool.NullPool)
    if isinstance(where, Path):
        where.parent.mkdir()
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(database._MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        values = {
            "command": "provision",
            "arguments": "{}",
            "by": "budi",
            "started": "2026-01-01T00:00:00.000000+00:00",
        }
        ended = {"outcome": "done", "ended": "2026-01-01T00:01:00.000000+00:00"}
        table = sa.table("runs", *(sa.column(name) for name in (*values, *ended)))
        connection.execute(sa.insert(table).values(values | ended))
        journal.append(connection, 1, None, journal.STARTED, values)
        journal.append(connection, 1, None, journal.ENDED, ended)
    engine.dispose()


def test_a_migration_that_fails_leaves_nothing_behind(
    where: Where, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("alembic.command.upgrade", after_first_table(fail))
    with pytest.raises(KeyboardInterrupt):
        opened(where)
    monkeypatch.undo()
    assert opened(where).runs() == []


def after_first_table(fail: Callable[..., None]) -> Callable[..., None]:
    """Return a migration that makes one table and then fails."""

    def upgrade(config: Config, revision: str) -> None:
        del revision
        config.attributes["connection"].exec_driver_sql("CREATE TABLE runs (id INTEGER)")
        fail()

    return upgrade


# ------------------------------------------------------------------ of a project


def test_the_store_of_a_project_is_where_jip_store_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIP_STORE", str(tmp_path / "elsewhere.db"))
    Project(tmp_path).store.start_run("backup", {})
    assert not (tmp_path / "var").exists()


def test_a_twin_never_writes_into_the_districts_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIP_STORE", str(tmp_path / "elsewhere.db"))
    Project(tmp_path, lab="coba").store.start_run("backup", {})
    assert not (tmp_path / "elsewhere.db").exists()
