"""What was seen of links: a record as long as a link stays the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from jipkit.errors import StoreError
from jipkit.store.journal import canonical, written
from jipkit.store.tables import SAMPLES

OVERTAKEN = timedelta(minutes=10)
"""Two sweeps at once may end in either order, but not further apart than this."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What was seen of a link at one moment.

    ``cause`` has a ``code``; what stands beside it (a loss of 12 %, then of 13 %) may vary without the link being
    any different. ``evidence`` is what the routers said.
    """

    link: str
    at: datetime
    verdict: str
    cause: Mapping[str, Any]
    evidence: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class StoredSample:
    """What a link has been from ``since`` to ``seen``; cause and evidence are those seen last."""

    link: str
    verdict: str
    cause: Mapping[str, Any]
    evidence: Sequence[Mapping[str, Any]]
    since: datetime
    seen: datetime


def record(connection: sa.Connection, sample: Sample) -> None:
    """Write down a sample: a new record when the link has changed, else that it is still the same.

    A sample a little older than the last is left out. One that is much older comes after a clock that was wrong: the
    last is then worth nothing, and would hide everything until its time has come.
    """
    at = written(sample.at)
    seen = {"cause": canonical(sample.cause), "evidence": canonical(list(sample.evidence)), "seen": at}
    last = connection.execute(_newest_first(sample.link).limit(1)).mappings().first()
    ahead = last is not None and last["seen"] > written(sample.at + OVERTAKEN)
    if last is None or ahead or (last["seen"] <= at and not _same(last, sample)):
        values = {"link": sample.link, "verdict": sample.verdict, "since": at, **seen}
        connection.execute(sa.insert(SAMPLES).values(values))
    elif last["seen"] <= at:
        connection.execute(sa.update(SAMPLES).where(SAMPLES.c.id == last["id"]).values(seen))


def latest(connection: sa.Connection) -> dict[str, StoredSample]:
    """Return what each link was when it was last seen."""
    newest = sa.select(sa.func.max(SAMPLES.c.id)).group_by(SAMPLES.c.link)
    query = sa.select(SAMPLES).where(SAMPLES.c.id.in_(newest)).order_by(SAMPLES.c.link)
    return {row["link"]: _stored(row) for row in connection.execute(query).mappings()}


def history(connection: sa.Connection, link: str, since: datetime | None = None) -> list[StoredSample]:
    """Return what a link has been, oldest first; what ended before ``since`` is left out."""
    query = _newest_first(link)
    if since is not None:
        query = query.where(SAMPLES.c.seen >= written(since))
    return [_stored(row) for row in reversed(connection.execute(query).mappings().all())]


def _newest_first(link: str) -> sa.Select[Any]:
    return sa.select(SAMPLES).where(SAMPLES.c.link == link).order_by(SAMPLES.c.id.desc())


def _same(last: sa.RowMapping, sample: Sample) -> bool:
    before = _stored(last)
    return before.verdict == sample.verdict and bool(before.cause["code"] == sample.cause.get("code"))


def _stored(row: sa.RowMapping) -> StoredSample:
    """Return a record as it was written.

    Raises:
        StoreError: somebody edited it, and it cannot be read.
    """
    try:
        cause, evidence = json.loads(row["cause"]), tuple(json.loads(row["evidence"]))
        since, seen = datetime.fromisoformat(row["since"]), datetime.fromisoformat(row["seen"])
        readable = (
            "code" in cause
            and all(isinstance(one, dict) for one in (cause, *evidence))
            and since.tzinfo
            and seen.tzinfo
        )
    except (TypeError, ValueError):
        readable = False
    if not readable:
        raise StoreError(f"samples: the record {row['id']} of {row['link']} was edited and cannot be read; delete it")
    return StoredSample(row["link"], row["verdict"], cause, evidence, since, seen)
