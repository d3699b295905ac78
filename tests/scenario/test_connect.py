"""Linking an organisation: the link, Xero's page, our page, the channel; and every way it can go wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest

from bot.sandbox.xero.server import ConsentRefused
from tests.scenario.office import (
    ANA,
    BEN,
    CLIENTS,
    FINANCE,
    GENERAL,
    GIL,
    LINK,
    RANDOM,
    Browser,
    Office,
)

HARBOUR, KERERU = "Harbour & Sons Trading Ltd", "Kererū Coffee Roasters"


def words(page: str) -> str:
    """Give a page as its reader sees it."""
    body = page.partition("<body")[2].partition(">")[2]
    text = re.sub(r"<[^>]+>", " ", body)
    for entity, sign in (("&amp;", "&"), ("&#34;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(entity, sign)
    return " ".join(text.split())


def at_xero(office: Office, browser: Browser, link: str) -> str:
    """Open a link; give the address of Xero's page."""
    status, target, page = browser.get(link)
    assert status == 303, words(page)
    return target


@pytest.fixture
def nothing_more(shared: Office) -> Iterator[None]:
    """Nothing that a test does here may link anything."""
    before = {one.id for one in shared.organisations()}
    yield
    assert {one.id for one in shared.organisations()} == before


def test_offer_when_asked_by_an_admin_then_is_private_and_explains(shared: Office) -> None:
    told = shared.say("connect")
    assert "Connect a Xero organisation" in told
    assert "works once" in told
    assert "15 minutes" in told
    assert "Adviser" in told
    assert "xero/connect" not in shared.seen(FINANCE, BEN)


@pytest.mark.parametrize(
    ("user", "channel", "why"),
    [
        (BEN, FINANCE, "Only workspace admins may link a Xero organisation."),
        (GIL, GENERAL, "Guests of this workspace may not link a Xero organisation."),
    ],
)
def test_offer_when_not_allowed_then_says_who_can(shared: Office, user: str, channel: str, why: str) -> None:
    told = shared.say("connect", user=user, channel=channel)
    assert why in told
    assert "a workspace admin" in told
    assert "xero/connect" not in told


def test_offer_when_in_a_direct_message_then_asks_for_a_channel(shared: Office) -> None:
    direct = shared.slack.workspace.direct(ANA, shared.slack.app.user_id)
    assert "in the channel where" in shared.say("connect", channel=direct.id)


@pytest.mark.parametrize("fault", ["slow", "status", "html", "drop", "error"])
def test_offer_when_slack_does_not_say_who_asks_then_is_polite_and_in_time(
    shared: Office, fault: str
) -> None:
    shared.forget_people()
    faults = shared.slack.faults
    adding = {
        "slow": lambda: faults.slow("users.info", 2.8),
        "status": lambda: faults.status("users.info", 500),
        "html": lambda: faults.html("users.info"),
        "drop": lambda: faults.drop("users.info"),
        "error": lambda: faults.error("users.info", "user_not_found"),
    }
    adding[fault]()
    told = shared.say("connect")
    faults.clear()
    assert "Slack did not answer me in time" in told
    assert "try again in a minute" in told
    assert "xero/connect" not in told


@pytest.mark.usefixtures("nothing_more")
def test_consent_when_denied_then_the_page_says_so(shared: Office) -> None:
    status, _, page = shared.consent(shared.link_offered(), organisation="nz", deny=True)
    assert status == 403
    assert "Permission was not given" in words(page)
    assert "/backup connect" in words(page)


@pytest.mark.usefixtures("nothing_more")
def test_link_when_older_than_a_quarter_of_an_hour_then_is_too_old(shared: Office) -> None:
    link = shared.link_offered()
    shared.pass_time(minutes=16)
    status, _, page = Browser().get(link)
    assert status == 410
    assert "This link is too old" in words(page)


@pytest.mark.usefixtures("nothing_more")
def test_link_when_opened_twice_then_is_used(shared: Office) -> None:
    link, browser = shared.link_offered(), Browser()
    at_xero(shared, browser, link)
    status, _, page = browser.get(link)
    assert status == 410
    assert "This link has been used" in words(page)


