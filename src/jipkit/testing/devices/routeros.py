"""A simulated RouterOS router behind a real SSH server, with files, scheduler, backups and restarts."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import paramiko

from jipkit.hostkeys import HostKey
from jipkit.testing.clock import Clock, WallClock
from jipkit.testing.devices.routeros_api import ApiServer
from jipkit.testing.devices.routeros_console import Console
from jipkit.testing.devices.routeros_files import sftp
from jipkit.testing.devices.routeros_firewall import Caller, lets_in
from jipkit.testing.devices.routeros_terminal import RouterOsTerminal
from jipkit.testing.models.routeros import Model, Refused
from jipkit.testing.models.routeros.menus import milliseconds
from jipkit.testing.ssh import SshServer, Visit

_TICK_S = 0.01
_LAST_WORDS_S = 0.05
"""How long sessions last after the command that restarts the router: it is still answered."""
_POLICY = frozenset({"ftp", "reboot", "read", "write", "policy", "test"})
"""What a scheduled script must be allowed to do so that it can load a backup."""

HOME_MODE: Mapping[str, str] = {"mode": "home", "scheduler": "no", "fetch": "no", "container": "no"}
"""Device-mode of a home router: its scheduler is switched off until somebody presses the button."""
ADVANCED_MODE: Mapping[str, str] = {"mode": "advanced", "scheduler": "yes", "fetch": "yes", "container": "no"}


@dataclass(frozen=True, slots=True)
class Backup:
    """A binary backup: everything as it was, with the numbers of the rows."""

    model: Model
    password: str = ""


@dataclass(slots=True)
class _Schedule:
    """When a row of the scheduler is due next."""

    script: str
    every_s: float
    due: float
    allowed: bool


@dataclass(slots=True)
class Box:
    """What the hardware is, and how it behaves."""

    version: str = "7.16.2"
    board: str = "RB4011iGS+"
    serial: str = "REKAAN-0002"
    boot_s: float = 35.0
    """From the command to the first login; measured on real ones."""
    firewall_s: float = 1.0
    """How long new logins still pass after a rule that drops them."""
    mode: Mapping[str, str] = field(default_factory=lambda: ADVANCED_MODE)
    """Device-mode; known from 7.17 on."""
    flash: bool = False
    """Files survive a restart in ``flash/`` alone, as on small boards."""
    free_bytes: int = 400 << 20
    answers: Mapping[str, str] = field(default_factory=dict)
    """What commands print, by the whole command: captures of a real router."""
    severed_by: str | None = None
    """A line of an import that breaks the way to us. The session ends, and the import with it: nobody knows whether a
    real one would go on, so the worse is supposed."""
    caller: Caller | None = None
    """Where logins come from, for the firewall; None: it is not asked."""


class SimulatedRouterOs:
    """One router. It serves until the ``with`` block ends; ``config`` is any export.

    What it stands for: logins by key or password, whatever the suffix of the user name asks of the console; commands on
    exec channels and in a shell, and sentences of the API; files over SFTP; ``/import`` that stops at the first line
    refused, with what came before in force; ``/system backup load`` and ``/system reboot`` that end every session and
    come back after ``boot_s``; a scheduler that runs by ``clock``, and only where device-mode lets it.
    """

    def __init__(
        self,
        config: str = "",
        box: Box | None = None,
        *,
        clock: Clock | None = None,
        host_key: paramiko.PKey | None = None,
        keys: tuple[paramiko.PKey, ...] = (),
        password: str | None = None,
        api: bool = False,
    ) -> None:
        self.box, self.clock = box or Box(), clock or WallClock()
        self.model = Model(config, version=self.box.version)
        self.model.header = ""  # it writes its own
        self.files: dict[str, bytes | Backup] = {}
        self.log: list[str] = []
        self.lock = threading.RLock()
        self.boots = self.cuts = 0
        self.commands: list[str] = []
        self._booted, self._up_at = self.clock.now(), self.clock.now()
        self._cut_at: float | None = None
        self._schedules: dict[str, _Schedule] = {}
        self._jobs: list[str] = []
        self._dropping_since: float | None = None
        self._done = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="routeros", daemon=True)
        self._server = SshServer(  # noqa: S604 - a shell that we simulate
            host_key or paramiko.ECDSAKey.generate(),
            self._answer,
            keys=keys,
            password=password,
            shell=lambda visit: RouterOsTerminal(visit, self).serve(),
            subsystems={"sftp": self._sftp},
            hears_out=False,
            admits=self._admits,
            software="ROSSSH",
        )
        self._api = ApiServer(self, password) if api else None

    # ------------------------------------------------------------------ for tests
    @property
    def port(self) -> int:
        """The port that its SSH server listens on, on the loopback."""
        return self._server.port

    @property
    def api_port(self) -> int:
        """The port that its API listens on; 0 if it does not."""
        return self._api.port if self._api else 0

    @property
    def host_key(self) -> HostKey:
        return self._server.host_key

    @property
    def logins(self) -> list[str]:
        """Who has logged in so far, by the name they gave."""
        return self._server.logins

    @property
    def uptime_s(self) -> float:
        return self.clock.now() - self._booted

    @property
    def awake(self) -> bool:
        """Whether it is up and takes logins."""
        return self.clock.now() >= self._up_at

    def cut(self) -> None:
        """Cut every session, as when a line breaks."""
        self.cuts += 1
        self._server.cut()
        if self._api:
            self._api.cut()

    def __enter__(self) -> Self:
        self._server.__enter__()
        if self._api:
            self._api.__enter__()
        self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._ticker.join()
        if self._api:
            self._api.__exit__(kind, error, trace)
        self._server.__exit__(kind, error, trace)

    # ------------------------------------------------------------------ what commands do
    def execute(self, script: str) -> None:
        """Run a script on its own, as ``:execute`` and the scheduler do."""
        self._jobs.append(script)

    def reboot(self) -> None:
        """Go down and come back: sessions end, and what was only in memory is gone."""
        self._up_at = self.clock.now() + self.box.boot_s
        self._cut_at = time.monotonic() + _LAST_WORDS_S
        self.boots += 1
        self._schedules.clear()
        if self.box.flash:
            self.files = {name: held for name, held in self.files.items() if name.startswith("flash/")}

    def save(self, name: str, password: str) -> None:
        """Keep a backup of everything."""
        self.files[name] = Backup(self.model.copy(), password)

    def load(self, name: str, password: str) -> str | None:
        """Put a backup back and restart; return why not."""
        backup = self.files.get(name)
        if not isinstance(backup, Backup):
            return "failure: no such file"
        if backup.password != password:
            return "failure: wrong password"
        self.model = backup.model.copy()
        self.reboot()
        return None

    # ------------------------------------------------------------------ time
    def _tick(self) -> None:
        while not self._done.wait(_TICK_S):
            with self.lock:
                self._keep_time()

    def _keep_time(self) -> None:
        if self._cut_at is not None and time.monotonic() >= self._cut_at:
            self._cut_at = None
            self.cut()
        now = self.clock.now()
        if now < self._up_at:
            return
        if self._booted < self._up_at:
            self._booted = self._up_at
            self._jobs += [row["on-event"] for row in self._scheduler() if row.get("start-time") == "startup"]
        self._watch_firewall(now)
        for script in [*self._pop_jobs(), *self._due(now)]:
            said = Console(self, "").run(script)
            self.log += [f"script,error {said.strip()}"] if said.strip() else []
            if not self.awake:
                return

    def _pop_jobs(self) -> list[str]:
        jobs, self._jobs = self._jobs, []
        return jobs

    def _scheduler(self) -> Iterator[Mapping[str, str]]:
        return (row for row in self.model.rows("/system scheduler") if row["disabled"] == "no")

    def _due(self, now: float) -> Iterator[str]:
        rows = {row[".id"]: row for row in self._scheduler() if row.get("start-time") != "startup"}
        self._schedules = {key: held for key, held in self._schedules.items() if key in rows}
        for key, row in rows.items():
            every = (milliseconds(row["interval"]) or 0) / 1000
            allowed = set(row["policy"].split(",")) >= _POLICY
            schedule = self._schedules.setdefault(key, _Schedule(row["on-event"], every, now + every, allowed))
            if every and now >= schedule.due:
                schedule.due += every
                if schedule.allowed:
                    yield schedule.script
                else:
                    self.log.append("script,error not enough permissions")

    # ------------------------------------------------------------------ sessions
    def _watch_firewall(self, now: float) -> None:
        caller = self.box.caller
        if caller is None or lets_in(self.model, caller):
            self._dropping_since = None
        elif self._dropping_since is None:
            self._dropping_since = now

    def _admits(self) -> bool:
        with self.lock:
            self._keep_time()
            now = self.clock.now()
            if self._cut_at is not None:  # old sessions end before new ones begin
                self._cut_at = None
                self.cut()
            dropped = self._dropping_since is not None and now >= self._dropping_since + self.box.firewall_s
            return self.awake and not dropped

    def _answer(self, command: str) -> bytes:
        with self.lock:
            self._keep_time()
            self.commands.append(command)
            said = Console(self, "").run(command)
            self._watch_firewall(self.clock.now())
        return said.replace("\n", "\r\n").encode()

    def _sftp(self, visit: Visit, name: str) -> int:
        return sftp(self, visit, name)


__all__ = ["ADVANCED_MODE", "HOME_MODE", "Backup", "Box", "Caller", "Refused", "SimulatedRouterOs"]
