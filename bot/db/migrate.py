"""Bring the tables up to date before anything else uses them, and hold the key ring against the database.

One transaction does all steps, on both databases: a program killed in the middle leaves the old tables. An
existing SQLite file is copied first. Several processes may start at once: the second waits and finds nothing
to do. Must not be called while jobs run.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.crypto import KeyRing
from bot.db.engine import BUSY_MILLISECONDS, Database, make_private, our_words
from bot.db.locks import exclusive
from bot.db.tables import KEY_CHECK, Meta
from bot.errors import DatabaseTooNew, Misconfigured, WrongKey
from bot.late import without

_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK = 7_260_813_001  # any number, the same in every process
PATIENCE_MILLISECONDS = 60_000  # another process may be migrating a large file


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What `migrate` did; `before` is empty for a new database, `copy` is None when none was needed."""

    before: str
    after: str
    copy: Path | None = None


def newest_revision() -> str:
    """Give the revision this program works with."""
    return max(_revisions())


def stored_revision(db: Database) -> str:
    """Give the revision of the database, "" when it has no tables; raises DatabaseTooNew, Misconfigured."""
    with db.reading() as session:  # beside a migration that runs, not behind it
        if not db.is_sqlite:
            _require_utf8(session.connection())
        return _known(session.connection())


def migrate(db: Database, *, backup_to: Path | None) -> Migrated:
    """Take every missing step; an existing SQLite file is first copied into the folder `backup_to`.

    Raises DatabaseTooNew, Transient when another process holds the database for long, StoreUnavailable.
    """
    before = stored_revision(db)
    if before == newest_revision():
        return Migrated(before=before, after=before)
    copy = _copy(db, before, backup_to) if before and backup_to is not None else None
    _take_steps(db)
    return Migrated(before=before, after=newest_revision(), copy=copy)


def _take_steps(db: Database) -> None:
    with without("pygments"):  # 5 MB for templates in colours
        from alembic import command
        from alembic.config import Config

    with exclusive(db, "migrate"), _exclusive(db) as connection:
        _known(connection)
        config = Config()
        config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def require_migrated(db: Database) -> None:
    """Raise Misconfigured unless the tables are up to date; for commands that must not change them."""
    if stored_revision(db) != newest_revision():
        raise Misconfigured("DATABASE_URL: its tables are of an older version; run `ledgerkeep migrate`.")


def check_key_ring(db: Database, ring: KeyRing) -> None:
    """Remember the ring at the first start; later raise WrongKey when it does not open this database."""
    with db.session() as session:
        kept = session.get(Meta, KEY_CHECK)
        if kept is None:
            session.add(Meta(key=KEY_CHECK, value=base64.b64encode(ring.check_value()).decode()))
        elif not ring.matches(base64.b64decode(kept.value)):
            raise WrongKey("ENCRYPTION_KEYS does not hold the key this database was made with.")


def _revisions() -> set[str]:
    """Name all revisions; their files begin with them, in order."""
    return {one.name.partition("_")[0] for one in (_SCRIPTS / "versions").glob("[0-9]*_*.py")}


def _known(connection: Connection) -> str:
    """Give the revision as Alembic wrote it down; asked without Alembic, which takes 9 MB of memory."""
    found = ""
    if inspect(connection).has_table("alembic_version"):
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
    if found and found not in _revisions():
        raise DatabaseTooNew("The database belongs to a newer version of Ledgerkeep; install that version.")
    return found


def _require_utf8(connection: Connection) -> None:
    """Raise Misconfigured unless the PostgreSQL database keeps every letter: names are in any script."""
    found = connection.execute(text("SELECT getdatabaseencoding()")).scalar_one()
    if found != "UTF8":
        raise Misconfigured(
            f"DATABASE_URL: the encoding of this database is {found}, but it must be UTF8; make another with "
            "`createdb -E UTF8 -T template0 NAME` and name that one."
        )


def _copy(db: Database, revision: str, folder: Path) -> Path | None:
    """Write a consistent copy of the file; it gets its name only when it is whole and on disk."""
    if not db.is_sqlite:
        return None
    target = folder / f"app-{revision}-{db.now():%Y%m%dT%H%M%S}.db"
    partial = target.with_suffix(".part")
    partial.unlink(missing_ok=True)
    make_private(partial)
    with our_words(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA query_only = 0")  # whoever read with this connection before had turned it on
        cursor.execute("VACUUM INTO ?", (str(partial),))
    descriptor = os.open(partial, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    return partial.replace(target)


@contextmanager
def _exclusive(db: Database) -> Iterator[Connection]:
    """Open a transaction that no other process can migrate beside."""
    with our_words(), db.engine.connect() as connection:
        if not db.is_sqlite:
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
                yield connection
            return
        # A rebuilt table is dropped and made anew, which would delete what refers to it.
        _foreign_keys(connection, on=False)
        _wait_up_to(connection, PATIENCE_MILLISECONDS)
        try:
            with connection.begin():
                yield connection
                broken = connection.execute(text("PRAGMA foreign_key_check")).all()
                if broken:
                    raise Misconfigured("The database could not be migrated; it is as it was before.")
        finally:
            _foreign_keys(connection, on=True)
            _wait_up_to(connection, BUSY_MILLISECONDS)


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    connection.connection.cursor().execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def _wait_up_to(connection: Connection, milliseconds: int) -> None:
    connection.connection.cursor().execute(f"PRAGMA busy_timeout = {milliseconds}")
