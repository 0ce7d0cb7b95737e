"""A simulated Huawei VRP router: what it runs and saves; what is typed in the system view goes through its model."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import paramiko

from jipkit.testing.clock import Clock, WallClock
from jipkit.testing.devices.vrp_terminal import VrpTerminal
from jipkit.testing.models.indented import VRP, Model
from jipkit.testing.ssh import SshServer, Visit

_SECRET = re.compile(r"(irreversible-cipher|cipher) (?![%$@#^+])(\S+)")


@dataclass
class Troubles:
    """What goes wrong on purpose.

    ``cut_at``: when this line has been typed (and taken) the session breaks off. ``cannot_save``: the flash is full.
    ``asks``: lines that are asked about, and the question. ``says``: lines that are answered instead of being taken, in
    words of the router's own; ``remarks``: lines that are taken, and what is said of them. ``asks_for_a_name``: what
    ``save`` asks where no file is named to start with.
    """

    cut_at: str | None = None
    cannot_save: bool = False
    asks: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    asks_for_a_name: str = ""


@dataclass
class VrpRouter:
    """A router that was loaded from ``text``; ``answers`` are what it says to commands about its state.

    ``two_stage`` stands for VRP 8 (NE40E and the like): lines are in force when they are committed.
    """

    text: str
    clock: Clock = field(default_factory=WallClock)
    two_stage: bool = False
    answers: Mapping[str, str | Callable[[], str]] = field(default_factory=dict)
    troubles: Troubles = field(default_factory=Troubles)

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.model = Model(self.text, VRP)
        self.saved = self.running

    def shell(self, visit: Visit) -> None:
        """Serve a session that somebody has opened."""
        VrpTerminal(visit, self).serve()

    def server(self, host_key: paramiko.PKey, password: str = "", **options: Any) -> SshServer:
        """Return an SSH server for it, which serves as long as its ``with`` block is entered."""
        return SshServer(
            host_key,
            lambda _: b"",
            password=password,
            shell=self.shell,
            software="HUAWEI-1.5",
            hears_out=False,
            **options,
        )

    @property
    def running(self) -> str:
        """The running configuration, without the line that ``display`` prints before it.

        Stands for what VRP makes of secrets: it shows a cipher or a hash of each, and takes that in its place. A real
        one adds salt, so that the same secret never looks the same when it is typed again; here it does.
        """
        return _SECRET.sub(_veiled, self.model.text())

    @property
    def hostname(self) -> str:
        """Its name; a new box is called after its maker."""
        held = self.model.root.get(("sysname",))
        return held.text.split()[1] if held else "HUAWEI"

    @property
    def version(self) -> str:
        """Its software, as the first line of a configuration has it."""
        return "V800R010C10SPC500" if self.two_stage else "V200R010C10SPC700"

    def save(self) -> bool:
        """Make the running configuration the one that it starts with."""
        if self.troubles.cannot_save:
            return False
        self.saved = self.running
        return True


def _veiled(found: re.Match[str]) -> str:
    digest = hashlib.sha256(found[2].encode()).hexdigest()[:32]
    return f"{found[1]} " + (f"$1c${digest}$" if found[1] == "irreversible-cipher" else f"%^%#{digest}%^%#")


class SimulatedVrp:
    """A router with its SSH server, as long as the ``with`` block is entered."""

    def __init__(
        self, text: str, *, host_key: paramiko.PKey, clock: Clock | None = None, two_stage: bool = False, **options: Any
    ) -> None:
        self.router = VrpRouter(text, clock or WallClock(), two_stage=two_stage)
        self._server = self.router.server(host_key, **options)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.port

    def running(self) -> str:
        """Return the running configuration."""
        with self.router.lock:
            return self.router.running

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, trace)
