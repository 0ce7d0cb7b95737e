"""Do what a plan says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Annotated, Any

import typer

from jipkit.errors import SecretError, UsageError
from jipkit.language import N_, _
from jipkit.locks import lock_rollout, lock_routers
from jipkit.plan import Plan
from jipkit.project import Project
from jipkit.reasons import said
from jipkit.redaction import names_in
from jipkit.report import Column, Mood, Report, Row
from jipkit.rollout import Unit, broken_rule, pace_for
from jipkit.signals import ending_sets
from jipkit.store import Run
from playbooks import _change_options as options
from playbooks._afterwards import Checked, lasting, look_after
from playbooks._pause import agreed, refuse_unasked
from playbooks._permission import Permission
from playbooks._plan_file import keep_plan, plan_in, read_plan
from playbooks._rescue import Outcome
from playbooks._rollout import Finished, Limit, Rollout
from playbooks._steps import HOLDS, holds_word, step_word
from playbooks._waiting import Patience


def apply(
    project: Project,
    file: Annotated[Path, typer.Argument(help=N_("A plan that `jip plan` wrote."), metavar="FILE")],
    *,
    timer: options.Timer = options.TIMER_S,
    max_failures: options.MaxFailures = "0",
    pause: Annotated[bool, typer.Option("--pause", help=N_("Ask before each batch after the first."))] = False,
    ready_within: options.ReadyWithin = options.READY_S,
    patience: options.PatienceS = options.PATIENCE_S,
    wait: options.Wait = None,
    without_timer: options.WithoutTimer = None,
    emergency: options.Emergency = None,
) -> Report:
    """Change the routers of a plan, batch after batch, each on its own timer, and prove what each of them holds.

    A plan that is no longer true is refused, and so is one that lacks an approval that the policy wants. When more
    routers fail than may, or a window closes, nothing more is begun: the rest is untouched, and listed. The same
    command goes on with it: routers that hold already what they should are left as they are.

    Example:
        jip apply kecamatan.json --max-failures 2 --wait 2h
    """
    content = read_plan(file)
    plan = _plan_of(project, file, content)
    orders = _Orders(
        file, timer, max_failures, pause, ready_within, patience, wait, _named(plan, without_timer or ()), emergency
    )
    _refuse_what_would_stop_on_the_way(project, plan, orders)
    permission = Permission(plan, file, content, emergency)
    limit, waits = Limit.of(max_failures), Patience.of(patience, wait)
    if pause:
        refuse_unasked()
    stop, lost = Event(), list[str]()
    with ending_sets(stop), lock_rollout(project), lock_routers(project, plan.changes):
        project = replace(project)  # whoever had the locks until now may have changed the inventory
        approval = permission.require(project, project.network)
        earlier = _earlier(project, plan)
        arguments = orders.as_json(plan) | {"approval": approval.as_json(), "continues": earlier}
        with lasting(project.store.start_run("apply", arguments), lost) as run:
            keep_plan(project, f"run-{run.id}", plan)
            finished = Rollout(
                project,
                plan,
                project.network,
                run,
                timer,
                limit,
                orders.without_timer,
                hindrance=lambda: permission.hindrance(project),
                stop=stop,
                patience=waits,
                ready_s=ready_within,
                agree=agreed if pause else lambda _: True,
            ).carry_out()
            done = _looked_after(project, run, finished, lost)
            if done.fault:
                run.fail(done.fault)
    return _report(project, orders, plan, replace(done, lost=tuple(lost), earlier=earlier))


@dataclass(frozen=True, slots=True)
class _Orders:
    """How a plan shall be carried out, as the command says."""

    file: Path
    timer_s: int
    max_failures: str
    pause: bool
    ready_within_s: int
    patience_s: int
    wait: str | None
    without_timer: frozenset[str]
    emergency: str | None

    def words(self) -> str:
        """Return what has to be typed to go on the same way; an emergency and a pause are not decided beforehand."""
        found = [str(self.file), *(f"--without-timer {router}" for router in sorted(self.without_timer))]
        chosen = (
            ("--timer", self.timer_s, options.TIMER_S),
            ("--max-failures", self.max_failures, "0"),
            ("--ready-within", self.ready_within_s, options.READY_S),
            ("--patience", self.patience_s, options.PATIENCE_S),
            ("--wait", self.wait, None),
        )
        return " ".join([*found, *(f"{name} {value}" for name, value, usual in chosen if value != usual)])

    def as_json(self, plan: Plan) -> dict[str, Any]:
        """Return what the record of the run holds of it."""
        return {
            "file": str(self.file.absolute()),
            "plan": plan.sha256,
            "subject": plan.subject,
            "timer_s": self.timer_s,
            "max_failures": self.max_failures,
            "pause": self.pause,
            "ready_within_s": self.ready_within_s,
            "patience_s": self.patience_s,
            "wait": self.wait,
            "without_timer": sorted(self.without_timer),
            "emergency": self.emergency,
        }


@dataclass(frozen=True, slots=True)
class _Done:
    """What a run did; ``lost`` is what could not be recorded, ``earlier`` the last run of the same plan."""

    run: int
    finished: Finished
    checked: dict[str, Checked]
    lost: tuple[str, ...] = ()
    earlier: int | None = None

    @property
    def good(self) -> bool:
        return not (self.fault or self.lost)

    @property
    def unlike(self) -> dict[str, Checked]:
        """The routers of which all was done, and which are not as intended all the same, or are not known to be."""
        return {r: found for r, found in self.checked.items() if not found.good and r in self.finished.good}

    @property
    def fault(self) -> str:
        """The first thing that is not as it should be; nothing where all is."""
        bad = [o for o in self.finished.outcomes if not o.good]
        stopped = [f"{o.router} at {o.step}: {o.detail}" for o in bad if o.detail]
        unlike = [f"{router}: {found.why}" for router, found in self.unlike.items()]
        untold = [f"{o.router} at {o.step}" for o in bad]
        return next(iter([*stopped, *unlike, *self.lost]), str(self.finished.stopped or next(iter(untold), "")))


def _looked_after(project: Project, run: Run, finished: Finished, lost: list[str]) -> _Done:
    return _Done(run.id, finished, look_after(project, run, finished, lost), tuple(lost))


def _earlier(project: Project, plan: Plan) -> int | None:
    """Return the last run in which the same plan was carried out."""
    runs = [
        run.id for run in project.store.runs() if run.command == "apply" and run.arguments.get("plan") == plan.sha256
    ]
    return runs[-1] if runs else None


# ------------------------------------------------------------------ whether it can be done


def _plan_of(project: Project, file: Path, content: bytes) -> Plan:
    plan = plan_in(content, file)
    if plan.job != "plan":
        raise UsageError(f"{file}: a plan of `jip {plan.job} {plan.subject}`; run that again, with --commit")
    for key in plan.changes:
        project.network.router(key)
    if plan.activates or any(change.fresh for change in plan.changes.values()):
        raise UsageError(f"{file}: takes something into service, which only `jip provision` does")
    pace = pace_for([change.risk.level for change in plan.changes.values() if change.risk])
    if why := broken_rule(project.network, _units(plan), pace=pace):
        raise UsageError(f"{file}: {why}; make it again with `jip plan`")
    return plan


def _units(plan: Plan) -> list[list[Unit]]:
    """Return the batches of a plan as its units say them."""
    return [[Unit(frozenset(plan.links(n)), plan.units[n]) for n in batch] for batch in plan.numbered]


def _refuse_what_would_stop_on_the_way(project: Project, plan: Plan, orders: _Orders) -> None:
    """Make sure that no batch in the middle has to stop at what is known before the first.

    Raises:
        UsageError: routers have no rollback timer, and nobody wants them changed all the same; all of them are named.
        SecretError: secrets that the routers are to be given are not there; all of them are named.
    """
    routers = [project.network.router(key) for key in plan.changes if key not in orders.without_timer]
    if unarmed := [router.key for router in routers if not project.facts(router).device_timer]:
        raise UsageError(
            f"{', '.join(unarmed)}: no rollback timer that jip can arm; nothing was done. A mistake would have to be "
            f"undone on site; where somebody is there, add {' '.join(f'--without-timer {key}' for key in unarmed)}"
        )
    told = [command for change in plan.changes.values() for stage in change.stages for command in stage.commands]
    names = names_in("\n".join(told))
    if missing := [name for name in names if not project.secrets.has(name)]:
        raise SecretError(
            f"{', '.join(missing)}: not set, and the plan needs them; nothing was done. For each: "
            f"{project.secrets.places(missing[0])}"
        )


def _named(plan: Plan, named: Collection[str]) -> frozenset[str]:
    """Return the routers that the operator named, each of them one of the plan's."""
    for name in named:
        if name not in plan.changes:
            raise UsageError(f"--without-timer {name}: not a router of this plan")
    return frozenset(named)


