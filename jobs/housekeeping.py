"""Small work that belongs to no organisation: messages due, consents to keep alive, what is over or old."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.db import outbox, received
from bot.db.engine import Database
from bot.errors import ConsentRevoked
from bot.queue import Queue
from bot.services.asking.talks import Talks
from bot.services.consents import Consents
from bot.services.looking.exports import Exports
from bot.services.posts import Posts
from bot.services.tickets import Tickets
from jobs.engine import Engine, Steps
from jobs.losses import Losses

SLACK_REPEATS_FOR = timedelta(days=2)  # Slack repeats for an hour at most; old buttons have new triggers
MESSAGES_KEPT_FOR = timedelta(days=30)
IDLE = timedelta(days=6)  # consents die after 60 days; a weekly refresh keeps them
PARTITION = "housekeeping"  # of work that belongs to no organisation


class Housekeeping:
    """The jobs of the clock."""

    def __init__(
        self,
        db: Database,
        *,
        posts: Posts,
        consents: Consents,
        losses: Losses,
        exports: Exports,
        expire: Callable[[], int],
        queue: Queue,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._posts, self._consents, self._losses = db, posts, consents, losses
        self._exports, self._expire, self._queue, self._now = exports, expire, queue, now

    def messages(self, steps: Steps, _args: Mapping[str, Any]) -> None:
        """Send what could not be sent before."""
        steps.run("send", self._posts.send_due)

    def idle_consents(self, steps: Steps, _args: Mapping[str, Any]) -> None:
        """Ask for a refresh of every consent that nobody used for days, each in a job of its own."""
        steps.run("ask", self._ask_idle)

    def keep_alive(self, steps: Steps, args: Mapping[str, Any]) -> None:
        """Refresh a consent that nobody used for a while; one that is gone is marked by that, and told."""
        consent_id = str(args["consent"])
        try:
            steps.run("refresh", lambda: self._refreshed(consent_id))
        except ConsentRevoked:
            steps.run("tell", self._losses.tell)

    def tidy(self, steps: Steps, _args: Mapping[str, Any]) -> None:
        """Drop what nobody asks for any more."""
        steps.run("losses", self._losses.tell)
        steps.run("rows", self._forget)
        steps.run("talks", Talks(self._db, now=self._now).sweep)
        steps.run("engine", lambda: Engine.tidy(older_than_days=7))

    def expire(self, steps: Steps, _args: Mapping[str, Any]) -> None:
        """Close requests that nobody decided on; forget links whose time is over, and their files."""
        steps.run("restores", self._expire)
        steps.run("exports", self._exports.sweep)
        steps.run("tickets", Tickets(self._db, now=self._now).sweep)

    def _ask_idle(self) -> int:
        now = self._now()
        idle = self._consents.idle_since(now - IDLE)
        for consent_id in idle:
            key = f"keepalive:{consent_id}:{now:%Y%m%d}"
            self._queue.enqueue("keepalive", organisation=PARTITION, key=key, args={"consent": consent_id})
        return len(idle)

    def _refreshed(self, consent_id: str) -> bool:
        self._consents.keep_alive(consent_id)
        return True

    def _forget(self) -> int:
        now = self._now()
        with self._db.session() as session:
            return received.forget_before(session, now - SLACK_REPEATS_FOR) + outbox.forget_before(
                session, now - MESSAGES_KEPT_FOR
            )
