"""Messages on their way: stored once, tried with growing pauses, given up at last."""

from __future__ import annotations

from datetime import timedelta

from bot.db import outbox
from bot.db.engine import Database
from bot.db.tables import Delivery


def _put(db: Database, key: str, text: str = "hello") -> bool:
    with db.session() as session:
        return outbox.put(
            session, key, workspace_id="w", channel_id="C1", payload={"text": text}, now=db.now()
        )


def _due(db: Database, limit: int = 50) -> list[str]:
    with db.reading() as session:
        return [one.key for one in outbox.due(session, db.now(), limit=limit)]


def _row(db: Database, key: str) -> Delivery:
    with db.reading() as session:
        return session.get_one(Delivery, key)


def _fail(db: Database, key: str, wait: timedelta | None = None) -> None:
    with db.session() as session:
        outbox.mark_failed(session, key, error="unavailable", now=db.now(), wait=wait)


def test_message_when_stored_twice_is_one_message(database: Database) -> None:
    assert [_put(database, "k", "first"), _put(database, "k", "second")] == [True, False]
    assert _row(database, "k").payload == {"text": "first"}
    assert _due(database) == ["k"]


def test_message_when_sent_is_not_due_and_its_words_are_gone(database: Database) -> None:
    _put(database, "k")
    with database.session() as session:
        outbox.mark_sent(session, "k", channel_id="D9", ts="1.2")
    row = _row(database, "k")
    assert (row.state, row.channel_id, row.ts, row.payload) == ("sent", "D9", "1.2", {})
    assert _due(database) == []
    assert _put(database, "k") is False


def test_message_when_it_failed_is_due_after_a_growing_pause(sqlite_database: Database) -> None:
    db = sqlite_database
    _put(db, "k")
    pauses = []
    while _row(db, "k").state == "due":
        assert _due(db) == ["k"]
        _fail(db, "k")
        wait = _row(db, "k").next_at - db.now()
        pauses.append(wait)
        assert _due(db) == [] or wait <= timedelta(0)
        db.now.advance(wait.total_seconds())  # type: ignore[attr-defined]
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=5)
    assert max(pauses) == timedelta(hours=6)
    assert timedelta(hours=20) < sum(pauses, timedelta()) < timedelta(hours=36)
    assert _row(db, "k").state == "gave_up"
    assert _due(db) == []


def test_message_when_slack_said_how_long_waits_that_long(database: Database) -> None:
    _put(database, "k")
    _fail(database, "k", timedelta(seconds=30))
    assert _row(database, "k").next_at == database.now() + timedelta(seconds=30)


def test_messages_when_many_are_due_come_oldest_first_up_to_the_limit(sqlite_database: Database) -> None:
    for number in range(5):
        _put(sqlite_database, f"k{9 - number}")
        sqlite_database.now.advance(1)  # type: ignore[attr-defined]
    assert _due(sqlite_database, limit=3) == ["k9", "k8", "k7"]


def test_messages_when_settled_long_ago_are_forgotten_and_others_kept(database: Database) -> None:
    for key in ("sent", "due"):
        _put(database, key)
    with database.session() as session:
        outbox.mark_sent(session, "sent", channel_id="C1", ts="1")
        assert outbox.forget_before(session, database.now() + timedelta(days=1)) == 1
    assert _due(database) == ["due"]
