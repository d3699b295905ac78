"""Settings: what is shown to whom, each modal and what is wrong in it, rights, what people hear."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.db.tables import AuditRow
from bot.domain.organisation import Organisation
from bot.domain.settings import Approvers, OrganisationSettings, Retention, WorkspaceSettings
from bot.errors import StoreUnavailable
from bot.sandbox.slack import Answer
from bot.sandbox.slack.demo import MOLLY
from bot.sandbox.slack.installed import DEFAULT_SCOPES
from bot.sandbox.slack.people import OpenView
from bot.services.desk import Desk
from bot.services.looking.pruning import Pruning
from bot.services.settings import SettingsStore
from bot.views import ids
from bot.views.plain import as_text
from tests.scenario.office import (
    ANA,
    BEN,
    CLIENTS,
    EVE,
    FINANCE,
    GENERAL,
    GIL,
    MONTH_END,
    PRIYA,
    RANDOM,
    Office,
)

KERERU, EMPTY = "Kererū Coffee Roasters", "Empty Shell Restore Ltd"
DIRECT = {ANA: "D0ANA", PRIYA: "D0PRIYA", BEN: "D0BEN"}
ORGANISATION_BUTTONS = (ids.CHANGE_SCHEDULE, ids.CHANGE_RETENTION, ids.CHANGE_EXTRAS, ids.CHANGE_HOME)
WORKSPACE_BUTTONS = (ids.CHANGE_DIGEST, ids.CHANGE_KEEPERS, ids.WHO_MAY_APPROVE)
RETENTION: dict[str, Any] = {"all_days": "7", "daily": "35", "monthly": "13", "yearly": "7"}


@pytest.fixture(scope="module")
def kereru(shared: Office) -> Organisation:
    """An organisation at home in #finance; these tests ask Slack more often than people could."""
    shared.slack.rate_limits = False
    return shared.link("nz")


@pytest.fixture(scope="module")
def empty(shared: Office, kereru: Organisation) -> Organisation:
    """An organisation at home in the private #month-end."""
    assert kereru
    return shared.link("empty", channel=MONTH_END)


@pytest.fixture(autouse=True)
def as_before(shared: Office, kereru: Organisation, empty: Organisation) -> Iterator[None]:
    """Put everything back, so that the tests need no order."""
    yield
    actor, settings = shared.actor(ANA, FINANCE), desk(shared).settings
    settings.change_workspace(actor, WorkspaceSettings())
    for one, home in ((kereru, FINANCE), (empty, MONTH_END)):
        now = desk(shared).organisations.get(one.id)
        settings.change_organisation(actor, now, OrganisationSettings())
        settings.move_home(actor, now, home)
        settings.hold(actor, now, on=False)
        desk(shared).schedules.settle_organisation(one.id)
    shared.slack.faults.clear()
    shared.slack.app.grants.update(
        {
            token: replace(grant, scopes=frozenset(DEFAULT_SCOPES))
            for token, grant in shared.slack.app.grants.items()
        }
    )
    shared.slack.workspace.set_modals(ANA, [])
    shared.forget_people()


def desk(office: Office) -> Desk:
    assert office.bot is not None
    return office.bot.worker.desk(office.bot.connections, office.bot.access)


def opened(
    office: Office, action: str, value: str = "", *, user: str = ANA, channel: str = FINANCE
) -> OpenView:
    """Press a button of /backup settings and give the modal."""
    shown = office.slack.command(user, channel, "settings").message
    assert shown is not None
    office.slack.workspace.set_modals(user, [])
    answer = office.slack.click(user, channel, shown, action, value or None)
    assert answer.ok, answer
    assert office.slack.wait_until(lambda: bool(office.slack.workspace.modals(user)))
    if action == ids.CHANGE_RETENTION:  # its numbers are counted while it is open
        office.slack.wait_until(lambda: "Now:" in str(office.slack.workspace.modals(user)[0].view), 5)
    (modal,) = office.slack.workspace.modals(user)
    return modal


def sent(office: Office, modal: OpenView, *, user: str = ANA, **values: Any) -> Answer:
    """Fill in fields of a modal and send it."""
    typed = {block: {f"{block}_input": value} for block, value in values.items()}
    return office.slack.submit(user, modal.id, typed)


def saved(office: Office, modal: OpenView, *, user: str = ANA, **values: Any) -> str:
    """Send a modal that is taken; give what the person is told directly."""
    newest = max((one.ts for one in office.slack.messages(DIRECT[user])), default="")
    answer = sent(office, modal, user=user, **values)
    assert answer.ok, answer
    return office.last_private(user, DIRECT[user], after=newest)


def wrong(office: Office, modal: OpenView, *, user: str = ANA, **values: Any) -> dict[str, str]:
    """Send a modal that is not taken; give what is said at which field."""
    answer = sent(office, modal, user=user, **values)
    assert not answer.ok, answer
    return dict(answer.field_errors)


