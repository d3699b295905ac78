"""Units of work on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from bot.db.engine import Database
from bot.db.tables import Workspace
from bot.errors import Damaged, Misconfigured, StoreUnavailable, Transient
from tests.conftest import Clock


def _workspace(team_id: str, at: datetime) -> Workspace:
    return Workspace(team_id=team_id, created_at=at)


def _teams(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(Workspace.team_id).order_by(Workspace.team_id)))


def test_session_when_it_ends_commits(database: Database) -> None:
    with database.session() as session:
        session.add(_workspace("T1", database.now()))
    assert _teams(database) == ["T1"]


def test_session_when_an_error_leaves_it_rolls_back(database: Database) -> None:
    with pytest.raises(LookupError), database.session() as session:
        session.add(_workspace("T1", database.now()))
        session.flush()
        raise LookupError
    assert _teams(database) == []
