"""Who may see and do what, by what the pretend Slack says: places, people, scopes granted or declined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.db.engine import Database
from bot.db.migrate import migrate
from bot.db.tables import AuditRow, OrganisationRow
from bot.domain.names import Actor, WorkspaceId
from bot.domain.organisation import LinkState, Organisation
from bot.domain.settings import Approvers, WorkspaceSettings
from bot.errors import NotAllowed, NotHere, NothingLinked, SlackUnavailable, UnknownOrganisation
from bot.sandbox.slack import PretendSlack
from bot.sandbox.slack.demo import ANA, BEN, EVE, FINANCE, GENERAL, GIL, MOLLY, MONTH_END, PRIYA, RANDOM, TEAM
from bot.sandbox.slack.installed import DEFAULT_SCOPES
from bot.sandbox.slack.methods import directory
from bot.sandbox.slack.realm import Call
from bot.services.access import SHOWN, Access
from bot.services.audit import Audit
from bot.services.organisations import Organisations
from bot.services.settings import SettingsStore
from bot.services.workspaces import Workspaces
from bot.slack.client import Slack

MEMBERSHIP = (*DEFAULT_SCOPES, "channels:read", "groups:read")
DIRECT, HOME = "D0ANY", ""


def utc_now() -> datetime:
    return datetime.now(UTC)


class House:
    """A workspace with two organisations, at home in #finance and in the private #month-end."""

    def __init__(self, folder: Path) -> None:
        self.db = Database.open(f"sqlite:///{folder / 'app.db'}", now=utc_now)
        migrate(self.db, backup_to=None)
        self.slack = PretendSlack()
        self.slack.start()
        self.slack.rate_limits = False
        self.workspace_id = WorkspaceId(Workspaces(self.db, now=utc_now).ensure(TEAM))
        self.settings = SettingsStore(self.db, audit=Audit(self.db, now=utc_now), now=utc_now)
        self.seconds = 0.0
        self.access = Access(
            Slack(lambda _: next(iter(self.slack.app.grants)), api_url=self.slack.api_url),
            settings=self.settings,
            organisations=Organisations(self.db),
            audit=Audit(self.db, now=utc_now),
            monotonic=lambda: self.seconds,
        )

    def close(self) -> None:
        self.slack.stop()
        self.db.close()

    def grant(self, *scopes: str) -> None:
        self.slack.app.install(frozenset(scopes))
        self.access.forget()

    def link(self, name: str, channel: str) -> Organisation:
        with self.db.session() as session:
            row = OrganisationRow(
                workspace_id=self.workspace_id,
                tenant_id=name,
                name=name,
                home_channel=channel,
                linked_by=ANA,
                linked_at=utc_now(),
                state=LinkState.ACTIVE,
                state_since=utc_now(),
            )
            session.add(row)
            session.flush()
            linked = row.id
        return Organisations(self.db).get(linked)

    def actor(self, user: str, channel: str) -> Actor:
        return Actor(workspace_id=self.workspace_id, team_id=TEAM, user_id=user, channel_id=channel)

    def sees(self, user: str, channel: str) -> str:
        """Give the first letters of what somebody sees there."""
        try:
            return "".join(one.name[0] for one in self.access.seen_by(self.actor(user, channel)))
        except NotHere:
            return ""

    def keep(self, *users: str) -> None:
        self.settings.change_workspace(self.actor(ANA, HOME), WorkspaceSettings(keepers=users))

    def refusals(self) -> list[tuple[str, str]]:
        with self.db.reading() as session:
            rows = session.scalars(select(AuditRow).where(AuditRow.outcome == "refused"))
            return [(row.actor, row.action) for row in rows]

    def asked(self, method: str) -> int:
        return sum(1 for call in self.slack.calls if call.method == method)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    one = House(tmp_path_factory.mktemp("house"))
    one.link("Finance Ltd", FINANCE)
    one.link("Month End Ltd", MONTH_END)
    yield one
    one.close()


