"""The store as the rest of jip sees it: runs that journal what they do, and samples of links."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import sqlalchemy as sa

from jipkit.errors import JipError, SelectionError, StoreError
from jipkit.printable import plain
from jipkit.store import abilities, chain, holdings, journal, process, samples
from jipkit.store.abilities import Abilities
from jipkit.store.chain import Verification
from jipkit.store.database import Database
from jipkit.store.holdings import Trace
from jipkit.store.journal import JournalEntry
from jipkit.store.samples import Sample, StoredSample
from jipkit.store.tables import JOURNAL, RUNS

logger = logging.getLogger(__name__)


RunState = Literal["done", "failed", "interrupted", "going on", "never ended", "not known"]
"""How a run stands; ``not known`` while it has not ended and another machine would have to be asked."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as it is recorded; ``ended`` and ``outcome`` are None while it is going on, and after a crash.

    ``process`` names the process that it was; None in records of older versions.
    """

    id: int
    command: str
    by: str
    started: datetime
    ended: datetime | None
    outcome: str | None
    arguments: Mapping[str, Any]
    process: str | None

    @property
    def state(self) -> RunState:
        """How it stands: of one that has not ended, its process is looked for."""
        if self.outcome is not None:
            return "done" if self.outcome == "done" else "interrupted" if self.outcome == "interrupted" else "failed"
        if self.process is None:
            return "never ended"
        return _UNENDED[process.life_of(self.process)]

    @property
    def machine(self) -> str | None:
        return process.machine_of(self.process) if self.process else None


_UNENDED: Mapping[process.Life, RunState] = {"alive": "going on", "gone": "never ended", "elsewhere": "not known"}


class Run:
    """A command that is going on; leaving its ``with`` block records how it ended, a crash leaves it open."""

    def __init__(self, database: Database, number: int) -> None:
        self._database = database
        self._failure: str | None = None
        self.id = number

    def fail(self, why: str) -> None:
        """Let the run be recorded as failed although it ends in good order: it did not do what it was for."""
        self._failure = why

    def journal(self, router: str | None, step: str, detail: Mapping[str, Any] | None = None) -> None:
        """Write down that ``step`` is about to be taken; it is on the disk when this returns.

        Raises:
            StoreError: it could not be written: the step must not be taken.
        """
        with self._database.writing() as connection:
            journal.append(connection, self.id, router, step, detail or {})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._end(f"failed: {self._failure}" if self._failure and error is None else _outcome(error))
        except StoreError:
            if error is None:
                raise
            logger.exception("run %d: its end could not be recorded", self.id)

    def _end(self, outcome: str) -> None:
        with self._database.writing() as connection:
            ended = journal.run_ended(plain(outcome), journal.now())
            connection.execute(sa.update(RUNS).where(RUNS.c.id == self.id).values(ended))
            journal.append(connection, self.id, None, journal.ENDED, ended)


class Store:
    """The records of one network."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, where: Path | str) -> Store:
        """Return the store in a file, or at the URL of a PostgreSQL database; made or migrated as needed.

        Raises:
            StoreError: it cannot be opened; the message says what to do.
        """
        return cls(Database.open(where))

    def close(self) -> None:
        """Let the store go; a SQLite store holds nothing open between two calls anyway."""
        self._database.close()

    # ------------------------------------------------------------------ runs and journal

    def start_run(self, command: str, arguments: Mapping[str, Any]) -> Run:
        """Return a new run of ``command``, recorded as going on. ``arguments`` hold no secret."""
        values = {
            "command": command,
            "arguments": journal.canonical(arguments),
            "by": process.user(),
            "started": journal.now(),
            "process": process.here(),
        }
        with self._database.writing() as connection:
            number = connection.execute(sa.insert(RUNS).values(values).returning(RUNS.c.id)).scalar_one()
            journal.append(connection, number, None, journal.STARTED, journal.run_started(**values))
        return Run(self._database, number)

    def runs(
        self, *, router: str | None = None, since: datetime | None = None, last: int | None = None
    ) -> list[RunRecord]:
        """Return the runs, oldest first: all, or those that touched a router, began since, and of these the last."""
        query = sa.select(RUNS).order_by(RUNS.c.id.desc())
        if router is not None:
            query = query.where(RUNS.c.id.in_(sa.select(JOURNAL.c.run).where(JOURNAL.c.router == router)))
        if since is not None:
            query = query.where(RUNS.c.started >= journal.written(since))
        if last is not None:
            query = query.limit(last)
        with self._database.reading() as connection:
            return [_run(row) for row in reversed(connection.execute(query).mappings().all())]

    def alone(self) -> AbstractContextManager[bool]:
        """Let no other machine that shares the store begin a rollout while the block runs; see `Database.alone`."""
        return self._database.alone()

    def run(self, number: int) -> RunRecord:
        """Return a run by its number.

        Raises:
            SelectionError: there is none.
        """
        with self._database.reading() as connection:
            row = connection.execute(sa.select(RUNS).where(RUNS.c.id == number)).mappings().first()
        if row is None:
            raise SelectionError(f"no run {number}; `jip history` names them")
        return _run(row)

    def journal(self, router: str | None = None, run: int | None = None) -> list[JournalEntry]:
        """Return what was journalled, oldest first: of one router, of one run, or all."""
        with self._database.reading() as connection:
            return journal.read(connection, router=router, run=run)

    def held(self, runs: Collection[int]) -> dict[int, dict[str, str | None]]:
        """Return, by run, each router it touched and what that holds of its change, as far as is known by now.

        None for what was no change of its configuration.
        """
        with self._database.reading() as connection:
            taken: dict[int, list[JournalEntry]] = {run: [] for run in runs}
            for entry in journal.read(connection, run=runs):
                if entry.step != journal.UNDONE:
                    taken[entry.run].append(entry)
            for entry in self._told_later(connection):
                if journal.about(entry) in taken and entry.run != journal.about(entry):
                    taken[journal.about(entry)].append(entry)
        return {run: holdings.held(entries) for run, entries in taken.items()}

    def traces(self, run: int, router: str | None = None) -> tuple[Trace, ...]:
        """Return what is known by now of each change that a run applied, in their order; of all routers, or of one."""
        with self._database.reading() as connection:
            told = [e for e in self._told_later(connection) if router in (None, e.router)]
            later = [e for e in told if journal.about(e) == run and e.run != run]
            own = [e for e in journal.read(connection, run=run, router=router) if journal.about(e) == run]
            return holdings.traces([*own, *later])

    def undone_by(self, runs: Collection[int]) -> dict[int, list[int]]:
        """Return for each of ``runs`` the later runs, in their order, that took something of it back on request."""
        found: dict[int, list[int]] = {run: [] for run in runs}
        with self._database.reading() as connection:
            for entry in journal.read(connection, step=journal.UNDONE):
                later = found.get(journal.about(entry))
                if later is not None and entry.run not in later:
                    later.append(entry.run)
        return found

    def _told_later(self, connection: sa.Connection) -> list[JournalEntry]:
        found = [e for step in (journal.RECOVERED, journal.UNDONE) for e in journal.read(connection, step=step)]
        return sorted(found, key=lambda entry: entry.id)

    def open_changes(self) -> list[JournalEntry]:
        """Return the ``apply`` of each change, router and unit, that was neither confirmed nor proven to be taken back.

        In the order in which they were applied. A run that is going on has such entries, too.
        """
        with self._database.reading() as connection:
            return journal.open_changes(connection)

    def verify(self) -> list[str]:
        """Return what is wrong with the journal, in words: nothing, when no record was removed or edited."""
        return list(self.verification().faults)

    def verification(self, noted: str | None = None) -> Verification:
        """Return what the journal's chain proves; ``noted`` is the head that somebody noted down earlier."""
        with self._database.reading() as connection:
            return chain.verify(connection, noted)

    # ------------------------------------------------------------------ what routers can do

    def record_abilities(self, found: Abilities) -> None:
        """Write down what a router said that it can do."""
        with self._database.writing() as connection:
            abilities.record(connection, found)

    def abilities(self, router: str) -> Abilities | None:
        """Return what a router said last that it can do; None when it was never asked."""
        with self._database.reading() as connection:
            return abilities.latest(connection, router)

    # ------------------------------------------------------------------ samples

    def record_samples(self, seen: Iterable[Sample]) -> None:
        """Write down what was seen of links: all of it, or in case of an error none."""
        with self._database.writing() as connection:
            for sample in seen:
                samples.record(connection, sample)

    def latest_samples(self) -> dict[str, StoredSample]:
        """Return what each link was when it was last seen; a link that nobody asked about is not in it."""
        with self._database.reading() as connection:
            return samples.latest(connection)

    def history(self, link: str, since: datetime | None = None) -> list[StoredSample]:
        """Return what a link has been, oldest first; what ended before ``since`` is left out."""
        with self._database.reading() as connection:
            return samples.history(connection, link, since)


def _outcome(error: BaseException | None) -> str:
    """Return how a run ended; of a mistake in the program only its kind, for its text may hold anything."""
    if error is None:
        return "done"
    if isinstance(error, JipError):
        return f"failed: {error}"
    return "interrupted" if isinstance(error, KeyboardInterrupt) else f"failed: {type(error).__name__}"


def _run(row: sa.RowMapping) -> RunRecord:
    """Return a run as it was recorded.

    Raises:
        StoreError: somebody edited it, and it cannot be read.
    """
    try:
        arguments = json.loads(row["arguments"])
        started = datetime.fromisoformat(row["started"])
        ended = datetime.fromisoformat(row["ended"]) if row["ended"] else None
        words = (row["command"], row["by"], row["outcome"] or "", row["process"] or "")
        readable = isinstance(arguments, dict) and all(isinstance(one, str) for one in words)
        readable = readable and all(when is None or when.tzinfo for when in (started, ended))
    except (TypeError, ValueError):
        readable = False
    if not readable:
        raise StoreError(f"runs: the record of run {row['id']} was edited and cannot be read; see `jip log verify`")
    return RunRecord(row["id"], row["command"], row["by"], started, ended, row["outcome"], arguments, row["process"])
