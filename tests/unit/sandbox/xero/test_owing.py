"""What contacts owe in the pretend Xero: from its documents, no change of theirs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.sandbox.xero import PretendXero
from bot.sandbox.xero.aged import standings
from bot.sandbox.xero.books.settle import Settlement, delete_payment, pay
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.demo.volume import volume
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.owing import Owing
from bot.sandbox.xero.reports import Reporter
from bot.sandbox.xero.store import Record, Shelf
from tests.unit.sandbox.xero.conftest import Desk

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = NOON.date()
NOTHING = {"Outstanding": Decimal("0.00"), "Overdue": Decimal("0.00")}


@pytest.fixture
def org() -> PretendOrganisation:
    return build_organisation("nz", seed=7, now=lambda: NOON)


def owes(org: PretendOrganisation, contact: str, today: date = TODAY) -> tuple[str, str, str, str] | None:
    """Give outstanding and overdue of sales, then of bills, as text."""
    found = org.owing.balances(contact, today)
    if found is None:
        return None
    sides = (found["AccountsReceivable"], found["AccountsPayable"])
    one, two, three, four = (str(side[name]) for side in sides for name in ("Outstanding", "Overdue"))
    return one, two, three, four


def stranger(org: PretendOrganisation) -> str:
    """Enter a contact without documents."""
    known = next(iter(org.shelf("Contacts"))).fields
    record_id = org.new_id()
    return org.put("Contacts", known | {"ContactID": record_id, "Name": "Somebody new"}).record_id


def paid(org: PretendOrganisation, invoice: Record, amount: str) -> Record:
    bank = next(one for one in org.shelf("Accounts") if one.fields["Type"] == "BANK")
    settlement = Settlement(
        collection="Invoices", document=invoice, bank=bank.record_id, amount=Decimal(amount), on=TODAY
    )
    return pay(org, settlement)


def test_contact_when_documents_come_and_go_then_owes_what_they_leave_open(org: PretendOrganisation) -> None:
    contact = stranger(org)
    assert owes(org, contact) is None
    org.add_invoice(total="40.00", contact=contact, status="DRAFT")
    assert owes(org, contact) is None
    invoice = org.record("Invoices", org.add_invoice(total="100.00", contact=contact))
    org.add_invoice(total="30.00", contact=contact, kind="ACCPAY")
    assert owes(org, contact) == ("100.00", "0.00", "30.00", "0.00")
    payment = paid(org, invoice, "60.00")
    assert owes(org, contact) == ("40.00", "0.00", "30.00", "0.00")
    paid(org, invoice, "40.00")
    assert owes(org, contact) == ("0.00", "0.00", "30.00", "0.00")
    delete_payment(org, payment)
    assert owes(org, contact) == ("60.00", "0.00", "30.00", "0.00")
    org.change("Invoices", invoice.record_id, Status="VOIDED")
    assert owes(org, contact) == ("0.00", "0.00", "30.00", "0.00")


def test_contact_when_a_document_goes_to_another_or_vanishes_then_the_sums_follow(
    org: PretendOrganisation,
) -> None:
    first, second = stranger(org), stranger(org)
    invoice = org.add_invoice(total="100.00", contact=first)
    assert owes(org, first) == ("100.00", "0.00", "0.00", "0.00")
    org.change("Invoices", invoice, Contact={"ContactID": second})
    assert owes(org, first) == ("0.00", "0.00", "0.00", "0.00")
    assert owes(org, second) == ("100.00", "0.00", "0.00", "0.00")
    org.vanish("Invoices", invoice)
    assert owes(org, second) == ("0.00", "0.00", "0.00", "0.00")


def test_contact_when_a_due_date_passes_then_overdue_from_the_day_after(org: PretendOrganisation) -> None:
    contact = stranger(org)
    invoice = org.record("Invoices", org.add_invoice(total="100.00", contact=contact))
    due = invoice.fields["DueDate"]
    assert owes(org, contact, due) == ("100.00", "0.00", "0.00", "0.00")
    assert owes(org, contact, due + timedelta(days=1)) == ("100.00", "100.00", "0.00", "0.00")


def test_contacts_when_summed_up_then_equal_to_their_aged_reports() -> None:
    org = build_organisation("lively", seed=7, now=lambda: NOON)
    reporter, last = Reporter(org), date(2099, 1, 1)
    seen, credited = 0, 0
    for contact in org.shelf("Contacts").records:
        shown = org.owing.balances(contact, TODAY) or {
            "AccountsReceivable": NOTHING,
            "AccountsPayable": NOTHING,
        }
        for name, selling in (("AccountsReceivable", True), ("AccountsPayable", False)):
            due = [one.due for one in standings(reporter, contact, last, selling=selling)]
            assert shown[name]["Outstanding"] == sum(due)
            seen += bool(due)
            credited += any(one < 0 for one in due)
    assert seen > 30
    assert credited > 3


def test_contact_when_read_then_balances_only_where_xero_shows_them_and_never_a_new_date(desk: Desk) -> None:
    caller = desk.link()
    contact = next(iter(caller.org.shelf("Contacts").records))

    def shown(**query: Any) -> dict[str, Any]:
        rows = caller.rows("Contacts", **query)
        return next(one for one in rows if one["ContactID"] == contact)

    before = shown(page=1)
    caller.org.add_invoice(total="12.30", contact=contact)
    after = shown(page=1)
    assert after["UpdatedDateUTC"] == before["UpdatedDateUTC"]
    was, now = (one["Balances"]["AccountsReceivable"]["Outstanding"] for one in (before, after))
    assert round(now - was, 2) == 12.30
    assert caller.get(f"Contacts/{contact}").json()["Contacts"][0]["Balances"] == after["Balances"]
    assert "Balances" not in shown()
    assert "Balances" not in shown(page=1, summaryOnly="true")


def test_balances_when_written_then_numbers_with_two_decimals(desk: Desk) -> None:
    caller = desk.link()
    contact = stranger(caller.org)
    caller.org.add_invoice(total="12.30", contact=contact)
    sides = (
        '"Balances":{"AccountsReceivable":{"Outstanding":12.30,"Overdue":0.00},'
        '"AccountsPayable":{"Outstanding":0.00,"Overdue":0.00}}'
    )
    caller.org.pretty = False
    assert sides in caller.get(f"Contacts/{contact}").text
    assert sides in caller.get("Contacts", page=1).text
    caller.org.pretty = True
    assert '"Outstanding": 12.30' in caller.get("Contacts", page=1).text


def test_volume_when_read_then_generated_texts_hold_what_the_documents_say() -> None:
    org = volume("big", invoices=300, contacts=40, now=lambda: NOON)
    xero = PretendXero(now=lambda: NOON, organisations=())
    xero.add_organisation(org)
    contact = list(org.shelf("Contacts").records)[3]
    mine = [one.fields for one in org.shelf("Invoices") if one.fields["Contact"]["ContactID"] == contact]
    assert len(mine) > 5
    total = sum(one["Total"] for one in mine)
    late = sum(one["Total"] for one in mine if one["DueDate"] < TODAY)
    assert owes(org, contact) == (str(total), str(late), "0.00", "0.00")
    assert f'"Outstanding":{total}'.encode() in xero.served(org.tenant_id, "Contacts")[contact]
    org.change("Invoices", str(mine[0]["InvoiceID"]), Status="VOIDED")
    assert (
        f'"Outstanding":{total - mine[0]["Total"]}'.encode()
        in xero.served(org.tenant_id, "Contacts")[contact]
    )


def test_balances_when_asked_again_then_no_document_is_looked_at_again(
    org: PretendOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    real = Owing._refresh

    def counting(self: Owing, name: str, shelf: Shelf) -> None:
        looked.append(name)
        real(self, name, shelf)

    monkeypatch.setattr(Owing, "_refresh", counting)
    contact = next(iter(org.shelf("Contacts").records))
    org.owing.balances(contact, TODAY)
    looked.clear()
    org.owing.balances(contact, TODAY)
    assert looked == []
    org.add_invoice(total="1.00", contact=contact)
    org.owing.balances(contact, TODAY)
    assert looked == ["Invoices"]
