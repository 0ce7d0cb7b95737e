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


def read_commit(task: Task, timer_s: int = 0) -> Result:
    """Put into ``result`` what the router remembers of the last change, as a mapping.

    ``state``: none, pending, confirmed, reverted or failed. ``exact``: whether the router is as it was before.
    ``back_s``: after how many seconds a change on a timer of ``timer_s`` is taken back at the latest: a router may
    count in minutes, and may have to restart. ``keeps``: whether it keeps, after the confirmation, what has to be
    removed with `forget_config`.
    """
    device = task.host.get_connection("device", task.nornir.config)
    back_within = getattr(device, "back_within", None)
    back_s = back_within(timer_s) if back_within else timer_s
    keeps = hasattr(device, "forget_commit")
    return Result(host=task.host, result={**device.commit_status(), "back_s": back_s, "keeps": keeps})
