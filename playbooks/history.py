"""What was done, by whom, and how did it end?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from jipkit import completion
from jipkit.errors import UnknownNameError
from jipkit.language import N_, _
from jipkit.project import Project
from jipkit.report import Column, Report, Row
from jipkit.store import RunRecord
from playbooks import _runs as words
from playbooks._clock import Clock, clock_of, moment

DEFAULT_LIMIT = 20


def history(
    project: Project,
    *,
    router: Annotated[
        str | None,
        typer.Option(
            "--router", "-r", metavar="NAME", help=N_("Only runs on this router."), autocompletion=completion.routers
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help=N_("Only runs since then: 2026-11-24, 2026-11-24T20:30, 12h or 3d.")),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help=N_("At most this many, the newest."))] = DEFAULT_LIMIT,
) -> Report:
    """Tell what was done to routers: each run, the newest first, how it ended, and what each router holds of it.

    Only what changes something or may is a run: rollouts, provisioning, recovery, rollbacks, trust. No router is asked.

    Example:
        jip history --router core-1 --since 30d
    """
    clock = clock_of(project)
    after = moment(since, clock.zone, datetime.now(UTC)) if since else None
    found = project.store.runs(router=router, since=after, last=limit + 1) if project.has_records else []
    if router and not found:
        _refuse_unknown(project, router)
    runs = list(reversed(found))[:limit]
    held = project.store.held([run.id for run in runs]) if runs else {}
    undone = project.store.undone_by([run.id for run in runs]) if runs else {}
    return Report(
        name="history",
        ok=True,
        title=_("Runs, the newest first"),
        columns=(
            Column("run", _("Run")),
            Column("command", _("Command")),
            Column("arguments", _("Arguments")),
            Column("by", _("By")),
            Column("started", _("Started")),
            Column("seconds", _("Took")),
            Column("outcome", _("Outcome")),
            Column("routers", _("Routers, and what they hold of it")),
        ),
        rows=[_row(run, held[run.id], undone[run.id], clock) for run in runs],
        notes=[*clock.notes, *_notes(project, runs, more=len(found) > limit)],
        data={"more": len(found) > limit},
    )


def _refuse_unknown(project: Project, router: str) -> None:
    """Make sure that a router without a run is one at all; one that is no more keeps its history.

    Raises:
        UnknownNameError: nothing is called so.
    """
    if router not in project.network.routers:
        raise UnknownNameError("router", router, project.network.routers)


def _row(run: RunRecord, held: words.Held, undone: list[int], clock: Clock) -> Row:
    outcome = words.outcome(run)
    shown = {
        "command": words.readable(run.command),
        "arguments": words.arguments(run),
        "by": words.readable(run.by),
        "started": clock.shown(run.started),
        "seconds": words.took(run),
        "outcome": f"{outcome}; {words.undone(undone)}" if undone else outcome,
        "routers": words.holdings(held),
    }
    return Row(words.values_of(run, held, undone), shown=shown, mood=words.mood(run, held))


def _notes(project: Project, runs: list[RunRecord], *, more: bool) -> list[str]:
    if not runs:
        return [_("No such run is recorded.")]
    notes = [_("Older runs are left out; --limit shows more of them.")] if more else []
    return [*notes, _("Every step of one: {jip} run show {run}").format(jip=project.command, run=runs[0].id)]
