"""A simulated Cisco IOS or IOS-XE router: what it holds, saves and archives, and the timer that takes a change back.

What is typed in configuration mode goes through `jipkit.testing.models.indented` line by line, in force at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import paramiko

from jipkit.testing.clock import Clock, WallClock
from jipkit.testing.devices.ios_terminal import IosTerminal
from jipkit.testing.models.indented import IOS, Model
from jipkit.testing.ssh import SshServer, Visit

RUNNING, STARTUP = "system:running-config", "nvram:startup-config"
_MOST_ARCHIVED = 10


@dataclass(frozen=True, slots=True)
class Pending:
    """A change that waits for ``configure confirm``: it is taken back from ``backup`` when ``deadline`` has come."""

    backup: str
    user: str
    minutes: int
    since: float

    @property
    def deadline(self) -> float:
        return self.since + self.minutes * 60


@dataclass
class Troubles:
    """What goes wrong on purpose.

    ``cut_at``: when this line has been typed (and taken) the session breaks off. ``refuse``: a line that is answered
    with ``refusal`` although nothing is wrong with it. ``cannot_save``: the memory for the saved configuration is full.
    ``cannot_archive``: the flash is full, and a copy that it says it makes is not made.
    """

    cut_at: str | None = None
    refuse: str | None = None
    refusal: str = "% Invalid input detected at '^' marker."
    cannot_save: bool = False
    cannot_archive: bool = False


@dataclass
class IosRouter:
    """A router that was loaded from ``text``; ``answers`` are what it says to commands about its state.

    Whether it has an archive and a log is what its configuration says: without ``archive`` and a
    ``path`` in it there is no timer, and without ``logging buffered`` it forgets what became of a change.
    """

    text: str
    clock: Clock = field(default_factory=WallClock)
    version: str = "15.7(3)M8"
    answers: Mapping[str, str | Callable[[], str]] = field(default_factory=dict)
    privilege: int = 15
    enable_password: str | None = None
    reaches: Callable[[str], bool] = lambda _: True
    troubles: Troubles = field(default_factory=Troubles)

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.model = Model(self.text, IOS)
        self.startup = self.text
        self.files: dict[str, str] = {}
        self.archived: list[str] = []
        self.pending: Pending | None = None
        self.log: list[str] = []
        self.generation = 0
        """How often the whole configuration was replaced: whoever typed in it is at its top again."""
        self.booted = self.changed = self.clock.now()
        self._count = 0

    # ------------------------------------------------------------------ reaching it
    def shell(self, visit: Visit) -> None:
        """Serve a session that somebody has opened."""
        IosTerminal(visit, self).serve()

    def server(self, host_key: paramiko.PKey, password: str = "", **options: Any) -> SshServer:
        """Return an SSH server for it, which serves as long as its ``with`` block is entered."""
        return SshServer(
            host_key,
            lambda _: b"",
            password=password,
            shell=self.shell,
            software="Cisco-1.25",
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
        return held.text.split()[1] if held else "Router"

    @property
    def archive_path(self) -> str | None:
        """Where copies go, from ``archive`` / ``path`` in the configuration; None where nobody has said."""
        archive = self.model.root.get(("archive",))
        held = (archive.block or {}).get(("path",)) if archive else None
        return held.text.split()[1] if held else None

    @property
    def logs(self) -> bool:
        """Whether it keeps a log in memory: stands for routers where nobody said ``logging buffered``."""
        return ("logging", "buffered") in self.model.root

    def content(self, name: str) -> str | None:
        """Return a configuration by the name of its file."""
        return {RUNNING: self.running, STARTUP: self.startup}.get(name, self.files.get(name))

    # ------------------------------------------------------------------ saving and archiving
    def save(self) -> bool:
        """Make the running configuration the one that it starts with."""
        if self.troubles.cannot_save:
            return False
        self.startup = self.running
        archive = self.model.root.get(("archive",))
        if archive and ("write-memory",) in (archive.block or {}):
            self.archive()
        return True

    def archive(self) -> str:
        """Keep a copy of the running configuration, and return its name: the path, the time and a number."""
        name = f"{self.archive_path}-{self.now():%b-%d-%H-%M-%S}.000-{self._count}"
        self._count += 1
        self.files[name] = self.running
        self.archived = [*self.archived, name][-_MOST_ARCHIVED:]
        return name

    # ------------------------------------------------------------------ the timer
    def arm(self, minutes: int, user: str) -> str:
        """Take the running configuration back in ``minutes`` unless somebody confirms; return where it is kept.

        Stands for ``configure terminal revert timer``: IOS archives the configuration, then lets one type.
        """
        backup = self.archive()
        self.pending = Pending(backup, user, minutes, self.clock.now())
        self.note("BACKUP", f"Backing up current running config to {backup}")
        self.note("START_ABSTIMER", f"User: {user}: Scheduled to rollback to config {backup} in {minutes} minutes")
        return backup

    def confirm(self, user: str) -> bool:
        """Keep what was changed: the timer is off. It is not saved."""
        if self.pending is None:
            return False
        self.pending = None
        self.note("CONFIRM", f"User: {user}: Confirm the configuration change")
        return True

    def revert(self, user: str) -> str | None:
        """Take the change back now; return from where, None when none is pending."""
        if self.pending is None:
            return None
        self.note("ROLLBACK_NOW", f"User: {user}: Rollback immediately.")
        return self._roll_back(self.pending)

    def tick(self) -> None:
        """Let the timer do what it would have done by now."""
        if self.pending is not None and self.clock.now() >= self.pending.deadline:
            self._roll_back(self.pending)

    def replace(self, name: str) -> bool:
        """Make the running configuration that of a file, as ``configure replace`` does."""
        text = self.content(name)
        if text is None:
            return False
        held = Model(text, IOS).root
        self.model.root.clear()
        self.model.root.update(held)
        self.generation += 1
        self.changed = self.clock.now()
        return True

    def _roll_back(self, pending: Pending) -> str:
        self.pending = None
        self.note("ROLLBACK_START", f"Start rolling to: {pending.backup}")
        self.replace(pending.backup)
        return pending.backup

    # ------------------------------------------------------------------ time and log
    def now(self) -> datetime:
        """Return its time."""
        return datetime.fromtimestamp(self.clock.now(), UTC)

    def note(self, mnemonic: str, words: str) -> None:
        """Write down in its log what became of a change that waits for confirmation."""
        if self.logs:
            stamp = f"{self.now():%b %e %H:%M:%S}.000"
            self.log.append(f"*{stamp}: %ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_{mnemonic}: {words}")