def audited(office: Office) -> list[tuple[str, str, str]]:
    assert office.bot is not None
    with office.bot.parts.db.reading() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.seq))
        return [(row.actor, row.action, row.outcome) for row in rows]


def detail(office: Office) -> dict[str, Any]:
    assert office.bot is not None
    with office.bot.parts.db.reading() as session:
        row = session.scalars(select(AuditRow).order_by(AuditRow.seq.desc()).limit(1)).one()
        return dict(row.detail)


def name_keeper(office: Office, *users: str) -> None:
    desk(office).settings.change_workspace(office.actor(ANA, FINANCE), WorkspaceSettings(keepers=users))


# What is shown.


def test_settings_when_an_admin_asks_then_shows_all_in_words_with_buttons(shared: Office) -> None:
    answer = shared.slack.command(ANA, FINANCE, "settings")
    assert answer.message is not None
    told = shared.text(answer.message)
    assert "At 08:00 every day, Auckland time, for each organisation in its home channel" in told
    assert KERERU in told
    assert "the quiet hour I chose" in told
    assert "every snapshot of the last 7 days" in told
    assert "Read beside the books: attachments, history and notes." in told
    assert EMPTY not in told
    drawn = json.dumps([dict(block) for block in answer.message.blocks])
    assert all(f'"{action}"' in drawn for action in (*ORGANISATION_BUTTONS, *WORKSPACE_BUTTONS))


def test_settings_when_a_bookkeeper_asks_then_reads_but_has_no_buttons(shared: Office) -> None:
    answer = shared.slack.command(BEN, FINANCE, "settings")
    assert answer.message is not None
    assert KERERU in shared.text(answer.message)
    assert "Only workspace admins and keepers may change these" in shared.text(answer.message)
    assert '"actions"' not in json.dumps([dict(block) for block in answer.message.blocks])


def test_settings_when_a_keeper_asks_then_changes_all_but_who_holds_rights(shared: Office) -> None:
    name_keeper(shared, PRIYA)
    answer = shared.slack.command(PRIYA, DIRECT[PRIYA], "settings") if _direct(shared, PRIYA) else None
    assert answer is not None
    assert answer.message is not None
    told, drawn = shared.text(answer.message), json.dumps([dict(block) for block in answer.message.blocks])
    assert KERERU in told
    assert EMPTY in told
    assert f'"{ids.CHANGE_DIGEST}"' in drawn
    assert f'"{ids.CHANGE_KEEPERS}"' not in drawn
    assert f'"{ids.WHO_MAY_APPROVE}"' not in drawn


def _direct(office: Office, user: str) -> bool:
    return bool(office.slack.workspace.direct(user, office.slack.app.user_id))


def test_settings_when_nothing_is_at_home_there_then_keepers_see_the_workspace_and_others_nothing(
    shared: Office,
) -> None:
    assert "Daily digest" in shared.say("settings", channel=GENERAL)
    assert "I cannot show that here." in shared.say("settings", user=BEN, channel=GENERAL)


def test_settings_when_an_organisation_is_named_then_shows_that_one(shared: Office) -> None:
    _direct(shared, ANA)
    told = shared.say("settings empty", channel=DIRECT[ANA])
    assert EMPTY in told
    assert KERERU not in told


def test_settings_when_there_are_copies_then_says_what_history_would_cost(shared: Office) -> None:
    shared.back_up("kereru")
    told = shared.say("settings")
    assert "What is not read yet of history and notes takes about" in told
    assert "at the allowance left" not in told  # this office leaves no calls for it, so no night is promised


def test_home_button_when_pressed_then_answers_directly_with_all_that_may_be_seen(shared: Office) -> None:
    assert shared.slack.open_home(ANA).ok
    assert shared.slack.wait_until(lambda: ids.SETTINGS in str(shared.slack.home(ANA)))
    assert shared.slack.click_home(ANA, ids.SETTINGS).ok
    told = shared.text(shared.wait_for(DIRECT[ANA], "Who may change settings", also=(KERERU,)))
    assert KERERU in told
    assert EMPTY in told


def test_modal_when_slack_does_not_open_it_then_the_person_hears_so(shared: Office) -> None:
    shown = shared.slack.command(ANA, FINANCE, "settings").message
    assert shown is not None
    shared.slack.faults.error("views.open", "expired_trigger_id")
    assert "What happened" in shared.press(ANA, FINANCE, shown, ids.CHANGE_DIGEST)
    assert shared.slack.workspace.modals(ANA) == []


# The schedule.


