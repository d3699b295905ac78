"""What is read beside the books: the modal, who hears, and which permissions the next link asks Xero for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.organisation import Organisation
from bot.domain.settings import Extra, OrganisationSettings
from bot.sandbox.xero.payroll import open_payroll
from bot.sandbox.xero.payroll.staff import NZ as STAFF
from bot.sandbox.xero.payroll.staff import Person, pay_of
from bot.sandbox.xero.server import ConsentRefused
from bot.services.extras import unpermitted
from bot.views import ids
from bot.views.plain import as_text
from tests.scenario.office import ANA, FINANCE, GENERAL, Browser, Office
from tests.scenario.test_settings import DIRECT, KERERU, audited, desk, detail, opened, saved, wrong

PAYROLL = {f"payroll.{one}.read" for one in ("employees", "payruns", "payslip", "settings", "timesheets")}


@pytest.fixture(scope="module")
def kereru(shared: Office) -> Organisation:
    shared.slack.rate_limits = False
    return shared.link("nz")


@pytest.fixture(autouse=True)
def as_before(shared: Office, kereru: Organisation) -> Iterator[None]:
    """Put the switches back, so that the tests need no order."""
    yield
    switch(shared, kereru, *OrganisationSettings().extras)
    shared.slack.workspace.set_modals(ANA, [])


def switch(office: Office, organisation: Organisation, *extras: Extra) -> None:
    wanted = OrganisationSettings(extras=frozenset(extras))
    desk(office).settings.change_organisation(office.actor(ANA, FINANCE), organisation, wanted)


def asked_for(link: str) -> set[str]:
    """Open a link; give the permissions that Xero's page is asked for."""
    _, target, _ = Browser().get(link)
    return set(parse_qs(urlsplit(target).query)["scope"][0].split())


def test_modal_when_opened_then_shows_what_is_on_and_what_it_costs(shared: Office) -> None:
    modal = opened(shared, ids.CHANGE_EXTRAS)
    (field,) = [one for one in modal.view["blocks"] if one["type"] == "input"]
    assert [one["value"] for one in field["element"]["initial_options"]] == ["attachments", "history"]
    assert [one["value"] for one in field["element"]["options"]] == [one.value for one in Extra]
    told = as_text(modal.view)
    assert KERERU in told
    assert "one call for each record that has files and one for each file" in told
    assert "type `/backup connect` in the home channel" in told.replace("ˋ", "`")


def test_switch_when_turned_then_it_is_stored_audited_and_everybody_at_home_hears(
    shared: Office, kereru: Organisation
) -> None:
    told = saved(shared, opened(shared, ids.CHANGE_EXTRAS), extras=["attachments", "pdfs"])
    assert "from the next backup on: attachments, PDFs as issued." in told
    assert "permission" not in told
    heard = shared.text(shared.wait_for(FINANCE, "changed what is read beside the books of"))
    assert "attachments, PDFs as issued" in heard
    assert desk(shared).settings.organisation(kereru.id).extras == {Extra.ATTACHMENTS, Extra.PDFS}
    assert (ANA, "settings.organisation", "done") in audited(shared)
    assert detail(shared)["changed"] == {"extras": ["attachments", "pdfs"]}


def test_switch_when_all_ticks_are_taken_away_then_nothing_is_read_beside(
    shared: Office, kereru: Organisation
) -> None:
    assert "from the next backup on: nothing." in saved(shared, opened(shared, ids.CHANGE_EXTRAS), extras=[])
    assert desk(shared).settings.organisation(kereru.id).extras == frozenset()
    assert "Read beside the books: nothing." in shared.say("settings")


def test_switch_when_nothing_is_changed_then_nobody_else_hears(shared: Office) -> None:
    modal, before = opened(shared, ids.CHANGE_EXTRAS), len(shared.slack.messages(FINANCE))
    assert "Nothing changed" in saved(shared, modal, extras=["history", "attachments"])
    assert len(shared.slack.messages(FINANCE)) == before


def test_switch_when_a_forged_value_is_sent_then_it_is_left_out(shared: Office, kereru: Organisation) -> None:
    saved(shared, opened(shared, ids.CHANGE_EXTRAS), extras=["history", "everything"])
    assert desk(shared).settings.organisation(kereru.id).extras == {Extra.HISTORY}


def test_switch_when_somebody_was_faster_then_says_who(shared: Office, kereru: Organisation) -> None:
    modal = opened(shared, ids.CHANGE_EXTRAS)
    switch(shared, kereru, Extra.PDFS)
    found = wrong(shared, modal, extras=[])
    assert found == {"extras": "You changed this meanwhile. Close this form and open it again."}
    assert desk(shared).settings.organisation(kereru.id).extras == {Extra.PDFS}


def test_link_when_nothing_private_is_on_then_asks_for_none_of_it(shared: Office) -> None:
    asked = asked_for(shared.link_offered())
    assert not [one for one in asked if one.startswith("payroll")]
    assert "accounting.journals.read" not in asked
    assert "also asks" not in shared.say("connect")


def test_payroll_when_switched_on_then_the_next_link_from_its_home_asks_and_says_so(
    shared: Office, kereru: Organisation
) -> None:
    told = saved(shared, opened(shared, ids.CHANGE_EXTRAS), extras=["history", "payroll"])
    assert "One more step" in told
    assert "payroll cannot be read" in told
    assert "Payroll: not read until" in shared.say("settings")
    offer = shared.say("connect")
    assert "This link also asks for permission to read" in offer
    assert f"Payroll, switched on for {KERERU}" in offer.replace("*", "")
    assert asked_for(shared.link_offered()) >= PAYROLL
    assert not asked_for(shared.link_offered(channel=GENERAL)) & PAYROLL


