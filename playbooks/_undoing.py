"""Carry out a plan that takes back what an earlier run did, and write down of which unit it was."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from threading import Event

from jipkit.errors import JipError, StateError, StoreError
from jipkit.project import Project
from jipkit.reasons import Reason, because
from jipkit.store import Run, RunRecord
from jipkit.store.journal import unit_of
from playbooks._change_options import PATIENCE_S, READY_S
from playbooks._open_changes import plan_of
from playbooks._past import same_plan
from playbooks._plan import view
from playbooks._plan_file import keep_plan
from playbooks._rollback_plan import Undoing
from playbooks._rollout import Finished, Limit, Rollout
from playbooks._sessions import ask
from playbooks._waiting import Patience
from tasks.fetch import fetch_running

logger = logging.getLogger(__name__)

PATIENT = Patience(float(PATIENCE_S), 0.0)
"""How long is waited where nobody says it."""


def carry_back(
    project: Project,
    undoing: Undoing,
    run: Run,
    timer_s: int,
    lost: list[str],
    *,
    limit: Limit,
    untimed: Collection[str],
    stop: Event,
    patience: Patience = PATIENT,
    ready_s: int = READY_S,
    hindrance: Callable[[], Reason | None] = lambda: None,
) -> Finished:
    """Take back what ``undoing`` says, and keep a backup of every router that was touched.

    What could not be kept or recorded of it goes into ``lost``.
    """
    plan = undoing.plan
    keep_plan(project, f"run-{run.id}", plan)
    finished = Rollout(
        project,
        plan,
        project.network,
        run,
        timer_s,
        limit,
        untimed,
        hindrance=hindrance,
        stop=stop,
        patience=patience,
        ready_s=ready_s,
    ).carry_out()
    note_undone(project, run, undoing, finished)
    keep_backups(project, finished.touched, lost)
    return finished


def note_undone(project: Project, run: Run, undoing: Undoing, finished: Finished, *, begun: int | None = None) -> None:
    """Write down which routers hold nothing any more of which unit; the routers are changed already.

    Other runs of the same plan, which this one went on with or was gone on with, are undone there, too. ``begun`` is
    the run that had begun to take it back, where this one only finished that: what it did counts as well.
    """
    gone, stays = set(undoing.already), set[int | None]()
    for number, outcomes in finished.units.items():
        for outcome in outcomes:
            unit = undoing.plan.stage(number, outcome.router).undoes
            if outcome.good and unit is not None:
                gone.add((unit, outcome.router))
            else:
                stays.add(unit)
    gone = {(unit, router) for unit, router in gone if (unit, router) not in undoing.already or unit not in stays}
    try:
        undone = project.store.run(int(undoing.plan.subject))
        if begun is not None:
            gone |= _gone_before(project, undoing, undone, begun)
        for record in (undone, *same_plan(project, undone)):
            known = {(unit_of(entry), entry.router) for entry in project.store.journal(run=record.id)}
            for unit, router in sorted(gone):
                if record is undone or (unit, router) in known:
                    run.journal(router, "undone", {"run": record.id, "unit": unit, "holds": "reverted"})
        _note_redone(project, run, undone, gone)
    except (StoreError, StateError):
        logger.exception("run %s: that it was taken back could not be recorded", undoing.plan.subject)


def _gone_before(project: Project, undoing: Undoing, undone: RunRecord, begun: int) -> set[tuple[int, str]]:
    """Return what the runs that are finished here had taken back, and nobody has done again since."""
    found, number = set[tuple[int, str]](), begun
    while True:
        for trace in project.store.traces(number):
            unit = undoing.plan.stage(trace.unit or 0, trace.router).undoes
            if trace.holds == "all" and unit is not None:
                found.add((unit, trace.router))
        record = project.store.run(number)
        if record.command != "recover" or record.arguments.get("way") != "finish":
            break
        number = int(record.arguments["run"])
    later = (other for other in same_plan(project, undone) if other.id > number)
    steps = (entry for other in later for entry in project.store.journal(run=other.id))
    return found - {(unit_of(entry) or 0, str(entry.router)) for entry in steps if entry.step == "apply"}


def _note_redone(project: Project, run: Run, undone: RunRecord, gone: Collection[tuple[int, str]]) -> None:
    """Write down what is there again because it was a rollback that was undone; and so on, where that undid one."""
    holds = "all"
    while (plan := plan_of(project, undone.id)).job == "rollback":
        ran = {(trace.unit, trace.router): trace.before for trace in project.store.traces(undone.id)}
        undone = project.store.run(int(plan.subject))
        stages = {(plan.stage(unit, router).undoes, router): ran.get((unit, router)) for unit, router in gone}
        found = {(unit, router): after for (unit, router), after in stages.items() if unit is not None}
        gone = found.keys()
        for record in (undone, *same_plan(project, undone)):
            known = {(unit_of(entry), entry.router) for entry in project.store.journal(run=record.id)}
            for (unit, router), after in sorted(found.items()):
                if record is undone or (unit, router) in known:
                    detail = {"run": record.id, "unit": unit, "holds": holds}
                    run.journal(router, "recovered", detail | ({"after": after} if after and holds == "all" else {}))
        holds = "reverted" if holds == "all" else "all"


def keep_backups(project: Project, routers: Collection[str], lost: list[str]) -> None:
    """Keep a backup of what each router runs now; why there is none of one goes into ``lost``."""
    chosen = [project.network.router(key) for key in routers]
    for key, answer in ask(project, chosen, fetch_running).items():
        try:
            if isinstance(answer, JipError):
                raise answer
            project.backups.save(key, view(project, project.network.router(key), answer))
        except (JipError, OSError) as error:
            logger.warning("%s: no backup was kept of it: %s", key, error)
            lost.append(
                because("no-backup", router=key, why=error.reason if isinstance(error, JipError) else str(error))
            )
