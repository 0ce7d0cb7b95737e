"""The two stages that the demo plays on: a twin on real routers, and routers simulated in this process."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from inspect import signature
from pathlib import Path
from typing import Any, Protocol

from jipkit.cli import playbook_command
from jipkit.console import show
from jipkit.errors import JipError, LabError
from jipkit.lab import Lab, state
from jipkit.lab.handle import stop
from jipkit.language import use_language
from jipkit.options import arguments_of
from jipkit.playbook import discover
from jipkit.project import Project
from jipkit.report import Report
from jipkit.testing.simulation import Simulation, simulation

LANGUAGE = "en"
"""The story is told in English, so what jip says in it is too."""


class Misbehaved(AssertionError):  # noqa: N818 - it is what happened, as in a sentence
    """A step of the story did not go as told."""


class Stage(Protocol):
    """Where the story is played. What is shown is shown with its command, its real output and the time it took."""

    root: Path
    compared: str
    """What `truth` consists of, in words."""

    def up(self, routers: Sequence[str]) -> None:
        """Bring up ``routers``, and those between them and the controller."""

    def end(self) -> None:
        """Take everything away, as a step of the story."""

    def down(self) -> None:
        """Take away whatever is there, in any state and without a word."""

    def jip(self, *arguments: str, leaves: int = 0) -> None:
        """Show a command at work.

        Raises:
            Misbehaved: it does not leave with the exit code ``leaves``.
        """

    def answer(self, *arguments: str) -> dict[str, Any]:
        """Return what a command says to programs; shows nothing."""

    def type(self, router: str, lines: Sequence[str]) -> None:
        """Type configuration lines on a router's console, as a hand past jip would."""

    def cut(self, link: str) -> None:
        """Cut a link's cable."""

    def mend(self, link: str) -> None:
        """Make a link's cable whole."""

    def truth(self, router: str) -> object:
        """Return all that a router holds, read on its console: two answers are equal when nothing changed."""


# ------------------------------------------------------------------ real routers


class TwinStage:
    """A twin of the network on FRRouting in namespaces of this machine, reached over SSH by the command ``jip``."""

    compared = "running and saved configuration, the kernel's addresses and routes"

    def __init__(self, root: Path, name: str) -> None:
        self.root, self.name = root, name
        self._environ = {**os.environ, "JIP_PROJECT": str(root), "JIP_LANG": LANGUAGE}
        self._about: tuple[str, ...] = ()

    def up(self, routers: Sequence[str]) -> None:
        chosen = [word for router in routers for word in ("--router", router)]
        self._show("lab", "up", self.name, *chosen, hidden=("--watch-pid", str(os.getpid())))
        self._about = ("--lab", self.name)

    def end(self) -> None:
        self._show("lab", "down", self.name)
        if self.name in state.names():
            raise Misbehaved(f"lab {self.name} is still there")

    def down(self) -> None:
        try:
            stop(self.name)
        except LabError as error:  # it was coming up: it watches this process, and ends with it
            print(f"{error}", file=sys.stderr)

    def jip(self, *arguments: str, leaves: int = 0) -> None:
        self._show(*self._about, *arguments, leaves=leaves)

    def answer(self, *arguments: str) -> dict[str, Any]:
        argv = _argv(*self._about, *arguments, "--json")
        done = subprocess.run(argv, env=self._environ, capture_output=True, text=True, check=False)
        try:
            found: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            raise Misbehaved(f"{_command(*arguments)} --json gave no JSON: {done.stdout}{done.stderr}") from None
        return found

    def type(self, router: str, lines: Sequence[str]) -> None:
        words = [word for line in ("configure terminal", *lines) for word in ("-c", line.strip())]
        self._show("lab", "exec", self.name, router, "vtysh", *words)

    def cut(self, link: str) -> None:
        self._show("lab", "fault", self.name, "cut", link)

    def mend(self, link: str) -> None:
        self._show("lab", "fault", self.name, "mend", link)

    def truth(self, router: str) -> object:
        return Lab(self.name).truth(router)

    def _show(self, *arguments: str, leaves: int = 0, hidden: Sequence[str] = ()) -> None:
        """Run a command on this terminal; ``hidden`` are arguments that are no part of the story."""
        with _shown(_command(*arguments)):
            code = subprocess.run(_argv(*arguments, *hidden), env=self._environ, check=False).returncode
        _require(_command(*arguments), code, leaves)


