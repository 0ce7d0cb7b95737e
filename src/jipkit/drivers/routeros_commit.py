"""Changes on RouterOS that take themselves back: a backup, a scheduler that loads it, and what is remembered of both.

RouterOS has no candidate and no commit: an import is in force line by line, and what came before a refused line stays.
So a backup is saved first, and two rows of the scheduler load it: one when the time is up, one when the router starts
(a power cut before the confirmation). Both are rows of the configuration that the backup was saved without, and so gone
once it is loaded. What became of a commit stands in a file, which a backup does not touch.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace

from napalm.base.exceptions import (
    CommandErrorException,
    CommandTimeoutException,
    CommitConfirmException,
    CommitError,
    ConnectionException,
)

from jipkit.drivers.routeros_backup import Backup
from jipkit.drivers.routeros_console import Console, refusals
from jipkit.drivers.routeros_import import LOADED, refused_by, where
from jipkit.drivers.routeros_memory import TIMER, Memory, digest, remembered
from jipkit.drivers.shape import CommitStatus, State

_BOOT = "jip-rollback-boot"
_STATE, _CANDIDATE = "jip-commit.txt", "jip-candidate.rsc"
_POLICY = "ftp,reboot,read,write,policy,test"
_KEPT_S = 3600
"""How long a confirmed change can still be taken back by its backup, unless it was forgotten before."""
_STATES: Mapping[str, State] = {
    "pending": "pending",
    "confirmed": "confirmed",
    "reverted": "reverted",
    "failed": "failed",
}
_CUT_OFF = "cut off before the end, and no timer was armed"
_FIREWALL = re.compile(r"/ip(?:v6)?[ /]firewall[ /](?:filter|raw|address-list)|/interface[ /]list", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things take on a router; a test has less patience.

    ``settle_s``: after a change of the firewall, new logins still pass for about a second before they are dropped.
    ``boot_limit_s``: loading a backup restarts the router, in 35 s on most; a task is given two minutes for everything.
    """

    settle_s: float = 5.0
    poll_s: float = 2.0
    boot_limit_s: float = 90.0
    export_silence_s: float = 120.0
    import_silence_s: float = 600.0


