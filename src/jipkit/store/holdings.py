"""What each router holds of the change of a run, as its journal tells."""

from __future__ import annotations

from collections.abc import Iterable

from jipkit.store.journal import JournalEntry

_BEFORE = {"identity", "backup", "guard", "dry-run", "bootstrap"}
"""Steps that write nothing."""

_AFTER = {"apply": "unknown", "confirmed": "all"}
"""What a router holds from a step on, until another tells better."""


def held(entries: Iterable[JournalEntry]) -> dict[str, str | None]:
    """Return what each router holds after steps in this order; None where none of them was of a change."""
    found: dict[str, str | None] = {}
    for entry in entries:
        if entry.router is None:
            continue
        told = entry.detail.get("holds", _AFTER.get(entry.step))
        if isinstance(told, str):
            found[entry.router] = told
        elif found.get(entry.router) is None:
            found[entry.router] = "nothing" if entry.step in _BEFORE else None
    return found
