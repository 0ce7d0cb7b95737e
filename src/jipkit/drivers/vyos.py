"""VyOS over SSH: our lines as one commit, on the router's own timer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from napalm.base import NetworkDriver
from napalm.base.exceptions import (
    CommandErrorException,
    CommitError,
    ConnectionException,
    MergeConfigException,
    ReplaceConfigException,
)
from napalm.base.netmiko_helpers import netmiko_args
from netmiko.exceptions import NetmikoTimeoutException

from jipkit.drivers import vyos_session as session
from jipkit.drivers.shape import Capabilities, CommitStatus
from jipkit.drivers.vyos_commit import Commit
from jipkit.drivers.vyos_console import Console, RefusedLine, Shell

_RESTART_S = 180
"""How long a restart takes until somebody can log in again."""
_TRIED = (
    "lines are tried first, which finds wrong paths and values; what a commit would refuse besides it tells no sooner"
)
_RESTARTS = "a change that nobody confirms is taken back by a restart"
_NO_REVISIONS = "VyOS 1.3 has no timer without `set system config-management commit-revisions`"


class VyosDriver(NetworkDriver):  # type: ignore[misc]  # napalm is untyped
    """A router that runs VyOS 1.3 or 1.4. The account must be an administrator: it needs the shell."""

    platform = "vyos"

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        self.hostname, self.username, self.password, self.timeout = hostname, username, password, timeout or 60
        self._options = netmiko_args(dict(optional_args or {}))
        self.device: Any = None
        self._lines: tuple[str, ...] = ()

    # ------------------------------------------------------------------ connection
    def open(self) -> None:
        """Log in, by the host key that is known, and have long answers come without a pause."""
        try:
            self.device = Shell(
                host=self.hostname,
                username=self.username,
                password=self.password,
                timeout=self.timeout,
                device_type="vyos",
                **self._options,
            )
        except NetmikoTimeoutException as error:
            raise ConnectionException(f"{self.hostname}: no session: {error}") from error
        except ValueError as error:
            raise ConnectionException(f"{self.hostname}: no prompt of VyOS") from error

    def close(self) -> None:
        """Close the connection at once; a commit that waits goes on waiting on the router."""
        self._lines = ()
        if self.device is not None:
            self.device.paramiko_cleanup()
        self.device = None

    def __exit__(self, *failure: object) -> None:
        """Close; unlike NAPALM's own, it leaves an exception that NAPALM does not name unprinted."""
        self.close()

    def is_alive(self) -> dict[str, bool]:
        """Return whether the connection is believed to work."""
        return {"is_alive": self.device is not None and bool(self.device.remote_conn.transport.is_active())}

    # ------------------------------------------------------------------ what it says
    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, str]:
        """Return what each command prints; one that VyOS does not know prints that."""
        if encoding != "text":
            raise NotImplementedError(f"VyOS answers in text, not in {encoding!r}")
        return {command: self._console().whole(command) for command in commands}

    def get_facts(self) -> dict[str, Any]:
        """Return what the box is, as far as a few commands tell it."""
        said = self._console().ask("show version")
        found = dict(line.split(":", 1) for line in said.splitlines() if ":" in line)
        name = self._console().ask("/bin/hostname")
        return {
            "hostname": name,
            "fqdn": name,
            "vendor": "VyOS",
            "os_version": found.get("Version", "").strip().removeprefix("VyOS "),
            "interface_list": [],
        }

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,
        sanitized: bool = False,
        format: str = "text",  # noqa: A002 - NAPALM's signature
    ) -> dict[str, str]:
        """Return the running and the saved configuration as commands, secrets and all."""
        if format != "text" or full or sanitized:
            raise NotImplementedError("VyOS has one text of its configuration")
        asked = {"running": session.RUNNING, "startup": session.SAVED}
        wanted = {name: command for name, command in asked.items() if retrieve in ("all", name)}
        return {"running": "", "startup": "", "candidate": ""} | {
            name: self._console().whole(command) for name, command in wanted.items()
        }

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
        del vrf
        origin = source or source_interface
        command = f"/bin/ping -n -c {count} -i 0.2 -W {timeout} -s {size} -t {ttl}{f' -I {origin}' if origin else ''}"
        return session.ping_answer(self._console().ask(f"{command} {destination}", self.timeout + count * timeout))

    # ------------------------------------------------------------------ the candidate
    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Take ``set`` and ``delete`` lines.

        Raises:
            MergeConfigException: there is none, or another line.
        """
        self._lines = ()
        text = Path(filename).read_text(encoding="utf-8") if filename else config or ""
        try:
            lines = tuple(session.pieces(text))
        except ValueError as error:
            raise MergeConfigException(f"{self.hostname}: {error}") from error
        if not lines:
            raise MergeConfigException(f"{self.hostname}: no line")
        self._lines = lines

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Refuse: what is sent are lines that change what runs.

        Raises:
            ReplaceConfigException: always.
        """
        del filename, config
        raise ReplaceConfigException(f"{self.hostname}: VyOS is changed by lines")

    def compare_config(self) -> str:
        """Return what the lines would change, as the router says it; they are typed, and dropped again.

        Raises:
            MergeConfigException: the router refuses a line, or could not take a change back exactly.
        """
        if not self._lines:
            return ""
        unsaved = self._commit().unsaved()
        if unsaved:
            raise MergeConfigException(f"{self.hostname}: {unsaved}")
        console = self._console()
        console.configure()
        try:
            console.type_lines(self._lines)
            return console.ask("compare")
        except RefusedLine as refused:
            raise MergeConfigException(f"{self.hostname}: {refused}") from refused
        finally:
            console.leave()

    def discard_config(self) -> None:
        """Forget the candidate."""
        self._lines = ()

    # ------------------------------------------------------------------ changing
    def commit_config(self, message: str = "", revert_in: int | None = None) -> str:
        """Commit the lines; unless they are confirmed the router restarts with what is saved. Nothing is saved.

        Returns the name of the commit. ``revert_in`` is rounded up to minutes, which is all that VyOS counts in.

        Raises:
            CommitError: a line or the commit was refused; the router was put back, or the error says that it was not.
            CommitConfirmException: the timer cannot be armed; nothing was changed.
            ConnectionClosedException: the session is gone; if it was committed, the timer runs.
        """
        if not self._lines:
            raise CommitError(f"{self.hostname}: no candidate is loaded")
        token = self._commit().apply(self._lines, message, revert_in)
        self.discard_config()
        return token

    def back_within(self, revert_in: int) -> int:
        """Return after how many seconds a change that nobody confirms is taken back: after minutes, and a restart."""
        return max(1, -(-revert_in // 60)) * 60 + _RESTART_S

    def has_pending_commit(self) -> bool:
        """Return whether a commit waits for its confirmation, ours or somebody else's."""
        return self._commit().timer_runs()

    def confirm_commit(self, token: str = "") -> None:
        """Stop the timer, then save. It may be asked again after a session that was lost.

        ``token`` is the one that `commit_config` has named; without it whatever waits is confirmed.

        Raises:
            CommitError: the router has taken the change back, or cannot save, or what waits is not ``token``.
        """
        self._commit().confirm(token)

    def rollback(self) -> None:
        """Load and commit what was saved before the last commit, stop the timer and save; no restart is needed.

        Raises:
            CommitError: there is nothing to go back to, or the router is not exactly as it was.
        """
        self._commit().rollback()

    def commit_status(self) -> CommitStatus:
        """Return what became of the last commit; the router remembers it across sessions and restarts."""
        return self._commit().status()

    def capabilities(self) -> Capabilities:
        """Return what this router can do; 1.3 has a timer only where it keeps revisions.

        There is no dry run: a line is looked at by itself when it is typed, and what the parts of the system have
        against all of them together they say only while they commit. A commit without effect came after 1.4.
        """
        old = str(self.get_facts()["os_version"]).startswith(("1.2", "1.3"))
        kept = any(
            words[1:4] == ("system", "config-management", "commit-revisions") for words in self._commit().running()
        )
        timer = kept or not old
        return Capabilities(
            dry_run=False,
            device_timer=timer,
            atomic_replace=False,
            notes=(_RESTARTS if timer else _NO_REVISIONS, _TRIED),
        )

    def _console(self) -> Console:
        if self.device is None:
            raise CommandErrorException(f"{self.hostname}: not open")
        return Console(self.device, self.hostname, self.timeout)

    def _commit(self) -> Commit:
        return Commit(self._console(), self.hostname)