class Commit:
    """The last commit of a router, as one login sees it."""

    def __init__(self, console: Console, export: Callable[[], str], timing: Timing) -> None:
        self._console, self._export, self._timing = console, export, timing
        self._folder = "flash/" if console.has("flash") else ""  # elsewhere files are gone after a restart
        self._backup = Backup(console, self._folder)

    # ------------------------------------------------------------------ doing it
    def dry_run(self, candidate: str) -> None:
        """Have the router read a candidate without doing anything.

        Raises:
            CommandErrorException: it refuses a line, and the message says which; or it did not read all of them.
        """
        self._upload(candidate)
        refused = refused_by(self._imported(" dry-run"), candidate)
        if refused:
            raise CommandErrorException("\n".join(refused))

    def apply(self, candidate: str, token: str, revert_in: int | None, message: str) -> None:
        """Arm the timer, then import. Returns when a new login has proved that the router still lets us in.

        Without ``revert_in`` no timer is armed, and the change is final at once: for a router that has none.

        Raises:
            CommitError: refused; the router was put back, or the message says that it was not.
            ConnectionException: our own path is gone: the timer decides.
        """
        self._require_none_pending()
        memory = Memory(token, "pending", int(time.time()), None, digest(self._export()), message)
        self._arm(memory, revert_in, candidate)
        said = self._imported("")
        if LOADED not in said or refusals(said):
            raise self._taken_back(memory, (refusals(said) or [_last_line(said)])[0], where(said, candidate))
        if _FIREWALL.search(candidate):
            time.sleep(self._timing.settle_s)
        try:
            self._console.prove()
        except (ConnectionException, CommandErrorException) as error:
            raise self._taken_back(memory, f"no new login comes about after the change: {error}") from error
        if revert_in is None:
            self._remember(replace(memory, state="confirmed"))

    def _require_none_pending(self) -> None:
        if self.status()["state"] == "pending":
            raise CommitConfirmException(f"{self._console.host}: a commit waits for its confirmation already")

    def _arm(self, memory: Memory, revert_in: int | None, candidate: str) -> None:
        marker = "" if revert_in is None else f"{_marker(memory.token)}\n"
        try:
            self._backup.save()
            # without a timer, what is remembered until the end says that the end was never reached
            self._remember(memory if revert_in is not None else replace(memory, state="failed", detail=_CUT_OFF))
            self._upload(f"{candidate.rstrip()}\n{marker}")
            if revert_in is not None:
                self._schedule(revert_in)
        except CommandErrorException as error:
            self._give_up(memory)
            raise CommitError(
                f"{self._console.host}: nothing was changed: the change could not be taken back: {error}"
            ) from error

    def _give_up(self, memory: Memory) -> None:
        self._disarm()
        with suppress(CommandErrorException):  # on a full disk nothing was written before, either
            self._remember(replace(memory, state="failed", exact=True, detail="it could not be taken back; not begun"))
        self._console.remove(self._path(_CANDIDATE))
        self._backup.forget()

    def _schedule(self, revert_in: int) -> None:
        add = f'/system scheduler add policy={_POLICY} on-event="{self._backup.loading()}" name='
        self._console.ask(f"{add}{TIMER} interval={revert_in}s")
        self._console.ask(f"{add}{_BOOT} start-time=startup")
        if self._timers() != 2:
            raise CommandErrorException("the scheduler does not hold the rollback")

    def _upload(self, candidate: str) -> None:
        self._console.write(self._path(_CANDIDATE), candidate)

    def _imported(self, how: str) -> str:
        """Return what an import prints. It is never cut off: it would stop half-way."""
        name = self._path(_CANDIDATE)
        try:
            command = f"/import file-name={name} verbose=yes{how}"
            return self._console.run(command, silence_s=self._timing.import_silence_s)
        finally:
            if self._console.alive:
                self._console.remove(name)  # there are secrets in it

    # ------------------------------------------------------------------ ending it
    def confirm(self, token: str) -> None:
        """Make the pending commit final; again, if it was cut off in between. An empty ``token`` stands for any.

        Raises:
            CommitError: there is none, it was not applied as a whole, or it is not ``token``.
        """
        memory = self._memory()
        if token not in ("", memory.token):
            raise CommitError(
                f"{self._console.host}: not confirmed: what waits is not ours: {memory.token or 'unknown'}"
            )
        self._console.remove(self._path(_CANDIDATE))
        if self._timers():
            if not self._applied(memory.token):
                raise CommitError(f"{self._console.host}: the change was not applied as a whole; roll it back")
            # said before it is done: without timer and without this it would look taken back
            self._remember(replace(memory, state="confirming"))
            self._disarm()
            if self._timers():
                raise CommitError(f"{self._console.host}: the timer cannot be disarmed; the change will be taken back")
        state = self.status()
        if state["state"] != "confirmed":
            raise CommitError(f"{self._console.host}: there is nothing to confirm: {state['detail'] or state['state']}")

    def rollback(self) -> None:
        """Load the backup from before the pending commit, or the last one, and wait until the router is back.

        Raises:
            CommitError: there is none, or the router is not exactly as it was.
        """
        memory = self._memory()
        if not memory.token or not self._backup.is_there:
            raise CommitError(f"{self._console.host}: there is nothing to go back to")
        wrong = self._put_back(memory, "reverted", "by request")
        if wrong:
            raise CommitError(f"{self._console.host}: {wrong}")

    def forget(self) -> None:
        """Remove what a confirmed change could be taken back by: there is every secret in it."""
        if self.status()["state"] == "confirmed":
            self._backup.forget()

    def status(self) -> CommitStatus:
        """Return what became of the last commit."""
        memory = self._memory()
        settled = self._settled(memory)
        if settled.state not in (memory.state, "pending"):
            self._remember(settled)  # what is found out later must not change it
        if settled.state != "pending":
            self._console.remove(self._path(_CANDIDATE))  # a session that was lost has left its secrets there
        if _is_settled(settled):
            self._backup.forget()
        state = _STATES.get(settled.state, "none")
        return CommitStatus(
            state=state, token=settled.token, exact=settled.exact, when=settled.when, detail=settled.detail
        )

    def _settled(self, memory: Memory) -> Memory:
        """Return what is true of a commit: the timer is there as long as it is pending, and gone once it was loaded."""
        if memory.state not in ("pending", "confirming"):
            return memory
        if self._timers():
            whole = self._applied(memory.token)
            return replace(memory, state="pending", detail=memory.detail if whole else "not applied as a whole")
        exact = digest(self._export()) == memory.before
        if memory.state == "confirming" and not exact:
            return replace(memory, state="confirmed", when=int(time.time()), exact=None)
        return replace(memory, state="reverted", when=None, exact=exact, detail="the timer has loaded the backup")

    def _taken_back(self, memory: Memory, why: str, where: str = "") -> CommitError:
        """Put everything back at once; return the error that says what is so now."""
        wrong = self._put_back(memory, "failed", why)
        now = wrong or "the router was put back, exactly as it was before"
        return CommitError(f"{self._console.host}: {why}{where}\n{now}")

    def _put_back(self, memory: Memory, state: State, why: str) -> str:
        """Load the backup and wait for the router; return what is not as it was, if anything."""
        self._console.remove(self._path(_CANDIDATE))
        with suppress(ConnectionException):  # the restart may be quicker than the answer
            self._console.ask(f':execute script="{self._backup.loading()}"', name="roll back")
        if not self._came_back():
            return "the router has not come back after the backup was loaded; look at its console"
        exact = self._is_as(memory.before)
        self._remember(replace(memory, state=state, when=int(time.time()), exact=exact, detail=why))
        return "" if exact else "the backup was loaded, but the router is NOT exactly as it was"

    def _came_back(self) -> bool:
        """Wait until the router has restarted: the login ends, and in a new one the timers are gone."""
        until, gone = time.monotonic() + self._timing.boot_limit_s, False
        while time.monotonic() < until:
            time.sleep(self._timing.poll_s)
            try:
                if not self._console.alive:
                    gone = True
                    self._console.reopen()
                if not self._timers() and gone:
                    return True
            except (ConnectionException, CommandTimeoutException, CommandErrorException):  # it is on its way
                self._console.close()
        return False

    def _is_as(self, before: str) -> bool:
        """Return whether the configuration is what it was; right after a restart it may not be complete yet."""
        if digest(self._export()) == before:
            return True
        time.sleep(self._timing.settle_s)
        return digest(self._export()) == before

    # ------------------------------------------------------------------ what is on the router
    def _path(self, name: str) -> str:
        return self._folder + name

    def _memory(self) -> Memory:
        return remembered(self._console.read(self._path(_STATE)) or "")

    def _remember(self, memory: Memory) -> None:
        self._console.write(self._path(_STATE), json.dumps(asdict(memory)))

    def _timers(self) -> int:
        said = self._console.ask(f':put [:len [/system scheduler find where name~"^{TIMER}"]]').strip()
        return int(said) if said.isdigit() else 0

    def _applied(self, token: str) -> bool:
        said = self._console.ask(f':put [:len [/system scheduler find where comment="{_applied(token)}"]]')
        return said.strip() == "1"

    def _disarm(self) -> None:
        self._console.run(f'/system scheduler remove [find where name~"^{TIMER}"]')


def _is_settled(memory: Memory) -> bool:
    """Return whether nobody goes back from a commit any more."""
    if memory.state == "confirmed":
        return memory.when is not None and time.time() - memory.when > _KEPT_S
    return memory.state == "reverted" or (memory.state == "failed" and memory.exact is True)


def _applied(token: str) -> str:
    return f"applied {token}"


def _marker(token: str) -> str:
    """Return the last line of an import: where it has been carried out, all before it has."""
    return f'/system scheduler set [find where name="{TIMER}"] comment="{_applied(token)}"'


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "no answer"
