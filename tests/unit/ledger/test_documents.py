"""What invoices, bills and credit notes post, and how foreign ones are settled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.ledger.records import DAY, bookkeeper, document, euros, line, post, refused, sums


def test_invoice_when_tax_is_on_top_then_receivable_is_the_total() -> None:
    fields = document("ACCREC", [line("sales", "100.00", "20.00"), line("sales", "5.00", "1.00")], "126.00")
    (posting,) = post("invoices", **fields)
    assert sums([posting]) == {"debtors": "126.00", "sales": "-105.00", "tax": "-21.00"}
    assert posting.on == DAY
    assert posting.currency == "GBP"


def test_bill_when_tax_is_inside_then_the_cost_is_net_of_it() -> None:
    fields = document("ACCPAY", [line("costs", "120.00", "20.00")], "120.00", LineAmountTypes="Inclusive")
    assert sums(post("invoices", **fields)) == {"creditors": "-120.00", "costs": "100.00", "tax": "20.00"}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ACCRECCREDIT", {"debtors": "-12.00", "sales": "10.00", "tax": "2.00"}),
        ("ACCPAYCREDIT", {"creditors": "12.00", "sales": "-10.00", "tax": "-2.00"}),
    ],
)
def test_credit_note_when_posted_then_mirrors_its_document(kind: str, expected: dict[str, str]) -> None:
    assert sums(post("credit_notes", **document(kind, [line("sales", "10.00", "2.00")], "12.00"))) == expected


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED", "VOIDED", "DELETED"])
def test_document_when_not_live_then_posts_nothing_and_is_understood(status: str) -> None:
    fields = document("ACCREC", [line("sales", "10.00")], "10.00", Status=status)
    assert post("invoices", **fields) == []
    assert post("credit_notes", **(fields | {"Type": "ACCRECCREDIT"})) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"Status": "ARCHIVED"},
        {"Status": "WASHED_ASHORE"},
        {"Type": "ACCSEA"},
        {"LineAmountTypes": "Sideways"},
        {"Total": None},
        {"Date": None},
        {"Date": r"/Date(99999999999999999999+0000)/"},
        {"Date": r"/Date(soon)/"},
        {"Total": "plenty"},
        {"Total": Decimal("500.00")},
        {"LineItems": []},
        {"LineItems": [{"AccountCode": "999", "LineAmount": Decimal("10.00")}]},
        {"CurrencyRate": Decimal("1.2")},
        {"CurrencyCode": "EUR", "CurrencyRate": None},
        {"CurrencyCode": "EUR", "CurrencyRate": Decimal(0)},
    ],
    ids=str,
)
def test_document_when_not_understood_then_counted_and_not_guessed(fields: dict[str, Any]) -> None:
    assert refused("invoices", **(document("ACCREC", [line("sales", "10.00")], "10.00") | fields))


def test_record_when_it_is_no_json_then_counted() -> None:
    keeper = bookkeeper()
    assert keeper.post("invoices", b"<html>") == []
    assert keeper.not_understood == {"invoices": 1}


def test_line_when_it_names_a_code_only_then_the_chart_finds_its_account() -> None:
    fields = document("ACCREC", [line("", "10.00", AccountID=None, AccountCode="200")], "10.00")
    assert sums(post("invoices", **fields)) == {"debtors": "10.00", "sales": "-10.00"}


def test_line_when_its_id_is_in_capitals_then_it_is_the_same_account() -> None:
    fields = document("ACCREC", [line("SALES", "10.00")], "10.00")
    assert sums(post("invoices", **fields)) == {"debtors": "10.00", "sales": "-10.00"}


def test_line_when_it_is_only_text_then_it_is_passed_over() -> None:
    fields = document("ACCREC", [line("sales", "10.00"), {"Description": "Thank you"}], "10.00")
    assert sums(post("invoices", **fields)) == {"debtors": "10.00", "sales": "-10.00"}


def test_document_when_rounded_by_a_cent_or_two_then_rounding_takes_it() -> None:
    fields = document("ACCREC", [line("sales", "10.00")], "10.02")
    assert sums(post("invoices", **fields)) == {"debtors": "10.02", "sales": "-10.00", "rounding": "-0.02"}


def test_foreign_document_when_open_then_stands_at_its_own_rate() -> None:
    fields = document("ACCREC", [line("sales", "100.00"), line("sales", "0.33")], "100.33", **euros("3"))
    (posting,) = post("invoices", **fields)
    assert sums([posting]) == {"debtors": "33.44", "sales": "-33.44"}
    assert posting.currency == "EUR"


def test_foreign_document_when_paid_at_another_rate_then_the_gain_is_realised() -> None:
    keeper = bookkeeper()
    paid = [{"PaymentID": "p", "Date": DAY, "Amount": Decimal("100.00")}]
    invoice = document("ACCREC", [line("sales", "100.00")], "100.00", Payments=paid, **euros("1.25"))
    found = post("invoices", keeper, **(invoice | {"Status": "PAID"}))
    money = {"PaymentType": "ACCRECPAYMENT", "Status": "AUTHORISED", "Date": DAY, "Amount": Decimal("100.00")}
    money |= {"BankAmount": Decimal("100.00"), "CurrencyRate": Decimal("1.00")}
    money |= {"Account": {"AccountID": "euro"}, "Invoice": {"CurrencyCode": "EUR"}}
    found += post("payments", keeper, **money)
    assert sums(found) == {"sales": "-80.00", "euro": "100.00", "gains": "-20.00"}
    assert keeper.is_multi_currency


def test_foreign_document_when_paid_in_thirds_then_the_last_clears_it_to_the_cent() -> None:
    thirds = [{"Date": DAY, "Amount": Decimal(part)} for part in ("33.33", "33.33", "33.34")]
    fields = document("ACCPAY", [line("costs", "100.00")], "100.00", Payments=thirds, **euros("1.17"))
    assert sums(post("invoices", **fields)) == {"costs": "85.47", "gains": "-85.47"}


def test_foreign_credit_when_allocated_then_both_sides_use_their_own_rate() -> None:
    keeper = bookkeeper()
    use = {"Date": DAY, "Amount": Decimal("50.00"), "Invoice": {"InvoiceID": "i"}}
    note = document("ACCRECCREDIT", [line("sales", "50.00")], "50.00", Allocations=[use], **euros("1.00"))
    applied = [{"CreditNoteID": "c", "Date": DAY, "AppliedAmount": Decimal("50.00"), "Total": Decimal(1)}]
    invoice = document("ACCREC", [line("sales", "50.00")], "50.00", CreditNotes=applied, **euros("1.25"))
    found = post("credit_notes", keeper, **note) + post("invoices", keeper, **invoice)
    assert sums(found) == {"sales": "10.00", "gains": "-10.00"}


def test_allocation_when_deleted_then_it_settles_nothing() -> None:
    use = {"Date": DAY, "Amount": Decimal("50.00"), "IsDeleted": True}
    note = document("ACCRECCREDIT", [line("sales", "50.00")], "50.00", Allocations=[use], **euros("1.00"))
    assert sums(post("credit_notes", **note)) == {"debtors": "-50.00", "sales": "50.00"}


def test_chart_when_it_lacks_a_system_account_then_its_role_stands_in() -> None:
    fields = document("ACCREC", [line("sales", "10.00", "2.00")], "12.00")
    found = sums(post("invoices", bookkeeper("tax"), **fields))
    assert found == {"debtors": "12.00", "sales": "-10.00", "(GST)": "-2.00"}


@pytest.mark.parametrize(("value", "base"), [("1.00", "0.13"), ("3.00", "0.38"), ("-1.00", "-0.13")])
def test_base_amount_when_half_a_cent_then_away_from_zero(value: str, base: str) -> None:
    fields = document("ACCPAY", [line("costs", value)], value, **euros("8"))
    assert sums(post("invoices", **fields))["costs"] == base


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("/Date(1773100800000+0000)/", date(2026, 3, 10)),
        ("/Date(1773100800000-0500)/", date(2026, 3, 10)),  # an offset only says how it would be shown
        ("/Date(1773100800000)/", date(2026, 3, 10)),
        ("/Date(-80006400000+0000)/", date(1967, 6, 20)),
        ("/Date(-80006400000-0500)/", date(1967, 6, 20)),
        ("2026-03-10T00:00:00", date(2026, 3, 10)),
    ],
)
def test_date_when_written_in_any_of_xeros_ways_then_the_day_it_means(text: str, day: date) -> None:
    (posting,) = post("invoices", **document("ACCREC", [line("sales", "1.00")], "1.00", Date=text))
    assert posting.on == day
