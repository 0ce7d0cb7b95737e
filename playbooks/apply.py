"""Do what a plan says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from jipkit import completion
from jipkit.approval import facts_of, require
from jipkit.errors import ChangeError, UsageError
from jipkit.language import N_, _
from jipkit.locks import lock_rollout, lock_routers
from jipkit.plan import Plan
from jipkit.project import Project
from jipkit.reasons import Reason, because, said
from jipkit.report import Column, Report, Row
from jipkit.rollout.batches import broken_rule
from jipkit.rollout.windows import opening
from jipkit.signals import ending_sets
from playbooks._afterwards import Checked, look_after
from playbooks._change import Outcome
from playbooks._plan_file import keep_plan, plan_in, read_plan
from playbooks._rollout import Finished, Limit, Rollout, outdated
from playbooks._steps import HOLDS, holds_word, step_word


def apply(
    project: Project,
    file: Annotated[Path, typer.Argument(help=N_("A plan that `jip plan` wrote."), metavar="FILE")],
    *,
    timer: Annotated[
        int, typer.Option(min=20, max=3600, help=N_("Seconds after which a router takes the change back by itself."))
    ] = 120,
    max_failures: Annotated[
        str,
        typer.Option(
            help=N_("Begin no further batch once more routers than this have failed: a number, or a share of all."),
            metavar="N|N%",
        ),
    ] = "0",
    without_timer: Annotated[
        list[str] | None,
        typer.Option(
            "--without-timer",
            help=N_("A router to change although it cannot take the change back by itself; may be repeated."),
            autocompletion=completion.routers,
        ),
    ] = None,
    emergency: Annotated[
        str | None,
        typer.Option(help=N_("Change now, outside the windows of the calendar, for this reason; it is recorded.")),
    ] = None,
) -> Report:
    """Change the routers of a plan, batch after batch, each on its own timer, and prove what each of them holds.

    A plan that is no longer true is refused, and so is one that lacks an approval that the policy wants. When more
    routers fail than may, or a window closes, nothing more is begun: the rest is untouched, and listed.

    Example:
        jip apply kecamatan.json --max-failures 2
    """
    content = read_plan(file)
    plan = _plan_of(project, file, content)
    untimed = _named(plan, without_timer or ())
    limit = Limit.of(max_failures)
    _refuse_closed(project, emergency)
    stop = Event()
    with ending_sets(stop), lock_rollout(project), lock_routers(project, plan.changes):
        project = replace(project)  # whoever had the locks until now may have changed the inventory
        _refuse_outdated(project, file, plan)
        approval = require(project, file, content, facts_of(plan, project.network), datetime.now(UTC))
        arguments = {
            "file": str(file),
            "plan": plan.sha256,
            "subject": plan.subject,
            "timer_s": timer,
            "max_failures": max_failures,
            "without_timer": sorted(untimed),
            "emergency": emergency,
            "approval": approval.as_json(),
        }
        with project.store.start_run("apply", arguments) as run:
            keep_plan(project, f"run-{run.id}", plan)
            rollout = Rollout(
                project, plan, run, timer, limit, untimed, lambda: _closed(replace(project), emergency), stop
            )
            finished = rollout.carry_out()
            checked = look_after(project, run, [o.router for o in finished.outcomes if o.good])
            good = all(o.good for o in finished.outcomes) and all(found.good for found in checked.values())
            if not good:
                run.fail(_first_fault(finished, checked))
            return _report(plan, finished, checked, run.id, ok=good)


# ------------------------------------------------------------------ whether it may be done


def _plan_of(project: Project, file: Path, content: bytes) -> Plan:
    plan = plan_in(content, file)
    if plan.job != "plan":
        raise UsageError(f"{file}: a plan of `jip {plan.job} {plan.subject}`; run that again, with --commit")
    for key in plan.changes:
        project.network.router(key)
    if plan.activates or any(change.fresh for change in plan.changes.values()):
        raise UsageError(f"{file}: takes something into service, which only `jip provision` does")
    if why := broken_rule(project.network, plan.batches):
        raise UsageError(f"{file}: {why}; make it again with `jip plan`")
    return plan


def _named(plan: Plan, named: Collection[str]) -> frozenset[str]:
    """Return the routers that the operator named, each of them one of the plan's."""
    for name in named:
        if name not in plan.changes:
            raise UsageError(f"--without-timer {name}: not a router of this plan")
    return frozenset(named)


