"""A database with organisations and their last backups, and the real service that answers questions."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path

from bot.catalogue import RESOURCES, backup_scopes
from bot.crypto import KeyRing
from bot.db.engine import Database
from bot.db.tables import OrganisationRow, RunRow
from bot.domain.answers import Answer, Question
from bot.domain.backup import Fill, Gap, Outcome, OutcomeStatus, Run, RunState, Summary, Verdict
from bot.domain.names import Actor, OrganisationId, RunId, WorkspaceId
from bot.domain.organisation import Organisation
from bot.domain.settings import Extra, OrganisationSettings
from bot.services.access import Access
from bot.services.asking.house import House
from bot.services.asking.questions import Questions
from bot.services.asking.talks import Talks
from bot.services.audit import Audit
from bot.services.books import Books
from bot.services.limits import readings
from bot.services.looking.growth import Growth
from bot.services.organisations import Organisations
from bot.services.running import outlines
from bot.services.running.runs import summary_as_json
from bot.services.settings import SettingsStore
from bot.services.standings import Standings
from bot.services.timing.schedules import Schedules
from bot.services.workspaces import Workspaces
from bot.slack.client import Slack
from bot.vault import Store, Vault
from tests.conftest import Clock

_numbers = itertools.count(1)
FINANCE, OTHER = "C0FINANCE", "C0OTHER"


class AskingHouse:
    """One workspace, what is linked there, and somebody who asks."""

    def __init__(self, db: Database, clock: Clock, ring: KeyRing, folder: Path) -> None:
        self.db, self.clock = db, clock
        self.workspace = WorkspaceId(Workspaces(db, now=clock).ensure("T0HOUSE", name="House"))
        self.organisations = Organisations(db)
        audit = Audit(db, now=clock)
        self.settings = SettingsStore(db, audit=audit, now=clock)
        self.talks = Talks(db, now=clock)
        schedules = Schedules(db, settings=self.settings, organisations=self.organisations, now=clock)
        slack = Slack(lambda _workspace: "xoxb-none", api_url="http://127.0.0.1:9/")  # nobody answers there
        access = Access(slack, settings=self.settings, organisations=self.organisations, audit=audit)
        vault = Vault(Store.open(f"file://{folder / 'vault'}", {}), ring, folder / "cache", now=clock)
        house = House(
            db,
            access=access,
            books=Books(db, ring, vault),
            growth=Growth(db, now=clock),
            settings=self.settings,
            standings=Standings(db, schedules=schedules, now=clock),
            copies_kept="on the machine that runs this Ledgerkeep",
            key_holder="whoever runs this Ledgerkeep",
        )
        self.questions = Questions(access=access, house=house, talks=self.talks)

    def link(
        self,
        name: str,
        *,
        country: str = "GB",
        channel: str = FINANCE,
        scopes: Collection[str] = backup_scopes(),
    ) -> Organisation:
        """Link an organisation."""
        row = OrganisationRow(
            id=f"org{next(_numbers):04}",
            workspace_id=self.workspace,
            tenant_id=f"tenant-{name}",
            state_since=self.clock(),
            name=name,
            facts={"country": country, "timezone": "GMTSTANDARDTIME"},
            home_channel=channel,
            linked_by="U0ANA",
            linked_at=self.clock(),
            scopes=list(scopes),
        )
        with self.db.session() as session:
            session.add(row)
        return self.organisations.get(row.id)

    def back_up(
        self,
        organisation: Organisation,
        *,
        gaps: Sequence[Gap] = (),
        none_of: Collection[str] = (),
        fills: Sequence[Fill] = (),
        absent: Collection[str] = (),
    ) -> None:
        """Store a finished backup that counted seven of everything but `none_of` and what is `absent`."""
        number = next(_numbers)
        run = Run(
            id=RunId(f"run{number}"),
            organisation_id=OrganisationId(organisation.id),
            organisation_name=organisation.name,
            state=RunState.GAPS if gaps else RunState.COMPLETE,
            requested_by="",
            requested_at=self.clock() - timedelta(minutes=2),
            finished_at=self.clock(),
        )
        counts = {key: 0 if key in {*none_of, *absent} else 7 for key in RESOURCES}
        summary = Summary(
            run=run,
            verdict=Verdict.GAPS if gaps else Verdict.COMPLETE,
            outcomes=tuple(
                Outcome(
                    resource=key,
                    title=RESOURCES[key].title,
                    status=OutcomeStatus.ABSENT if key in absent else OutcomeStatus.READ,
                    count=count,
                )
                for key, count in counts.items()
            ),
            gaps=tuple(gaps),
            fills=tuple(fills),
            limits=readings(counts),
            snapshot_id=f"snapshot{number}",
            snapshot_number=12,
        )
        row = RunRow(
            id=run.id,
            organisation_id=organisation.id,
            kind="backup",
            state=run.state,
            requested_at=run.requested_at,
            finished_at=run.finished_at,
            snapshot_id=summary.snapshot_id,
            summary=summary_as_json(summary),
            outline=outlines.as_json(outlines.outline_of(summary)),
        )
        with self.db.session() as session:
            session.add(row)

    def read_beside(self, organisation: Organisation, *extras: Extra) -> None:
        """Set what is read beside the books."""
        keeper = Actor(workspace_id=self.workspace, team_id="T0HOUSE", user_id="U0ANA", channel_id=FINANCE)
        chosen = OrganisationSettings(extras=frozenset(extras))
        self.settings.change_organisation(keeper, organisation, chosen)

    def ask(self, text: str, *, channel: str = FINANCE, thread: str = "", topic: str = "") -> Answer:
        """Ask as somebody in a channel would."""
        viewer = Actor(workspace_id=self.workspace, team_id="T0HOUSE", user_id="U0BEN", channel_id=channel)
        asked = Question(text=text, viewer=viewer, thread=thread, topic=topic)
        return self.questions.answer(asked, self.clock())
