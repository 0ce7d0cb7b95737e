"""Runs, the journal with its chain, samples of links."""  # noqa: INP001 - Alembic loads it by its place

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer),
        sa.Column("command", sa.String(100), nullable=False),
        sa.Column("arguments", sa.Text, nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("started", sa.String(32), nullable=False),
        sa.Column("ended", sa.String(32)),
        sa.Column("outcome", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer, autoincrement=False),
        sa.Column("run", sa.Integer, sa.ForeignKey("runs.id", name="fk_journal_run"), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("router", sa.String(48)),
        sa.Column("step", sa.String(100), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
    )
    op.create_index("ix_journal_router", "journal", ["router"])
    op.create_index("ix_journal_run", "journal", ["run"])
    op.create_table(
        "chain",
        sa.Column("id", sa.Integer, autoincrement=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chain"),
    )
    op.create_table(
        "samples",
        sa.Column("id", sa.Integer),
        sa.Column("link", sa.String(120), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("seen", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_samples"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_samples_link", "samples", ["link", "since"])


def downgrade() -> None:
    """Records are not thrown away."""
    raise NotImplementedError("the records of a district are kept; restore a copy of the store instead")
