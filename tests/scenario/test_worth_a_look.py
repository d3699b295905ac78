"""A supplier's bank account changes overnight: the channel hears a count, one who may sees whose it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.sandbox.slack import Message, payloads
from bot.views import ids
from bot.views.plain import as_text
from tests.scenario.office import ANA, BEN, FINANCE, GENERAL, GIL, Office, office


@pytest.fixture(scope="module")
def shared() -> Iterator[Office]:
    with office() as one:
        one.link()
        one.back_up()
        _redirect_a_supplier(one)
        yield one


@pytest.fixture(scope="module")
def summary(shared: Office) -> Message:
    return shared.back_up()


def _supplier(shared: Office) -> tuple[str, str]:
    contacts = shared.xero.organisation("lively").shelf("Contacts")
    found = next(one for one in contacts if one.fields.get("IsSupplier") and one.fields["BankAccountDetails"])
    return found.record_id, str(found.fields["Name"])[:40]


def _redirect_a_supplier(shared: Office) -> None:
    record_id, _ = _supplier(shared)
    shared.xero.organisation("lively").change("Contacts", record_id, BankAccountDetails="010001000999900")


def _modal(shared: Office, user: str, words: str) -> str:
    """Wait until a person's window says these words, and give all it says."""

    def shown() -> str:
        opened = shared.slack.open_modal(user)
        return as_text({"blocks": list(opened.view["blocks"])}) if opened else ""

    assert shared.slack.wait_until(lambda: words in shown(), 10), shown()
    return shown()


def _press(shared: Office, message: Message, user: str = ANA, channel: str = FINANCE) -> None:
    assert shared.slack.click(user, channel, message, ids.SEE_FINDINGS).ok


def test_summary_when_a_supplier_is_paid_elsewhere_then_the_channel_hears_a_count_only(
    shared: Office, summary: Message
) -> None:
    text = shared.text(summary)
    assert "1 supplier is to be paid to other bank details than before." in text
    assert _supplier(shared)[1] not in text
    assert "9900" not in text


def test_button_when_pressed_in_the_home_channel_then_a_window_names_the_supplier(
    shared: Office, summary: Message
) -> None:
    _press(shared, summary)
    shown = _modal(shared, ANA, "9900")
    assert _supplier(shared)[1] in shown
    assert "010001000999900" not in shown


def test_button_when_forged_elsewhere_then_the_window_says_no(shared: Office, summary: Message) -> None:
    value = next(one["accessory"]["value"] for one in summary.blocks if "accessory" in one)
    elsewhere = shared.slack.workspace.post(
        Message(
            ts=shared.slack.workspace.new_ts(), channel=GENERAL, author=shared.slack.app.user_id, text="x"
        )
    )
    action = {
        "type": "button",
        "action_id": ids.SEE_FINDINGS,
        "block_id": "b",
        "value": value,
        "action_ts": "1",
    }
    person = shared.slack.workspace.people[BEN]
    payload = payloads.message_action(shared.slack.realm, person, elsewhere, action)
    assert shared.slack.realm.delivery.send("interactive", payload).is_fine
    assert _supplier(shared)[1] not in _modal(shared, BEN, "I cannot show that here")


def test_button_when_a_guest_of_the_home_channel_presses_it_then_the_window_says_no(
    shared: Office, summary: Message
) -> None:
    shared.slack.workspace.join(FINANCE, GIL)
    _press(shared, summary, GIL)
    shown = _modal(shared, GIL, "Guests of this workspace may not see names and bank details")
    assert _supplier(shared)[1] not in shown
    assert "9900" not in shown
    shared.slack.workspace.leave(FINANCE, GIL)


def test_button_when_slack_opens_no_window_in_time_then_the_person_is_told(
    shared: Office, summary: Message
) -> None:
    shared.slack.faults.error("views.open", "expired_trigger_id")
    assert "press the button again" in shared.press(ANA, FINANCE, summary, ids.SEE_FINDINGS)


def test_button_when_the_window_was_closed_meanwhile_then_nobody_is_bothered(
    shared: Office, summary: Message
) -> None:
    shared.slack.faults.error("views.update", "not_found")
    before = shared.slack.messages(FINANCE, ANA)
    _press(shared, summary)
    _modal(shared, ANA, "Looking")
    assert shared.slack.messages(FINANCE, ANA) == before


def test_button_when_the_organisation_was_disconnected_then_the_window_says_so(
    shared: Office, summary: Message
) -> None:
    assert shared.bot is not None
    (organisation,) = shared.organisations()
    shared.bot.desk.unlinking.unlink(shared.actor(ANA, FINANCE), organisation, delete_copies=False)
    _press(shared, summary)
    assert _supplier(shared)[1] not in _modal(shared, ANA, "no longer linked")
