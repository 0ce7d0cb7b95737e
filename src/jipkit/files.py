"""Files that are whole or not there, and are written by one process at a time."""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def private_folder(path: Path) -> Path:
    """Return ``path``, made if it was not there, for its owner alone."""
    path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    return path


def write_whole(path: Path, content: bytes, mode: int = PRIVATE_FILE) -> None:
    """Put ``content`` at ``path``, for its owner alone unless ``mode`` says otherwise.

    A reader sees the old file or the new one, never a part. On the disk before this returns.
    """
    with _beside(path, content) as written:
        written.chmod(mode)
        written.replace(path)
    _sync_folder(path.parent)


def replace_all(contents: Mapping[Path, bytes]) -> None:
    """Put the contents in place of files that are there, which keep their mode and owner; none until all are written.

    Links are followed, so that they stay links.
    """
    with ExitStack() as stack:
        written = {path.resolve(): content for path, content in contents.items()}
        ready = {path: stack.enter_context(_beside(path, content)) for path, content in written.items()}
        for path, new in ready.items():
            old = path.stat()
            new.chmod(stat.S_IMODE(old.st_mode))
            if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                os.chown(new, old.st_uid, old.st_gid)
        for path, new in ready.items():
            new.replace(path)
    for folder in {path.parent for path in ready}:
        _sync_folder(folder)


def create_once(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the content of ``path``; where there is none yet, exactly one of all callers creates it, whole."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        private_folder(path.parent)
    with _beside(path, make()) as written:
        try:
            os.link(written, path)
        except FileExistsError:
            return path.read_bytes()
    _sync_folder(path.parent)
    return path.read_bytes()


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock of ``path``, waiting for whoever has it; the lock of a dead process is free."""
    private_folder(path.parent)
    descriptor = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _beside(path: Path, content: bytes) -> Iterator[Path]:
    """Yield a file with ``content`` in the folder of ``path``; it is gone afterwards unless it was moved."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
