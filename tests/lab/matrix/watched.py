"""``jip`` as ever, but whoever started it is told of each step, and may hold it up, end it, or move its clock.

    watched.py FD ARGUMENTS...

``FD`` is a connected socket. Before and after a row of the journal, and before and after something is done to a router,
one line of JSON is written to it: ``{"when": "before", "step": "apply", "router": "kel-paku"}``. The thread that takes
the step goes on when a line has come back: ``{}``, or ``{"clock_s": -3600}`` to move the clock that this process sees.
"""

from __future__ import annotations

import datetime as dt
import json
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any


class Wire:
    """The socket to whoever watches: one step at a time is told, the others wait."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._lines = self._socket.makefile("r", encoding="utf-8")
        self._alone = threading.Lock()

    def tell(self, when: str, step: str, router: str | None) -> None:
        """Say what is about to be done or has been done, and wait for leave to go on."""
        with self._alone:
            self._socket.sendall(json.dumps({"when": when, "step": step, "router": router}).encode() + b"\n")
            answer = json.loads(self._lines.readline() or "{}")
            if "clock_s" in answer:
                CLOCK.offset_s = answer["clock_s"]


class Clock:
    """How far this process's clock of the day is from the machine's. What only counts seconds is left alone."""

    offset_s = 0.0


CLOCK = Clock()
_machine_time, _machine_time_ns, _Moment = time.time, time.time_ns, dt.datetime


class _Shifted(dt.datetime):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Any:
        return _Moment.now(tz) + dt.timedelta(seconds=CLOCK.offset_s)


def own_clock() -> None:
    """Let every module that is imported from now on see our clock."""
    time.time = lambda: _machine_time() + CLOCK.offset_s
    time.time_ns = lambda: _machine_time_ns() + int(CLOCK.offset_s * 1_000_000_000)
    dt.datetime = _Shifted  # type: ignore[misc]


def told(wire: Wire, owner: type, name: str, what: Callable[..., tuple[str, str | None]]) -> None:
    """Let ``owner.name`` tell of itself before and after; ``what`` names step and router from its arguments."""
    inner = getattr(owner, name)

    def outer(*arguments: Any, **named: Any) -> Any:
        step, router = what(*arguments, **named)
        wire.tell("before", step, router)
        answer = inner(*arguments, **named)
        wire.tell("after", step, router)
        return answer

    setattr(owner, name, outer)


def main() -> None:
    """Run jip."""
    wire = Wire(int(sys.argv[1]))
    own_clock()
    from jipkit.store.records import Run
    from napalm_frr.device import DeviceSide

    told(wire, Run, "journal", lambda _run, router, step, *_rest, **_named: (step, router))
    for name, step in (("commit", "write"), ("confirm", "save"), ("rollback", "undo")):
        told(wire, DeviceSide, name, lambda side, *_, step=step, **__: (step, side._shell.host))
    from jipkit.cli import main as jip

    sys.argv[:2] = ["jip"]
    jip()


if __name__ == "__main__":
    main()
