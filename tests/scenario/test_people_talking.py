"""Mentions, direct messages and App Home: an answer where it was asked, for what may be seen there."""

from __future__ import annotations

import pytest

from bot.domain.organisation import Organisation
from bot.sandbox.slack.people import Message
from bot.views.plain import as_text
from tests.scenario.office import ANA, BEN, FINANCE, GENERAL, GIL, MONTH_END, PRIYA, Office

KERERU = "Kererū Coffee Roasters"
ODD = '‹!channel› & "Söhne" 🧾'


def mentioned(office: Office, user: str, channel: str, text: str, *, thread: str | None = None) -> str:
    """Mention the bot and give its answer in the thread."""
    asked = office.slack.mention(user, channel, text, thread).message
    assert asked is not None
    place = thread or asked.ts

    def answers() -> list[Message]:
        said = [one for one in office.slack.messages(channel) if one.thread_ts == place]
        return [one for one in said if one.author == office.slack.app.user_id and one.ts > asked.ts]

    assert office.slack.wait_until(lambda: bool(answers()), 10)
    assert answers()[-1].only_for is None
    return office.text(answers()[-1])


def directly(office: Office, user: str, text: str) -> str:
    """Write to the bot and give its answer."""
    direct = office.slack.workspace.direct(user, office.slack.app.user_id).id
    newest = max((one.ts for one in office.slack.messages(direct)), default="")
    assert office.slack.direct(user, text).ok
    return office.last_private(user, direct, after=newest)


def home(office: Office, user: str) -> str:
    """Open Home and give it as its reader sees it."""
    before = office.slack.home(user)
    assert office.slack.open_home(user).ok
    assert office.slack.wait_until(lambda: office.slack.home(user) != before, 10)
    shown = office.slack.home(user)
    assert shown is not None
    return as_text(shown.view)


@pytest.fixture(scope="module", autouse=True)
def no_pace(shared: Office) -> None:
    """Slack's one message a second would only make these tests wait."""
    shared.slack.rate_limits = False


def test_home_when_nothing_is_linked_then_admins_get_the_steps_and_others_who_to_ask(shared: Office) -> None:
    told = home(shared, ANA)
    assert "Nothing is backed up yet" in told
    assert "[Connect to Xero]" in told
    for user in (BEN, GIL):
        told = home(shared, user)
        assert "please ask one of them" in told
        assert "[Connect to Xero]" not in told


def test_home_when_its_connect_button_is_pressed_then_asks_for_a_channel(shared: Office) -> None:
    direct = shared.slack.workspace.direct(ANA, shared.slack.app.user_id).id
    home(shared, ANA)
    assert shared.slack.click_home(ANA, "connect_xero").ok
    told = shared.text(shared.wait_for(direct, "in the channel where"))
    assert "Next:" in told


@pytest.fixture(scope="module")
def kereru(shared: Office) -> Organisation:
    """One organisation in #finance with a snapshot, an oddly named one in the private #month-end."""
    found = shared.link("nz")
    shared.back_up()
    shared.link("odd", channel=MONTH_END)
    return found


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("are quotes backed up?", "Quotes"),
        ("what about bank rules?", "Bank rules"),
        ("can I get my branding back?", "randing"),
        ("what isn't covered?", KERERU),
        ("status", KERERU),
        ("/backup status", KERERU),
        ("history", f"Backups of {KERERU}"),
        ("help", "What you can ask Ledgerkeep"),
        ("", "What you can ask Ledgerkeep"),
        ("now", "/backup now"),
        ("who is the king of France?", "I don't know"),
        ("&lt;!channel&gt; *x* " + "y" * 2900, "I don't know"),
    ],
)
def test_mention_when_in_the_home_channel_then_is_answered_in_the_thread(
    shared: Office, kereru: Organisation, asked: str, answer: str
) -> None:
    assert kereru
    told = mentioned(shared, BEN, FINANCE, asked)
    assert answer in told
    assert "Söhne" not in told


def test_mention_when_inside_a_thread_then_is_answered_there(shared: Office, kereru: Organisation) -> None:
    assert kereru
    begun = shared.slack.say(PRIYA, FINANCE, "month end is near").message
    assert begun is not None
    assert KERERU in mentioned(shared, BEN, FINANCE, "status", thread=begun.ts)


@pytest.mark.parametrize("asked", ["status", "are quotes backed up?", "what isn't covered for Kereru?"])
def test_mention_when_elsewhere_then_says_only_that_it_cannot_show_that_here(
    shared: Office, kereru: Organisation, asked: str
) -> None:
    assert kereru
    told = mentioned(shared, ANA, GENERAL, asked)
    assert told.startswith("I cannot show that here.")
    assert "Kerer" not in told


@pytest.mark.parametrize("user", [BEN, GIL])
def test_direct_message_when_slack_proves_no_membership_then_shows_nothing_of_any_channel(
    shared: Office, kereru: Organisation, user: str
) -> None:
    assert kereru
    for asked in ("status", "are quotes backed up?", "now kereru"):
        told = directly(shared, user, asked)
        assert "Kerer" not in told
        assert "Söhne" not in told
    assert "What you can ask Ledgerkeep" in directly(shared, user, "help")


def test_direct_message_when_an_admin_asks_then_shows_what_is_linked(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    assert KERERU in directly(shared, ANA, "status")


def test_home_when_filled_then_shows_admins_all_and_others_nothing(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    told = home(shared, ANA)
    assert KERERU in told
    assert ODD.replace("‹", "<").replace("›", ">") in told or "Söhne" in told
    assert "<!channel>" not in str(shared.slack.home(ANA))
    for user in (BEN, GIL):
        assert "Kerer" not in home(shared, user)


def test_home_when_its_coverage_button_is_pressed_then_the_answer_comes_directly(
    shared: Office, kereru: Organisation
) -> None:
    direct = shared.slack.workspace.direct(ANA, shared.slack.app.user_id).id
    home(shared, ANA)
    assert shared.slack.click_home(ANA, "see_coverage", f"v1:{kereru.id}").ok
    told = shared.text(shared.wait_for(direct, "backed up and can be written back"))
    assert KERERU in told


def test_home_when_slack_does_not_say_who_looks_then_says_so(shared: Office, kereru: Organisation) -> None:
    assert kereru
    home(shared, PRIYA)
    shared.forget_people()
    shared.slack.faults.status("users.info", 500, times=1)
    told = home(shared, PRIYA)
    assert "Slack did not tell me who you are" in told


def test_odd_name_when_shown_anywhere_then_cannot_ping_or_format(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    shared.back_up(channel=MONTH_END, user=PRIYA)
    for word in ("status", "history", "coverage", "now"):
        shared.say(word, channel=MONTH_END)
    mentioned(shared, PRIYA, MONTH_END, "what isn't covered?")
    shown = shared.slack.messages(MONTH_END)
    for one in shown:
        assert "<!channel>" not in one.text + str(one.blocks)
    assert sum("Söhne" in shared.text(one) for one in shown) >= 6
