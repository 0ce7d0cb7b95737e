"""Is a plan that somebody hands us what would be planned now? Whoever signs it should not have to believe its words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from jipkit.errors import ConfigTextError
from jipkit.language import _
from jipkit.plan import Change, Plan
from jipkit.project import Project
from jipkit.redaction import DIGEST
from jipkit.report import Column, Report, Row
from jipkit.secrets import DIGEST_KEY_NAME
from jipkit.touched import digests_of, sections_of

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


def comparison(project: Project, file: Path, theirs: Plan, ours: Plan) -> Report:
    """Return whether the plan in ``file`` is ``ours``, and every place where it is another."""
    found = list(differences(theirs.as_json(), ours.as_json()))
    title = _("{file}: is NOT what would be planned now") if found else _("{file}: is what would be planned now")
    return Report(
        name="plan",
        ok=not found,
        title=title.format(file=file),
        columns=(Column("where", _("Where")), Column("file", _("In the file")), Column("now", _("Now"))),
        rows=[_row(*one) for one in found],
        notes=list(_notes(project, theirs, ours)) if found else [],
        data={"plan": ours.sha256, "file": str(file), "same": not found},
    )


def _row(where: str, theirs: Any, ours: Any) -> Row:
    values = {"where": where, "file": _short(theirs), "now": _short(ours)}
    return Row(values, shown={key: value for key, value in values.items() if key != "where"}, mood="bad")


def _short(value: Any) -> str:
    text = "-" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _notes(project: Project, theirs: Plan, ours: Plan) -> Iterator[str]:
    if theirs.subject != ours.subject:
        yield _("The file was made with other options: {options}. Give the same ones.").format(options=theirs.subject)
        return
    if _under_another_key(project, theirs, ours):
        yield _(
            "Only the digests of secrets differ, and all of them: this checkout has another digest key than the one in "
            "which the file was made. Set the secret {name} to the same in both, have the plan made again, and compare "
            "once more."
        ).format(name=DIGEST_KEY_NAME)
        return
    yield _(
        "Either a router, the inventory or a template changed since the file was made, or somebody edited it. Do not "
        "approve it: have it made again."
    )


def _under_another_key(project: Project, theirs: Plan, ours: Plan) -> bool:
    """Return whether two plans say the same but for digests of secrets, of which they have none in common.

    Under one key most secrets have the digest that they had, whoever changed another of them.
    """
    texts = [json.dumps(plan.as_json(), sort_keys=True) for plan in (theirs, ours)]
    first, second = (set(DIGEST.findall(text)) for text in texts)
    if not first or not second or first & second:
        return False
    return _unkeyed(project, theirs) == _unkeyed(project, ours)


def _unkeyed(project: Project, plan: Plan) -> str:
    """Return a plan without its digests of secrets, and without what they make of those of sections."""
    changes = {key: _with_plain_sections(project, change) for key, change in plan.changes.items()}
    return DIGEST.sub("<digest>", json.dumps(replace(plan, changes=changes).as_json(), sort_keys=True))


def _with_plain_sections(project: Project, change: Change) -> Change:
    """Return a change in which every section has the digest of what it says without its secrets.

    One that has not the digest of what the change says that the router ran stays as it is: it was edited.
    """
    if change.before is None or change.router not in project.network.routers:
        return change
    facts = project.facts(project.network.router(change.router))
    try:
        said = sections_of(change.before, facts)
    except ConfigTextError:  # no plan of ours holds one: it is compared as it is
        return change
    plain = {name: DIGEST.sub("<digest>", text) for name, text in said.items()}
    stages = tuple(
        replace(stage, sections=digests_of(plain, stage.sections))
        if stage.sections == digests_of(said, stage.sections)
        else stage
        for stage in change.stages
    )
    return replace(change, stages=stages)