@pytest.mark.usefixtures("nothing_more")
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/xero/connect", 400),
        ("/xero/connect?ticket=", 400),
        ("/xero/connect?ticket=forged", 410),
        ("/xero/callback", 400),
        ("/xero/callback?state=forged&code=x", 410),
        ("/xero/callback?code=x", 400),
        ("/xero/callback?error=access_denied&state=%00", 410),
        ("/xero/connect?ticket=" + "x" * 3000, 410),
    ],
)
def test_address_when_forged_then_a_page_says_so(shared: Office, address: str, status: int) -> None:
    got, _, page = Browser().get(f"{shared.public_url}{address}")
    assert got == status
    assert "/backup connect" in words(page)
    assert "Traceback" not in page


@pytest.mark.usefixtures("nothing_more")
def test_consent_when_finished_in_another_browser_then_is_not_used(shared: Office) -> None:
    back = shared.xero.consent(at_xero(shared, Browser(), shared.link_offered()), organisation="nz")
    status, _, page = Browser().get(back)
    assert status == 403
    assert "Another browser began this" in words(page)


@pytest.mark.usefixtures("nothing_more")
def test_consent_when_it_takes_too_long_then_is_too_old(shared: Office) -> None:
    browser = Browser()
    back = shared.xero.consent(at_xero(shared, browser, shared.link_offered()), organisation="nz")
    shared.pass_time(minutes=16)
    status, _, page = browser.get(back)
    assert status == 410
    assert "too old" in words(page)


def consented_without(office: Office, *left_out: str, user: str) -> tuple[int, str]:
    """Consent to fewer permissions than were asked for; gives status and words of the page at the end."""
    browser = Browser()
    parts = urlsplit(at_xero(office, browser, office.link_offered()))
    asked = {key: found[0] for key, found in parse_qs(parts.query).items()}
    kept = [one for one in asked["scope"].split() if not any(word in one for word in left_out)]
    fewer = urlunsplit(parts._replace(query=urlencode(asked | {"scope": " ".join(kept)})))
    status, _, page = browser.get(office.xero.consent(fewer, organisation="nz", user=user))
    return status, words(page)


@pytest.mark.usefixtures("nothing_more")
def test_consent_when_a_permission_was_left_out_then_says_that_none_is_begun(shared: Office) -> None:
    status, page = consented_without(shared, "invoices", "settings", user="bea")
    assert status == 403
    assert "Permissions are missing" in page


@pytest.mark.usefixtures("nothing_more")
def test_consent_when_no_organisation_is_left_in_it_then_says_so(shared: Office) -> None:
    browser = Browser()
    back = shared.xero.consent(
        at_xero(shared, browser, shared.link_offered()), organisation="empty", user="bea"
    )
    shared.xero.disconnect(shared.xero.organisation("empty").tenant_id)
    status, _, page = browser.get(back)
    assert status == 409
    assert "No organisation was chosen" in words(page)


@pytest.mark.usefixtures("nothing_more")
@pytest.mark.parametrize("limit", ["app", "organisation"])
def test_consent_when_xero_allows_no_more_then_its_own_page_says_so_and_ours_can_be_tried_again(
    shared: Office, limit: str
) -> None:
    target = at_xero(shared, Browser(), shared.link_offered())
    if limit == "app":
        shared.xero.authority.connection_limit = 0
    else:
        shared.xero.organisation("lively").other_uncertified_apps = 2
    try:
        with pytest.raises(ConsentRefused, match=r"limit|two uncertified"):
            shared.xero.consent(target, organisation="lively")
    finally:
        shared.xero.authority.connection_limit = None
        shared.xero.organisation("lively").other_uncertified_apps = 0
    assert "uncertified" in shared.say("connect")  # the offer said beforehand what such a page means


@pytest.mark.usefixtures("nothing_more")
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/connect/token", "503_html"),
        ("/connect/token", "200_html"),
        ("/connect/token", "cut"),
        ("/[Cc]onnections", "503_text"),
        ("/[Cc]onnections", "200_html"),
        ("/[Cc]onnections", "cut"),
        ("/api.xro/2.0/Organisation*", "503_html"),
        ("/api.xro/2.0/Organisation*", "200_html"),
    ],
)
def test_consent_when_xero_is_down_then_says_so_and_links_nothing(
    shared: Office, path: str, kind: str
) -> None:
    browser = Browser()
    back = shared.xero.consent(at_xero(shared, browser, shared.link_offered()), organisation="nz")
    shared.xero.faults.add(kind, path=path, times=0)
    status, _, page = browser.get(back)
    shared.xero.faults.clear()
    assert status == 503, words(page)
    assert "Xero did not answer" in words(page)
    assert "/backup connect" in words(page)


