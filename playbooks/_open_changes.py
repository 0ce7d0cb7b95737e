"""What crashed or failed runs have left open, unit by unit, and what each of its routers holds of it now."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from jipkit.errors import AnswerError, Holds, JipError, LockedError, StateError
from jipkit.locks import lock_routers
from jipkit.model import Network
from jipkit.plan import Plan
from jipkit.project import Project
from jipkit.provisioning import activated
from jipkit.store import HELD, JournalEntry, RunRecord, Trace
from jipkit.store.journal import unit_of
from playbooks._aims import aim_of
from playbooks._rollback_plan import left_alone
from playbooks._sessions import ask_one
from tasks.fetch import fetch_running
from tasks.rollback import read_commit

logger = logging.getLogger(__name__)

_KEPT = re.compile(r"run-(\d{1,9})\.json")

Verdict = Literal["done", "taken back", "mixed", "waiting", "unknown", "at work"]
"""What a unit is: all new, all old, neither, on its routers' timers, not known, or somebody else's at the moment."""


@dataclass(frozen=True, slots=True)
class OpenUnit:
    """A unit of a run that was neither finished nor proven to be taken back.

    ``number`` counts from 0 in the run's plan; None where that cannot be read. ``entries`` are the open ones.
    """

    run: int
    number: int | None
    routers: tuple[str, ...]
    entries: tuple[JournalEntry, ...]
    plan: Plan | None = None
    why: str = ""
    """Why there is no plan."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one router holds of an open unit; ``settled`` when it will stay so, ``error`` says why that is not known."""

    router: str
    step: str
    holds: Holds
    settled: bool = True
    pending: bool = False
    error: str = ""
    after: str | None = None
    """The digest of what it runs, where nothing but what is planned has changed there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a unit was found to be, router by router."""

    unit: OpenUnit
    found: tuple[Found, ...]
    holder: str = ""
    """Who is at work on it, where somebody is."""

    @property
    def verdict(self) -> Verdict:
        if self.holder:
            return "at work"
        if any(one.pending for one in self.found):
            return "waiting"
        held = {"old" if one.holds in ("nothing", "reverted") else one.holds for one in self.found}
        if "unknown" in held:
            return "unknown"
        if held == {"all"}:
            return "done"
        return "taken back" if held == {"old"} else "mixed"

    @property
    def settled(self) -> bool:
        return self.verdict in ("done", "taken back")


def open_units(project: Project, run: int | None = None) -> list[OpenUnit]:
    """Return what is open, of all runs or of one, in the order in which it was begun."""
    found: dict[tuple[int, Any], list[JournalEntry]] = {}
    plans: dict[int, Plan | JipError] = {}
    for entry in project.store.open_changes():
        if run is None or entry.run == run:
            plan = plans.setdefault(entry.run, _plan_or_why(project, entry.run))
            found.setdefault((entry.run, _number(plan, entry)), []).append(entry)
    return [_unit(number, plans[number[0]], entries) for number, entries in found.items()]


def _unit(key: tuple[int, Any], plan: Plan | JipError, entries: list[JournalEntry]) -> OpenUnit:
    run, number = key
    if isinstance(plan, Plan) and isinstance(number, int):
        return OpenUnit(run, number, plan.units[number], tuple(entries), plan)
    routers = tuple(dict.fromkeys(str(entry.router) for entry in entries))
    return OpenUnit(run, None, routers, tuple(entries), None, str(plan) if isinstance(plan, JipError) else "")


def _number(plan: Plan | JipError, entry: JournalEntry) -> object:
    """Return the unit that an entry is of; one of an older version does not say it: its router was in but one.

    Without a plan each router is alone.
    """
    if isinstance(plan, JipError):
        return entry.router
    named = entry.detail.get("unit")
    if isinstance(named, int) and named < len(plan.units):
        return named
    return next((n for n, unit in enumerate(plan.units) if entry.router in unit), entry.router)


def unrecorded(project: Project) -> list[int]:
    """Return the runs whose plan was kept and of which the store knows nothing: it was removed, or is an old copy."""
    kept = [_KEPT.fullmatch(path.name) for path in (project.var / "plans").glob("run-*.json")]
    known = {run.id for run in project.store.runs()}
    return sorted({int(name[1]) for name in kept if name} - known)


def untold(project: Project) -> Iterator[tuple[int, int]]:
    """Yield rollbacks that ended before they could write down what they had taken back, and of which run that was."""
    unwell = ("never ended", "interrupted", "failed")
    for record in (run for run in project.store.runs() if run.command == "rollback" and run.state in unwell):
        try:
            plan = plan_of(project, record.id)
        except StateError as error:
            logger.info("run %d: %s", record.id, error)
            continue
        of = int(plan.subject)
        back = [trace for trace in project.store.traces(record.id) if trace.holds == "all"]
        gone = {(plan.stage(trace.unit or 0, trace.router).undoes, trace.router) for trace in back}
        if any((trace.unit, trace.router) in gone and trace.holds in HELD for trace in project.store.traces(of)):
            yield record.id, of


