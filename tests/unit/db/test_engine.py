"""Units of work on both databases."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from bot.db.engine import Database
from bot.db.tables import OrganisationRow, Workspace
from bot.errors import Damaged, Misconfigured, StoreUnavailable, Transient
from tests.conftest import Clock


def _workspace(team_id: str, at: datetime) -> Workspace:
    return Workspace(team_id=team_id, created_at=at)


def _teams(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(Workspace.team_id).order_by(Workspace.team_id)))


def _store_then_fail(db: Database) -> None:
    with db.session() as session:
        session.add(_workspace("T1", db.now()))
        session.flush()
        raise LookupError


def test_session_when_it_ends_commits(database: Database) -> None:
    with database.session() as session:
        session.add(_workspace("T1", database.now()))
    assert _teams(database) == ["T1"]


def test_session_when_an_error_leaves_it_rolls_back(database: Database) -> None:
    with pytest.raises(LookupError):
        _store_then_fail(database)
    assert _teams(database) == []


def test_row_when_the_session_has_ended_can_still_be_read(database: Database) -> None:
    with database.session() as session:
        row = _workspace("T1", database.now())
        session.add(row)
    assert (row.team_id, len(row.id)) == ("T1", 32)


def _write_while_reading(db: Database) -> None:
    with db.reading() as session:
        session.add(_workspace("T1", db.now()))
        session.flush()


def test_reading_when_it_tries_to_write_is_refused(database: Database) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        _write_while_reading(database)
    assert caught.value.read_only
    assert _teams(database) == []


def test_reading_when_it_ended_leaves_the_connection_writable(database: Database) -> None:
    for number in range(5):
        assert len(_teams(database)) == number
        with database.session() as session:
            session.add(_workspace(f"T{number}", database.now()))


def test_reading_when_a_writer_commits_beside_it_keeps_its_view(database: Database) -> None:
    count = select(Workspace.id)
    with database.reading() as session:
        assert session.execute(count).all() == []
        with database.session() as other:
            other.add(_workspace("T1", database.now()))
        assert session.execute(count).all() == []
    assert _teams(database) == ["T1"]


@pytest.mark.parametrize("offset", [UTC, timezone(timedelta(hours=13)), timezone(timedelta(hours=-9.5))])
def test_time_when_stored_comes_back_as_the_same_instant_in_utc(database: Database, offset: timezone) -> None:
    at = datetime(2026, 4, 5, 2, 30, 0, 123456, tzinfo=offset)
    with database.session() as session:
        session.add(_workspace("T1", at))
    with database.reading() as session:
        found = session.scalars(select(Workspace)).one().created_at
    assert found == at
    assert found.tzinfo is UTC or found.utcoffset() == timedelta(0)


def test_time_when_it_has_no_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"), database.session() as session:
        session.add(_workspace("T1", datetime(2026, 4, 5)))  # noqa: DTZ001


def test_row_when_it_refers_to_nothing_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.session() as session:
        session.add(_organisation("nowhere", database.now()))


def _organisation(workspace_id: str, at: datetime) -> OrganisationRow:
    return OrganisationRow(
        workspace_id=workspace_id, tenant_id="t", name="n", linked_by="U1", linked_at=at, state_since=at
    )


def test_row_when_shown_tells_its_key_and_nothing_else() -> None:
    row = Workspace(id="w1", team_id="T1", name="Demo Widgets Ltd", data_key=b"sealed")
    assert repr(row) == "<Workspace w1>"


def test_sqlite_when_opened_is_as_safe_as_it_can_be(sqlite_database: Database) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "secure_delete": 1,
    }
    with sqlite_database.session() as session:
        found = {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in wanted}
    assert found == wanted


def test_sqlite_when_made_can_be_read_by_its_owner_only(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "data" / "app.db"
    db = Database.open(f"sqlite:///{path}", now=clock)
    with db.session() as session:
        session.execute(text("CREATE TABLE t (x)"))
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
    db.close()
    assert modes == {"app.db": 0o600, "app.db-wal": 0o600, "app.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_sqlite_when_another_holds_it_too_long_is_transient(sqlite_database: Database) -> None:
    impatient = Database.open(str(sqlite_database.engine.url), now=sqlite_database.now)
    with sqlite_database.session() as session:
        session.add(_workspace("T1", sqlite_database.now()))
        session.flush()
        with pytest.raises(Transient, match="busy"):
            _write_with_little_patience(impatient)
    impatient.close()


def _write_with_little_patience(db: Database) -> None:
    with db.reading() as session:
        session.connection().connection.cursor().execute("PRAGMA busy_timeout = 1")
    with db.session() as session:
        session.add(_workspace("T2", db.now()))


def test_sqlite_when_the_disk_is_full_says_so(sqlite_database: Database) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        _fill(sqlite_database)
    assert caught.value.full
    assert _teams(sqlite_database) == []


def _fill(db: Database) -> None:
    with db.session() as session:
        session.execute(text("PRAGMA max_page_count = 1"))  # as SQLite sees a disk without room
        for number in range(2000):
            session.add(_workspace(f"T{number}" * 20, db.now()))
        session.flush()


def test_sqlite_when_the_file_is_not_a_database_is_damaged(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "app.db"
    path.write_bytes(b"this was never a database" * 100)
    db = Database.open(f"sqlite:///{path}", now=clock)
    with pytest.raises(Damaged):
        _teams(db)
    db.close()


def test_postgresql_when_it_goes_away_is_transient_and_recovers(postgres_database: Database) -> None:
    with pytest.raises(Transient):
        _cut_off_inside(postgres_database)
    assert _teams(postgres_database) == []


def _cut_off_inside(db: Database) -> None:
    with db.session() as session:
        mine = session.execute(text("SELECT pg_backend_pid()")).scalar()
        with db.session() as other:
            other.execute(text("SELECT pg_terminate_backend(:mine)"), {"mine": mine})
        session.execute(select(Workspace)).all()


def test_postgresql_when_nobody_listens_is_transient(clock: Clock) -> None:
    db = Database.open("postgresql://u:secret@127.0.0.1:1/d", now=clock)
    with pytest.raises(Transient) as caught:
        _teams(db)
    assert "secret" not in str(caught.value)


def test_postgresql_when_the_database_does_not_exist_is_misconfigured(postgres_database: Database) -> None:
    url = postgres_database.engine.url.set(database="nowhere").render_as_string(hide_password=False)
    db = Database.open(url, now=postgres_database.now)
    with pytest.raises(Misconfigured, match="DATABASE_URL"):
        _teams(db)


@pytest.mark.parametrize(
    "url", ["mysql://u:secret@h/d", "sqlite://", "sqlite:///:memory:", "no address", "oracle:x"]
)
def test_address_when_not_supported_is_misconfigured(url: str, clock: Clock) -> None:
    with pytest.raises(Misconfigured, match="DATABASE_URL") as caught:
        Database.open(url, now=clock)
    assert "secret" not in str(caught.value)


def test_database_when_opened_says_what_it_is(database: Database) -> None:
    assert database.is_sqlite == (database.path is not None)
