"""Write rows of the table of schedules as they should be. Decides neither when nor what; starts nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.db.once import insert_once
from bot.db.tables import OrganisationRow, ScheduleRow
from bot.domain.schedule import ScheduleKind, SlotOutcome
from bot.domain.timetable import Slot, Timetable
from bot.services.timing import zones

WRONG_CLOCK = timedelta(days=2)  # a slot served this far in the future was served by a clock that was wrong
FARTHEST = timedelta(days=16)  # no timetable's next slot is farther away
FARTHEST_OF_DAILY = timedelta(hours=50)  # of a daily one not even the slot after the next, summer time or not


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A row as it should be; `at_once`: a new row begins with the slot that has just passed."""

    kind: ScheduleKind
    subject: str
    workspace_id: str = ""
    timetable: Timetable
    awake: bool = True
    at_once: bool = False

    @property
    def runs(self) -> bool:
        """Say whether there is a next slot."""
        return self.awake and bool(self.timetable.times and self.timetable.weekdays)


Rows = dict[tuple[str, str], ScheduleRow]


def load(session: Session, wanted: Sequence[Wanted]) -> Rows:
    """Load the rows that stand for what is wanted."""
    about = ScheduleRow.subject.in_({one.subject for one in wanted})
    return {(row.kind, row.subject): row for row in session.scalars(select(ScheduleRow).where(about))}


def backups(organisation_ids: Sequence[str]) -> Select[Any]:
    """Ask for what rows of backups say, and for the timetable that people chose (`chosen`), at once.

    Columns and not whole rows: this is read for every organisation whenever a page is drawn.
    """
    row = ScheduleRow
    return (
        select(row.subject, row.times, row.weekdays, row.zone, row.next_at, row.changed_at, row.retry_at)
        .add_columns(row.outcome, OrganisationRow.settings["timetable"].label("chosen"))
        .join(OrganisationRow, OrganisationRow.id == row.subject)
        .where(row.kind == ScheduleKind.BACKUP, row.subject.in_(organisation_ids))
    )


def newest_slot(timetable: Timetable, now: datetime) -> datetime | None:
    """Say when a timetable's last slot until now was due; None when there was never one."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    return max((at for at in _slots_around(timetable, hour) if at <= now), default=None)


@lru_cache(maxsize=2048)
def _slots_around(timetable: Timetable, hour: datetime) -> tuple[datetime, ...]:
    """Give the slots of an hour and the one before them: all that can be the newest during that hour.

    Working one out walks days of the calendar: a third of what planning costs, for every page drawn.
    """
    last = timetable.last_until(hour)
    found, slot = [last.at] if last else [], timetable.next_after(hour)
    while slot and slot.at < hour + timedelta(hours=1):
        found.append(slot.at)
        slot = timetable.next_after(slot.at)
    return tuple(found)


def fits(rows: Rows, wanted: Wanted, now: datetime) -> bool:
    """Say whether a row is as it should be; one that waits for a far future was written by a wrong clock."""
    row = rows.get((wanted.kind, wanted.subject))
    if row is None or timetable_of(row) != wanted.timetable:
        return False
    if row.next_at and wanted.runs:
        return not _waits_too_long(row, wanted, now)
    return not row.next_at and not wanted.runs


def put(session: Session, rows: Rows, wanted: Wanted, now: datetime) -> None:
    """Write one row; what served it before is never forgotten, so that no slot comes twice."""
    if fits(rows, wanted, now):
        return
    row = rows.get((wanted.kind, wanted.subject))
    if row is None:
        begin = wanted.timetable.last_until(now) if wanted.at_once else None
        insert_once(session, ScheduleRow, **_new(wanted, begin or wanted.timetable.next_after(now), now))
        return
    values = {"changed_at": now, **_timetable_values(wanted.timetable)}
    if wanted.runs:
        served = row.last_at if row.last_at and row.last_at - now < WRONG_CLOCK else now
        if timetable_of(row) == wanted.timetable and row.next_at and _waits_too_long(row, wanted, now):
            values |= _next(_not_served(row, wanted.timetable, now))
        else:
            values |= _next(wanted.timetable.next_after(max(now, served)))
        if row.outcome == SlotOutcome.DISCONNECTED:
            values["outcome"] = ""
    else:
        values |= {**_next(None), "retry_at": None, "retries": 0}
    for name, value in values.items():
        setattr(row, name, value)


def _waits_too_long(row: ScheduleRow, wanted: Wanted, now: datetime) -> bool:
    """Say whether a clock that was wrong wrote this row: it waits although slots come before it.

    One slot before it may be the one that was just served. Only backups are asked for by a key that makes a
    slot asked for twice one run; other kinds wait until no right clock could have written the row.
    """
    if row.next_at is None or wanted.kind is not ScheduleKind.BACKUP:
        return row.next_at is not None and row.next_at > now + FARTHEST
    first = wanted.timetable.next_after(now)
    second = wanted.timetable.next_after(first.at) if first else None
    return second is not None and row.next_at > second.at


def _not_served(row: ScheduleRow, timetable: Timetable, now: datetime) -> Slot | None:
    """Give the next slot that is not the one served last."""
    first = timetable.next_after(now)
    return timetable.next_after(first.at) if first and first.key == row.last_slot else first


def timetable_of(row: Any) -> Timetable:
    """Read the timetable of a row; a zone this machine does not know counts as UTC."""
    return Timetable(
        times=tuple(time.fromisoformat(one) for one in row.times),
        weekdays=frozenset(row.weekdays),
        zone=zones.known(row.zone),
    )


def plain(timetable: Timetable) -> Timetable:
    """Write a timetable as a row holds it: whole minutes in order, a zone this machine knows."""
    times = sorted({one.replace(second=0, microsecond=0, tzinfo=None) for one in timetable.times})
    return Timetable(times=tuple(times), weekdays=timetable.weekdays, zone=zones.known(timetable.zone))


def _new(wanted: Wanted, begin: Slot | None, now: datetime) -> dict[str, Any]:
    return {
        "id": sha256(f"{wanted.kind}/{wanted.subject}".encode()).hexdigest()[:32],
        "kind": wanted.kind.value,
        "subject": wanted.subject,
        "workspace_id": wanted.workspace_id,
        "changed_at": now,
        **_timetable_values(wanted.timetable),
        **_next(begin if wanted.runs else None),
    }


def _timetable_values(timetable: Timetable) -> dict[str, Any]:
    return {
        "times": [f"{one:%H:%M}" for one in timetable.times],
        "weekdays": sorted(timetable.weekdays),
        "zone": timetable.zone,
    }


def _next(slot: Slot | None) -> dict[str, Any]:
    return {"next_at": slot.at if slot else None, "next_slot": slot.key if slot else ""}
