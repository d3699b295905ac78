"""Insert a row unless its key is taken: the one statement that differs in syntax between the databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.db.tables import Row


def insert_once(session: Session, table: type[Row], **values: Any) -> bool:
    """Insert and say True; say False, and change nothing, when a unique value is taken already."""
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    result = session.execute(insert(table).values(**values).on_conflict_do_nothing())
    return isinstance(result, CursorResult) and result.rowcount == 1