@pytest.fixture
def house(built: House) -> House:
    built.grant(*MEMBERSHIP)
    built.keep()
    built.slack.faults.clear()
    return built


@pytest.mark.parametrize(
    ("user", "channel", "seen"),
    [
        (ANA, FINANCE, "F"),
        (BEN, FINANCE, "F"),
        (PRIYA, MONTH_END, "M"),
        (ANA, GENERAL, ""),
        (BEN, RANDOM, ""),
        (GIL, GENERAL, ""),
        # A direct message and Home: admins everything, others by membership.
        (ANA, DIRECT, "FM"),
        (ANA, HOME, "FM"),
        (PRIYA, DIRECT, "FM"),
        (PRIYA, HOME, "FM"),
        (BEN, DIRECT, "F"),
        (BEN, HOME, "F"),
        (GIL, DIRECT, ""),
        (GIL, HOME, ""),
        (MOLLY, DIRECT, ""),
        (EVE, DIRECT, ""),
        (EVE, HOME, ""),
    ],
)
def test_seen_when_the_scopes_are_granted_then_follows_membership(
    house: House, user: str, channel: str, seen: str
) -> None:
    assert house.sees(user, channel) == seen


@pytest.mark.parametrize("channel", [DIRECT, HOME])
@pytest.mark.parametrize(("user", "seen"), [(ANA, "FM"), (PRIYA, ""), (BEN, ""), (GIL, "")])
def test_seen_when_the_scopes_were_declined_then_only_admins_see_outside_channels(
    house: House, user: str, channel: str, seen: str
) -> None:
    house.grant(*DEFAULT_SCOPES)
    assert house.sees(user, channel) == seen


def test_seen_when_only_public_channels_may_be_listed_then_private_homes_stay_private(house: House) -> None:
    house.grant(*DEFAULT_SCOPES, "channels:read")
    assert house.sees(PRIYA, DIRECT) == "F"


@pytest.mark.parametrize("channel", [DIRECT, HOME])
def test_seen_when_a_keeper_asks_then_sees_all_even_without_scopes(house: House, channel: str) -> None:
    house.grant(*DEFAULT_SCOPES)
    house.keep(BEN)
    assert house.sees(BEN, channel) == "FM"
    assert house.sees(BEN, FINANCE) == "F"


def test_seen_when_slack_does_not_list_members_then_nobody_is_guessed_to_be_one(house: House) -> None:
    house.slack.faults.status("conversations.members", 500, times=2)
    assert house.sees(BEN, DIRECT) == ""
    assert house.sees(BEN, DIRECT) == "F"  # trouble is not remembered


def test_seen_when_slack_does_not_say_who_asks_then_says_so_outside_channels_only(house: House) -> None:
    house.slack.faults.status("users.info", 500, times=3)
    with pytest.raises(SlackUnavailable):
        house.sees(BEN, DIRECT)
    assert house.sees(BEN, FINANCE) == "F"


def test_seen_when_in_a_channel_then_slack_is_not_asked_at_all(house: House) -> None:
    before = len(house.slack.calls)
    assert house.sees(BEN, FINANCE) == "F"
    assert len(house.slack.calls) == before


def test_members_when_asked_again_within_a_minute_then_slack_is_asked_once(house: House) -> None:
    before = house.asked("conversations.members"), house.asked("users.info")
    for _ in range(3):
        assert house.sees(BEN, DIRECT) == "F"
    assert house.sees(PRIYA, HOME) == "FM"
    assert (house.asked("conversations.members"), house.asked("users.info")) == (before[0] + 2, before[1] + 2)
    house.slack.workspace.leave(FINANCE, BEN)
    try:
        house.seconds += 61
        assert house.sees(BEN, DIRECT) == ""
    finally:
        house.slack.workspace.join(FINANCE, BEN)


def test_scope_when_missing_then_is_not_asked_about_at_every_question(house: House) -> None:
    house.grant(*DEFAULT_SCOPES)
    before = house.asked("conversations.members")
    for _ in range(3):
        assert house.sees(BEN, DIRECT) == ""
    assert house.asked("conversations.members") == before + 2  # one for each home


