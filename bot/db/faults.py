"""Say in our own words what went wrong in a database. The only place that reads driver error codes."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import Damaged, LedgerkeepError, Misconfigured, StoreUnavailable, Transient

BUSY = "The database is busy; this is tried again."
AWAY = "The database does not answer; this is tried again."
FULL = "The disk of the database is full; nothing was saved."
READ_ONLY = "The database can only be read; nothing was saved."
BROKEN = "The database is damaged; nothing more is written to it. Restore a copy of it."
SHUT = "DATABASE_URL: the database refuses this user or does not exist; check name, user and password."

# Beginnings of SQLite's error names (sqlite.org/rescode.html) and of PostgreSQL's SQLSTATE codes
# (postgresql.org/docs/current/errcodes-appendix.html), longest first where one contains another.
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "40001", "40P01", "55P03", "53300")
_FULL = ("SQLITE_FULL", "53100")
_READ_ONLY = ("SQLITE_READONLY", "25006")
_BROKEN = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "XX001", "XX002")
_SHUT = ("28", "3D000")
_REFUSALS = ("authentication failed", "does not exist", "no pg_hba.conf entry", "is not permitted to log in")
_AWAY = ("SQLITE_IOERR", "SQLITE_CANTOPEN", "08", "57P", "53")


def translate(error: SQLAlchemyError) -> LedgerkeepError | None:
    """Give the error to raise instead, or None when it is the caller's own (a broken constraint, a bug)."""
    if isinstance(error, IntegrityError):
        return None
    if isinstance(error, PoolTimeout):
        return Transient(BUSY)
    if not isinstance(error, DBAPIError):
        return None
    code = _code(error.orig)
    return _by_code(code) or _by_loss(error, code)


def _code(original: BaseException | None) -> str:
    """Read the driver's code: SQLite names its errors, PostgreSQL numbers them."""
    return str(getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None) or "")


def _by_code(code: str) -> LedgerkeepError | None:
    if code.startswith(_BUSY):
        return Transient(BUSY)
    if code.startswith(_FULL):
        return StoreUnavailable(FULL, full=True)
    if code.startswith(_READ_ONLY):
        return StoreUnavailable(READ_ONLY, read_only=True)
    if code.startswith(_BROKEN):
        return Damaged(BROKEN)
    if code.startswith(_SHUT):
        return Misconfigured(SHUT)
    return Transient(AWAY) if code.startswith(_AWAY) else None


def _by_loss(error: DBAPIError, code: str) -> LedgerkeepError | None:
    """A connection that was not made or broke carries no code; a refusal tells itself by its words only."""
    if not code and any(words in str(error.orig) for words in _REFUSALS):
        return Misconfigured(SHUT)
    lost = error.connection_invalidated or (
        not code and type(error).__name__ in {"OperationalError", "InterfaceError"}
    )
    return Transient(AWAY) if lost else None
