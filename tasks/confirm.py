"""Make a pending change final."""

from __future__ import annotations

from typing import Any

from napalm.base.exceptions import CommitConfirmException
from nornir.core.task import Result, Task

from jipkit.errors import ChangeError
from jipkit.reasons import because
from tasks.push import refusals


def forget_config(task: Task) -> Result:
    """Remove from the router what a confirmed change could be taken back by, where it keeps secrets there."""
    device = task.host.get_connection("device", task.nornir.config)
    with refusals(task, "confirm", "all"):
        device.forget_commit()
    return Result(host=task.host)


def confirm_config(task: Task, earlier: str, token: str = "") -> Result:
    """Save the pending change and disarm the router's timer; ``changed`` is True.

    It may be asked again after a session that was lost: a change that is confirmed already stays so, and where
    saving comes after confirming it is saved now. ``earlier`` names the commit that the router remembered before this
    change, ``token`` this change; where the session was lost before it was known, any but ``earlier`` is.

    Raises:
        ChangeError: the router refused: it has taken the change back, or cannot save it; or what waits is not ours.
    """
    device = task.host.get_connection("device", task.nornir.config)
    last = device.commit_status()
    waits = last["state"] == "pending"
    if waits and (last["token"] in ("", earlier) or token not in ("", last["token"])):
        reason = because("another-change", detail=last["detail"])
        raise ChangeError(str(task.host.name), "confirm", reason, "unknown")
    ours = last["token"] != earlier and token in ("", last["token"])
    settled = ours and last["state"] == "confirmed"
    with refusals(task, "confirm", "unknown"):
        try:
            _confirm(device, last["token"] if waits else token)
        except CommitConfirmException:  # nothing waits any more: what is confirmed there is saved, too
            if not settled:
                raise
    return Result(host=task.host, changed=True)


def _confirm(device: Any, token: str) -> None:
    """Confirm the commit that ``token`` names; a driver that keeps to NAPALM's signatures has another method for it."""
    if hasattr(device, "confirm_named"):
        device.confirm_named(token)
    else:
        device.confirm_commit(token)
