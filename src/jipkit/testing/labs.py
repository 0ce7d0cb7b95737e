"""Labs for tests: a copy of a project with a running twin of it, and waiting for what takes its time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from jipkit.errors import LabError
from jipkit.lab import Lab, build
from jipkit.lab.namespaces import visiting
from jipkit.lab.waiting import silent_routers
from jipkit.model import State
from jipkit.places import ROOMS
from jipkit.project import Project

T = TypeVar("T")

ANSWER_SECONDS = 60.0
COMMAND_SECONDS = 180.0


def eventually(check: Callable[[], T], within_s: float, every_s: float = 0.2) -> T:
    """Return the first true answer of ``check``; what it raises counts as "not yet".

    Raises:
        AssertionError: there was none in time; the message has the last answer.
    """
    end = time.monotonic() + within_s
    while True:
        try:
            answer = check()
        except Exception as error:  # noqa: BLE001 - whatever goes wrong, it may still come right
            last: object = error
        else:
            if answer:
                return answer
            last = answer
        if time.monotonic() > end:
            raise AssertionError(f"not within {within_s:g} s; the last answer was {last!r}")
        time.sleep(every_s)


def copy_project(root: Path, target: Path) -> Path:
    """Return ``target``, with a copy of the rooms of the project in ``root``, to be changed at any hour."""
    for room in ROOMS:
        shutil.copytree(root / room, target / room, ignore=shutil.ignore_patterns("__pycache__"))
    calendar = target / "inventory" / "calendar.yaml"
    calendar.write_text(calendar.read_text("utf-8").partition("\nfreezes:")[0] + "\n", "utf-8")
    return target


@dataclass(frozen=True)
class Twin:
    """A running lab, and the project it is a twin of."""

    root: Path
    lab: Lab

    @property
    def name(self) -> str:
        return self.lab.name

    @property
    def project(self) -> Project:
        """The project as it stands in its files now, about this twin."""
        return Project(self.root, self.name)

    def jip(self, *arguments: str, timeout_s: float = COMMAND_SECONDS) -> subprocess.CompletedProcess[str]:
        """Return the outcome of ``jip --lab NAME`` with these arguments, in a process of its own."""
        argv = [sys.executable, "-m", "jipkit", "-C", str(self.root), "--lab", self.name, *arguments]
        environ = {**os.environ, "JIP_LANG": "en"}
        return subprocess.run(argv, text=True, capture_output=True, check=False, timeout=timeout_s, env=environ)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Let this thread, and those it starts, stand where the controller stands until the block ends."""
        with visiting(self.lab.state.network(self.lab.state.controller)):
            yield

    def silent(self, within_s: float = ANSWER_SECONDS) -> list[str]:
        """Return the routers in service that do not answer SSH over the links in time."""
        routers = self.project.network.routers.values()
        addresses = {one.key: str(one.address) for one in routers if one.state is State.ACTIVE}
        controller = self.lab.state.network(self.lab.state.controller)
        return silent_routers(controller, addresses, within_s, build.ignore)


def build_twin(root: Path, name: str, routers: Collection[str]) -> Twin:
    """Return a running twin of ``routers``, all of which answer; it ends with this process at the latest.

    Raises:
        LabError: it does not come up, or a router does not answer.
    """
    twin = Twin(root, build.up(Project(root, name), routers, watch=os.getpid()))
    silent = twin.silent()
    if silent:
        twin.lab.down()
        raise LabError(f"lab {name}: no answer from {', '.join(silent)}")
    return twin
