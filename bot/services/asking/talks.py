"""Remember what a thread or a direct message was last about, so that "why?" has a subject. Keeps no words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete

from bot.db.engine import Database
from bot.db.tables import TalkRow
from bot.domain.names import Actor

DIRECTLY = "direct"  # the talk of a direct message outside any thread
KEPT = timedelta(days=14)
KEPT_DIRECTLY = timedelta(hours=1)  # there, what was said yesterday is another talk
_TOPIC_LIMIT = 64
_KEY_LIMIT = 160


@dataclass(frozen=True, slots=True)
class Talk:
    """What a talk was last about: keys of topics, facts or intents, and an organisation ("": none)."""

    topics: tuple[str, ...]
    organisation_id: str = ""


class Talks:
    """The table of talks."""

    def __init__(self, db: Database, *, now: Callable[[], datetime]) -> None:
        self._db, self._now = db, now

    def last(self, actor: Actor, thread: str) -> Talk | None:
        """Give what this talk was last about; None when there is none, or it was too long ago."""
        if not thread:
            return None
        with self._db.reading() as session:
            row = session.get(TalkRow, _key(actor, thread))
            if row is None or row.said_at <= self._now() - (KEPT_DIRECTLY if thread == DIRECTLY else KEPT):
                return None
            return Talk(tuple(filter(None, row.topic.split(","))), row.organisation_id)

    def note(self, actor: Actor, thread: str, talk: Talk) -> None:
        """Remember what this talk is about now."""
        if not thread:
            return
        with self._db.session() as session:
            row = TalkRow(
                key=_key(actor, thread),
                topic=_joined(talk.topics),
                organisation_id=talk.organisation_id,
                said_at=self._now(),
            )
            session.merge(row)

    def sweep(self) -> int:
        """Forget talks that nobody takes up any more; gives how many."""
        with self._db.session() as session:
            gone = session.execute(delete(TalkRow).where(TalkRow.said_at <= self._now() - KEPT))
            return int(getattr(gone, "rowcount", 0))


def _key(actor: Actor, thread: str) -> str:
    return f"{actor.workspace_id}:{actor.channel_id}:{thread}"[:_KEY_LIMIT]


def _joined(topics: tuple[str, ...]) -> str:
    """Join as many keys as there is room for; no key is ever cut."""
    kept: list[str] = []
    for key in topics:
        if len(",".join((*kept, key))) > _TOPIC_LIMIT:
            break
        kept.append(key)
    return ",".join(kept)
