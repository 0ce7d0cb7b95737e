"""Take a change back, and read what became of it."""

from __future__ import annotations

from nornir.core.task import Result, Task

from tasks.push import refusals


def rollback_config(task: Task) -> Result:
    """Put back the configuration from before the last change; ``changed`` is True.

    Raises:
        ChangeError: the router refused, or is not exactly as it was before.
    """
    device = task.host.get_connection("device", task.nornir.config)
    with refusals(task, "rollback", "unknown"):
        device.rollback()
    return Result(host=task.host, changed=True)


def read_commit(task: Task) -> Result:
    """Put into ``result`` what the router remembers of the last change, as a mapping.

    ``state``: none, pending, confirmed, reverted or failed. ``exact``: whether the router is as it was before.
    """
    device = task.host.get_connection("device", task.nornir.config)
    return Result(host=task.host, result=dict(device.commit_status()))
