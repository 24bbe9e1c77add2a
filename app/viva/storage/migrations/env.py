"""What Alembic runs around the steps; the connection is given by ``storage.database``."""

from alembic import context

from viva.storage.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
    transactional_ddl=False,  # the caller's transaction holds it all
)
context.run_migrations()
