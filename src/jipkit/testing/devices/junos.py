"""A simulated Junos router: what is committed, the candidate, the history of commits, and the timer of the last one.

Lines are taken by `jipkit.testing.models.sets`; NETCONF is spoken by `jipkit.testing.devices.junos_netconf`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import paramiko

from jipkit.testing.clock import Clock, WallClock
from jipkit.testing.devices.junos_netconf import Denied, NetconfSession
from jipkit.testing.models.sets import JUNOS, Model
from jipkit.testing.ssh import SshServer, Visit

_MOST_KEPT = 50


@dataclass(frozen=True, slots=True)
class Commit:
    """One entry of the history: ``minutes`` where it waited for its confirmation, ``log`` what was said of it."""

    number: int
    user: str
    client: str
    when: float
    model: Model = field(repr=False)
    minutes: int | None = None
    log: str = ""

    @property
    def comment(self) -> str:
        """What Junos adds of its own to a commit on a timer."""
        return "" if self.minutes is None else f"commit confirmed, rollback in {self.minutes}mins"


@dataclass
class Troubles:
    """What goes wrong on purpose.

    ``cut_at``: when this request has come (and been served) the session breaks off without an answer. ``refuse``: what
    a commit is refused with, whatever is in it. ``deny``: requests that the account has no permission for.
    """

    cut_at: str | None = None
    refuse: str | None = None
    deny: frozenset[str] = frozenset()


@dataclass
class JunosRouter:
    """A router that was loaded from ``text``, as ``display set`` prints it.

    ``answers`` are what it says to commands about its state: by the command, JSON or text; to the others it says what
    `jipkit.testing.devices.junos_state` makes of its configuration. ``reaches`` tells whether an address answers.
    """

    text: str
    clock: Clock = field(default_factory=WallClock)
    version: str = "21.4R3-S5.4"
    model_name: str = "srx300"
    answers: Mapping[str, str | Callable[[], str]] = field(default_factory=dict)
    troubles: Troubles = field(default_factory=Troubles)
    reaches: Callable[[str], bool] = lambda _: True

    def __post_init__(self) -> None:
        self.mutex = threading.RLock()
        self.candidate = Model(self.text, JUNOS)
        self.history: list[Commit] = [Commit(1, "root", "other", self.clock.now(), self.candidate.copy())]
        self.booted = self.clock.now()
        self.locked_by: NetconfSession | None = None
        self.sessions = 0
        """How many sessions there have been: the number of the last one."""
        self._due: float | None = None

    # ------------------------------------------------------------------ reaching it
    def netconf(self, visit: Visit, name: str) -> int:
        """Serve a NETCONF session that somebody has opened."""
        del name
        with self.mutex:
            self.sessions += 1
            session = NetconfSession(visit, self, 5000 + self.sessions)
        session.serve()
        return 0

    def server(self, host_key: paramiko.PKey, password: str | None = None, **options: Any) -> SshServer:
        """Return an SSH server for it, which serves as long as its ``with`` block is entered.

        Stands for ``system services netconf ssh``: NETCONF is a subsystem of SSH, on port 830 and on SSH's own.
        """
        return SshServer(host_key, password=password, subsystems={"netconf": self.netconf}, **options)

    # ------------------------------------------------------------------ what it holds
    @property
    def committed(self) -> Model:
        """What is in force now."""
        self.tick()
        return self.history[0].model

    @property
    def running(self) -> str:
        """What is in force now, as ``show configuration | display set`` prints it."""
        return f"set version {self.version}\n{self.committed.text()}"

    @property
    def hostname(self) -> str:
        found = self.committed.top.locate(("system", "host-name"))
        return found[-1].value or "" if found else "Amnesiac"

    @property
    def pending(self) -> bool:
        """Whether a commit waits for its confirmation."""
        self.tick()
        return self._due is not None

    @property
    def modified(self) -> bool:
        """Whether the shared candidate holds what nobody has committed."""
        return self.candidate.text() != self.committed.text()

    def past(self, number: int) -> Model:
        """Return what was committed so many commits ago.

        Raises:
            Denied: there were not so many.
        """
        self.tick()
        if number >= len(self.history):
            raise Denied(f"rollback file {number} does not exist")
        return self.history[number].model

    # ------------------------------------------------------------------ committing
    def check(self, candidate: Model) -> None:
        """Look whether a candidate could be committed; a pending commit is confirmed by it.

        Stands for ``commit check``: Junos takes it for the confirmation as well as ``commit``.

        Raises:
            Denied: it could not be.
        """
        self._sound(candidate)
        self._due = None

    def commit(self, candidate: Model, user: str, *, minutes: int | None = None, log: str = "") -> None:
        """Put a candidate in force: whole or not at all; it confirms what waits for it.

        With ``minutes`` the configuration from before is put back after so many, unless another commit confirms it.
        What a second commit on a timer would do while one is pending is not simulated, and refused.

        Raises:
            Denied: it cannot be committed; what was in force still is.
        """
        self._sound(candidate)
        if minutes is not None and self.pending:
            raise Denied("a commit confirmed is already pending")
        self._enter(Commit(0, user, "netconf", self.clock.now(), candidate.copy(), minutes, log))
        self._due = None if minutes is None else self.clock.now() + 60 * minutes

    def tick(self) -> None:
        """Let the timer do what it would have done by now: the commit before is committed anew, by root."""
        if self._due is not None and self.clock.now() >= self._due:
            due, self._due = self._due, None
            self._enter(Commit(0, "root", "other", due, self.history[1].model.copy()))
            self.candidate = self.history[0].model.copy()

    def _sound(self, candidate: Model) -> None:
        if self.troubles.refuse is not None:
            raise Denied(self.troubles.refuse)
        for where, message in candidate.problems():
            raise Denied(message, where)

    def _enter(self, commit: Commit) -> None:
        self.history = [commit, *self.history][:_MOST_KEPT]

    # ------------------------------------------------------------------ time
    def said(self, when: float) -> str:
        """Return a time as it prints it."""
        return f"{datetime.fromtimestamp(when, UTC):%Y-%m-%d %H:%M:%S} UTC"
