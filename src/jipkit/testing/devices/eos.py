"""A simulated Arista EOS switch: what it runs and saves, its configuration sessions, and their commit timer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import paramiko

from jipkit.testing.clock import Clock, WallClock
from jipkit.testing.devices.eos_terminal import EosTerminal
from jipkit.testing.models.indented import EOS, Model
from jipkit.testing.ssh import SshServer, Visit

MOST_PENDING, MOST_CHECKPOINTS = 5, 20
State = Literal["pending", "pendingCommitTimer", "completed"]


class NotNowError(Exception):
    """The switch does not do what was asked; the text is what it says."""


@dataclass
class ConfigSession:
    """A copy of the configuration that is changed apart from what runs, until it is committed."""

    model: Model
    user: str
    state: State = "pending"
    before: str = ""
    """What ran before it was committed on a timer."""
    deadline: float = 0.0
    inside: int = 0
    """How many terminals are in it."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    text: str
    when: float
    user: str


@dataclass
class Troubles:
    """What goes wrong on purpose.

    ``cut_at``: when this line has been typed (and taken) the connection breaks off. ``refuse_commit``: what a commit is
    answered instead of being carried out. ``no_sessions``: the account may not use configuration sessions.
    """

    cut_at: str | None = None
    refuse_commit: str | None = None
    no_sessions: bool = False


@dataclass
class EosSwitch:
    """A switch that was loaded from ``text``; ``answers`` are what it says to commands about its state."""

    text: str
    clock: Clock = field(default_factory=WallClock)
    version: str = "4.27.2F"
    answers: Mapping[str, str | Callable[[], str]] = field(default_factory=dict)
    troubles: Troubles = field(default_factory=Troubles)
    reaches: Callable[[str], bool] = lambda _: True

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.model = Model(self.text, EOS)
        self.startup = self.text
        self.files: dict[str, str] = {}
        self.sessions: dict[str, ConfigSession] = {}
        self.checkpoints: dict[str, Checkpoint] = {}
        self.booted = self.clock.now() - 3600

    # ------------------------------------------------------------------ reaching it
    def shell(self, visit: Visit) -> None:
        """Serve a session that somebody has opened."""
        EosTerminal(visit, self).serve()

    def server(self, host_key: paramiko.PKey, password: str = "", **options: Any) -> SshServer:
        """Return an SSH server for it, which serves as long as its ``with`` block is entered."""
        return SshServer(
            host_key,
            lambda _: b"",
            password=password,
            shell=self.shell,
            software="OpenSSH_7.8",
            hears_out=False,
            **options,
        )

    # ------------------------------------------------------------------ what it holds
    @property
    def running(self) -> str:
        """The running configuration, without the lines that ``show`` prints before it."""
        return self.model.text()

    @property
    def hostname(self) -> str:
        held = self.model.root.get(("hostname",))
        return held.text.split()[1] if held else "localhost"

    @property
    def is_privileged(self) -> bool:
        """Whether a session begins in privileged mode: where the configuration authorizes it."""
        return ("aaa", "authorization", "exec") in self.model.root

    def save(self) -> None:
        """Make the running configuration the one that it starts with."""
        self.startup = self.running

    def now(self) -> datetime:
        """Return its time."""
        return datetime.fromtimestamp(self.clock.now(), UTC)

    # ------------------------------------------------------------------ configuration sessions
    def session(self, name: str, user: str) -> ConfigSession:
        """Return a session to type in; a new one begins as a copy of what runs.

        Raises:
            NotNowError: its timer runs, or there are too many.
        """
        if self.troubles.no_sessions:
            raise NotNowError("% Authorization denied for command 'configure session'")
        held = self.sessions.get(name)
        if held is not None and held.state == "pendingCommitTimer":
            raise NotNowError(f"% Cannot enter session {name} (session state is pendingCommitTimer)")
        if held is not None and held.state == "pending":
            return held
        if sum(session.state == "pending" for session in self.sessions.values()) >= MOST_PENDING:
            raise NotNowError(f"% Cannot create more than {MOST_PENDING} pending sessions")
        self.sessions[name] = ConfigSession(self.model.copy(), user)
        return self.sessions[name]

    def commit(self, name: str, user: str, timer_s: int | None = None) -> None:
        """Make what a session holds the running configuration, as a whole; on a timer it has to be committed once more.

        Stands for ``commit``: other changes since the session began are overwritten, and what ran before is kept as a
        checkpoint.

        Raises:
            NotNowError: there is no such session, or another one waits to be confirmed.
        """
        session = self.sessions.get(name)
        if session is None or session.state == "completed":
            raise NotNowError(f"% Session {name} does not exist")
        if session.state == "pendingCommitTimer":
            self._complete(name, session)
            return
        waiting = next((other for other, held in self.sessions.items() if held.state == "pendingCommitTimer"), None)
        if waiting is not None:
            raise NotNowError(f"% Cannot commit session {name}: another session {waiting} is pending commit timer")
        if self.troubles.refuse_commit is not None:
            raise NotNowError(self.troubles.refuse_commit)
        self.checkpoint(f"ckp-{self.now():%Y%m%d}-{len(self.checkpoints)}", user)
        session.before = self.running
        self.replace(session.model.text())
        if timer_s is None:
            self._complete(name, session)
        else:
            session.state, session.deadline = "pendingCommitTimer", self.clock.now() + timer_s

    def _complete(self, name: str, session: ConfigSession) -> None:
        """Keep the last session that was completed, and no other."""
        for other, held in list(self.sessions.items()):
            if held.state == "completed" and other != name:
                del self.sessions[other]
        session.state = "completed"

    def abort(self, name: str) -> None:
        """Drop a session; one that waits to be confirmed is taken back.

        Raises:
            NotNowError: there is none.
        """
        session = self.sessions.pop(name, None)
        if session is None:
            raise NotNowError(f"% Session {name} does not exist")
        if session.state == "pendingCommitTimer":
            self.replace(session.before)

    def tick(self) -> None:
        """Let the timer do what it would have done by now."""
        for name, session in list(self.sessions.items()):
            if session.state == "pendingCommitTimer" and self.clock.now() >= session.deadline:
                self.abort(name)

    # ------------------------------------------------------------------ checkpoints
    def checkpoint(self, name: str, user: str) -> None:
        """Keep what runs under a name; the oldest goes when there are too many."""
        self.checkpoints[name] = Checkpoint(self.running, self.clock.now(), user)
        if len(self.checkpoints) > MOST_CHECKPOINTS:
            del self.checkpoints[next(iter(self.checkpoints))]

    def replace(self, text: str) -> None:
        """Make a whole configuration the running one."""
        held = Model(text, EOS).root
        self.model.root.clear()
        self.model.root.update(held)
