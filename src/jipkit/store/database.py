"""The database below the store: opened, brought to the newest shape, and its failures told in our words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.pool import NullPool

from jipkit.errors import StoreError
from jipkit.files import PRIVATE_FILE, private_folder
from jipkit.store.failures import why
from jipkit.store.urls import database_url, shown, without_password

REVISION = "0003"
"""The newest shape: the last file in ``migrations/versions``."""

BUSY_TIMEOUT_S = 10

_MIGRATIONS = Path(__file__).parent / "migrations"
_WRITER = 0x6A6970
"""Number of PostgreSQL's advisory lock of whoever writes; SQLite has one writer at a time by itself."""
_ROLLOUT = 0x6A6971
"""Number of its lock of whoever carries out a rollout, which several machines may want to."""

_POSTGRESQL: dict[str, Any] = {
    "application_name": "jip",
    "connect_timeout": BUSY_TIMEOUT_S,
    "tcp_user_timeout": BUSY_TIMEOUT_S * 1000,
    "prepare_threshold": None,
}
"""How we connect where the URL does not say otherwise: nobody waits all day for a server that is gone, nor finds
statements that another has prepared where connections are pooled."""


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
        url = database_url(where)
        if _is_sqlite(url):
            _make_file(url)
        try:
            engine = _engine(url)
        except ImportError as error:
            words = f"there is no driver for it ({error}); `pip install 'jipkit[postgresql]'`"
            raise StoreError(f"store {shown(url)}: {words}") from error
        database = cls(engine)
        try:
            database._bring_up_to_date()
        except BaseException:
            database.close()
            raise
        return database

    def _bring_up_to_date(self) -> None:
        """Migrate where that is needed; who only reads waits for nobody."""
        with self.reading() as connection:
            newest = _revision(connection) == REVISION
        if not newest:
            with self.writing() as connection:
                _migrate(connection, shown(self.engine.url))

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection that sees one state of the store, whatever others write meanwhile."""
        with self._failures(), self._connected("REPEATABLE READ") as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Yield a connection that is the only one to write; what it did is on the disk when the block has ended."""
        with self._failures(), self._connected("READ COMMITTED", jip_writes=True) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                _become_writer(connection)
            yield connection

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Let nobody else who shares the database pass here while the block runs; yield whether nobody had before.

        A file of SQLite is on one machine, where locks of files do that.
        """
        if _is_sqlite(self.engine.url):
            yield True
            return
        with self._failures(), self._connected("READ COMMITTED") as connection:
            try:
                # of a transaction that stays open so long: who pools connections keeps one for it, and ends it with us
                yield bool(connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_ROLLOUT))))
            finally:
                connection.invalidate()

    def _connected(self, isolation: IsolationLevel, **options: bool) -> sa.Connection:
        """Return a connection; SQLite isolates one from others by itself."""
        connection = self.engine.connect().execution_options(**options)
        return connection if _is_sqlite(self.engine.url) else connection.execution_options(isolation_level=isolation)

    def close(self) -> None:
        """Let the database go."""
        self.engine.dispose()

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.SQLAlchemyError, sqlite3.Error) as error:
            url = self.engine.url
            raise StoreError(f"store {shown(url)}: {without_password(url, why(error, BUSY_TIMEOUT_S))}") from error


def _is_sqlite(url: sa.URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _make_file(url: sa.URL) -> None:
    """Make the file for its owner alone; SQLite gives the files beside it the same mode."""
    path = Path(str(url.database))
    try:
        private_folder(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))
    except OSError as error:
        if path.exists():
            words = "copy it, and the files beside it, to where you may write, and name that with JIP_STORE"
            raise StoreError(f"store {path}: may only be read: {error.strerror}; {words}") from error
        raise StoreError(f"store {path}: cannot be made: {error.strerror}; look at the folder and the disk") from error


def _engine(url: sa.URL) -> sa.Engine:
    if not _is_sqlite(url):
        usual = {name: value for name, value in _POSTGRESQL.items() if name not in url.query}
        return sa.create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=usual)
    # no pool: a connection costs less than a millisecond, and none is left open behind anybody's back
    engine = sa.create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_S})
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


def _become_writer(connection: sa.Connection) -> None:
    """Wait until nobody else writes, but not for ever; what is then committed is on the disk, whatever is usual."""
    wait = f"{int(BUSY_TIMEOUT_S * 1000)}ms"
    settings = "SELECT set_config('lock_timeout', :wait, true), set_config('synchronous_commit', 'on', true)"
    connection.execute(sa.text(settings), {"wait": wait})
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:number)"), {"number": _WRITER})


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