def test_members_when_there_are_several_pages_then_all_are_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = directory._page
    monkeypatch.setattr(
        directory,
        "_page",
        lambda call, key, rows, **more: real(_short(call), key, rows, **more),
    )
    before = house.asked("conversations.members")
    assert house.sees(PRIYA, DIRECT) == "FM"
    assert house.asked("conversations.members") > before + 2


def _short(call: Call) -> Call:
    return replace(call, args={**call.args, "limit": "1"})


def test_find_when_named_outside_a_channel_then_offers_only_what_may_be_seen(house: House) -> None:
    assert house.access.find(house.actor(BEN, DIRECT), "finance").name == "Finance Ltd"
    with pytest.raises(UnknownOrganisation) as unknown:
        house.access.find(house.actor(BEN, DIRECT), "month end ltd")
    assert unknown.value.near == ()


def test_seen_when_another_workspace_asks_then_it_has_nothing(house: House) -> None:
    other = Workspaces(house.db, now=utc_now).ensure("T0OTHER")
    actor = replace(house.actor(ANA, FINANCE), workspace_id=WorkspaceId(other))
    with pytest.raises(NothingLinked):
        house.access.seen_by(actor)
    (finance, _) = Organisations(house.db).linked(house.workspace_id)
    assert not house.access.may_see(actor, finance)
    assert house.access.may_see(house.actor(BEN, FINANCE), finance)


@pytest.mark.parametrize(
    ("user", "admin", "keeper", "told"),
    [
        (ANA, True, True, ""),
        (PRIYA, False, True, ""),
        (BEN, False, False, "Only workspace admins and the keepers they named may try."),
        (GIL, False, False, "Guests of this workspace may not try."),
        (MOLLY, False, False, "Only people of this workspace may try."),
        (EVE, False, False, "People of other workspaces may not try."),
    ],
)
def test_rights_when_keepers_are_named_then_only_real_active_people_of_ours_hold_them(
    house: House, user: str, admin: bool, keeper: bool, told: str
) -> None:
    house.keep(PRIYA, GIL, MOLLY, EVE)
    actor = house.actor(user, FINANCE)
    assert (house.access.is_admin(actor), house.access.is_keeper(actor)) == (admin, keeper)
    if keeper:
        house.access.require_keeper(actor, "try")
    else:
        with pytest.raises(NotAllowed, match=told):
            house.access.require_keeper(actor, "try")
    if not admin:
        with pytest.raises(NotAllowed):
            house.access.require_admin(actor, "try")


@pytest.mark.parametrize("channel", [FINANCE, DIRECT, HOME])
@pytest.mark.parametrize(
    ("user", "told"),
    [
        (ANA, ""),
        (BEN, ""),
        (GIL, "Guests of this workspace may not try."),
        (MOLLY, "Only people of this workspace may try."),
        (EVE, "People of other workspaces may not try."),
        ("U0LEDGERKEEP", "Only people of this workspace may try."),
    ],
)
def test_insider_when_asked_for_then_no_guest_or_stranger_passes_wherever_they_ask(
    house: House, user: str, channel: str, told: str
) -> None:
    before, actor = len(house.refusals()), house.actor(user, channel)
    if not told:
        house.access.require_insider(actor, "try", action="tried")
        assert len(house.refusals()) == before
        return
    with pytest.raises(NotAllowed, match=told):
        house.access.require_insider(actor, "try", action="tried")
    assert house.refusals()[before:] == [(user, "tried")]


def test_keeper_when_made_a_guest_then_loses_the_right_within_half_a_minute(house: House) -> None:
    house.keep(PRIYA)
    actor, priya = house.actor(PRIYA, FINANCE), house.slack.workspace.people[PRIYA]
    assert house.access.is_keeper(actor)
    house.slack.workspace.change_person(replace(priya, is_guest=True))
    try:
        house.seconds += 31
        assert not house.access.is_keeper(actor)
    finally:
        house.slack.workspace.change_person(priya)


