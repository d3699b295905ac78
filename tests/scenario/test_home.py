"""App Home as a dashboard: for whom, with what, kept fresh, and what its buttons do for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.organisation import LinkState, Organisation
from bot.sandbox.slack import payloads
from bot.sandbox.slack.installed import DEFAULT_SCOPES
from bot.views import ids
from bot.views.plain import as_text
from tests.scenario.office import ANA, BEN, FINANCE, GIL, PRIYA, Office

KERERU = "Kererū Coffee Roasters"


def page(office: Office, user: str) -> str:
    """Give Home as its reader sees it at this moment."""
    shown = office.slack.home(user)
    return as_text(shown.view) if shown else ""


def opened(office: Office, user: str) -> str:
    """Open Home and give it as its reader sees it."""
    before = office.slack.home(user)
    assert office.slack.open_home(user).ok
    assert office.slack.wait_until(lambda: office.slack.home(user) != before, 10)
    return page(office, user)


def refreshed(office: Office, user: str, words: str) -> str:
    """Give Home once it shows these words, without anybody opening it."""
    assert office.slack.wait_until(lambda: words in page(office, user), 15), page(office, user)
    return page(office, user)


def told(office: Office, user: str, action_id: str, value: object = None) -> str:
    """Press a button of Home and give the direct message that answers it."""
    direct = office.slack.workspace.direct(user, office.slack.app.user_id).id
    newest = max((one.ts for one in office.slack.messages(direct)), default="")
    assert office.slack.click_home(user, action_id, value).ok
    return office.last_private(user, direct, after=newest)


@pytest.fixture(autouse=True)
def at_rest(shared: Office) -> Iterator[None]:
    """Give everybody back what a test took from them."""
    shared.slack.rate_limits = False
    people = dict(shared.slack.workspace.people)
    yield
    shared.slack.faults.clear()
    shared.slack.workspace.people.update(people)
    shared.forget_people()


@pytest.fixture(scope="module")
def kereru(shared: Office) -> Organisation:
    shared.slack.rate_limits = False
    opened(shared, ANA)
    return shared.link("nz")


def test_home_when_just_linked_then_ticks_the_steps_and_was_drawn_again_by_itself(
    shared: Office, kereru: Organisation
) -> None:
    shown = refreshed(shared, ANA, KERERU)
    assert f"2. Connect Xero · done: {KERERU}." in shown
    assert "3. Back up · next. The first one comes by itself" in shown
    assert "First backup planned" in shown
    assert kereru.name in shown


def test_home_when_the_first_backup_ended_then_says_that_nothing_needs_anybody(
    shared: Office, kereru: Organisation
) -> None:
    opened(shared, ANA)
    assert "queued" in told(shared, ANA, ids.BACK_UP_NOW, f"v1:{kereru.id}")
    shared.wait_for(FINANCE, "Complete", seconds=60)
    shown = opened(shared, ANA)
    assert "Nothing needs you" in shown
    assert "#1: Complete" in shown
    assert "Next: backup " in shown
    assert "As of " in shown


def test_home_when_a_member_looks_then_is_shown_only_if_slack_says_so(
    shared: Office, kereru: Organisation
) -> None:
    assert KERERU not in opened(shared, BEN)
    granted, app = next(iter(shared.slack.app.grants.values())), shared.slack.app
    app.install(frozenset({*DEFAULT_SCOPES, "channels:read"}), granted.token)
    try:
        shared.forget_people()
        shown = opened(shared, BEN)
        assert KERERU in shown
        assert "[Settings]" not in shown
        assert "[Connect to Xero]" not in shown
        assert KERERU not in opened(shared, GIL)
        assert KERERU in told(shared, BEN, ids.COVERAGE, f"v1:{kereru.id}")
    finally:
        app.install(granted.scopes, granted.token)


def test_home_when_an_admin_is_no_longer_one_then_shows_and_does_nothing_more_for_them(
    shared: Office, kereru: Organisation
) -> None:
    opened(shared, ANA)
    person = shared.slack.workspace.people[ANA]
    shared.slack.workspace.people[ANA] = replace(person, is_admin=False, is_owner=False)
    shared.forget_people()
    answer = told(shared, ANA, ids.COVERAGE, f"v1:{kereru.id}")  # the old page is still on the screen
    assert "I cannot show that here." in answer
    assert KERERU not in answer
    assert KERERU not in opened(shared, ANA)


@pytest.mark.parametrize("action_id", [ids.BACK_UP_NOW, ids.COVERAGE, ids.CONNECT])
def test_button_when_forged_by_a_guest_on_home_then_is_refused(
    shared: Office, kereru: Organisation, action_id: str
) -> None:
    assert "no organisation that I can show you" in opened(shared, GIL)
    home = shared.slack.home(GIL)
    assert home is not None
    action = {"type": "button", "action_id": action_id, "block_id": "b", "value": f"v1:{kereru.id}"}
    person = shared.slack.workspace.people[GIL]
    payload = payloads.view_action(shared.slack.realm, person, home, {**action, "action_ts": "1.1"})
    direct = shared.slack.workspace.direct(GIL, shared.slack.app.user_id).id
    newest = max((one.ts for one in shared.slack.messages(direct)), default="")
    assert shared.slack.realm.delivery.send("interactive", payload).is_fine
    answer = shared.last_private(GIL, direct, after=newest)
    assert "I cannot show that here." in answer
    assert "Kerer" not in answer


def test_home_when_slack_is_slow_about_a_person_then_says_that_it_does_not_know_them(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    opened(shared, PRIYA)
    shared.forget_people()
    shared.slack.faults.slow("users.info", 4.0)
    shown = opened(shared, PRIYA)
    assert "Slack did not tell me who you are" in shown


def test_refresh_when_slack_does_not_answer_then_the_page_stays_and_is_drawn_later(
    shared: Office, kereru: Organisation
) -> None:
    assert shared.bot is not None
    homes = shared.bot.worker.services.homes
    opened(shared, ANA)
    before = page(shared, ANA)
    shared.forget_people()
    shared.slack.faults.status("users.info", 500, times=99)
    assert shared.bot.worker.services.backups.request(kereru, shared.actor(ANA, FINANCE))
    homes.refresh()
    assert page(shared, ANA) == before


def test_help_when_pressed_then_comes_directly(shared: Office, kereru: Organisation) -> None:
    assert kereru
    opened(shared, ANA)
    assert "What you can ask Ledgerkeep" in told(shared, ANA, ids.HELP)


def test_status_when_a_name_is_given_then_shows_that_one(shared: Office, kereru: Organisation) -> None:
    assert kereru
    shared.link("empty")
    assert "2 organisations" in shared.say("status")
    shown = shared.say("status kereru")
    assert KERERU in shown
    assert "Empty Shell" not in shown


def test_home_when_the_consent_is_gone_then_connects_again_from_there(
    shared: Office, kereru: Organisation
) -> None:
    shared.xero.revoke_consent("ana")
    shared.say("now kereru")
    shared.wait_for(FINANCE, "Connect to Xero", also=("Failed",), seconds=60)
    shown = opened(shared, ANA)
    assert "organisations need you" in shown
    assert "Xero has not let Ledgerkeep in since" in shown
    assert "Which organisation do you mean?" in told(shared, ANA, ids.HOME_COVERAGE)
    answer = told(shared, ANA, ids.CONNECT, f"v1:{kereru.id}")
    assert "Connect a Xero organisation" in answer
    link = answer[answer.index("http") :].split("]")[0].split()[0]
    status, _, text = shared.consent(link, organisation="nz")
    assert status == 200, text
    shared.wait_for(FINANCE, "Reconnected")
    states = {one.id: one.state for one in shared.organisations()}
    assert states[kereru.id] is LinkState.ACTIVE


def test_home_when_the_app_was_removed_then_nobody_is_drawn_for_any_more(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    assert shared.bot is not None
    opened(shared, ANA)
    shared.slack.revoke_tokens()
    shared.forget_people()
    assert shared.bot.worker.services.homes.refresh() == 0
