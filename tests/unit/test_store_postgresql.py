"""The store in PostgreSQL: how it is reached, that its password is shown nowhere, and what is said when it fails."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import traceback
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import errors

from jipkit.errors import StoreError
from jipkit.store import Store
from jipkit.store.failures import why
from jipkit.store.urls import database_url, shown
from jipkit.testing.inventories import project_of
from jipkit.testing.networks import small_network
from jipkit.testing.postgresql import GUARDED_USER, PostgreSQL
from tests.unit.stores import Opened, sql

CHECKOUT = Path(__file__).parents[2]
JIP = Path(sys.executable).parent / "jip"
PASSWORD = "kata:sandi@/100%"
WRONG = "salah-sekali"


@pytest.fixture
def url(postgresql_server: PostgreSQL, schema: str) -> str:
    return postgresql_server.url(schema)


@pytest.fixture
def guarded(postgresql_server: PostgreSQL, schema: str) -> str:
    """A schema of somebody who only gets in with a password; his URL without it."""
    role = f"CREATE ROLE \"{GUARDED_USER}\" LOGIN PASSWORD '{PASSWORD}'"
    sql(postgresql_server.url(schema), f"DO $$BEGIN {role}; EXCEPTION WHEN duplicate_object THEN NULL; END$$")
    postgresql_server.execute(f'GRANT ALL ON SCHEMA {schema} TO "{GUARDED_USER}"')
    return postgresql_server.url(schema, user=GUARDED_USER)


# ------------------------------------------------------------------ the URL


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://jip@db.example/jip",
        "postgres://jip@db.example/jip",
        "postgresql+psycopg://jip@db.example/jip",
        "postgresql+psycopg2://jip@db.example/jip",
    ],
)
def test_a_url_of_postgresql_is_understood(url: str) -> None:
    assert database_url(url).drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    "url",
    [
        "://jip:rahasia@",
        "postgresql://jip:kata@rahasia@db.example/jip",
        "postgresql://jip:kata@db.example:rahasia/jip",
        "mysql://jip:rahasia@db.example/jip",
        "sqlite://",
        "sqlite:///:memory:",
        "rahasia://db.example/jip",
    ],
)
def test_what_is_no_url_of_ours_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        database_url(url)
    assert "rahasia" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://jip:rahasia@db.example:5433/jip", "postgresql+psycopg://jip:***@db.example:5433/jip"),
        ("postgresql://jip@db.example/jip?password=rahasia", "postgresql+psycopg://jip@db.example/jip"),
        ("postgresql://jip@db.example/jip?sslpassword=rahasia", "postgresql+psycopg://jip@db.example/jip"),
    ],
)
def test_where_the_store_is_is_said_without_the_password(url: str, place: str) -> None:
    assert shown(database_url(url)) == place


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://jip:rahasia@127.0.0.1:1/jip",
        "postgresql://jip@127.0.0.1:1/jip?password=rahasia",
        "postgresql://jip:rahasia@127.0.0.1:1/jip?no_such_option=1",
        "postgresql://jip@127.0.0.1:1/jip?sslkey=/none&sslpassword=rahasia&sslmode=require",
    ],
)
def test_a_database_that_is_not_there_is_told_without_the_password(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(StoreError, match="is the database there, and does it let us in") as caught:
        Store.open(url)
    assert "127.0.0.1:1/jip" in str(caught.value)
    assert "rahasia" not in "".join(traceback.format_exception(caught.value)) + caplog.text


def test_without_a_driver_it_is_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"there is no driver for it .*; `pip install 'jipkit\[postgresql\]'`"):
        Store.open("postgresql://jip@127.0.0.1:1/jip")


# ------------------------------------------------------------------ the password


def test_a_password_is_taken_from_where_postgresql_keeps_them(
    guarded: str, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = tmp_path / "pgpass"
    passwords.write_text(f"*:*:*:{GUARDED_USER}:{PASSWORD.replace(':', chr(92) + ':')}\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    assert opened(guarded).verify() == []


def test_a_password_in_the_url_is_taken_with_all_its_characters(
    guarded: str, postgresql_server: PostgreSQL, schema: str, opened: Opened
) -> None:
    del guarded
    assert opened(postgresql_server.url(schema, user=GUARDED_USER, password=PASSWORD)).verify() == []


def test_without_a_password_it_is_said_where_one_belongs(guarded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSFILE", "/dev/null")
    with pytest.raises(StoreError, match=r"a password belongs into ~/\.pgpass, mode 0600"):
        Store.open(guarded)


def test_a_wrong_password_is_shown_nowhere(
    guarded: str, postgresql_server: PostgreSQL, schema: str, caplog: pytest.LogCaptureFixture
) -> None:
    del guarded
    caplog.set_level(logging.DEBUG)
    with pytest.raises(StoreError, match="password authentication failed") as caught:
        Store.open(postgresql_server.url(schema, user=GUARDED_USER, password=WRONG))
    assert "salah" not in "".join(traceback.format_exception(caught.value)) + caplog.text


def test_commands_keep_their_records_there_and_show_no_password_even_when_they_log_all(
    guarded: str, postgresql_server: PostgreSQL, schema: str, tmp_path: Path
) -> None:
    del guarded
    root = project_of(small_network(), CHECKOUT, tmp_path / "project")
    url = postgresql_server.url(schema, user=GUARDED_USER, password=PASSWORD)
    store = Store.open(url)
    store.start_run("provision", {}).journal("pop-1", "apply")
    store.close()
    answers = [
        subprocess.run(
            [str(JIP), "-v", "-v", "-C", str(root), *command],
            env=os.environ | {"JIP_STORE": url},
            capture_output=True,
            text=True,
            check=False,
        )
        for command in (["history"], ["run", "show", "1"], ["log", "verify"])
    ]
    assert [answer.returncode for answer in answers] == [0, 0, 0]
    said = "".join(answer.stdout + answer.stderr for answer in answers)
    assert "2 of 2 records are as they were written." in said
    assert not any(word in said for word in ("kata", "sandi@", "%40"))
    assert not (root / "var" / "jip.db").exists()


# ------------------------------------------------------------------ what goes wrong


def test_whoever_may_make_no_table_is_told_what_is_needed(
    guarded: str, postgresql_server: PostgreSQL, schema: str
) -> None:
    del guarded
    postgresql_server.execute(f'REVOKE CREATE ON SCHEMA {schema} FROM "{GUARDED_USER}"')
    with pytest.raises(StoreError, match="its owner has to GRANT that, or give us a schema of our own"):
        Store.open(postgresql_server.url(schema, user=GUARDED_USER, password=PASSWORD))


def test_a_standby_is_told_as_one(url: str) -> None:
    with pytest.raises(StoreError, match="it may only be read: is this the standby"):
        Store.open(url.replace("search_path", "default_transaction_read_only%3Don%20-csearch_path"))


def test_a_store_that_may_only_be_read_is_read(url: str, opened: Opened) -> None:
    opened(url).start_run("backup", {})
    standby = opened(url.replace("search_path", "default_transaction_read_only%3Don%20-csearch_path"))
    assert (len(standby.runs()), standby.verify()) == (1, [])


def test_a_connection_that_was_cut_is_made_anew(url: str, opened: Opened) -> None:
    store = opened(url)
    run = store.start_run("provision", {})
    cut_others(url)
    run.journal("pop-1", "apply")
    assert [entry.step for entry in store.journal("pop-1")] == ["apply"]


def test_a_connection_that_is_cut_while_writing_leaves_nothing_half_written(url: str, opened: Opened) -> None:
    store = opened(url)
    run = store.start_run("provision", {})
    with pytest.raises(StoreError, match="try again when it is there"):
        delete_and_be_cut(store, url)
    run.journal("pop-1", "apply")
    assert store.verify() == []


def delete_and_be_cut(store: Store, url: str) -> None:
    with store._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM journal")
        cut_others(url)
        connection.exec_driver_sql("SELECT 1")


def cut_others(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND application_name = 'jip'"
        )


def test_tables_that_are_gone_are_told(url: str, opened: Opened) -> None:
    store = opened(url)
    sql(url, "DROP TABLE journal")
    with pytest.raises(StoreError, match="its tables are not all there"):
        store.verify()


def test_an_end_of_the_chain_that_was_removed_lets_nobody_write_over_it(url: str, opened: Opened) -> None:
    store = opened(url)
    run = store.start_run("backup", {})
    sql(url, "DELETE FROM chain")
    with pytest.raises(StoreError, match="`jip log verify` names what was done to it"):
        run.journal("pop-1", "apply")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.DiskFull(), "the disk of the database is full"),
        (errors.TooManyConnections(), "raise its max_connections"),
        (errors.LockNotAvailable(), "another jip has been writing for 10 s"),
        (errors.IoError(), "the disk of the database is failing"),
        (errors.DataCorrupted(), "it is damaged"),
        (errors.AdminShutdown(), "the server was stopped"),
        (errors.ConnectionFailure(), "the connection to it broke off"),
    ],
)
def test_what_a_server_says_is_told_with_what_to_do(error: psycopg.Error, words: str) -> None:
    assert words in why(sa.exc.DBAPIError("SELECT 1", {}, error), 10)


def test_a_server_that_says_something_with_braces_is_quoted() -> None:
    assert why(errors.SyntaxError("near {x}"), 10).startswith("near {x}; is the database there")


def test_two_machines_that_share_a_database_cannot_both_carry_out_a_rollout(opened: Opened, url: str) -> None:
    here, there = opened(url), opened(url)
    with here.alone() as first, there.alone() as second:
        assert (first, second) == (True, False)
    with there.alone() as later:
        assert later
