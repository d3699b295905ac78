"""The roll of workers on one PostgreSQL: who lives, who fell silent. Rows only; moves no work.

Times are the database's own: the clocks of several machines may differ by more than the patience here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import CursorResult, delete, func, select, text, update

from bot.db.engine import Database
from bot.db.once import insert_once
from bot.db.tables import Worker

_LOCK = 7_260_813_002  # any number, the same in every process; one more than that of the migrations


class Roll:
    """The table of workers."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def enter(self, worker_id: str) -> None:
        """Put a worker on the roll."""
        with self._db.session() as session:
            insert_once(session, Worker, executor_id=worker_id, seen_at=self._db.now())
        self.sign(worker_id)

    def sign(self, worker_id: str) -> bool:
        """Note that a worker lives; False when it is no longer on the roll: others took it for dead."""
        with self._db.session() as session:
            mine = update(Worker).where(Worker.executor_id == worker_id).values(seen_at=func.now())
            result = session.execute(mine)
            return isinstance(result, CursorResult) and result.rowcount == 1

    def leave(self, worker_id: str) -> None:
        """Take a worker off the roll."""
        with self._db.session() as session:
            session.execute(delete(Worker).where(Worker.executor_id == worker_id))

    def strike_off(self, silent_for: timedelta) -> int:
        """Take everybody off who has not signed for so long; gives how many."""
        with self._db.session() as session:
            result = session.execute(delete(Worker).where(Worker.seen_at < func.now() - silent_for))
            return result.rowcount if isinstance(result, CursorResult) else 0

    def living(self) -> set[str]:
        """Name everybody on the roll."""
        with self._db.reading() as session:
            return set(session.scalars(select(Worker.executor_id)))

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Say whether nobody else looks after the roll while the block runs."""
        with self._db.aside.connect() as connection:
            got = connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": _LOCK})
            yield bool(got)  # closing the connection lets go of the lock, come what may