def test_schedule_when_times_are_chosen_then_runs_at_them_and_everybody_hears(
    shared: Office, kereru: Organisation
) -> None:
    modal = opened(shared, ids.CHANGE_SCHEDULE)
    assert "Next backup" in as_text(modal.view)
    told = saved(
        shared, modal, when="chosen", times="13:30, 2am", days=["0", "1", "2", "3", "4"], zone="london"
    )
    assert "backups run at 02:00 and 13:30 Monday to Friday, London time" in told
    heard = shared.text(shared.wait_for(FINANCE, "changed the schedule of"))
    assert "backups now run at 02:00 and 13:30 Monday to Friday, London time. Next:" in heard
    planned = desk(shared).schedules.planned([kereru])[kereru.id]
    assert [f"{one:%H:%M}" for one in planned.timetable.times] == ["02:00", "13:30"]
    assert (planned.timetable.zone, planned.is_default) == ("Europe/London", False)
    assert planned.next_at is not None
    assert (ANA, "settings.organisation", "done") in audited(shared)
    assert detail(shared)["changed"]["timetable"]["zone"] == "Europe/London"


def test_schedule_when_only_by_hand_and_back_then_stops_and_goes_on(
    shared: Office, kereru: Organisation
) -> None:
    assert "only when somebody asks" in saved(shared, opened(shared, ids.CHANGE_SCHEDULE), when="hand")
    assert desk(shared).schedules.planned([kereru])[kereru.id].next_at is None
    modal = opened(shared, ids.CHANGE_SCHEDULE)
    assert "Next backup: none is planned" in as_text(modal.view)
    saved(shared, modal, when="quiet")
    planned = desk(shared).schedules.planned([kereru])[kereru.id]
    assert planned.is_default
    assert planned.next_at is not None


def test_schedule_when_nothing_is_changed_then_nobody_else_hears(shared: Office) -> None:
    before = len(shared.slack.messages(FINANCE))
    assert "Nothing changed" in saved(shared, opened(shared, ids.CHANGE_SCHEDULE), when="quiet")
    assert len(shared.slack.messages(FINANCE)) == before + 1  # the settings themselves


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"times": ""}, "times", "at least one time"),
        ({"times": "25:00"}, "times", "no time of day"),
        ({"times": "2"}, "times", "no time of day"),
        ({"times": "13pm"}, "times", "no time of day"),
        ({"times": "soon"}, "times", "no time of day"),
        ({"times": "1:00 2:00 3:00 4:00 5:00"}, "times", "At most 4"),
        ({"days": []}, "days", "at least one day"),
        ({"zone": "Lodnon"}, "zone", "Europe/London"),
        ({"zone": "<!channel>"}, "zone", "I know no time zone"),
        ({"zone": ""}, "zone", "Type a time zone"),
        ({"when": "quiet"}, "when", "You typed times"),
    ],
)
def test_schedule_when_something_is_wrong_then_is_told_at_its_field(
    shared: Office, kereru: Organisation, values: dict[str, Any], field: str, says: str
) -> None:
    modal = opened(shared, ids.CHANGE_SCHEDULE)
    good: dict[str, Any] = {"when": "chosen", "times": "02:00", "days": ["0"], "zone": "UTC"}
    found = wrong(shared, modal, **{**good, **values})
    assert list(found) == [field]
    assert says in found[field]
    assert desk(shared).schedules.planned([kereru])[kereru.id].is_default


def test_schedule_when_two_people_save_then_the_second_hears_who_was_first(shared: Office) -> None:
    name_keeper(shared, PRIYA)
    mine, hers = opened(shared, ids.CHANGE_SCHEDULE), opened(shared, ids.CHANGE_SCHEDULE, user=PRIYA)
    saved(shared, hers, user=PRIYA, when="hand")
    found = wrong(shared, mine, when="chosen", times="03:00", days=["0"], zone="UTC")
    assert found == {"when": "Priya Nair changed this meanwhile. Close this form and open it again."}


# Retention.


def test_retention_when_more_is_kept_then_needs_no_tick(shared: Office, kereru: Organisation) -> None:
    told = saved(shared, opened(shared, ids.CHANGE_RETENTION), **{**RETENTION, "daily": "60"})
    assert "the last one of each of 60 days, 13 months and 7 years" in told
    assert "60 days" in shared.text(shared.wait_for(FINANCE, "changed the retention of"))
    assert desk(shared).settings.organisation(kereru.id).retention == Retention(daily=60)


def asked_again(office: Office, modal: OpenView, **values: Any) -> OpenView:
    """Send a modal that asks again before it is saved; give it as it stands then."""
    assert sent(office, modal, **values).ok
    (again,) = office.slack.workspace.modals(ANA)
    assert "Not saved yet" in as_text(again.view)
    return again


