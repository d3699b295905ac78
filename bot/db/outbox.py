"""Messages that must reach Slack: stored with the change they tell of, sent afterwards. Rows, no sending."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from bot.db.once import insert_once
from bot.db.tables import Delivery

MOST_ATTEMPTS = 16  # with the pauses below: about a day
LONGEST_PAUSE = timedelta(hours=6)


def put(
    session: Session,
    key: str,
    *,
    workspace_id: str,
    channel_id: str,
    payload: Mapping[str, Any],
    now: datetime,
) -> bool:
    """Store one message to send; say False, and change nothing, when `key` was stored before."""
    return insert_once(
        session,
        Delivery,
        key=key,
        workspace_id=workspace_id,
        channel_id=channel_id,
        payload=dict(payload),
        next_at=now,
        created_at=now,
    )


def due(session: Session, now: datetime, *, limit: int = 50) -> list[Delivery]:
    """List messages whose time has come, oldest first; who sends one holds a lock on its key."""
    query = select(Delivery).where(Delivery.state == "due", Delivery.next_at <= now)
    return list(session.scalars(query.order_by(Delivery.created_at, Delivery.key).limit(limit)))


def mark_sent(session: Session, key: str, *, channel_id: str, ts: str) -> None:
    """Note where Slack shows it; the content is dropped, the key stays so that it is not sent again."""
    one = session.get_one(Delivery, key)
    one.state, one.channel_id, one.ts, one.error, one.payload = "sent", channel_id, ts, "", {}


def mark_failed(
    session: Session, key: str, *, error: str, now: datetime, wait: timedelta | None = None
) -> None:
    """Note a failed attempt: try again after `wait` or a growing pause; give up after the last attempt.

    `error` is a short code, never Slack's text.
    """
    one = session.get_one(Delivery, key, with_for_update=True)
    one.error, one.attempts = error[:200], one.attempts + 1
    if one.attempts >= MOST_ATTEMPTS:
        one.state = "gave_up"
    one.next_at = now + (pause(one.attempts) if wait is None else wait)


def forget_before(session: Session, at: datetime) -> int:
    """Drop messages settled long ago, those stored before `at`; returns how many went."""
    old = delete(Delivery).where(Delivery.state != "due", Delivery.created_at < at)
    result = session.execute(old)
    return result.rowcount if isinstance(result, CursorResult) else 0


def pause(attempts: int) -> timedelta:
    """Give the wait after that many attempts: 5 s, doubling, at most 6 hours."""
    return min(timedelta(seconds=5 * 2 ** min(attempts - 1, 20)), LONGEST_PAUSE)
