"""The driver's view of its device side (device.sh): install it once, then ask it to do things."""

from __future__ import annotations

import hashlib
import re
import secrets
import shlex
from dataclasses import dataclass
from importlib import resources
from typing import Literal

from napalm.base.exceptions import (
    CommandErrorException,
    CommandTimeoutException,
    CommitConfirmException,
    CommitError,
    ConnectionClosedException,
    LockError,
)

from napalm_frr.configuration import sanitize
from napalm_frr.shell import Answer, Shell

Mode = Literal["merge", "replace"]

_SILENCE_S = 15.0
"""A commit or rollback gives a sign of life each second; silence means that the path is gone."""

_INSTALL = resources.files(__package__).joinpath("install.sh").read_text(encoding="utf-8")
_SCRIPT = resources.files(__package__).joinpath("device.sh").read_text(encoding="utf-8")
_SCRIPT_NAME = f"device-{hashlib.sha256(_SCRIPT.encode()).hexdigest()[:12]}.sh"

CUT_SHORT, LOCKED, PENDING, UNSAVED, NO_RELOAD, NOTHING, AILING = 92, 93, 94, 95, 96, 97, 98


@dataclass(frozen=True, slots=True)
class Status:
    """What the router remembers of the last commit."""

    state: str = "none"
    exact: bool | None = None
    when: float = 0.0
    token: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """A commit that was applied and now waits: the running configuration before and after it."""

    token: str
    before: str
    after: str


class DeviceSide:
    """Commits on the router. Every change runs detached there; the session may be lost at any time."""

    def __init__(self, shell: Shell, directory: str = "") -> None:
        self._shell, self._directory = shell, directory
        self._script = ""

    def commit(self, candidate: str, mode: Mode, revert_in: int, message: str) -> Applied:
        """Apply ``candidate`` with a timer of ``revert_in`` seconds armed before; save nothing.

        Raises:
            CommitError: refused; the router holds what it held before (or the message says otherwise).
            LockError: somebody else is committing at this moment.
            ConnectionClosedException: the path was lost; the timer on the router decides.
        """
        token = secrets.token_hex(8)
        size = len(candidate.encode())
        answer = self._act("commit", token, mode, str(revert_in), message, str(size), stdin=candidate)
        self._refuse_commit(answer)
        parts = _sections(answer.out)
        status = parse_status(parts.get("status", ""))
        if status.state != "pending":
            refusals = sanitize(parts.get("log", "").strip())
            raise CommitError(
                f"{self._shell.host}: {status.detail}{': ' if refusals else ''}{refusals}{_trust(status)}"
            )
        return Applied(token, parts.get("before", ""), parts.get("after", ""))

    def confirm(self, token: str = "") -> None:
        """Save the pending commit (``token``, or whichever waits) and disarm its timer."""
        answer = self._act("confirm", token)
        if answer.status == NOTHING:
            raise CommitConfirmException(f"{self._shell.host}: no commit waits for a confirmation")
        if answer.status == PENDING:
            raise CommitConfirmException(f"{self._shell.host}: another commit than ours is pending")
        if answer.status == UNSAVED:
            raise CommitConfirmException(
                f"{self._shell.host}: FRR did not save the configuration, the timer stays armed:"
                f" {sanitize(answer.out.strip())}"
            )
        self._check(answer, "confirm")

    def rollback(self, reason: str = "by request") -> Status:
        """Put back what was there before the pending commit or, if none is, before the last one."""
        answer = self._act("rollback", secrets.token_hex(8), reason)
        if answer.status == NOTHING:
            raise CommitError(f"{self._shell.host}: there is no commit to roll back")
        self._check(answer, "rollback")
        return parse_status(_sections(answer.out).get("status", ""))

    def status(self) -> Status:
        """Return what became of the last commit; settles one whose timer did not survive a restart."""
        answer = self._act("status")
        self._check(answer, "status")
        return parse_status(answer.out)

    def _act(self, *arguments: str, stdin: str = "") -> Answer:
        if not self._script:
            self._install()
        command = f"LIMIT={self._shell.limit_s} sh {shlex.join((self._script, *arguments))}"
        try:
            return self._shell.run(command, stdin=stdin, silence_s=_SILENCE_S, name=arguments[0])
        except CommandTimeoutException as error:
            raise ConnectionClosedException(f"{error}; reconnect and look at commit_status()") from error

    def _install(self) -> None:
        arguments = ("napalm_frr", _SCRIPT_NAME, *([self._directory] if self._directory else []))
        answer = self._shell.run(
            f"sh -c {shlex.quote(_INSTALL)} {shlex.join(arguments)}", stdin=_SCRIPT, name="install device side"
        )
        if answer.status or not answer.out.strip():
            said = (answer.out or answer.err).strip() or "it said nothing"
            raise CommandErrorException(
                f"{self._shell.host}: refusing to keep state on the router: {said};"
                " name another directory with the optional argument frr_dir"
            )
        self._script = f"{answer.out.strip().splitlines()[-1]}/{_SCRIPT_NAME}"

    def _refuse_commit(self, answer: Answer) -> None:
        host = self._shell.host
        if answer.status == CUT_SHORT:
            raise CommitError(f"{host}: the candidate did not arrive whole; nothing was changed. Is the disk full?")
        if answer.status == LOCKED:
            raise LockError(f"{host}: another commit is being applied")
        if answer.status == PENDING:
            raise CommitError(f"{host}: a commit is waiting for its confirmation; confirm it or roll it back first")
        if answer.status == AILING:
            raise CommitError(
                f"{host}: not up according to watchfrr: {answer.out.strip()}; nothing was changed,"
                " because the running configuration is not complete without them"
            )
        self._check(answer, "commit")

    def _check(self, answer: Answer, action: str) -> None:
        if answer.status == LOCKED:
            raise LockError(f"{self._shell.host}: another commit is being applied")
        if answer.status == NO_RELOAD:
            raise CommitError(f"{self._shell.host}: frr-reload.py is missing; install frr-pythontools")
        if answer.status:
            said = sanitize((answer.err or answer.out).strip())
            raise CommandErrorException(f"{self._shell.host}: {action}: status {answer.status} {said}")


def parse_status(text: str) -> Status:
    """Return the record that device.sh prints as ``key=value`` lines; nothing recorded is state none.

    Raises:
        CommandErrorException: the text is no such record.
    """
    fields = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    exact, when = fields.get("exact", "-"), fields.get("when", "0")
    if not re.fullmatch(r"\d{1,15}(\.\d{1,9})?", when) or (text.strip() and "state" not in fields):
        raise CommandErrorException(f"the record of the last commit is not understood: {text.strip()[:80]!r}")
    return Status(
        state="pending" if fields.get("state") == "applying" else fields.get("state", "none"),
        exact=None if exact == "-" else exact == "yes",
        when=float(when),
        token=fields.get("token", ""),
        detail=fields.get("detail", ""),
    )


def _sections(text: str) -> dict[str, str]:
    """Return the parts of an answer that begin with ``= NAME``; signs of life before them are dropped."""
    pieces = re.split(r"^= (status|before|after|log)\n", text, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def _trust(status: Status) -> str:
    return "" if status.exact else "; THE ROUTER IS NOT AS IT WAS BEFORE, look at it"