def test_retention_when_less_is_kept_then_needs_the_tick(shared: Office, kereru: Organisation) -> None:
    wanted = {**RETENTION, "yearly": "1"}
    again = asked_again(shared, opened(shared, ids.CHANGE_RETENTION), **wanted)
    assert "then the last one of each of 35 days, 13 months and 1 year" in as_text(again.view)
    assert "Tick this if that is meant" in wrong(shared, again, **wanted)["fewer"]
    assert desk(shared).settings.organisation(kereru.id).retention == Retention()
    saved(shared, again, **wanted, fewer=["known:0"])
    assert desk(shared).settings.organisation(kereru.id).retention == Retention(yearly=1)


def test_retention_when_copies_cannot_be_counted_then_it_opens_and_asks_all_the_same(
    shared: Office, kereru: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise StoreUnavailable("The place where copies are kept does not answer.")

    monkeypatch.setattr(Pruning, "preview", down)
    wanted = {**RETENTION, "yearly": "2"}
    again = asked_again(shared, opened(shared, ids.CHANGE_RETENTION), **wanted)
    assert "how many, I cannot count at the moment" in as_text(again.view)
    saved(shared, again, **wanted, fewer=["known:some"])
    assert desk(shared).settings.organisation(kereru.id).retention == Retention(yearly=2)


def test_hold_when_set_and_lifted_then_lifting_needs_the_tick(shared: Office, kereru: Organisation) -> None:
    saved(shared, opened(shared, ids.CHANGE_RETENTION), **RETENTION, hold=["held"])
    assert desk(shared).settings.is_held(kereru)
    assert "Legal hold" in shared.say("settings")
    modal = opened(shared, ids.CHANGE_RETENTION)
    again = asked_again(shared, modal, **RETENTION, hold=[])
    saved(shared, again, **RETENTION, hold=[], fewer=["known:0"])
    assert not desk(shared).settings.is_held(kereru)
    assert [row for row in audited(shared) if row[1] == "settings.hold"][-2:] == [
        (ANA, "settings.hold", "on"),
        (ANA, "settings.hold", "off"),
    ]


@pytest.mark.parametrize(
    ("field", "typed"),
    [("all_days", "1"), ("all_days", "0"), ("daily", "-1"), ("daily", "9999"), ("monthly", "1.5"),
     ("yearly", "many"), ("yearly", "1e3"), ("monthly", "٣")],
)  # fmt: skip
def test_retention_when_a_number_is_not_sane_then_is_told_at_its_field(
    shared: Office, field: str, typed: str
) -> None:
    found = wrong(shared, opened(shared, ids.CHANGE_RETENTION), **{**RETENTION, field: typed})
    assert list(found) == [field]
    assert "whole number from" in found[field]


def test_retention_when_the_hold_was_set_meanwhile_then_is_refused(
    shared: Office, kereru: Organisation
) -> None:
    modal = opened(shared, ids.CHANGE_RETENTION)
    desk(shared).settings.hold(shared.actor(ANA, FINANCE), kereru, on=True)
    assert "You changed this meanwhile" in wrong(shared, modal, **RETENTION)["all_days"]
    assert desk(shared).settings.is_held(kereru)


# The digest.


def test_digest_when_changed_then_is_planned_anew(shared: Office) -> None:
    modal = opened(shared, ids.CHANGE_DIGEST)
    told = saved(shared, modal, enabled="on", at="07:15", days=["0"], zone="UTC", where="homes")
    assert "at 07:15 on Monday, UTC, for each organisation in its home channel" in told
    next_at = desk(shared).schedules.next_digest(shared.actor(ANA, FINANCE).workspace_id)
    assert next_at is not None
    assert (next_at.weekday(), f"{next_at:%H:%M}") == (0, "07:15")


def test_digest_when_its_zone_is_left_alone_then_goes_on_following_the_first_organisation(
    shared: Office,
) -> None:
    saved(shared, opened(shared, ids.CHANGE_DIGEST), at="07:15")
    digest = desk(shared).settings.workspace(shared.actor(ANA, FINANCE).workspace_id).digest
    assert digest.zone == ""


def test_digest_when_switched_off_then_none_is_planned(shared: Office) -> None:
    saved(shared, opened(shared, ids.CHANGE_DIGEST), enabled="off")
    assert desk(shared).schedules.next_digest(shared.actor(ANA, FINANCE).workspace_id) is None
    assert "switched off" in shared.say("settings")


def test_digest_when_all_goes_to_one_channel_then_that_channel_is_warned(shared: Office) -> None:
    told = saved(shared, opened(shared, ids.CHANGE_DIGEST), where="one", channel=GENERAL)
    assert "all organisations in #general" in told or f"all organisations in #{GENERAL}" in told
    heard = shared.text(shared.wait_for(GENERAL, "chose this channel for the daily digest"))
    assert "names of all organisations" in heard


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"where": "one"}, "channel", "Choose the channel"),
        ({"where": "one", "channel": RANDOM}, "channel", "/invite"),
        ({"where": "one", "channel": "D0ANA"}, "channel", "Choose a channel"),
        ({"where": "one", "channel": "C0OLD"}, "channel", "archived"),
        ({"days": []}, "days", "at least one day"),
        ({"zone": "Nowhere/Land"}, "zone", "I know no time zone"),
    ],
)
def test_digest_when_something_is_wrong_then_is_told_at_its_field(
    shared: Office, values: dict[str, Any], field: str, says: str
) -> None:
    before = desk(shared).settings.workspace(shared.actor(ANA, FINANCE).workspace_id)
    found = wrong(shared, opened(shared, ids.CHANGE_DIGEST), **values)
    assert list(found) == [field]
    assert says in found[field]
    assert desk(shared).settings.workspace(shared.actor(ANA, FINANCE).workspace_id) == before


