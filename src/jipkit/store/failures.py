"""What went wrong with a database, in our words: what it is, and what to do next."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import sqlalchemy as sa

FULL = "the disk is full: make room and run the command again; what is in the store is unharmed"
FAILING = "the disk is full or failing: look at it; what was in the store before is unharmed"
BUSY = "another jip has been writing for {seconds} s: wait for it, then try again"
READ_ONLY = "it may only be read: look at its file mode and owner"
CLOSED = "it cannot be opened: look at its file mode and owner, and at the folder's"
DAMAGED = "it is damaged: keep the file, and put a copy from before in its place"
FOREIGN = "it is no database of ours: move it away, or name another with JIP_STORE"
TABLES = "its tables are not all there: keep it as it is, and put a copy from before in its place"
TAMPERED = "what is in it does not fit together: keep it as it is; `jip log verify` names what was done to it"

_SQLITE: Mapping[int, str] = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: FAILING,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: CLOSED,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: FOREIGN,
    sqlite3.SQLITE_CONSTRAINT: TAMPERED,
}
_POSTGRESQL: Mapping[str, str] = {
    "53100": "the disk of the database is full: make room there and run the command again; what is in it is unharmed",
    "53300": "it has no connection left for us: wait, or raise its max_connections",
    "55P03": BUSY,
    "25006": "it may only be read: is this the standby? JIP_STORE has to name the server that is written to",
    "42501": "it does not let us make or write its tables: its owner has to GRANT that, or give us a schema of our own",
    "42P01": TABLES,
    "42703": TABLES,
    "58030": "the disk of the database is failing: look at it; what was in it before is unharmed",
}
_CLASSES: Mapping[str, str] = {
    "08": "the connection to it broke off: what was not yet recorded is not; look at the server, then try again",
    "23": TAMPERED,
    "57": "the server was stopped: what was not yet recorded is not; try again when it is there",
    "XX": "it is damaged: keep it as it is, and put a copy from before in its place",
}
"""What PostgreSQL's codes begin with."""


def why(error: Exception, waited_s: float) -> str:
    """Return what is wrong and what to do; never the values of the statement that failed."""
    original = getattr(error, "orig", None) or error
    return (_of_sqlite(original) or _of_postgresql(original) or _unknown(original)).format(seconds=waited_s)


def _of_sqlite(error: BaseException) -> str | None:
    if not isinstance(error, sqlite3.Error):
        return None
    code = getattr(error, "sqlite_errorcode", None)
    if code is None and "decode" in str(error):
        return DAMAGED
    if code == sqlite3.SQLITE_ERROR and "no such" in str(error):
        return TABLES
    return _SQLITE.get(code & 0xFF) if code is not None else None


def _of_postgresql(error: BaseException) -> str | None:
    code = getattr(error, "sqlstate", None)
    return _POSTGRESQL.get(code) or _CLASSES.get(code[:2]) if isinstance(code, str) else None


def _unknown(error: BaseException) -> str:
    """Return what the database said: that it is not there, or does not let us in."""
    said = type(error).__name__ if isinstance(error, sa.exc.SQLAlchemyError) else str(error).strip().partition("\n")[0]
    words = f"{said}; is the database there, and does it let us in (a password belongs into ~/.pgpass, mode 0600)?"
    return words.replace("{", "{{").replace("}", "}}")
