"""The journal's chain: whatever was removed, edited or moved shows, and is named."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from jipkit.errors import StoreError
from jipkit.store import Store
from jipkit.store.journal import GENESIS, hash_of
from jipkit.store.tables import CHAIN, JOURNAL
from tests.unit.stores import Where, sql


def test_an_untouched_journal_has_no_faults(written: Store) -> None:
    assert written.verify() == []


def test_an_empty_store_has_no_faults(store: Store) -> None:
    assert store.verify() == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE journal SET step = 'check' WHERE id = 3", "journal: record 3 (check, pkm-baru) was edited"),
        ("UPDATE journal SET detail = '{\"a\":1}' WHERE id = 2", "journal: record 2 (identity, pkm-baru) was edited"),
        ("UPDATE journal SET detail = 'x' WHERE id = 2", "journal: record 2 (identity, pkm-baru) was edited"),
        ("UPDATE journal SET router = 'pop-1' WHERE id = 4", "journal: record 4 (apply, pop-1) was edited"),
        ("UPDATE journal SET at = '2020-01-01T00:00:00+00:00' WHERE id = 4", "record 4 (apply, pkm-baru) was edited"),
        ("DELETE FROM journal WHERE id = 3", "journal: record 3 is missing"),
        ("DELETE FROM journal WHERE id IN (2, 3)", "journal: records 2 to 3 are missing"),
        ("DELETE FROM journal WHERE id = 1", "journal: record 1 is missing"),
        ("DELETE FROM journal WHERE id = 5", "journal: record 5 is missing at the end"),
        ("DELETE FROM journal", "journal: records 1 to 5 are missing at the end"),
        ("DELETE FROM chain", "journal: the end of the chain was edited"),
        ("UPDATE journal SET hash = 'x' WHERE id = 5", "journal: record 5 (run ended, run) was edited"),
        ("UPDATE runs SET command = 'audit'", "runs: the record of run 1 was edited"),
        ("UPDATE runs SET by = 'somebody'", "runs: the record of run 1 was edited"),
        ("UPDATE runs SET outcome = 'failed'", "runs: the record of run 1 was edited"),
        ("UPDATE runs SET process = 'noc-2/1/x'", "runs: the record of run 1 was edited"),
        ("UPDATE runs SET process = NULL", "runs: the record of run 1 was edited"),
        ("UPDATE runs SET arguments = '{}'", "runs: the record of run 1 was edited"),
        ("UPDATE runs SET ended = NULL", "runs: the record of run 1 was edited"),
        ("DELETE FROM runs", "runs: the record of run 1 is missing"),
        (
            "INSERT INTO runs (command, arguments, by, started) VALUES ('x', '{}', 'x', 'x')",
            "runs: run 2 is not in the journal",
        ),
    ],
)
def test_what_was_tampered_with_shows(written: Store, where: Where, change: str, fault: str) -> None:
    sql(where, change)
    assert fault in "\n".join(written.verify())


@pytest.mark.parametrize(
    ("changes", "faults", "whole"),
    [
        (
            (
                "UPDATE journal SET id = 99 WHERE id = 3",
                "UPDATE journal SET id = 3 WHERE id = 4",
                "UPDATE journal SET id = 4 WHERE id = 99",
            ),
            [
                "journal: record 3 (apply, pkm-baru) was moved: it was record 4",
                "journal: record 4 (backup, pkm-baru) was moved: it was record 3",
            ],
            3,
        ),
        (
            ("UPDATE journal SET id = 6 WHERE id = 2",),
            ["journal: record 6 (identity, pkm-baru) was moved: it was record 2"],
            4,
        ),
        (
            (
                "DELETE FROM journal WHERE id = 3",
                "UPDATE journal SET id = 3 WHERE id = 4",
                "UPDATE journal SET id = 4 WHERE id = 5",
            ),
            [
                "journal: record 3 (apply, pkm-baru) was moved: it was record 4",
                "journal: record 3 is missing",
                "journal: record 4 (run ended, run) was moved: it was record 5",
            ],
            2,
        ),
        (
            ("DELETE FROM journal WHERE id = 3",),
            [
                "journal: record 3 is missing",
                "journal: record 4 (apply, pkm-baru) cannot be proven: the one before it is missing",
            ],
            3,
        ),
        (
            ("UPDATE journal SET hash = 'x' WHERE id = 3",),
            ["journal: record 3 (backup, pkm-baru) was edited"],
            4,
        ),
        (
            ("UPDATE journal SET hash = 'x' WHERE id IN (2, 3)",),
            [
                "journal: record 2 (identity, pkm-baru) was edited",
                "journal: record 3 (backup, pkm-baru) was edited",
            ],
            3,
        ),
    ],
    ids=["exchanged", "moved to the end", "numbers closed up", "removed", "only the hash", "only two hashes"],
)
def test_each_record_is_named_by_what_was_done_to_it(
    written: Store, where: Where, changes: tuple[str, ...], faults: list[str], whole: int
) -> None:
    sql(where, *changes)
    found = written.verification()
    assert (list(found.faults), found.whole) == (faults, whole)


def test_the_head_that_was_noted_names_its_record(written: Store) -> None:
    noted = written.verification().head
    written.start_run("backup", {})
    found = written.verification(noted)
    assert (found.noted, found.faults) == (5, ())


def test_a_head_that_is_in_the_chain_but_in_an_edited_record_proves_nothing(written: Store, where: Where) -> None:
    noted = written.verification().head
    sql(where, "UPDATE journal SET step = 'x' WHERE id = 5")
    found = written.verification(noted)
    assert (found.noted, found.faults[-1]) == (
        None,
        f"journal: the head {noted} is no longer in it: what was written up to it was rewritten or removed",
    )


def test_the_head_of_an_empty_chain_is_in_every_chain(written: Store) -> None:
    assert written.verification("0" * 64).noted == 0


def test_a_chain_that_was_written_anew_with_all_its_hashes_shows_by_a_head_alone(written: Store, where: Where) -> None:
    noted = written.verification().head
    forge(written, where)
    assert written.verify() == []
    assert [fault.partition(" is no")[0] for fault in written.verification(noted).faults] == [
        f"journal: the head {noted}"
    ]


def forge(store: Store, where: Where) -> None:
    """Write another step into the journal and every hash anew, as somebody who knows how it is done would."""
    sql(where, "UPDATE journal SET step = 'check' WHERE id = 3")
    with store._database.writing() as connection:
        head = GENESIS
        for row in connection.execute(sa.select(JOURNAL).order_by(JOURNAL.c.id)).mappings().all():
            head = hash_of(head, row)
            connection.execute(sa.update(JOURNAL).where(JOURNAL.c.id == row["id"]).values(hash=head))
        connection.execute(sa.update(CHAIN).values(head=head))


def test_many_records_that_were_edited_are_found_in_good_time(store: Store) -> None:
    run = store.start_run("provision", {})
    with store._database.writing() as connection:
        record = {"run": run.id, "at": "2026-11-24T00:00:00+00:00", "router": "pop-1", "step": "apply", "detail": "{}"}
        connection.execute(sa.insert(JOURNAL), [record | {"id": number, "hash": "x"} for number in range(2, 5001)])
    began = time.process_time()
    assert len(store.verify()) == 5000
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal SET detail = 'x' WHERE id = 2",
        "UPDATE journal SET detail = '[1]' WHERE id = 2",
        "UPDATE journal SET at = 'today' WHERE id = 2",
        "UPDATE journal SET at = '2026-01-01T00:00:00' WHERE id = 2",
    ],
)
def test_a_record_that_cannot_be_read_is_an_error_and_not_a_gap(written: Store, where: Where, change: str) -> None:
    sql(where, change)
    with pytest.raises(StoreError, match="record 2 was edited"):
        written.journal()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE runs SET arguments = 'x'",
        "UPDATE runs SET arguments = '[]'",
        "UPDATE runs SET started = 'x'",
        "UPDATE runs SET started = '2026-01-01T00:00:00'",
        "UPDATE runs SET ended = 'x'",
    ],
)
def test_a_run_that_cannot_be_read_is_an_error_and_not_a_gap(written: Store, where: Where, change: str) -> None:
    sql(where, change)
    with pytest.raises(StoreError, match="the record of run 1 was edited and cannot be read; see `jip log verify`"):
        written.runs()


def test_an_end_of_the_chain_that_is_no_number_is_named_and_nothing_is_added(tmp_path: Path) -> None:
    """Only SQLite keeps a text where a number belongs."""
    store = Store.open(tmp_path / "jip.db")
    run = store.start_run("backup", {})
    sql(tmp_path / "jip.db", "UPDATE chain SET length = 'many'")
    assert store.verify() == ["journal: the end of the chain was edited"]
    with pytest.raises(StoreError, match="nothing is added to it"):
        run.journal("pop-1", "apply")
