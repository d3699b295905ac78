"""Migrations: both databases end as the code describes them, and nothing is lost on the way."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select, text

from bot.cli.checks import Word
from bot.cli.checks import database as database_found
from bot.config import load_settings
from bot.db import migrate as module
from bot.db.engine import Database
from bot.db.migrate import Migrated, migrate, newest_revision, require_migrated, stored_revision
from bot.db.tables import Meta, OrganisationRow, Row, Workspace
from bot.errors import DatabaseTooNew, Misconfigured
from tests.conftest import Clock

NEXT = '''
"""A next version: rebuilds a table others refer to."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9998", "{after}", None, None

def upgrade():
    with op.batch_alter_table("workspaces", recreate="auto") as table:
        table.alter_column("name", new_column_name="title", existing_type=sa.Text())
        table.add_column(sa.Column("colour", sa.String(10), nullable=False, server_default="red"))
    {more}
'''
SLEEP = "import os, pathlib, time; pathlib.Path(os.environ['MARK']).touch(); time.sleep(60)"


@pytest.fixture
def db(empty_database_url: str, clock: Clock) -> Iterator[Database]:
    opened = Database.open(empty_database_url, now=clock)
    yield opened
    opened.close()


@pytest.fixture
def filled(database: Database) -> Database:
    """A database of today's version with rows that refer to each other."""
    now = database.now()
    with database.session() as session:
        session.add(Workspace(id="w1", team_id="T1", name="Acme", created_at=now))
        session.flush()
        session.add(
            OrganisationRow(
                id="o1",
                workspace_id="w1",
                tenant_id="t",
                name="n",
                linked_by="U",
                linked_at=now,
                state_since=now,
            )
        )
    return database


def _next_version(folder: Path, more: str = "pass") -> Path:
    """Make the migrations of a version that comes after this one."""
    scripts = folder / "migrations"
    shutil.copytree(Path(module.__file__).parent / "migrations", scripts)
    text_ = NEXT.format(after=newest_revision(), more=more)
    (scripts / "versions" / "9998_next.py").write_text(text_, encoding="utf-8")
    return scripts


def _titles(db: Database) -> list[tuple[str, str]]:
    with db.reading() as session:
        found = session.execute(text("SELECT title, colour FROM workspaces"))
        return [(row.title, row.colour) for row in found]


def test_empty_database_when_migrated_is_what_the_tables_say(db: Database) -> None:
    assert migrate(db, backup_to=None) == Migrated(before="", after=newest_revision())
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Row.metadata) == []
    found = inspect(db.engine)
    assert set(found.get_table_names()) == {*Row.metadata.tables, "alembic_version"}
    assert stored_revision(db) == newest_revision()


def test_partial_index_when_migrated_covers_active_runs_only(db: Database) -> None:
    migrate(db, backup_to=None)
    [index] = [one for one in inspect(db.engine).get_indexes("runs") if one["name"] == "one_active_run"]
    where = str(index["dialect_options"][f"{db.engine.dialect.name}_where"])
    assert [state for state in ("queued", "running", "parked") if state not in where] == []


def test_migration_when_nothing_is_missing_does_nothing(database: Database, tmp_path: Path) -> None:
    assert migrate(database, backup_to=tmp_path) == Migrated(
        before=newest_revision(), after=newest_revision()
    )
    assert list(tmp_path.glob("app-*")) == []
    require_migrated(database)


def test_program_when_the_tables_are_missing_may_refuse(db: Database) -> None:
    with pytest.raises(Misconfigured, match="ledgerkeep migrate"):
        require_migrated(db)


def test_database_when_of_a_newer_version_is_refused(filled: Database) -> None:
    with filled.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for look in (stored_revision, require_migrated, lambda one: migrate(one, backup_to=None)):
        with pytest.raises(DatabaseTooNew):
            look(filled)


def test_database_when_of_an_older_version_keeps_its_rows(
    filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = newest_revision()
    monkeypatch.setattr(module, "_SCRIPTS", _next_version(tmp_path))
    done = migrate(filled, backup_to=tmp_path)
    assert (done.before, done.after) == (before, "9998")
    assert _titles(filled) == [("Acme", "red")]
    with filled.reading() as session:
        assert session.scalars(select(OrganisationRow.workspace_id)).all() == ["w1"]
        assert session.get(Meta, "audit_head") is not None
    if filled.is_sqlite:
        with filled.session() as session:
            assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_sqlite_file_when_migrated_is_copied_first(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_database.session() as session:
        session.add(Workspace(team_id="T1", name="Acme", created_at=sqlite_database.now()))
    before = newest_revision()
    monkeypatch.setattr(module, "_SCRIPTS", _next_version(tmp_path))
    copy = migrate(sqlite_database, backup_to=tmp_path).copy
    assert copy == tmp_path / f"app-{before}-20261122T020000.db"
    _assert_is_old(copy, before)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def _assert_is_old(path: Path, revision: str) -> None:
    raw = sqlite3.connect(path)
    try:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == (revision,)
        assert raw.execute("SELECT name FROM workspaces").fetchall() == [("Acme",)]
    finally:
        raw.close()


def test_migration_when_a_step_fails_leaves_everything_as_it_was(
    filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = newest_revision()
    monkeypatch.setattr(module, "_SCRIPTS", _next_version(tmp_path, "raise LookupError"))
    with pytest.raises(LookupError):
        migrate(filled, backup_to=None)
    assert stored_revision(filled) == before
    with filled.reading() as session:
        assert session.scalars(select(Workspace.name)).all() == ["Acme"]


def test_migration_when_it_would_break_a_reference_is_undone(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = sqlite_database.now()
    with sqlite_database.session() as session:
        session.add(Workspace(id="w1", team_id="T1", created_at=now))
        session.flush()
        session.add(
            OrganisationRow(
                workspace_id="w1", tenant_id="t", name="n", linked_by="U", linked_at=now, state_since=now
            )
        )
    monkeypatch.setattr(module, "_SCRIPTS", _next_version(tmp_path, 'op.execute("DELETE FROM workspaces")'))
    with pytest.raises(Misconfigured, match="as it was before"):
        migrate(sqlite_database, backup_to=None)
    with sqlite_database.reading() as session:
        assert len(session.scalars(select(Workspace.id)).all()) == 1


def test_migration_when_killed_in_the_middle_leaves_the_old_tables_and_the_copy(
    database_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = Database.open(database_url, now=clock)
    with db.session() as session:
        session.add(Workspace(team_id="T1", name="Acme", created_at=db.now()))
    before, mark = newest_revision(), tmp_path / "in the middle"
    scripts = _next_version(tmp_path, SLEEP)
    _kill_while_migrating(database_url, scripts, tmp_path, mark)
    if db.is_sqlite:
        [copy] = tmp_path.glob("app-*.db")
        _assert_is_old(copy, before)
    assert stored_revision(db) == before
    with db.reading() as session:
        assert session.scalars(select(Workspace.name)).all() == ["Acme"]
    shutil.rmtree(scripts)
    monkeypatch.setattr(module, "_SCRIPTS", _next_version(tmp_path))
    clock.advance(1)
    assert migrate(db, backup_to=tmp_path).after == "9998"
    assert _titles(db) == [("Acme", "red")]
    db.close()


def _kill_while_migrating(url: str, scripts: Path, folder: Path, mark: Path) -> None:
    program = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path\n"
        "from bot.db import migrate; from bot.db.engine import Database\n"
        "migrate._SCRIPTS = Path(sys.argv[2])\n"
        "db = Database.open(sys.argv[1], now=lambda: datetime.now(UTC))\n"
        "migrate.migrate(db, backup_to=Path(sys.argv[3]))\n"
    )
    words = [sys.executable, "-c", program, url, str(scripts), str(folder)]
    running = subprocess.Popen(words, env={**os.environ, "MARK": str(mark)})
    try:
        end = time.monotonic() + 30
        while not mark.exists() and running.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        assert mark.exists()
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait()


def test_migration_when_several_start_at_once_is_done_once(empty_database_url: str, clock: Clock) -> None:
    opened = [Database.open(empty_database_url, now=clock) for _ in range(4)]
    failures: list[BaseException] = []

    def start(one: Database) -> None:
        try:
            migrate(one, backup_to=None)
        except BaseException as error:  # noqa: BLE001 - told to the test
            failures.append(error)

    threads = [threading.Thread(target=start, args=(one,)) for one in opened]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert stored_revision(opened[0]) == newest_revision()
    with opened[0].reading() as session:
        assert session.scalars(select(Meta.key)).all() == ["audit_head"]
    for one in opened:
        one.close()


@pytest.fixture
def ascii_url(postgres_server: Callable[[str], str], postgres_admin: psycopg.Connection) -> Iterator[str]:
    """The address of a database as a server without a locale makes it."""
    postgres_admin.execute(
        "CREATE DATABASE ascii_only TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
    )
    yield postgres_server("ascii_only")
    postgres_admin.execute("DROP DATABASE ascii_only WITH (FORCE)")


def test_database_when_its_encoding_is_not_utf8_then_is_refused_with_the_way_out(
    ascii_url: str, clock: Clock, tmp_path: Path
) -> None:
    db = Database.open(ascii_url, now=clock)
    for use in (lambda: migrate(db, backup_to=None), lambda: require_migrated(db)):
        with pytest.raises(Misconfigured, match=r"^DATABASE_URL: .*SQL_ASCII.*createdb -E UTF8"):
            use()
    with db.reading() as session:
        assert inspect(session.connection()).get_table_names() == []
    db.close()
    settings = {"DATABASE_URL": ascii_url, "VAULT_URL": (tmp_path / "vault").as_uri()}
    found = database_found(load_settings({}, for_demo=True, overrides=settings, env_file=None))
    assert (found.word, found.do) == (Word.PROBLEM, "")
    assert "createdb -E UTF8" in found.sentence
