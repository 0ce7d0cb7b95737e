"""Commits on VyOS that take themselves back: the router's timer, and what is left on it to remember them by.

The timer restarts the router, which then starts with what is saved; so what runs has to be saved before, and is not
saved after, until it is confirmed. A restart is not needed where we are still within reach: a copy of what was saved
is loaded and committed.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from napalm.base.exceptions import CommitConfirmException, CommitError

from jipkit.drivers import vyos_session as session
from jipkit.drivers.shape import CommitStatus
from jipkit.drivers.vyos_console import Console, RefusedLine
from jipkit.drivers.vyos_session import Memory

_UNSAVED = "what runs is not what is saved, and a restart would lose it: save or discard it first"
_BACK = "the router is exactly as it was before"


class Commit:
    """The last commit of a router, as one session sees it."""

    def __init__(self, console: Console, hostname: str) -> None:
        self._console, self._hostname = console, hostname

    # ------------------------------------------------------------------ what is there
    def running(self) -> frozenset[tuple[str, ...]]:
        """Return the statements that run."""
        return session.commands(self._console.ask(session.RUNNING))

    def timer_runs(self) -> bool:
        """Return whether the router will restart unless somebody confirms."""
        return self._console.ask(session.TIMER).split()[-1:] == ["active"]

    def unsaved(self) -> str:
        """Return in words that what runs is not saved; empty where it is."""
        return "" if self.running() == self._saved() else _UNSAVED

    def status(self) -> CommitStatus:
        """Return what became of the last commit, from the timer, from what runs, and from our file on the router."""
        memory = session.remembered(self._console.ask(f"/bin/cat {session.MEMORY} 2>/dev/null"))
        if self.timer_runs():
            token = memory.token if self._is_armed(memory) else ""
            return _status("pending", token, "the router restarts unless it is confirmed")
        if not memory.token:
            return _status("none", "", "the router remembers no commit")
        if memory.state == "confirmed":
            return _status("confirmed", memory.token, "it was confirmed and saved")
        running = self.running()
        exact = session.digest(running) == memory.before
        if memory.state in ("reverted", "failed"):
            return _status(memory.state, memory.token, "it was put back", exact=exact)
        return _status("reverted", memory.token, _BACK, exact=True) if exact else self._left(memory, running)

    def _is_armed(self, memory: Memory) -> bool:
        """Return whether the timer that runs may be the one of our last commit, and not somebody else's."""
        if memory.state != "armed" or memory.boot != self._boot_id():
            return False
        return session.digest(self.running()) != memory.before

    def _left(self, memory: Memory, running: frozenset[tuple[str, ...]]) -> CommitStatus:
        """Return what became of a commit that is in force as it seems, although no timer runs."""
        if running == self._saved():
            return _status("confirmed", memory.token, "it is saved, and no timer runs")
        if self._boot_id() != memory.boot:
            return _status("reverted", memory.token, "the router has restarted, and is NOT as it was", exact=False)
        return _status("pending", memory.token, "no timer runs, and it is not saved: a restart takes it back")

    # ------------------------------------------------------------------ changing
    def apply(self, lines: Sequence[str], message: str, revert_in: int | None) -> str:
        """Commit ``lines``, with ``revert_in`` seconds on the timer; return the name of the commit.

        Raises:
            CommitError, CommitConfirmException: see `VyosDriver.commit_config`.
        """
        if self.timer_runs():
            raise CommitError(f"{self._hostname}: another change waits for its confirmation")
        running = self.running()
        if revert_in is not None and running != self._saved():
            raise CommitConfirmException(f"{self._hostname}: {_UNSAVED}")
        memory = Memory(secrets.token_hex(6), "armed", session.digest(running), self._boot_id())
        if failed := self._console.ask(f"/bin/cp {session.BOOT} {session.BEFORE}"):
            raise CommitError(f"{self._hostname}: nothing was changed: no copy to go back to: {failed}")
        self._remember(memory)
        if self._memory() != memory:
            raise CommitError(f"{self._hostname}: nothing was changed: {session.MEMORY} cannot be written")
        comment = _comment(memory.token, message)
        timed = "" if revert_in is None else f"-confirm {_minutes(revert_in, self._hostname)}"
        self._console.configure()
        try:
            self._console.type_lines(lines)
            answer = self._console.commit(f"commit{timed} comment '{comment}'")
        except RefusedLine as refused:
            self._console.leave()
            self._remember(replace(memory, state="failed"))
            raise CommitError(f"{self._hostname}: {refused}\nnothing is in force: it was not committed") from refused
        self._console.leave()
        self._prove(memory, answer, timed=revert_in is not None)
        return memory.token

    def _prove(self, memory: Memory, answer: str, *, timed: bool) -> None:
        """Make sure that it was committed, and that the timer runs; else put back what it has changed."""
        failed = session.commit_failure(answer)
        armed = not timed or self.timer_runs()
        unchanged = session.digest(self.running()) == memory.before
        if failed is None and armed and not unchanged:
            return
        if unchanged:
            self._stop_timer()
            self._remember(replace(memory, state="failed"))
            now = _BACK
        else:
            now = self._put_back(memory, "failed")
        said = " ".join((failed or answer).split())
        if failed is None and not armed:
            raise CommitConfirmException(f"{self._hostname}: the rollback timer was not armed: {said}\n{now}")
        raise CommitError(f"{self._hostname}: the commit was refused:\n{said}\n{now}")

    def confirm(self, token: str) -> None:
        """Stop the timer and save; both may have been done already. An empty ``token`` stands for any commit.

        Raises:
            CommitError: the router has taken the change back, or cannot save, or what waits is not ``token``.
        """
        status = self.status()
        if status["state"] == "pending" and token not in ("", status["token"]):
            raise CommitError(f"{self._hostname}: not confirmed: what waits is not ours")
        if status["state"] in ("reverted", "failed", "none"):
            raise CommitError(f"{self._hostname}: nothing waits for confirmation: {status['detail']}")
        if not self._stop_timer():
            raise CommitError(f"{self._hostname}: not confirmed: the timer still runs")
        self._save()
        memory = self._memory()
        self._remember(replace(memory, state="confirmed"))

    def rollback(self) -> None:
        """Go back to what was saved before the last commit.

        Raises:
            CommitError: there is nothing to go back to, or the router is not exactly as it was.
        """
        memory = self._memory()
        if not memory.token:
            raise CommitError(f"{self._hostname}: remembers no change to go back from")
        now = self._put_back(memory, "reverted")
        if now != _BACK:
            raise CommitError(f"{self._hostname}: {now}")
        if self.running() != self._saved():
            self._save()

    def _put_back(self, memory: Memory, state: str) -> str:
        """Load and commit what was saved before; return in words whether the router is as it was.

        The timer is left alone unless it is: then a restart is what is left.
        """
        self._console.configure()
        self._console.ask(f"load {session.BEFORE}", 120)
        answer = self._console.commit("commit")
        self._console.leave()
        if session.digest(self.running()) == memory.before:
            self._stop_timer()
            self._remember(replace(memory, state=state))
            return _BACK
        left = "its timer will restart it with what is saved" if self.timer_runs() else "no timer runs"
        return f"it is NOT as it was before ({' '.join(answer.split())[:200]}); {left}"

    def _stop_timer(self) -> bool:
        """Stop the timer if it runs; return whether none runs any more."""
        if not self.timer_runs():
            return True
        self._console.configure()
        self._console.ask("confirm")
        self._console.leave()
        return not self.timer_runs()

    def _save(self) -> None:
        self._console.configure()
        answer = self._console.ask("save", 120)
        self._console.leave()
        if self.running() != self._saved():
            raise CommitError(f"{self._hostname}: in force, but not saved: {' '.join(answer.split())[:200]}")

    # ------------------------------------------------------------------ small things
    def _saved(self) -> frozenset[tuple[str, ...]]:
        return session.commands(self._console.ask(session.SAVED))

    def _boot_id(self) -> str:
        return (self._console.ask(session.BOOT_ID).split() or ["?"])[-1]

    def _memory(self) -> Memory:
        return session.remembered(self._console.ask(f"/bin/cat {session.MEMORY} 2>/dev/null"))

    def _remember(self, memory: Memory) -> None:
        self._console.ask(f"/bin/echo '{memory}' > {session.MEMORY}")


def _status(state: Any, token: str, detail: str, *, exact: bool | None = None) -> CommitStatus:
    return CommitStatus(state=state, token=token, exact=exact, when=None, detail=detail)


def _comment(token: str, message: str) -> str:
    """Return the comment that names the commit in the router's own log."""
    kept = "".join(c for c in " ".join(message.split()) if c.isalnum() or c in " ._:-")
    return f"jip-{token} {kept}".strip()[:80]


def _minutes(seconds: int, hostname: str) -> int:
    """Return seconds as whole minutes, rounded up: VyOS counts in no less."""
    if seconds < 1:
        raise CommitConfirmException(f"{hostname}: revert_in is {seconds}; it must be at least one second")
    return max(1, -(-seconds // 60))
