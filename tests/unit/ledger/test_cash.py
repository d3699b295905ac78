"""What bank transactions, transfers, payments, advances, journals and claims post."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.ledger.records import (
    DAY,
    bookkeeper,
    document,
    euros,
    line,
    payment,
    post,
    refused,
    sums,
    wire,
)

MAIN = {"BankAccount": {"AccountID": "bank"}}


def _transfer(source: str, target: str, value: str, **more: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "Date": DAY,
        "Status": "AUTHORISED",
        "Amount": Decimal(value),
        "FromBankAccount": {"AccountID": source},
        "ToBankAccount": {"AccountID": target},
        "FromBankTransactionID": "leg-out",
        "ToBankTransactionID": "leg-in",
    }
    return fields | more


def _leg(way: str, leg: str, value: str, **more: Any) -> dict[str, Any]:
    fields = document(f"{way}-TRANSFER", [], value, BankTransactionID=leg, LineAmountTypes="NoTax")
    return fields | {"BankAccount": {"AccountID": "?"}} | more


def test_bank_transactions_when_posted_then_spending_and_receiving_mirror() -> None:
    spent = document("SPEND", [line("costs", "12.00", "2.00")], "12.00", LineAmountTypes="Inclusive", **MAIN)
    assert sums(post("bank_transactions", **spent)) == {"bank": "-12.00", "costs": "10.00", "tax": "2.00"}
    received = spent | {"Type": "RECEIVE"}
    assert sums(post("bank_transactions", **received)) == {"bank": "12.00", "costs": "-10.00", "tax": "-2.00"}


def test_bank_transaction_when_the_account_is_foreign_then_its_own_rate_counts() -> None:
    spent = document("SPEND", [line("costs", "10.00")], "10.00", BankAccount={"Code": "092"}, **euros("1.25"))
    assert sums(post("bank_transactions", **spent)) == {"euro": "-8.00", "costs": "8.00"}


@pytest.mark.parametrize("fields", [{"Status": "PAID"}, {"Type": "BARTER"}, {"BankAccount": None}])
def test_bank_transaction_when_not_understood_then_counted(fields: dict[str, Any]) -> None:
    assert refused(
        "bank_transactions", **(document("SPEND", [line("costs", "1.00")], "1.00", **MAIN) | fields)
    )


def test_bank_transaction_when_deleted_then_posts_nothing() -> None:
    gone = document("SPEND", [line("costs", "1.00")], "1.00", Status="DELETED", **MAIN)
    assert post("bank_transactions", **gone) == []


def test_transfer_when_both_accounts_are_at_home_then_its_amount_moves_once() -> None:
    keeper = bookkeeper()
    found = post("bank_transfers", keeper, **_transfer("bank", "savings", "40.00"))
    found += post("bank_transactions", keeper, **_leg("SPEND", "leg-out", "40.00"))
    found += post("bank_transactions", keeper, **_leg("RECEIVE", "leg-in", "40.00"))
    assert sums(found) == {"bank": "-40.00", "savings": "40.00"}


@pytest.mark.parametrize("fields", [{"Status": None}, {"Status": "AUTHORISED"}])
def test_transfer_when_it_goes_abroad_then_what_left_home_counts(fields: dict[str, Any]) -> None:
    found = post("bank_transfers", **(_transfer("bank", "euro", "40.00") | fields))
    assert sums(found) == {"bank": "-40.00", "euro": "40.00"}


def test_transfer_when_it_comes_home_then_what_arrived_counts() -> None:
    keeper = bookkeeper()
    assert keeper.post("bank_transfers", wire(_transfer("dollar", "bank", "40.00"))) == []
    foreign = {"CurrencyCode": "USD", "CurrencyRate": Decimal("1.27")}
    found = post("bank_transactions", keeper, **_leg("SPEND", "leg-out", "40.00", **foreign))
    found += post("bank_transactions", keeper, **_leg("RECEIVE", "leg-in", "31.47"))
    assert sums(found) == {"dollar": "-31.47", "bank": "31.47"}
    assert keeper.not_understood == {}


def test_transfer_when_both_accounts_are_foreign_then_what_left_counts_at_its_rate() -> None:
    keeper = bookkeeper()
    assert keeper.post("bank_transfers", wire(_transfer("dollar", "euro", "40.00"))) == []
    found = post("bank_transactions", keeper, **_leg("RECEIVE", "leg-in", "36.00", **euros("1.2")))
    foreign = {"CurrencyCode": "USD", "CurrencyRate": Decimal("1.25")}
    found += post("bank_transactions", keeper, **_leg("SPEND", "leg-out", "40.00", **foreign))
    assert sums(found) == {"dollar": "-32.00", "euro": "32.00"}


def test_transfer_when_its_bank_transaction_never_comes_then_counted() -> None:
    keeper = bookkeeper()
    keeper.post("bank_transfers", wire(_transfer("dollar", "bank", "40.00")))
    assert keeper.not_understood == {"bank_transfers": 1}


def test_transfer_when_deleted_then_posts_nothing() -> None:
    assert post("bank_transfers", **_transfer("bank", "euro", "40.00", Status="DELETED")) == []


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ACCRECPAYMENT", {"bank": "9.00", "debtors": "-9.00"}),
        ("ACCPAYPAYMENT", {"bank": "-9.00", "creditors": "9.00"}),
        ("ARCREDITPAYMENT", {"bank": "-9.00", "debtors": "9.00"}),
        ("APCREDITPAYMENT", {"bank": "9.00", "creditors": "-9.00"}),
        ("AROVERPAYMENTPAYMENT", {"bank": "-9.00", "debtors": "9.00"}),
        ("APOVERPAYMENTPAYMENT", {"bank": "9.00", "creditors": "-9.00"}),
    ],
)
def test_payment_when_posted_then_its_type_says_which_way(kind: str, expected: dict[str, str]) -> None:
    assert sums(post("payments", **payment(kind, "9.00"))) == expected


def test_payment_when_part_of_a_batch_then_it_posts_and_the_batch_is_not_asked_for() -> None:
    batched = payment("ACCPAYPAYMENT", "9.00", BatchPaymentID="b", BatchPayment={"TotalAmount": "50.00"})
    assert sums(post("payments", **batched)) == {"bank": "-9.00", "creditors": "9.00"}


def test_payment_when_a_foreign_invoice_is_paid_at_home_then_the_bank_says_how_much() -> None:
    fields = payment("ACCRECPAYMENT", "100.00", BankAmount=Decimal("80.00"), CurrencyRate=Decimal("1.227"))
    assert sums(post("payments", **(fields | {"Invoice": {"CurrencyCode": "EUR"}}))) == {
        "bank": "80.00",
        "gains": "-80.00",
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"PaymentType": "BARTERPAYMENT"},
        {"Status": "PENDING"},
        {"Account": None},
        {"Account": {"Code": "nowhere"}},
        {"Amount": None},
        {"Invoice": {}, "CurrencyRate": Decimal("1.3")},
    ],
    ids=str,
)
def test_payment_when_not_understood_then_counted(fields: dict[str, Any]) -> None:
    assert refused("payments", **(payment("ACCRECPAYMENT", "9.00") | fields))


def test_payment_when_deleted_then_posts_nothing() -> None:
    assert post("payments", **payment("ACCRECPAYMENT", "9.00", Status="DELETED")) == []


def _prepaid(**more: Any) -> dict[str, Any]:
    lines = [line("advance", "100.00", "20.00")]
    return document("RECEIVE-PREPAYMENT", lines, "120.00") | more


def test_prepayment_when_received_and_used_in_parts_then_its_lines_are_cleared() -> None:
    keeper = bookkeeper()
    received = post("bank_transactions", keeper, **_prepaid(**MAIN))
    assert sums(received) == {"bank": "120.00", "advance": "-100.00", "tax": "-20.00"}
    half = {"Date": DAY, "Amount": Decimal("59.99")}
    used = post("prepayments", keeper, **_prepaid(Allocations=[half]))
    assert sums(used) == {"advance": "49.99", "tax": "10.00", "debtors": "-59.99"}
    rest = {"Date": date(2026, 4, 1), "Amount": Decimal("60.01")}
    whole = post("prepayments", keeper, **_prepaid(Allocations=[half, rest], Status="PAID"))
    assert sums(received + whole) == {"bank": "120.00", "debtors": "-120.00"}


def test_prepayment_when_paid_back_then_nothing_is_left_of_it() -> None:
    keeper = bookkeeper()
    back = [{"PaymentID": "p", "Date": DAY, "Amount": Decimal("120.00")}]
    found = post("bank_transactions", keeper, **_prepaid(**MAIN))
    found += post("prepayments", keeper, **_prepaid(Payments=back, Status="PAID"))
    refund = payment("ARPREPAYMENTPAYMENT", "120.00", Invoice=None, Prepayment={"CurrencyCode": "GBP"})
    found += post("payments", keeper, **refund)
    assert sums(found) == {}


def test_overpayment_when_used_at_home_then_only_its_bank_transaction_posts() -> None:
    use = [{"Date": DAY, "Amount": Decimal("10.00")}]
    over = document("RECEIVE-OVERPAYMENT", [line("debtors", "10.00")], "10.00", Allocations=use)
    assert sums(post("bank_transactions", **(over | MAIN))) == {"bank": "10.00", "debtors": "-10.00"}
    assert post("overpayments", **over) == []


def test_overpayment_when_foreign_then_its_use_is_worth_its_own_rate() -> None:
    use = [{"Date": DAY, "Amount": Decimal("10.00")}]
    over = document(
        "SPEND-OVERPAYMENT", [line("creditors", "10.00")], "10.00", Allocations=use, **euros("1.25")
    )
    assert sums(post("overpayments", **over)) == {"creditors": "-8.00", "gains": "8.00"}


def _journal(lines: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"Date": DAY, "Status": "POSTED", "LineAmountTypes": "NoTax", "JournalLines": lines} | more


def test_journal_when_posted_then_its_lines_and_their_tax_post() -> None:
    lines = [line("wages", "120.00", "20.00"), line("bank", "-120.00")]
    found = post("manual_journals", **_journal(lines, LineAmountTypes="Inclusive"))
    assert sums(found) == {"wages": "100.00", "tax": "20.00", "bank": "-120.00"}


@pytest.mark.parametrize("status", ["DRAFT", "VOIDED", "DELETED"])
def test_journal_when_not_posted_then_nothing(status: str) -> None:
    assert post("manual_journals", **_journal([line("wages", "1.00")], Status=status)) == []


@pytest.mark.parametrize("fields", [{"Status": "ARCHIVED"}, {"LineAmountTypes": None}, {"Date": ""}])
def test_journal_when_not_understood_then_counted(fields: dict[str, Any]) -> None:
    lines = [line("wages", "1.00"), line("bank", "-1.00")]
    assert refused("manual_journals", **(_journal(lines) | fields))


def test_journal_when_out_of_balance_then_counted() -> None:
    assert refused("manual_journals", **_journal([line("wages", "1.00"), line("bank", "-0.99")]))


def test_claim_when_approved_and_paid_then_owed_and_paid_from_somewhere_untold() -> None:
    keeper = bookkeeper()
    claim = {"Status": "PAID", "ReportingDate": date(2026, 3, 31), "Receipts": [{"ReceiptID": "R"}]}
    paid = [{"Date": date(2026, 4, 5), "Amount": Decimal("12.00")}]
    found = post("expense_claims", keeper, **(claim | {"Payments": paid}))
    receipt = document(
        "", [line("costs", "12.00", "2.00")], "12.00", LineAmountTypes="Inclusive", ReceiptID="r"
    )
    found += post("receipts", keeper, **receipt)
    assert sums(found) == {"costs": "10.00", "tax": "2.00", "(untold)": "-12.00"}
    assert [one.on for one in found] == [date(2026, 4, 5), date(2026, 3, 31)]


def test_receipt_when_its_claim_is_not_approved_then_posts_nothing() -> None:
    keeper = bookkeeper()
    submitted = {"Status": "SUBMITTED", "ReportingDate": DAY, "Receipts": [{"ReceiptID": "r"}]}
    assert post("expense_claims", keeper, **submitted) == []
    assert post("receipts", keeper, **document("", [line("costs", "1.00")], "1.00", ReceiptID="r")) == []
