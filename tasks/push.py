"""Put a configuration onto a router: first without effect, then with the device's own rollback timer armed."""

from __future__ import annotations

from nornir.core.task import Result, Task


def dry_run_config(task: Task, candidate: str) -> Result:
    """Put into ``result`` what the router itself says it would change; changes nothing.

    The answer shows secrets that change: redact it before it goes anywhere.
    """
    device = task.host.get_connection("device", task.nornir.config)
    device.load_replace_candidate(config=candidate)
    try:
        return Result(host=task.host, result=str(device.compare_config()))
    finally:
        device.discard_config()


def push_config(task: Task, candidate: str, revert_in_s: int, message: str) -> Result:
    """Replace the configuration; the router takes it back after ``revert_in_s`` unless it is confirmed.

    ``changed`` is True. What was applied is neither saved nor final until `confirm_config`.
    """
    device = task.host.get_connection("device", task.nornir.config)
    device.load_replace_candidate(config=candidate)
    device.commit_config(message=message, revert_in=revert_in_s)
    return Result(host=task.host, changed=True)
