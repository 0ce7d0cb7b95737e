"""A district to break: the same change is rolled out again and again, and each time every router is looked at."""

from __future__ import annotations

import difflib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from jipkit.errors import JipError
from jipkit.lab.consoles import RouterTruth
from jipkit.model import State
from jipkit.session import each, open_session
from jipkit.store import JournalEntry
from jipkit.testing.labs import Twin, eventually
from tasks.identify import identify_router

WATCHED = Path(__file__).with_name("watched.py")
TIMER_S = 20
"""The smallest that there is."""

BACK_S = TIMER_S + 60.0
"""Until a router's timer has brought back what was, and the routes to it are there again."""

COMMAND_S = 240.0


class Point(NamedTuple):
    """A moment in a run: before or after a step, at a router or, for what belongs to the run, at none.

    Steps are those of the journal, and what is done to a router: "write", "save", "undo".
    """

    when: str
    step: str
    router: str | None


Deed = Callable[["Watched"], None]
"""What is done while the run waits at a point."""


class Watched:
    """A ``jip`` in a process of its own that waits at each point until whoever watches it lets it go on."""

    def __init__(
        self, twin: Twin, arguments: Collection[str], deeds: Mapping[Point, Deed], before: Collection[str]
    ) -> None:
        self.twin, self._deeds = twin, dict(deeds)
        self._answer: dict[str, float] = {}
        self.seen: list[Point] = []
        self._routers = {str(router.address): router.key for router in twin.project.network.routers.values()}
        ours, theirs = socket.socketpair()
        argv = [*before, sys.executable, str(WATCHED), str(theirs.fileno())]
        argv += ["-C", str(twin.root), "--lab", twin.name, *arguments, "--json"]
        with theirs:
            self.process = subprocess.Popen(
                argv,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                pass_fds=[theirs.fileno()],
                env={**os.environ, "JIP_LANG": "en"},
            )
        self._socket = ours
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def kill(self) -> None:
        """End it as the kernel would, in the middle of whatever it does."""
        os.kill(self.process.pid, signal.SIGKILL)

    def set_clock(self, offset_s: float) -> None:
        """Let its clock be off by so much from here on."""
        self._answer = {"clock_s": offset_s}

    def finish(self) -> Done:
        """Return what became of it, once it has ended."""
        try:
            out, err = self.process.communicate(timeout=COMMAND_S)
        finally:
            self.process.kill()
            self._thread.join(COMMAND_S)
            self._socket.close()
        if self._failure is not None:
            raise self._failure
        return Done(self.process.returncode, json.loads(out) if out else {}, err, tuple(self.seen))

    def _watch(self) -> None:
        try:
            with self._socket.makefile("r", encoding="utf-8") as lines:
                for line in lines:
                    self._serve(json.loads(line))
        except OSError:  # it has ended while it was answered
            return
        except Exception as error:  # noqa: BLE001 - raised where the run is waited for
            self._failure = error
            self.kill()

    def _serve(self, told: Mapping[str, Any]) -> None:
        router = told["router"]
        point = Point(told["when"], told["step"], self._routers.get(router, router))
        self.seen.append(point)
        for at in (point, point._replace(router=ANY)):
            if deed := self._deeds.pop(at, None):
                deed(self)
        answer, self._answer = self._answer, {}
        self._socket.sendall(json.dumps(answer).encode() + b"\n")


AT_ROUTERS = ("write", "save", "undo")
"""Points that are no step of the journal."""

ANY = "*"
"""Stands for whichever router comes first."""


@dataclass(frozen=True)
class Done:
    """A run that has ended: what it said, and each point that it came past."""

    code: int
    said: Mapping[str, Any]
    err: str
    seen: tuple[Point, ...]

    @property
    def rows(self) -> Mapping[str, Mapping[str, Any]]:
        return {row["router"]: row for row in self.said["rows"]}

    def touched(self) -> set[str]:
        """Return the routers to which it wrote something, as the device's side of the driver saw it."""
        return {str(point.router) for point in self.seen if point.step == "write"}


SLOW = "/run/slow"
"""Where a slow router keeps what makes it slow."""

