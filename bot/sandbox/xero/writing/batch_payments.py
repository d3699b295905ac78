"""Payments of several invoices or bills at once.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/batchpayments): created by PUT,
deleted by POST with all the payments in them; the type follows from the documents; the reconciled flag
cannot be written.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from bot.sandbox.xero.books.settle import Batch, Share, add_batch, delete_payment
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields, money
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.bank_transactions import needs_date, positive, read_bank
from bot.sandbox.xero.writing.locks import check_payment
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.payments import check_amount
from bot.sandbox.xero.writing.refusals import Checks
from bot.sandbox.xero.writing.sent import Sent

NARRATIVE = 18


def write(act: Act, sent: Sent) -> Record:
    """Create a batch (PUT), or delete one (POST)."""
    if not act.creating:
        return _delete(act, sent)
    checks = Checks()
    bank = read_bank(act, sent.part("Account"), checks)
    on = needs_date(sent.day("Date"), checks)
    check_payment(act.org, on, checks)
    short = len(sent.text("Narrative")) <= NARRATIVE
    checks.require(short, unpublished(f"Narrative is longer than {NARRATIVE} characters"))
    parts = sent.parts("Payments")
    checks.require(parts, unpublished("A batch needs Payments"))
    shares = [share for part in parts if (share := _share(act, part, checks)) is not None]
    kinds = {share.invoice.fields["Type"] for share in shares}
    checks.require(len(kinds) <= 1, unpublished("A batch pays either invoices or bills"))
    _check_sums(shares, checks)
    checks.settle()
    assert bank is not None  # noqa: S101 - checked above
    batch = Batch(shares=shares, bank=bank.record_id, on=on, reference=sent.text("Reference"))
    record = add_batch(act.org, batch)
    texts = ("Particulars", "Code", "Details", "Narrative")
    record.own().update({name: sent.text(name) for name in texts if name in sent})
    return record


def _share(act: Act, part: Sent, checks: Checks) -> Share | None:
    inner = part.part("Invoice")
    invoice = act.org.shelf("Invoices").records.get(inner.text("InvoiceID").lower())
    amount = money(positive(part.amount("Amount"), checks))
    if not checks.require(invoice, unpublished("There is no invoice with this InvoiceID")) or invoice is None:
        return None
    home = invoice.fields["CurrencyCode"] == act.org.base_currency
    checks.require(home, unpublished("A batch pays documents in the base currency"))
    return Share(invoice, amount)


def _check_sums(shares: list[Share], checks: Checks) -> None:
    """Two shares of one invoice count together."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for share in shares:
        sums[share.invoice.record_id] += share.amount
        check_amount("Invoices", share.invoice, sums[share.invoice.record_id], checks)


def _delete(act: Act, sent: Sent) -> Record:
    checks, shelf = Checks(), act.org.shelf("BatchPayments")
    known = shelf.records.get(act.path_id or sent.text("BatchPaymentID").lower())
    checks.require(known, unpublished("There is no batch with this BatchPaymentID"))
    checks.require(sent.text("Status") == "DELETED", unpublished("A batch can only be DELETED"))
    was: Fields = {} if known is None else known.fields
    checks.require(was.get("Status") != "DELETED", unpublished("The batch is deleted already"))
    if known is not None:
        check_payment(act.org, was["Date"], checks)
    checks.settle()
    assert known is not None  # noqa: S101 - checked above
    for line in was["Payments"]:
        delete_payment(act.org, act.org.record("Payments", line["PaymentID"]))
    act.org.change("BatchPayments", known.record_id, Status="DELETED", Payments=[])
    return known