# ------------------------------------------------------------------ what came of it


def _report(project: Project, orders: _Orders, plan: Plan, done: _Done) -> Report:
    batch_of = {unit: number for number, batch in enumerate(plan.numbered, 1) for unit in batch}
    finished = done.finished
    return Report(
        name="apply",
        ok=done.good,
        title=(_("Run {run}: done") if done.good else _("Run {run}: NOT all of it was done")).format(run=done.run),
        columns=(
            Column("batch", _("Batch")),
            Column("unit", _("Unit")),
            Column("router", _("Router")),
            Column("step", _("Last step")),
            Column("holds", _("Holds")),
            Column("as_intended", _("As intended")),
        ),
        rows=[
            _row(outcome, batch_of[unit], unit + 1, done.checked.get(outcome.router))
            for unit, outcomes in finished.units.items()
            for outcome in outcomes
        ],
        notes=_notes(done, f"{project.command} apply {orders.words()}"),
        data={
            "run": done.run,
            "plan": plan.sha256,
            "continues": done.earlier,
            "stopped": str(finished.stopped) if finished.stopped else None,
            "queued": list(dict.fromkeys(o.router for o in finished.outcomes if o.step == "queued")),
            "not_recorded": list(done.lost),
            "changed": any(o.holds != "nothing" and o.step != "unchanged" for o in finished.outcomes),
        },
    )


