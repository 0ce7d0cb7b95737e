"""Take an office into service, or bring its routers to what the inventory wants."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from jipkit import completion
from jipkit.drift import with_legend
from jipkit.errors import ChangeError, StateError, UsageError
from jipkit.language import N_, _
from jipkit.locks import lock_rollout, lock_routers
from jipkit.model import Network
from jipkit.plan import Plan, changed_lines
from jipkit.project import Project
from jipkit.provisioning import activated, change_order, planned_in
from jipkit.reasons import said
from jipkit.report import Column, Mood, Report, Row, Text
from jipkit.signals import ending_as_interrupt
from jipkit.store import Run
from playbooks import _change_options as options
from playbooks._afterwards import lasting
from playbooks._permission import Permission
from playbooks._plan import make_plan
from playbooks._plan_file import keep_plan
from playbooks._rescue import Outcome
from playbooks._rollout import Finished, Rollout
from playbooks._steps import holds_word, step_word

MOODS: dict[str, Mood] = {"all": "good", "nothing": "plain", "reverted": "warn", "part": "bad", "unknown": "bad"}


def provision(
    project: Project,
    office: Annotated[
        str,
        typer.Argument(
            help=N_("The office: its routers and the near ends of its links."), autocompletion=completion.offices
        ),
    ],
    *,
    commit: options.Commit = False,
    timer: options.Timer = options.TIMER_S,
    without_timer: options.WithoutTimer = None,
    emergency: options.Emergency = None,
) -> Report:
    """Take an office into service: both ends of its links, and nobody is locked out.

    Without --commit it shows what would change on each router, each line with its origin, and changes nothing. What it
    shows is kept as a plan: where the policy wants an approval, that is what `jip approve` signs.

    Example:
        jip provision pkm-celikah --commit
    """
    routers = change_order(project.network, office)
    untimed = _named(office, routers, without_timer or ())
    if not commit:
        plan, _after = _planned(project, office, untimed)
        (_forget if plan.idle else _keep)(project, plan)
        return _shown(project, plan)
    with lock_rollout(project), lock_routers(project, routers):
        project = replace(project)  # whoever had the locks until now may have changed the inventory
        if change_order(project.network, office) != routers:
            raise StateError(f"{office}: the inventory was changed just now; nothing was done. Run the command again")
        plan, after = _planned(project, office, untimed)
        _refuse_stale(project, plan)
        if plan.idle:
            _forget(project, plan)
            return _report(plan, [], [_("Nothing to change: every router is as the inventory wants it.")], ok=True)
        permission = Permission(plan, _kept(project, plan), plan.as_bytes(), emergency)
        return _done(project, after, permission, timer, untimed)


def _named(office: str, routers: Collection[str], named: Collection[str]) -> frozenset[str]:
    """Return the routers that the operator named, each of them one of ``routers``."""
    for name in named:
        if name not in routers:
            raise UsageError(
                f"--without-timer {name}: not a router that provisioning {office} changes; "
                f"those are {', '.join(routers)}"
            )
    return frozenset(named)


def _planned(project: Project, office: str, untimed: Collection[str]) -> tuple[Plan, Network]:
    """Return what has to change for ``office``, and the network as it is after that."""
    sources = planned_in(project.network, office)
    after, routers = activated(project.network, sources), change_order(project.network, office)
    return make_plan(
        project, after, routers, job="provision", subject=office, activates=sources, untimed=untimed
    ), after


def _shown(project: Project, plan: Plan) -> Report:
    rows = [
        Row(
            {"router": key, "unit": _unit_of(plan, key), "changes": not change.idle},
            shown={"changes": _words_for(plan, key)},
            mood="plain" if change.idle else "info",
        )
        for key, change in plan.changes.items()
    ]
    return Report(
        name="provision",
        ok=True,
        title=_("{office}: what a commit would change").format(office=plan.subject),
        columns=(Column("router", _("Router")), Column("unit", _("Unit")), Column("changes", _("Changes"))),
        rows=rows,
        texts=[
            Text(key, with_legend(change.diff), kind="diff") for key, change in plan.changes.items() if not change.idle
        ],
        notes=_next_steps(project, plan),
        data={"plan": plan.sha256, "activates": [str(source) for source in plan.activates], "changed": False},
    )


def _next_steps(project: Project, plan: Plan) -> list[str]:
    if plan.idle:
        return [_("Nothing to change: every router is as the inventory wants it.")]
    notes = [
        _("Nothing was changed. Next: {jip} provision {office} --commit").format(
            jip=project.command, office=plan.subject
        )
    ]
    file = _kept(project, plan)
    if lacks := Permission(plan, file, plan.as_bytes()).lacks(project):
        notes.append(
            _("Before that it has to be approved ({lacks}): {jip} approve {file}").format(
                lacks=lacks, jip=project.command, file=file
            )
        )
    fresh = [key for key, change in plan.changes.items() if change.fresh]
    notes += [
        _("{router} does not answer yet: it has to be booted from `{jip} bootstrap {router}`.").format(
            jip=project.command, router=key
        )
        for key in fresh
    ]
    return notes


def _words_for(plan: Plan, router: str) -> str:
    change = plan.changes[router]
    if change.idle:
        return _("none")
    if change.fresh:
        return _("first configuration, from its bootstrap")
    lines = change.diff.splitlines()
    added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    return _("{added} lines added, {removed} removed").format(added=added, removed=removed)


def _unit_of(plan: Plan, router: str) -> int | None:
    return next((number for number, unit in enumerate(plan.units, 1) if router in unit), None)


# ------------------------------------------------------------------ with --commit


def _done(project: Project, after: Network, permission: Permission, timer_s: int, untimed: Collection[str]) -> Report:
    plan, approval = permission.plan, permission.require(project, after)
    arguments = {
        "office": plan.subject,
        "plan": plan.sha256,
        "timer_s": timer_s,
        "without_timer": sorted(untimed),
        "emergency": permission.emergency,
        "approval": approval.as_json(),
    }
    lost: list[str] = []
    with lasting(project.store.start_run("provision", arguments), lost) as run:
        keep_plan(project, f"run-{run.id}", plan)
        with ending_as_interrupt():
            finished = Rollout(
                project, plan, after, run, timer_s, untimed=untimed, hindrance=lambda: permission.hindrance(project)
            ).carry_out()
        if finished.mistake:
            raise finished.mistake
        good, notes = _settled(project, plan, run, finished)
    notes += [_("Done, but not recorded: {why}").format(why=why) for why in lost]
    idle = [Outcome(key, "unchanged", "nothing") for key, change in plan.changes.items() if change.idle]
    return _report(plan, [*finished.outcomes, *idle], notes, ok=good and not lost)


def _settled(project: Project, plan: Plan, run: Run, finished: Finished) -> tuple[bool, list[str]]:
    """Finish the records of what was done; return whether all is well, and what to say."""
    bad = [outcome for outcome in finished.outcomes if not outcome.good]
    if not bad:
        good, notes = _activate(project, plan)
        _forget(project, plan)
        if not good:
            run.fail("the inventory could not be changed")
        return good, notes
    told = [outcome for outcome in bad if outcome.detail]
    run.fail(next((f"{o.router} at {o.step}: {o.detail}" for o in told), str(finished.stopped)))
    notes = [
        _("{router}: stopped at {step}: {why}").format(router=o.router, step=step_word(o.step), why=o.why) for o in told
    ]
    if finished.stopped and not told:
        notes.append(_("Nothing more was begun: {why}").format(why=said(finished.stopped)))
    return False, notes


def _activate(project: Project, plan: Plan) -> tuple[bool, list[str]]:
    """Make what was planned active in the inventory; return whether that is done, and what to say of it.

    The routers hold it already. As long as the inventory does not say so, the next change of a near end shuts it.
    """
    if not plan.activates:
        return True, []
    try:
        places = project.activate(plan.activates)
    except (StateError, UsageError, OSError) as error:
        return False, [_("The routers are changed, but the inventory could not be: {why}").format(why=error)]
    active = ", ".join(f"{source} ({place})" for source, place in places.items())
    return True, [_("Now active: {what}").format(what=active)]


def _report(plan: Plan, outcomes: list[Outcome], notes: list[str], *, ok: bool) -> Report:
    return Report(
        name="provision",
        ok=ok,
        title=_("{office}: provisioned").format(office=plan.subject)
        if ok
        else _("{office}: NOT provisioned").format(office=plan.subject),
        columns=(Column("router", _("Router")), Column("step", _("Last step")), Column("holds", _("Holds"))),
        rows=[
            Row(
                {"router": o.router, "step": o.step, "holds": o.holds, "detail": o.detail},
                shown={"step": step_word(o.step), "holds": holds_word(o.holds)},
                mood=MOODS[o.holds],
            )
            for o in outcomes
        ],
        notes=notes,
        data={"plan": plan.sha256, "changed": any(o.holds != "nothing" for o in outcomes)},
    )


# ------------------------------------------------------------------ the dry run that was seen


def _keep(project: Project, plan: Plan) -> None:
    """Remember what was shown: a later --commit does just that, or refuses."""
    keep_plan(project, f"provision-{plan.subject}", plan)


def _forget(project: Project, plan: Plan) -> None:
    _kept(project, plan).unlink(missing_ok=True)


def _kept(project: Project, plan: Plan) -> Path:
    """Return where a dry run lies, and the signatures of those who approve it beside it."""
    return project.var / "plans" / f"provision-{plan.subject}.json"


def _refuse_stale(project: Project, plan: Plan) -> None:
    """Refuse when the dry run that somebody has seen is no longer true, and name what changed."""
    path = _kept(project, plan)
    try:
        seen = Plan.from_json(json.loads(path.read_text(encoding="utf-8")))
        shown = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return
    except ValueError as error:
        raise StateError(
            f"{path}: {error}; remove it, or run `{project.command} provision {plan.subject}` again"
        ) from error
    if seen.sha256 == plan.sha256:
        return
    found = _what_changed(seen, plan)
    raise ChangeError(
        next(iter(found), plan.subject),
        "guard",
        f"the dry run of {shown:%Y-%m-%d %H:%M} UTC is no longer true: "
        f"{'; '.join(line for lines in found.values() for line in lines) or 'the order of the routers changed'}. "
        f"Nothing was changed. Look again: {project.command} provision {plan.subject}",
        holds="nothing",
    )


def _what_changed(seen: Plan, now: Plan) -> dict[str, list[str]]:
    found = {}
    for key, change in now.changes.items():
        old = seen.changes.get(key)
        if old is None:
            found[key] = [f"{key} is new in it"]
            continue
        lines = [f"{key} now has {line}" for line in changed_lines(old.before or "", change.before or "")]
        lines += [f"{key} is now wanted to have {line}" for line in changed_lines(old.intended, change.intended)]
        if lines:
            found[key] = lines
    return found
