"""One jip at a time on one router: a lock that frees itself when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jipkit.errors import LockedError, StateError
from jipkit.files import PRIVATE_FILE, private_folder

if TYPE_CHECKING:
    from jipkit.project import Project

_ROLLOUT = "(rollout)"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is at work on a router."""

    pid: int
    command: str
    since: str

    def __str__(self) -> str:
        return f"`{self.command}` (process {self.pid}) since {self.since}"


@contextmanager
def lock_routers(project: Project, routers: Iterable[str], command: str | None = None) -> Iterator[None]:
    """Hold the locks of ``routers`` while the block runs; all or none. ``command`` is what others are told.

    Raises:
        LockedError: another jip has one of them; the message says which, and since when.
    """
    with ExitStack() as held:
        for router in sorted(set(routers)):
            held.enter_context(lock_router(project.var / "locks", router, command or _command()))
        yield


@contextmanager
def lock_rollout(project: Project) -> Iterator[None]:
    """Hold the one lock that every rollout needs while the block runs: two at once could take both ways of an office.

    Other machines that share the store stay out, too.

    Raises:
        LockedError: another rollout is going on.
    """
    with lock_router(project.var / "locks", _ROLLOUT, _command()), project.store.alone() as alone:
        if not alone:
            raise LockedError(_ROLLOUT, _elsewhere(project))
        yield


def _elsewhere(project: Project) -> str | None:
    """Return which run is going on where we cannot look; None in the moment in which there is none yet."""
    last = next((run for run in reversed(project.store.runs()) if run.state in ("going on", "not known")), None)
    return f"run {last.id} (`jip {last.command}` by {last.by}, on {last.machine})" if last else None


@contextmanager
def lock_router(folder: Path, router: str, command: str) -> Iterator[None]:
    """Hold the lock of one router while the block runs.

    Raises:
        LockedError: another jip has it.
        StateError: the lock's file cannot be made.
    """
    descriptor = _opened(folder / f"{router}.lock")
    try:
        _take(descriptor, router)
        _write(descriptor, json.dumps(asdict(Holder(os.getpid(), command, _now()))))
        yield
        _write(descriptor, "")
    finally:
        os.close(descriptor)  # this frees the lock, and so does the end of the process


def _opened(path: Path) -> int:
    try:
        private_folder(path.parent)
        return os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    except OSError as error:
        raise StateError(f"{path}: cannot be made: {error.strerror}; nothing was done to the router") from error


def _take(descriptor: int, router: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LockedError(router, _read(descriptor)) from None


def _read(descriptor: int) -> Holder | None:
    """Return who holds the lock; None in the moment in which it does not say so yet."""
    try:
        return Holder(**json.loads(os.pread(descriptor, 4096, 0)))
    except (ValueError, TypeError):
        return None


def _write(descriptor: int, text: str) -> None:
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode(), 0)
    except OSError as error:
        raise StateError(f"the lock cannot be written: {error.strerror}; nothing was done to the router") from error


def _command() -> str:
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])


def _now() -> str:
    return datetime.now(UTC).isoformat(sep=" ", timespec="seconds")
