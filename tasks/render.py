"""Work out what a router should hold; the one task that needs no router."""

from __future__ import annotations

from nornir.core.task import Result, Task

from jipkit.project import Project


def render_intended(task: Task, project: Project) -> Result:
    """Put the router's intended configuration, a `Rendered`, in ``result``; no device is asked, no secret is in it.

    Raises:
        TemplateError: a template cannot be rendered.
    """
    return Result(host=task.host, result=project.render(str(task.host.name)))
