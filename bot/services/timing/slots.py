"""Say what is due, move it on, and write down what became of it. Asks for no work and decides no right.

The order is the clock's: it asks for the work of a slot first and moves the row on after, so that a crash
between loses nothing; the key of the work names the slot, so that asking twice is asking once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select, update
from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.db.tables import OrganisationRow, ScheduleRow
from bot.domain.organisation import LinkState
from bot.domain.schedule import ScheduleKind, SlotOutcome
from bot.domain.timetable import Slot
from bot.services.timing.schedule_rows import timetable_of

PAUSES = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3))  # before a backup is tried again
_COLUMNS = (
    ScheduleRow.id,
    ScheduleRow.kind,
    ScheduleRow.subject,
    ScheduleRow.workspace_id,
    ScheduleRow.times,
    ScheduleRow.weekdays,
    ScheduleRow.zone,
    ScheduleRow.next_at,
    ScheduleRow.next_slot,
    ScheduleRow.last_at,
    ScheduleRow.last_slot,
    ScheduleRow.retry_at,
    ScheduleRow.retries,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One slot to be served now; of several missed ones, the newest. `retry` counts from 1."""

    row_id: str
    kind: ScheduleKind
    subject: str
    workspace_id: str
    slot: Slot
    seen_at: datetime
    following: Slot | None = None
    retry: int = 0

    @property
    def key(self) -> str:
        """Name this slot for good, e.g. "sched:backup:<id>:2026-10-25T01:30"."""
        again = f":again{self.retry}" if self.retry else ""
        return f"sched:{self.kind}:{self.subject}:{self.slot.key}{again}"


class Slots:
    """What the clock serves."""

    def __init__(self, db: Database, *, now: Callable[[], datetime]) -> None:
        self._db, self._now = db, now

    def due(self, kinds: Collection[str]) -> list[Due]:
        """List what is due of these kinds, the longest waiting first, in one query."""
        now = self._now()
        wanted = (
            select(*_COLUMNS)
            .where(or_(ScheduleRow.next_at <= now, ScheduleRow.retry_at <= now))
            .order_by(ScheduleRow.next_at)
        )
        with self._db.reading() as session:
            rows = [row for row in session.execute(wanted) if row.kind in kinds]
        return [_due(row, now) for row in rows]

    def advance(self, served: Sequence[Due]) -> None:
        """Move the rows of served slots on; a row that somebody else moved meanwhile is left as it is."""
        tried = [one for one in served if one.retry]
        moved = [one for one in served if not one.retry]
        with self._db.session() as session:
            if moved:
                session.connection().execute(_ADVANCE, [_moved(one) for one in moved])
            if tried:
                session.connection().execute(
                    _TRIED, [{"b_id": one.row_id, "b_seen": one.seen_at} for one in tried]
                )

    def note(self, organisation_id: str, outcome: SlotOutcome, *, retried: bool = False) -> None:
        """Write down what became of the last slot of an organisation's backups.

        One that was disconnected when its slot came and was connected again since is served at once.
        """
        values: dict[str, Any] = {"outcome": outcome.value}
        if not retried:
            values |= {"retries": 0, "retry_at": None}  # a new slot has tries of its own
        with self._db.session() as session:
            if outcome is SlotOutcome.DISCONNECTED and _is_connected(session, organisation_id):
                values = {"outcome": SlotOutcome.RETRY.value}
                values |= {} if retried else {"retries": 1, "retry_at": self._now()}
            elif outcome is SlotOutcome.DISCONNECTED:
                values |= {"next_at": None, "next_slot": "", "retry_at": None}
            session.execute(update(ScheduleRow).where(*_backups_of(organisation_id)).values(**values))


def failed(session: Session, organisation_id: str, now: datetime, *, passing: bool) -> datetime | None:
    """Plan another try after a scheduled backup failed by passing trouble; gives when, or None.

    The next slot comes in any case, so nothing is planned at or after it.
    """
    row = session.scalar(select(ScheduleRow).where(*_backups_of(organisation_id)))
    if row is None or row.next_at is None or not passing:
        if row is not None:
            row.retry_at = None
        return None
    again = now + PAUSES[row.retries] if row.retries < len(PAUSES) else None
    if again is None or again >= row.next_at:
        row.outcome, row.retry_at = SlotOutcome.GAVE_UP, None
        return None
    row.outcome, row.retry_at, row.retries = SlotOutcome.RETRY, again, row.retries + 1
    return again


def retry_at(session: Session, organisation_id: str) -> datetime | None:
    """Say when an organisation's backup is tried again."""
    return session.scalar(select(ScheduleRow.retry_at).where(*_backups_of(organisation_id)))


def succeeded(session: Session, organisation_id: str) -> None:
    """End the tries of a backup: there is a snapshot, whoever asked for it."""
    tried = update(ScheduleRow).where(*_backups_of(organisation_id), ScheduleRow.retries > 0)
    session.execute(tried.values(retry_at=None, outcome=SlotOutcome.ASKED.value))


def _is_connected(session: Session, organisation_id: str) -> bool:
    state = session.scalar(select(OrganisationRow.state).where(OrganisationRow.id == organisation_id))
    return state == LinkState.ACTIVE


def _backups_of(organisation_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ScheduleRow.kind == ScheduleKind.BACKUP, ScheduleRow.subject == organisation_id


def _due(row: Any, now: datetime) -> Due:
    same = {
        "row_id": row.id,
        "kind": ScheduleKind(row.kind),
        "subject": row.subject,
        "workspace_id": row.workspace_id,
    }
    if row.next_at is None or row.next_at > now:
        slot = Slot(row.last_at or row.retry_at, row.last_slot)
        return Due(**same, slot=slot, seen_at=row.retry_at, retry=row.retries)
    timetable, planned = timetable_of(row), Slot(row.next_at, row.next_slot)
    newest = timetable.last_until(now)
    return Due(
        **same,
        slot=newest if newest is not None and newest.at > planned.at else planned,
        seen_at=row.next_at,
        following=timetable.next_after(now),
    )


def _moved(one: Due) -> dict[str, Any]:
    following = one.following
    return {
        "b_id": one.row_id,
        "b_seen": one.seen_at,
        "b_next_at": following.at if following else None,
        "b_next_slot": following.key if following else "",
        "b_last_at": one.slot.at,
        "b_last_slot": one.slot.key,
    }


_ADVANCE = (
    update(ScheduleRow)
    .where(ScheduleRow.id == bindparam("b_id"), ScheduleRow.next_at == bindparam("b_seen"))
    .values(
        next_at=bindparam("b_next_at"),
        next_slot=bindparam("b_next_slot"),
        last_at=bindparam("b_last_at"),
        last_slot=bindparam("b_last_slot"),
        retry_at=None,
    )
)
_TRIED = (
    update(ScheduleRow)
    .where(ScheduleRow.id == bindparam("b_id"), ScheduleRow.retry_at == bindparam("b_seen"))
    .values(retry_at=None)
)
