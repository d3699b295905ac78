"""Questions over the wire: threads that are followed up, direct messages, topic buttons, and the command."""

from __future__ import annotations

import pytest

from bot.domain.organisation import Organisation
from bot.sandbox.slack.people import Message
from tests.scenario.office import ANA, BEN, FINANCE, GENERAL, GIL, MONTH_END, PRIYA, Office

KERERU = "Kererū Coffee Roasters"


@pytest.fixture(scope="module", autouse=True)
def no_pace(shared: Office) -> None:
    """Slack's one message a second would only make these tests wait."""
    shared.slack.rate_limits = False


@pytest.fixture(scope="module")
def kereru(shared: Office) -> Organisation:
    """One organisation in #finance with a snapshot, one without in the private #month-end."""
    found = shared.link("nz")
    shared.back_up()
    shared.link("odd", channel=MONTH_END)
    return found


def answer(office: Office, user: str, channel: str, text: str, *, thread: str | None = None) -> Message:
    """Mention the bot and give its answer in the thread."""
    asked = office.slack.mention(user, channel, text, thread).message
    assert asked is not None
    place = thread or asked.ts

    def answers() -> list[Message]:
        said = [one for one in office.slack.messages(channel) if one.thread_ts == place]
        return [one for one in said if one.author == office.slack.app.user_id and one.ts > asked.ts]

    assert office.slack.wait_until(lambda: bool(answers()), 10)
    return answers()[-1]


def directly(office: Office, user: str, text: str) -> str:
    """Write to the bot and give its answer."""
    direct = office.slack.workspace.direct(user, office.slack.app.user_id).id
    newest = max((one.ts for one in office.slack.messages(direct)), default="")
    assert office.slack.direct(user, text).ok
    return office.last_private(user, direct, after=newest)


def test_thread_when_followed_up_then_each_answer_is_about_its_topic(
    shared: Office, kereru: Organisation
) -> None:
    first = answer(shared, BEN, FINANCE, "are quotes backed up?")
    told = shared.text(first)
    assert "Quotes are backed up; some details would come back changed." in told
    assert f"{KERERU}: from backup #1, " in told
    for asked, said in (
        ("and in the restore?", "into another, empty organisation, never into the live one"),
        ("why?", "Why:"),
        ("what can I do instead?", "What to do instead:"),
        ("and bank rules?", "Bank rules are not backed up."),
        ("why?", "Bank rules cannot be read by any app"),
    ):
        assert said in shared.text(answer(shared, PRIYA, FINANCE, asked, thread=first.thread_ts)), asked


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("when did you last back up Kereru?", f"The last good backup of {KERERU} is of "),
        ("when's the next one?", "The next backup is "),
        ("how close are we to the limits?", f"{KERERU} is not close to any size limit."),
        ("did the last backup have gaps?", f"The last backup of {KERERU}: "),
        ("were there gaps last night?", KERERU),
        ("is anything overdue?", "No backup is overdue."),
        ("which have failed?", "No last backup failed."),
        ("how many backups failed this week?", "In the last 7 days, 0 of "),
        ("when is the next digest?", "The next digest comes "),
        ("how many snapshots do you have?", f"1 snapshot is kept of {KERERU}."),
        ("which of my organisations have payroll?", "I cannot tell who has any. Payroll is not backed up: "),
        ("who has quotes?", "Quotes: "),
        ("who can approve a restore?", "Nobody is named to approve restores"),
        ("is my data encrypted / where is it", "All copies are encrypted and kept on the machine"),
        ("can you undo yesterday", "does not rewind a live organisation"),
        ("do you write to xero?", "A backup only reads: it never writes to, changes or deletes anything"),
        ("can you restore?", "in another, empty organisation of the same region"),
        ("delete invoice 123", "I did nothing"),
        ("are receipts backed up?", "Which do you mean"),
        ("hello!", "Hello!"),
    ],
)
def test_mention_when_about_ledgerkeep_then_is_answered_from_facts(
    shared: Office, kereru: Organisation, asked: str, said: str
) -> None:
    assert kereru
    shown = answer(shared, BEN, FINANCE, asked)
    told = f"{shown.text}\n{shared.text(shown)}"
    assert said in told
    assert "Söhne" not in told


def test_topic_button_when_clicked_then_only_who_clicked_is_told(
    shared: Office, kereru: Organisation
) -> None:
    unclear = answer(shared, BEN, FINANCE, "are receipts backed up?")
    assert "[Attachments]" in shared.text(unclear)
    assert "Attachments are backed up" in shared.press(PRIYA, FINANCE, unclear, "topic:0")
    told = shared.press(BEN, FINANCE, unclear, "topic:1")
    assert "not backed up: Xero Expenses" in told
    assert KERERU in told


