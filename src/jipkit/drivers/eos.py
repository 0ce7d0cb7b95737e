"""Arista EOS over SSH: our lines in a configuration session, committed as a whole on the switch's own timer."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from napalm.base.exceptions import (
    CommandErrorException,
    CommitConfirmException,
    CommitError,
    MergeConfigException,
)
from napalm.eos import EOSDriver

from jipkit.drivers import eos_session
from jipkit.drivers.cisco_style import ANY_PROMPT, EXEC_PROMPT, RefusedLine, Typist, type_lines
from jipkit.drivers.shape import Capabilities, CommitStatus

logger = logging.getLogger(__name__)

_LONGEST_S = 24 * 3600 - 1
_COMMIT_S = 180


class EosDriver(EOSDriver):  # type: ignore[misc]  # napalm is untyped
    """NAPALM's driver for reading, over its SSH transport; changing is ours.

    SSH and not eAPI: it is there on every switch, on one port, with a host key that we have pinned; eAPI is off unless
    somebody turns it on, and shows a certificate that nobody vouches for. Over SSH NAPALM does not see that a line was
    refused, and closing its connection aborts a commit that waits for its confirmation: so neither is left to it.
    """

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(hostname, username, password, timeout or 60, {**(optional_args or {}), "transport": "ssh"})
        self._candidate: str | None = None
        """The session that our lines were typed into."""

    def open(self) -> None:
        """Log in; the account must reach privileged mode without a password.

        Raises:
            CommandErrorException: who answers there is no EOS, or lets us nowhere.
        """
        try:
            super().open()
        except (KeyError, ValueError) as error:
            raise CommandErrorException(f"{self.hostname}: 'show version' is not answered as EOS does") from error

    def close(self) -> None:
        """Close the connection; a commit that waits goes on waiting on the switch."""
        self._candidate = None
        self._netmiko_close()

    def __exit__(self, *failure: object) -> None:
        """Close; unlike NAPALM's own, it leaves an exception that NAPALM does not name unprinted."""
        self.close()

    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, str]:
        """Return what each command prints, also that it is not known: NAPALM's takes that out of the answer."""
        if encoding != "text":
            raise NotImplementedError(f"no encoding {encoding!r}: add `| json` to a command")
        return {command: str(self.device.send_command(command)) for command in commands}

    # ------------------------------------------------------------------ the candidate
    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Type lines into a configuration session: the switch says of each whether it takes it. Nothing is in force.

        Raises:
            MergeConfigException: a line was refused, or no session can be had; none is left behind.
        """
        self.discard_config()
        text = Path(filename).read_text(encoding="utf-8") if filename else config or ""
        try:
            lines = tuple(eos_session.pieces(text))
        except ValueError as error:
            raise MergeConfigException(f"{self.hostname}: {error}") from error
        if not lines:
            raise MergeConfigException(f"{self.hostname}: no line")
        self._clear_away()
        name, typist = eos_session.name_at(time.time()), self._typist()
        answer = typist.type(f"configure session {name}", ANY_PROMPT)
        if not typist.prompt.endswith(")#"):
            raise MergeConfigException(f"{self.hostname}: no configuration session: {' '.join(answer.split())}")
        try:
            type_lines(typist, lines, eos_session.refusal)
        except RefusedLine as refused:
            typist.type("abort", EXEC_PROMPT)
            raise MergeConfigException(f"{self.hostname}: {refused}") from refused
        typist.type("end", EXEC_PROMPT)
        self._candidate = name

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Refuse: what is sent are lines that change what runs.

        Raises:
            NotImplementedError: always.
        """
        del filename, config
        raise NotImplementedError(f"{self.hostname}: EOS is changed by lines")

    def compare_config(self) -> str:
        """Return what a commit would change, as the switch says it."""
        if self._candidate is None:
            return ""
        return self._ask(f"show session-config named {self._candidate} diffs").strip()

    def discard_config(self) -> None:
        """Abort the session that holds the candidate."""
        if self._candidate is not None:
            self._ask(f"configure session {self._candidate} abort")
            self._candidate = None

    # ------------------------------------------------------------------ changing
    def commit_config(self, message: str = "", revert_in: int | None = None) -> str:
        """Keep what runs as a checkpoint, then commit the session as a whole; with ``revert_in`` it is not saved.

        Returns the name of the session. The checkpoint has it, too: by it the switch remembers the change. EOS has no
        place for ``message``.

        Raises:
            CommitError: the switch did not commit it; nothing of it is in force.
            CommitConfirmException: it cannot wait that long; nothing of it is in force.
            ConnectionClosedException: the session is gone; if it was committed, its timer runs.
        """
        del message
        name = self._candidate
        if name is None:
            raise CommitError(f"{self.hostname}: no candidate is loaded")
        timer = "" if revert_in is None else f" timer {_clock(revert_in, self.hostname)}"
        waiting = self._pending()
        if waiting is not None:
            raise CommitError(f"{self.hostname}: another change waits for its confirmation: {waiting}")
        self._do(f"configure checkpoint save {name}", "no checkpoint")
        self._do(f"configure session {name} commit{timer}", "not committed")
        self._candidate = None
        if revert_in is None:
            self._save()
        logger.info("%s: committed session %s (revert_in=%s)", self.hostname, name, revert_in)
        return name

    def back_within(self, revert_in: int) -> int:
        """Return after how many seconds a change that nobody confirms is taken back: EOS counts in seconds."""
        return revert_in

    def has_pending_commit(self) -> bool:
        """Return whether a change waits for its confirmation."""
        return self._pending() is not None

    def confirm_commit(self, token: str = "") -> None:
        """Commit the session that waits once more, and save. It may be asked again after a session that was lost.

        ``token`` is the one that `commit_config` has named; without it whatever waits is confirmed.

        Raises:
            CommitError: the switch has taken the change back, or cannot save, or what waits is not ``token``.
        """
        waiting = self._pending()
        if token and waiting not in (None, token):
            raise CommitError(f"{self.hostname}: not confirmed: what waits is not ours: {waiting}")
        if waiting is not None:
            self._do(f"configure session {waiting} commit", "not confirmed")
        # asked last: a session whose time was up in between is begun anew, and committed with nothing in it
        status = self.commit_status()
        if status["state"] != "confirmed" or token not in ("", status["token"]):
            raise CommitError(f"{self.hostname}: nothing waits for confirmation: {status['detail']}")
        self._save()

    def rollback(self) -> None:
        """Have the switch take back the change that waits, or go back to the checkpoint before the last one and save.

        Raises:
            CommitError: there is nothing to go back to, or the switch is not exactly as it was.
        """
        waiting = self._pending()
        if waiting is not None:
            self._do(f"configure session {waiting} abort", "not taken back")
        name = waiting or self._newest()
        if name is None:
            raise CommitError(f"{self.hostname}: remembers no change to go back from")
        if waiting is None:
            self._do(f"configure checkpoint restore {name}", "not taken back")
        if not self._is(name):
            raise CommitError(f"{self.hostname}: NOT as it was before: what runs is not checkpoint {name}")
        self._save()

    # ------------------------------------------------------------------ what the switch knows
    def commit_status(self) -> CommitStatus:
        """Return what became of the last change, from the switch itself.

        That a change waits it knows from the timer of its session. What became of another one we tell from what runs:
        if that is the checkpoint from before it, it was taken back, else it stands. EOS keeps checkpoints over a
        restart, twenty of them; when ours has been pushed out, or somebody has deleted it, the state is ``none``.
        ``token`` is the name of session and checkpoint. EOS counts its timers from the start of the switch, so
        ``when`` is not known.
        """
        waiting = self._pending()
        if waiting is not None:
            return _status("pending", waiting, f"session {waiting} waits for its second commit")
        name = self._newest()
        if name is None:
            return _status("none", "", "the switch remembers no change")
        if self._is(name):
            return _status("reverted", name, f"what runs is checkpoint {name}", exact=True)
        return _status("confirmed", name, f"no timer runs, and what runs is not checkpoint {name}")

    def capabilities(self) -> Capabilities:
        """Return what the switch can do: all of it, where the account may use configuration sessions."""
        self._clear_away()
        typist = self._typist()
        name = eos_session.name_at(time.time())
        answer = typist.type(f"configure session {name}", ANY_PROMPT)
        if typist.prompt.endswith(")#"):
            typist.type("abort", EXEC_PROMPT)
            return Capabilities(dry_run=True, device_timer=True, atomic_replace=True)
        note = f"no configuration session: {' '.join(answer.split())}"
        return Capabilities(dry_run=False, device_timer=False, atomic_replace=False, notes=(note,))

    def _clear_away(self) -> None:
        """Abort what sessions of ours that were lost have left behind."""
        for name in eos_session.abandoned(self._sessions(), time.time()):
            logger.info("%s: aborting %s, which a lost session has left", self.hostname, name)
            self._ask(f"configure session {name} abort")

    def _pending(self) -> str | None:
        return eos_session.pending(self._sessions())

    def _sessions(self) -> Mapping[str, Any]:
        said = self._ask("show configuration sessions detail | json")
        try:
            found: Mapping[str, Any] = json.loads(said)
        except json.JSONDecodeError:
            raise CommandErrorException(
                f"{self.hostname}: 'show configuration sessions detail': {' '.join(said.split())[:80]}"
            ) from None
        return found

    def _newest(self) -> str | None:
        return eos_session.newest(self._ask("show configuration checkpoints"))

    def _is(self, name: str) -> bool:
        """Return whether what runs is what a checkpoint holds."""
        running, kept = self._ask("show running-config"), self._ask(f"more checkpoint:{name}")
        return bool(kept) and eos_session.statements(running) == eos_session.statements(kept)

    def _save(self) -> None:
        self._do("write memory", "in force, but not saved")

    def _do(self, command: str, failure: str) -> None:
        answer = self._ask(command)
        if eos_session.refusal(answer) is not None:
            raise CommitError(f"{self.hostname}: {failure}:\n{answer.strip()}")

    def _ask(self, command: str) -> str:
        """Return what a command prints; the switch may have another name after it."""
        if self.device is None:
            raise CommandErrorException(f"{self.hostname}: not open")
        typist = self._typist()
        answer = typist.type(command, EXEC_PROMPT, _COMMIT_S)
        self.device.base_prompt = typist.prompt.rstrip("#> ")
        return answer

    def _typist(self) -> Typist:
        return Typist(self.device, self.hostname, self.timeout)


def _status(state: Any, token: str, detail: str, *, exact: bool | None = None) -> CommitStatus:
    return CommitStatus(state=state, token=token, exact=exact, when=None, detail=detail)


def _clock(seconds: int, hostname: str) -> str:
    """Return seconds as EOS takes them, ``hh:mm:ss``."""
    if not 1 <= seconds <= _LONGEST_S:
        raise CommitConfirmException(f"{hostname}: EOS waits between 1 and {_LONGEST_S} seconds, not {seconds}")
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
