"""Go on with what a run has left open, or take it back: under the locks, journalled, as every change is."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Any

from jipkit.errors import JipError, UnreachableError, UsageError
from jipkit.locks import lock_routers
from jipkit.plan import Plan
from jipkit.project import Project
from jipkit.store import RunRecord
from playbooks import _rescue
from playbooks._afterwards import lasting, look_after
from playbooks._open_changes import OpenUnit, open_units, plan_of, takes_back
from playbooks._past import changed_elsewhere, gone_past, known_routers, past_with
from playbooks._permission import Permission
from playbooks._plan_file import keep_plan
from playbooks._rollback_plan import Undoing, plan_rollback
from playbooks._rollout import Finished, Limit, Rollout
from playbooks._sessions import ask, ask_one
from playbooks._turns import Refusals
from playbooks._undoing import PATIENT, carry_back, keep_backups, note_undone
from tasks.fetch import fetch_running
from tasks.rollback import read_commit

logger = logging.getLogger(__name__)

EVERY_ONE = Limit(percent=100)
"""What is being rescued is no reason to leave the rest as it is."""


@dataclass(frozen=True, slots=True)
class Orders:
    """How it shall be done; ``stop`` is set when it shall be given up."""

    timer_s: int
    untimed: frozenset[str] = frozenset()
    emergency: str | None = None
    stop: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class Acted:
    """What run ``by`` did about the open units of run ``of``; ``refused`` are those that stay as they are, and why."""

    of: int
    by: int | None
    finished: Finished = field(default_factory=lambda: Finished({}))
    refused: Refusals = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    why: str = ""
    """Why nothing could be done about it at all."""


def finish(project: Project, record: RunRecord, units: Sequence[OpenUnit], orders: Orders) -> Acted:
    """Carry out the open units of a run's plan again; what is approved of it is what was approved.

    Raises:
        UsageError: it can only be finished by another command, or the calendar is closed; who takes something back for
            `jip recover` needs no window.
        ApprovalError: it needs an approval that is not there any more.
        LockedError: another jip is at work on one of the routers.
    """
    plan = plan_of(project, record.id)
    if plan.activates or any(change.fresh for change in plan.changes.values()):
        raise UsageError(
            f"run {record.id} takes something into service: `{project.command} {plan.job} {plan.subject} --commit` "
            "finishes it, and what its routers hold already is left as it is"
        )
    with lock_routers(project, _routers(units)):
        project = replace(project)
        units = _still_open(project, record.id, units)
        wanted = None if plan.job == "rollback" else project.network
        free = takes_back(project, record) is not None  # at night, too
        otherwise = (
            f"Put the inventory back, as it was in git when run {record.id} began, or: {project.command} recover "
            f"--take-back --run {record.id}"
        )
        permission = Permission(plan, *_signed(project, record, plan), orders.emergency, otherwise)
        approval = None if free else permission.require(project, wanted)
        _await_timers(project, units, orders)
        lost: list[str] = []
        arguments = _arguments("finish", record, plan, units, orders) | {"approval": approval and approval.as_json()}
        with lasting(project.store.start_run("recover", arguments), lost) as run:
            keep_plan(project, f"run-{run.id}", plan)
            finished = Rollout(
                project,
                plan,
                project.network,
                run,
                orders.timer_s,
                EVERY_ONE,
                orders.untimed,
                hindrance=lambda: None if free else permission.hindrance(project),
                stop=orders.stop,
                only=_numbers(units),
                patience=PATIENT,
            ).carry_out()
            if plan.job == "rollback":
                note_undone(project, run, Undoing(plan), finished, begun=record.id)
                keep_backups(project, finished.touched, lost)
            else:
                look_after(project, run, finished, lost)
            if bad := _first_fault(finished):
                run.fail(bad)
        return Acted(record.id, run.id, finished, lost=tuple(lost))


def take_back(project: Project, record: RunRecord, units: Sequence[OpenUnit], orders: Orders) -> Acted:
    """Make the routers of the open units of a run what they ran before it.

    That needs neither a window nor an approval: it must be possible at night, and it is recorded.

    Raises:
        StateError: the run's plan cannot be read.
        LockedError: another jip is at work on one of the routers.
    """
    done = plan_of(project, record.id)
    with lock_routers(project, _routers(units)):
        project = replace(project)
        units = _still_open(project, record.id, units)
        _await_timers(project, units, orders)
        past, wanted = past_with(project, record, done), _numbers(units)
        answers = ask(project, known_routers(project, past.held(wanted)), fetch_running)
        stuck = {**gone_past(past, wanted), **changed_elsewhere(past, wanted)}
        undoing = plan_rollback(project, past, wanted, answers, stuck=stuck)
        if not undoing.plan.batches and not undoing.already:
            return Acted(record.id, None, refused=undoing.refused)
        lost: list[str] = []
        arguments = _arguments("take back", record, undoing.plan, units, orders)
        with lasting(project.store.start_run("recover", arguments), lost) as run:
            finished = carry_back(
                project,
                undoing,
                run,
                orders.timer_s,
                lost,
                limit=EVERY_ONE,
                untimed=orders.untimed,
                stop=orders.stop,
            )
            if bad := _first_fault(finished) or next((w for r in undoing.refused.values() for w in r.values()), ""):
                run.fail(bad)
        return Acted(record.id, run.id, finished, undoing.refused, tuple(lost))


def _routers(units: Collection[OpenUnit]) -> list[str]:
    return list(dict.fromkeys(router for unit in units for router in unit.routers))


def _numbers(units: Collection[OpenUnit]) -> list[int]:
    return [unit.number for unit in units if unit.number is not None]


def _still_open(project: Project, run: int, units: Collection[OpenUnit]) -> list[OpenUnit]:
    """Return those of ``units`` that nobody has finished or taken back while we waited for the locks."""
    numbers = set(_numbers(units))
    return [unit for unit in open_units(project, run) if unit.number in numbers]


def _signed(project: Project, record: RunRecord, plan: Plan) -> tuple[Path, bytes]:
    """Return the plan's file beside which its signatures lie: the one that was carried out, else the copy of it."""
    content = plan.as_bytes()
    named = record.arguments.get("file")
    path = Path(named) if isinstance(named, str) else None
    try:
        if path is not None and path.is_file() and path.read_bytes() == content:
            return path, content
    except OSError as error:
        logger.info("%s: cannot be read: %s", path, error.strerror)
    return project.var / "plans" / f"run-{record.id}.json", content


