"""Read a router's running configuration in the form in which it is kept."""

from __future__ import annotations

from collections.abc import Callable

from nornir.core.task import Result, Task

from jipkit.backups import Reading
from tasks.fetch import fetch_running


def backup_router(task: Task, digest: Callable[[str], str]) -> Result:
    """Put a `Reading` of the running configuration in ``result``; changes nothing on the device, keeps nothing.

    Raises:
        AnswerError: what came is not the text of a configuration.
    """
    running = task.run(fetch_running)[0].result
    return Result(host=task.host, result=Reading.of(running, task.host["facts"], digest))
