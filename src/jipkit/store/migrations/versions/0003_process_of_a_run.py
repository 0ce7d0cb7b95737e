"""Which process a run belongs to."""  # noqa: INP001 - Alembic loads it by its place

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of older runs it is not known."""
    op.add_column("runs", sa.Column("process", sa.String(200)))


def downgrade() -> None:
    """Records are not thrown away."""
    raise NotImplementedError("the records of a district are kept; restore a copy of the store instead")
