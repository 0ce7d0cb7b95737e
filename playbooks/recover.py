"""After a crash: what does each router hold of the change that was not finished?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from jipkit.errors import AnswerError, Holds, JipError, StateError
from jipkit.language import _
from jipkit.model import Network
from jipkit.plan import Plan
from jipkit.project import Project
from jipkit.provisioning import activated
from jipkit.report import Column, Report, Row
from jipkit.store import JournalEntry
from playbooks._aims import aim_of
from playbooks._sessions import ask_one
from playbooks._steps import HOLDS, holds_word, step_word
from tasks.fetch import fetch_running
from tasks.rollback import read_commit


@dataclass(frozen=True, slots=True)
class Found:
    """What one router holds of an unfinished change; ``settled`` when it will stay so."""

    router: str
    run: int
    step: str
    holds: Holds
    settled: bool
    advice: str


def recover(project: Project) -> Report:
    """Read back every router whose change was not finished, and say what it holds: nothing, part, all, reverted.

    Changes nothing on a router. What is settled is written into the journal and not asked about again.

    Example:
        jip recover
    """
    found = [_read_back(project, entry) for entry in project.store.open_changes()]
    settled = [f for f in found if f.settled]
    if settled:
        with project.store.start_run("recover", {}) as run:
            for item in settled:
                run.journal(item.router, "recovered", {"run": item.run, "holds": item.holds})
    return Report(
        name="recover",
        ok=len(settled) == len(found),
        title=_("Unfinished changes"),
        columns=(
            Column("router", _("Router")),
            Column("run", _("Run")),
            Column("step", _("Last step")),
            Column("holds", _("Holds")),
            Column("advice", _("Next")),
        ),
        rows=[_row(item) for item in found],
        notes=() if found else (_("No change was left unfinished."),),
    )


def _row(item: Found) -> Row:
    mood = HOLDS[item.holds][1]
    shown = {"step": step_word(item.step), "holds": holds_word(item.holds)}
    values = {"router": item.router, "run": item.run, "step": item.step, "holds": item.holds, "settled": item.settled}
    return Row(values | {"advice": item.advice}, shown=shown, mood=mood if item.settled else "warn")


def _read_back(project: Project, entry: JournalEntry) -> Found:
    key = str(entry.router)
    try:
        plan = _plan(project, entry.run)
        after = activated(project.network, plan.activates)
        status, running = _ask(project, after, key)
        number = entry.detail.get("unit", _unit_of(plan, key))
        holds = aim_of(project, plan, after, int(number), key).holds(running, str(entry.detail["before"]))
    except JipError as error:
        return Found(key, entry.run, entry.step, "unknown", settled=False, advice=str(error))
    if status["state"] == "pending":
        words = _("not confirmed: the router takes it back by itself; run `{jip} recover` again then").format(
            jip=project.command
        )
        return Found(key, entry.run, entry.step, holds, settled=False, advice=words)
    return Found(
        key,
        entry.run,
        entry.step,
        holds,
        settled=holds not in ("part", "unknown"),
        advice=_advice(project, plan, holds),
    )


def _ask(project: Project, after: Network, router: str) -> tuple[dict[str, Any], str]:
    """Return what the router remembers of its last commit and its running configuration, wherever it is reached."""
    failure: JipError = AnswerError(router, "was not asked")
    for network in (after, project.network):
        try:
            status = ask_one(project, network.router(router), read_commit)
            return status, ask_one(project, network.router(router), fetch_running)
        except JipError as error:
            failure = error
    raise failure


def _plan(project: Project, run: int) -> Plan:
    path = project.var / "plans" / f"run-{run}.json"
    try:
        return Plan.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise StateError(f"{path}: the plan of run {run} cannot be read: {error}") from error


def _unit_of(plan: Plan, router: str) -> int:
    """Return the unit of a router where its record, of an older version, does not say it: there was but one."""
    return next(number for number, unit in enumerate(plan.units) if router in unit)


def _advice(project: Project, plan: Plan, holds: Holds) -> str:
    again = f"{project.command} {plan.job} {plan.subject}".rstrip()
    if holds in ("part", "unknown"):
        return _("look at it: `{command}` shows what is missing").format(command=again)
    if holds == "all":
        return _("`{command} --commit` finishes the records").format(command=again) if plan.activates else _("nothing")
    return _("`{command}` plans it anew").format(command=again)
