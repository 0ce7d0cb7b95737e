"""Run by Alembic: brings the store that `jipkit.store.database` has opened to the newest shape."""  # noqa: INP001 - Alembic loads it by its place

from __future__ import annotations

from alembic import context

from jipkit.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
