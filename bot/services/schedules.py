"""Keep the table of what is due when, as facts and settings say; tell when it is due. Starts nothing.

A row holds one timetable and its next slot. `settle` makes rows follow what is linked and what people chose;
what served a slot moves its row on (services/slots.py). A row whose timetable did not change is never moved
by settling, so a clock set back or a second process cannot make a slot come twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.db.once import insert_once
from bot.db.tables import OrganisationRow, ScheduleRow, Workspace
from bot.domain.names import WorkspaceId
from bot.domain.organisation import LinkState, Organisation
from bot.domain.schedule import Planned, ScheduleKind, SlotOutcome
from bot.domain.settings import OrganisationSettings
from bot.domain.timetable import EVERY_DAY, Timetable
from bot.services import zones
from bot.services.organisations import Organisations, as_organisation
from bot.services.settings import SettingsStore

HOUSE = "house"
# When a kind begins and over how many minutes the organisations are spread, on their own walls.
QUIET = {
    ScheduleKind.BACKUP: (30, 270),  # 00:30 to 04:59
    ScheduleKind.VERIFY: (330, 90),  # 05:30 to 06:59: after the backups, before people read the digest
}
_HOURLY = tuple(time(hour, 7) for hour in range(24))
_SIX_HOURLY = tuple(time(hour, 17) for hour in (0, 6, 12, 18))
HOUSE_TIMES = {
    ScheduleKind.KEEP_ALIVE: _SIX_HOURLY,
    ScheduleKind.EXPIRY: _HOURLY,
    ScheduleKind.TIDY: tuple(time(hour, 47) for hour in (0, 6, 12, 18)),
}
WRONG_CLOCK = timedelta(days=2)  # a slot served this far in the future was served by a clock that was wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    kind: ScheduleKind
    subject: str
    workspace_id: str = ""
    timetable: Timetable
    awake: bool = True
    at_once: bool = False  # a new row begins with the slot that has just passed


class Schedules:
    """The table of schedules."""

    def __init__(
        self,
        db: Database,
        *,
        settings: SettingsStore,
        organisations: Organisations,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._settings, self._organisations, self._now = db, settings, organisations, now

    def planned(self, organisations: Sequence[Organisation]) -> dict[str, Planned]:
        """Say what is planned for each organisation's backups, by its id; every one is in the answer."""
        chosen = self._chosen({one.workspace_id for one in organisations})
        wanted = select(ScheduleRow).where(
            ScheduleRow.kind == ScheduleKind.BACKUP,
            ScheduleRow.subject.in_([one.id for one in organisations]),
        )
        with self._db.reading() as session:
            rows = {row.subject: row for row in session.scalars(wanted)}
        now = self._now()
        return {
            one.id: _planned(one, chosen.get(one.id, OrganisationSettings()), rows.get(one.id), now)
            for one in organisations
        }

    def zone_of(self, workspace_id: str) -> str:
        """Give the zone of a workspace's digest: chosen, else of the organisation that was linked first."""
        return self._digest_zone(workspace_id, self._settings.workspace(workspace_id).digest.zone)

    def next_digest(self, workspace_id: str) -> datetime | None:
        """Say when a workspace's digest comes next; None when it never does."""
        wanted = select(ScheduleRow.next_at).where(
            ScheduleRow.kind == ScheduleKind.DIGEST, ScheduleRow.subject == workspace_id
        )
        with self._db.reading() as session:
            return session.scalar(wanted)

    def settle(self) -> None:
        """Make every row follow what is linked and chosen; rows that fit already are left alone."""
        self._write(_house())
        with self._db.reading() as session:
            workspaces = list(session.scalars(select(Workspace.id)))
        for workspace_id in workspaces:
            self.settle_workspace(workspace_id)

    def settle_workspace(self, workspace_id: str) -> None:
        """Settle a workspace's digest and all that is linked there, after its settings or links changed."""
        mine = select(OrganisationRow).where(OrganisationRow.workspace_id == workspace_id)
        with self._db.reading() as session:
            everyone = [as_organisation(row) for row in session.scalars(mine)]
        self._settle(workspace_id, everyone)

    def settle_organisation(self, organisation_id: str) -> None:
        """Settle one organisation and its workspace's digest, whose zone may be the organisation's."""
        organisation = self._organisations.get(organisation_id)
        self._settle(organisation.workspace_id, [organisation])

    def _settle(self, workspace_id: str, organisations: Sequence[Organisation]) -> None:
        chosen = self._chosen({workspace_id})
        here = self._is_here(workspace_id)
        wanted = [self._digest(workspace_id, here=here)]
        for one in organisations:
            wanted += _of_organisation(one, chosen.get(one.id, OrganisationSettings()), here=here)
        self._write(wanted)

    def _digest(self, workspace_id: str, *, here: bool) -> _Wanted:
        settings = self._settings.workspace(workspace_id).digest
        timetable = Timetable(
            times=(settings.at,) if settings.enabled else (),
            weekdays=settings.weekdays,
            zone=self._digest_zone(workspace_id, settings.zone),
        )
        return _Wanted(
            kind=ScheduleKind.DIGEST,
            subject=workspace_id,
            workspace_id=workspace_id,
            timetable=_plain(timetable),
            awake=here and bool(self._linked(workspace_id)),
        )

    def _digest_zone(self, workspace_id: str, chosen: str) -> str:
        if chosen:
            return zones.known(chosen)
        first = min(self._linked(workspace_id), key=lambda one: (one.linked_at, one.id), default=None)
        return zones.zone_of(first.facts) if first else zones.UTC_NAME

    def _linked(self, workspace_id: str) -> list[Organisation]:
        return self._organisations.linked(WorkspaceId(workspace_id))

    def _chosen(self, workspaces: Collection[str]) -> dict[str, OrganisationSettings]:
        return {key: value for one in workspaces for key, value in self._settings.organisations(one).items()}

    def _is_here(self, workspace_id: str) -> bool:
        with self._db.reading() as session:
            row = session.get(Workspace, workspace_id)
            return row is not None and row.removed_at is None

    def _write(self, wanted: Sequence[_Wanted]) -> None:
        with self._db.reading() as session:
            rows = _rows(session, wanted)
        now = self._now()
        if all(_fits(rows.get((one.kind, one.subject)), one) for one in wanted):
            return
        with self._db.session() as session:
            rows = _rows(session, wanted)
            for one in wanted:
                _put(session, rows.get((one.kind, one.subject)), one, now)


