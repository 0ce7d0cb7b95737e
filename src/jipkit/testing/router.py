"""A router kept in memory: the configuration it runs, the one it has saved, and its rollback timer."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from jipkit.hostkeys import HostKey
from jipkit.testing.clock import Clock
from jipkit.testing.frr_model import FrrModel, RefusedError
from jipkit.testing.grammar import closed
from jipkit.testing.settings import PortSettings, Settings, settings_of
from napalm_frr.configuration import clean

VERSION = "8.4.4"

_OWN_LINES = ("frr version", "frr defaults", "hostname", "service integrated-vtysh-config", "username")
"""What stays when a whole configuration is loaded that leaves it unsaid."""
_NEVER_SHOWN = ("banner motd", "key chain", "domainname")
"""What FRR 8.4.4 accepts and then does not show."""
_LONG_KEY = re.compile(r"(message-digest-key \d+ md5 \S{16})\S+")
_UNTOUCHED = PortSettings()


@dataclass(frozen=True, slots=True)
class Record:
    """What the router remembers of its last commit; ``exact`` is None where the question does not arise."""

    token: str = ""
    state: str = "none"
    exact: bool | None = None
    when: float = 0.0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """A commit that waits for its confirmation: what was there before, and when it comes back."""

    token: str
    before: str
    deadline: float


class SimulatedRouter:
    """One router of a simulated district. It has ``ports``, and nothing of what is at their other ends."""

    def __init__(self, key: str, boot: str, ports: Iterable[str], clock: Clock, *, ours: bool = True) -> None:
        self.key, self.ports = key, tuple(ports)
        self.speaks_lldp = ours
        self.powered, self.frozen = True, False
        self.nonsense: str | None = None
        """What it answers to everything, if it has gone mad."""
        self.booted = clock.now()
        self.pending: Pending | None = None
        self.record = Record()
        self._previous: str | None = None
        self._keys = 1
        self._clock = clock
        self._running, self._settings = _read(_taken(boot))
        self.saved = self.running

    # ------------------------------------------------------------------ what it holds
    @property
    def running(self) -> str:
        """The running configuration, as FRR shows it, without header and ``end``."""
        return self._running

    @property
    def settings(self) -> Settings:
        return self._settings

    def port(self, name: str) -> PortSettings:
        """Return what the configuration says of a port; nothing said means open and without address."""
        return self._settings.ports.get(name, _UNTOUCHED)

    @property
    def host_key(self) -> HostKey:
        """The key that its SSH server shows."""
        digest = hashlib.sha256(f"{self.key} {self._keys}".encode()).digest()
        parts = (b"ssh-ed25519", digest)
        blob = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return HostKey("ssh-ed25519", base64.b64encode(blob).decode())

    def new_host_key(self) -> None:
        self._keys += 1

    # ------------------------------------------------------------------ changing it
    def merge(self, lines: Iterable[str]) -> None:
        """Take lines one after the other, as ``vtysh -f`` does: what came before a refused one is in force.

        Raises:
            RefusedError: FRR refuses a line.
        """
        model = FrrModel(self._running)
        try:
            model.take(_taken("\n".join(lines)).splitlines())
        finally:
            self._running, self._settings = _shown(model)

    def replace(self, text: str) -> None:
        """Make the running configuration ``text``; FRR's own lines stay where it does not speak of them.

        Raises:
            RefusedError: FRR refuses a line; nothing has changed.
        """
        own = [line for line in self._running.splitlines() if line.startswith(_OWN_LINES)]
        kept = [line for line in own if not _speaks_of(text, line)]
        self._running, self._settings = _read("\n".join([*kept, _taken(text)]))

    def save(self) -> None:
        self.saved = self._running

    # ------------------------------------------------------------------ power
    def boot(self) -> None:
        """Start from the saved configuration; a commit that nobody confirmed is gone, and so is its timer."""
        self.powered, self.frozen = True, False
        self.booted = self._clock.now()
        self._running, self._settings = _read(self.saved)
        if self.pending is not None:
            exact = self._running == self.pending.before
            detail = "the timer is gone; the configuration from before is running"
            if not exact:
                detail = "the router was restarted; it runs its startup configuration"
            self._remember(self.pending.token, "reverted", detail, exact=exact)
            self.pending = None

    # ------------------------------------------------------------------ commit, confirm, put back
    def apply(self, token: str, mode: str, revert_in: float, candidate: str) -> str | None:
        """Apply a candidate with a timer armed before; return what FRR refused, and then all is as it was."""
        before = self._running
        try:
            if mode == "merge":
                self.merge(candidate.splitlines())
            else:
                self.replace(candidate)
        except RefusedError as error:
            self._running, self._settings = _read(before)
            self._remember(token, "failed", "refused by FRR (status 1), put back", exact=True)
            return str(error)
        self.pending = Pending(token, before, self._clock.now() + revert_in)
        self._remember(token, "pending", f"until {self.pending.deadline:.0f}")
        return None

    def confirm(self, pending: Pending) -> None:
        """Save what is running; ``pending`` is final."""
        self.save()
        self._previous = pending.before
        self._remember(pending.token, "confirmed", "saved")
        self.pending = None

    def roll_back(self, token: str, reason: str) -> bool:
        """Put back what was there before the pending commit or, if none is, before the last one; False: nothing was."""
        if self.pending is not None:
            self._give_up(self.pending, reason)
            return True
        if self._previous is None:
            return False
        before, self._previous = self._running, self._previous
        self._running, self._settings = _read(self._previous)
        self._previous = before
        self.save()
        self._remember(token, "reverted", "by request, saved", exact=True)
        return True

    def keep_time(self) -> bool:
        """Let the timer do what it has to do by now; return whether it did."""
        pending = self.pending
        if pending is None or not self.powered or self.frozen or self._clock.now() < pending.deadline:
            return False
        self._give_up(pending, "not confirmed in time")
        return True

    def _give_up(self, pending: Pending, reason: str) -> None:
        self._running, self._settings = _read(pending.before)
        self._remember(pending.token, "reverted", reason, exact=True)
        self.pending = None

    def _remember(self, token: str, state: str, detail: str, *, exact: bool | None = None) -> None:
        self.record = Record(token, state, exact, self._clock.now(), detail)


@lru_cache(maxsize=1024)
def _read(text: str) -> tuple[str, Settings]:
    """Return what FRR shows and does after a start with ``text``.

    Raises:
        RefusedError: FRR refuses a line.
    """
    return _shown(FrrModel(text))


def _shown(model: FrrModel) -> tuple[str, Settings]:
    for line in [line for line in model.config if line.startswith(_NEVER_SHOWN)]:
        del model.config[line]
    try:
        return clean(model.text()), settings_of(model.config)
    except (ValueError, IndexError) as error:
        raise RefusedError(f"a value that FRR does not understand: {error}") from error


def _taken(text: str) -> str:
    """Return ``text`` as FRR takes it: each block closed, an OSPF key cut to the 16 characters that count."""
    return _LONG_KEY.sub(r"\1", closed(clean(text)))


def _speaks_of(text: str, line: str) -> bool:
    start = " ".join(line.split()[: 2 if line.startswith("frr") else 1])
    return any(other.startswith(start) for other in text.splitlines())
