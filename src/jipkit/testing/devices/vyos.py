"""A simulated VyOS router: what it runs and saves, the timer that restarts it, and what a restart leaves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import paramiko

from jipkit.testing.clock import Clock, WallClock
from jipkit.testing.devices.vyos_terminal import VyosTerminal
from jipkit.testing.models.sets import VYOS, Model
from jipkit.testing.ssh import SshServer, Visit

BOOT, ROLLBACK = "/config/config.boot", "/config/archive/config.boot-rollback"


@dataclass
class Troubles:
    """What goes wrong on purpose.

    ``cut_at``: when this line has been typed (and taken) the session breaks off. ``refuse_commit``: what a commit says
    instead of succeeding. ``refuse_half``: it has carried out what it could before it said so, as VyOS does.
    ``cannot_save``: the disk is full. ``cannot_copy``: so that not even a copy of a file can be made.
    ``locked``: somebody else is committing.
    """

    cut_at: str | None = None
    refuse_commit: str | None = None
    refuse_half: bool = False
    cannot_save: bool = False
    cannot_copy: bool = False
    locked: bool = False


@dataclass
class VyosRouter:
    """A router that was started from ``text``; ``answers`` are what it says to commands about its state."""

    text: str
    clock: Clock = field(default_factory=WallClock)
    version: str = "1.4.3"
    answers: Mapping[str, str | Callable[[], str]] = field(default_factory=dict)
    troubles: Troubles = field(default_factory=Troubles)

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.model = Model(self.text, VYOS)
        self.files: dict[str, str] = {BOOT: self.running}
        self.deadline: float | None = None
        self.log: list[str] = []
        self.boots = 1
        self.cut: Callable[[], None] = lambda: None

    def shell(self, visit: Visit) -> None:
        """Serve a session that somebody has opened."""
        VyosTerminal(visit, self).serve()

    def server(self, host_key: paramiko.PKey, password: str = "", **options: Any) -> SshServer:
        """Return an SSH server for it, which serves as long as its ``with`` block is entered."""
        server = SshServer(
            host_key,
            lambda _: b"",
            password=password,
            shell=self.shell,
            software="OpenSSH_9.2p1",
            hears_out=False,
            **options,
        )
        self.cut = server.cut
        return server

    # ------------------------------------------------------------------ what it holds
    @property
    def running(self) -> str:
        """What runs, as ``show configuration commands`` prints it."""
        return self.model.text()

    @property
    def saved(self) -> str:
        """What it starts with."""
        return self.files[BOOT]

    @property
    def hostname(self) -> str:
        """Its name; a new box is called after its maker."""
        found = self.model.top.locate(("system", "host-name"))
        return str(found[-1].value) if found else "vyos"

    @property
    def keeps_revisions(self) -> bool:
        """Whether it keeps old configurations; without, 1.3 has no ``commit-confirm``."""
        return self.model.top.locate(("system", "config-management", "commit-revisions")) is not None

    def save(self) -> bool:
        """Make what runs what it starts with."""
        if self.troubles.cannot_save:
            return False
        self.files[BOOT] = self.running
        return True

    # ------------------------------------------------------------------ the timer
    def arm(self, minutes: int) -> None:
        """Restart in ``minutes`` unless somebody confirms.

        1.3 remembers what is saved now, and starts with that; 1.4 starts with what is saved then.
        """
        self.deadline = self.clock.now() + minutes * 60
        self.files[ROLLBACK] = self.saved

    def confirm(self) -> bool:
        """Stop the timer; return whether one ran."""
        ran, self.deadline = self.deadline is not None, None
        return ran

    def tick(self) -> bool:
        """Let the timer do what it would have done by now; return whether the router has restarted."""
        if self.deadline is None or self.clock.now() < self.deadline:
            return False
        if self.version.startswith("1.3"):
            self.files[BOOT] = self.files[ROLLBACK]
        self.restart()
        return True

    def restart(self) -> None:
        """Start anew with what is saved: every session is gone, and so is a timer."""
        self.deadline = None
        self.boots += 1
        self.model = Model(self.saved, VYOS)
        self.cut()


class SimulatedVyos:
    """A router with its SSH server, as long as the ``with`` block is entered."""

    def __init__(
        self,
        text: str,
        *,
        host_key: paramiko.PKey,
        clock: Clock | None = None,
        version: str = "1.4.3",
        **options: Any,
    ) -> None:
        self.router = VyosRouter(text, clock or WallClock(), version)
        self._server = self.router.server(host_key, **options)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.port

    def running(self) -> str:
        """Return what runs now."""
        with self.router.lock:
            self.router.tick()
            return self.router.running

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, trace)
