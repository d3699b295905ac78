"""Aged receivables and payables of a contact, as they stood on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.sandbox.xero.aged import standings
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.reports import Reporter

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OWED = "Reports/AgedReceivablesByContact"


@pytest.fixture
def pen(open_pen: Callable[..., Any]) -> Any:
    return open_pen(now=lambda: NOON)


def paper(pen: Any, who: dict[str, str], amount: int, on: str, kind: str = "ACCREC", **more: Any) -> str:
    line = {"Description": "x", "Quantity": 1, "UnitAmount": amount, "TaxType": "NONE"}
    line["AccountCode"] = "200" if "REC" in kind else "429"
    collection = "CreditNotes" if kind.endswith("CREDIT") else "Invoices"
    wanted = {"Type": kind, "Contact": who, "Date": on, "DueDate": "2026-10-31", "Status": "AUTHORISED"}
    if collection == "CreditNotes":
        del wanted["DueDate"]
    made = pen.put(collection, wanted | {"LineItems": [line]} | more).one()
    return str(made[f"{collection[:-1]}ID"])


def pay(pen: Any, invoice: str, amount: int, on: str, **more: Any) -> None:
    wanted = {"Invoice": {"InvoiceID": invoice}, "Account": {"Code": "090"}, "Date": on, "Amount": amount}
    pen.put("Payments", wanted | more).one()


def lines(report: dict[str, Any]) -> list[list[str]]:
    rows = [row for section in report["Rows"][1:] for row in section["Rows"]]
    return [[cell["Value"] for cell in row["Cells"]] for row in rows]


def read(pen: Any, who: dict[str, str], path: str = OWED, **query: Any) -> dict[str, Any]:
    (report,) = pen.get(path, contactId=who["ContactID"], **query)["Reports"]
    return dict(report)


def test_receivables_when_part_paid_and_credited_then_as_published_line_by_line(pen: Any) -> None:
    pen.bank()
    who = pen.contact()
    first = paper(pen, who, 100, "2026-10-01", InvoiceNumber="A-1")
    second = paper(pen, who, 50, "2026-10-02", InvoiceNumber="A-2", DueDate="2026-12-31")
    note = paper(pen, who, 20, "2026-10-03", "ACCRECCREDIT")
    allocation = {"Invoice": {"InvoiceID": first}, "Amount": 20, "Date": "2026-10-05"}
    assert pen.put(f"CreditNotes/{note}/Allocations", allocation).status == 200
    pay(pen, first, 30, "2026-10-10")
    report = read(pen, who)
    assert report["ReportName"] == "Aged Receivables By Contact"
    assert report["ReportTitles"] == [
        "Invoices",
        "Ægir & Rán",
        "From 1 October 2026 to 30 November 2026",
        "Showing payments to 30 November 2026",
    ]
    titles = [cell["Value"] for cell in report["Rows"][0]["Cells"]]
    assert titles == ["Date", "Number", "Due Date", "", "Total", "Paid", "Credited", "Due"]
    day = "T00:00:00"
    assert lines(report) == [
        [f"2026-10-01{day}", "Opening Balance", "", "", "", "", "", "0.00"],
        [
            f"2026-10-01{day}",
            "A-1",
            f"2026-10-31{day}",
            "30 days overdue",
            "100.00",
            "30.00",
            "20.00",
            "50.00",
        ],
        [f"2026-10-02{day}", "A-2", f"2026-12-31{day}", "", "50.00", "0.00", "0.00", "50.00"],
        ["Total", "", "", "", "150.00", "30.00", "20.00", "100.00"],
        ["Closing Balance", "", "", "", "150.00", "30.00", "20.00", "100.00"],
    ]
    cell = report["Rows"][2]["Rows"][0]["Cells"][0]
    assert cell["Attributes"] == [{"Value": first, "Id": "invoiceID"}]
    assert second


def test_receivables_when_asked_for_an_earlier_day_then_later_settlements_have_not_happened(pen: Any) -> None:
    pen.bank()
    who = pen.contact()
    invoice = paper(pen, who, 100, "2026-10-01")
    pay(pen, invoice, 100, "2026-10-10")
    assert lines(read(pen, who))[-1][-1] == "0.00"
    before = lines(read(pen, who, date="2026-10-09"))
    assert before[1][4:] == ["100.00", "0.00", "0.00", "100.00"]
    assert lines(read(pen, who, date="2026-09-30"))[-1][-1] == "0.00"


def test_receivables_when_a_time_is_given_then_older_ones_are_the_opening_balance(pen: Any) -> None:
    who = pen.contact()
    for day in ("2026-08-01", "2026-09-01", "2026-10-01"):
        paper(pen, who, 10, day)
    found = lines(read(pen, who, fromDate="2026-09-01", toDate="2026-09-30"))
    assert found[0] == ["2026-09-01T00:00:00", "Opening Balance", "", "", "", "", "", "10.00"]
    assert [row[0] for row in found[1:-2]] == ["2026-09-01T00:00:00"]
    assert found[-2][-1] == "10.00"
    assert found[-1] == ["Closing Balance", "", "", "", "10.00", "0.00", "0.00", "20.00"]


def test_payables_when_asked_then_bills_only_and_their_number_as_reference(pen: Any) -> None:
    who = pen.contact()
    paper(pen, who, 10, "2026-10-01")
    paper(pen, who, 7, "2026-10-01", "ACCPAY", InvoiceNumber="B-1")
    paper(pen, who, 2, "2026-10-02", "ACCPAYCREDIT", CreditNoteNumber="BC-1")
    report = read(pen, who, "Reports/AgedPayablesByContact")
    assert [cell["Value"] for cell in report["Rows"][0]["Cells"]][1] == "Reference"
    assert [(row[1], row[-1]) for row in lines(report)[1:-2]] == [("B-1", "7.00"), ("BC-1", "-2.00")]
    assert lines(report)[-1][-1] == "5.00"


def test_receivables_when_in_other_currencies_then_named_and_worth_what_the_balance_sheet_says(
    pen: Any,
) -> None:
    pen.put("Currencies", {"Code": "EUR"})
    who = pen.contact()
    euro = {"CurrencyCode": "EUR", "CurrencyRate": "1.1650"}
    paper(pen, who, 100, "2026-10-01", **euro)
    report = read(pen, who, date="2026-11-22")
    titles = [cell["Value"] for cell in report["Rows"][0]["Cells"]]
    assert titles[4:] == ["Currency", "Total", "Paid", "Credited", "Due", "Due Local"]
    assert lines(report)[1][4:9] == ["EUR", "100.00", "0.00", "0.00", "100.00"]
    assert Decimal(lines(report)[-1][-1]) == pen.standing("610")
    paper(pen, who, 100, "2026-10-02")
    mixed = lines(read(pen, who, date="2026-11-22"))
    assert mixed[-1][4:-1] == ["", "", "", "", ""]
    assert Decimal(mixed[-1][-1]) == pen.standing("610")


def test_receivables_when_the_contact_is_missing_or_unknown_then_400_and_404(pen: Any) -> None:
    assert pen.call("GET", OWED).status == 400
    assert pen.call("GET", OWED, contactId="00000000-0000-0000-0000-000000000000").status == 404
    who = pen.contact()["ContactID"]
    assert pen.call("GET", OWED, contactId=who, date="yesterday").status == 400
    assert pen.call("GET", OWED, ContactID=who).status == 200


def test_receivables_when_the_scope_is_missing_then_401(open_pen: Callable[..., Any]) -> None:
    pen = open_pen(scopes="accounting.contacts accounting.invoices accounting.reports.balancesheet.read")
    assert pen.call("GET", OWED, contactId="x").status == 401


@pytest.mark.parametrize("day", [date(2026, 3, 31), date(2026, 8, 31), NOON.date()])
def test_aged_when_summed_over_all_contacts_of_a_lively_company_then_what_the_control_accounts_hold(
    day: date,
) -> None:
    org = build_organisation("lively", seed=7, now=lambda: NOON)
    org.conversion_balances = {}
    reporter = Reporter(org)
    for role, selling, sign in (("DEBTORS", True, 1), ("CREDITORS", False, -1)):
        found = [
            one
            for contact in org.shelf("Contacts").records
            for one in standings(reporter, contact, day, selling=selling)
            # An advance stands on the accounts of its lines; see `ledger.py`.
            if one.on <= day and "PrepaymentID" not in one.record.fields
        ]
        assert len(found) > 5
        held = sign * reporter.standing(org.account(role).fields, day)
        assert sum(one.base for one in found) == held
