"""A workspace with a copy and some organisations to restore into: real tables, vault and pretend Slack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select, update

from bot.catalogue import backup_scopes, restore_scopes
from bot.crypto import KeyRing, new_key
from bot.db.engine import Database
from bot.db.tables import AuditRow, OrganisationRow
from bot.domain.names import Actor, WorkspaceId
from bot.domain.organisation import LinkState, Organisation
from bot.domain.restore import Restore, RestoreState
from bot.domain.restore_plan import Choice, PlanSummary
from bot.domain.settings import Approvers, WorkspaceSettings
from bot.queue import Queue
from bot.sandbox.slack import PretendSlack
from bot.sandbox.slack.demo import ANA, FINANCE, PRIYA, TEAM
from bot.sandbox.slack.installed import DEFAULT_SCOPES
from bot.services.access import Access
from bot.services.audit import Audit
from bot.services.books import Books
from bot.services.organisations import Organisations
from bot.services.restoring.approving import Approving, Confirmed
from bot.services.restoring.choosing import Choosing
from bot.services.restoring.deciders import Deciders
from bot.services.restoring.expiring import Expiring
from bot.services.restoring.gate import Gate
from bot.services.restoring.requesting import Requesting, Wanted
from bot.services.restoring.restores import Restores
from bot.services.restoring.steering import Steering
from bot.services.running.runs import Runs
from bot.services.settings import SettingsStore
from bot.services.workspaces import Workspaces
from bot.slack.client import Slack
from bot.vault import Store, Vault
from tests.conftest import Clock
from tests.unit.views.restore_cases import plan

UK = {"name": "", "region": "UK", "country": "GB", "base_currency": "GBP"}
SOURCE, TARGET, FOREIGN, ELSEWHERE = "Harbour Books", "Empty Shell", "Kereru Coffee", "Month End Ltd"
READ, WRITE = backup_scopes(), restore_scopes()


@dataclass
class Asked:
    """What was asked of the queue, instead of the queue."""

    keys: list[tuple[str, str, str]] = field(default_factory=list)

    def enqueue(self, kind: str, *, organisation: str, key: str, args: Mapping[str, Any]) -> None:
        assert set(args) == {"restore"}
        self.keys.append((kind, organisation, key))

    def has_work(self, prefix: str) -> bool:
        return any(key.startswith(prefix) for _, _, key in self.keys)


class Room:
    """Everything that decides about restores, on one database; `allow_self` as the setting."""

    def __init__(self, db: Database, clock: Clock, folder: Path, slack: PretendSlack) -> None:
        self.db, self.clock, self.slack = db, clock, slack
        self.key = new_key("k")
        self.ring = KeyRing.parse(self.key)
        self.workspace_id = WorkspaceId(Workspaces(db, now=clock).ensure(TEAM))
        self.audit, self.organisations = Audit(db, now=clock), Organisations(db)
        self.settings = SettingsStore(db, audit=self.audit, now=clock)
        self.access = Access(
            Slack(lambda _: next(iter(slack.app.grants)), api_url=slack.api_url),
            settings=self.settings,
            organisations=self.organisations,
            audit=self.audit,
            monotonic=lambda: clock().timestamp(),
        )
        vault = Vault(Store.open("memory:///", {}), self.ring, folder / "cache", now=clock, tool="t")
        self.books, self.runs = Books(db, self.ring, vault), Runs(db, now=clock)
        self.restores, self.asked = Restores(db, self.ring, clock), Asked()
        self.choosing = Choosing(
            access=self.access,
            organisations=self.organisations,
            runs=self.runs,
            books=self.books,
            restores=self.restores,
        )
        self.gate = Gate(
            db,
            access=self.access,
            audit=self.audit,
            organisations=self.organisations,
            restores=self.restores,
            now=clock,
        )
        self.expiring = Expiring(db, restores=self.restores, audit=self.audit, now=clock)
        self.requesting = Requesting(
            db,
            access=self.access,
            audit=self.audit,
            choosing=self.choosing,
            restores=self.restores,
            queue=cast("Queue", self.asked),
            now=clock,
        )
        self.deciding(allow_self=False)
        self.source, self.target = self.link(SOURCE), self.link(TARGET, scopes=(*READ, *WRITE))
        self.snapshot_id = self.back_up(self.source)

    def deciding(self, *, allow_self: bool) -> None:
        """Build what decides, as the setting says."""
        deciders = Deciders(self.db, access=self.access, audit=self.audit, allow_self=allow_self)
        self.steering = Steering(
            self.db,
            deciders=deciders,
            gate=self.gate,
            restores=self.restores,
            runs=self.runs,
            queue=cast("Queue", self.asked),
            now=self.clock,
        )
        self.approving = Approving(
            self.db,
            access=self.access,
            choosing=self.choosing,
            deciders=deciders,
            gate=self.gate,
            organisations=self.organisations,
            restores=self.restores,
            steering=self.steering,
            now=self.clock,
        )

    def link(
        self, name: str, *, channel: str = FINANCE, scopes: tuple[str, ...] = READ, **facts: str
    ) -> Organisation:
        """Link an organisation of the UK, or where the facts say."""
        with self.db.session() as session:
            row = OrganisationRow(
                workspace_id=self.workspace_id, tenant_id=name, name=name, home_channel=channel,
                linked_by=ANA, linked_at=self.clock(), state=LinkState.ACTIVE, state_since=self.clock(),
                scopes=list(scopes), facts={**UK, **facts},
            )  # fmt: skip
            session.add(row)
            session.flush()
            linked = row.id
        return self.organisations.get(linked)

    def back_up(self, organisation: Organisation) -> str:
        """Take a snapshot with one record."""
        self.clock.advance(hours=1)
        draft = self.books.of(organisation).draft(f"run{self.clock():%H%M}", self.clock())
        stage = draft.stage("x")
        stage.add("contacts", "a", b'{"ContactID":"a"}')
        stage.finish("contacts", complete=True, facts={})
        stage.seal({})
        return draft.publish({}).id

    def actor(self, user: str = ANA, channel: str = FINANCE) -> Actor:
        return Actor(workspace_id=self.workspace_id, team_id=TEAM, user_id=user, channel_id=channel)

    def wanted(self, target: Organisation | None = None, **more: Any) -> Wanted:
        first = Wanted(
            source=self.source,
            snapshot_id=self.snapshot_id,
            target=target or self.target,
            choice=Choice(),
            reason="A bulk import went wrong",
        )
        return replace(first, **more)

    def request(self, user: str = ANA, **more: Any) -> Restore:
        return self.requesting.request(self.actor(user), self.wanted(**more))

    def waiting(self, summary: PlanSummary | None = None, *, user: str = ANA) -> Restore:
        """A request whose plan is made."""
        restore, made = self.request(user), summary or plan()
        assert self.restores.transition(
            restore.id,
            {RestoreState.PLANNING},
            RestoreState.WAITING,
            plan=made,
            fingerprint=made.fingerprint,
        )
        self.asked.keys.clear()
        return self.restores.get(restore.id)

    def name_approvers(self, *users: str, groups: tuple[str, ...] = (), needed: int = 1) -> None:
        named = Approvers(users=users, groups=groups, needed=needed)
        self.settings.change_workspace(self.actor(), WorkspaceSettings(approvers=named))

    def approve(self, restore: Restore, user: str = PRIYA, **more: Any) -> Restore:
        values = {"fingerprint": restore.fingerprint, "typed_name": restore.target_name, **more}
        return self.approving.approve(self.actor(user), restore.id, Confirmed(**values))

    def change_target(self, **values: Any) -> None:
        with self.db.session() as session:
            session.execute(
                update(OrganisationRow).where(OrganisationRow.id == self.target.id).values(**values)
            )

    def person(self, user: str, **values: Any) -> None:
        """Change somebody in Slack; nothing is remembered of before."""
        people = self.slack.workspace.people
        people[user] = replace(people[user], **values)

    def grant(self, *more: str) -> None:
        self.slack.app.install(frozenset((*DEFAULT_SCOPES, *more)))

    def consented(self, user: str, consent: str) -> None:
        """Write down that somebody gave a consent at Xero."""
        with self.db.session() as session:
            self.audit.note(
                session, self.actor(user), "organisation.linked", "done", detail={"consent": consent}
            )

    def audited(self, action: str) -> list[tuple[str, str, str]]:
        """List who did it, how it came out and why."""
        with self.db.reading() as session:
            rows = session.scalars(select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.seq))
            return [(row.actor, row.outcome, str(row.detail.get("why", ""))) for row in rows]

    def later(self, **parts: float) -> None:
        self.clock.advance(**parts)


def hours(count: int) -> timedelta:
    return timedelta(hours=count)
