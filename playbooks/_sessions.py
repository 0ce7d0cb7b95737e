"""Ask routers something over a session that is opened for it and closed after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nornir.core.task import Result

from jipkit.errors import JipError
from jipkit.model import Router
from jipkit.project import Project
from jipkit.session import each, open_session

Task = Callable[..., Result]


def ask(project: Project, routers: Sequence[Router], task: Task, **parameters: Any) -> Mapping[str, Any | JipError]:
    """Return what ``task`` gave for each router, or why it gave nothing; each over a new session."""
    if not routers:
        return {}
    with open_session(project, routers) as session:
        answers = each(session, task, **parameters)
    return {key: answer.result if isinstance(answer, Result) else answer for key, answer in answers.items()}


def ask_one(project: Project, router: Router, task: Task, **parameters: Any) -> Any:
    """Return what ``task`` gave for one router.

    Raises:
        JipError: why it gave nothing.
    """
    answer = ask(project, [router], task, **parameters)[router.key]
    if isinstance(answer, JipError):
        raise answer
    return answer
