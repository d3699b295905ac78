"""Insert a row unless its key is taken: the one statement that differs in syntax between the databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.db.tables import Row


def insert_once(session: Session, table: type[Row], **values: Any) -> bool:
    """Insert and say True; say False, and change nothing, when a unique value is taken already."""
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    key = inspect(table).primary_key[0]
    # The inserted key comes back or nothing does; row counts of inserts are not told by every driver.
    inserted = insert(table).values(**values).on_conflict_do_nothing().returning(key)
    return session.execute(inserted).first() is not None
