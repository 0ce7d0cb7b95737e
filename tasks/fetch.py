"""Read what a router is configured to do."""

from __future__ import annotations

from nornir.core.task import Result, Task

from jipkit.configs import own_statements
from jipkit.platforms import PlatformFacts


def fetch_running(task: Task) -> Result:
    """Put the running configuration text in ``result``; changes nothing on the device.

    It holds secrets: redact it before it goes anywhere.

    Raises:
        AnswerError: what came is not this router's whole configuration: nothing, rubbish, far too much, cut short,
            or another router's.
    """
    device = task.host.get_connection("device", task.nornir.config)
    facts: PlatformFacts = task.host["facts"]
    running = str(device.get_config(retrieve="running")["running"])
    own_statements(running, facts, str(task.host.name))
    return Result(host=task.host, result=running)
