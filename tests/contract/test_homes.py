"""Pages of Home kept fresh: what changed, for whom, how often, and who is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.db.engine import Database
from bot.db.migrate import migrate
from bot.db.restore_tables import RestoreRow
from bot.db.tables import OrganisationRow, RunRow
from bot.domain.names import Actor, WorkspaceId
from bot.errors import LedgerkeepError, SlackDisconnected, SlackUnavailable
from bot.services import homes
from bot.services.audit import Audit
from bot.services.homes import Homes
from bot.services.workspaces import Workspaces


def utc_now() -> datetime:
    return datetime.now(UTC)


class House:
    """Two workspaces, one organisation in each, and a clock that is moved by hand."""

    def __init__(self, folder: Path) -> None:
        self.db = Database.open(f"sqlite:///{folder / 'app.db'}", now=utc_now)
        migrate(self.db, backup_to=None)
        self.seconds, self.shown = 0.0, list[str]()
        self.trouble: LedgerkeepError | None = None
        self.ours, self.theirs = (
            Actor(workspace_id=WorkspaceId(one), team_id=team, user_id="U1", channel_id="")
            for team in ("T1", "T2")
            if (one := Workspaces(self.db, now=utc_now).ensure(team))
        )
        self.organisations = {one: self._link(one) for one in (self.ours, self.theirs)}
        self.homes = Homes(self.db, monotonic=lambda: self.seconds, pause_seconds=0)
        self.homes.shown_by(self._show)

    def _link(self, actor: Actor) -> str:
        with self.db.session() as session:
            row = OrganisationRow(
                workspace_id=actor.workspace_id,
                tenant_id=actor.team_id,
                name=actor.team_id,
                linked_by="U1",
                linked_at=utc_now(),
                state_since=utc_now(),
            )
            session.add(row)
            session.flush()
            return row.id

    def _show(self, actor: Actor) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.shown.append(actor.team_id)

    def note(self, actor: Actor, action: str = "settings.workspace", outcome: str = "done") -> None:
        """Let something happen that is written down."""
        with self.db.session() as session:
            Audit(self.db, now=utc_now).note(session, actor, action, outcome)

    def refresh(self, after: float = 0.0) -> list[str]:
        self.seconds += after
        self.shown.clear()
        self.homes.refresh()
        return list(self.shown)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    one = House(tmp_path)
    one.homes.opened(one.ours)
    yield one
    one.db.close()


def test_refresh_when_nothing_changed_then_draws_nothing(house: House) -> None:
    assert house.refresh() == []
    assert house.refresh(after=3600) == []


def test_refresh_when_something_was_noted_then_draws_once(house: House) -> None:
    house.note(house.ours)
    assert house.refresh() == ["T1"]
    assert house.refresh(after=60) == []


def test_refresh_when_what_was_noted_changes_no_page_then_draws_nothing(house: House) -> None:
    house.note(house.ours, "connect.offered")
    house.note(house.ours, outcome="refused")
    assert house.refresh() == []


def test_refresh_when_another_workspace_changed_then_draws_nothing(house: House) -> None:
    house.note(house.theirs)
    assert house.refresh() == []


def test_refresh_when_it_changes_all_the_time_then_draws_twice_a_minute(house: House) -> None:
    drawn = 0
    for _ in range(60):
        house.note(house.ours)
        drawn += len(house.refresh(after=1))
    assert drawn == 2


@pytest.mark.parametrize("state", ["running", "parked"])
def test_refresh_when_a_run_moves_or_xero_ends_a_link_then_draws(house: House, state: str) -> None:
    with house.db.session() as session:
        organisation = house.organisations[house.ours]
        session.add(
            RunRow(organisation_id=organisation, kind="backup", state="queued", requested_at=utc_now())
        )
    assert house.refresh() == ["T1"]
    with house.db.session() as session:
        session.query(RunRow).one().state = state
    assert house.refresh(after=31) == ["T1"]
    with house.db.session() as session:
        session.get_one(OrganisationRow, organisation).state = "disconnected"
    assert house.refresh(after=31) == ["T1"]


def test_refresh_when_a_restore_moves_then_draws(house: House) -> None:
    with house.db.session() as session:
        organisation, now = house.organisations[house.ours], utc_now()
        session.add(
            RestoreRow(
                workspace_id=house.ours.workspace_id,
                source_id=organisation,
                target_id=organisation,
                snapshot_id="s1",
                state="waiting",
                state_since=now,
                requested_by="U1",
                requested_at=now,
                expires_at=now,
            )
        )
    assert house.refresh() == ["T1"]
    with house.db.session() as session:
        session.query(RestoreRow).one().state = "running"
    assert house.refresh(after=31) == ["T1"]


def test_refresh_when_slack_does_not_answer_then_draws_later(house: House) -> None:
    house.note(house.ours)
    house.trouble = SlackUnavailable("Slack did not answer.")
    assert house.refresh() == []
    house.trouble = None
    assert house.refresh(after=31) == ["T1"]
    assert house.refresh(after=31) == []


def test_refresh_when_the_app_was_removed_then_forgets_the_viewer(house: House) -> None:
    house.note(house.ours)
    house.trouble = SlackDisconnected("gone")
    assert house.refresh() == []
    house.trouble = None
    house.note(house.ours)
    assert house.refresh(after=31) == []


def test_refresh_when_a_page_was_opened_a_day_ago_then_lets_it_be(house: House) -> None:
    house.note(house.ours)
    assert house.refresh(after=homes.REMEMBERED_SECONDS + 1) == []


def test_opened_when_very_many_look_then_the_earliest_are_forgotten(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(homes, "VIEWERS_AT_MOST", 1)
    house.homes.opened(house.theirs)
    house.note(house.ours)
    house.note(house.theirs)
    assert house.refresh() == ["T2"]


def test_watch_when_stopped_then_ends_at_once(house: House) -> None:
    house.homes.start()
    house.homes.stop()
    house.note(house.ours)
    assert house.refresh() == []
