"""Payments of invoices and bills, and refunds of what was credited or paid ahead.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/payments): only against
authorised documents and never more than is outstanding; from a bank account or one that payments were
enabled for; deleted by POST of the status. Inferred: the account is in the document's or the base currency;
a refund is not dated before its credit.
"""

from __future__ import annotations

from decimal import Decimal

from bot.sandbox.xero.books.settle import Settlement, delete_payment, pay
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import money
from bot.sandbox.xero.writing import messages
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.bank_transactions import needs_date, positive
from bot.sandbox.xero.writing.lines import account_named
from bot.sandbox.xero.writing.locks import check_payment
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Checks
from bot.sandbox.xero.writing.sent import Sent

_TARGETS = {
    "Invoice": ("Invoices", "InvoiceID", "InvoiceNumber"),
    "CreditNote": ("CreditNotes", "CreditNoteID", "CreditNoteNumber"),
    "Prepayment": ("Prepayments", "PrepaymentID", ""),
    "Overpayment": ("Overpayments", "OverpaymentID", ""),
}
_PLACES = Decimal("1.0000000000")


def write(act: Act, sent: Sent) -> Record:
    """Create a payment, or delete the one that is named."""
    if act.path_id:
        return _delete(act, sent)
    checks = Checks()
    found = _target(act.org, sent, checks)
    bank = payable_from(act.org, sent.part("Account"), checks)
    amount = money(positive(sent.amount("Amount"), checks))
    on = needs_date(sent.day("Date"), checks)
    check_payment(act.org, on, checks)
    checks.settle()
    assert found is not None  # noqa: S101 - checked above
    assert bank is not None  # noqa: S101 - checked above
    collection, document = found
    check_amount(collection, document, amount, checks)
    _check_fit(act, document, bank, checks)
    refund = collection == "Invoices" or on >= document.fields["Date"]
    checks.require(refund, unpublished("The refund is dated before the credit"))
    rate, cash = _rate(act.org, document, amount, sent, checks)
    checks.settle()
    settlement = Settlement(
        collection=collection, document=document, bank=bank.record_id, amount=amount, on=on,
        reference=sent.text("Reference"), reconciled=sent.flag("IsReconciled") or False, rate=rate,
        bank_amount=cash,
    )  # fmt: skip
    return pay(act.org, settlement)


def check_amount(collection: str, document: Record, amount: Decimal, checks: Checks) -> None:
    """Refuse to pay what is not approved, and more than is left; a paid one is refused in both words."""
    fields = document.fields
    checks.require(fields["Status"] == "AUTHORISED", messages.NOT_AUTHORISED)
    left = fields["AmountDue" if collection == "Invoices" else "RemainingCredit"]
    checks.require(amount <= left, messages.PAYS_TOO_MUCH)


def payable_from(org: PretendOrganisation, sent: Sent, checks: Checks) -> Record | None:
    """Find an account payments may come from or go to."""
    account = account_named(org, sent)
    if not checks.require(account, unpublished("Account must name an account")) or account is None:
        return None
    fields = account.fields
    usable = fields["Type"] == "BANK" or fields["EnablePaymentsToAccount"]
    checks.require(usable, unpublished("The account is no bank account and payments are not enabled for it"))
    checks.require(fields["Status"] == "ACTIVE", unpublished("The account is archived"))
    return account


def _target(org: PretendOrganisation, sent: Sent, checks: Checks) -> tuple[str, Record] | None:
    named = [name for name in _TARGETS if name in sent]
    if not checks.require(len(named) == 1, unpublished("A payment pays exactly one document")):
        return None
    collection, id_field, number_field = _TARGETS[named[0]]
    inner, shelf = sent.part(named[0]), org.shelf(collection)
    found = shelf.records.get(inner.text(id_field).lower())
    if found is None and number_field and (number := inner.text(number_field)) and id_field not in inner:
        found = next((one for one in shelf if one.fields[number_field] == number), None)
    checks.require(found, unpublished("The document to be paid is not there"))
    return None if found is None else (collection, found)


def _check_fit(act: Act, document: Record, bank: Record, checks: Checks) -> None:
    held = bank.fields.get("CurrencyCode") or act.org.base_currency
    fits = held in {act.org.base_currency, document.fields["CurrencyCode"]}
    checks.require(fits, unpublished("The account is in a third currency"))


def _rate(
    org: PretendOrganisation, document: Record, amount: Decimal, sent: Sent, checks: Checks
) -> tuple[Decimal | None, Decimal | None]:
    """Read the rate, or work it out from what the bank account moved by."""
    rate, cash = sent.amount("CurrencyRate"), sent.amount("BankAmount")
    for name, value in (("CurrencyRate", rate), ("BankAmount", cash)):
        checks.require(value is None or value > 0, unpublished(f"{name} must be more than zero"))
    if document.fields["CurrencyCode"] == org.base_currency or checks.messages:
        return None, None
    if rate is None and cash is not None:
        rate = amount / cash
    return None if rate is None else rate.quantize(_PLACES), None if cash is None else money(cash)


def _delete(act: Act, sent: Sent) -> Record:
    payment, checks = act.org.record("Payments", act.path_id), Checks()
    checks.require(sent.text("Status") == "DELETED", unpublished("A payment can only be DELETED"))
    checks.require(payment.fields["Status"] != "DELETED", unpublished("The payment is deleted already"))
    inside = "BatchPaymentID" not in payment.fields
    checks.require(inside, unpublished("A payment of a batch is deleted with its batch"))
    check_payment(act.org, payment.fields["Date"], checks)
    checks.settle()
    delete_payment(act.org, payment)
    return payment
