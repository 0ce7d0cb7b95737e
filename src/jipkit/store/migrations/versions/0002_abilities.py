"""What routers said that they can do."""  # noqa: INP001 - Alembic loads it by its place

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "abilities",
        sa.Column("router", sa.String(48)),
        sa.Column("seen", sa.String(32), nullable=False),
        sa.Column("dry_run", sa.Boolean, nullable=False),
        sa.Column("device_timer", sa.Boolean, nullable=False),
        sa.Column("atomic_replace", sa.Boolean, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("router", name="pk_abilities"),
    )


def downgrade() -> None:
    """Records are not thrown away."""
    raise NotImplementedError("the records of a district are kept; restore a copy of the store instead")
