"""The audit log: appended only, and every tampering shows."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.db import audit
from bot.db.engine import Database
from bot.errors import Damaged


def _record(db: Database, number: int, workspace_id: str = "w1") -> None:
    with db.session() as session:
        audit.record(
            session,
            at=db.now() + timedelta(seconds=number),
            workspace_id=workspace_id,
            organisation_id=f"o{number % 2}",
            actor="U1",
            action="backup.start",
            outcome="allowed",
            detail={"number": number, "why": "é", "nested": [1, 2.5, None, True]},
            origin="slack",
        )


@pytest.fixture
def log(database: Database) -> Database:
    """A database with six entries."""
    for number in range(6):
        _record(database, number, "w1" if number < 4 else "w2")
    return database


def _problems(db: Database) -> list[str]:
    with db.reading() as session:
        return audit.check_chain(session)


def _unlock(session: Session) -> None:
    """Do what somebody with all rights over the database could do first."""
    if session.get_bind().dialect.name == "sqlite":
        for change in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER audit_refuses_{change}"))
    else:
        session.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))


def _tamper(db: Database, statement: str) -> None:
    with db.session() as session:
        _unlock(session)
        session.execute(text(statement))


def test_chain_when_only_recorded_is_whole(log: Database) -> None:
    assert _problems(log) == []


def test_chain_when_empty_is_whole(database: Database) -> None:
    assert _problems(database) == []


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE audit SET outcome = 'refused' WHERE seq = 3", "Entry 3 was changed"),
        ("UPDATE audit SET actor = 'U2' WHERE seq = 1", "Entry 1 was changed"),
        ("UPDATE audit SET detail = '{\"number\": 9}' WHERE seq = 2", "Entry 2 was changed"),
        ("DELETE FROM audit WHERE seq = 3", "Before entry 4 something was removed"),
        ("DELETE FROM audit WHERE seq = 1", "Before entry 2 something was removed"),
        ("DELETE FROM audit WHERE seq >= 5", "The end of the log"),
        ("DELETE FROM audit", "The end of the log"),
        ("UPDATE audit SET seq = 100 WHERE seq = 2", "something was removed or inserted"),
    ],
)
def test_chain_when_tampered_with_shows_where(log: Database, statement: str, says: str) -> None:
    _tamper(log, statement)
    assert any(says in one for one in _problems(log))


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'U2'", "DELETE FROM audit WHERE seq = 1"])
def test_entry_when_changed_in_place_is_refused_by_the_database(log: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), log.session() as session:
        session.execute(text(statement))
    assert _problems(log) == []


def test_entry_when_its_unit_of_work_fails_leaves_no_trace(log: Database) -> None:
    with pytest.raises(LookupError):
        _record_then_fail(log)
    _record(log, 7)
    with log.reading() as session:
        assert len(audit.read(session)) == 7
    assert _problems(log) == []


def _record_then_fail(db: Database) -> None:
    with db.session() as session:
        audit.record(
            session, at=db.now(), workspace_id="", actor="", action="a", outcome="b", detail={}, origin="cli"
        )
        raise LookupError


def test_entries_when_several_are_made_in_one_unit_of_work_are_chained(database: Database) -> None:
    elsewhere = database.now().astimezone(timezone(timedelta(hours=13)))
    with database.session() as session:
        for number in range(3):
            audit.record(
                session,
                at=elsewhere,
                workspace_id="w",
                actor="U",
                action=f"a{number}",
                outcome="o",
                origin="x",
            )
    assert _problems(database) == []


def test_read_when_filtered_gives_only_what_was_asked_in_order(log: Database) -> None:
    with log.reading() as session:
        assert [row.seq for row in audit.read(session)] == [1, 2, 3, 4, 5, 6]
        assert [row.seq for row in audit.read(session, workspace_id="w2")] == [5, 6]
        assert [row.seq for row in audit.read(session, organisation_id="o1")] == [2, 4, 6]
        assert [row.seq for row in audit.read(session, after=2, limit=2)] == [3, 4]


def test_head_when_an_entry_is_made_moves_on(log: Database) -> None:
    with log.reading() as session:
        before = audit.head(session)
    _record(log, 9)
    with log.reading() as session:
        after = audit.head(session)
        assert after.endswith(audit.read(session)[-1].hash)
    assert (before[:2], after[:2]) == ("6:", "7:")


def test_record_when_the_head_is_gone_refuses(log: Database) -> None:
    _tamper(log, "DELETE FROM meta WHERE key = 'audit_head'")
    with pytest.raises(Damaged):
        _record(log, 7)
