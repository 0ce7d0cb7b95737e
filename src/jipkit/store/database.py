"""The database below the store: opened, brought to the newest shape, and its failures told in our words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from jipkit.errors import StoreError
from jipkit.files import PRIVATE_FILE, private_folder

REVISION = "0003"
"""The newest shape: the last file in ``migrations/versions``."""

BUSY_TIMEOUT_S = 10

_MIGRATIONS = Path(__file__).parent / "migrations"
_WRITER = 0x6A6970
"""Number of PostgreSQL's advisory lock of whoever writes; SQLite has one writer at a time by itself."""

_NEXT_STEPS = {
    sqlite3.SQLITE_FULL: "the disk is full: make room and run the command again; what is in the store is unharmed",
    sqlite3.SQLITE_IOERR: "the disk is full or failing: look at it; what was in the store before is unharmed",
    sqlite3.SQLITE_BUSY: f"another jip has been writing for {BUSY_TIMEOUT_S} s: wait for it, then try again",
    sqlite3.SQLITE_LOCKED: f"another jip has been writing for {BUSY_TIMEOUT_S} s: wait for it, then try again",
    sqlite3.SQLITE_READONLY: "it may only be read: look at its file mode and owner",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: look at its file mode and owner, and at the folder's",
    sqlite3.SQLITE_CORRUPT: "it is damaged: keep the file, and put a copy from before in its place",
    sqlite3.SQLITE_NOTADB: "it is no database of ours: move it away, or name another with JIP_STORE",
}


class Database:
    """A SQLite file or a PostgreSQL database, with the tables of the store in their newest shape."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, where: Path | str) -> Database:
        """Return the database in a file or at a URL, made or migrated as needed.

        Raises:
            StoreError: it cannot be opened; the message never shows the URL's password.
        """
        url = _url(where)
        if url.get_backend_name() == "sqlite":
            _make_file(url)
        try:
            engine = _engine(url)
        except (sa.exc.ArgumentError, ModuleNotFoundError) as error:
            raise StoreError(
                f"store {_shown(url)}: no driver for it: {error}; for PostgreSQL `pip install psycopg`"
            ) from (error)
        database = cls(engine)
        with database.writing() as connection:
            _migrate(connection, _shown(url))
        return database

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection that sees one state of the store."""
        with self._failures(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Yield a connection that is the only one to write; what it did is on the disk when the block has ended."""
        with (
            self._failures(),
            self.engine.connect().execution_options(jip_writes=True) as connection,
            connection.begin(),
        ):
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:number)"), {"number": _WRITER})
            yield connection

    def close(self) -> None:
        """Let the database go."""
        self.engine.dispose()

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.SQLAlchemyError, sqlite3.Error) as error:
            raise StoreError(f"store {_shown(self.engine.url)}: {_why(error)}") from error


def _url(where: Path | str) -> sa.URL:
    if isinstance(where, Path) or "://" not in where:
        return sa.URL.create("sqlite", database=str(where))
    try:
        url = sa.make_url(where)
    except sa.exc.ArgumentError:
        raise StoreError("JIP_STORE is no URL of a database; write postgresql://USER@HOST/NAME") from None
    return url.set(drivername="postgresql+psycopg") if url.drivername in {"postgres", "postgresql"} else url


def _shown(url: sa.URL) -> str:
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.render_as_string(hide_password=True)


def _make_file(url: sa.URL) -> None:
    """Make the file for its owner alone; SQLite gives the files beside it the same mode."""
    path = Path(str(url.database))
    try:
        private_folder(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))
    except OSError as error:
        raise StoreError(f"store {path}: cannot be made: {error.strerror}; look at the folder and the disk") from error


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    # no pool: a connection costs less than a millisecond, and none is left open behind anybody's back
    engine = sa.create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_TIMEOUT_S})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: Python's own comes too late for a read before a write
    cursor = connection.cursor()
    try:
        if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")  # a journalled step survives a power cut
        cursor.execute("PRAGMA foreign_keys = ON")
    finally:
        cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("jip_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(connection: sa.Connection, shown: str) -> None:
    """Bring the store to the newest shape, in the transaction of ``connection``: whole, or not at all."""
    found = _revision(connection)
    if found == REVISION:
        return
    from alembic import command  # noqa: PLC0415 - a quarter of a second, paid only when there is something to migrate
    from alembic.config import Config  # noqa: PLC0415 - same
    from alembic.util import CommandError  # noqa: PLC0415 - same

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, REVISION)
    except CommandError as error:
        raise StoreError(f"store {shown}: its shape {found} is newer than this jip knows; upgrade jip") from error


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found


def _why(error: sa.exc.SQLAlchemyError | sqlite3.Error) -> str:
    """Return what is wrong and what to do; never the values of the statement that failed."""
    original = getattr(error, "orig", error)
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _NEXT_STEPS:
        return _NEXT_STEPS[code & 0xFF]
    said = str(original).strip().partition("\n")[0] if original is not error else type(error).__name__
    return f"{said}; is the database there, and does it let us in?"
