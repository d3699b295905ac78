"""What must hold for any documents: every posting balances, voiding takes everything back, days add up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ledger import Balances, Posting, balances
from tests.unit.ledger.records import DAY, bookkeeper, chart, document, line, payment, sums, wire

CENTS = st.integers(1, 10_000_000).map(lambda cents: Decimal(cents) / 100)
RATES = st.decimals("0.001", "200", places=10)
DAYS = st.integers(-800, 400).map(lambda offset: DAY + timedelta(days=offset))
ACCOUNTS = st.sampled_from(["sales", "costs", "advance", "plant"])
KINDS = {
    "invoices": ("ACCREC", "ACCPAY"),
    "credit_notes": ("ACCRECCREDIT", "ACCPAYCREDIT"),
    "prepayments": ("RECEIVE-PREPAYMENT", "SPEND-PREPAYMENT"),
    "overpayments": ("RECEIVE-OVERPAYMENT", "SPEND-OVERPAYMENT"),
    "bank_transactions": ("SPEND", "RECEIVE", "SPEND-OVERPAYMENT", "RECEIVE-PREPAYMENT"),
}


@st.composite
def lines_and_total(draw: st.DrawFn) -> dict[str, Any]:
    amounts = draw(st.sampled_from(["Exclusive", "Inclusive", "NoTax"]))
    taxed = amounts != "NoTax"
    lines = []
    for value in draw(st.lists(CENTS, min_size=1, max_size=5)):
        tax = (value / 6).quantize(Decimal("0.01")) if taxed and draw(st.booleans()) else Decimal("0.00")
        lines.append(line(draw(ACCOUNTS), value, tax))
    whole = sum((one["LineAmount"] for one in lines), Decimal(0))
    if amounts == "Exclusive":
        whole += sum((one["TaxAmount"] for one in lines), Decimal(0))
    return {"LineItems": lines, "LineAmountTypes": amounts, "Total": whole}


@st.composite
def records(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Make any document that posts, at home or foreign, with some of it used."""
    resource = draw(st.sampled_from(sorted(KINDS)))
    made = draw(lines_and_total())
    fields = document(draw(st.sampled_from(KINDS[resource])), made["LineItems"], made["Total"]) | made
    fields |= {"Date": draw(DAYS), "BankAccount": {"AccountID": draw(st.sampled_from(["bank", "euro"]))}}
    if draw(st.booleans()):
        fields |= {"CurrencyCode": "EUR", "CurrencyRate": draw(RATES)}
    parts = draw(st.lists(st.integers(1, 50), max_size=4))
    uses = [
        {"Date": draw(DAYS), "Amount": (made["Total"] * part / 200).quantize(Decimal("0.01"))}
        for part in parts
    ]
    if draw(st.booleans()) and uses:
        left = made["Total"] - sum(one["Amount"] for one in uses)
        uses.append({"Date": draw(DAYS), "Amount": left})
    fields[draw(st.sampled_from(["Payments", "Allocations"]))] = uses
    return resource, fields


@st.composite
def payments(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    kinds = ("ACCRECPAYMENT", "ACCPAYPAYMENT", "ARCREDITPAYMENT", "APPREPAYMENTPAYMENT")
    fields = payment(draw(st.sampled_from(kinds)), draw(CENTS), Date=draw(DAYS))
    if draw(st.booleans()):
        fields |= {"Invoice": {"CurrencyCode": "EUR"}, "CurrencyRate": draw(RATES)}
        fields |= {"Account": {"AccountID": draw(st.sampled_from(["bank", "euro"]))}}
    return "payments", fields


ANY = st.one_of(records(), payments())


def _posted(resource: str, fields: dict[str, Any]) -> list[Posting]:
    keeper = bookkeeper()
    found = keeper.post(resource, wire(fields))
    assert keeper.not_understood == {}
    return found


@given(ANY)
@settings(max_examples=150, deadline=None)
def test_posting_when_made_then_sums_to_zero(record: tuple[str, dict[str, Any]]) -> None:
    for posting in _posted(*record):
        assert sum(value for _, value in posting.sides) == 0


@given(records())
@settings(max_examples=60, deadline=None)
def test_document_when_voided_then_its_effect_is_gone(record: tuple[str, dict[str, Any]]) -> None:
    resource, fields = record
    assert _posted(resource, fields | {"Status": "VOIDED"}) == []


@given(st.lists(ANY, max_size=12), DAYS)
@settings(max_examples=60, deadline=None)
def test_balances_when_summed_on_any_day_then_zero(
    given_records: list[tuple[str, dict[str, Any]]], day: date
) -> None:
    postings = [posting for record in given_records for posting in _posted(*record)]
    found = balances(postings, day)
    assert sum(found.values()) == 0
    kept = Balances(chart(), [day, DAY])
    kept.add(postings)
    standing = kept.standing(day)
    assert sum(standing.values()) == 0
    for account in ("bank", "euro", "debtors", "creditors", "tax", "advance", "plant"):
        assert standing.get(account, 0) == found.get(account, 0)  # type: ignore[call-overload]


@given(lines_and_total(), RATES, st.lists(st.integers(1, 60), min_size=1, max_size=6))
@settings(max_examples=80, deadline=None)
def test_foreign_document_when_settled_in_full_then_its_control_account_is_clear(
    made: dict[str, Any], rate: Decimal, parts: list[int]
) -> None:
    uses = [(made["Total"] * part / 400).quantize(Decimal("0.01")) for part in parts]
    uses.append(made["Total"] - sum(uses))
    settled = [{"Date": DAY, "Amount": value} for value in uses]
    fields = document("ACCREC", made["LineItems"], made["Total"]) | made
    fields |= {"Payments": settled, "CurrencyCode": "EUR", "CurrencyRate": rate}
    assert "debtors" not in sums(_posted("invoices", fields))
