"""Named locks: one at a time, everywhere the database reaches."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import text

from bot.db import locks
from bot.db.engine import Database
from bot.db.locks import exclusive
from bot.errors import Transient
from tests.conftest import Clock


class Crowd:
    """Counts how many are inside at once."""

    def __init__(self) -> None:
        self.inside, self.most, self.passed = 0, 0, 0
        self._guard = threading.Lock()

    def visit(self, db: Database, name: str) -> None:
        with exclusive(db, name):
            with self._guard:
                self.inside += 1
                self.most = max(self.most, self.inside)
            time.sleep(0.002)
            with self._guard:
                self.inside, self.passed = self.inside - 1, self.passed + 1


def _together(visits: list[tuple[Database, str]]) -> Crowd:
    crowd = Crowd()
    threads = [threading.Thread(target=crowd.visit, args=visit) for visit in visits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return crowd


def test_lock_when_many_threads_want_it_lets_one_in_at_a_time(database: Database) -> None:
    crowd = _together([(database, "a")] * 12)
    assert (crowd.most, crowd.passed) == (1, 12)


def test_locks_when_of_different_names_do_not_wait_for_each_other(database: Database) -> None:
    with exclusive(database, "a"), exclusive(database, "b"):
        pass


def test_lock_when_another_process_holds_it_waits(postgres_url: str, clock: Clock) -> None:
    ours, theirs = Database.open(postgres_url, now=clock), Database.open(postgres_url, now=clock)
    inside, leave, order = threading.Event(), threading.Event(), list[str]()

    def hold() -> None:
        with locks._in_database(theirs, "a"):
            inside.set()
            leave.wait(10)
            order.append("theirs")

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(10)
    threading.Timer(0.1, leave.set).start()
    with locks._in_database(ours, "a"):
        order.append("ours")
    thread.join()
    assert order == ["theirs", "ours"]
    ours.close()
    theirs.close()


def test_lock_when_the_block_fails_is_free_again(database: Database) -> None:
    for _ in range(2):
        with pytest.raises(LookupError), exclusive(database, "a"):
            raise LookupError
    assert locks._inside == {}


def test_locks_when_held_by_more_than_the_pool_has_leave_it_to_the_work(postgres_database: Database) -> None:
    done: list[int] = []
    gate = threading.Barrier(20)

    def work(number: int) -> None:
        with exclusive(postgres_database, f"lock {number}"):
            gate.wait(20)
            with postgres_database.session() as session:
                session.execute(text("SELECT 1"))
            done.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(20))


def test_lock_when_the_database_is_away_is_transient(clock: Clock) -> None:
    db = Database.open("postgresql://u@127.0.0.1:1/d", now=clock)
    with pytest.raises(Transient), exclusive(db, "a"):
        raise LookupError
