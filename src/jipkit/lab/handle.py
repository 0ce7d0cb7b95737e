"""A hand on a running lab: its consoles, what can go wrong with it, and its end."""

from __future__ import annotations

import os
import select
import signal

from jipkit.errors import LabError
from jipkit.lab import state
from jipkit.lab.faults import Faults

_END_SECONDS = 30.0


class Lab(Faults):
    """A running lab."""

    def down(self) -> None:
        """Take the lab away; returns when nothing of it is left.

        Raises:
            LabError: it does not go.
        """
        stop(self.name)


def stop(name: str) -> None:
    """Take the lab ``name`` away, whatever state it is in; one that is not there is none already.

    Raises:
        LabError: it does not go.
    """
    state.checked_name(name)
    if state.is_alive(name):
        holder = _holder(name)
        os.kill(holder, signal.SIGTERM)
        if not _ends(holder, _END_SECONDS):
            raise LabError(f"lab {name} does not end; kill its process {holder} with SIGKILL")
    state.forget(name)


def _holder(name: str) -> int:
    try:
        return state.load(name).holder
    except LabError:
        raise LabError(f"lab {name} is still coming up; stop its `jip lab up` with ctrl-C") from None


def _ends(pid: int, within_s: float) -> bool:
    """Return whether a process ends in time; a lab's pid 1 ends after all the others."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(within_s * 1000))
    finally:
        os.close(descriptor)