def default_timetable(kind: ScheduleKind, organisation: Organisation) -> Timetable:
    """Give an organisation's quiet hour: by its id, so that not all begin at once; in its own zone."""
    begin, spread = QUIET[kind]
    digest = sha256(f"{kind}/{organisation.id}".encode()).digest()
    minute = begin + int.from_bytes(digest[:8], "big") % spread
    return Timetable(times=(time(*divmod(minute, 60)),), zone=zones.zone_of(organisation.facts))


def _plain(timetable: Timetable) -> Timetable:
    """Write a timetable as a row holds it: whole minutes in order, a zone this machine knows."""
    times = sorted({one.replace(second=0, microsecond=0, tzinfo=None) for one in timetable.times})
    return Timetable(times=tuple(times), weekdays=timetable.weekdays, zone=zones.known(timetable.zone))


def timetable_of(row: ScheduleRow) -> Timetable:
    """Read the timetable of a row; a zone this machine does not know counts as UTC."""
    return Timetable(
        times=tuple(time.fromisoformat(one) for one in row.times),
        weekdays=frozenset(row.weekdays),
        zone=zones.known(row.zone),
    )


def _house() -> list[_Wanted]:
    return [
        _Wanted(kind=kind, subject=HOUSE, timetable=Timetable(times=times), at_once=True)
        for kind, times in HOUSE_TIMES.items()
    ]