def test_topic_button_when_pressed_in_a_thread_then_the_thread_goes_on_from_it(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    unclear = answer(shared, BEN, FINANCE, "are receipts backed up?")
    assert "Attachments are backed up" in shared.press(BEN, FINANCE, unclear, "topic:0")
    told = shared.text(answer(shared, BEN, FINANCE, "why?", thread=unclear.thread_ts))
    assert "Attachments are backed up" in told
    assert "Why:" in told


def test_topic_button_when_pressed_in_a_direct_message_then_the_talk_goes_on_from_it(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    assert "Which do you mean" in directly(shared, ANA, "are receipts backed up?")
    direct = shared.slack.workspace.direct(ANA, shared.slack.app.user_id).id
    unclear = next(
        one for one in reversed(shared.slack.messages(direct)) if one.author == shared.slack.app.user_id
    )
    assert "Attachments are backed up" in shared.press(ANA, direct, unclear, "topic:0")
    assert "Attachments are backed up" in directly(shared, ANA, "why?")


@pytest.mark.parametrize(
    ("place", "label", "said"),
    [
        (0, "What isn't covered?", "What isn't covered: "),
        (1, "When was the last backup?", f"{KERERU}: Last good backup "),
        (2, "When is the next backup?", f"{KERERU}: next backup "),
    ],
)
def test_suggestion_when_pressed_then_is_answered(
    shared: Office, kereru: Organisation, place: int, label: str, said: str
) -> None:
    assert kereru
    unknown = answer(shared, BEN, FINANCE, "who is the king of France?")
    assert f"[{label}]" in shared.text(unknown)
    assert "whoever runs Ledgerkeep" in shared.text(unknown)
    assert said in shared.press(BEN, FINANCE, unknown, f"topic:{place}")


@pytest.mark.parametrize("value", ["", "v9:quotes", "v1:no_such_topic", "v1:/", "quotes"])
def test_topic_button_when_it_is_not_ours_then_says_so(
    shared: Office, kereru: Organisation, value: str
) -> None:
    assert kereru
    assert "another version of Ledgerkeep" in shared.forge(BEN, FINANCE, "topic:0", value)


def test_topic_button_when_its_organisation_is_at_home_elsewhere_then_nothing_is_shown(
    shared: Office, kereru: Organisation
) -> None:
    other = next(one for one in shared.organisations() if one.id != kereru.id)
    told = shared.forge(BEN, FINANCE, "topic:0", f"v1:quotes/{other.id}")
    assert told.startswith("I cannot show that here.")
    told = shared.forge(ANA, GENERAL, "topic:0", f"v1:quotes/{kereru.id}")
    assert told.startswith("I cannot show that here.")


def test_command_when_it_asks_a_question_then_gives_the_same_truth(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    spoken = shared.text(answer(shared, BEN, FINANCE, "are quotes backed up?"))
    assert shared.say("coverage quotes", user=BEN) == spoken
    assert shared.say("coverage are quotes backed up?", user=BEN) == spoken
    assert "What isn't covered: " in shared.say("coverage", user=BEN)
    assert "What isn't covered: " in shared.say("coverage kereru", user=BEN)


def test_direct_message_when_from_an_admin_then_is_answered_and_followed_up(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    assert "Quotes are backed up" in directly(shared, ANA, "quotes of Kereru?")
    assert "A restore brings this back into another" in directly(shared, ANA, "and in the restore?")
    shared.pass_time(hours=2)
    assert "I don't know" in directly(shared, ANA, "why?")


def test_direct_message_when_from_a_guest_outside_then_shows_nothing(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    for asked in ("quotes?", "when was the last backup?", "who has budgets?"):
        told = directly(shared, GIL, asked)
        assert told.startswith("I cannot show that here.")
        assert "Kerer" not in told


def test_question_when_it_is_wild_then_is_quoted_harmlessly(shared: Office, kereru: Organisation) -> None:
    assert kereru
    shown = answer(shared, BEN, FINANCE, "<!channel> what of <https://evil.example|this> *thing*\u202e?")
    assert "I don't know" in shared.text(shown)
    raw = str(shown.text) + str(shown.blocks)
    assert "<!channel>" not in raw
    assert "<https://evil" not in raw
    assert "\u202e" not in raw