def _closed(project: Project, emergency: str | None) -> Reason | None:
    """Return why nothing may be begun now, and when it may; None: it may."""
    if emergency is not None:
        return None
    standards, calendar = project.network.standards, project.network.calendar
    now = opening(calendar, standards.timezone, datetime.now(UTC))
    if now.closed is None:
        return None
    if now.until is None:
        return now.closed
    return because("opens-at", closed=now.closed, at=f"{now.until:%Y-%m-%d %H:%M} {standards.timezone}")


def _refuse_closed(project: Project, emergency: str | None) -> None:
    if emergency is not None and not emergency.strip():
        raise UsageError("--emergency wants a reason: it is what the record says")
    if why := _closed(project, emergency):
        raise UsageError(f"{why}; nothing was done. --emergency 'REASON' goes ahead, and is recorded")


def _refuse_outdated(project: Project, file: Path, plan: Plan) -> None:
    found = dict(outdated(project, plan))
    if found:
        routers = ", ".join(f"{key} ({error.reason})" if error else key for key, error in found.items())
        raise ChangeError(
            next(iter(found)),
            "guard",
            f"the inventory or a template changed since the plan was made, for {routers}. Nothing was changed. "
            f"Make the plan again: {project.command} plan {plan.subject} --output {file}",
            holds="nothing",
        )


# ------------------------------------------------------------------ what came of it


def _first_fault(finished: Finished, checked: dict[str, Checked]) -> str:
    stopped = [f"{o.router} at {o.step}: {o.detail}" for o in finished.outcomes if not o.good and o.detail]
    unlike = [f"{router}: {found.why}" for router, found in checked.items() if not found.good]
    return next(iter([*stopped, *unlike]), str(finished.stopped))


def _report(plan: Plan, finished: Finished, checked: dict[str, Checked], run: int, *, ok: bool) -> Report:
    batches = {r: number for number, batch in enumerate(plan.batches, 1) for unit in batch for r in unit}
    return Report(
        name="apply",
        ok=ok,
        title=_("Run {run}: done").format(run=run) if ok else _("Run {run}: NOT all of it was done").format(run=run),
        columns=(
            Column("batch", _("Batch")),
            Column("router", _("Router")),
            Column("step", _("Last step")),
            Column("holds", _("Holds")),
            Column("as_intended", _("As intended")),
        ),
        rows=[_row(outcome, batches[outcome.router], checked.get(outcome.router)) for outcome in finished.outcomes],
        notes=_notes(finished, checked),
        data={
            "run": run,
            "plan": plan.sha256,
            "stopped": str(finished.stopped) if finished.stopped else None,
            "changed": any(o.holds != "nothing" for o in finished.outcomes),
        },
    )


def _row(outcome: Outcome, batch: int, checked: Checked | None) -> Row:
    word = _("yes") if checked and checked.good else _("no") if checked else "-"
    return Row(
        {
            "batch": batch,
            "router": outcome.router,
            "step": outcome.step,
            "holds": outcome.holds,
            "as_intended": checked.good if checked else None,
            "detail": outcome.detail,
        },
        shown={"step": step_word(outcome.step), "holds": holds_word(outcome.holds), "as_intended": word},
        mood="plain" if outcome.step == "not started" else HOLDS[outcome.holds][1],
    )


def _notes(finished: Finished, checked: dict[str, Checked]) -> list[str]:
    notes = [
        _("{router}: stopped at {step}: {why}").format(router=o.router, step=step_word(o.step), why=o.why)
        for o in finished.outcomes
        if not o.good and o.detail
    ]
    notes += [
        _("{router} is changed, but not as intended: {why}").format(router=router, why=said(found.why))
        for router, found in checked.items()
        if not found.good
    ]
    if finished.stopped:
        untouched = [o.router for o in finished.outcomes if o.step == "not started"]
        notes.append(
            _("Nothing more was begun: {why}. Untouched: {routers}").format(
                why=said(finished.stopped), routers=", ".join(untouched) or _("none")
            )
        )
    return notes