_RELOAD = "/usr/lib/frr/frr-reload.py"
_SLOW = {
    _RELOAD: f'#!/bin/sh\nexec python3 {_RELOAD}.fast --bindir {SLOW} "$@"\n',
    # the old lines are gone and the new ones not there yet: once, until told to go on, for at most a minute
    f"{SLOW}/vtysh": f"""#!/bin/sh
case " $* " in
*" -m "*) ;;
*" -f "*)
    if mkdir {SLOW}/halfway 2>/dev/null; then
        n=0
        until [ -e {SLOW}/go ] || [ $n -ge 600 ]; do n=$((n + 1)); sleep 0.1; done
    fi ;;
esac
exec /usr/bin/vtysh "$@"
""",
}


Holding = Mapping[str, str]
"""By router: "before" or "intended"."""


class Slow:
    """A router that stops in the middle of a change."""

    def __init__(self, twin: Twin, router: str) -> None:
        self._twin, self._router = twin, router
        self._threads: list[Thread] = []

    def halfway(self, *deeds: Callable[[], object]) -> Deed:
        """Return what lets the change begin, and does ``deeds`` when it is halfway; then the router goes on."""

        def done() -> None:
            eventually(lambda: self._said("halfway"), within_s=30, every_s=0.05)
            for deed in deeds:
                deed()
            self.go_on()

        def begin(_run: Watched) -> None:
            self._threads.append(Thread(done))
            self._threads[-1].start()

        return begin

    def go_on(self) -> None:
        """Let it be as quick as others again."""
        if self._router in self._twin.lab.state.processes:
            self._twin.lab.exec(self._router, ["touch", f"{SLOW}/go"], check=False)  # a power cut took the folder

    def join(self) -> None:
        """Wait until all that was to be done halfway is done.

        Raises:
            Exception: why it was not.
        """
        for thread in self._threads:
            thread.join(BACK_S)
            if thread.failure is not None:
                raise thread.failure

    def _said(self, name: str) -> bool:
        return self._twin.lab.exec(self._router, ["test", "-e", f"{SLOW}/{name}"], check=False).returncode == 0


class Thread(threading.Thread):
    """A thread that keeps why it failed."""

    def __init__(self, what: Callable[[], object]) -> None:
        super().__init__()
        self._what = what
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            self._what()
        except Exception as error:  # noqa: BLE001 - raised where the thread is waited for
            self.failure = error


@dataclass(frozen=True)
class Known:
    """What routers may have: all four of a truth as before, or all four as intended."""

    before: Mapping[str, RouterTruth]
    intended: Mapping[str, RouterTruth]

    def state(self, router: str, truth: RouterTruth) -> str | None:
        if truth == self.before[router]:
            return "before"
        return "intended" if truth == self.intended[router] else None

    def other(self, truths: Mapping[str, RouterTruth], held: Holding) -> dict[str, str]:
        """Return the routers that hold another than ``held`` says, or neither, and wherein they differ from before."""
        states = {router: self.state(router, truth) for router, truth in truths.items()}
        return {
            router: f"{state or 'in between'}; not as before: {self._differences(router, truths[router])}"
            for router, state in states.items()
            if state is None or state != held.get(router, state)
        }

    def _differences(self, router: str, truth: RouterTruth) -> str:
        was = self.before[router]
        parts = [_difference(part.name, getattr(was, part.name), getattr(truth, part.name)) for part in fields(truth)]
        return "; ".join(filter(None, parts))


def _difference(name: str, was: str | tuple[str, ...], now: str | tuple[str, ...]) -> str:
    """Return which lines have gone and come; empty where none has. Secrets of a twin open nothing."""
    old, new = (part.splitlines() if isinstance(part, str) else list(part) for part in (was, now))
    lines = [
        line for line in difflib.unified_diff(old, new, n=0, lineterm="") if not line.startswith(("---", "+++", "@@"))
    ]
    return f"{name} {lines}" if lines else ""