def _row(outcome: Outcome, batch: int, unit: int, checked: Checked | None) -> Row:
    word = {True: _("yes"), False: _("no"), None: "-"}[checked.good if checked else None]
    return Row(
        {
            "batch": batch,
            "unit": unit,
            "router": outcome.router,
            "step": outcome.step,
            "holds": outcome.holds,
            "as_intended": checked.good if checked else None,
            "detail": outcome.detail,
        },
        shown={"step": step_word(outcome.step), "holds": holds_word(outcome.holds), "as_intended": word},
        mood=_mood(outcome),
    )


def _mood(outcome: Outcome) -> Mood:
    if outcome.step == "queued":
        return "warn"
    return "plain" if outcome.step == "not started" else HOLDS[outcome.holds][1]


def _notes(done: _Done, command: str) -> list[str]:
    finished, bad = done.finished, [o for o in done.finished.outcomes if not o.good]
    notes = [
        _("{router}: stopped at {step}: {why}").format(router=o.router, step=step_word(o.step), why=o.why)
        for o in bad
        if o.detail
    ]
    notes += [
        _("{router} is changed, but not as intended: {why}").format(router=router, why=said(found.why))
        for router, found in done.unlike.items()
        if found.good is False
    ]
    notes += [
        _("{router} is changed, and it is not known whether as intended: {why}").format(
            router=router, why=said(found.why)
        )
        for router, found in done.unlike.items()
        if found.good is None
    ]
    if done.earlier is not None:
        notes.append(
            _("The same plan was begun in run {run}; what routers held of it already is unchanged.").format(
                run=done.earlier
            )
        )
    notes += [_("Done, but not recorded: {why}").format(why=why) for why in done.lost]
    if queued := list(dict.fromkeys(o.router for o in bad if o.step == "queued")):
        notes.append(
            _("Not reached, and untouched: {routers}. When they answer: {command}").format(
                routers=", ".join(queued), command=command
            )
        )
    if finished.stopped:
        untouched = list(dict.fromkeys(o.router for o in bad if o.step == "not started"))
        notes.append(
            _("Nothing more was begun: {why}. Untouched: {routers}").format(
                why=said(finished.stopped), routers=", ".join(untouched) or _("none")
            )
        )
        if untouched:
            notes[-1] += ". " + _("To go on: {command}").format(command=command)
    return notes