def _argv(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "jipkit", *arguments]


# ------------------------------------------------------------------ simulated routers


class SimulatedStage:
    """Routers kept in the memory of this process; the playbooks, the driver and the records are the real ones."""

    compared = "running and saved configuration"

    def __init__(self, root: Path) -> None:
        self.root = root
        self._running = ExitStack()
        self._simulation: Simulation | None = None
        use_language(LANGUAGE)

    def up(self, routers: Sequence[str]) -> None:
        with _shown(f"(simulated: {', '.join(routers)} and the routers on the way to them are switched on)"):
            self._simulation = self._running.enter_context(simulation(self.root, routers))
            for router in sorted(self._up.project.network.routers):
                print(router)

    def end(self) -> None:
        with _shown("(simulated: the routers are switched off)"):
            self.down()

    def down(self) -> None:
        self._running.close()

    def jip(self, *arguments: str, leaves: int = 0) -> None:
        with _shown(_command(*arguments)):
            code = self._code(arguments)
        _require(_command(*arguments), code, leaves)

    def answer(self, *arguments: str) -> dict[str, Any]:
        return self._report(arguments).as_json()

    def type(self, router: str, lines: Sequence[str]) -> None:
        with _shown(f"(on the console of {router})"):
            for line in lines:
                print(f"{router}(config)# {line.strip()}")
            self._up.district.hand_edit(router, "\n".join(lines))

    def cut(self, link: str) -> None:
        with _shown(f"(simulated: the cable of {link} is cut)"):
            self._up.district.cut(link)

    def mend(self, link: str) -> None:
        with _shown(f"(simulated: the cable of {link} is mended)"):
            self._up.district.mend(link)

    def truth(self, router: str) -> object:
        return self._up.district.running(router), self._up.district.saved(router)

    @property
    def _up(self) -> Simulation:
        if self._simulation is None:
            raise LabError("the simulated routers are not switched on yet")
        return self._simulation

    def _code(self, arguments: Sequence[str]) -> int:
        try:
            report = self._report(arguments)
        except JipError as error:
            print(f"jip: {error}")
            return error.exit_code
        show(report)
        return 0 if report.ok else 1

    def _report(self, arguments: Sequence[str]) -> Report:
        """Return what a playbook says, its options read as the command line reads them."""
        name, *rest = arguments
        playbook = discover(self.root)[name]
        assert not hasattr(playbook, "playbooks"), name  # noqa: S101 - the story uses no group of commands
        context = playbook_command(playbook, playbook.load()).make_context(name, list(rest))
        function = playbook.load()
        asked = [each for key, each in signature(function, eval_str=True).parameters.items() if key != "project"]
        project = self._simulation.project if self._simulation else Project(self.root)
        return function(project, **arguments_of(asked, context.params))


# ------------------------------------------------------------------ both


def _command(*arguments: str) -> str:
    return shlex.join(["jip", *arguments])


@contextmanager
def _shown(command: str) -> Iterator[None]:
    """Show a command before the block, and the time that it took after it."""
    print(f"\n$ {command}" if not command.startswith("(") else f"\n  {command}", flush=True)
    started = time.monotonic()
    yield
    sys.stdout.flush()
    print(f"  [{time.monotonic() - started:.1f} s]", flush=True)


def _require(command: str, code: int, wanted: int) -> None:
    if code != wanted:
        raise Misbehaved(f"`{command}` left with {code}, and should leave with {wanted}")