# Keepers and approvers.


def test_keepers_when_named_then_may_change_settings_and_link(shared: Office) -> None:
    told = saved(shared, opened(shared, ids.CHANGE_KEEPERS), people=[PRIYA])
    assert "workspace admins and" in told
    assert "Connect a Xero organisation" in shared.say("connect", user=PRIYA)
    saved(shared, opened(shared, ids.CHANGE_SCHEDULE, user=PRIYA), user=PRIYA, when="hand")
    saved(shared, opened(shared, ids.CHANGE_KEEPERS), people=[])
    assert "Only workspace admins may link" in shared.say("connect", user=PRIYA)


@pytest.mark.parametrize(
    ("user", "name"), [(GIL, "Gil Moreau"), (EVE, "Eve Lindqvist"), (MOLLY, "Molly Hart"), ("U0NOBODY", "")]
)
@pytest.mark.parametrize("button", [ids.CHANGE_KEEPERS, ids.WHO_MAY_APPROVE])
def test_people_when_they_cannot_hold_a_right_then_are_refused_by_name(
    shared: Office, user: str, name: str, button: str
) -> None:
    found = wrong(shared, opened(shared, button), people=[BEN, user])
    assert list(found) == ["people"]
    assert f"{name or user} cannot be named" in found["people"]


def test_people_when_too_many_are_named_then_is_told(shared: Office) -> None:
    found = wrong(shared, opened(shared, ids.CHANGE_KEEPERS), people=[f"U{n}" for n in range(21)])
    assert found == {"people": "At most 20 people."}


def test_approvers_when_named_then_are_kept_and_it_is_said_what_they_do(shared: Office) -> None:
    told = saved(shared, opened(shared, ids.WHO_MAY_APPROVE), people=[BEN, PRIYA], needed="2")
    assert "2 approvals needed" in told
    assert "They approve the plan of a restore before anything is written." in told
    named = desk(shared).access.approvers(shared.actor(ANA, FINANCE).workspace_id)
    assert (named.users, named.needed, named.is_default) == ((BEN, PRIYA), 2, False)


@pytest.mark.parametrize(
    ("people", "needed", "says"),
    [
        ([BEN], "2", "more than the people you named"),
        ([BEN], "0", "from 1 to 5"),
        ([], "6", "from 1 to 5"),
        ([], "x", "from 1 to 5"),
    ],
)
def test_approvals_when_more_are_needed_than_can_be_then_is_told(
    shared: Office, people: list[str], needed: str, says: str
) -> None:
    found = wrong(shared, opened(shared, ids.WHO_MAY_APPROVE), people=people, needed=needed)
    assert says in found["needed"]


def test_groups_when_slack_lists_them_then_may_be_named_and_stay_when_it_no_longer_does(
    shared: Office,
) -> None:
    workspace_id = shared.actor(ANA, FINANCE).workspace_id
    assert "usergroups:read" in as_text(opened(shared, ids.WHO_MAY_APPROVE).view)
    shared.slack.workspace.groups["S0AP"] = ("approvers", (BEN,))
    grant_also(shared, "usergroups:read")
    saved(shared, opened(shared, ids.WHO_MAY_APPROVE), groups=["S0AP"], needed="1")
    assert desk(shared).settings.workspace(workspace_id).approvers == Approvers(groups=("S0AP",))
    grant_also(shared)
    saved(shared, opened(shared, ids.WHO_MAY_APPROVE), people=[BEN], needed="2")
    kept = desk(shared).settings.workspace(workspace_id).approvers
    assert kept == Approvers(users=(BEN,), groups=("S0AP",), needed=2)


def grant_also(office: Office, *scopes: str) -> None:
    grants = office.slack.app.grants
    for token, grant in list(grants.items()):
        grants[token] = replace(grant, scopes=frozenset({*DEFAULT_SCOPES, *scopes}))
    office.forget_people()


