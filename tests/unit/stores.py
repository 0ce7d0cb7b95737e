"""What tests of the store do to one behind its back, in a file of SQLite and in PostgreSQL alike."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from jipkit.store import Store

Where = Path | str
"""A file, or the URL of a schema in PostgreSQL."""

Opened = Callable[[Where], Store]

WRITER = 0x6A6970


def sql(where: Where, *statements: str) -> None:
    """Execute statements as somebody who may do everything: no reference between tables holds them up."""
    if isinstance(where, Path):
        with closing(sqlite3.connect(where)) as connection, connection:
            for statement in statements:
                connection.execute(statement)
        return
    with psycopg.connect(where) as connection_:
        connection_.execute("SET session_replication_role = replica")
        for statement in statements:
            connection_.execute(statement.encode())


@contextmanager
def another_writing(where: Where) -> Iterator[None]:
    """Let somebody else write until the block ends."""
    if isinstance(where, Path):
        with closing(sqlite3.connect(where)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    with psycopg.connect(where) as other_:
        other_.execute("SELECT pg_advisory_xact_lock(%s)", (WRITER,))
        yield
