"""What every job gives back: rows for people and programs, texts, and whether all is well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Mood = Literal["good", "warn", "bad", "unknown", "info", "plain"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a report: the key in ``--json`` (English) and the heading for people (translated)."""

    key: str
    heading: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a report.

    ``values`` holds one JSON-able value per column key, and may hold more: those are in ``--json`` only.
    ``shown`` replaces a value where people read another word than programs (a translated verdict).
    """

    values: Mapping[str, Any]
    shown: Mapping[str, str] = field(default_factory=dict)
    mood: Mood = "plain"


@dataclass(frozen=True, slots=True)
class Text:
    """A block of text under a heading: a rendered configuration, a diff, an explanation.

    ``kind`` chooses the colouring: ``diff`` colours lines that start with ``+`` and ``-``.
    """

    heading: str
    body: str
    kind: Literal["plain", "diff", "config"] = "plain"


@dataclass(frozen=True, slots=True)
class Report:
    """The answer of a playbook.

    ``name`` is the playbook's name. ``ok`` decides the exit code (0 or 1); a report about nothing is not ok,
    so a playbook raises when its selection is empty rather than return one. ``notes`` are sentences for
    people, printed last; ``data`` is added to ``--json`` as it is.
    """

    name: str
    ok: bool
    title: str = ""
    columns: Sequence[Column] = ()
    rows: Sequence[Row] = ()
    texts: Sequence[Text] = ()
    notes: Sequence[str] = ()
    data: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the report as ``--json`` prints it: values, never translated words."""
        answer: dict[str, Any] = {"report": self.name, "ok": self.ok}
        if self.columns:
            answer["rows"] = [dict(row.values) for row in self.rows]
        if self.texts:
            answer["texts"] = [{"heading": t.heading, "body": t.body} for t in self.texts]
        if self.notes:
            answer["notes"] = list(self.notes)
        return answer | dict(self.data)
