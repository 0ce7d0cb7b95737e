"""Is a plan that somebody hands us what would be planned now? Whoever signs it should not have to believe its words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jipkit.language import _
from jipkit.plan import Plan
from jipkit.report import Column, Report, Row

LONGEST = 200
"""Characters that are shown of a value that differs."""

Difference = tuple[str, Any, Any]
"""Where two plans differ, as the keys that lead there, and what each has; None where one has nothing."""


def differences(theirs: Any, ours: Any, where: str = "") -> Iterator[Difference]:
    """Yield where two JSON values differ, as deep down as they have the same shape.

    >>> list(differences({"a": {"b": [1, 2]}, "c": 3}, {"a": {"b": [1, 5]}}))
    [('a.b[1]', 2, 5), ('c', 3, None)]
    """
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in dict.fromkeys([*theirs, *ours]):
            yield from differences(theirs.get(key), ours.get(key), f"{where}.{key}" if where else key)
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for number, (one, other) in enumerate(zip(theirs, ours, strict=True)):
            yield from differences(one, other, f"{where}[{number}]")
    elif theirs != ours:
        yield where, theirs, ours


def comparison(file: Path, theirs: Plan, ours: Plan) -> Report:
    """Return whether the plan in ``file`` is ``ours``, and every place where it is another."""
    found = list(differences(theirs.as_json(), ours.as_json()))
    title = _("{file}: is NOT what would be planned now") if found else _("{file}: is what would be planned now")
    return Report(
        name="plan",
        ok=not found,
        title=title.format(file=file),
        columns=(Column("where", _("Where")), Column("file", _("In the file")), Column("now", _("Now"))),
        rows=[_row(*one) for one in found],
        notes=list(_notes(theirs, ours)) if found else [],
        data={"plan": ours.sha256, "file": str(file), "same": not found},
    )


def _row(where: str, theirs: Any, ours: Any) -> Row:
    values = {"where": where, "file": _short(theirs), "now": _short(ours)}
    return Row(values, shown={key: value for key, value in values.items() if key != "where"}, mood="bad")


def _short(value: Any) -> str:
    text = "-" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _notes(theirs: Plan, ours: Plan) -> Iterator[str]:
    if theirs.subject != ours.subject:
        yield _("The file was made with other options: {options}. Give the same ones.").format(options=theirs.subject)
        return
    yield _(
        "Either a router, the inventory or a template changed since the file was made, or somebody edited it. Do not "
        "approve it: have it made again."
    )
