"""Rows of Slack OAuth states: hashes of single-use secrets. Knows neither the secrets nor Slack."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session

from bot.db.tables import Ticket

PURPOSE = "slack"


def put(session: Session, state_hash: str, *, now: datetime, life: timedelta) -> None:
    """Store one state, and sweep out those nobody can use any more."""
    session.execute(delete(Ticket).where(Ticket.purpose == PURPOSE, Ticket.expires_at < now))
    session.add(Ticket(id=state_hash, purpose=PURPOSE, created_at=now, expires_at=now + life))


def take(session: Session, state_hash: str, *, now: datetime) -> bool:
    """Use one state up; of several who try at once, one is told True."""
    unused = (Ticket.id == state_hash, Ticket.purpose == PURPOSE, Ticket.used_at.is_(None))
    result = session.execute(update(Ticket).where(*unused, Ticket.expires_at > now).values(used_at=now))
    return isinstance(result, CursorResult) and result.rowcount == 1
