"""Laws of the chain: whatever is done to the records behind our back is found, unless they are then as before."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jipkit.store import Store

RECORDS = 8
Statement = tuple[str, tuple[int, ...]]

EDITS = (
    "UPDATE journal SET run = 3 - run WHERE id = ?",
    "UPDATE journal SET run = at WHERE id = ?",
    "UPDATE journal SET at = step WHERE id = ?",
    "UPDATE journal SET router = 'pop-3' WHERE id = ?",
    "UPDATE journal SET router = NULL WHERE id = ?",
    "UPDATE journal SET step = CAST(step AS BLOB) WHERE id = ?",
    "UPDATE journal SET step = 'confirmed' WHERE id = ?",
    "UPDATE journal SET detail = '{}' WHERE id = ?",
    "UPDATE journal SET hash = upper(hash) WHERE id = ?",
    "UPDATE journal SET hash = CAST(hash AS BLOB) WHERE id = ?",
    "DELETE FROM journal WHERE id = ?",
)
numbers = st.integers(1, RECORDS)
editing = st.tuples(st.sampled_from(EDITS), numbers).map(lambda drawn: [(drawn[0], (drawn[1],))])
exchanging = st.tuples(numbers, numbers).map(
    lambda drawn: [(MOVE, (99, drawn[0])), (MOVE, drawn), (MOVE, (drawn[1], 99))]
)
tampering = st.lists(st.one_of(editing, exchanging), min_size=1, max_size=4)

MOVE = "UPDATE journal SET id = ? WHERE id = ?"
NUMBERING = "UPDATE journal SET id = -(SELECT count(*) FROM journal AS b WHERE abs(b.id) <= abs(journal.id))"
POSITIVE = "UPDATE journal SET id = -id"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of two runs."""
    path = tmp_path_factory.mktemp("store") / "jip.db"
    store = Store.open(path)
    for router in ("pop-1", "pop-2"):
        with store.start_run("provision", {"office": router}) as run:
            run.journal(router, "apply")
            run.journal(router, "confirmed")
    return path


def done_to(path: Path, statements: Iterable[Statement]) -> Store:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement, values in statements:
            connection.execute(statement, values)
    return Store.open(path)


def content(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM journal ORDER BY id").fetchall()


@settings(max_examples=100, deadline=None)
@given(changes=tampering, numbered_anew=st.booleans())
def test_whatever_is_done_to_records_is_found(
    original: Path, changes: list[list[Statement]], numbered_anew: bool
) -> None:
    path = original.with_name("tampered.db")
    shutil.copy(original, path)
    numbering: list[Statement] = [(NUMBERING, ()), (POSITIVE, ())] if numbered_anew else []
    store = done_to(path, [*(statement for change in changes for statement in change), *numbering])
    assert (store.verify() == []) is (content(path) == content(original))


@settings(max_examples=30, deadline=None)
@given(order=st.permutations(range(1, RECORDS + 1)))
def test_every_record_that_was_moved_is_named_with_where_it_was(original: Path, order: list[int]) -> None:
    path = original.with_name("shuffled.db")
    shutil.copy(original, path)
    store = done_to(path, [*((MOVE, (-here, before)) for here, before in enumerate(order, 1)), (POSITIVE, ())])
    found = [fault.rpartition(": it was record ")[2] for fault in store.verify()]
    assert found == [str(before) for here, before in enumerate(order, 1) if here != before]
