"""A clock over a real database: organisations, but no Slack, Xero or jobs; what it asks for is noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.db.engine import Database
from bot.db.tables import OrganisationRow, ScheduleRow, Workspace
from bot.domain.names import Actor, WorkspaceId
from bot.domain.organisation import LinkState, Organisation
from bot.domain.schedule import Planned, ScheduleKind
from bot.domain.settings import OrganisationSettings
from bot.domain.timetable import Timetable
from bot.errors import Transient
from bot.queue import Ask
from bot.services.audit import Audit
from bot.services.organisations import Organisations
from bot.services.settings import SettingsStore
from bot.services.timing.schedules import Schedules
from bot.services.timing.slots import Slots
from bot.services.workspaces import Workspaces
from jobs.clock import JOBS, Clock

LONDON = {"timezone": "GMTSTANDARDTIME", "country": "GB"}
KINDS = frozenset(ScheduleKind)


class Asked:
    """What was asked for, by key; `dies_after` so many the list of work is gone."""

    def __init__(self) -> None:
        self.work: dict[str, Mapping[str, Any]] = {}
        self.times: list[str] = []
        self.lanes: dict[str, str] = {}
        self.dies_after = -1

    def enqueue_all(self, asks: Sequence[Ask]) -> None:
        for one in asks:
            if self.dies_after == len(self.times):
                raise Transient("The list of work cannot be written right now.")
            self.times.append(one.key)
            self.work[one.key] = {"job": one.kind, **one.args}
            self.lanes[one.key] = one.organisation

    def of(self, kind: ScheduleKind) -> list[str]:
        """Give the keys of one kind, in the order first asked for."""
        return [key for key in self.work if key.startswith(f"sched:{kind}:")]


class Nobody:
    """Where the clock looks for messages and interrupted runs: there are none."""

    def any_due(self) -> bool:
        return False

    def recover(self) -> int:
        return 0


class House:
    """One process of the clock; several may share a database and a recorder."""

    def __init__(self, db: Database, now: Callable[[], datetime], asked: Asked | None = None) -> None:
        self.db, self.now = db, now
        self.asked = asked or Asked()
        self.organisations = Organisations(db)
        self.settings = SettingsStore(db, audit=Audit(db, now=now), now=now)
        self.schedules = Schedules(db, settings=self.settings, organisations=self.organisations, now=now)
        self.slots = Slots(db, now=now)
        nobody: Any = Nobody()
        queue: Any = self.asked
        self.clock = Clock(
            queue=queue, posts=nobody, schedules=self.schedules, slots=self.slots, backups=nobody, now=now
        )
        self.clock.serve(frozenset(JOBS.values()))

    def workspace(self, team: str = "T1") -> WorkspaceId:
        """Know a workspace."""
        return Workspaces(self.db, now=self.now).ensure(team)

    def add(self, name: str, *, team: str = "T1", facts: Mapping[str, Any] = LONDON) -> Organisation:
        """Link an organisation."""
        workspace_id = self.workspace(team)
        with self.db.session() as session:
            row = OrganisationRow(
                id=f"org-{name}",
                workspace_id=workspace_id,
                tenant_id=f"tenant-{name}",
                state_since=self.now(),
                name=name,
                facts=dict(facts),
                linked_by="U1ANA",
                linked_at=self.now(),
                home_channel="C1",
            )
            session.add(row)
        self.schedules.settle_organisation(f"org-{name}")
        return self.organisations.get(f"org-{name}")

    def choose(self, one: Organisation, *times: str, zone: str = "Europe/London") -> None:
        """Choose when an organisation is backed up, as a person does."""
        timetable = Timetable(times=tuple(map(_time, times)), zone=zone)
        actor = Actor(workspace_id=one.workspace_id, team_id="T1", user_id="U1ANA")
        self.settings.change_organisation(actor, one, OrganisationSettings(timetable=timetable))
        self.schedules.settle_organisation(one.id)

    def set_state(self, one: Organisation, state: LinkState) -> Organisation:
        """Move an organisation to another state, as Xero or a person does, and tell nobody."""
        with self.db.session() as session:
            session.get_one(OrganisationRow, one.id).state = state
        return self.organisations.get(one.id)

    def remove_app(self, workspace_id: str, *, gone: bool = True) -> None:
        """Let a workspace remove the app, or bring it back."""
        with self.db.session() as session:
            session.get_one(Workspace, workspace_id).removed_at = self.now() if gone else None

    def planned(self, one: Organisation) -> Planned:
        """Say what is planned for an organisation as it is stored now."""
        one = self.organisations.get(one.id)
        return self.schedules.planned([one])[one.id]

    def row(self, kind: ScheduleKind, subject: str) -> ScheduleRow:
        """Load a row."""
        wanted = select(ScheduleRow).where(ScheduleRow.kind == kind, ScheduleRow.subject == subject)
        with self.db.reading() as session:
            found = session.scalars(wanted).one()
            session.expunge(found)
            return found

    def backups_between(self, clock: Any, until: datetime, step: timedelta) -> list[str]:
        """Tick until a moment; gives the slots of backups asked for, without what is the same in all."""
        while clock() < until:
            self.clock.tick()
            clock.advance(step.total_seconds())
        return [key.partition(":org-")[2] for key in self.asked.of(ScheduleKind.BACKUP)]


def _time(at: str) -> Any:
    return datetime.strptime(at, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone
