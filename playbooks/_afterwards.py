"""After a rollout: a backup of every router that was changed, and whether it is what the inventory wants."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from jipkit.errors import Holds, JipError
from jipkit.project import Project
from jipkit.store import Run
from playbooks._plan import drift_of, view
from playbooks._sessions import ask
from tasks.fetch import fetch_running


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a router is what it should be; ``why`` says why not, or why nobody knows."""

    good: bool
    why: str = ""


def look_after(project: Project, run: Run, routers: Collection[str]) -> dict[str, Checked]:
    """Return for each router whether it is as intended; keeps a backup of each, and records both in the run."""
    chosen = [project.network.router(key) for key in routers]
    answers = ask(project, chosen, fetch_running) if chosen else {}
    found = {}
    for router in chosen:
        answer = answers[router.key]
        checked = _unknown(answer) if isinstance(answer, JipError) else _checked(project, router.key, answer)
        run.journal(
            router.key, "looked after", {"as_intended": checked.good, "why": checked.why, "holds": _holds(checked)}
        )
        found[router.key] = checked
    return found


def _checked(project: Project, key: str, running: str) -> Checked:
    router = project.network.router(key)
    try:
        project.backups.save(key, view(project, router, running))
        drift = drift_of(project, project.render(key), router, running)
    except JipError as error:
        return Checked(False, error.reason)
    differences = "; ".join(str(difference) for difference in drift.differences if difference.kind != "unmanaged")
    return Checked(True) if drift.settled else Checked(False, differences)


def _holds(checked: Checked) -> Holds:
    return "all" if checked.good else "unknown"


def _unknown(error: JipError) -> Checked:
    return Checked(good=False, why=error.reason)
