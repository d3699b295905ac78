"""Credit notes, bank lines, transfers, payments, allocations, batches, and what they do to the books."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.sandbox.xero.writing import messages

NOBODY = "00000000-0000-0000-0000-000000000000"
SOLD = {"Description": "Rope", "Quantity": 1, "UnitAmount": 100, "AccountCode": "200", "TaxType": "NONE"}
COST = {"Description": "Fuel", "Quantity": 1, "UnitAmount": 40, "AccountCode": "429", "TaxType": "NONE"}


def made(pen: Any, collection: str, **wishes: Any) -> dict[str, Any]:
    """Write a plain document of a collection; give the row."""
    wanted = {"Contact": {"Name": "Ægir"}, "Date": "2026-10-01", "Status": "AUTHORISED", "LineItems": [SOLD]}
    wanted |= {"Invoices": {"Type": "ACCREC", "DueDate": "2026-10-31"}}.get(collection, {})
    wanted |= {"CreditNotes": {"Type": "ACCRECCREDIT"}}.get(collection, {})
    if collection == "BankTransactions":
        wanted |= {"Type": "RECEIVE", "BankAccount": {"Code": "090"}}
    row: dict[str, Any] = pen.put(collection, wanted | wishes).one()
    return row


def paid(invoice: dict[str, Any], amount: Any, **more: Any) -> dict[str, Any]:
    target = {"Invoice": {"InvoiceID": invoice["InvoiceID"]}} if "InvoiceID" in invoice else {}
    return target | {"Account": {"Code": "090"}, "Date": "2026-10-05", "Amount": amount} | more


def test_payment_when_in_parts_then_outstanding_falls_and_paid_at_last(pen: Any) -> None:
    pen.bank()
    invoice = made(pen, "Invoices")
    first = pen.put("Payments", {"Payments": [paid(invoice, 30)]}).one()
    assert (first["PaymentType"], first["Status"], first["IsReconciled"]) == (
        "ACCRECPAYMENT",
        "AUTHORISED",
        False,
    )
    row = pen.read("Invoices", invoice["InvoiceID"])
    assert (row["AmountDue"], row["AmountPaid"], row["Status"]) == (70, 30, "AUTHORISED")
    pen.post("Payments", paid(invoice, "70.00", IsReconciled=True, Date="2026-10-09")).one()
    row = pen.read("Invoices", invoice["InvoiceID"])
    assert (row["AmountDue"], row["Status"], "FullyPaidOnDate" in row) == (0, "PAID", True)
    assert (pen.standing("090"), pen.standing("610"), pen.standing("200")) == (100, 0, -100)


def test_payment_when_deleted_then_the_invoice_is_open_again(pen: Any) -> None:
    pen.bank()
    invoice = made(pen, "Invoices")
    payment = pen.put("Payments", paid(invoice, 100)).one()["PaymentID"]
    assert pen.post(f"Payments/{payment}", {"Status": "DELETED"}).one()["Status"] == "DELETED"
    row = pen.read("Invoices", invoice["InvoiceID"])
    assert (row["AmountDue"], row["Status"], row["Payments"]) == (100, "AUTHORISED", [])
    assert (pen.standing("090"), pen.standing("610")) == (0, 100)
    assert "already" in pen.post(f"Payments/{payment}", {"Status": "DELETED"}).unpublished


def test_payment_when_a_rule_is_broken_then_refused(pen: Any) -> None:
    pen.bank()
    invoice = made(pen, "Invoices")
    assert pen.put("Payments", paid(invoice, 100.01)).errors == [
        "Payment amount exceeds the amount outstanding on this document"
    ]
    draft = made(pen, "Invoices", Status="DRAFT")
    assert pen.put("Payments", paid(draft, 1)).errors == [
        "Payments can only be made against Authorised documents"
    ]
    for wrong, why in (
        ({"Account": {"Code": "835"}}, "not enabled"),
        ({"Account": {"Code": "x"}}, "name an account"),
        ({"Amount": 0}, "more than zero"),
        ({"Date": None}, "Date"),
        ({"Invoice": {"InvoiceID": NOBODY}}, "not there"),
        ({"CreditNote": {"CreditNoteID": NOBODY}}, "exactly one"),
    ):
        assert why in pen.put("Payments", paid(invoice, 1) | wrong).unpublished
    pen.put("Payments", paid(invoice, 100))
    assert pen.put("Payments", paid(invoice, 1)).errors == [messages.NOT_AUTHORISED, messages.PAYS_TOO_MUCH]


def test_payment_when_enabled_for_an_account_then_taken_there(pen: Any) -> None:
    pen.bank()
    owner = pen.org.account("835").record_id
    pen.post(f"Accounts/{owner}", {"EnablePaymentsToAccount": True})
    pen.put("Payments", paid(made(pen, "Invoices"), 60, Account={"AccountID": owner})).one()
    assert pen.standing("835") == 60


def test_payment_when_its_time_is_locked_then_refused(pen: Any) -> None:
    pen.bank()
    invoice = made(pen, "Invoices")
    pen.org.change("Organisations", pen.org.tenant_id, PeriodLockDate=date(2026, 10, 5))
    assert pen.put("Payments", paid(invoice, 1)).errors == [
        "Organisation accounts are locked on the specified payment"
    ]
    assert pen.put("Payments", paid(invoice, 1, Date="2026-10-06")).status == 200


def test_paid_document_when_changed_then_only_what_is_not_money(pen: Any) -> None:
    pen.bank()
    invoice = made(pen, "Invoices")
    pen.put("Payments", paid(invoice, 100))
    path = f"Invoices/{invoice['InvoiceID']}"
    assert pen.post(path, {"LineItems": [SOLD]}).errors == [messages.SETTLED]
    assert pen.post(path, {"Date": "2026-10-02"}).errors == [messages.SETTLED]
    assert pen.post(path, {"Status": "VOIDED"}).errors == [messages.INVOICE_STATUS_AT_CHANGE]
    assert pen.post(path, {"Reference": "x", "Status": "PAID"}).one()["Reference"] == "x"
    part = made(pen, "Invoices")
    pen.put("Payments", paid(part, 1))
    assert pen.post(f"Invoices/{part['InvoiceID']}", {"Status": "VOIDED"}).errors == [
        "This document cannot be edited as it has a payment or credit note allocated to it."
    ]


def test_payment_when_across_currencies_then_the_difference_is_a_realised_gain(pen: Any) -> None:
    pen.bank()
    pen.put("Currencies", {"Code": "EUR"})
    pen.org.revalues = False
    invoice = made(pen, "Invoices", CurrencyCode="EUR", CurrencyRate=1.25)
    payment = pen.put("Payments", paid(invoice, 100, CurrencyRate=1)).one()
    assert (payment["BankAmount"], payment["CurrencyRate"]) == (100, 1)
    assert (pen.standing("090"), pen.standing("610"), pen.standing("499")) == (100, 0, -20)
    second = made(pen, "Invoices", CurrencyCode="EUR", CurrencyRate=1.25)
    by_amount = pen.put("Payments", paid(second, 100, BankAmount=50)).one()
    assert (by_amount["CurrencyRate"], pen.standing("090")) == (2, 150)


def test_credit_note_when_allocated_and_taken_back_then_both_sides_follow(pen: Any) -> None:
    invoice = made(pen, "Invoices")
    note = made(pen, "CreditNotes", LineItems=[SOLD | {"UnitAmount": 40}])
    assert (note["CreditNoteNumber"], note["RemainingCredit"], pen.standing("610")) == ("CN-0001", 40, 60)
    path = f"CreditNotes/{note['CreditNoteID']}/Allocations"
    wanted = {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Amount": 40, "Date": "2026-10-02"}
    done = pen.put(path, {"Allocations": [wanted]}).one()
    row, credit = pen.read("Invoices", invoice["InvoiceID"]), pen.read("CreditNotes", note["CreditNoteID"])
    assert (row["AmountDue"], row["AmountCredited"], row["CreditNotes"][0]["AppliedAmount"]) == (60, 40, 40)
    assert (credit["RemainingCredit"], credit["Status"], pen.standing("610")) == (0, "PAID", 60)
    gone = pen.call("DELETE", f"{path}/{done['AllocationID']}")
    assert (gone.status, gone.body["IsDeleted"]) == (200, True)
    row, credit = pen.read("Invoices", invoice["InvoiceID"]), pen.read("CreditNotes", note["CreditNoteID"])
    assert (row["AmountDue"], row["AmountCredited"], row["CreditNotes"]) == (100, 0, [])
    assert (credit["RemainingCredit"], credit["Status"], credit["Allocations"]) == (40, "AUTHORISED", [])
    assert pen.call("DELETE", f"{path}/{done['AllocationID']}").status == 404


def test_allocation_when_a_rule_is_broken_then_refused(pen: Any) -> None:
    pen.bank()
    invoice = made(pen, "Invoices")
    note = made(pen, "CreditNotes", Date="2026-10-02")
    path = f"CreditNotes/{note['CreditNoteID']}/Allocations"
    wanted = {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Amount": 40, "Date": "2026-10-02"}
    assert pen.put(path, wanted | {"Amount": 100.01}).errors == [messages.ALLOCATES_TOO_MUCH]
    other = made(pen, "Invoices", Contact={"Name": "Other"})
    bill = made(pen, "Invoices", Type="ACCPAY", LineItems=[COST], DueDate="2026-10-31")
    for wrong, why in (
        ({"Amount": 0}, "more than zero"),
        ({"Date": None}, "Date"),
        ({"Date": "2026-10-01"}, "before the credit"),
        ({"Invoice": {"InvoiceID": NOBODY}}, "no invoice"),
        ({"Invoice": {"InvoiceID": other["InvoiceID"]}}, "another contact"),
        ({"Invoice": {"InvoiceID": bill["InvoiceID"]}}, "wrong type"),
    ):
        assert why in pen.put(path, wanted | wrong).unpublished
    pen.put("Payments", paid(invoice, 100))
    assert messages.ALREADY_PAID_OFF in pen.put(path, wanted).errors
    single = pen.put(path, {"Allocations": [wanted]}, summarizeErrors="false").one()
    assert single["StatusAttributeString"] == "ERROR"


def test_credit_note_when_refunded_then_money_leaves(pen: Any) -> None:
    pen.bank()
    note = made(pen, "CreditNotes")
    refund = {"CreditNote": {"CreditNoteID": note["CreditNoteID"]}} | paid({}, 100)
    assert "before the credit" in pen.put("Payments", refund | {"Date": "2026-09-30"}).unpublished
    assert pen.put("Payments", refund).one()["PaymentType"] == "ARCREDITPAYMENT"
    assert (pen.standing("090"), pen.standing("610"), pen.standing("200")) == (-100, 0, 100)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"Status": "PAID"}, messages.unpublished("The credit note cannot be created with this Status")),
        ({"CreditNoteNumber": "T"}, messages.unpublished("Another credit note has this CreditNoteNumber")),
        (
            {"LineItems": [SOLD | {"DiscountRate": 5}]},
            messages.unpublished("Discounts cannot be applied to credit notes"),
        ),
    ],
)
def test_credit_note_when_a_rule_is_broken_then_refused(
    pen: Any, wrong: dict[str, Any], message: str
) -> None:
    made(pen, "CreditNotes", CreditNoteNumber="T")
    good = {"Type": "ACCRECCREDIT", "Contact": {"Name": "Ægir"}, "LineItems": [SOLD], "Status": "DRAFT"}
    assert pen.put("CreditNotes", good | wrong).errors == [message]


def test_credit_note_when_the_id_is_unknown_then_the_published_sentence(pen: Any) -> None:
    answer = pen.post("CreditNotes", {"CreditNoteID": NOBODY, "Reference": "x"})
    assert answer.errors == ["An existing Credit Note with the specified CreditNoteID could not be found"]


def test_bank_transaction_when_spent_then_inclusive_by_default_and_in_the_books(pen: Any) -> None:
    pen.bank()
    line = COST | {"UnitAmount": 120, "TaxType": "INPUT2"}
    row = made(pen, "BankTransactions", Type="SPEND", LineItems=[line], IsReconciled=True)
    assert (row["LineAmountTypes"], row["Total"], row["TotalTax"], row["IsReconciled"]) == (
        "Inclusive",
        120,
        20,
        True,
    )
    assert (pen.standing("090"), pen.standing("429"), pen.standing("820")) == (-120, 100, 20)


BANKING: list[tuple[dict[str, Any], str]] = [
    ({"Type": "SPEND-TRANSFER"}, "SPEND-TRANSFER"),
    ({"BankAccount": {"Code": "200"}}, "bank account"),
    ({"LineItems": [SOLD | {"Quantity": 0}]}, "Quantity"),
    ({"LineItems": [SOLD | {"UnitAmount": 0}]}, "UnitAmount"),
    ({"LineItems": [SOLD | {"UnitAmount": -1}]}, "more than zero"),
    ({"LineItems": [SOLD | {"TaxType": "OUTPUT2", "TaxAmount": 1}]}, "works out"),
    ({"LineItems": [SOLD | {"DiscountRate": 1}]}, "Discounts"),
    ({"Status": "DELETED"}, "DELETED"),
    ({"Total": 99}, "sum of the lines"),
    ({"CurrencyCode": "EUR"}, "bank account's"),
]


@pytest.mark.parametrize(("wrong", "why"), BANKING, ids=lambda value: str(value)[:40])
def test_bank_transaction_when_a_rule_is_broken_then_refused(
    pen: Any, wrong: dict[str, Any], why: str
) -> None:
    pen.bank()
    good = {"Type": "RECEIVE", "BankAccount": {"Code": "090"}, "Contact": {"Name": "Æ"}, "LineItems": [SOLD]}
    assert any(why in error for error in pen.put("BankTransactions", good | wrong).errors)
    assert pen.rows("BankTransactions") == []


def test_bank_transaction_when_nobody_is_named_then_the_published_sentences(pen: Any) -> None:
    pen.bank()
    good = {"Type": "SPEND", "BankAccount": {"Code": "090"}, "LineItems": [COST]}
    assert pen.put("BankTransactions", good).errors == [messages.NO_CONTACT]
    assert pen.put("BankTransactions", good | {"Contact": {}}).errors == [messages.EMPTY_CONTACT]


def test_bank_transaction_when_changed_or_deleted_then_the_books_follow(pen: Any) -> None:
    pen.bank()
    row = made(pen, "BankTransactions")
    path = f"BankTransactions/{row['BankTransactionID']}"
    assert pen.post(path, {"IsReconciled": True, "Reference": "R"}).one()["IsReconciled"] is True
    assert "un-reconciled" in pen.post(path, {"IsReconciled": False}).unpublished
    assert pen.post(path, {"LineItems": [SOLD | {"UnitAmount": 70}]}).one()["Total"] == 70
    assert pen.standing("090") == 70
    assert pen.post(path, {"Status": "DELETED"}).one()["Status"] == "DELETED"
    assert pen.standing("090") == 0
    assert "deleted" in pen.post(path, {"Reference": "x"}).unpublished


def test_prepayment_when_received_then_arises_and_can_be_allocated(pen: Any) -> None:
    pen.bank()
    invoice = made(pen, "Invoices")
    bank = made(pen, "BankTransactions", Type="RECEIVE-PREPAYMENT", Reference="P")
    advance = pen.read("Prepayments", bank["PrepaymentID"])
    assert (advance["RemainingCredit"], advance["Type"], advance["Status"]) == (
        100,
        "RECEIVE-PREPAYMENT",
        "AUTHORISED",
    )
    wanted = {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Amount": 60, "Date": "2026-10-02"}
    pen.put(f"Prepayments/{bank['PrepaymentID']}/Allocations", wanted).one()
    refund = {"Prepayment": {"PrepaymentID": bank["PrepaymentID"]}} | paid({}, 40)
    assert pen.put("Payments", refund).one()["PaymentType"] == "ARPREPAYMENTPAYMENT"
    assert pen.read("Prepayments", bank["PrepaymentID"])["Status"] == "PAID"
    assert (pen.standing("090"), pen.standing("610")) == (60, 40)
    frozen = pen.post(f"BankTransactions/{bank['BankTransactionID']}", {"Status": "DELETED"})
    assert "cannot be changed" in frozen.unpublished


def test_overpayment_when_received_then_one_line_on_the_control_account(pen: Any) -> None:
    pen.bank()
    line = {"Description": "Too much", "UnitAmount": 25}
    bank = made(pen, "BankTransactions", Type="RECEIVE-OVERPAYMENT", LineItems=[line])
    assert bank["LineItems"][0]["AccountCode"] == "610"
    assert pen.read("Overpayments", bank["OverpaymentID"])["RemainingCredit"] == 25
    assert (pen.standing("090"), pen.standing("610")) == (25, -25)
    good = {"Type": "SPEND-OVERPAYMENT", "BankAccount": {"Code": "090"}, "Contact": {"Name": "Æ"}}
    assert "exactly one" in pen.put("BankTransactions", good | {"LineItems": [line, line]}).unpublished
    assert pen.put("Overpayments", {}).status == 501


def test_transfer_when_made_and_deleted_then_both_accounts_follow(pen: Any) -> None:
    pen.bank()
    pen.bank("091")
    wanted = {"FromBankAccount": {"Code": "090"}, "ToBankAccount": {"Code": "091"}, "Amount": "12.5"}
    row = pen.put("BankTransfers", wanted | {"Date": "2026-10-01", "ToIsReconciled": True}).one()
    assert (row["FromIsReconciled"], row["ToIsReconciled"], row["CurrencyRate"]) == (False, True, 1)
    assert (pen.standing("090"), pen.standing("091")) == (Decimal("-12.5"), Decimal("12.5"))
    legs = [pen.read("BankTransactions", row[f"{end}BankTransactionID"]) for end in ("From", "To")]
    assert [leg["IsReconciled"] for leg in legs] == [False, True]
    gone = {"BankTransferID": row["BankTransferID"], "Status": "DELETED"}
    assert pen.post("BankTransfers", {"BankTransfers": [gone]}).one()["Status"] == "DELETED"
    assert pen.standing("090") == 0
    assert pen.rows("BankTransfers") == []
    assert "already" in pen.post("BankTransfers", gone).unpublished
    assert "differ" in pen.put("BankTransfers", wanted | {"ToBankAccount": {"Code": "090"}}).unpublished
    assert "more than zero" in pen.put("BankTransfers", wanted | {"Amount": 0}).unpublished


def test_batch_when_paid_and_deleted_then_every_invoice_follows(pen: Any) -> None:
    pen.bank()
    invoices = [made(pen, "Invoices") for _ in range(2)]
    shares = [{"Invoice": {"InvoiceID": one["InvoiceID"]}, "Amount": 60} for one in invoices]
    wanted = {"Account": {"Code": "090"}, "Date": "2026-10-09", "Reference": "B", "Payments": shares}
    row = pen.put("BatchPayments", {"BatchPayments": [wanted]}).one()
    assert (row["Type"], row["TotalAmount"], row["IsReconciled"]) == ("RECBATCH", 120, False)
    assert [one["AmountDue"] for one in pen.rows("Invoices")] == [40, 40]
    payment = pen.rows("Payments", page=1)[0]
    assert payment["BatchPaymentID"] == row["BatchPaymentID"]
    assert "batch" in pen.post(f"Payments/{payment['PaymentID']}", {"Status": "DELETED"}).unpublished
    assert pen.standing("090") == 120
    gone = pen.post("BatchPayments", {"BatchPaymentID": row["BatchPaymentID"], "Status": "DELETED"}).one()
    assert (gone["Status"], pen.standing("090")) == ("DELETED", 0)
    assert [one["AmountDue"] for one in pen.rows("Invoices")] == [100, 100]


def test_batch_when_a_rule_is_broken_then_nothing_is_paid(pen: Any) -> None:
    pen.bank()
    invoice = made(pen, "Invoices")
    bill = made(pen, "Invoices", Type="ACCPAY", LineItems=[COST])
    share = {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Amount": 60}
    wanted = {"Account": {"Code": "090"}, "Date": "2026-10-09", "Payments": [share]}
    assert pen.put("BatchPayments", wanted | {"Payments": [share, share]}).errors == [messages.PAYS_TOO_MUCH]
    mixed = [share, {"Invoice": {"InvoiceID": bill["InvoiceID"]}, "Amount": 1}]
    assert "either" in pen.put("BatchPayments", wanted | {"Payments": mixed}).unpublished
    assert "18" in pen.put("BatchPayments", wanted | {"Narrative": "x" * 19}).unpublished
    assert "Payments" in pen.put("BatchPayments", wanted | {"Payments": []}).unpublished
    assert pen.rows("Payments") == []
