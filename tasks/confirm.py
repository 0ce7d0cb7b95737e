"""Make a pending change final."""

from __future__ import annotations

from nornir.core.task import Result, Task


def confirm_config(task: Task) -> Result:
    """Save the pending change and disarm the router's timer; ``changed`` is True."""
    task.host.get_connection("device", task.nornir.config).confirm_commit()
    return Result(host=task.host, changed=True)
