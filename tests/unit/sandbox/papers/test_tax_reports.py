"""What is told to tax offices: published reports by their ids, 1099 forms, and roundings of invoices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.sandbox.papers.conftest import WRITES_AND_REPORTS

LINE = {"Description": "x", "Quantity": 1, "UnitAmount": 100}
OLD = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
def us(open_pen: Any) -> Any:
    """A pen in a new organisation in the United States."""
    return open_pen("fresh-us", scopes=WRITES_AND_REPORTS)


@pytest.fixture
def au(open_pen: Any) -> Any:
    """A pen in a new organisation in Australia."""
    return open_pen("fresh-au", scopes=WRITES_AND_REPORTS)


def test_reports_when_none_is_published_then_an_empty_list(au: Any) -> None:
    assert au.get("Reports")["Reports"] == []
    assert au.call("GET", f"Reports/{au.org.tenant_id}").status == 404


def test_reports_when_one_is_published_then_listed_and_got_by_its_id(au: Any) -> None:
    body = {"Type": "ACCREC", "Contact": au.contact(), "Date": "2026-01-05", "DueDate": "2026-01-06"}
    body |= {"Status": "AUTHORISED", "LineAmountTypes": "Exclusive"}
    line = LINE | {"AccountCode": "200", "TaxType": "OUTPUT"}
    assert au.put("Invoices", body | {"LineItems": [line]}).status == 200
    report_id = au.org.publish_report("BAS Report", *OLD)
    (brief,) = au.get("Reports")["Reports"]
    assert (brief["ReportID"], brief["ReportName"], brief["ReportType"]) == (
        report_id,
        "BAS Report",
        "BASReport",
    )
    assert not {"Rows", "Fields"} & set(brief)
    (whole,) = au.get(f"Reports/{report_id}")["Reports"]
    told = {one["FieldID"]: one["Value"] for one in whole["Fields"]}
    assert told == {"G1": "100.00", "G11": "0.00", "9": "10.00"}
    assert [row["Cells"][1]["Value"] for row in whole["Rows"][1]["Rows"]] == list(told.values())
    assert au.put("Invoices", body | {"LineItems": [line]}).status == 200
    assert au.get(f"Reports/{report_id.upper()}")["Reports"] == [whole]  # stays as it was published
    assert au.call("PUT", f"Reports/{report_id}").status == 501


def test_forms_when_somebody_was_paid_then_in_their_box(us: Any) -> None:
    contact, bank = us.contact("Hoyt Productions"), us.bank()
    bill = {"Type": "ACCPAY", "Contact": contact, "Date": "2026-01-05", "DueDate": "2026-01-06"}
    bill |= {"Status": "AUTHORISED", "LineAmountTypes": "NoTax"}
    bill |= {"LineItems": [LINE | {"AccountCode": "429", "TaxType": "NONE"}]}
    key = us.put("Invoices", bill).one()["InvoiceID"]
    payment = {
        "Invoice": {"InvoiceID": key},
        "Account": {"AccountID": bank},
        "Date": "2026-01-07",
        "Amount": 60,
    }
    assert us.put("Payments", payment).status == 200
    spent = {"Type": "SPEND", "Contact": contact, "BankAccount": {"AccountID": bank}, "Date": "2026-02-01"}
    spent |= {"LineItems": bill["LineItems"], "LineAmountTypes": "NoTax"}
    assert us.put("BankTransactions", spent).status == 200
    told = {"form": "MISC", "box": 3, "TaxID": "123-45-6780", "FederalTaxClassification": "S_CORP"}
    us.org.federal[contact["ContactID"]] = told
    paid, other = us.get("Reports/TenNinetyNine", reportYear="2026")["Reports"][::-1]
    assert (paid["ReportName"], paid["ReportDate"]) == ("1099-MISC report", "1 Jan 2026 to 31 Dec 2026")
    assert other["Contacts"] == []
    (one,) = paid["Contacts"]
    assert (one["Name"], one["Box3"], one["Box1"], one["TaxID"]) == (
        "Hoyt Productions",
        160,
        0,
        "123-45-6780",
    )
    assert not {"Box12", "Box13"} & set(one)
    (before,) = us.get("Reports/TenNinetyNine", reportYear="2025")["Reports"][1]["Contacts"]
    assert before["Box3"] == 0


def test_forms_when_elsewhere_then_none(au: Any) -> None:
    assert au.get("Reports/TenNinetyNine")["Reports"] == []


def test_rounding_when_set_then_told_by_id_only(au: Any) -> None:
    invoice = au.org.add_invoice(total="120.03")
    au.org.round_invoice(invoice, Decimal("-0.03"))
    row = au.read("Invoices", invoice)
    assert (row["RoundingAmount"], row["EnteredTotal"], row["Total"], row["AmountDue"]) == (
        Decimal("-0.03"), 120, 120, 120,
    )  # fmt: skip
    assert row["Total"] == row["SubTotal"] + row["TotalTax"] + row["RoundingAmount"]
    (listed,) = au.rows("Invoices", page=1)
    assert not {"RoundingAmount", "EnteredTotal"} & set(listed)
    assert au.standing("200") == Decimal("-120.03")
    assert au.standing("610") == 120
    with pytest.raises(ValueError, match="rounding"):
        au.org.round_invoice(invoice, Decimal("0.11"))
