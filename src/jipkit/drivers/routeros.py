"""RouterOsDriver: MikroTik RouterOS 6.4x and 7, over SSH, in NAPALM's shape."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Any

from napalm.base import NetworkDriver
from napalm.base.exceptions import (
    CommandErrorException,
    CommitError,
    ConnectionClosedException,
    MergeConfigException,
    ReplaceConfigException,
)

from jipkit.drivers.routeros_commit import Commit, Timing
from jipkit.drivers.routeros_console import Console, refusals
from jipkit.drivers.routeros_facts import megabytes, ping_answer, seconds, settings, version_numbers
from jipkit.drivers.routeros_memory import configuration
from jipkit.drivers.shape import Capabilities, CommitStatus
from napalm_frr.connection import SshOptions

_DRY_RUN_SINCE, _HIDES_SECRETS_SINCE = (7, 16), (7,)
_ENOUGH_MB = 1.0
"""Free space that a backup and a candidate need."""
_BETWEEN = re.compile(r"\s(?=[\w.-]+=)")


class RouterOsDriver(NetworkDriver):  # type: ignore[misc]  # napalm is untyped
    """A router that runs RouterOS. Its user needs the policies that a script of its scheduler gets, and ``sensitive``.

    ``optional_args`` besides those of SSH: the fields of `Timing`.
    """

    platform = "routeros"

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        options = dict(optional_args or {})
        self.hostname, self.username, self.password, self.timeout = hostname, username, password, timeout or 60
        self._timing = Timing(**{name: options[name] for name in Timing.__slots__ if name in options})
        ssh = SshOptions.from_optional_args(options)
        self._console = Console(hostname, username, password, ssh, self.timeout)
        self._version: tuple[int, ...] = ()
        self._candidate = ""
        self._commit_of: Commit | None = None

    # ------------------------------------------------------------------ connection
    def open(self) -> None:
        """Log in, and see that it is RouterOS that answers."""
        self._console.open()
        try:
            said = settings(self._console.ask("/system resource print"))
            self._version = version_numbers(said.get("version", ""))
        except Exception:
            self._console.close()
            raise
        if not self._version:
            self._console.close()
            raise CommandErrorException(f"{self.hostname}: '/system resource print' tells no version: no RouterOS?")

    def close(self) -> None:
        """Close the connection; a pending commit goes on waiting on the router."""
        self._console.close()
        self._candidate, self._commit_of = "", None

    def __exit__(self, *failure: object) -> None:
        """Close; unlike NAPALM's own, it leaves an exception that NAPALM does not name unprinted."""
        self.close()

    def is_alive(self) -> dict[str, bool]:
        """Return whether the connection is believed to work."""
        return {"is_alive": self._console.alive}

    # ------------------------------------------------------------------ what it says
    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, str | dict[str, Any]]:
        """Return what each command prints; one that RouterOS refuses prints that."""
        if encoding != "text":
            raise NotImplementedError(f"RouterOS answers in text, not in {encoding!r}")
        return {command: self._console.run(command) for command in commands}

    def get_facts(self) -> dict[str, Any]:
        """Return what the box is; ``uptime`` in seconds. A virtual one has no serial number."""
        resource = settings(self._console.ask("/system resource print"))
        board = settings(self._console.run("/system routerboard print"))
        name = settings(self._console.ask("/system identity print")).get("name", "")
        return {
            "hostname": name,
            "fqdn": name,
            "vendor": "MikroTik",
            "model": resource.get("board-name", ""),
            "os_version": resource.get("version", ""),
            "serial_number": board.get("serial-number", ""),
            "uptime": seconds(resource.get("uptime", "")),
            "interface_list": self._interfaces(),
        }

    def _interfaces(self) -> list[str]:
        said = self._console.ask("/interface print terse without-paging")
        words = [word for line in said.splitlines() for word in _BETWEEN.split(line)]
        return [word.removeprefix("name=").strip() for word in words if word.startswith("name=")]

    def ping(  # noqa: PLR0917 - NAPALM's signature
        self,
        destination: str,
        source: str = "",
        ttl: int = 255,
        timeout: int = 2,
        size: int = 100,
        count: int = 5,
        vrf: str = "",
        source_interface: str = "",
    ) -> dict[str, Any]:
        """Return the outcome of a ping in NAPALM's form; times in milliseconds."""
        del timeout  # RouterOS waits a second for each
        options = {"src-address": source, "interface": source_interface, "routing-table": vrf}
        said = "".join(f" {name}={value}" for name, value in options.items() if value)
        command = f"/ping address={destination} count={count} size={max(size, 28)} ttl={ttl}{said}"
        return ping_answer(self._console.run(command, silence_s=self.timeout + count))

    # ------------------------------------------------------------------ configuration
    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,
        sanitized: bool = False,
        format: str = "text",  # noqa: A002 - NAPALM's signature
    ) -> dict[str, str]:
        """Return the running configuration as ``/export terse`` prints it; there is no startup configuration.

        With its secrets, as far as the user's policy shows them: only so can they be compared. ``sanitized``: without.
        """
        if format != "text":
            raise NotImplementedError(f"RouterOS has no configuration in format {format!r}")
        running = configuration(self._export(full=full, secret=not sanitized)) if retrieve in ("all", "running") else ""
        return {"running": running, "startup": "", "candidate": self._candidate if retrieve != "running" else ""}

    def _export(self, *, full: bool = False, secret: bool = True) -> str:
        """Version 6 shows secrets unless it is told to hide them, version 7 hides them unless told to show them."""
        hides = self._version >= _HIDES_SECRETS_SINCE
        how = "" if secret != hides else " show-sensitive" if secret else " hide-sensitive"
        command = f"/export {'verbose ' if full else ''}terse{how}"
        said = self._console.whole(command, self._timing.export_silence_s)
        if "by RouterOS" not in said[:400]:
            raise CommandErrorException(f"{self.hostname}: {command!r}: {(refusals(said) or ['no export'])[0]}")
        return said

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Take commands as the candidate.

        Raises:
            MergeConfigException: there are none, or there is a control character in one.
        """
        text = _read(filename, config).replace("\r\n", "\n")
        for number, line in enumerate(text.split("\n"), 1):
            if not line.replace("\t", " ").isprintable():
                raise MergeConfigException(f"{self.hostname}: line {number}: a control character in it")
        if not text.strip():
            raise MergeConfigException(f"{self.hostname}: the candidate is empty")
        self._candidate = text.rstrip("\n") + "\n"

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Refuse: to replace a configuration RouterOS resets itself and restarts, and nothing brings the old one back.

        Raises:
            ReplaceConfigException: always.
        """
        del filename, config
        raise ReplaceConfigException(
            f"{self.hostname}: RouterOS cannot take a replacement back; send the commands that make it right"
        )

    def compare_config(self) -> str:
        """Return the candidate, after the router has read it without doing anything.

        Raises:
            MergeConfigException: the router refuses a line.
            NotImplementedError: it is too old for a dry run (before 7.16).
        """
        if not self._candidate:
            return ""
        if self._version < _DRY_RUN_SINCE:
            raise NotImplementedError(f"{self.hostname}: RouterOS cannot check an import before version 7.16")
        try:
            self._commit().dry_run(self._candidate)
        except CommandErrorException as error:
            raise MergeConfigException(f"{self.hostname}: {error}") from error
        return self._candidate

    def discard_config(self) -> None:
        """Forget the candidate."""
        self._candidate = ""

    def commit_config(self, message: str = "", revert_in: int | None = None) -> str:
        """Apply the candidate; the router takes it back after ``revert_in`` seconds. Without them it is final at once.

        Returns the name of the commit.

        Raises:
            CommitError: refused; the router was put back, or the message says that it was not.
            CommitConfirmException: a commit is pending.
            ConnectionException: the change cut our own path. Reconnect, see ``commit_status``.
        """
        if not self._candidate:
            raise CommitError(f"{self.hostname}: no candidate is loaded")
        if revert_in is not None and revert_in < 1:
            raise CommitError(f"{self.hostname}: revert_in is {revert_in}; it must be at least one second")
        token = secrets.token_hex(8)
        self._commit().apply(self._candidate, token, revert_in, " ".join(message.split())[:200])
        self.discard_config()
        return token

    def back_within(self, revert_in: int) -> int:
        """Return after how many seconds a change that nobody confirms is taken back: a restart comes with it."""
        return revert_in + int(self._timing.boot_limit_s)

    def has_pending_commit(self) -> bool:
        """Return whether a commit waits for its confirmation."""
        return bool(self.commit_status()["state"] == "pending")

    def confirm_commit(self, token: str = "") -> None:
        """Disarm the timer: RouterOS has saved the change already. It may be asked again.

        ``token`` is the one that `commit_config` has named; without it whatever waits is confirmed.

        Raises:
            CommitError: there is nothing to confirm, it was not applied as a whole, or it is not ``token``.
        """
        self._commit().confirm(token)

    def forget_commit(self) -> None:
        """Remove from the router what a confirmed change could be taken back by: `rollback` is no longer possible.

        Until then, and for an hour at most, a change can be taken back after its confirmation: a unit of routers
        stands or falls together.
        """
        self._commit().forget()

    def rollback(self) -> None:
        """Load the backup from before the last commit; the router restarts, and this waits for it.

        Raises:
            CommitError: there is nothing to go back to, or the router is not exactly as it was.
        """
        self._commit().rollback()

    def commit_status(self) -> CommitStatus:
        """Return what became of the last commit; the router remembers it across sessions and restarts."""
        return self._commit().status()

    def capabilities(self) -> Capabilities:
        """Return what this router can do, and why it cannot do the rest."""
        notes = []
        dry_run = self._version >= _DRY_RUN_SINCE
        if not dry_run:
            notes.append("a dry run needs RouterOS 7.16")
        mode = settings(self._console.run("/system device-mode print"))
        scheduler = mode.get("scheduler", "yes") != "no" and mode.get("flagged", "no") != "yes"
        if not scheduler:
            notes.append(f"device-mode {mode.get('mode', '')!r} forbids the scheduler that would take a change back")
        free = megabytes(settings(self._console.ask("/system resource print")).get("free-hdd-space", ""))
        room = free is not None and free >= _ENOUGH_MB
        if not room:
            notes.append("the disk has no room for the backup that would take a change back")
        return Capabilities(dry_run, scheduler and room, atomic_replace=False, notes=tuple(notes))

    def _commit(self) -> Commit:
        if not self._console.alive:
            raise ConnectionClosedException(f"{self.hostname}: not open")
        if self._commit_of is None:
            self._commit_of = Commit(self._console, self._export, self._timing)
        return self._commit_of


def _read(filename: str | None, config: str | None) -> str:
    if (filename is None) == (config is None):
        raise MergeConfigException("give either a filename or a configuration text")
    if filename is None:
        return config or ""
    try:
        return Path(filename).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MergeConfigException(f"cannot read {filename}: {error}") from error
