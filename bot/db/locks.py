"""Let one at a time do a named thing, across threads and, on PostgreSQL, across machines.

On SQLite one process holds the data folder, so a lock inside the process is enough; nothing here may hold a
transaction open, because the thing done under the lock may wait for another server.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from bot.db.engine import Database

_inside: dict[str, threading.Lock] = {}
_guard = threading.Lock()


@contextmanager
def exclusive(db: Database, name: str) -> Iterator[None]:
    """Hold the lock `name` while the block runs; waits for whoever holds it."""
    with _guard:
        lock = _inside.setdefault(name, threading.Lock())
    with lock:
        if db.is_sqlite:
            yield
            return
        number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": number})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": number})
