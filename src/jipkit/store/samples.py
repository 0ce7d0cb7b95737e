"""What was seen of links: a record as long as a link stays the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from jipkit.store.journal import canonical
from jipkit.store.tables import SAMPLES


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

    A sample older than the last is left out: two sweeps at once may end in either order.
    """
    at = sample.at.astimezone(UTC).isoformat(timespec="microseconds")
    seen = {"cause": canonical(sample.cause), "evidence": canonical(list(sample.evidence)), "seen": at}
    last = connection.execute(_newest_first(sample.link).limit(1)).mappings().first()
    if last is None or (last["seen"] <= at and not _same(last, sample)):
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
        query = query.where(SAMPLES.c.seen >= since.astimezone(UTC).isoformat(timespec="microseconds"))
    return [_stored(row) for row in reversed(connection.execute(query).mappings().all())]


def _newest_first(link: str) -> sa.Select[Any]:
    return sa.select(SAMPLES).where(SAMPLES.c.link == link).order_by(SAMPLES.c.id.desc())


def _same(last: sa.RowMapping, sample: Sample) -> bool:
    return bool(last["verdict"] == sample.verdict and json.loads(last["cause"]).get("code") == sample.cause.get("code"))


def _stored(row: sa.RowMapping) -> StoredSample:
    return StoredSample(
        row["link"],
        row["verdict"],
        json.loads(row["cause"]),
        tuple(json.loads(row["evidence"])),
        datetime.fromisoformat(row["since"]),
        datetime.fromisoformat(row["seen"]),
    )
