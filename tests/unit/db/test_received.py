"""What Slack sends twice is done once."""

from __future__ import annotations

from datetime import timedelta

from bot.db.engine import Database
from bot.db.received import first_time, forget_before


def test_key_when_received_again_is_not_the_first_time(database: Database) -> None:
    for expected in (True, False, False):
        with database.session() as session:
            assert first_time(session, "Ev1", database.now()) is expected
    with database.session() as session:
        assert first_time(session, "Ev2", database.now())


def test_key_when_received_twice_in_one_unit_of_work_counts_once(database: Database) -> None:
    with database.session() as session:
        assert [first_time(session, "Ev1", database.now()) for _ in range(2)] == [True, False]


def test_keys_when_old_are_forgotten_and_new_ones_kept(database: Database) -> None:
    now = database.now()
    with database.session() as session:
        first_time(session, "old", now - timedelta(days=2))
        first_time(session, "new", now)
        assert forget_before(session, now - timedelta(days=1)) == 1
        assert [first_time(session, key, now) for key in ("old", "new")] == [True, False]
