"""Remember what Slack already sent, so that a repeated delivery does the work once. Ids only, no content."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from bot.db.once import insert_once
from bot.db.tables import Received


def first_time(session: Session, key: str, now: datetime) -> bool:
    """Note that `key` was received; say whether this is the first time."""
    return insert_once(session, Received, key=key, received_at=now)


def forget_before(session: Session, at: datetime) -> int:
    """Drop keys received before `at`; Slack repeats for an hour at most. Returns how many went."""
    result = session.execute(delete(Received).where(Received.received_at < at))
    return result.rowcount if isinstance(result, CursorResult) else 0
