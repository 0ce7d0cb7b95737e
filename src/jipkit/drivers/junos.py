"""Junos over NETCONF: our lines, checked and committed whole on the router's own timer."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jnpr.junos import exception as eznc
from napalm.base.exceptions import (
    CommandErrorException,
    CommitConfirmException,
    CommitError,
    LockError,
    MergeConfigException,
)

from jipkit.drivers import junos_memory
from jipkit.drivers.junos_reader import JunosReader
from jipkit.drivers.junos_session import in_words_of_napalm, said
from jipkit.drivers.shape import Capabilities, CommitStatus

logger = logging.getLogger(__name__)

_LONGEST_MIN = 65535
_COMMIT_S = 300


class JunosDriver(JunosReader):
    """NAPALM's driver for reading; changing is ours.

    NAPALM leaves the configuration locked when a commit is refused, and rolls back to whatever was committed last but
    one. ``revert_in`` is rounded up to minutes, which is all that Junos counts in.
    """

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(hostname, username, password, timeout, optional_args)
        self._lines: tuple[str, ...] = ()

    # ------------------------------------------------------------------ the candidate
    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Lock the candidate and put lines into it; a refusal leaves nothing behind.

        Raises:
            LockError: somebody else is changing it.
            MergeConfigException: there is no line, or one that is refused: the message names it.
        """
        text = Path(filename).read_text(encoding="utf-8") if filename else config or ""
        lines = tuple(line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#"))
        if not lines:
            raise MergeConfigException(f"{self.hostname}: no line")
        with in_words_of_napalm(self.hostname):
            self._take_lock()
            refusal = self._refusal(lines)
            if refusal is not None:
                message = self._named(lines, refusal)
                self.discard_config()
                raise MergeConfigException(message)
        self._lines = lines

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Refuse: what no section owns would be lost.

        Raises:
            NotImplementedError: always.
        """
        del filename, config
        raise NotImplementedError(f"{self.hostname}: Junos is changed by the lines that differ")

    def _take_lock(self) -> None:
        try:
            self._lock()
        except LockError as error:
            raise LockError(f"{self.hostname}: {said(error.__context__ or error)}") from error

    def _refusal(self, lines: Sequence[str]) -> str | None:
        try:
            self.device.cu.load("\n".join(lines), format="set", ignore_warning=self.ignore_warning)
        except eznc.ConfigLoadError as error:
            return said(error)
        return None

    def _named(self, lines: Sequence[str], refusal: str) -> str:
        """Return which line is refused: Junos tells the word alone, so the lines are put to it in halves."""
        good = 0
        while len(lines) - good > 1:
            half = good + (len(lines) - good) // 2
            self.device.cu.rollback(rb_id=0)
            found = self._refusal(lines[:half])
            if found is None:
                good = half
            else:
                lines, refusal = lines[:half], found
        return f"{self.hostname}: line {len(lines)} was refused:\n{lines[-1]}\n{refusal}"

    def compare_config(self) -> str:
        """Have the router check the candidate, and return what it says would change.

        Raises:
            MergeConfigException: it would not be committed.
        """
        if self.has_pending_commit():  # a check confirms it
            raise MergeConfigException(f"{self.hostname}: another change waits for its confirmation")
        with in_words_of_napalm(self.hostname):
            try:
                self.device.cu.commit_check(timeout=_COMMIT_S)
            except eznc.CommitError as error:
                raise MergeConfigException(f"{self.hostname}: {self._blamed(error)}") from error
            return str(self.device.cu.diff() or "").strip()

    def _blamed(self, error: Exception) -> str:
        """Return what a commit is refused for, with the line of ours that it is about, where that can be told."""
        words = said(error)
        for line in self._lines:
            path, _, value = line.removeprefix("set ").rpartition(" ")
            if path and f"[edit {path}]" in words and value in words:
                return f"refused:\n{line}\n{words}"
        return words

    def discard_config(self) -> None:
        """Empty the candidate, and give up the lock."""
        self._lines = ()
        if not self.locked:
            return
        with in_words_of_napalm(self.hostname):
            self.device.cu.rollback(rb_id=0)
            self._unlock()

    # ------------------------------------------------------------------ changing
    def commit_config(self, message: str = "", revert_in: int | None = None) -> str:
        """Commit the candidate, whole or not at all; the router takes it back after ``revert_in`` seconds.

        Returns the name of the commit.

        Raises:
            CommitError: no candidate is loaded, another change waits, or the router refuses: nothing is changed.
            CommitConfirmException: the router cannot wait so long.
            ConnectionClosedException: the session is gone; `commit_status` tells what became of it.
        """
        if not self._lines:
            raise CommitError(f"{self.hostname}: no candidate is loaded")
        minutes = None if revert_in is None else _minutes(revert_in, self.hostname)
        if self.has_pending_commit():
            self.discard_config()
            raise CommitError(f"{self.hostname}: another change waits for its confirmation")
        token = junos_memory.token()
        log = f"{message} {token}".strip()
        self._commit(log, **({} if minutes is None else {"confirm": minutes}))
        logger.info("%s: committed %d lines (revert_in=%s)", self.hostname, len(self._lines), revert_in)
        self._lines = ()
        return token

    def back_within(self, revert_in: int) -> int:
        """Return after how many seconds a change that nobody confirms is taken back: Junos counts in minutes."""
        return max(1, -(-revert_in // 60)) * 60

    def _commit(self, log: str, **options: Any) -> None:
        """Commit, and give up the lock whatever comes of it."""
        with in_words_of_napalm(self.hostname):
            try:
                self.device.cu.commit(comment=log, timeout=_COMMIT_S, **options)
            except eznc.CommitError as error:
                words = self._blamed(error)
                self.discard_config()
                raise CommitError(f"{self.hostname}: {words}") from error
            self._unlock()

    def has_pending_commit(self) -> bool:
        """Return whether a change waits for its confirmation."""
        return junos_memory.outcome(self._history())[0] == "pending"

    def confirm_commit(self, token: str = "") -> None:
        """Make the change that waits final. It may be asked again after a session that was lost.

        ``token`` is the one that `commit_config` has named; without it whatever waits is confirmed.

        Raises:
            CommitError: none waits: the router has taken it back, or knows of none; or what waits is not ``token``.
        """
        state, entry = junos_memory.outcome(self._history())
        if entry is not None and state in ("pending", "confirmed") and token not in ("", entry.name):
            raise CommitError(f"{self.hostname}: not confirmed: what waits is not ours: {entry.name}")
        if state == "confirmed":
            return
        if entry is None or state != "pending":
            raise CommitError(f"{self.hostname}: nothing waits for confirmation: {_DETAILS[state]}")
        with in_words_of_napalm(self.hostname):
            self._take_lock()
        self._commit("confirmed")
        state, confirmed = junos_memory.outcome(self._history())
        if state != "confirmed" or confirmed is None or confirmed.token != entry.token:
            raise CommitError(f"{self.hostname}: not confirmed in time: {_DETAILS[state]}")

    def rollback(self) -> None:
        """Put back what was committed before the last change of ours, whether it waits or is final.

        Raises:
            CommitError: there is nothing to go back from, or the router refuses.
        """
        state, entry = junos_memory.outcome(self._history())
        if entry is None or state not in ("pending", "confirmed"):
            raise CommitError(f"{self.hostname}: nothing to go back from: {_DETAILS[state]}")
        with in_words_of_napalm(self.hostname):
            self._take_lock()
            try:
                self.device.cu.rollback(rb_id=entry.number + 1)
            except eznc.RpcError as error:
                self.discard_config()
                raise CommitError(f"{self.hostname}: {said(error)}") from error
        self._commit(junos_memory.back_from(entry.token or junos_memory.token()))
        if not self._same(entry.number + 2):
            raise CommitError(f"{self.hostname}: it is NOT as it was before")

    # ------------------------------------------------------------------ what the router knows
    def commit_status(self) -> CommitStatus:
        """Return what became of the last change, from the router's own history of commits.

        ``token`` is a word that we have put into what is said of the commit. After the timer has fired the router has
        committed the configuration from before anew, as root and by nobody: then, and after a rollback, the two are
        compared on the router.
        """
        history = self._history()
        state, entry = junos_memory.outcome(history)
        if entry is None:
            return CommitStatus(state=state, token="", exact=None, when=None, detail=_DETAILS[state])
        exact = self._same(entry.number + 1) if state == "reverted" else None
        return CommitStatus(state=state, token=entry.name, exact=exact, when=entry.when, detail=_DETAILS[state])

    def capabilities(self) -> Capabilities:
        """Return what the router says it can do when it greets, and whether it tells us of its commits."""
        offered = " ".join(self.device._conn.server_capabilities)  # noqa: SLF001 - PyEZ has no other door
        try:
            self._history()
        except CommandErrorException as error:
            return Capabilities(
                dry_run="validate" in offered, device_timer=False, atomic_replace=True, notes=(str(error),)
            )
        return Capabilities(
            dry_run=":validate:" in offered,
            device_timer=":confirmed-commit:" in offered,
            atomic_replace=":candidate:" in offered,
        )

    def _history(self) -> tuple[junos_memory.Entry, ...]:
        with in_words_of_napalm(self.hostname):
            answer = self.device.rpc.get_commit_information()
        return () if answer is True else junos_memory.entries(answer)

    def _same(self, number: int) -> bool:
        """Return whether what is in force is what was so many commits ago."""
        with in_words_of_napalm(self.hostname):
            answer = self.device.rpc.get_rollback_information(rollback="0", compare=str(number))
        return answer is True or not answer.xpath("string()").strip()


_DETAILS = {
    "none": "the router remembers no change of ours",
    "pending": "it waits for its confirmation",
    "confirmed": "it was confirmed",
    "reverted": "it was taken back",
}


def _minutes(seconds: int, hostname: str) -> int:
    """Return seconds as whole minutes, rounded up: Junos counts in no less."""
    minutes = max(1, -(-seconds // 60))
    if minutes > _LONGEST_MIN:
        raise CommitConfirmException(f"{hostname}: Junos waits at most {_LONGEST_MIN} minutes, not {minutes}")
    return minutes
