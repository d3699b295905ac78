"""Single-use, short-lived links that begin a consent at Xero, bound to workspace, person and browser.

Only hashes are stored: who reads the database cannot open a link. A link is used up when it is opened; the
state it turns into is used up when the consent comes back.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, select, update

from bot.db.engine import Database
from bot.db.tables import Ticket
from bot.domain.names import Actor
from bot.errors import LinkProblem, LinkRefused

PURPOSE, WRITING = "xero", "xero-writing"  # to read, as every link; to let a restore write, too
LIFE = timedelta(minutes=15)
EXPIRED = "This link has expired. Links to Xero work for 15 minutes; ask for a new one in Slack."
USED = "This link has already been used. Each link to Xero works once; ask for a new one in Slack."
OTHER_BROWSER = "This consent was begun in another browser or by somebody else, so it was not used."


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that was opened: the state that goes to Xero, what for, and where it was asked for."""

    state: str
    writing: bool = False
    organisation_id: str = ""
    workspace_id: str = ""
    channel_id: str = ""


class Tickets:
    """Issue, open and redeem links to Xero's consent page."""

    def __init__(self, db: Database, *, now: Callable[[], datetime]) -> None:
        self._db, self._now = db, now

    def issue(self, actor: Actor, *, organisation_id: str | None = None, writing: bool = False) -> str:
        """Make a link's secret for one person in one channel; `organisation_id` when it is for one only."""
        secret = secrets.token_urlsafe(32)
        with self._db.session() as session:
            session.add(
                Ticket(
                    id=_hash(secret),
                    purpose=WRITING if writing else PURPOSE,
                    workspace_id=actor.workspace_id,
                    user_id=actor.user_id,
                    channel_id=actor.channel_id,
                    organisation_id=organisation_id,
                    created_at=self._now(),
                    expires_at=self._now() + LIFE,
                )
            )
        return secret

    def open(self, secret: str, *, browser_secret: str | None) -> Opened:
        """Turn a link into the state that goes to Xero; raises LinkRefused when it is used or too old."""
        state = secrets.token_urlsafe(32)
        taken = (
            update(Ticket)
            .where(
                Ticket.id == _hash(secret),
                Ticket.purpose.in_((PURPOSE, WRITING)),
                Ticket.opened_at.is_(None),
                Ticket.expires_at > self._now(),
            )
            .values(
                opened_at=self._now(),
                expires_at=self._now() + LIFE,
                state_hash=_hash(state),
                browser_hash=_hash(browser_secret) if browser_secret else None,
            )
        )
        with self._db.session() as session:
            changed = _changed(session.execute(taken))
            known = session.get(Ticket, _hash(secret))
            if changed and known is not None:
                return Opened(
                    state,
                    known.purpose == WRITING,
                    known.organisation_id or "",
                    known.workspace_id or "",
                    known.channel_id or "",
                )
        if known is not None and known.opened_at is not None:
            raise LinkRefused(LinkProblem.USED, USED)
        raise LinkRefused(LinkProblem.EXPIRED, EXPIRED)

    def redeem(self, state: str, *, browser_secret: str | None) -> Ticket:
        """Take the answer of a consent, once; raises LinkRefused."""
        now = self._now()
        taken = (
            update(Ticket)
            .where(Ticket.state_hash == _hash(state), Ticket.used_at.is_(None), Ticket.expires_at > now)
            .values(used_at=now)
        )
        with self._db.session() as session:
            changed = _changed(session.execute(taken))
            ticket = session.scalar(select(Ticket).where(Ticket.state_hash == _hash(state)))
        if ticket is None:
            raise LinkRefused(LinkProblem.EXPIRED, EXPIRED)
        if not changed:
            used = ticket.expires_at > now
            problem, sentence = (LinkProblem.USED, USED) if used else (LinkProblem.EXPIRED, EXPIRED)
            raise LinkRefused(problem, sentence)
        if ticket.browser_hash and ticket.browser_hash != _hash(browser_secret or ""):
            raise LinkRefused(LinkProblem.WRONG_PERSON, OTHER_BROWSER)
        return ticket

    def sweep(self) -> int:
        """Forget links that can no longer be used and are a day old."""
        old = self._now() - timedelta(days=1)
        with self._db.session() as session:
            return _changed(session.execute(delete(Ticket).where(Ticket.expires_at < old)))


def _hash(secret: str) -> str:
    # A random secret of 256 bits needs no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()


def _changed(result: object) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
