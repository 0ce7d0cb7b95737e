"""Was anything removed from the journal, edited, or put elsewhere?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import typer

from jipkit.errors import UsageError
from jipkit.language import N_, _, ngettext
from jipkit.project import Project
from jipkit.reasons import Reason, said
from jipkit.report import Column, Report, Row
from jipkit.store import Verification
from playbooks._clock import clock_of


def verify(
    project: Project,
    *,
    head: Annotated[
        str | None, typer.Option(metavar="HASH", help=N_("A head that was noted down earlier: is it still in there?"))
    ] = None,
) -> Report:
    """Prove that no record of the journal was removed, edited or moved, and name each that was.

    Who may write to the store could write all of it anew. So note down the head somewhere else, and give it back
    later: a journal that was rewritten does not have it any more.

    Example:
        jip log verify
    """
    noted = None if head is None else _hash(head)
    if not project.has_records:
        return _report(project, Verification(0, 0, "", None, None, ()), noted)
    return _report(project, project.store.verification(noted), noted)


def _hash(text: str) -> str:
    """Return a hash as it was noted down.

    Raises:
        UsageError: it is none.
    """
    found = text.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", found):
        raise UsageError("--head wants the whole head as `jip log verify` said it: 64 digits from 0 to f")
    return found


def _report(project: Project, found: Verification, noted: str | None) -> Report:
    ok = found.records > 0 and not found.faults and (noted is None or found.noted is not None)
    return Report(
        name="log verify",
        ok=ok,
        title=_("The journal is whole") if ok else _("The journal is NOT whole") if found.records else "",
        columns=(Column("fault", _("What is wrong")),),
        rows=[Row(_values(fault), shown={"fault": said(fault)}, mood="bad") for fault in found.faults],
        notes=list(_notes(project, found, ok=ok)),
        data={
            "records": found.records,
            "whole": found.whole,
            "head": found.head or None,
            "last": found.last,
            "noted": found.noted,
        },
    )


def _values(fault: str) -> dict[str, Any]:
    known = {"code": fault.code, "arguments": dict(fault.arguments)} if isinstance(fault, Reason) else {}
    return {"fault": str(fault), **known}


def _notes(project: Project, found: Verification, *, ok: bool) -> Iterator[str]:
    if not found.records:
        yield _("There is no record at all: nothing was proven.")
        return
    yield ngettext(
        "{whole} of {number} record is as it was written.", "{whole} of {number} records are as they were written.",
        found.records,
    ).format(whole=found.whole, number=found.records)  # fmt: skip
    if found.noted is not None:
        yield (
            _("The head that was noted is that of record {record}: nothing up to there was rewritten.").format(
                record=found.noted
            )
            if ok
            else _("The head that was noted is that of record {record}.").format(record=found.noted)
        )
    if not ok:
        yield _("Keep the store as it is, and compare with the copies that were made of it.")
    elif found.last:
        clock = clock_of(project)
        yield from clock.notes
        when = clock.shown(datetime.fromisoformat(found.last))
        yield _("Note down the head, and keep it elsewhere ({when}): {head}").format(when=when, head=found.head)
