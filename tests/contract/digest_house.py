"""A database with organisations and their past backups, and the services that digests rest on."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.db.engine import Database
from bot.db.tables import GrowthRow, OrganisationRow, RunRow
from bot.domain.backup import Gap, RunState, Verdict
from bot.domain.digest import ChannelDigest
from bot.domain.limits import LimitReading
from bot.domain.names import Actor, WorkspaceId
from bot.domain.settings import DigestSettings, WorkspaceSettings
from bot.domain.standing import Finding, Outline
from bot.services.audit import Audit
from bot.services.digests import Digests
from bot.services.looking.growth import Growth
from bot.services.organisations import Organisations
from bot.services.running import outlines
from bot.services.settings import SettingsStore
from bot.services.standings import Standings
from bot.services.timing.schedules import Schedules
from bot.services.workspaces import Workspaces
from tests.conftest import Clock

_numbers = itertools.count(1)


class Asked:
    """Remembers what work was asked for, in the place of the queue."""

    def __init__(self) -> None:
        self.jobs: list[tuple[str, str, dict[str, Any], float]] = []

    def enqueue(
        self, kind: str, *, organisation: str, key: str, args: Mapping[str, Any], delay_seconds: float = 0.0
    ) -> None:
        """Note one job."""
        assert organisation
        self.jobs.append((kind, key, dict(args), delay_seconds))


class DigestHouse:
    """One workspace and what is linked there."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db, self.clock, self.queue = db, clock, Asked()
        self.organisations = Organisations(db)
        self.settings = SettingsStore(db, audit=Audit(db, now=clock), now=clock)
        self.schedules = Schedules(db, settings=self.settings, organisations=self.organisations, now=clock)
        self.digests = Digests(
            db,
            organisations=self.organisations,
            standings=Standings(db, schedules=self.schedules, now=clock),
            schedules=self.schedules,
            settings=self.settings,
            growth=Growth(db, now=clock),
            queue=self.queue,  # type: ignore[arg-type]
            now=clock,
        )
        self.workspace = Workspaces(db, now=clock).ensure("T0HOUSE", name="House")

    def set_digest(self, **values: Any) -> None:
        """Choose when and where the digest comes."""
        actor = Actor(workspace_id=WorkspaceId(self.workspace), team_id="T0HOUSE", user_id="U0ANA")
        self.settings.change_workspace(actor, WorkspaceSettings(digest=DigestSettings(**values)))
        self.schedules.settle_workspace(self.workspace)

    def link(self, name: str, *, channel: str = "C0FINANCE", by: str = "U0ANA", state: str = "active") -> str:
        """Link an organisation of the United Kingdom."""
        row = OrganisationRow(
            id=f"org{next(_numbers):04}",
            workspace_id=self.workspace,
            tenant_id=f"tenant-{name}",
            state=state,
            state_since=self.clock(),
            name=name,
            facts={"country": "GB", "region": "UK", "timezone": "GMTSTANDARDTIME"},
            home_channel=channel,
            linked_by=by,
            linked_at=self.clock(),
            scopes=[],
        )
        with self.db.session() as session:
            session.add(row)
        self.schedules.settle_workspace(self.workspace)
        return row.id

    def backed_up(
        self,
        organisation_id: str,
        at: datetime,
        *,
        verdict: Verdict = Verdict.COMPLETE,
        gaps: Sequence[Gap] = (),
        findings: Sequence[Finding] = (),
        limits: Sequence[LimitReading] = (),
        **more: Any,
    ) -> str:
        """Store a finished backup; gives its run."""
        number = next(_numbers)
        state = {Verdict.COMPLETE: RunState.COMPLETE, Verdict.GAPS: RunState.GAPS}.get(
            verdict, RunState.FAILED
        )
        outline = Outline(
            run_id=f"run{number}",
            state=state,
            verdict=verdict,
            finished_at=at,
            snapshot_id="" if verdict is Verdict.FAILED else f"snap{number}",
            snapshot_number=number,
            gaps=tuple(gaps),
            findings=tuple(findings),
            limits=tuple(limits),
            **more,
        )
        row = RunRow(
            id=outline.run_id,
            organisation_id=organisation_id,
            kind="backup",
            state=state.value,
            requested_at=at - timedelta(minutes=2),
            finished_at=at,
            outline=outlines.as_json(outline),
            snapshot_id=outline.snapshot_id,
        )
        with self.db.session() as session:
            session.add(row)
        return outline.run_id

    def grown(self, organisation_id: str, key: str, counts: Sequence[int]) -> None:
        """Store what was counted on the last days, the newest today."""
        today = self.clock().date()
        with self.db.session() as session:
            for age, count in enumerate(reversed(counts)):
                day = (today - timedelta(days=age)).isoformat()
                session.add(GrowthRow(organisation_id=organisation_id, day=day, counts={key: count}))

    def digest(self, channel: str = "C0FINANCE", slot: str = "2026-11-22T08:00") -> ChannelDigest:
        """Give the digest of one channel."""
        return next(one for one in self.digests.of(self.workspace, slot) if one.channel_id == channel)