def test_payroll_when_the_button_is_pressed_then_the_link_is_for_that_organisation(
    shared: Office, kereru: Organisation
) -> None:
    saved(shared, opened(shared, ids.CHANGE_EXTRAS), extras=["payroll"])
    message = shared.wait_for(DIRECT[ANA], "One more step")
    told = shared.press(ANA, DIRECT[ANA], message, ids.CONNECT)
    assert "This link also asks for permission to read" in told
    assert kereru.name in told


def test_journals_when_the_app_is_not_of_the_tier_then_the_offer_says_what_xero_will_do(
    shared: Office, kereru: Organisation
) -> None:
    switch(shared, kereru, Extra.JOURNALS)
    assert "the app is not of its Advanced tier: untick Journals" in shared.say("connect")
    with pytest.raises(ConsentRefused):
        shared.consent(shared.link_offered(), organisation="nz")


# Last: it gives the permission, which stays.


def test_payroll_when_its_permission_is_given_then_it_waits_no_more_and_is_asked_for_no_more(
    shared: Office, kereru: Organisation
) -> None:
    switch(shared, kereru, Extra.PAYROLL)
    status, _, page = shared.consent(shared.link_offered(), organisation="nz")
    assert status == 200
    for told in ("Permissions renewed", "New: Payroll", "/backup now", "No second backup"):
        assert told in page, page
    assert "Already linked" not in page
    now = desk(shared).organisations.get(kereru.id)
    assert now.scopes >= PAYROLL
    assert unpermitted(now, {Extra.PAYROLL}) == ()
    assert "not read until" not in shared.say("settings")
    assert "also asks" not in shared.say("connect")


def held(office: Office, organisation: Organisation) -> dict[str, int]:
    """Count what the newest snapshot holds of payroll."""
    assert office.bot is not None
    newest = office.bot.parts.books.of(organisation).snapshots()[-1]
    return {key: one.count for key, one in newest.resources.items() if key.startswith("payroll_")}


def spoken(office: Office) -> str:
    """Give all that was said where people of the home channel and the admin read."""
    messages = [one for place in (FINANCE, DIRECT[ANA]) for one in office.slack.messages(place)]
    return "\n".join(office.text(one) for one in messages)


def private(staff: Sequence[Person]) -> set[str]:
    """Name what of people's pay may appear nowhere."""
    words = {word for one in staff for word in (one.last, one.street, one.account, one.tax_number)}
    return words | {f"{pay_of(one).gross:,}" for one in staff} | {str(pay_of(one).net) for one in staff}


def test_payroll_when_no_employee_has_opening_balances_then_it_is_no_gap_and_not_asked_for_again(
    shared: Office, kereru: Organisation
) -> None:
    switch(shared, kereru, Extra.PAYROLL)
    fault = shared.xero.faults.add("404", path="*/OpeningBalances", times=0)
    asked = []
    for _ in range(2):
        before = fault.seen
        assert "Opening balances" not in shared.text(shared.back_up("kereru"))
        asked.append(fault.seen - before)
    shared.xero.faults.clear()
    assert asked == [len(STAFF), 0]
    assert held(shared, kereru)["payroll_nz_opening_balances"] == 0
    assert held(shared, kereru)["payroll_nz_tax"] == len(STAFF)


def test_payroll_when_tax_of_a_changed_employee_is_not_found_then_what_was_kept_stands(
    shared: Office, kereru: Organisation
) -> None:
    switch(shared, kereru, Extra.PAYROLL)
    shared.back_up("kereru")
    book = open_payroll(shared.xero.organisation("nz"))
    someone = book.table("Employees").rows[0]["employeeID"]
    book.change("Employees", someone, updatedDateUTC="2030-01-01T00:00:00")
    shared.xero.faults.add("404", path=f"*/{someone}/Tax", times=0)
    shared.back_up("kereru")
    shared.xero.faults.clear()
    assert held(shared, kereru)["payroll_nz_tax"] == len(STAFF)


def test_payroll_when_it_is_read_then_no_name_and_no_amount_is_said_or_logged(
    shared: Office, kereru: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    switch(shared, kereru, Extra.PAYROLL)
    with caplog.at_level("DEBUG"):
        shared.back_up("kereru")
        assert held(shared, kereru)["payroll_nz_employees"] == len(STAFF)
        book = open_payroll(shared.xero.organisation("nz"))
        someone = book.table("Employees").rows[0]["employeeID"]
        book.change("Employees", someone, lastName="Unspeakable", updatedDateUTC="2031-01-01T00:00:00")
        shared.back_up("kereru")
    asked = [
        shared.say(one) for one in ("coverage payroll", "diff", "find Kereama", "find Unspeakable", "status")
    ]
    said = re.sub("“[^”]*”", "", "\n".join((spoken(shared), caplog.text, *asked)))  # what was asked is quoted
    assert [one for one in (*private(STAFF), "Unspeakable") if one in said] == []


def test_payroll_when_it_is_switched_off_again_then_it_is_read_no_more(
    shared: Office, kereru: Organisation
) -> None:
    switch(shared, kereru, Extra.HISTORY)
    shared.back_up("kereru")
    calls = [one.path for one in shared.xero.calls]
    shared.back_up("kereru")
    assert not [one.path for one in shared.xero.calls[len(calls) :] if "payroll" in one.path]
