"""What routers said that they can do, when they were asked last."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from jipkit.store.tables import ABILITIES


@dataclass(frozen=True, slots=True)
class Abilities:
    """What one router can do of what a safe change wants, as it said itself; ``notes`` say why it cannot.

    ``seen`` is when it was asked, in UTC.
    """

    router: str
    seen: datetime
    dry_run: bool
    device_timer: bool
    atomic_replace: bool
    notes: tuple[str, ...] = ()


def record(connection: sa.Connection, found: Abilities) -> None:
    """Write down what a router can do, in the place of what it said before."""
    values = {
        "seen": found.seen.isoformat(timespec="seconds"),
        "dry_run": found.dry_run,
        "device_timer": found.device_timer,
        "atomic_replace": found.atomic_replace,
        "notes": json.dumps(found.notes),
    }
    connection.execute(sa.delete(ABILITIES).where(ABILITIES.c.router == found.router))
    connection.execute(sa.insert(ABILITIES).values(router=found.router, **values))


def latest(connection: sa.Connection, router: str) -> Abilities | None:
    """Return what a router said last; None when it was never asked."""
    row = connection.execute(sa.select(ABILITIES).where(ABILITIES.c.router == router)).mappings().first()
    if row is None:
        return None
    return Abilities(
        router=row["router"],
        seen=datetime.fromisoformat(row["seen"]),
        dry_run=row["dry_run"],
        device_timer=row["device_timer"],
        atomic_replace=row["atomic_replace"],
        notes=tuple(json.loads(row["notes"])),
    )
