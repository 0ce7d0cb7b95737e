"""A plan, for people and for programs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from jipkit.approval import approval_of, facts_of
from jipkit.errors import JipError
from jipkit.language import N_, _, ngettext
from jipkit.model import Router, State
from jipkit.plan import Change, Plan
from jipkit.postchecks import in_words
from jipkit.project import Project
from jipkit.reasons import as_json, said
from jipkit.report import Column, Mood, Report, Row, Text

LEVELS = {"low": N_("low"), "medium": N_("medium"), "high": N_("high")}
BEGIN = {"rollback": "rollback {subject} --commit", "provision": "provision {subject} --commit"}
"""What carries out a plan that is not one of `jip plan`, by its job."""

MOODS: dict[str, Mood] = {"low": "good", "medium": "warn", "high": "bad"}


def report_of(project: Project, plan: Plan, path: Path | None, chosen: Collection[Router] | None = None) -> Report:
    """Return what `jip plan` says of a plan for the ``chosen`` routers, or `jip show plan`, where nobody was chosen."""
    asked = [router for router in chosen or () if router.key not in plan.changes and router.key not in plan.left_out]
    ready = [router.key for router in asked if router.state is State.ACTIVE]
    planned = [router for router in asked if router.state is not State.ACTIVE]
    return Report(
        name="show plan" if chosen is None else "plan",
        ok=not plan.left_out and not any(change.left for change in plan.changes.values()),
        title=plan.subject,
        columns=_columns(),
        rows=list(_rows(plan)),
        texts=list(_texts(plan)) if chosen is None else [],
        notes=[
            *_ties(plan),
            *_losses(plan),
            *_left_out(plan),
            *_planned(project, planned),
            *(_as_they_are(plan, path, ready) if chosen is not None else ()),
            *(_next_steps(project, plan, path, shown=chosen is None) if path else ()),
        ],
        data={
            "plan": plan.sha256,
            "file": str(path) if path else None,
            "losses": [loss.as_json() for loss in plan.losses],
            "left_out": {key: as_json(why) for key, why in plan.left_out.items()},
        }
        | ({} if chosen is None else {"as_intended": ready, "planned": [router.key for router in planned]}),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("batch", _("Batch")),
        Column("unit", _("Unit")),
        Column("router", _("Router")),
        Column("added", _("Added")),
        Column("removed", _("Removed")),
        Column("risk", _("Risk")),
        Column("why", _("Why")),
    )


def _rows(plan: Plan) -> Iterator[Row]:
    unit_number = 0
    for number, batch in enumerate(plan.batches, 1):
        for unit in batch:
            unit_number += 1
            for router in unit:
                yield _row(plan.changes[router], number, unit_number)


def _row(change: Change, batch: int, unit: int) -> Row:
    level = str(change.risk.level) if change.risk else None
    reasons = [*(change.risk.reasons if change.risk else ()), *change.warnings]
    return Row(
        {
            "batch": batch,
            "unit": unit,
            "router": change.router,
            "added": _count(change, "+"),
            "removed": _count(change, "-"),
            "risk": change.risk.score if change.risk else None,
            "level": level,
            "why": [as_json(reason) for reason in reasons],
            "undo_complete": change.undo_complete,
        },
        shown={
            "risk": f"{change.risk.score} {_(LEVELS[level])}" if change.risk and level else _("not known"),
            "why": "\n".join(said(reason) for reason in reasons),
        },
        mood=MOODS.get(level or "", "unknown"),
    )


def _count(change: Change, sign: str) -> int:
    return sum(line.startswith(sign) for line in change.diff.splitlines())


def _texts(plan: Plan) -> Iterator[Text]:
    for change in plan.changes.values():
        yield Text(change.router, change.diff, kind="diff")
        done = _in_stages(change, [stage.commands for stage in change.stages])
        undo = _in_stages(change, [stage.undo for stage in change.stages])
        yield Text(_("{router}: what is done").format(router=change.router), "\n".join(done), kind="config")
        yield Text(_("{router}: the way back").format(router=change.router), "\n".join(undo), kind="config")
        checks = dict.fromkeys(check for stage in change.stages for check in stage.checks)
        words = "\n".join(said(in_words(check)) for check in checks)
        yield Text(_("{router}: what is looked at afterwards").format(router=change.router), words)


def _in_stages(change: Change, commands: Sequence[Sequence[str]]) -> list[str]:
    """Return the commands of a router's stages, each below the links that it is about where there are several."""
    if len(commands) == 1:
        return list(commands[0])
    lines: list[str] = []
    for stage, told in zip(change.stages, commands, strict=True):
        lines += [f"# {', '.join(stage.links) or _('what else differs')}", *told]
    return lines


def _losses(plan: Plan) -> Iterator[str]:
    """Yield what each batch costs; batches that cost nothing are not worth a word."""
    for number, loss in enumerate(plan.losses, 1):
        if loss.offices:
            yield _("Batch {number} cuts off meanwhile: {offices}; services: {services}").format(
                number=number, offices=", ".join(loss.offices), services=", ".join(loss.services) or _("none")
            )
        if loss.single_way:
            yield _("Batch {number} leaves with a single way meanwhile: {offices}").format(
                number=number, offices=", ".join(loss.single_way)
            )


def _ties(plan: Plan) -> Iterator[str]:
    """Yield the units that are larger than a link."""
    for unit in plan.units:
        if len(unit) > 2:
            yield _("{count} routers are one unit, because both ends of their links change at once: {routers}").format(
                count=len(unit), routers=", ".join(unit)
            )


def _planned(project: Project, planned: Collection[Router]) -> Iterator[str]:
    for router in planned:
        yield _("{router} is not in service yet: {jip} provision {office}").format(
            router=router.key, jip=project.command, office=router.office
        )


def _left_out(plan: Plan) -> Iterator[str]:
    for router, why in plan.left_out.items():
        yield _("{router} is left out: {why}").format(router=router, why=said(why))


def _as_they_are(plan: Plan, path: Path | None, ready: Collection[str]) -> Iterator[str]:
    if ready:
        yield ngettext(
            "{count} router is as the inventory wants it.",
            "{count} routers are as the inventory wants them.",
            len(ready),
        ).format(count=len(ready))
    if path is None and not plan.left_out:
        yield _("Nothing to change: every router is as the inventory wants it.")


def _next_steps(project: Project, plan: Plan, path: Path, *, shown: bool) -> Iterator[str]:
    """Yield what to do with a plan in a file: look at it, have it approved where the policy wants that, do it."""
    jip = project.command
    if not shown:
        yield _("Nothing was changed. To see all of it: {jip} show plan {file}").format(jip=jip, file=path)
    try:
        found = approval_of(project, path, plan.as_bytes(), facts_of(plan, project.network), datetime.now(UTC))
    except JipError as error:
        yield _("Nobody can tell whether it needs an approval: {why}").format(why=said(error.reason))
        return
    if who := found.next_steps(f"{jip} approve {path}"):
        why = "; ".join(said(reason) for reason in found.reasons)
        yield _("It needs an approval ({why}): {who}.").format(why=why, who=said(who))
    do = BEGIN.get(plan.job, "apply {file}").format(subject=plan.subject, file=path)
    yield _("To carry it out: {command}").format(command=f"{jip} {do}")
