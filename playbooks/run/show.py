"""What happened in one run, step by step?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from jipkit.errors import SelectionError
from jipkit.language import N_, _, number
from jipkit.project import Project
from jipkit.report import Column, Report, Row
from jipkit.store import JournalEntry, RunRecord
from playbooks import _runs as words
from playbooks._clock import Clock, clock_of

OWN = ("run started", "run ended")
"""Steps whose details are those of the run itself."""


def show(
    project: Project,
    run: Annotated[
        int, typer.Argument(min=1, max=2**31 - 1, metavar="RUN", help=N_("The run's number, as `jip history` has it."))
    ],
) -> Report:
    """Show one run: every step in the order in which it was written down, each before it was taken.

    Of a run that crashed it says so, and what each router holds of it as far as that is known.

    Example:
        jip run show 12
    """
    if not project.has_records:
        raise SelectionError(f"no run {run}: nothing is recorded yet")
    found = project.store.run(run)
    held = project.store.held([run])[run]
    undone = project.store.undone_by([run])[run]
    entries = project.store.journal(run=run)
    clock = clock_of(project)
    return Report(
        name="run show",
        ok=True,
        title=_("Run {run}: {command}, {arguments}").format(
            run=run, command=words.readable(found.command), arguments=words.arguments(found)
        ),
        columns=(
            Column("record", _("Record")),
            Column("at", _("When")),
            Column("seconds", _("After s")),
            Column("router", _("Router")),
            Column("step", _("Step")),
            Column("detail", _("Details")),
        ),
        rows=[_row(entry, found, clock) for entry in entries],
        notes=[
            *clock.notes,
            *_notes(project, found, held, entries, clock),
            *([words.undone(undone)] if undone else []),
        ],
        data=words.values_of(found, held, undone),
    )


def _row(entry: JournalEntry, run: RunRecord, clock: Clock) -> Row:
    seconds = (entry.at - run.started).total_seconds()
    values = {
        "record": entry.id,
        "at": entry.at.isoformat(),
        "seconds": seconds,
        "router": entry.router,
        "step": entry.step,
        "detail": dict(entry.detail),
        "hash": entry.hash,
    }
    shown = {
        "at": clock.shown(entry.at),
        "seconds": number(seconds, 1),
        "router": words.readable(entry.router or "-"),
        "step": words.step(entry.step),
        "detail": "-" if entry.step in OWN else words.named(entry.detail) or "-",
    }
    return Row(values, shown=shown)


def _notes(
    project: Project, run: RunRecord, held: words.Held, entries: list[JournalEntry], clock: Clock
) -> Iterator[str]:
    yield _("By {by}, from {start} ({took}): {outcome}").format(
        by=words.readable(run.by), start=clock.shown(run.started), took=words.took(run), outcome=words.outcome(run)
    )
    if run.state == "never ended" and entries:
        yield _("The last that is written down of it: {step}, at {when}.").format(
            step=words.step(entries[-1].step), when=clock.shown(entries[-1].at)
        )
    if held:
        yield words.holdings(held)
    if words.doubtful(held) and run.state != "going on":
        yield _("What they hold is read back by `{jip} recover`.").format(jip=project.command)
