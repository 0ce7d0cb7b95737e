"""Make a pending change final."""

from __future__ import annotations

from nornir.core.task import Result, Task

from tasks.push import refusals


def confirm_config(task: Task, earlier: str) -> Result:
    """Save the pending change and disarm the router's timer; ``changed`` is True.

    It may be asked again after a session that was lost: a change that is confirmed already stays so. ``earlier``
    names the commit that the router remembered before this change.

    Raises:
        ChangeError: the router refused: it has taken the change back, or cannot save it.
    """
    device = task.host.get_connection("device", task.nornir.config)
    last = device.commit_status()
    if last["token"] == earlier or last["state"] != "confirmed":
        with refusals(task, "confirm", "unknown"):
            device.confirm_commit()
    return Result(host=task.host, changed=True)
