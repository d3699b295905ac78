"""Setting credit notes, prepayments and overpayments against invoices, and taking that back.

Facts (Xero OpenAPI 16.1.0; xeroizer 320): Amount, Invoice and Date are needed; both documents must be
authorised; not more than is left on either. Inferred: the date is not before the credit's, contact and
currency are the same on both sides.
"""

from __future__ import annotations

from flask import request

from bot.sandbox.xero.books.settle import allocate, take_back
from bot.sandbox.xero.collections import Collection
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields, money, textual
from bot.sandbox.xero.writing import messages
from bot.sandbox.xero.writing.bank_transactions import needs_date, positive
from bot.sandbox.xero.writing.batch import NO_ID
from bot.sandbox.xero.writing.locks import check_payment
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Absent, Checks, Invalid
from bot.sandbox.xero.writing.sent import Sent, read_elements

_SINGULAR = {"CreditNotes": "CreditNote", "Prepayments": "Prepayment", "Overpayments": "Overpayment"}


def write(
    org: PretendOrganisation, collection: Collection, credit: Record, rest: list[str]
) -> tuple[str, list[Fields]] | Fields:
    """Allocate (PUT), or take an allocation back (DELETE)."""
    if request.method == "DELETE":
        return _remove(org, collection, credit, rest)
    sent = read_elements(request.get_data(), "Allocations")
    if request.args.get("summarizeErrors", "").lower() != "false":
        return "Allocations", [_one(org, collection, credit, one) for one in sent]
    shown = []
    for one in sent:
        try:
            shown.append(_one(org, collection, credit, one) | {"StatusAttributeString": "OK"})
        except Invalid as refusal:
            errors = [{"Message": message} for message in refusal.messages]
            echo = {"AllocationID": NO_ID} | one.fields
            shown.append(echo | {"StatusAttributeString": "ERROR", "ValidationErrors": errors})
    return "Allocations", shown


def _one(org: PretendOrganisation, collection: Collection, credit: Record, sent: Sent) -> Fields:
    checks = Checks()
    amount = money(positive(sent.amount("Amount"), checks))
    on = needs_date(sent.day("Date"), checks)
    invoice = org.shelf("Invoices").records.get(sent.part("Invoice").text("InvoiceID").lower())
    checks.require(invoice, unpublished("There is no invoice with this InvoiceID"))
    checks.settle()
    assert invoice is not None  # noqa: S101 - checked above
    owed, left = invoice.fields, credit.fields
    checks.require(left["Status"] == "AUTHORISED", unpublished("The credit is not authorised"))
    checks.require(owed["Status"] != "PAID", messages.ALREADY_PAID_OFF)
    living = owed["Status"] in {"AUTHORISED", "PAID"}
    checks.require(living, unpublished("The invoice is not authorised"))
    fits = amount <= left["RemainingCredit"] and amount <= owed["AmountDue"]
    checks.require(fits or not living, messages.ALLOCATES_TOO_MUCH)
    sales = left["Type"].startswith(("ACCREC", "RECEIVE"))
    checks.require(sales == (owed["Type"] == "ACCREC"), unpublished("The invoice is of the wrong type"))
    checks.require(left["Contact"] == owed["Contact"], unpublished("The invoice is of another contact"))
    same = left["CurrencyCode"] == owed["CurrencyCode"]
    checks.require(same, unpublished("The invoice is in another currency"))
    checks.require(on >= left["Date"], unpublished("The allocation is dated before the credit"))
    check_payment(org, on, checks)
    checks.settle()
    allocation = allocate(org, collection.name, credit, invoice, amount=amount, on=on)
    singular = _SINGULAR[collection.name]
    brief = {collection.id_field: credit.record_id, "ID": credit.record_id, "LineItems": []}
    return dict(textual(allocation | {singular: brief, "ValidationErrors": []}))


def _remove(org: PretendOrganisation, collection: Collection, credit: Record, rest: list[str]) -> Fields:
    allocations = credit.fields["Allocations"]
    found = next((one for one in allocations if rest and one["AllocationID"] == rest[0].lower()), None)
    if found is None:
        raise Absent
    checks = Checks()
    check_payment(org, found["Date"], checks)
    checks.settle()
    take_back(org, collection.name, credit, found)
    shown = {"AllocationId": found["AllocationID"], "Date": found["Date"], "Invoice": [found["Invoice"]]}
    return shown | {"IsDeleted": True}
