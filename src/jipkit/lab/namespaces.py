"""Linux namespaces by the system calls that Python 3.11 has no functions for."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

CLONE_NEWNS = 0x00020000
CLONE_NEWNET = 0x40000000
CLONE_NEWPID = 0x20000000

_MS_PRIVATE_TREE = 0x4000 | 0x40000
_PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)

T = TypeVar("T")


def unshare(flags: int) -> None:
    """Put this process into new namespaces of the kinds in ``flags``."""
    _checked(_libc.unshare(flags), "unshare")


def enter_network(namespace: Path) -> None:
    """Move the calling thread, and those it starts later, into a network namespace."""
    descriptor = os.open(namespace, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _checked(_libc.setns(descriptor, CLONE_NEWNET), f"setns {namespace}")
    finally:
        os.close(descriptor)


@contextmanager
def visiting(namespace: Path) -> Iterator[None]:
    """Move the calling thread into a network namespace, and back when the block ends."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        enter_network(namespace)
        try:
            yield
        finally:
            enter_network(Path(f"/proc/self/fd/{home}"))
    finally:
        os.close(home)


def in_network(namespace: Path, function: Callable[[], T]) -> T:
    """Return what ``function`` returns in a network namespace; the calling thread stays where it is."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_enter_and_run, namespace, function).result()


def _enter_and_run(namespace: Path, function: Callable[[], T]) -> T:
    enter_network(namespace)
    return function()


def keep_mounts_private() -> None:
    """Let no mount of this process's namespace reach any other."""
    _mount("none", "/", "none", _MS_PRIVATE_TREE, "")


def mount_memory(path: Path, mode: str) -> None:
    """Lay an empty file system in memory over the folder ``path``."""
    path.mkdir(parents=True, exist_ok=True)
    _mount("tmpfs", str(path), "tmpfs", 0, f"mode={mode}")


def die_with_parent(*, really: bool = True) -> None:
    """Let the kernel kill this process when the thread that started it ends; ``really=False`` takes that back."""
    _checked(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL if really else 0, 0, 0, 0), "prctl")


def _mount(source: str, target: str, kind: str, flags: int, options: str) -> None:
    _checked(
        _libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode()),
        f"mount {target}",
    )


def _checked(answer: int, what: str) -> None:
    if answer:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
