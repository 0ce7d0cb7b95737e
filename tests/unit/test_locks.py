"""Locks: one jip at a time on a router, and never a lock that nobody holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jipkit.errors import LockedError, StateError
from jipkit.locks import Holder, lock_router, lock_routers
from jipkit.project import Project

HOLDING = """
import sys
from pathlib import Path
from jipkit.locks import lock_router
with lock_router(Path(sys.argv[1]), "pop-1", "jip provision pop-1 --commit"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a process that holds the lock of pop-1 until it is ended."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def take(folder: Path, router: str = "pop-1") -> None:
    with lock_router(folder, router, "jip audit"):
        pass


def test_a_lock_that_another_process_holds_names_it(tmp_path: Path) -> None:
    with another_process(tmp_path) as process, pytest.raises(LockedError) as caught:
        take(tmp_path)
    assert isinstance(caught.value.holder, Holder)
    assert (caught.value.holder.pid, caught.value.holder.command) == (process.pid, "jip provision pop-1 --commit")
    assert "`jip provision pop-1 --commit`" in str(caught.value)


def test_a_lock_is_free_when_its_holder_has_ended(tmp_path: Path) -> None:
    with another_process(tmp_path):
        pass
    take(tmp_path)


def test_the_lock_of_a_killed_process_is_free_by_itself(tmp_path: Path) -> None:
    with another_process(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        take(tmp_path)


def test_the_same_process_cannot_hold_a_lock_twice(tmp_path: Path) -> None:
    with lock_router(tmp_path, "pop-1", "jip audit"), pytest.raises(LockedError):
        take(tmp_path)


def test_another_router_is_not_locked(tmp_path: Path) -> None:
    with lock_router(tmp_path, "pop-1", "jip audit"):
        take(tmp_path, "core-1")


def test_a_lock_is_free_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), lock_router(tmp_path, "pop-1", "jip audit"):
        raise RuntimeError
    take(tmp_path)


def test_a_holder_that_has_just_begun_is_told_of_without_a_name(tmp_path: Path) -> None:
    with lock_router(tmp_path, "pop-1", "jip audit"):
        (tmp_path / "pop-1.lock").write_text("")
        with pytest.raises(LockedError, match="another jip has just started"):
            take(tmp_path)


def test_one_lock_that_is_taken_frees_all_the_others(tmp_path: Path) -> None:
    project = Project(tmp_path)
    folder = project.var / "locks"
    with (
        lock_router(folder, "pop-1", "jip audit"),
        pytest.raises(LockedError),
        lock_routers(project, ["pop-1", "core-1"]),
    ):
        pass
    take(folder, "core-1")


def test_routers_are_locked_in_the_same_order_by_everybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    really = os.open

    def opened(path: Path, flags: int, mode: int) -> int:
        taken.append(path.stem)
        return really(path, flags, mode)

    monkeypatch.setattr(os, "open", opened)
    with lock_routers(Project(tmp_path), ["pop-1", "core-1", "kec-rawa", "pop-1"]):
        pass
    assert taken == ["core-1", "kec-rawa", "pop-1"]


def test_who_holds_a_lock_is_told_by_the_command_that_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/jip", "provision", "pkm-baru"])
    project = Project(tmp_path)
    with lock_routers(project, ["pop-1"]), pytest.raises(LockedError, match="`jip provision pkm-baru`"):
        take(project.var / "locks")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("a file")
    with pytest.raises(StateError, match="cannot be made"):
        take(tmp_path / "locks")
