"""Make sure that a router is the one we mean."""

from __future__ import annotations

from nornir.core.task import Result, Task

from jipkit.errors import IdentityError
from jipkit.reasons import because


def identify_router(task: Task) -> Result:
    """Put the router's own hostname in ``result``; the session has proved its host key already.

    Raises:
        IdentityError: it calls itself by another name than the inventory does.
    """
    device = task.host.get_connection("device", task.nornir.config)
    hostname = str(device.get_facts()["hostname"])
    if hostname != task.host.name:
        raise IdentityError(
            str(task.host.name),
            because("other-name", name=repr(hostname)),
            because("whose-address"),
        )
    return Result(host=task.host, result=hostname)