def test_who_may_approve_when_others_ask_then_are_told_and_change_nothing(
    shared: Office, kereru: Organisation
) -> None:
    message = shared.wait_for(FINANCE, f"Connected: {KERERU}")
    told = shared.press(BEN, FINANCE, message, ids.WHO_MAY_APPROVE)
    assert "workspace admins" in told
    assert shared.slack.workspace.modals(BEN) == []
    assert shared.slack.click(ANA, FINANCE, message, ids.WHO_MAY_APPROVE).ok
    assert shared.slack.wait_until(lambda: bool(shared.slack.workspace.modals(ANA)))
    (modal,) = shared.slack.workspace.modals(ANA)
    assert modal.view["callback_id"] == ids.APPROVERS_MODAL
    assert kereru


# The home channel.


def test_home_when_moved_then_both_channels_hear_and_people_follow(
    shared: Office, kereru: Organisation
) -> None:
    told = saved(shared, opened(shared, ids.CHANGE_HOME), home=GENERAL)
    assert "Both channels were told" in told
    assert "is now at home in this channel" in shared.text(shared.wait_for(GENERAL, "now at home"))
    assert "no longer at home" in shared.text(shared.wait_for(FINANCE, "no longer at home"))
    assert KERERU in shared.say("status", user=GIL, channel=GENERAL)
    assert KERERU not in shared.say("status", user=BEN)
    assert desk(shared).organisations.get(kereru.id).home_channel == GENERAL
    assert (ANA, "settings.home", "done") in audited(shared)


@pytest.mark.parametrize(
    ("channel", "says"),
    [(RANDOM, "/invite"), ("C0OLD", "archived"), ("D0ANA", "Choose a channel"), ("C0NOWHERE", "/invite")],
)
def test_home_when_it_cannot_be_there_then_is_told_at_the_field(
    shared: Office, kereru: Organisation, channel: str, says: str
) -> None:
    found = wrong(shared, opened(shared, ids.CHANGE_HOME), home=channel)
    assert says in found["home"]
    assert desk(shared).organisations.get(kereru.id).home_channel == FINANCE


def test_home_when_strangers_are_in_the_channel_then_is_refused_where_slack_says_so(shared: Office) -> None:
    grant_also(shared, "channels:read")
    found = wrong(shared, opened(shared, ids.CHANGE_HOME), home=CLIENTS)
    assert "People of other workspaces" in found["home"]


def test_home_when_slack_is_down_then_nothing_changes(shared: Office, kereru: Organisation) -> None:
    modal = opened(shared, ids.CHANGE_HOME)
    shared.slack.faults.status("chat.postMessage", 500, times=1)
    assert "Please try again" in wrong(shared, modal, home=GENERAL)["home"]
    assert desk(shared).organisations.get(kereru.id).home_channel == FINANCE


def since(office: Office, channel: str, before: set[str]) -> list[str]:
    return [one.text for one in office.slack.messages(channel) if one.ts not in before]


def seen_already(office: Office, channel: str) -> set[str]:
    return {one.ts for one in office.slack.messages(channel)}


@pytest.mark.parametrize(("action", "values"), [
    (ids.CHANGE_HOME, {"home": GENERAL}),
    (ids.CHANGE_DIGEST, {"where": "one", "channel": GENERAL}),
])  # fmt: skip
def test_channel_when_slack_posted_but_its_answer_was_lost_then_nothing_untrue_stands_there(
    shared: Office, action: str, values: dict[str, Any]
) -> None:
    modal, before, was = opened(shared, action), seen_already(shared, GENERAL), _everything(shared)
    shared.slack.faults.drop("chat.postMessage", done=True)
    (told,) = wrong(shared, modal, **values).values()
    assert "nothing was changed" in told
    assert _everything(shared) == was
    assert since(shared, GENERAL, before) == ["Checking whether I may post in this channel."]


