"""After a rollout: a backup of every router that was changed, and whether it is what the inventory wants.

The routers are changed by then. Whatever fails here, a full disk or a store that is locked, is told beside what was
done, and never instead of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from jipkit.drift import Difference, diff_lines
from jipkit.errors import JipError, StoreError
from jipkit.project import Project
from jipkit.store import Run
from playbooks._plan import drift_of, view
from playbooks._rollout import Finished
from playbooks._sessions import ask
from tasks.fetch import fetch_running

logger = logging.getLogger(__name__)

UNDONE_WITHIN = timedelta(days=90)
"""How long a run can be undone: what its routers ran before it is kept for so long."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a router is what it should be; ``why`` says why not, or why nobody knows: then ``good`` is None."""

    good: bool | None
    why: str = ""


@contextmanager
def lasting(run: Run, lost: list[str]) -> Iterator[Run]:
    """Let ``run`` end with the block; that its end could not be recorded goes into ``lost``, and is no error.

    What the block itself raises is raised.
    """
    raised = True
    try:
        with run:
            yield run
            raised = False
    except StoreError as error:
        if raised:
            raise
        logger.exception("run %d: its end could not be recorded", run.id)
        lost.append(error.reason)


def look_after(project: Project, run: Run, finished: Finished, lost: list[str]) -> dict[str, Checked]:
    """Return for each router that was touched whether it is as intended; keep a backup of each, and record both.

    What cannot be kept or recorded goes into ``lost``, once for each reason. What was kept to undo runs long past is
    forgotten.
    """
    _forget_what_is_old(project)
    try:
        chosen = [project.network.router(key) for key in finished.touched]
        answers = ask(project, chosen, fetch_running)
    except (JipError, OSError) as error:
        lost.append(str(error))
        return {}
    found = {}
    for router in chosen:
        answer = answers[router.key]
        kept = _unknown(answer) if isinstance(answer, JipError) else _checked(project, router.key, answer)
        found[router.key] = kept
        detail: dict[str, object] = {"as_intended": kept.good, "why": kept.why}
        if router.key in finished.good:  # of the others their units have told what they hold
            detail["holds"] = "all" if kept.good else "unknown"
        try:
            run.journal(router.key, "looked after", detail)
        except StoreError as error:
            logger.exception("%s: what it holds after all could not be recorded", router.key)
            if error.reason not in lost:
                lost.append(error.reason)
    return found


def _forget_what_is_old(project: Project) -> None:
    """Remove what runs long past could be undone by; of an unfinished one nothing is removed."""
    try:
        needed, asked = set[int](), [entry.run for entry in project.store.open_changes()]
        while asked:
            needed.add(number := asked.pop())
            of = project.store.run(number).arguments.get("run")  # what it finishes, or takes back
            asked += [of] if isinstance(of, int) and of not in needed else []
        gone = project.undo.forget(UNDONE_WITHIN, but=needed)
    except JipError:
        logger.exception("what was kept to undo old runs could not be removed")
    else:
        if gone:
            logger.info("kept for more than %d days to undo them, now removed: %s", UNDONE_WITHIN.days, ", ".join(gone))


def _checked(project: Project, key: str, running: str) -> Checked:
    router = project.network.router(key)
    try:
        project.backups.save(key, view(project, router, running))
        drift = drift_of(project, project.render(key), router, running)
    except JipError as error:
        return _unknown(error)
    except OSError as error:
        return Checked(None, str(error))
    unlike = [difference for difference in drift.differences if difference.kind != "unmanaged"]
    return Checked(True) if drift.settled else Checked(False, "; ".join(map(_said, unlike)))


def _said(difference: Difference) -> str:
    """Return a difference in one line: its mark, its parents and its text, without where it is from."""
    marked = diff_lines([replace(difference, path=(), origin=None)])
    return "; ".join(f"{line[:2]}{' / '.join((*difference.path, line[2:]))}" for line in marked)


def _unknown(error: JipError) -> Checked:
    return Checked(good=None, why=error.reason)