def test_consent_when_xero_is_back_then_the_next_try_links(shared: Office) -> None:
    new = shared.link("nz")
    assert new.name == KERERU
    told = shared.text(shared.wait_for(FINANCE, f"Connected: {KERERU}"))
    for part in ("NZ region", "NZD (base)", "all to read only", "Back up now", "Not covered", "Home channel"):
        assert part in told, told


def test_page_when_linked_then_says_what_and_to_go_back_to_slack(shared: Office) -> None:
    link = shared.link_offered()
    status, _, page = shared.consent(link, organisation="odd")
    shown = words(page)
    assert status == 200
    assert "Connected" in shown
    assert '<!channel> & "Söhne" 🧾' in shown
    assert "go back to Slack" in shown
    assert "Read-only" in shown
    message = shared.wait_for(FINANCE, "Söhne")
    assert "<!channel>" not in str(message.blocks) + message.text


def test_code_when_replayed_then_is_used(shared: Office) -> None:
    browser = Browser()
    back = shared.xero.consent(at_xero(shared, browser, shared.link_offered()), organisation="nz")
    assert "Permissions renewed" in browser.get(back)[2]  # linked before
    status, _, page = browser.get(back)
    assert status == 410
    assert "This link has been used" in words(page)


@pytest.mark.parametrize(
    ("channel", "expected", "title", "where"),
    [
        (FINANCE, 200, "Permissions renewed", "stays where it is"),
        (GENERAL, 409, "Already linked", "another channel of this workspace"),
    ],
)
def test_organisation_when_linked_twice_then_keeps_its_home(
    shared: Office, channel: str, expected: int, title: str, where: str
) -> None:
    before = shared.organisations()
    status, _, page = shared.consent(shared.link_offered(channel=channel), organisation="nz")
    assert status == expected
    assert title in words(page)
    assert where in words(page)
    assert [(one.id, one.home_channel) for one in shared.organisations()] == [
        (one.id, one.home_channel) for one in before
    ]
    assert "cannot show that here" in shared.say("status", channel=GENERAL)


def test_home_when_the_bot_is_not_in_it_then_the_linker_hears_how_to_invite_it(shared: Office) -> None:
    status, _, _ = shared.consent(shared.link_offered(channel=RANDOM), organisation="empty")
    assert status == 200
    direct = shared.slack.workspace.direct(ANA, shared.slack.app.user_id).id
    told = shared.text(shared.wait_for(direct, "Empty Shell"))
    assert "I am not in" in told
    assert "/invite @Ledgerkeep" in told
    assert "Connected: Empty Shell Restore Ltd" in told
    shared.slack.invite_app(RANDOM)
    shared.say("now", channel=RANDOM)
    assert "Complete" in shared.text(shared.wait_for(RANDOM, "backup of Empty Shell", also=("Complete",)))


def test_connect_when_typed_in_a_shared_channel_then_works_for_an_admin(shared: Office) -> None:
    assert LINK.search(str(shared.slack.command(ANA, CLIENTS, "connect").message))


def test_consent_when_the_permission_is_taken_back_then_connecting_again_mends_it(shared: Office) -> None:
    shared.xero.revoke_consent("ana")
    shared.xero.expire_access_tokens()
    told = shared.text(shared.back_up("kereru"))
    assert "Failed" in told
    asked = shared.wait_for(FINANCE, f"Needs you: {KERERU}")
    assert "[Connect to Xero]" in shared.text(asked)
    told = shared.press(ANA, FINANCE, asked, "connect_xero")
    assert "Connect a Xero organisation" in told
    status, _, page = shared.consent(shared.link_offered(), organisation="nz")
    assert status == 200
    assert "Connected again" in words(page)
    shared.wait_for(FINANCE, f"Reconnected: {KERERU}")
    assert "Complete" in shared.text(shared.back_up("kereru"))