def _of_organisation(one: Organisation, chosen: OrganisationSettings, *, here: bool) -> Iterable[_Wanted]:
    for kind in QUIET:
        timetable = default_timetable(kind, one)
        if kind is ScheduleKind.BACKUP:
            timetable = _plain(chosen.timetable) if chosen.timetable else timetable
        yield _Wanted(
            kind=kind,
            subject=one.id,
            workspace_id=one.workspace_id,
            timetable=timetable,
            awake=here and one.state is LinkState.ACTIVE,
        )


def _planned(
    organisation: Organisation, chosen: OrganisationSettings, row: ScheduleRow | None, now: datetime
) -> Planned:
    is_default = chosen.timetable is None
    if row is None:  # linked this very moment by another process: it is settled within a minute
        timetable = chosen.timetable or default_timetable(ScheduleKind.BACKUP, organisation)
        slot = timetable.next_after(now) if organisation.state is LinkState.ACTIVE else None
        return Planned(timetable=timetable, is_default=is_default, next_at=slot.at if slot else None)
    timetable = timetable_of(row)
    awake = organisation.state is LinkState.ACTIVE and row.next_at is not None
    last = timetable.last_until(now) if awake else None
    return Planned(
        timetable=timetable,
        is_default=is_default,
        next_at=row.next_at if awake else None,
        due_at=last.at if last and last.at > row.changed_at else None,
        retry_at=row.retry_at if awake else None,
        outcome=SlotOutcome(row.outcome) if row.outcome else None,
    )


def _rows(session: Session, wanted: Sequence[_Wanted]) -> dict[tuple[str, str], ScheduleRow]:
    about: ColumnElement[bool] = ScheduleRow.subject.in_({one.subject for one in wanted})
    return {(row.kind, row.subject): row for row in session.scalars(select(ScheduleRow).where(about))}


def _fits(row: ScheduleRow | None, wanted: _Wanted) -> bool:
    if row is None or timetable_of(row) != wanted.timetable:
        return False
    return (row.next_at is not None) == (wanted.awake and _ever(wanted.timetable))


def _ever(timetable: Timetable) -> bool:
    return bool(timetable.times and timetable.weekdays & EVERY_DAY)


def _put(session: Session, row: ScheduleRow | None, wanted: _Wanted, now: datetime) -> None:
    if row is None:
        begin = wanted.timetable.last_until(now) if wanted.at_once else None
        begin = begin or wanted.timetable.next_after(now)
        values = _timetable_values(wanted) | _next(begin if wanted.awake else None)
        insert_once(session, ScheduleRow, **_blank(wanted, now), **values)
        return
    if _fits(row, wanted):
        return
    values = {"changed_at": now, **_timetable_values(wanted)}
    if wanted.awake:
        served = row.last_at if row.last_at and row.last_at - now < WRONG_CLOCK else now
        values |= _next(wanted.timetable.next_after(max(now, served)))
        if row.outcome == SlotOutcome.DISCONNECTED:
            values["outcome"] = ""
    else:
        values |= _next(None) | {"retry_at": None, "retries": 0}
    for name, value in values.items():
        setattr(row, name, value)


def _blank(wanted: _Wanted, now: datetime) -> dict[str, Any]:
    return {
        "id": sha256(f"{wanted.kind}/{wanted.subject}".encode()).hexdigest()[:32],
        "kind": wanted.kind.value,
        "subject": wanted.subject,
        "workspace_id": wanted.workspace_id,
        "last_slot": "",
        "outcome": "",
        "retries": 0,
        "changed_at": now,
    }


def _timetable_values(wanted: _Wanted) -> dict[str, Any]:
    timetable = wanted.timetable
    return {
        "times": sorted(f"{one:%H:%M}" for one in timetable.times),
        "weekdays": sorted(timetable.weekdays),
        "zone": timetable.zone,
    }


def _next(slot: Any) -> dict[str, Any]:
    return {"next_at": slot.at if slot else None, "next_slot": slot.key if slot else ""}