def plan_of(project: Project, run: int) -> Plan:
    """Return the plan that a run set out to carry out.

    Raises:
        StateError: it is not there, or cannot be read.
    """
    path = project.var / "plans" / f"run-{run}.json"
    try:
        return Plan.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise StateError(
            f"{path}: the plan of run {run} cannot be read: {error}. It lies where that run was begun: put a "
            f"copy of var/plans and var/undo from there in their places, or see what the routers run: "
            f"{project.command} audit"
        ) from error


def _plan_or_why(project: Project, run: int) -> Plan | JipError:
    try:
        return plan_of(project, run)
    except StateError as error:
        return error


# ------------------------------------------------------------------ whose it is


def goes_on(run: RunRecord, *, named: bool) -> bool:
    """Return whether a run has to be left alone: its process lives, or may live on another machine.

    Whoever has ``named`` the run says that the other machine is gone.
    """
    return run.state == "going on" or (run.state == "not known" and not named)


def takes_back(project: Project, record: RunRecord) -> int | None:
    """Return which run ``record`` takes back for `jip recover`, or goes on taking back; None: it does neither."""
    way, of = record.arguments.get("way"), record.arguments.get("run")
    if record.command != "recover" or not isinstance(of, int):
        return None
    return of if way == "take back" else takes_back(project, project.store.run(of))


@contextmanager
def ours_alone(project: Project, unit: OpenUnit) -> Iterator[str]:
    """Hold the locks of a unit's routers while the block runs; yield who is at work on one of them, or nothing."""
    try:
        locks = lock_routers(project, unit.routers)
        locks.__enter__()
    except LockedError as error:
        yield str(error.holder or error.router)
        return
    try:
        yield ""
    finally:
        locks.__exit__(None, None, None)


# ------------------------------------------------------------------ what its routers hold


def read_back(project: Project, unit: OpenUnit) -> Answer:
    """Return what each router of a unit holds, read from the router itself; changes nothing."""
    found = project.store.traces(unit.run)
    traces = {trace.router: trace for trace in found if unit.number is None or trace.unit in (unit.number, None)}
    return Answer(unit, tuple(_found(project, unit, router, traces.get(router)) for router in unit.routers))


def _found(project: Project, unit: OpenUnit, router: str, trace: Trace | None) -> Found:
    if trace is None and not _held_already(project, unit, router):
        return Found(router, "not started", "nothing")
    step = next((entry.step for entry in unit.entries if entry.router == router), "apply" if trace else "unchanged")
    if unit.plan is None or unit.number is None:
        return Found(router, step, "unknown", settled=False, error=unit.why)
    try:
        after = activated(project.network, unit.plan.activates)
        status, running = _ask(project, after, router)
        holds = aim_of(project, unit.plan, after, unit.number, router).holds(running, trace.before if trace else "")
        now = left_alone(project, unit.run, unit.plan, trace, running) if holds == "all" and trace else None
    except JipError as error:
        return Found(router, step, "unknown", settled=False, error=str(error))
    pending = status["state"] == "pending"
    return Found(router, step, holds, not pending and holds not in ("part", "unknown"), pending, after=now)


def _held_already(project: Project, unit: OpenUnit, router: str) -> bool:
    """Return whether a unit left a router as it is, because an earlier run had made it what it should be."""
    steps = {e.step for e in project.store.journal(router, unit.run) if unit_of(e) in (unit.number, None)}
    fresh = unit.plan is not None and unit.plan.changes[router].fresh
    return "guard" in steps and "dry-run" not in steps and not fresh


def _ask(project: Project, after: Network, router: str) -> tuple[Mapping[str, Any], str]:
    """Return what the router remembers of its last commit and its running configuration, wherever it is reached."""
    failure: JipError = AnswerError(router, "was not asked")
    for network in (after, project.network):
        try:
            status = ask_one(project, network.router(router), read_commit)
            return status, ask_one(project, network.router(router), fetch_running)
        except JipError as error:
            failure = error
    raise failure


def settle(project: Project, answers: Collection[Answer]) -> None:
    """Write down what is known for good by now, so that nobody is asked about it again."""
    settled = [answer for answer in answers if answer.settled]
    if not settled:
        return
    with project.store.start_run("recover", {}) as run:
        for answer in settled:
            known = {t.router: t.holds for t in project.store.traces(answer.unit.run) if t.unit == answer.unit.number}
            still_open = {entry.router for entry in answer.unit.entries}
            for found in answer.found:
                if found.router in still_open or known.get(found.router, found.holds) != found.holds:
                    detail = {"run": answer.unit.run, "unit": answer.unit.number, "holds": found.holds}
                    run.journal(found.router, "recovered", detail | ({"after": found.after} if found.after else {}))
