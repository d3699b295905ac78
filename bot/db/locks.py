"""Let one at a time do a named thing, across threads and, on PostgreSQL, across machines.

On SQLite one process holds the data folder, so a lock inside the process is enough. Nothing here holds a
transaction open, because the thing done under the lock may wait for another server.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from bot.db.engine import Database, our_words

_guard = threading.Lock()
_inside: dict[str, tuple[threading.Lock, int]] = {}  # lock, and how many hold it or wait for it


@contextmanager
def exclusive(db: Database, name: str) -> Iterator[None]:
    """Hold the lock `name` while the block runs; waits for whoever holds it. Raises Transient."""
    with _in_process(f"{db.path}:{name}"):
        if db.is_sqlite:
            yield
        else:
            with _in_database(db, name):
                yield


@contextmanager
def _in_process(name: str) -> Iterator[None]:
    with _guard:
        lock, users = _inside.get(name, (threading.Lock(), 0))
        _inside[name] = (lock, users + 1)
    try:
        with lock:
            yield
    finally:
        with _guard:
            users = _inside[name][1] - 1
            if users:
                _inside[name] = (lock, users)
            else:
                del _inside[name]


@contextmanager
def _in_database(db: Database, name: str) -> Iterator[None]:
    """Lock on a connection of its own: one from the pool would be missing to the work done meanwhile."""
    number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
    with our_words():
        connection = db.aside.connect()
    try:
        with our_words():
            connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": number})
        yield
    finally:
        connection.close()  # which also lets go of the lock, come what may
