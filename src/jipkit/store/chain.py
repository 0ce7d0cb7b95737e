"""Whether the journal is whole: every record that was removed, edited or put elsewhere, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from jipkit.reasons import because
from jipkit.store.journal import ENDED, GENESIS, STARTED, canonical, end, hash_of, run_ended, run_started
from jipkit.store.tables import JOURNAL, RUNS

MOST_TRIALS = 50_000
"""How many places are tried, at a few microseconds each, to find out where records stood before."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What the chain proves: ``whole`` of ``records`` are as they were written, where they were written.

    ``head`` is the hash of the last; whoever notes it down finds out later whether anything before it was rewritten.
    ``noted`` is the record that a head noted earlier belongs to, ``last`` when the last was written. ``faults`` are
    reasons.
    """

    records: int
    whole: int
    head: str
    last: str | None
    noted: int | None
    faults: tuple[str, ...]


def verify(connection: sa.Connection, noted: str | None = None) -> Verification:
    """Return what the chain proves; ``noted`` is the head that somebody noted down earlier."""
    rows = connection.execute(sa.select(JOURNAL).order_by(JOURNAL.c.id)).mappings().all()
    length, head = end(connection)
    length = length if isinstance(length, int) else -1  # SQLite keeps a text where somebody put one
    places = _Places(rows, length)
    faults = [*places.faults(), *_end_faults(places.last, length, head), *_run_faults(connection, rows)]
    found = 0 if noted == GENESIS else next((row["id"] for row in rows if row["hash"] == noted), None)
    if noted is not None and (found is None or (found and found not in places.whole)):
        faults.append(because("head-gone", head=noted))
        found = None
    return Verification(
        records=len(rows),
        whole=len(places.whole),
        head=head,
        last=_time(rows[-1]["at"]) if rows else None,
        noted=found,
        faults=tuple(faults),
    )


def _time(written: object) -> str | None:
    try:
        return datetime.fromisoformat(str(written)).isoformat()
    except ValueError:
        return None


# ------------------------------------------------------------------ where each record belongs


@dataclass
class _Places:
    """Where each record stood when it was written, as far as the hashes tell."""

    rows: Sequence[sa.RowMapping]
    length: int
    whole: set[int] = field(default_factory=set)
    moved: dict[int, int] = field(default_factory=dict)
    """Records that stood elsewhere: where they are, and where they were."""
    after_gap: set[int] = field(default_factory=set)
    ends: list[tuple[str, int]] = field(default_factory=list)
    """Hashes that a next record may follow, and its number."""

    def __post_init__(self) -> None:
        self._walk()
        pending = {row["id"]: row for row in self.rows if row["id"] not in self.whole}
        if pending and len(pending) * len(self.ends) < MOST_TRIALS:
            self._search(pending)
            self._shift(pending)

    def _walk(self) -> None:
        """Find the records that follow the one before them, and where that breaks off."""
        number, heads = 0, [GENESIS]
        for row in self.rows:
            expected = [hash_of(head, row) for head in heads]
            if row["id"] != number + 1:
                self.after_gap.add(row["id"])
                self.ends += [(head, number + 1) for head in heads]
            elif row["hash"] in expected:
                self.whole.add(row["id"])
                expected = []
            else:
                self.ends += [(head, number + 1) for head in heads]
            # where only its hash was edited, or those of several, the next record still tells what it was
            number, heads = row["id"], [row["hash"], *dict.fromkeys(expected[:1] + expected[-1:])]
        self.ends += [(head, number + 1) for head in heads]

    def _search(self, pending: dict[int, sa.RowMapping]) -> None:
        """Find records that follow one that they do not stand behind any more."""
        ends = list(self.ends)
        while ends and pending:
            head, number = ends.pop()
            for key, row in pending.items():
                if hash_of(head, {**row, "id": number}) == row["hash"]:
                    del pending[key]
                    self._found(key, number)
                    ends.append((row["hash"], number + 1))
                    break

    def _shift(self, pending: dict[int, sa.RowMapping]) -> None:
        """Find records that were given other numbers, so that the gap of those removed before them does not show."""
        shift = self.length - len(self.rows)
        if shift <= 0:
            return
        for before, row in zip(self.rows, self.rows[1:], strict=False):
            number = row["id"] + shift
            if row["id"] in pending and hash_of(before["hash"], {**row, "id": number}) == row["hash"]:
                self._found(row["id"], number)
                if before["id"] in pending and before["id"] not in self.moved:
                    self.moved[before["id"]] = number - 1

    def _found(self, here: int, number: int) -> None:
        if here == number:
            self.whole.add(here)
        else:
            self.moved[here] = number

    # -- in words

    def faults(self) -> Iterator[str]:
        """Yield what was done to the records, in their order."""
        found = [(row["id"], fault) for row in self.rows if (fault := self._fault(row))]
        found += [(first, _missing(first, until)) for first, until in self._gaps()]
        yield from (fault for _, fault in sorted(found, key=lambda each: each[0]))

    def _fault(self, row: sa.RowMapping) -> str | None:
        here = row["id"]
        if here in self.whole:
            return None
        named = {"record": here, "step": row["step"], "router": row["router"] or "run"}
        if here in self.moved:
            return because("record-moved", **named, before=self.moved[here])
        return because("record-unproven" if here in self.after_gap else "record-edited", **named)

    def _gaps(self) -> Iterator[tuple[int, int]]:
        """Yield the first and the last number of each gap between records that are there, wherever they are."""
        before = 0
        for number in sorted(self.moved.get(row["id"], row["id"]) for row in self.rows):
            if number > before + 1:
                yield before + 1, number - 1
            before = number

    @property
    def last(self) -> tuple[int, str]:
        """The number and the hash of the last record, wherever it is."""
        found = ((self.moved.get(row["id"], row["id"]), row["hash"]) for row in self.rows)
        return max(found, key=lambda each: each[0], default=(0, GENESIS))


def _missing(first: int, last: int) -> str:
    return (
        because("record-missing", record=first) if first == last else because("records-missing", first=first, last=last)
    )


def _end_faults(last_record: tuple[int, str], length: int, head: str) -> Iterator[str]:
    last, _ = last_record
    if length == last + 1:
        yield because("last-record-missing", record=length)
    elif length > last:
        yield because("last-records-missing", first=last + 1, last=length)
    elif (length, head) != last_record:
        yield because("chain-end-edited")


# ------------------------------------------------------------------ the records of runs


def _run_faults(connection: sa.Connection, rows: Sequence[sa.RowMapping]) -> Iterator[str]:
    """Yield where the records of runs are not what the chain holds of them."""
    bound = {
        (row["run"], row["step"]): row["detail"]
        for row in rows
        if row["step"] in {STARTED, ENDED} and row["router"] is None
    }
    runs = {row["id"]: row for row in connection.execute(sa.select(RUNS)).mappings()}
    for number in sorted(runs.keys() | {run for run, _ in bound}, key=_order):
        if number not in runs:
            yield because("run-missing", run=number)
        elif (number, STARTED) not in bound:
            yield because("run-unknown", run=number)
        elif _bindings(runs[number]) != {step: bound.get((number, step)) for step in (STARTED, ENDED)}:
            yield because("run-edited", run=number)


def _order(number: object) -> tuple[int, str]:
    return (number, "") if isinstance(number, int) else (0, str(number))


def _bindings(run: sa.RowMapping) -> Mapping[str, str | None]:
    """Return what the chain has to hold of a run's own record."""
    started = run_started(run["command"], run["arguments"], run["by"], run["started"], run["process"])
    ended = run_ended(run["outcome"], run["ended"]) if run["ended"] else None
    return {STARTED: canonical(started), ENDED: canonical(ended) if ended else None}