def _arguments(way: str, record: RunRecord, plan: Plan, units: Sequence[OpenUnit], orders: Orders) -> dict[str, Any]:
    return {
        "way": way,
        "run": record.id,
        "units": [number + 1 for number in _numbers(units)],
        "plan": plan.sha256,
        "file": record.arguments.get("file"),
        "timer_s": orders.timer_s,
        "without_timer": sorted(orders.untimed),
        "emergency": orders.emergency,
    }


def _first_fault(finished: Finished) -> str:
    bad = [f"{o.router} at {o.step}: {o.detail}" for o in finished.outcomes if not o.good]
    return next(iter(bad), str(finished.stopped or ""))


def _await_timers(project: Project, units: Sequence[OpenUnit], orders: Orders) -> None:
    """Wait until no router waits for a confirmation any more: its own timer takes the change back.

    A router that is not reached is not waited for: whoever changes it finds out.
    """
    traces = {(t.router, t.unit): t for unit in units for t in project.store.traces(unit.run)}
    longest = max((trace.timer_s for trace in traces.values()), default=0) + _rescue.GRACE_S
    until = time.monotonic() + longest
    waiting, told = set(_routers(units)), False
    while waiting and time.monotonic() < until and not orders.stop.is_set():
        waiting = {key for key in waiting if _pending(project, key)}
        if waiting and not told:
            logger.warning("%s: not confirmed yet: waiting for their timers", ", ".join(sorted(waiting)))
            told = True
        if waiting:
            time.sleep(_rescue.POLL_S)


def _pending(project: Project, key: str) -> bool:
    try:
        return bool(ask_one(project, project.network.router(key), read_commit)["state"] == "pending")
    except UnreachableError:
        return False
    except JipError as error:
        logger.info("%s: not known whether it waits: %s", key, error)
        return False
