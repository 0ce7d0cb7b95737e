"""What a run did that can be taken back, together with what earlier runs of the same plan had done of it before."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from dataclasses import replace

from jipkit.errors import JipError, StateError, UsageError
from jipkit.model import Router
from jipkit.plan import Plan
from jipkit.project import Project
from jipkit.reasons import because
from jipkit.store import HELD, RunRecord, Trace
from playbooks._open_changes import goes_on, plan_of
from playbooks._rollback_plan import Past
from playbooks._turns import Refusals, in_turn

logger = logging.getLogger(__name__)


def past_of(project: Project, number: int) -> Past:
    """Return what is left of a run, with what it found done already by a run that it went on with.

    Raises:
        StateError: it is going on, or has left something open, or its plan cannot be read.
        UsageError: it changed nothing, or took something into service.
    """
    record = project.store.run(number)
    _refuse_unended(project, record)
    plan = plan_of(project, number)
    if plan.activates:
        raise UsageError(
            f"run {number}: took {plan.subject} into service, which is not undone by putting routers back. Make it "
            f"planned again in the inventory, and `{project.command} plan` the routers at its links"
        )
    return past_with(project, record, plan)


def past_with(project: Project, record: RunRecord, plan: Plan) -> Past:
    """Return what a run did, whatever became of it, and what earlier runs of the same plan had done in its units.

    Raises:
        StateError: its routers met its units in opposite order.
    """
    traces = tuple(
        trace if trace.unit is not None else replace(trace, unit=_unit(plan.units, trace.router))
        for trace in project.store.traces(record.id)
    )
    mine = Past(record.id, plan, traces)
    return mine.only(in_turn([*_adopted(project, record, mine), *traces]))


def _refuse_unended(project: Project, record: RunRecord) -> None:
    if goes_on(record, named=True):
        raise StateError(f"run {record.id}: is going on; wait until it has ended, then try again")
    if any(entry.run == record.id for entry in project.store.open_changes()):
        raise StateError(
            f"run {record.id}: has left something unfinished; first see what that is: "
            f"{project.command} recover --run {record.id}"
        )
    if not (project.var / "plans" / f"run-{record.id}.json").exists() and not project.store.traces(record.id):
        raise UsageError(f"run {record.id}: `{record.command}` changed nothing that could be taken back")


def _unit(units: tuple[tuple[str, ...], ...], router: str) -> int | None:
    return next((number for number, unit in enumerate(units) if router in unit), None)


def _adopted(project: Project, record: RunRecord, past: Past) -> list[Trace]:
    """Return what the runs before this one, of the same plan, had done in its units, the first first.

    What was kept of it then is kept for this run, too: the unit goes back as a whole.
    """
    known = {(trace.unit, trace.router) for trace in past.traces}
    found: list[Trace] = []
    for earlier in same_plan(project, record):
        if earlier.id > record.id:
            continue
        for trace in reversed(project.store.traces(earlier.id)):
            place = (trace.unit, trace.router)
            if trace.unit not in past.units or place in known or trace.holds not in HELD:
                continue
            if trace.router not in past.plan.units[trace.unit]:
                continue
            try:
                text = project.undo.kept(earlier.id, trace.unit, trace.router)
            except JipError as error:  # then its end stays, and so does the unit
                logger.warning("run %d: %s", earlier.id, error)
                continue
            if text is not None:
                known.add(place)
                project.undo.keep(record.id, trace.unit, trace.router, text)
                found.insert(0, trace)
    return found


def known_routers(project: Project, past: Past) -> list[Router]:
    """Return the routers of a run that the inventory still knows: only they can be asked."""
    routers = project.network.routers
    return [routers[key] for key in dict.fromkeys(trace.router for trace in past.traces) if key in routers]


def same_plan(project: Project, record: RunRecord) -> Iterator[RunRecord]:
    """Yield the other runs that carried out the same plan, the last first."""
    plan = record.arguments.get("plan")
    for other in reversed(project.store.runs()) if isinstance(plan, str) else ():
        if other.id != record.id and other.arguments.get("plan") == plan:
            yield other


def changed_elsewhere(past: Past, wanted: Collection[int]) -> Refusals:
    """Return the ``wanted`` units of which one end would stay, because another run changed it: both must say alike."""
    found: dict[int, dict[str, str]] = {}
    held = past.held(wanted)
    for unit in held.units:
        ours = {trace.router for trace in held.traces if trace.unit == unit}
        for router in past.plan.units[unit]:
            if past.plan.links(unit) and router not in ours:
                found.setdefault(unit, {})[router] = because("other-run")
    return found


def gone_past(past: Past, wanted: Collection[int]) -> Refusals:
    """Return the ``wanted`` units on whose routers later units of the run were done, which are not wanted."""
    found: dict[int, dict[str, str]] = {}
    turns = past.held(past.units).units
    for place, unit in enumerate(turns):
        later = [other for other in turns[place + 1 :] if other not in wanted] if unit in wanted else []
        for router in past.plan.units[unit]:
            if over := [other for other in later if router in past.plan.units[other]]:
                found.setdefault(unit, {})[router] = because("later-unit-stays", unit=str(over[0] + 1))
    return found
