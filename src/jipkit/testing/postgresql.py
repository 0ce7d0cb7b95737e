"""A PostgreSQL server of its own for tests: from Debian's packages, in a temporary folder, on a socket in there."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

PROGRAMS = Path("/usr/lib/postgresql")
SERVICE_USER = "postgres"
GUARDED_USER = "berkata-sandi"
"""A role that only gets in with a password."""

_ACCESS = f"local all {GUARDED_USER} scram-sha-256\nlocal all all trust\n"
_TEXT = ("--encoding=UTF8", "--locale=C")
_FAST = ("fsync=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=40", "listen_addresses=")


@dataclass(frozen=True, slots=True)
class PostgreSQL:
    """A server that runs; ``folder`` holds its data and its socket."""

    folder: Path
    process: int

    def url(self, schema: str, *, user: str = SERVICE_USER, password: str | None = None) -> str:
        """Return the URL of a schema in its database."""
        who = user if password is None else f"{user}:{quote(password, safe='')}"
        options = quote(f"-csearch_path={schema}", safe="")
        return f"postgresql://{who}@/postgres?host={quote(str(self.folder), safe='')}&options={options}"

    def execute(self, *statements: str) -> None:
        """Execute statements as the owner of the server."""
        engine = sa.create_engine(
            self.url("public").replace("postgresql:", "postgresql+psycopg:", 1),
            isolation_level="AUTOCOMMIT",
            poolclass=sa.pool.NullPool,
        )
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)


def programs() -> Path | None:
    """Return the folder with the newest server of this machine; None when there is none that we can start."""
    found = sorted(PROGRAMS.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if not found or (os.getuid() == 0 and not _known(SERVICE_USER)):
        return None
    return found[-1].parent


def _known(user: str) -> bool:
    return any(entry.pw_name == user for entry in pwd.getpwall())


@contextmanager
def postgresql(programs: Path) -> Iterator[PostgreSQL]:
    """Yield a server that ends with the block. It refuses to run as root: then it runs as the user that Debian made."""
    # not below pytest's own folder: nobody but root may enter that one
    folder = Path(tempfile.mkdtemp(prefix="jip-postgresql-"))
    account = pwd.getpwnam(SERVICE_USER) if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    os.chown(folder, account.pw_uid, account.pw_gid)
    try:
        _make(programs, folder, account)
        with _running(programs, folder, account) as process:
            yield PostgreSQL(folder, process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make(programs: Path, folder: Path, account: pwd.struct_passwd) -> None:
    data = ("-D", str(folder / "data"), "-U", SERVICE_USER)
    command = [*_as(account), str(programs / "initdb"), *data, "-A", "trust", "--no-sync", *_TEXT]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (folder / "data" / "pg_hba.conf").write_text(_ACCESS, encoding="utf-8")


@contextmanager
def _running(programs: Path, folder: Path, account: pwd.struct_passwd) -> Iterator[int]:
    settings = [word for setting in _FAST for word in ("-c", setting)]
    where = ("-D", str(folder / "data"), "-k", str(folder))
    command = [*_as(account), str(programs / "postgres"), *where, *settings]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        _await(process, folder)
        yield process.pid
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
        process.wait(30)


def _as(account: pwd.struct_passwd) -> tuple[str, ...]:
    """Return what stands before a command so that it runs as another user, and ends when these tests are killed."""
    dying = ("setpriv", "--pdeathsig", "QUIT")
    change = (f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups")
    return (*dying, *change, "--") if os.getuid() == 0 else (*dying, "--")


def _await(process: subprocess.Popen[bytes], folder: Path, within_s: float = 30) -> None:
    """Wait until the server is ready: it says so in the last line of its file.

    Raises:
        RuntimeError: it is not; the message is its log.
    """
    until = time.monotonic() + within_s
    while process.poll() is None and time.monotonic() < until:
        told = folder / "data" / "postmaster.pid"
        if told.exists() and told.read_text(encoding="utf-8").rstrip().endswith("ready"):
            return
        time.sleep(0.02)
    raise RuntimeError((folder / "log").read_text(encoding="utf-8", errors="replace"))
