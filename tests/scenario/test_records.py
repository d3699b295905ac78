"""What differs between backups, and where a record is: answers for one person, and for nobody else."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from bot.db.tables import AuditRow
from bot.domain.organisation import Organisation
from bot.errors import StoreUnavailable
from bot.sandbox.slack import Message
from bot.services.looking.searching import Searching
from bot.views import ids
from tests.scenario.office import ANA, BEN, FINANCE, GENERAL, GIL, MONTH_END, PRIYA, Office

LOOKING = "The answer comes here in a moment"
NOT_HERE = "I cannot show that here."
NAME = "Kererū Coffee Roasters"


def answered(office: Office, ask: Callable[[], str], user: str, channel: str = FINANCE) -> str:
    """Give the answer itself, also when it came later than Slack waits."""
    newest = max((one.ts for one in office.slack.messages(channel, user)), default="")
    told = ask()
    if LOOKING not in told:
        return told
    found: list[str] = []

    def come() -> bool:
        shown = [
            one for one in office.slack.messages(channel, user) if one.only_for == user and one.ts > newest
        ]
        found[:] = [text for one in shown if LOOKING not in (text := office.text(one))]
        return bool(found)

    assert office.slack.wait_until(come, 30)
    return found[-1]


def find(office: Office, text: str, *, user: str = BEN, channel: str = FINANCE) -> str:
    return answered(office, lambda: office.say(f"find {text}", user=user, channel=channel), user, channel)


def diff(office: Office, text: str = "", *, user: str = BEN, channel: str = FINANCE) -> str:
    return answered(
        office, lambda: office.say(f"diff {text}".strip(), user=user, channel=channel), user, channel
    )


class Second(NamedTuple):
    """The summary of a second backup, and what changed before it."""

    message: Message
    voided: Any
    altered: Any
    item: Any


@pytest.fixture(scope="module")
def kereru(shared: Office) -> Organisation:
    """An organisation that was backed up twice, with changes in between."""
    books = shared.xero.organisation("nz")
    for code in ("ROPE-12", "ROPE-14"):
        about = {"ItemID": books.new_id(), "Code": code, "Name": f"Tarred rope, {code[-2:]} mm"}
        books.put("Items", {**about, "UpdatedDateUTC": None})
    found = shared.link("nz")
    shared.back_up("kereru")
    return found


@pytest.fixture(scope="module")
def changed(shared: Office, kereru: Organisation) -> Second:
    """The summary of the second backup; one invoice was voided, another altered, an item is gone."""
    books = shared.xero.organisation("nz")
    voided, altered = (one for one, _ in zip(iter(_invoices(shared)), range(2), strict=False))
    with books.lock:
        books.change("Invoices", voided.record_id, Status="VOIDED")
        books.change("Invoices", altered.record_id, Reference="Rope and tar")
        item = next(iter(books.shelf("Items")))
        books.vanish("Items", item.record_id)
    return Second(shared.back_up("kereru"), voided.fields, altered.fields, item.fields)


def _invoices(office: Office) -> list[Any]:
    shelf = office.xero.organisation("nz").shelf("Invoices")
    return [one for one in shelf if one.fields["Type"] == "ACCREC" and one.fields["Status"] == "AUTHORISED"]


def contact_of(office: Office, fields: Any) -> str:
    """Give the name of the customer of a document."""
    contact = office.xero.organisation("nz").record("Contacts", fields["Contact"]["ContactID"])
    return str(contact.fields["Name"])


def test_find_without_words_then_says_how(shared: Office, kereru: Organisation) -> None:
    for text in ("find", "find  ", "find a", "find -", "find !?"):
        told = shared.say(text, user=BEN)
        assert "two letters or digits" in told
        assert "/backup find INV-0042" in told


def test_find_a_number_then_its_record_comes_first(shared: Office, kereru: Organisation) -> None:
    wanted = _invoices(shared)[-1].fields
    number, contact = wanted["InvoiceNumber"], contact_of(shared, wanted)
    for typed in (number, number.lower(), number.replace("-", " ")):
        first = next(line for line in find(shared, typed).splitlines() if line.startswith("•"))
        assert f"Invoice {number}, " in first
        assert contact[:20] in first
        assert "as of backup #" in first


def test_find_a_name_without_accents_and_case_then_the_customer_comes_first(
    shared: Office, kereru: Organisation
) -> None:
    books = shared.xero.organisation("nz")
    name = next(
        one.fields["Name"] for one in books.shelf("Contacts") if one.fields["ContactStatus"] == "ACTIVE"
    )
    first = next(line for line in find(shared, name.upper()).splitlines() if line.startswith("•"))
    assert first.startswith("• Contact ")


def test_find_an_amount_then_signs_and_spaces_do_not_matter(shared: Office, kereru: Organisation) -> None:
    wanted = max((one.fields for one in _invoices(shared)), key=lambda one: one["Total"])
    for typed in (
        f"{wanted['Total']:,.2f}",
        f"{wanted['Total']:.2f}",
        f"{wanted['Total']:,.2f}".replace(",", " "),
    ):
        assert wanted["InvoiceNumber"] in find(shared, typed)


def test_find_in_a_direct_message_then_only_who_may_see_it_finds(
    shared: Office, kereru: Organisation
) -> None:
    number = _invoices(shared)[0].fields["InvoiceNumber"]
    for user, sees in ((ANA, True), (PRIYA, False)):
        channel = shared.slack.workspace.direct(user, shared.slack.app.user_id).id
        told = find(shared, number, user=user, channel=channel)
        assert (f"Invoice {number}" in told) == sees
        assert (NOT_HERE in told) != sees


def test_find_something_that_is_not_there_then_says_so_and_what_was_searched(
    shared: Office, kereru: Organisation
) -> None:
    told = find(shared, "zebra crossing")
    assert "Nothing in the copies fits “zebra crossing”." in told
    assert re.search(r"Searched: [\d,]+ records of 1 organisation", told)


def test_find_something_that_vanished_then_says_since_which_backup(shared: Office, changed: Second) -> None:
    item = changed.item
    told = find(shared, item["Code"])
    assert "no longer handed out by Xero since backup #2; last in #1" in told


def test_find_where_nothing_is_at_home_then_nothing_leaks(shared: Office, kereru: Organisation) -> None:
    number = _invoices(shared)[0].fields["InvoiceNumber"]
    for user, channel in ((BEN, GENERAL), (PRIYA, MONTH_END)):
        told = shared.say(f"find {number}", user=user, channel=channel)
        assert number not in told
        assert NOT_HERE in told


def test_diff_then_tells_what_became_of_each_record(shared: Office, changed: Second) -> None:
    voided, altered, item = changed.voided, changed.altered, changed.item
    told = diff(shared)
    assert "backup #1" in told
    assert f"• Voided: Invoice {voided['InvoiceNumber']}" in told
    assert f"• Changed: Invoice {altered['InvoiceNumber']}" in told
    assert "→ Rope and tar" in told
    assert f"• No longer handed out by Xero: Item {item['Code']}" in told
    assert "(1 of them voided or deleted)" in told
    assert "• Changed: Trial balance " in told  # the voided invoice is in it
    assert "Figures: changed" in told


def test_see_changes_then_only_the_person_who_clicked_sees_them(shared: Office, changed: Second) -> None:
    voided = changed.voided
    told = answered(shared, lambda: shared.press(BEN, FINANCE, changed.message, ids.SEE_CHANGES), BEN)
    assert voided["InvoiceNumber"] in told
    assert voided["InvoiceNumber"] not in "".join(
        shared.text(one) for one in shared.slack.messages(FINANCE) if one.only_for is None
    )


def test_guest_in_the_home_channel_then_sees_how_it_stands_and_neither_names_nor_amounts(
    shared: Office, changed: Second
) -> None:
    shared.slack.workspace.join(FINANCE, GIL)
    number = changed.voided["InvoiceNumber"]
    (owner,) = shared.organisations()
    asked: dict[str, Callable[[], str]] = {
        "find": lambda: find(shared, number, user=GIL),
        "diff": lambda: diff(shared, user=GIL),
        "button": lambda: shared.press(GIL, FINANCE, changed.message, ids.SEE_CHANGES),
        "chosen": lambda: shared.forge(GIL, FINANCE, "choose:diff:0", ids.reference(owner.id)),
        "versions": lambda: shared.forge(
            GIL, FINANCE, "choose:versions:0", of_invoice(owner, changed.altered)
        ),
    }
    before = _refused(shared, GIL)
    try:
        for ask in asked.values():
            told = answered(shared, ask, GIL)
            assert "Guests of this workspace may not s" in told  # search, see
            assert "somebody of this workspace who is no guest" in told
            assert number not in told
            assert NAME not in told
        assert NAME in shared.say("status", user=GIL)
        assert "covered" in shared.say("coverage", user=GIL)
    finally:
        shared.slack.workspace.leave(FINANCE, GIL)
    assert _refused(shared, GIL)[len(before) :] == ["find", "diff", "diff", "diff", "versions"]


def _refused(office: Office, user: str) -> list[str]:
    assert office.bot is not None
    with office.bot.parts.db.reading() as session:
        asked = select(AuditRow.action).where(AuditRow.actor == user, AuditRow.outcome == "refused")
        return list(session.scalars(asked.order_by(AuditRow.seq)))


def test_find_when_slack_does_not_say_who_asks_then_nothing_is_shown(shared: Office, changed: Second) -> None:
    shared.forget_people()
    shared.slack.faults.status("users.info", 500)
    told = find(shared, changed.voided["InvoiceNumber"])
    assert "Slack did not answer me" in told


@pytest.mark.parametrize("value", ["", "v1:", "v0:abc", "v1:" + "0" * 32, "x" * 2000])
def test_see_changes_when_forged_then_says_so(shared: Office, changed: Second, value: str) -> None:
    told = shared.forge(BEN, FINANCE, ids.SEE_CHANGES, value)
    assert "another version of Ledgerkeep" in told or "no run of that id" in told


def of_invoice(owner: Organisation, fields: Any) -> str:
    """Give what the button of a found invoice carries."""
    return ids.reference(f"{owner.id}/invoices/{fields['InvoiceID']}")


def test_earlier_versions_then_only_the_person_who_clicked_sees_what_changed_when(
    shared: Office, changed: Second
) -> None:
    (owner,) = shared.organisations()
    altered, value = changed.altered, of_invoice(owner, changed.altered)
    assert "[Earlier versions]" in find(shared, altered["InvoiceNumber"])
    told = answered(shared, lambda: shared.forge(BEN, FINANCE, "choose:versions:0", value), BEN)
    assert f"Invoice {altered['InvoiceNumber']}" in told
    assert re.search(r"2\. since backup #2, .*, until now\n• Reference: .* → Rope and tar", told)
    assert re.search(r"1\. in backup #1, .* the oldest that was looked at", told)
    assert "Only you see this." in told
    everyone = [shared.text(one) for one in shared.slack.messages(FINANCE) if one.only_for is None]
    assert "Rope and tar" not in "".join(everyone)


@pytest.mark.parametrize("value", ["", "v1:", "v0:abc", "v1:" + "0" * 32, "v1:a/b", "x" * 2000])
def test_earlier_versions_when_forged_then_says_so(shared: Office, changed: Second, value: str) -> None:
    assert "another version of Ledgerkeep" in shared.forge(BEN, FINANCE, "choose:versions:0", value)


def test_earlier_versions_when_not_kept_or_at_home_elsewhere_then_nothing_leaks(
    shared: Office, changed: Second
) -> None:
    (owner,) = shared.organisations()
    strange = ids.reference(f"{owner.id}/invoices/../../x")
    told = answered(shared, lambda: shared.forge(BEN, FINANCE, "choose:versions:0", strange), BEN)
    assert "No backup that is kept holds this record." in told
    value = of_invoice(owner, changed.altered)
    assert NOT_HERE in shared.forge(PRIYA, MONTH_END, "choose:versions:0", value)


def test_find_on_a_day_then_shows_the_books_of_that_day_or_says_that_there_was_no_backup(
    shared: Office, changed: Second
) -> None:
    number = changed.altered["InvoiceNumber"]
    told = find(shared, f"{number} on today")
    assert re.search(r"1 record fits .*, as the books were on \d+ \w+ \d{4}", told)
    assert "as of backup #2, " in told
    assert "no backup from 3 Jun 2020 or before" in find(shared, f"{number} on 3 June 2020")
    assert "cannot tell which day" in find(shared, f"{number} on 3/6/2026")
    assert "That day has not come yet" in find(shared, f"{number} on 2199-01-01")


def test_see_changes_of_an_organisation_at_home_elsewhere_then_nothing_leaks(
    shared: Office, changed: Second
) -> None:
    assert shared.bot is not None
    (owner,) = shared.organisations()
    run = shared.bot.worker.services.backups.history(owner)[0].run
    told = shared.forge(PRIYA, MONTH_END, ids.SEE_CHANGES, ids.reference(run.id))
    assert NOT_HERE in told


def test_see_changes_of_the_first_backup_then_says_there_is_nothing_before(
    shared: Office, changed: Second
) -> None:
    assert shared.bot is not None
    (owner,) = shared.organisations()
    first = shared.bot.worker.services.backups.history(owner)[-1].run
    told = answered(shared, lambda: shared.forge(BEN, FINANCE, ids.SEE_CHANGES, ids.reference(first.id)), BEN)
    assert "no two backups" in told


def test_answers_when_given_then_nothing_of_them_is_stored_or_logged(
    shared: Office, changed: Second, capfd: pytest.CaptureFixture[str]
) -> None:
    voided = changed.voided
    contact = contact_of(shared, voided)
    find(shared, contact)
    diff(shared)
    logged = "".join(capfd.readouterr())
    stored = b"".join(path.read_bytes() for path in _databases(shared))
    for word in (contact, voided["InvoiceNumber"]):
        assert word not in logged
        assert word.encode() not in stored
        assert word.encode("utf-16-le") not in stored


def _databases(office: Office) -> list[Path]:
    folder = Path(office._chosen_settings()["DATA_DIR"])
    return [
        path for path in folder.iterdir() if path.is_file() and path.name.partition(".")[0] in {"app", "jobs"}
    ]


def test_find_when_it_takes_longer_than_slack_waits_then_says_so_and_answers_later(
    shared: Office, kereru: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, search = threading.Event(), Searching.search

    def slowly(self: Searching, *args: Any) -> Any:
        assert gate.wait(20)
        return search(self, *args)

    monkeypatch.setattr(Searching, "search", slowly)
    newest = max(one.ts for one in shared.slack.messages(FINANCE, BEN))
    assert LOOKING in shared.say("find zebra", user=BEN)
    assert "I am still looking up what you asked before" in shared.say("find zebra", user=BEN)
    gate.set()
    assert shared.slack.wait_until(
        lambda: any(
            "Nothing in the copies fits" in shared.text(one)
            for one in shared.slack.messages(FINANCE, BEN)
            if one.ts > newest and one.only_for == BEN
        ),
        10,
    )


def test_find_when_the_copies_cannot_be_read_then_says_so(
    shared: Office, kereru: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any) -> Any:
        raise StoreUnavailable("The store does not answer.")

    monkeypatch.setattr(Searching, "search", gone)
    told = find(shared, "zebra")
    assert "The place where copies are kept cannot be reached." in told
    assert "Reference" in told


def test_diff_when_two_organisations_are_at_home_then_asks_which_and_goes_on(
    shared: Office, changed: Second
) -> None:
    shared.link("empty")
    told = diff(shared)
    assert "Which organisation do you mean?" in told
    (owner,) = [one for one in shared.organisations() if one.name == NAME]
    told = answered(shared, lambda: shared.forge(BEN, FINANCE, "choose:diff:0", ids.reference(owner.id)), BEN)
    assert "Changes: Kererū" in told
    told = find(shared, "zebra")
    assert "Not searched, because there is no backup yet: Empty Shell Restore Ltd." in told
    assert "records of 1 organisation" in told


def test_diff_when_nothing_was_touched_then_reports_do_not_count_as_changed(
    shared: Office, changed: Second
) -> None:
    shared.back_up("kereru")
    assert "No record of Kererū Coffee Roasters differs between backups #2 and #3." in diff(shared, "kereru")


def test_diff_of_an_unlinked_organisation_then_nothing_is_shown(desk_unlinked: Office) -> None:
    told = desk_unlinked.say("diff kereru", user=BEN)
    assert "Kererū" not in told


@pytest.fixture
def desk_unlinked(shared: Office) -> Office:
    """The same office after the organisation was unlinked, its copies kept."""
    assert shared.bot is not None
    (owner,) = [one for one in shared.organisations() if one.name == NAME]
    shared.bot.desk.unlinking.unlink(shared.actor(ANA, FINANCE), owner, delete_copies=False)
    return shared
