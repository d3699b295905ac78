"""Short-lived permissions that travel with interactions: trigger ids and response addresses.

docs.slack.dev/interactivity/handling-user-interaction: a trigger id opens one view within 3 seconds; a
response address takes 5 posts within 30 minutes.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.slack.refusal import SlackRefusalError

TRIGGER_LIFE, RESPONSE_LIFE, RESPONSE_USES = timedelta(seconds=3), timedelta(minutes=30), 5


@dataclass(frozen=True, slots=True)
class Trigger:
    """Who may be shown a view, and above which modal it was asked for."""

    user: str
    view_id: str | None
    made_at: datetime


@dataclass(slots=True, kw_only=True)
class Answering:
    """Where the posts to one response address go; `ts` is the message that was clicked, if any."""

    channel: str
    user: str
    ts: str | None
    made_at: datetime
    uses: int = 0


class Tickets:
    """Gives out trigger ids and response addresses and takes them back."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now, self._lock = now, threading.Lock()
        self._triggers: dict[str, Trigger] = {}
        self._used: set[str] = set()
        self._answering: dict[str, Answering] = {}

    def trigger(self, user: str, view_id: str | None = None) -> str:
        """Return a fresh trigger id."""
        key = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        with self._lock:
            self._triggers[key] = Trigger(user, view_id, self._now())
        return key

    def redeem(self, key: str) -> Trigger:
        """Use up a trigger id.

        Raises:
            SlackRefusalError: invalid_trigger_id, exchanged_trigger_id or expired_trigger_id.
        """
        with self._lock:
            if key in self._used:
                raise SlackRefusalError("exchanged_trigger_id")
            trigger = self._triggers.pop(key, None)
            if trigger is None:
                raise SlackRefusalError("invalid_trigger_id")
            self._used.add(key)
        if self._now() - trigger.made_at > TRIGGER_LIFE:
            raise SlackRefusalError("expired_trigger_id")
        return trigger

    def answering(self, channel: str, user: str, ts: str | None = None) -> str:
        """Return the secret part of a fresh response address."""
        key = secrets.token_urlsafe(18)
        with self._lock:
            self._answering[key] = Answering(channel=channel, user=user, ts=ts, made_at=self._now())
        return key

    def answer(self, key: str) -> Answering:
        """Use a response address once.

        Raises:
            SlackRefusalError: expired_url or used_url, both with status 404.
        """
        with self._lock:
            found = self._answering.get(key)
            if found is None or self._now() - found.made_at > RESPONSE_LIFE:
                raise SlackRefusalError("expired_url", status=404)
            if found.uses >= RESPONSE_USES:
                raise SlackRefusalError("used_url", status=404)
            found.uses += 1
        return found
