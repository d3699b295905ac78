"""Open the database and hand out units of work. Knows no table and no rule.

SQLite needs care to be safe with several threads and processes: write-ahead log, full synchronous, foreign
keys on, and every unit of work that may write takes the write lock at its start. A transaction that reads
first and writes later cannot wait for the lock (sqlite.org/rescode.html#busy_snapshot): with a plain BEGIN it
fails with "database is locked" under load, however long it is told to wait.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from bot.db.faults import translate
from bot.errors import Misconfigured, Transient

BUSY_MILLISECONDS = 5000
TURN_SECONDS = 10.0
_READING = "ledgerkeep_reading"
# A machine that froze in the middle of a transaction must not keep its rows from those that go on.
_OPTIONS = "-c idle_in_transaction_session_timeout=15000"  # milliseconds
_KINDS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}


class Database:
    """One database; opening touches nothing but the file, connections are made when needed."""

    def __init__(self, engine: Engine, *, now: Callable[[], datetime]) -> None:
        self.engine, self.now = engine, now
        self._reader = engine.execution_options(**_reader_options(engine))
        self._turn = threading.Lock()

    @classmethod
    def open(cls, url: str, *, now: Callable[[], datetime]) -> Database:
        """Open `sqlite:///file` or `postgresql+psycopg://…`; raise Misconfigured for anything else."""
        parsed = _parse(url)
        return cls(_sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed), now=now)

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is a file on one machine."""
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database."""
        return Path(self.engine.url.database) if self.is_sqlite and self.engine.url.database else None

    @cached_property
    def aside(self) -> Engine:
        """Connections beside the pool, each closed after use, without transactions: for locks."""
        return create_engine(self.engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Run one unit of work: committed at the end, rolled back when an exception leaves it."""
        with (
            our_words(),
            self._one_writer(),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """Let writers of this process queue here on SQLite.

        SQLite's own waiting is a sleep of up to 100 ms tried again, first come not first served: under load a
        person's command then waits behind a backup's many small writes. A lock hands over at once.
        """
        if not self.is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=TURN_SECONDS):
            raise Transient("The database is busy.")
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Run queries on one consistent view, beside any writer; the database refuses changes made here."""
        with our_words(), Session(self._reader, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def _reader_options(engine: Engine) -> dict[str, Any]:
    if engine.dialect.name == "sqlite":
        return {_READING: True}
    return {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}


@contextmanager
def our_words() -> Iterator[None]:
    """Turn the driver's errors into ours; a broken constraint stays SQLAlchemy's IntegrityError."""
    try:
        yield
    except SQLAlchemyError as error:
        ours = translate(error)
        if ours is None:
            raise
        raise ours from error


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise Misconfigured("DATABASE_URL: not a database address; write postgresql+psycopg://…") from None
    kind = parsed.get_backend_name()
    if kind not in _KINDS:
        raise Misconfigured(
            "DATABASE_URL: only SQLite and PostgreSQL are supported; write postgresql+psycopg://…"
        )
    if kind == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise Misconfigured("DATABASE_URL: an SQLite database needs a file; write sqlite:///path/app.db")
    return parsed.set(drivername=_KINDS[kind])


def _postgresql(url: URL) -> Engine:
    # Small on purpose: a handful of workers, short transactions; pre-ping survives a restarted server.
    return create_engine(
        url,
        # Without the encoding, text of a SQL_ASCII database comes as bytes.
        connect_args={"client_encoding": "utf8", "options": _OPTIONS},
        pool_size=5,
        max_overflow=10,
        pool_timeout=15,
        pool_pre_ping=True,
        pool_recycle=1800,
    )


def _sqlite(url: URL) -> Engine:
    make_private(Path(str(url.database)))
    engine = create_engine(url, pool_size=8, max_overflow=16, pool_timeout=15)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def make_private(path: Path) -> None:
    """Create the file readable by its owner only; the log files beside it inherit that."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _prepare(raw: Any, _record: object) -> None:
    raw.isolation_level = None  # the driver's own BEGIN would come too late and is never IMMEDIATE
    raw.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    _turn_on_wal(raw)
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")
    raw.execute("PRAGMA secure_delete = ON")  # a destroyed key must not survive in a free page


def _turn_on_wal(raw: Any) -> None:
    """Switch a new file to its write-ahead log.

    Two connections that switch at once would wait for each other, so SQLite lets neither of them wait: the
    busy timeout does not count here (sqlite.org/rescode.html#busy), and we try again.
    """
    end = time.monotonic() + BUSY_MILLISECONDS / 1000
    while raw.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            raw.execute("PRAGMA journal_mode = WAL")
        except raw.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def _begin(connection: Connection) -> None:
    reading = bool(connection.get_execution_options().get(_READING))
    connection.exec_driver_sql(f"PRAGMA query_only = {int(reading)}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
