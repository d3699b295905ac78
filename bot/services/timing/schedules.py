"""Say when things are due: the table of schedules follows facts and settings. Starts nothing.

A row holds one timetable and its next slot. `settle` makes rows follow what is linked and what people chose;
what served a slot moves its row on (slots.py). A row whose timetable did not change is never moved by
settling, so a clock set back or a second process cannot make a slot come twice; only a row that waits past
slots which a wrong clock skipped is moved nearer, and of a slot asked for twice there is one run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, time
from hashlib import sha256
from json import dumps
from typing import Any

from sqlalchemy import Select, Text, and_, cast, or_, select

from bot.db.engine import Database
from bot.db.tables import OrganisationRow, ScheduleRow, Workspace
from bot.domain.names import WorkspaceId
from bot.domain.organisation import LinkState, Organisation
from bot.domain.schedule import Planned, ScheduleKind, SlotOutcome
from bot.domain.settings import OrganisationSettings
from bot.domain.timetable import EVERY_DAY, Timetable
from bot.services.organisations import Organisations, as_organisation
from bot.services.settings import SettingsStore
from bot.services.timing import schedule_rows as table
from bot.services.timing import zones
from bot.services.timing.schedule_rows import FARTHEST, FARTHEST_OF_DAILY, Wanted, plain, timetable_of

HOUSE = "house"
LOOKED, LOST = ScheduleKind.VERIFY, LinkState.DISCONNECTED
# When a kind begins and over how many minutes the organisations are spread, on their own walls.
QUIET = {
    ScheduleKind.BACKUP: (30, 270),  # 00:30 to 04:59
    ScheduleKind.VERIFY: (330, 90),  # 05:30 to 06:59: after the backups, before people read the digest
    ScheduleKind.RETENTION: (420, 60),  # 07:00 to 07:59: what it reads was just looked at
}
HOUSE_TIMES = {
    ScheduleKind.KEEP_ALIVE: tuple(time(hour, 17) for hour in (0, 6, 12, 18)),
    ScheduleKind.EXPIRY: tuple(time(hour, 7) for hour in range(24)),
    ScheduleKind.TIDY: tuple(time(hour, 47) for hour in (0, 6, 12, 18)),
}


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
        wanted = table.backups([one.id for one in organisations])
        with self._db.reading() as session:
            rows = {row.subject: row for row in session.execute(wanted)}
        now = self._now()
        found: dict[str, Planned] = {
            one.id: _planned(one, rows[one.id], now) for one in organisations if one.id in rows
        }
        # Linked this very moment by another process: their rows are written within a minute.
        if new := [one for one in organisations if one.id not in rows]:
            chosen = self._chosen({one.workspace_id for one in new})
            found |= {one.id: _first(one, chosen.get(one.id, OrganisationSettings()), now) for one in new}
        return found

    def zone_of(self, workspace_id: str) -> str:
        """Give the zone of a workspace's digest: chosen, else of the organisation that was linked first."""
        chosen = self._settings.workspace(workspace_id).digest.zone
        first = select(OrganisationRow).where(
            OrganisationRow.workspace_id == workspace_id, OrganisationRow.state != LinkState.UNLINKED
        )
        first = first.order_by(OrganisationRow.linked_at, OrganisationRow.id).limit(1)
        with self._db.reading() as session:
            return self._digest_zone(chosen, [as_organisation(row) for row in session.scalars(first)])

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

    def settle_changed(self) -> None:
        """Settle the workspaces in which somebody came, went or came back, or whose rows a wrong clock wrote.

        Xero or Slack may end a connection in the middle of anything, so this is found and not only told.
        """
        with self._db.reading() as session:
            changed = list(session.scalars(_changed_workspaces(self._now())))
        for workspace_id in changed:
            self.settle_workspace(workspace_id)
        self._write(_house())

    def _settle(self, workspace_id: str, organisations: Sequence[Organisation]) -> None:
        chosen = self._chosen({workspace_id})
        with self._db.reading() as session:
            row = session.get(Workspace, workspace_id)
            here = row is not None and row.removed_at is None
        wanted = [self._digest(workspace_id, here=here)]
        for one in organisations:
            wanted += _of_organisation(one, chosen.get(one.id, OrganisationSettings()), here=here)
        self._write(wanted)

    def _digest(self, workspace_id: str, *, here: bool) -> Wanted:
        settings = self._settings.workspace(workspace_id).digest
        linked = self._linked(workspace_id)
        timetable = Timetable(
            times=(settings.at,) if settings.enabled else (),
            weekdays=settings.weekdays,
            zone=self._digest_zone(settings.zone, linked),
        )
        return Wanted(
            kind=ScheduleKind.DIGEST,
            subject=workspace_id,
            workspace_id=workspace_id,
            timetable=plain(timetable),
            awake=here and bool(linked),
        )

    @staticmethod
    def _digest_zone(chosen: str, linked: Sequence[Organisation]) -> str:
        if chosen:
            return zones.known(chosen)
        first = min(linked, key=lambda one: (one.linked_at, one.id), default=None)
        return zones.zone_of(first.facts) if first else zones.UTC_NAME

    def _linked(self, workspace_id: str) -> list[Organisation]:
        return self._organisations.linked(WorkspaceId(workspace_id))

    def _chosen(self, workspaces: Collection[str]) -> dict[str, OrganisationSettings]:
        return {key: value for one in workspaces for key, value in self._settings.organisations(one).items()}

    def _write(self, wanted: Sequence[Wanted]) -> None:
        now = self._now()
        with self._db.reading() as session:
            rows = table.load(session, wanted)
        if all(table.fits(rows, one, now) for one in wanted):
            return
        with self._db.session() as session:
            rows = table.load(session, wanted)
            for one in wanted:
                table.put(session, rows, one, now)


