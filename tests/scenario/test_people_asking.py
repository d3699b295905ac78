"""What people type after /backup: names, slips, markup, unknown words; each gets a sentence and a step."""

from __future__ import annotations

import re

import pytest

from tests.scenario.office import ANA, BEN, FINANCE, GENERAL, GIL, MONTH_END, RANDOM, Office

HARBOUR, KERERU, EMPTY = "Harbour & Sons Trading Ltd", "Kererū Coffee Roasters", "Empty Shell Restore Ltd"
ODD = '<!channel> & "Söhne" 🧾'


def test_nothing_linked_yet_then_says_so_and_offers_to_connect(shared: Office) -> None:
    for word in ("now", "status", "history", "coverage", "now x"):
        told = shared.say(word, user=BEN)
        assert "No Xero organisation is linked to this workspace yet." in told
        assert "[Connect to Xero]" in told


@pytest.fixture(scope="module")
def busy(shared: Office) -> Office:
    """An office with three organisations at home in #finance and one in the private #month-end."""
    shared.link("nz")
    shared.link("empty")
    shared.link("odd")
    shared.link("lively", channel=MONTH_END)
    return shared


def test_help_when_nothing_is_typed_then_lists_every_command(busy: Office) -> None:
    for text in ("", "help", "?", "  HELP  "):
        told = busy.say(text)
        assert "What you can ask Ledgerkeep" in told
        assert "/backup coverage" in told


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("stauts", "/backup status"), ("histroy", "/backup history"), ("conect", "/backup connect")],
)
def test_unknown_word_when_near_then_offers_the_right_one(busy: Office, typed: str, meant: str) -> None:
    told = busy.say(typed)
    assert f"I did not understand “{typed}”" in told
    assert meant in told
    assert "/backup help" in told


@pytest.mark.parametrize(
    "typed",
    [
        "x" * 3000,
        "<@U0BEN> <!channel>",
        "@ana #finance",
        "🧾🧾🧾",
        "<script>&lt;b&gt;",
        "`*_~",
        "' OR 1=1 --",
    ],
)
def test_unknown_word_when_wild_then_is_quoted_without_any_effect(busy: Office, typed: str) -> None:
    told = busy.say(typed)
    assert "I did not understand" in told
    assert len(told) < 1000
    raw = str(busy.slack.messages(FINANCE)[-1].blocks)
    assert "<!channel>" not in raw
    assert "<@U0BEN>" not in raw


@pytest.mark.parametrize("word", ["now", "history", "coverage"])
def test_name_when_unknown_then_near_ones_of_this_channel_are_offered(busy: Office, word: str) -> None:
    told = busy.say(f"{word} Kereru Cofee House")
    assert "Harbour" not in told  # at home elsewhere
    if word != "coverage":  # there it may be a topic
        assert "I know no organisation called “Kereru Cofee House” here." in told
        assert KERERU in told


@pytest.mark.parametrize(
    "typed",
    ["kereru", "Kererū Coffee Roasters", "KERERŪ  coffee   roasters", "Kererū Cofee Roasters", "coffee"],
)
def test_name_when_slipped_or_shortened_then_is_understood(busy: Office, typed: str) -> None:
    assert f"Backups of {KERERU}" in busy.say(f"history {typed}") or "no backup of Kererū" in busy.say(
        f"history {typed}"
    )


def test_name_when_it_needs_escapes_then_is_found_and_shown_harmlessly(busy: Office) -> None:
    for typed in (ODD, '& "Söhne"', "sohne", "🧾"):
        told = busy.say(f"history {typed}")
        assert "There is no backup of" in told, told
    shown = str(busy.slack.messages(FINANCE, ANA)[-1].blocks)
    assert "<!channel>" not in shown
    assert "Söhne" in shown


@pytest.mark.parametrize(
    "typed",
    [
        "y" * 3000,
        "<@U0BEN>",
        "<!everyone>",
        "&amp;amp;",
        "* _x_ ~y~ `z`",
        "🧾🧾🧾🧾",
        "\u202egnp.exe",
        "%s {0}",
    ],
)
def test_name_when_wild_then_is_quoted_without_any_effect(busy: Office, typed: str) -> None:
    told = busy.say(f"now {typed}")
    assert "I know no organisation called" in told
    assert len(told) < 700
    raw = str(busy.slack.messages(FINANCE)[-1].blocks)
    assert "<!everyone>" not in raw
    assert "<@U0BEN>" not in raw


def test_name_when_several_are_at_home_then_buttons_ask_which(busy: Office) -> None:
    answer = busy.slack.command(BEN, FINANCE, "history")
    assert answer.message is not None
    told = busy.text(answer.message)
    assert "Which organisation do you mean?" in told
    assert "Harbour" not in told
    told = busy.press(BEN, FINANCE, answer.message, "choose:history:1")
    assert re.search(r"There is no backup of .* yet", told)


def test_choice_when_clicked_then_starts_that_backup_and_no_other(busy: Office) -> None:
    answer = busy.slack.command(BEN, FINANCE, "now")
    assert answer.message is not None
    buttons = [
        one for block in answer.message.blocks if block["type"] == "actions" for one in block["elements"]
    ]
    place = next(at for at, one in enumerate(buttons) if "Empty" in one["text"]["text"])
    told = busy.press(BEN, FINANCE, answer.message, f"choose:now:{place}")
    assert "A backup of Empty Shell Restore Ltd is queued" in told
    busy.wait_for(FINANCE, "backup of Empty Shell", also=("Complete",))


@pytest.mark.parametrize("word", ["now", "status", "history", "coverage", "now harbour", "coverage harbour"])
@pytest.mark.parametrize("channel", [GENERAL, RANDOM])
def test_asked_elsewhere_then_says_only_that_it_cannot_show_that_here(
    busy: Office, word: str, channel: str
) -> None:
    told = busy.say(word, channel=channel)
    assert told.startswith("I cannot show that here.")
    for name in ("Harbour", "Kerer", "Empty", "Söhne"):
        assert name not in told.replace("harbour", "")


def test_asked_in_a_direct_message_then_says_only_that_it_cannot_show_that_here(busy: Office) -> None:
    direct = busy.slack.workspace.direct(BEN, busy.slack.app.user_id)
    for word in ("status", "now kereru", "history", "coverage"):
        told = busy.say(word, user=BEN, channel=direct.id)
        assert told.startswith("I cannot show that here.")
        assert "Kerer" not in told


def test_asked_in_the_private_home_then_shows_what_is_at_home_there(busy: Office) -> None:
    told = busy.say("status", channel=MONTH_END)
    assert HARBOUR in told
    assert "Kerer" not in told
    assert "Harbour" not in busy.say("status")


def test_guest_in_the_home_channel_then_may_ask_and_start_but_not_link(busy: Office) -> None:
    busy.slack.workspace.join(FINANCE, GIL)
    assert KERERU in busy.say("status", user=GIL)
    assert "is queued" in busy.say("now kereru", user=GIL)
    busy.wait_for(FINANCE, f"backup of {KERERU}", also=("Complete",))
    told = busy.say("connect", user=GIL)
    assert "Guests of this workspace may not link a Xero organisation." in told
    assert "a workspace admin" in told
