"""FRRDriver: connecting and committing; what it reads comes from `napalm_frr.getters`."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from napalm.base import NetworkDriver
from napalm.base.exceptions import (
    CommandErrorException,
    CommitError,
    ConnectionClosedException,
    ConnectionException,
    MergeConfigException,
    ReplaceConfigException,
)

from napalm_frr import configuration
from napalm_frr.connection import SshOptions, connect
from napalm_frr.device import DeviceSide, Mode
from napalm_frr.getters import Getters
from napalm_frr.shell import MEBIBYTE, Shell

logger = logging.getLogger(__name__)

_STARTUP = "cd /etc/frr && { [ ! -e frr.conf ] || cat frr.conf; }"
"""Never saved is empty, but a directory that may not be read is an error."""
_CHECK = "cat | timeout 60 vtysh -C -f /proc/self/fd/0"
"""Checks grammar alone and keeps no file; by way of cat, because a socket cannot be opened by its name."""
_GUARD_S = 120
"""Timer of a commit without ``revert_in``: it fires only if we are killed before we have verified."""


class FRRDriver(Getters, NetworkDriver):  # type: ignore[misc]  # napalm is untyped
    """A router running FRRouting, reached over SSH with a shell account in group frrvty."""

    platform = "frr"

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
        self._directory: str = options.pop("frr_dir", "")
        self._limit_bytes: int = options.pop("max_answer_bytes", 32 * MEBIBYTE)
        self._options = SshOptions.from_optional_args(options)
        self._session: Shell | None = None
        self._device: DeviceSide | None = None
        self._mode: Mode | None = None
        self._candidate = ""

    # ------------------------------------------------------------------ connection
    def open(self) -> None:
        """Log in; the account must have a shell, and vtysh must let it in."""
        client = connect(self.hostname, self.username, self.password, self._options)
        shell = Shell(client, self.hostname, timeout_s=self.timeout, limit_bytes=self._limit_bytes)
        try:
            probe = shell.run("command -v vtysh >/dev/null && echo shell", name="open")
        except Exception:
            shell.close()
            raise
        if probe.out.strip() != "shell":
            shell.close()
            raise ConnectionException(
                f"{self.hostname}: {self.username} has no shell with vtysh on its path (it answered"
                f" {(probe.out or probe.err).strip()[:80]!r}); an account with vtysh as login shell will not do"
            )
        self._session = shell
        self._device = DeviceSide(shell, self._directory)

    def close(self) -> None:
        """Close the connection; a pending commit goes on waiting on the router."""
        if self._session is not None:
            self._session.close()
        self._session = self._device = None
        self._mode, self._candidate = None, ""

    def __exit__(self, *failure: object) -> None:
        """Close; unlike NAPALM's own, it leaves an exception that NAPALM does not name unprinted."""
        self.close()

    def is_alive(self) -> dict[str, bool]:
        """Return whether the connection is believed to work."""
        return {"is_alive": self._session is not None and self._session.alive}

    # ------------------------------------------------------------------ configuration
    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Take a whole configuration as the candidate; the router has checked its grammar."""
        self._load("replace", filename, config, ReplaceConfigException)

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Take lines to add (and ``no`` lines to take away) as the candidate; the router has checked them."""
        self._load("merge", filename, config, MergeConfigException)

    def compare_config(self) -> str:
        """Return what a commit would change: ``+``/``-`` lines under the lines they stand in, or nothing.

        It shows secrets that change; ``napalm_frr.configuration.sanitize`` hides them.
        """
        if self._mode is None:
            return ""
        compare = configuration.diff_replace if self._mode == "replace" else configuration.diff_merge
        return compare(self._running(), self._candidate)

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        """Apply the candidate and verify by reading back; without ``revert_in``, save it too.

        With ``revert_in`` nothing is saved before ``confirm_commit``; the router puts the old
        configuration back by itself after that many seconds.

        Raises:
            CommitError: refused, or not what the candidate asked for; the router was put back.
            ConnectionClosedException: the change cut our own path. Reconnect, see ``commit_status``.
        """
        if self._mode is None:
            raise CommitError(f"{self.hostname}: no candidate is loaded")
        if revert_in is not None and revert_in < 1:
            raise CommitError(f"{self.hostname}: revert_in is {revert_in}; it must be at least one second")
        applied = self._side().commit(self._candidate, self._mode, revert_in or _GUARD_S, _one_line(message))
        verdict = (
            configuration.judge_replace(self._candidate, applied.after)
            if self._mode == "replace"
            else configuration.judge_merge(self._candidate, applied.before, applied.after)
        )
        if not verdict.good:
            status = self._side().rollback("not what the candidate asked for")
            back = "exactly as before" if status.exact else f"NOT as before: {status.detail}"
            raise CommitError(f"{self.hostname}: the router does not hold what was asked for; it is {back}:\n{verdict}")
        if revert_in is None:
            self._side().confirm(applied.token)
        logger.info("%s: committed (%s, revert_in=%s)", self.hostname, self._mode, revert_in)
        self.discard_config()

    def has_pending_commit(self) -> bool:
        """Return whether a commit waits for its confirmation."""
        return self._side().status().state == "pending"

    def confirm_commit(self) -> None:
        """Save the pending commit and disarm its timer."""
        self._side().confirm("")

    def confirm_named(self, token: str) -> None:
        """Save the pending commit if it is the one that ``token`` names, and disarm its timer."""
        self._side().confirm(token)

    def rollback(self) -> None:
        """Put back the configuration from before the pending commit or, if none is, the last one (and save).

        Raises:
            CommitError: there is nothing to go back to, or the router is not exactly as it was.
        """
        status = self._side().rollback()
        if not status.exact:
            raise CommitError(f"{self.hostname}: rolled back, but not exactly: {status.detail}")

    def discard_config(self) -> None:
        """Forget the candidate."""
        self._mode, self._candidate = None, ""

    def commit_status(self) -> dict[str, Any]:
        """Return what became of the last commit; the router remembers it across sessions.

        ``state`` is none, pending, confirmed, reverted or failed; ``exact`` whether configuration,
        addresses and routes are as before it (None where the question does not arise); ``when`` in
        seconds since 1970; ``token`` names the commit; ``detail`` says why.
        """
        return dataclasses.asdict(self._side().status())

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,
        sanitized: bool = False,
        format: str = "text",  # noqa: A002 - NAPALM's signature
    ) -> dict[str, str]:
        """Return the running, startup and candidate texts as FRR writes them, without header and ``end``."""
        del full  # FRR never shows its defaults
        if format != "text":
            raise NotImplementedError(f"FRR has no configuration in format {format!r}")
        readers: dict[str, Callable[[], str]] = {
            "running": self._running,
            "startup": self._startup,
            "candidate": lambda: self._candidate,
        }
        texts = {name: read() if retrieve in {name, "all"} else "" for name, read in readers.items()}
        return {name: configuration.sanitize(text) if sanitized else text for name, text in texts.items()}

    # ------------------------------------------------------------------ inside
    def _side(self) -> DeviceSide:
        if self._device is None:
            raise ConnectionClosedException(f"{self.hostname}: not open")
        return self._device

    def _load(self, mode: Mode, filename: str | None, config: str | None, failure: type[Exception]) -> None:
        self.discard_config()
        text = _read(filename, config, failure)
        try:
            candidate = configuration.candidate_text(text)
        except ValueError as error:
            raise failure(f"{self.hostname}: {error}") from error
        answer = self._shell().run(_CHECK, stdin=candidate, name="check the candidate")
        if answer.status:
            said = configuration.sanitize((answer.err or answer.out).strip())
            raise failure(f"{self.hostname}: {said or f'vtysh -C ended with status {answer.status}'}")
        self._mode, self._candidate = mode, candidate

    def _running(self) -> str:
        said = self._shell().vtysh("show running-config")
        text = configuration.clean(said)
        if not text:
            raise CommandErrorException(f"{self.hostname}: 'show running-config': an empty answer")
        if said.rstrip().rpartition("\n")[2] != "end":
            raise CommandErrorException(f"{self.hostname}: 'show running-config': cut short, the last line is not end")
        return text

    def _startup(self) -> str:
        # `show startup-config` prints nothing where the configuration is integrated
        return configuration.clean(self._linux(_STARTUP, name="read /etc/frr/frr.conf"))


def _read(filename: str | None, config: str | None, failure: type[Exception]) -> str:
    if (filename is None) == (config is None):
        raise failure("give either a filename or a configuration text")
    if filename is None:
        return config or ""
    try:
        return Path(filename).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise failure(f"cannot read {filename}: {error}") from error


def _one_line(message: str) -> str:
    return " ".join(message.split())[:200]
