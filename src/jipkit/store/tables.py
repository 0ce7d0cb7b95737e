"""The tables of the store. Times are text, ISO 8601 in UTC: every database sorts it, and a hash can cover it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RUNS = Table(
    "runs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("command", String(100), nullable=False),
    Column("arguments", Text, nullable=False),
    Column("by", String(100), nullable=False),
    Column("started", String(32), nullable=False),
    Column("ended", String(32)),
    Column("outcome", Text),
    Column("process", String(200)),
    sqlite_autoincrement=True,
)
"""``process`` is which one the run is or was, as `jipkit.store.process` names it; NULL in records of older versions."""

JOURNAL = Table(
    "journal",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("run", Integer, ForeignKey("runs.id"), nullable=False),
    Column("at", String(32), nullable=False),
    Column("router", String(48)),
    Column("step", String(100), nullable=False),
    Column("detail", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_journal_router", "router"),
    Index("ix_journal_run", "run"),
)
"""A chain: ``hash`` covers the record and the hash of the one before; ``id`` counts from 1 without a gap."""

CHAIN = Table(
    "chain",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("length", Integer, nullable=False),
    Column("head", String(64), nullable=False),
)
"""One row: how long the chain is and where it ends, so that records missing at the end show too."""

SAMPLES = Table(
    "samples",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("link", String(120), nullable=False),
    Column("verdict", String(40), nullable=False),
    Column("cause", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("since", String(32), nullable=False),
    Column("seen", String(32), nullable=False),
    Index("ix_samples_link", "link", "since"),
    sqlite_autoincrement=True,
)
"""One row as long as a link stays the same: from ``since`` to ``seen``."""

ABILITIES = Table(
    "abilities",
    METADATA,
    Column("router", String(48), primary_key=True),
    Column("seen", String(32), nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("device_timer", Boolean, nullable=False),
    Column("atomic_replace", Boolean, nullable=False),
    Column("notes", Text, nullable=False),
)
"""What each router said that it can do, when it was asked last."""
