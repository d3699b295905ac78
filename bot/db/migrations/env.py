"""How Alembic reaches the tables: over the connection, and in the transaction, of `bot.db.migrate`."""

from __future__ import annotations

from alembic import context

from bot.db.restore_tables import RestoreRow

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=RestoreRow.metadata,  # all tables: its module loads the others
    render_as_batch=True,  # SQLite cannot alter a column: the table is rebuilt
    transactional_ddl=True,  # also on SQLite, where transactions are begun by us and not by the driver
)
context.run_migrations()