def test_channel_when_the_setting_was_changed_meanwhile_then_hears_that_nothing_changed(
    shared: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    modal, before = opened(shared, ids.CHANGE_HOME), seen_already(shared, GENERAL)
    with monkeypatch.context() as patch:
        patch.setattr(SettingsStore, "move_home", lambda *_: False)  # somebody else was a moment faster
        assert "changed this meanwhile" in wrong(shared, modal, home=GENERAL)["home"]
    assert since(shared, GENERAL, before) == [
        "I checked whether I may post in this channel. Nothing has changed here."
    ]


def test_channel_when_chosen_for_the_digest_then_hears_it_in_one_message(shared: Office) -> None:
    modal, before = opened(shared, ids.CHANGE_DIGEST), seen_already(shared, GENERAL)
    saved(shared, modal, where="one", channel=GENERAL)
    assert shared.slack.wait_until(lambda: "from now on" in "".join(since(shared, GENERAL, before)), 10), (
        since(shared, GENERAL, before)
    )
    assert since(shared, GENERAL, before) == [
        "The daily digest of all organisations comes to this channel from now on."
    ]


# Rights.


@pytest.mark.parametrize("action", [*ORGANISATION_BUTTONS, ids.CHANGE_DIGEST])
@pytest.mark.parametrize(
    ("user", "why"), [(BEN, "Only workspace admins may change settings"), (GIL, "Guests of this workspace")]
)
def test_button_when_pressed_without_the_right_then_is_refused_and_written_down(
    shared: Office, kereru: Organisation, action: str, user: str, why: str
) -> None:
    if user == GIL:
        shared.slack.workspace.join(FINANCE, GIL)
    told = shared.forge(user, FINANCE, action, ids.reference(kereru.id))
    assert why in told
    assert shared.slack.workspace.modals(user) == []
    assert (user, "settings.opened", "refused") in audited(shared)[-3:]


@pytest.mark.parametrize("user", [BEN, PRIYA])
def test_naming_when_no_admin_then_is_refused_for_keepers_too(shared: Office, user: str) -> None:
    name_keeper(shared, PRIYA)
    told = shared.forge(user, FINANCE, ids.CHANGE_KEEPERS, "")
    assert "Only workspace admins may name keepers and approvers." in told
    assert shared.slack.workspace.modals(user) == []


def test_stranger_when_pressing_then_sees_nothing(shared: Office, kereru: Organisation) -> None:
    shared.slack.workspace.join(FINANCE, EVE)
    for action in (*ORGANISATION_BUTTONS, *WORKSPACE_BUTTONS, ids.MAKE_HOME, ids.SETTINGS):
        told = shared.forge(EVE, FINANCE, action, ids.reference(kereru.id))
        assert "not installed in your Slack workspace" in told
        assert "Kerer" not in told


@pytest.mark.parametrize("action", ORGANISATION_BUTTONS)
def test_button_when_the_organisation_is_at_home_elsewhere_then_nothing_leaks(
    shared: Office, empty: Organisation, action: str
) -> None:
    for user in (ANA, BEN):
        told = shared.forge(user, FINANCE, action, ids.reference(empty.id))
        assert "I cannot show that here." in told
        assert "Empty Shell" not in told
        assert shared.slack.workspace.modals(user) == []


@pytest.mark.parametrize("value", ["v0:abc", "abc", "v2:" + "f" * 32, "x" * 2000, "v1:"])
@pytest.mark.parametrize("action", [*ORGANISATION_BUTTONS, ids.WHO_MAY_APPROVE, ids.MAKE_HOME])
def test_button_of_another_version_when_pressed_then_says_so(shared: Office, action: str, value: str) -> None:
    assert "another version of Ledgerkeep" in shared.forge(ANA, FINANCE, action, value)


FILLED: dict[str, dict[str, Any]] = {
    ids.CHANGE_SCHEDULE: {"when": "hand"},
    ids.CHANGE_RETENTION: {**RETENTION, "daily": "90"},
    ids.CHANGE_EXTRAS: {"extras": ["payroll"]},
    ids.CHANGE_HOME: {"home": GENERAL},
    ids.CHANGE_DIGEST: {"enabled": "off"},
    ids.CHANGE_KEEPERS: {"people": [BEN]},
    ids.WHO_MAY_APPROVE: {"people": [BEN], "needed": "1"},
}


@pytest.mark.parametrize("action", list(FILLED))
def test_modal_when_its_person_was_demoted_since_then_is_refused(shared: Office, action: str) -> None:
    modal, ana = opened(shared, action), shared.slack.workspace.people[ANA]
    before = _everything(shared)
    shared.slack.workspace.change_person(replace(ana, is_admin=False, is_owner=False))
    shared.forget_people()
    try:
        (told,) = wrong(shared, modal, **FILLED[action]).values()
    finally:
        shared.slack.workspace.change_person(ana)
        shared.forget_people()
    assert told.startswith("Only workspace admins may")
    assert (ANA, "settings.sent", "refused") in audited(shared)[-2:]
    assert _everything(shared) == before


def _everything(office: Office) -> tuple[object, ...]:
    workspace_id = office.actor(ANA, FINANCE).workspace_id
    store = desk(office).settings
    homes = [(one.id, one.home_channel) for one in office.organisations()]
    return store.workspace(workspace_id), store.organisations(workspace_id), homes


@pytest.mark.parametrize("action", list(FILLED))
def test_modal_when_slack_does_not_say_who_sends_it_then_keeps_what_was_typed(
    shared: Office, action: str
) -> None:
    modal, before = opened(shared, action), _everything(shared)
    shared.forget_people()
    shared.slack.faults.status("users.info", 500, times=0)  # what counts in the open modal asks, too
    try:
        (told,) = wrong(shared, modal, **FILLED[action]).values()
    finally:
        shared.slack.faults.clear()
    assert "Please try again" in told
    assert _everything(shared) == before


@pytest.mark.parametrize("action", list(FILLED))
@pytest.mark.parametrize(
    "metadata", ["", "v1:", "v1:x", "v1:{org}", "v1:{org}.0000", "v1:other.{mark}", "v2:a.b"]
)
def test_modal_when_its_metadata_is_forged_then_changes_nothing(
    shared: Office, kereru: Organisation, action: str, metadata: str
) -> None:
    modal, before = opened(shared, action), _everything(shared)
    _, _, mark = str(modal.view["private_metadata"]).partition(".")
    forged = metadata.format(org=kereru.id, mark=mark)
    shared.slack.workspace.swap_modal(replace(modal, view={**modal.view, "private_metadata": forged}))
    assert len(wrong(shared, modal, **FILLED[action])) == 1
    assert _everything(shared) == before


def test_modal_when_about_another_workspaces_organisation_then_is_refused(
    shared: Office, kereru: Organisation
) -> None:
    modal = opened(shared, ids.CHANGE_SCHEDULE)
    assert shared.bot is not None
    shared.bot.parts.workspaces.ensure("T0EASTERN")
    forged = str(modal.view["private_metadata"]).replace(kereru.id, "f" * 32)
    shared.slack.workspace.swap_modal(replace(modal, view={**modal.view, "private_metadata": forged}))
    assert "no longer linked" in wrong(shared, modal, when="hand")["when"]


# Linking again from another channel.


def test_link_when_again_from_another_channel_then_offers_to_hand_over(
    shared: Office, kereru: Organisation
) -> None:
    _direct(shared, ANA)
    newest = max((one.ts for one in shared.slack.messages(DIRECT[ANA])), default="")
    status, _, page = shared.consent(shared.link_offered(channel=GENERAL), organisation="nz")
    assert status == 409
    assert "already linked" in page
    offer = shared.wait_for(DIRECT[ANA], "is linked already")
    assert offer.ts > newest
    assert len(shared.organisations()) == 2
    told = shared.press(ANA, DIRECT[ANA], offer, ids.MAKE_HOME)
    assert "Both channels were told" in told
    assert desk(shared).organisations.get(kereru.id).home_channel == GENERAL
    shared.wait_for(GENERAL, "is now at home in this channel")
    shared.wait_for(FINANCE, "no longer at home in this channel")
    assert "at home in that channel already" in shared.press(ANA, DIRECT[ANA], offer, ids.MAKE_HOME)


def test_hand_over_when_pressed_without_the_right_or_stale_then_is_refused(
    shared: Office, kereru: Organisation
) -> None:
    value = ids.reference(f"{kereru.id}.{GENERAL}")
    assert "Only workspace admins may change settings" in shared.forge(BEN, FINANCE, ids.MAKE_HOME, value)
    told = shared.forge(ANA, FINANCE, ids.MAKE_HOME, ids.reference(f"{'f' * 32}.{GENERAL}"))
    assert "no longer linked" in told
    assert "/invite" in shared.forge(ANA, FINANCE, ids.MAKE_HOME, ids.reference(f"{kereru.id}.{RANDOM}"))
    assert desk(shared).organisations.get(kereru.id).home_channel == FINANCE


def test_link_when_again_from_its_home_then_offers_nothing(shared: Office, kereru: Organisation) -> None:
    _direct(shared, ANA)
    before = [one.ts for one in shared.slack.messages(DIRECT[ANA])]
    status, _, page = shared.consent(shared.link_offered(), organisation="nz")
    assert status == 200
    assert "Nothing is new" in page
    assert [one.ts for one in shared.slack.messages(DIRECT[ANA])] == before
    assert kereru


# Last: it unlinks.


def test_modal_when_its_organisation_was_unlinked_then_says_so(shared: Office, empty: Organisation) -> None:
    assert shared.bot is not None
    modals = [opened(shared, one, channel=MONTH_END) for one in ORGANISATION_BUTTONS]
    for modal in modals:
        shared.slack.workspace.set_modals(ANA, [modal])
        if modal is modals[0]:
            actor = shared.actor(ANA, MONTH_END)
            shared.bot.desk.unlinking.unlink(actor, empty, delete_copies=False)
        button = {
            "schedule_modal": ids.CHANGE_SCHEDULE,
            "retention_modal": ids.CHANGE_RETENTION,
            "extras_modal": ids.CHANGE_EXTRAS,
        }.get(modal.view["callback_id"], ids.CHANGE_HOME)
        (told,) = wrong(shared, modal, **FILLED[button]).values()
        assert "no longer linked" in told
    for one in ORGANISATION_BUTTONS:
        assert "no longer linked" in shared.forge(ANA, MONTH_END, one, ids.reference(empty.id))
