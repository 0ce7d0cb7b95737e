"""Cisco IOS and IOS-XE over SSH: our lines, typed one by one on the router's own rollback timer."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from napalm.base.exceptions import (
    CommandErrorException,
    CommitConfirmException,
    CommitError,
    ConnectionException,
    MergeConfigException,
)
from napalm.ios import IOSDriver

from jipkit.drivers import ios_memory
from jipkit.drivers.cisco_style import ANY_PROMPT, CONFIG_PROMPT, EXEC_PROMPT, RefusedLine, Typist, pieces, type_lines
from jipkit.drivers.shape import Capabilities, CommitStatus

logger = logging.getLogger(__name__)

RUNNING = "system:running-config"
_LONGEST_MIN = 120
_GUARD_S = 300
"""Timer of a commit without ``revert_in``: it fires only where we are killed before all lines are typed."""
_REVERT_S = 180


class IosDriver(IOSDriver):  # type: ignore[misc]  # napalm is untyped
    """NAPALM's driver for reading; changing is ours.

    NAPALM copies a file of lines into the running configuration: IOS goes on after a line that it refuses, and so does
    not tell which of them are in force. We type them, see each answer, and have IOS take back all of them when it
    refuses one. ``revert_in`` is rounded up to minutes, which is all that IOS counts in.
    """

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(
            hostname, username, password, timeout or 60, {**(optional_args or {}), "auto_file_prompt": False}
        )
        self._lines: tuple[str, ...] = ()

    def open(self) -> None:
        """Log in; the account must have privilege 15, or an enable password must be given.

        Raises:
            ConnectionException: there is no way to privileged mode.
        """
        try:
            super().open()
        except ValueError as error:
            raise ConnectionException(
                f"{self.hostname}: {self.username} has no privileged mode; give the account privilege 15"
            ) from error

    def __exit__(self, *failure: object) -> None:
        """Close; unlike NAPALM's own, it leaves an exception that NAPALM does not name unprinted."""
        self.close()

    # ------------------------------------------------------------------ the candidate
    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Take lines to be typed in configuration mode, with every block entered and left.

        Raises:
            MergeConfigException: there is none, or one that would leave configuration mode.
        """
        self._lines = ()
        text = Path(filename).read_text(encoding="utf-8") if filename else config or ""
        try:
            lines = tuple(pieces(text))
        except ValueError as error:
            raise MergeConfigException(f"{self.hostname}: {error}") from error
        stray = next((line for line in lines if line.split()[0] in ("end", "do")), None)
        if not lines or stray is not None:
            raise MergeConfigException(f"{self.hostname}: {stray or 'no line'} is not for configuration mode")
        self._lines = lines

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Refuse: IOS's own replacement drops lines that are taken back and set anew, so it is not used.

        Raises:
            NotImplementedError: always.
        """
        del filename, config
        raise NotImplementedError(f"{self.hostname}: IOS is changed line by line")

    def compare_config(self) -> str:
        """Return the lines of the candidate: IOS says nothing of a line before it is typed."""
        return "\n".join(self._lines)

    def discard_config(self) -> None:
        """Forget the candidate."""
        self._lines = ()

    # ------------------------------------------------------------------ changing
    def commit_config(self, message: str = "", revert_in: int | None = None) -> str:
        """Have IOS archive its configuration and start its timer, then type the lines. Nothing is saved.

        Returns the name of that copy, which is the one of the commit; empty where there is no archive. Without
        ``revert_in`` the lines are typed on a timer as well where the router has an archive, confirmed when all of them
        were taken, and saved. IOS has no place for ``message``.

        Raises:
            CommitError: a line was refused; where there is a timer, all of them were taken back, else it says that not.
            CommitConfirmException: the timer cannot be armed; nothing was typed.
            ConnectionClosedException: the session is gone; what was typed is in force until the timer is up.
        """
        del message
        if not self._lines:
            raise CommitError(f"{self.hostname}: no candidate is loaded")
        archived = self._has_archive()
        if archived and self.has_pending_commit():
            raise CommitError(f"{self.hostname}: another change waits for its confirmation")
        if revert_in is None and not archived:
            token = self._type_unguarded()
        else:
            token = self._type_guarded(_minutes(revert_in or _GUARD_S, self.hostname))
        if revert_in is None:
            self._finish(confirm=archived)
        logger.info("%s: typed %d lines (revert_in=%s)", self.hostname, len(self._lines), revert_in)
        self.discard_config()
        return token

    def back_within(self, revert_in: int) -> int:
        """Return after how many seconds a change that nobody confirms is taken back: IOS counts in minutes."""
        return max(1, -(-revert_in // 60)) * 60

    def _type_guarded(self, minutes: int) -> str:
        typist = self._typist()
        answer = typist.type(f"configure terminal revert timer {minutes}", ANY_PROMPT, _REVERT_S)
        backup = ios_memory.backup_in(answer)
        # it names the copy before it has written it: where the flash is full, no timer runs
        if backup is not None and ios_memory.NOT_PENDING in typist.type(f"do {ios_memory.TIMER}", ANY_PROMPT):
            backup = None
        if backup is None:
            self._leave(typist)
            raise CommitConfirmException(
                f"{self.hostname}: the rollback timer was not armed: {' '.join(answer.split())}"
            )
        try:
            type_lines(typist, self._lines, ios_memory.refusal)
        except RefusedLine as refused:
            self._leave(typist)
            raise CommitError(f"{self.hostname}: {refused}\n{self._revert(typist, backup)}") from refused
        self._leave(typist)
        return backup

    def _type_unguarded(self) -> str:
        typist = self._typist()
        typist.type("configure terminal", CONFIG_PROMPT)
        try:
            type_lines(typist, self._lines, ios_memory.refusal)
        except RefusedLine as refused:
            self._leave(typist)
            before = f"the {refused.number - 1} before it are in force, and not saved"
            raise CommitError(f"{self.hostname}: {refused}\nthere is no timer: {before}") from refused
        self._leave(typist)
        return ""

    def has_pending_commit(self) -> bool:
        """Return whether a change waits for its confirmation."""
        return ios_memory.NOT_PENDING not in self._timer()

    def confirm_commit(self, token: str = "") -> None:
        """Stop the timer and save. It may be asked again after a session that was lost.

        ``token`` is the one that `commit_config` has named; without it whatever waits is confirmed.

        Raises:
            CommitError: the router has taken the change back, or cannot save, or what waits is not ``token``.
        """
        pending = self._has_archive() and self.has_pending_commit()
        status = self.commit_status()
        if pending and token not in ("", status["token"]):
            raise CommitError(f"{self.hostname}: not confirmed: what waits is not ours: {status['token']}")
        if not pending and status["state"] in ("reverted", "failed"):
            raise CommitError(f"{self.hostname}: nothing waits for confirmation: {status['detail']}")
        self._finish(confirm=pending)

    def _finish(self, *, confirm: bool) -> None:
        typist = self._typist()
        if confirm:
            answer = typist.type("configure confirm", EXEC_PROMPT)
            if "%" in answer:
                raise CommitError(f"{self.hostname}: not confirmed: {' '.join(answer.split())}")
        answer = typist.type("write memory", EXEC_PROMPT, _REVERT_S)
        if "[OK]" not in answer:
            raise CommitError(f"{self.hostname}: in force, but not saved: {' '.join(answer.split())}")

    def rollback(self) -> None:
        """Have the router take back the change that waits, or go back to the copy from before the last one and save.

        Raises:
            CommitError: there is nothing to go back to, or the router is not exactly as it was.
        """
        typist = self._typist()
        if self._has_archive() and self.has_pending_commit():
            backup = ios_memory.remembered(self._ask(ios_memory.LOG)).backup or self._newest() or ""
            said = self._revert(typist, backup)
        else:
            backup = self.commit_status()["token"]
            if not backup:
                raise CommitError(f"{self.hostname}: remembers no change to go back from")
            typist.type(f"configure replace {backup} force", EXEC_PROMPT, _REVERT_S)
            said = self._proof(backup)
        self._follow(typist)
        if said != _BACK:
            raise CommitError(f"{self.hostname}: {said}")
        self._finish(confirm=False)

    def _revert(self, typist: Typist, backup: str) -> str:
        """Have the timer's work done now, and return in words whether it has been."""
        typist.type("configure revert now", EXEC_PROMPT, _REVERT_S)
        self._follow(typist)
        return self._proof(backup)

    def _proof(self, backup: str) -> str:
        return _BACK if self._is(backup) else f"it is NOT as it was before ({backup} differs from what runs)"

    # ------------------------------------------------------------------ what the router knows
    def commit_status(self) -> CommitStatus:
        """Return what became of the last change, from the router itself.

        That a change waits it knows from its timer. What became of one that does not, IOS tells in its log alone: with
        ``logging buffered``, until the router restarts or newer messages have pushed it out. Then, or without, we
        compare what runs with the newest copy in the archive, which was made before the last change: the same means
        that it was taken back. With ``write-memory`` in the archive that tells nothing, and the state is ``none``.
        ``token`` is the name of that copy. IOS tells the time in its own time zone, so ``when`` is not known.
        """
        if not self._has_archive():
            return _status("none", "", detail="the router has no archive")
        told = ios_memory.remembered(self._ask(ios_memory.LOG))
        token = told.backup or self._newest() or ""
        if self.has_pending_commit():
            return _status("pending", token, detail=" ".join(self._timer().split()))
        if not token or (not told.backup and self._archives_when_saving()):
            return _status("none", "", detail="the router remembers no change")
        same = self._is(token)
        if told.state == "confirmed":
            return _status("confirmed", token, detail="the router's log says so")
        if told.state == "reverted" or same:
            return _status("reverted", token, exact=same, detail=f"it went back to {token}")
        return _status("confirmed", token, detail=f"no timer runs, and what runs is not {token}")

    def capabilities(self) -> Capabilities:
        """Return what the router can do: there is a timer where it has an archive, and no dry run."""
        archived = self._has_archive()
        notes = () if archived else ("it has no archive: enter `archive` and a `path` in it",)
        if archived and "Log Buffer" not in self._ask("show logging | include Log Buffer"):
            notes = ("without `logging buffered` it forgets what became of a change",)
        return Capabilities(dry_run=False, device_timer=archived, atomic_replace=False, notes=notes)

    def _has_archive(self) -> bool:
        return ios_memory.NO_ARCHIVE not in self._ask("show archive")

    def _archives_when_saving(self) -> bool:
        return "write-memory" in self._ask("show running-config | section archive")

    def _newest(self) -> str | None:
        return ios_memory.newest(self._ask("show archive"))

    def _timer(self) -> str:
        return self._ask(ios_memory.TIMER)

    def _is(self, backup: str) -> bool:
        """Return whether what runs is what a copy holds."""
        return ios_memory.is_same(self._ask(f"show archive config differences {backup} {RUNNING}"))

    def _ask(self, command: str) -> str:
        if self.device is None:
            raise CommandErrorException(f"{self.hostname}: not open")
        return self._typist().type(command, EXEC_PROMPT)

    def _typist(self) -> Typist:
        return Typist(self.device, self.hostname, self.timeout)

    def _leave(self, typist: Typist) -> None:
        """Leave configuration mode; the router may have another name than before."""
        typist.type("end", EXEC_PROMPT)
        self._follow(typist)

    def _follow(self, typist: Typist) -> None:
        self.device.base_prompt = typist.prompt.rstrip("#> ")[:16]


_BACK = "the router is exactly as it was before"


def _status(state: Any, token: str, *, exact: bool | None = None, detail: str) -> CommitStatus:
    return CommitStatus(state=state, token=token, exact=exact, when=None, detail=detail)


def _minutes(seconds: int, hostname: str) -> int:
    """Return seconds as whole minutes, rounded up: IOS counts in no less."""
    minutes = max(1, -(-seconds // 60))
    if minutes > _LONGEST_MIN:
        raise CommitConfirmException(f"{hostname}: IOS waits at most {_LONGEST_MIN} minutes, not {minutes}")
    return minutes
