"""Read what a router is configured to do."""

from __future__ import annotations

from nornir.core.task import Result, Task

from jipkit.configs import statements
from jipkit.errors import AnswerError, ConfigTextError
from jipkit.platforms import PlatformFacts
from jipkit.reasons import because


def fetch_running(task: Task) -> Result:
    """Put the running configuration text in ``result``; changes nothing on the device.

    It holds secrets: redact it before it goes anywhere.

    Raises:
        AnswerError: what came is not the text of a configuration: nothing, rubbish, or far too much.
    """
    device = task.host.get_connection("device", task.nornir.config)
    facts: PlatformFacts = task.host["facts"]
    running = str(device.get_config(retrieve="running")["running"])
    try:
        said = statements(running, facts)
    except ConfigTextError as error:
        raise AnswerError(str(task.host.name), because("no-configuration", reason=error.reason)) from error
    if facts.sections and not any(facts.section(statement.text) for statement in said if not statement.path):
        raise AnswerError(str(task.host.name), because("foreign-configuration", platform=facts.platform))
    return Result(host=task.host, result=running)