def default_timetable(kind: ScheduleKind, organisation: Organisation) -> Timetable:
    """Give an organisation's quiet hour: by its id, so that not all begin at once; in its own zone."""
    begin, spread = QUIET[kind]
    digest = sha256(f"{kind}/{organisation.id}".encode()).digest()
    minute = begin + int.from_bytes(digest[:8], "big") % spread
    return Timetable(times=(time(*divmod(minute, 60)),), zone=zones.zone_of(organisation.facts))


def _house() -> list[Wanted]:
    return [
        Wanted(kind=kind, subject=HOUSE, timetable=Timetable(times=times), at_once=True)
        for kind, times in HOUSE_TIMES.items()
    ]


def _of_organisation(one: Organisation, chosen: OrganisationSettings, *, here: bool) -> Iterable[Wanted]:
    """Copies are looked at while Xero keeps us out too; but none is dropped while none can come."""
    for kind in QUIET:
        is_backup = kind is ScheduleKind.BACKUP
        yield Wanted(
            kind=kind,
            subject=one.id,
            workspace_id=one.workspace_id,
            timetable=_backups(one, chosen) if is_backup else default_timetable(kind, one),
            awake=here and (one.state is LinkState.ACTIVE or (kind is LOOKED and one.state is LOST)),
        )


def _backups(one: Organisation, chosen: OrganisationSettings) -> Timetable:
    return plain(chosen.timetable) if chosen.timetable else default_timetable(ScheduleKind.BACKUP, one)


def _planned(organisation: Organisation, row: Any, now: datetime) -> Planned:
    timetable = timetable_of(row)
    awake = organisation.state is LinkState.ACTIVE and row.next_at is not None
    last = table.newest_slot(timetable, now) if awake else None
    return Planned(
        timetable=timetable,
        is_default=row.chosen is None,
        next_at=row.next_at if awake else None,
        due_at=last if last and last > row.changed_at else None,
        retry_at=row.retry_at if awake else None,
        outcome=SlotOutcome(row.outcome) if row.outcome else None,
    )


def _first(organisation: Organisation, chosen: OrganisationSettings, now: datetime) -> Planned:
    """Say what is planned before there is a row."""
    timetable = _backups(organisation, chosen)
    slot = timetable.next_after(now) if organisation.state is LinkState.ACTIVE else None
    return Planned(
        timetable=timetable, is_default=chosen.timetable is None, next_at=slot.at if slot else None
    )


def _changed_workspaces(now: datetime) -> Select[str]:
    """Find where a row is missing, is awake and should not be, sleeps and should not, or waits for ever."""
    state, awake = OrganisationRow.state, ScheduleRow.next_at.is_not(None)
    looked_at = and_(ScheduleRow.kind == LOOKED, state == LOST)
    may_run = and_(Workspace.removed_at.is_(None), or_(state == LinkState.ACTIVE, looked_at))
    every_day = cast(ScheduleRow.weekdays, Text) == dumps(sorted(EVERY_DAY))
    is_daily = and_(ScheduleRow.kind == ScheduleKind.BACKUP, every_day)
    has_times = and_(cast(ScheduleRow.times, Text) != "[]", cast(ScheduleRow.weekdays, Text) != "[]")
    return (
        select(OrganisationRow.workspace_id)
        .join(Workspace, Workspace.id == OrganisationRow.workspace_id)
        .join(ScheduleRow, ScheduleRow.subject == OrganisationRow.id, isouter=True)
        .where(
            or_(
                and_(ScheduleRow.id.is_(None), state == LinkState.ACTIVE),
                and_(may_run, ~awake, has_times),
                and_(awake, ~may_run),
                ScheduleRow.next_at > now + FARTHEST,
                and_(is_daily, ScheduleRow.next_at > now + FARTHEST_OF_DAILY),
            )
        )
        .distinct()
    )