def _lasting(routes: Collection[str]) -> Iterator[str]:
    """Yield routes as they last: of what OSPF learned only where it leads to.

    Of two ways of equal cost zebra 8.4 keeps a single one after a link has gone and come back.
    """
    for route in routes:
        if not route.startswith("nexthop "):
            yield f"{route.split()[0]} by ospf" if " proto ospf " in route else route


@dataclass
class District:
    """A twin whose every state before and after the change is known to the byte."""

    twin: Twin
    links: tuple[str, ...]
    before: Mapping[str, RouterTruth] = field(default_factory=dict)
    intended: Mapping[str, RouterTruth] = field(default_factory=dict)
    clean_s: float = 0.0
    """How long a rollout of all of it takes that nothing hinders."""

    @property
    def routers(self) -> tuple[str, ...]:
        return self.twin.lab.routers

    @property
    def in_service(self) -> list[str]:
        return [r.key for r in self.twin.project.network.routers.values() if r.state is State.ACTIVE]

    @property
    def changed(self) -> set[str]:
        """The routers to which the change means anything."""
        return {router for router in self.routers if self.before[router] != self.intended[router]}

    # ------------------------------------------------------------------ what is wanted

    def want(self, more: int = 3) -> None:
        """Let the inventory want that some links cost more: no way becomes another one by that."""
        path = self.twin.root / "inventory" / "links.yaml"
        text = path.read_text("utf-8")
        for link in self.links:
            head, found, rest = text.partition(f"\n{link}: ")
            text = head + found + re.sub(r"cost: (\d+)", lambda cost: f"cost: {int(cost[1]) + more}", rest, count=1)
        path.write_text(text, "utf-8")

    def plan(self, *routers: str, name: str = "plan.json") -> Path:
        """Return a new plan for ``routers``, or for all."""
        file = self.twin.root / name
        chosen = [word for router in routers for word in ("--router", router)] or ["--all"]
        done = self.twin.jip("plan", *chosen, "--output", str(file), "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return file

    # ------------------------------------------------------------------ what is done

    def run(self, *arguments: str, deeds: Mapping[Point, Deed] | None = None, before: Collection[str] = ()) -> Watched:
        """Start a jip that waits at each point of ``deeds`` until that is done; ``before`` is what starts it."""
        return Watched(self.twin, arguments, deeds or {}, before)

    def apply(
        self, file: Path, *options: str, deeds: Mapping[Point, Deed] | None = None, before: Collection[str] = ()
    ) -> Watched:
        """Start carrying out a plan, each router on the smallest timer."""
        words = ("--timer", str(TIMER_S), "--emergency", "uji", "--patience", "0", "--ready-within", "30", *options)
        return self.run("apply", str(file), *words, deeds=deeds, before=before)

    def say(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """Return with which code a jip ended, and what it said."""
        done = self.twin.jip(*arguments, "--json")
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    # ------------------------------------------------------------------ what is so

    def truths(self, routers: Collection[str] = ()) -> dict[str, RouterTruth]:
        """Return what routers really have, by their consoles."""
        chosen = tuple(routers) or self.routers
        with ThreadPoolExecutor(4) as threads:
            found = dict(zip(chosen, threads.map(self.twin.lab.truth, chosen), strict=True))
        return {router: replace(truth, routes=tuple(_lasting(truth.routes))) for router, truth in found.items()}

    def proven(self, within_s: float = BACK_S, edited: Mapping[str, RouterTruth] | None = None) -> Holding:
        """Return what every router holds, once each holds one of the two exactly and all of them let us in.

        ``edited`` is what routers had before where somebody changed it by hand: then that counts as "before".

        Raises:
            AssertionError: one is in between for longer than ``within_s``, waits for a confirmation, or is locked.
        """
        held: dict[str, str] = {}
        known = Known({**self.before, **(edited or {})}, self.intended)

        def settled() -> bool:
            open_ = [router for router in self.routers if router not in held]
            held.update(
                (router, state)
                for router, truth in self.truths(open_).items()
                if not self.busy(router) and (state := known.state(router, truth))
            )
            if len(held) < len(self.routers):
                raise AssertionError(known.other(self.truths(), held))
            return True

        eventually(settled, within_s, every_s=1.0)
        assert known.other(self.truths(), held) == {}  # who was seen first may not have changed meanwhile
        assert self.twin.silent() == []
        assert self.refused() == {}
        return held

    def busy(self, router: str) -> bool:
        """Return whether a change is being made on a router, or waits there."""
        done = self.twin.lab.exec(router, ["pgrep", "-f", r"device-\w+\.sh (apply|undo|timer)"], check=False)
        return done.returncode == 0

    def _idle(self, router: str) -> bool:
        return not self.busy(router)

    def refused(self) -> dict[str, str]:
        """Return the routers in service that take no session, and why."""
        project = self.twin.project
        routers = [project.network.router(key) for key in self.in_service]
        with self.twin.inside(), open_session(project, routers) as session:
            answers = each(session, identify_router)
        return {router: str(answer) for router, answer in answers.items() if isinstance(answer, JipError)}

    def journal(self) -> list[JournalEntry]:
        """Return all of the journal, whose chain is whole."""
        code, said = self.say("log", "verify")
        assert (code, said["ok"]) == (0, True), said
        return self.twin.project.store.journal()

    def recovered(self, within_s: float = BACK_S) -> dict[str, str]:
        """Return what `jip recover` finds that routers hold, once it leaves nothing open."""
        found: dict[str, str] = {}

        def nothing_open() -> bool:
            code, said = self.say("recover")
            found.update({row["router"]: row["holds"] for row in said["rows"] if row["settled"]})
            return code == 0

        eventually(nothing_open, within_s, every_s=1.0)
        return found

    def whole(self, done: Done, held: Holding) -> None:
        """Make sure that the journal has all that a run wrote, and the steps of each router that it changed."""
        journal = self.journal()
        run = max(entry.run for entry in journal if entry.step == "batch")
        found = [(entry.step, entry.router) for entry in journal if entry.run == run]
        written = [(p.step, p.router) for p in done.seen if p.when == "after" and p.step not in AT_ROUTERS]
        assert list((Counter(written) - Counter(found)).elements()) == []
        for router in done.touched():
            assert {"identity", "backup", "guard", "dry-run", "apply"} <= {step for step, at in found if at == router}
        confirmed = {router for step, router in found if step == "confirm"}
        assert {router for router, state in held.items() if state == "intended"} <= confirmed

    # ------------------------------------------------------------------ what goes wrong

    @contextmanager
    def slow(self, router: str) -> Iterator[Slow]:
        """Let a router stop once in the middle of its next change, between the old lines and the new ones."""
        lab = self.twin.lab
        lab.exec(router, ["sh", "-c", f"rm -rf {SLOW} && mkdir -m 777 {SLOW} && cp {_RELOAD} {_RELOAD}.fast"])
        for path, text in _SLOW.items():
            lab.exec(router, ["sh", "-c", f"cat >{path} && chmod 755 {path}"], stdin=text)
        found = Slow(self.twin, router)
        try:
            yield found
        finally:
            try:
                found.join()
            finally:
                lab.exec(router, ["mv", f"{_RELOAD}.fast", _RELOAD])

    # ------------------------------------------------------------------ as it was

    def restore(self) -> None:
        """Bring every router back by its console to what it was at first; nothing of jip is needed for that."""
        lab = self.twin.lab
        for router in self.routers:
            if router not in lab.state.processes:
                lab.power_on(router)
        for cable in lab.state.cables:
            lab.mend(cable)
        for router in self.routers:
            lab.thaw(router)
            lab.start_sshd(router)
        for router, truth in self.truths().items():
            if truth != self.before[router]:
                eventually(partial(self._idle, router), BACK_S)
                self._reload(router)
        eventually(lambda: self.truths() == self.before, BACK_S, every_s=1.0)
        assert self.twin.silent() == []

    def _reload(self, router: str) -> None:
        conf = "/etc/frr/frr.conf"
        self.twin.lab.exec(router, ["sh", "-c", f"cat >{conf}"], stdin=self.before[router].saved)
        self.twin.lab.exec(router, ["/usr/lib/frr/frr-reload.py", "--reload", conf])
