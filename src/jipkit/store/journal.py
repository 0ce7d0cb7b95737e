"""The journal: what was done to which router, step by step, as a chain that shows what was removed or edited."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from jipkit.errors import StoreError
from jipkit.store.tables import CHAIN, JOURNAL, RUNS

GENESIS = "0" * 64
"""What stands for the hash before the first record."""

STARTED, ENDED = "run started", "run ended"
"""Steps that bind a run's own record to the chain; they belong to no router."""

_SETTLED = {"confirmed": None, "recovered": None, "taken back": {"nothing", "reverted"}}
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
    return datetime.now(UTC).isoformat(timespec="microseconds")


def canonical(value: Any) -> str:
    """Return a value as JSON in the one form that a hash can cover."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def append(connection: sa.Connection, run: int, router: str | None, step: str, detail: Mapping[str, Any]) -> None:
    """Add a record at the end of the chain; ``connection`` is the only one that writes."""
    length, head = _end(connection)
    record = {"id": length + 1, "run": run, "at": now(), "router": router, "step": step, "detail": canonical(detail)}
    record["hash"] = _hash(head, record)
    connection.execute(sa.insert(JOURNAL), record)
    end = {"length": record["id"], "head": record["hash"]}
    connection.execute(sa.update(CHAIN).values(end) if length else sa.insert(CHAIN).values(id=1, **end))


def read(connection: sa.Connection, *, router: str | None = None, run: int | None = None) -> list[JournalEntry]:
    """Return the records in order; those of one router, of one run, or all."""
    query = sa.select(JOURNAL).order_by(JOURNAL.c.id)
    if router is not None:
        query = query.where(JOURNAL.c.router == router)
    if run is not None:
        query = query.where(JOURNAL.c.run == run)
    return [_entry(row) for row in connection.execute(query).mappings()]


def open_changes(connection: sa.Connection) -> list[JournalEntry]:
    """Return the last ``apply`` of each router where it was neither confirmed nor proven to be taken back."""
    steps = ["apply", *_SETTLED]
    query = sa.select(JOURNAL).where(JOURNAL.c.router.is_not(None), JOURNAL.c.step.in_(steps)).order_by(JOURNAL.c.id)
    found: dict[str, JournalEntry] = {}
    for entry in (_entry(row) for row in connection.execute(query).mappings()):
        if entry.step == "apply":
            found[str(entry.router)] = entry
        elif _settles(entry):
            found.pop(str(entry.router), None)
    return sorted(found.values(), key=lambda entry: entry.id)


def faults(connection: sa.Connection) -> Iterator[str]:
    """Yield what is wrong with the chain, in words: records that are missing, edited, or not ours."""
    expected, head = 1, GENESIS
    bound: dict[tuple[int, str], str] = {}
    for row in connection.execute(sa.select(JOURNAL).order_by(JOURNAL.c.id)).mappings():
        if row["id"] != expected:
            yield f"journal: {_missing(expected, row['id'] - 1)}"
        elif row["hash"] != _hash(head, row):
            yield f"journal: record {row['id']} ({row['step']}, {row['router'] or 'run'}) was edited"
        if row["step"] in {STARTED, ENDED} and row["router"] is None:
            bound[row["run"], row["step"]] = row["detail"]
        expected, head = row["id"] + 1, row["hash"]
    length, end = _end(connection)
    if length >= expected:
        yield f"journal: {_missing(expected, length)} at the end"
    elif (length, end) != (expected - 1, head):
        yield "journal: the end of the chain was edited"
    yield from _run_faults(connection, bound)


def _run_faults(connection: sa.Connection, bound: Mapping[tuple[int, str], str]) -> Iterator[str]:
    """Yield where the records of runs are not what the chain holds of them."""
    runs = {row["id"]: row for row in connection.execute(sa.select(RUNS)).mappings()}
    for number in sorted(runs.keys() | {run for run, _ in bound}):
        if number not in runs:
            yield f"runs: the record of run {number} is missing"
        elif (number, STARTED) not in bound:
            yield f"runs: run {number} is not in the journal"
        elif _bindings(runs[number]) != {step: bound.get((number, step)) for step in (STARTED, ENDED)}:
            yield f"runs: the record of run {number} was edited"


def _bindings(run: sa.RowMapping) -> dict[str, str | None]:
    """Return what the chain has to hold of a run's own record."""
    started = run_started(run["command"], run["arguments"], run["by"], run["started"])
    ended = run_ended(run["outcome"], run["ended"]) if run["ended"] else None
    return {STARTED: canonical(started), ENDED: canonical(ended) if ended else None}


def run_started(command: str, arguments: str, by: str, started: str) -> dict[str, str]:
    """Return what the journal holds of a run when it starts."""
    return {"command": command, "arguments": arguments, "by": by, "started": started}


def run_ended(outcome: str, ended: str) -> dict[str, str]:
    """Return what the journal holds of a run when it ends."""
    return {"outcome": outcome, "ended": ended}


def _settles(entry: JournalEntry) -> bool:
    known = _SETTLED[entry.step]
    return known is None or entry.detail.get("holds") in known


def _entry(row: sa.RowMapping) -> JournalEntry:
    try:
        at, detail = datetime.fromisoformat(row["at"]), json.loads(row["detail"])
    except ValueError as error:
        raise StoreError(
            f"journal: record {row['id']} was edited and cannot be read; keep the file as it is"
        ) from error
    return JournalEntry(row["id"], row["run"], at, row["router"], row["step"], detail, row["hash"])


def _end(connection: sa.Connection) -> tuple[int, str]:
    row = connection.execute(sa.select(CHAIN.c.length, CHAIN.c.head)).first()
    return (row.length, row.head) if row else (0, GENESIS)


def _hash(previous: str, record: Mapping[str, Any] | sa.RowMapping) -> str:
    fields = [record[name] for name in ("id", "run", "at", "router", "step", "detail")]
    return hashlib.sha256(canonical([previous, *fields]).encode()).hexdigest()


def _missing(first: int, last: int) -> str:
    return f"record {first} is missing" if first == last else f"records {first} to {last} are missing"
