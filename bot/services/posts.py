"""See to it that a message reaches Slack once: written down first, sent, tried again until it is there.

Must not compose messages; a payload comes in ready ({"text", "blocks"}). Only where a channel cannot be used
it adds the sentence that says so.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import outbox
from bot.db.engine import Database
from bot.db.locks import exclusive
from bot.db.tables import Delivery
from bot.domain.names import MessageRef, WorkspaceId
from bot.errors import PostRefused, SlackDisconnected, SlackUnavailable
from bot.log import get_logger
from bot.slack.client import Slack
from bot.views.elsewhere import elsewhere

log = get_logger(__name__)

# The channel cannot be used: tell a person directly instead of saying nothing.
_ELSEWHERE = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})
# Slack does not take these blocks; it takes the sentence.
_TOO_MUCH = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
_STORIES = frozenset({"run", "restore"})
# The message to update is no longer there: say it anew.
_ANEW = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a message goes: a channel, or a message there to replace; `instead` is who hears it otherwise."""

    workspace_id: WorkspaceId
    channel_id: str
    replaces_ts: str = ""
    instead_user: str = ""


class Posts:
    """Messages on their way."""

    def __init__(self, db: Database, slack: Slack, *, now: Callable[[], datetime]) -> None:
        self._db, self._slack, self._now = db, slack, now

    def send(self, key: str, to: Address, payload: Mapping[str, Any]) -> MessageRef | None:
        """Send a message under a key of its own: the same key twice is one message.

        Gives where it stands, or None when Slack could not take it yet; then it is tried again later.
        """
        with self._db.session() as session:
            _put(session, key, to, _stored(to, payload), self._now())
        return self._deliver(key)

    def send_in_order(self, key: str, to: Address, payloads: Sequence[Mapping[str, Any]]) -> int:
        """Send what is one message in several parts, under `key`:1, `key`:2 …; gives how many there are.

        All are written down before the first is sent, so that after a crash the rest fits what was shown: the
        same key again sends what was stored, whatever it is given. Later parts stand in the first one's
        thread, and each waits for the one before it.
        """
        with self._db.session() as session:
            is_new = _put(session, f"{key}:1", to, _stored(to, payloads[0]), self._now())
            for part, payload in enumerate(payloads[1:], start=2) if is_new else ():
                follows = {"first": f"{key}:1", "before": f"{key}:{part - 1}"}
                _put(session, f"{key}:{part}", to, _stored(to, payload) | follows, self._now())
        parts = self._parts(key)
        for one in parts:
            self._deliver(one)
        return len(parts)

    def show(self, to: Address, payload: Mapping[str, Any]) -> bool:
        """Replace a message in passing (progress); not kept: the next one comes soon."""
        try:
            self._slack.update(
                to.workspace_id, MessageRef(channel_id=to.channel_id, ts=to.replaces_ts), payload
            )
        except (SlackUnavailable, SlackDisconnected, PostRefused) as error:
            log.info("progress_not_shown", error=type(error).__name__)
            return False
        return True

    def any_due(self) -> bool:
        """Say whether a message waits to be sent."""
        with self._db.reading() as session:
            return bool(outbox.due(session, self._now(), limit=1))

    def send_due(self) -> int:
        """Try everything that is due; gives how many reached Slack."""
        with self._db.reading() as session:
            keys = [row.key for row in outbox.due(session, self._now())]
        return sum(1 for key in keys if self._deliver(key) is not None)

    def _deliver(self, key: str) -> MessageRef | None:
        with exclusive(self._db, f"delivery:{_story(key) or key}"):
            with self._db.reading() as session:
                row = session.get_one(Delivery, key)
                story = self._told_so_far(session, row)
                root, before = (_named(session, row, name) for name in ("first", "before"))
                session.expunge_all()
            if row.state == "sent":
                return MessageRef(channel_id=row.channel_id, ts=row.ts)
            if row.state != "due":
                return None
            if before is not None and before.state == "due":
                self._wait_for(key, before.next_at)
                return None
            if root is not None and root.state == "sent" and root.channel_id == row.channel_id:
                row.payload["message"]["thread_ts"] = root.ts
            if any(one.created_at > row.created_at for one in story):
                self._overtaken(key)
                return None
            shown = [one for one in story if one.state == "sent"]
            return self._try(row, shown[-1] if shown else None)

    @staticmethod
    def _told_so_far(session: Session, row: Delivery) -> list[Delivery]:
        """List the other messages of the same story, oldest first."""
        story = _story(row.key)
        if not story:
            return []
        others = select(Delivery).where(
            Delivery.key.startswith(story, autoescape=True), Delivery.key != row.key
        )
        return list(session.scalars(others.order_by(Delivery.created_at)))

    def _parts(self, key: str) -> list[str]:
        """Name the parts that were stored under a key, in order."""
        parts = (f"{key}:{part}" for part in itertools.count(1))
        with self._db.reading() as session:
            return list(itertools.takewhile(lambda one: session.get(Delivery, one) is not None, parts))

    def _wait_for(self, key: str, at: datetime) -> None:
        """Put off a part whose turn has not come; that is no attempt."""
        with self._db.session() as session:
            session.get_one(Delivery, key).next_at = at

    def _overtaken(self, key: str) -> None:
        """Drop a message that never arrived and that a later one of its story has made untrue."""
        with self._db.session() as session:
            row = session.get_one(Delivery, key)
            row.state, row.payload = "overtaken", {}

    def _try(self, row: Delivery, shown: Delivery | None) -> MessageRef | None:
        place = MessageRef(channel_id=row.channel_id, ts=row.payload["replaces_ts"])
        if not place.ts and shown is not None:
            place = MessageRef(channel_id=shown.channel_id, ts=shown.ts)
        try:
            ref = self._speak(row, place)
        except SlackUnavailable as error:
            self._failed(row.key, "unavailable", error.retry_after)
            return None
        except (PostRefused, SlackDisconnected) as error:
            self._failed(row.key, getattr(error, "code", "disconnected"), None)
            return None
        with self._db.session() as session:
            outbox.mark_sent(session, row.key, channel_id=ref.channel_id, ts=ref.ts)
        return ref

    def _failed(self, key: str, why: str, retry_after: float | None) -> None:
        log.warning("message_not_delivered", why=why)
        wait = timedelta(seconds=retry_after) if retry_after else None
        with self._db.session() as session:
            outbox.mark_failed(session, key, error=why, now=self._now(), wait=wait)

    def _speak(self, row: Delivery, place: MessageRef) -> MessageRef:
        message = row.payload["message"]
        try:
            return self._say(row, place, message)
        except PostRefused as error:
            if error.code not in _TOO_MUCH:
                raise
            log.error("blocks_refused", code=error.code)  # noqa: TRY400 - a trace would show the message
            return self._say(row, place, {**message, "blocks": []})

    def _say(self, row: Delivery, place: MessageRef, message: Mapping[str, Any]) -> MessageRef:
        """Say it in its place: as the message to replace, else anew in the channel, else to the person."""
        workspace = WorkspaceId(row.workspace_id)
        person, refusal = row.payload["instead_user"], None
        if place.ts:
            try:
                self._slack.update(workspace, place, message)
            except PostRefused as error:
                if error.code not in _ANEW | _ELSEWHERE:
                    raise
                refusal = error
            else:
                return place
        if refusal is None or refusal.code in _ANEW:
            try:
                return self._slack.post(workspace, row.channel_id, message)
            except PostRefused as error:
                refusal = error
        if not person or refusal.code not in _ELSEWHERE:
            raise refusal
        return self._slack.post(workspace, person, elsewhere(message, row.channel_id, refusal.code))


def _stored(to: Address, payload: Mapping[str, Any]) -> dict[str, Any]:
    return {"message": dict(payload), "replaces_ts": to.replaces_ts, "instead_user": to.instead_user}


def _put(session: Session, key: str, to: Address, stored: Mapping[str, Any], now: datetime) -> bool:
    """Write a message down; False when that key was stored before."""
    return outbox.put(
        session, key, workspace_id=to.workspace_id, channel_id=to.channel_id, payload=stored, now=now
    )


def _named(session: Session, row: Delivery, name: str) -> Delivery | None:
    """Give another part that a part names in what is stored of it."""
    key = row.payload.get(name) if row.payload else None
    return session.get(Delivery, key) if key else None


def _story(key: str) -> str:
    """Give the part of a key that the messages of one run or restore share; "" for one that stands alone.

    It has one message, which says how it stands: a later one takes the place of an earlier one, whether
    that was shown or still waits to be sent.
    """
    parts = key.split(":")
    return f"{parts[0]}:{parts[1]}:" if parts[0] in _STORIES and len(parts) > 2 else ""