def test_keeper_when_no_longer_named_then_loses_the_right_at_once(house: House) -> None:
    house.keep(PRIYA)
    assert house.access.is_keeper(house.actor(PRIYA, FINANCE))
    house.keep()
    assert not house.access.is_keeper(house.actor(PRIYA, FINANCE))


def test_refusal_when_a_right_is_missing_then_is_in_the_audit_log_once(house: House) -> None:
    before = len(house.refusals())
    with pytest.raises(NotAllowed):
        house.access.require_keeper(house.actor(BEN, FINANCE), "try", action="tried")
    with pytest.raises(NotAllowed):
        house.access.require_admin(house.actor(GIL, GENERAL), "try")
    assert house.refusals()[before:] == [(BEN, "tried"), (GIL, "access")]


def test_refusal_when_nothing_may_be_shown_where_it_was_asked_then_is_in_the_audit_log(house: House) -> None:
    before, here = len(house.refusals()), house.actor(BEN, GENERAL)
    with pytest.raises(NotHere):
        house.access.seen_by(here)
    with pytest.raises(NotHere):
        house.access.find(here, "Finance Ltd")
    with pytest.raises(NotHere):
        house.access.require_seen(here, Organisations(house.db).linked()[0], action="tried")
    assert house.access.glance(here) == []  # nobody asked: no refusal
    assert house.refusals()[before:] == [(BEN, SHOWN), (BEN, SHOWN), (BEN, "tried")]
    assert house.access.find(house.actor(BEN, FINANCE), "Finance Ltd")
    house.access.require_seen(house.actor(BEN, FINANCE), Organisations(house.db).linked()[0])
    assert len(house.refusals()) == before + 3


@pytest.mark.parametrize("fault", ["users.info", "users.info!"])
def test_right_when_slack_does_not_say_who_asks_then_nobody_passes(house: House, fault: str) -> None:
    for _ in range(5):
        if fault.endswith("!"):
            house.slack.faults.error("users.info", "user_not_found", times=1)
        else:
            house.slack.faults.drop("users.info", times=1)
    house.access.forget()
    for ask in (house.access.is_admin, house.access.is_keeper):
        with pytest.raises(SlackUnavailable):
            ask(house.actor(ANA, FINANCE))
    for require in (house.access.require_admin, house.access.require_keeper, house.access.require_insider):
        with pytest.raises(SlackUnavailable):
            require(house.actor(ANA, FINANCE), "try", action="tried")


def test_approvers_when_nobody_is_named_then_are_the_admins(house: House) -> None:
    assert house.access.approvers(house.workspace_id).is_default
    wanted = WorkspaceSettings(approvers=Approvers(users=(BEN,), groups=("S1",), needed=2))
    house.settings.change_workspace(house.actor(ANA, HOME), wanted)
    named = house.access.approvers(house.workspace_id)
    assert (named.users, named.groups, named.needed, named.is_default) == ((BEN,), ("S1",), 2, False)


def test_people_when_named_for_a_right_then_strangers_and_guests_are_found_out(house: House) -> None:
    actor = house.actor(ANA, FINANCE)
    everybody = (ANA, BEN, PRIYA, GIL, EVE, MOLLY, "U0LEDGERKEEP")
    assert house.access.fit_for_a_right(actor, everybody) == {ANA, BEN, PRIYA}


def test_groups_when_listed_then_are_those_of_the_workspace(house: House) -> None:
    house.slack.workspace.groups["S1"] = ("approvers", (BEN, PRIYA))
    house.grant(*DEFAULT_SCOPES, "usergroups:read")
    (group,) = house.access.user_groups(house.workspace_id) or ()
    assert (group.id, group.name) == ("S1", "approvers")
    house.grant(*DEFAULT_SCOPES)
    assert house.access.user_groups(house.workspace_id) is None
