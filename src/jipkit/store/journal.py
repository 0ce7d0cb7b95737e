"""The journal: what was done to which router, step by step, as a chain that shows what was removed or edited."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from jipkit.errors import StoreError
from jipkit.store.tables import CHAIN, JOURNAL

GENESIS = "0" * 64
"""What stands for the hash before the first record."""

STARTED, ENDED = "run started", "run ended"
"""Steps that bind a run's own record to the chain; they belong to no router."""

RECOVERED, UNDONE = "recovered", "undone"
"""Steps that tell what a router holds of a change of an earlier run; ``undone``: it was taken back by request."""

_SETTLED = {"confirmed": None, RECOVERED: None, UNDONE: {"nothing", "reverted"}, "taken back": {"nothing", "reverted"}}
"""Steps after which nothing of a change is open; "taken back" only where it is known that it was."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One step, written down before it was taken. ``router`` is None for what belongs to the run as a whole."""

    id: int
    run: int
    at: datetime
    router: str | None
    step: str
    detail: Mapping[str, Any]
    hash: str


def now() -> str:
    """Return this moment as the store writes it."""
    return written(datetime.now(UTC))


def written(when: datetime) -> str:
    """Return a moment as the store writes it: as text it sorts by time."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(value: Any) -> str:
    """Return a value as JSON in the one form that a hash can cover."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return text.encode("utf-8", "backslashreplace").decode()  # half a character, as in a file's name, is no text


def append(connection: sa.Connection, run: int, router: str | None, step: str, detail: Mapping[str, Any]) -> None:
    """Add a record at the end of the chain; ``connection`` is the only one that writes."""
    length, head = end(connection)
    if not isinstance(length, int):
        raise StoreError("journal: the end of the chain was edited; nothing is added to it: see `jip log verify`")
    record = {"id": length + 1, "run": run, "at": now(), "router": router, "step": step, "detail": canonical(detail)}
    record["hash"] = hash_of(head, record)
    connection.execute(sa.insert(JOURNAL), record)
    last = {"length": record["id"], "head": record["hash"]}
    connection.execute(sa.update(CHAIN).values(last) if length else sa.insert(CHAIN).values(id=1, **last))


def read(
    connection: sa.Connection,
    *,
    router: str | None = None,
    run: int | Collection[int] | None = None,
    step: str | None = None,
) -> list[JournalEntry]:
    """Return the records in order: all, or those of one router, of one run or several, of one kind of step."""
    query = sa.select(JOURNAL).order_by(JOURNAL.c.id)
    if step is not None:
        query = query.where(JOURNAL.c.step == step)
    if router is not None:
        query = query.where(JOURNAL.c.router == router)
    if run is not None:
        query = query.where(JOURNAL.c.run.in_([run] if isinstance(run, int) else run))
    return [_entry(row) for row in connection.execute(query).mappings()]


def open_changes(connection: sa.Connection) -> list[JournalEntry]:
    """Return the last ``apply`` of each router in each unit where it was neither confirmed nor proven to be taken back.

    A change that was confirmed on a router leaves nothing open of the runs before it there.
    """
    steps = ["apply", *_SETTLED]
    query = sa.select(JOURNAL).where(JOURNAL.c.router.is_not(None), JOURNAL.c.step.in_(steps)).order_by(JOURNAL.c.id)
    found: list[JournalEntry] = []
    for entry in (_entry(row) for row in connection.execute(query).mappings()):
        found = [one for one in found if one.router != entry.router or not _ends(entry, one)]
        if entry.step == "apply":
            found.append(entry)
    return found


def run_started(command: str, arguments: str, by: str, started: str, process: str | None) -> dict[str, str]:
    """Return what the journal holds of a run when it starts; ``process`` is None in the records of older versions."""
    found = {"command": command, "arguments": arguments, "by": by, "started": started}
    return found if process is None else found | {"process": process}


def run_ended(outcome: str, ended: str) -> dict[str, str]:
    """Return what the journal holds of a run when it ends."""
    return {"outcome": outcome, "ended": ended}


def about(entry: JournalEntry) -> int:
    """Return the run that a step tells about: its own, or the earlier one that it looked at again."""
    run = entry.detail.get("run") if entry.step in (RECOVERED, UNDONE) else None
    return run if isinstance(run, int) else entry.run


def unit_of(entry: JournalEntry) -> int | None:
    """Return the number of the unit, in the plan of `about`, that a step belongs to; None in older records."""
    unit = entry.detail.get("unit")
    return unit if isinstance(unit, int) else None


def _ends(entry: JournalEntry, earlier: JournalEntry) -> bool:
    """Return whether nothing is open any more of what ``earlier`` applied to the same router, once ``entry`` is so."""
    same_run = about(entry) == earlier.run or (entry.step == RECOVERED and "run" not in entry.detail)
    same_unit = same_run and (unit_of(entry) in (None, unit_of(earlier)) or unit_of(earlier) is None)
    if entry.step == "apply":
        return same_unit
    known = _SETTLED[entry.step]
    settles = known is None or entry.detail.get("holds") in known
    return settles and (same_unit or (entry.step == "confirmed" and earlier.run < entry.run))


def _entry(row: sa.RowMapping) -> JournalEntry:
    try:
        at, detail = datetime.fromisoformat(row["at"]), json.loads(row["detail"])
        words = (row["step"], row["hash"], row["router"] or "")
        readable = at.tzinfo is not None and isinstance(detail, dict) and all(isinstance(one, str) for one in words)
    except (TypeError, ValueError):
        readable = False
    if not readable:
        raise StoreError(
            f"journal: record {row['id']} was edited and cannot be read; keep the store as it is, and see what else "
            "was done to it: `jip log verify`"
        )
    return JournalEntry(row["id"], row["run"], at, row["router"], row["step"], detail, row["hash"])


def end(connection: sa.Connection) -> tuple[Any, str]:
    """Return how many records the chain has, a number unless somebody edited it, and the hash of the last."""
    row = connection.execute(sa.select(CHAIN.c.length, CHAIN.c.head)).first()
    return (row.length, row.head) if row else (0, GENESIS)


def hash_of(previous: str, record: Mapping[str, Any] | sa.RowMapping) -> str:
    """Return what binds a record to the one before it, whose hash is ``previous``."""
    fields = [record[name] for name in ("id", "run", "at", "router", "step", "detail")]
    return hashlib.sha256(canonical([previous, *fields]).encode()).hexdigest()
