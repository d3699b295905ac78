"""Read from a record what a person knows it by. Pure; a record of an unexpected shape gives a bare card.

Names of fields are those of Xero OpenAPI 16.1.0 (accounting, assets, projects).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from bot.domain.records import Card
from bot.xero.dates import read_moment

# What a record of each kind is called; where Xero tells two kinds apart by Type, _TYPES says how.
KINDS: Mapping[str, str] = {
    "contacts": "Contact",
    "invoices": "Invoice",
    "credit_notes": "Credit note",
    "bank_transactions": "Spend or receive money",
    "bank_transfers": "Bank transfer",
    "payments": "Payment",
    "batch_payments": "Batch payment",
    "prepayments": "Prepayment",
    "overpayments": "Overpayment",
    "manual_journals": "Manual journal",
    "purchase_orders": "Purchase order",
    "quotes": "Quote",
    "repeating_invoices": "Repeating invoice",
    "receipts": "Receipt",
    "expense_claims": "Expense claim",
    "items": "Item",
    "accounts": "Account",
    "assets": "Fixed asset",
    "projects": "Project",
    "contact_groups": "Contact group",
    "tracking_categories": "Tracking category",
    "tax_rates": "Tax rate",
    "users": "User",
    "attachments": "Attachment",
    "files": "File",
    "folders": "Folder",
}
_TYPES: Mapping[tuple[str, str], str] = {
    ("invoices", "ACCPAY"): "Bill",
    ("credit_notes", "ACCPAYCREDIT"): "Supplier credit note",
    ("bank_transactions", "SPEND"): "Spend money",
    ("bank_transactions", "RECEIVE"): "Receive money",
    ("repeating_invoices", "ACCPAY"): "Repeating bill",
}


class _Named(msgspec.Struct):
    Name: Any = None
    InvoiceNumber: Any = None
    CreditNoteNumber: Any = None
    EmailAddress: Any = None
    FirstName: Any = None
    LastName: Any = None
    CurrencyCode: Any = None
    Contact: _Named | None = None


class _Seen(msgspec.Struct):
    InvoiceNumber: Any = None
    CreditNoteNumber: Any = None
    PurchaseOrderNumber: Any = None
    QuoteNumber: Any = None
    ReceiptNumber: Any = None
    Code: Any = None
    asset_number: Any = msgspec.field(default=None, name="assetNumber")
    Reference: Any = None
    Narration: Any = None
    Name: Any = None
    name: Any = None
    asset_name: Any = msgspec.field(default=None, name="assetName")
    Title: Any = None
    FileName: Any = None
    Contact: _Named | None = None
    Invoice: _Named | None = None
    CreditNote: _Named | None = None
    FromBankAccount: _Named | None = None
    ToBankAccount: _Named | None = None
    BankAccount: _Named | None = None
    Type: Any = None
    Status: Any = None
    ContactStatus: Any = None
    asset_status: Any = msgspec.field(default=None, name="assetStatus")
    status: Any = None
    Total: msgspec.Raw = msgspec.Raw(b"")
    TotalAmount: msgspec.Raw = msgspec.Raw(b"")
    Amount: msgspec.Raw = msgspec.Raw(b"")
    purchase_price: msgspec.Raw = msgspec.field(default=msgspec.Raw(b""), name="purchasePrice")
    CurrencyCode: Any = None
    Date: Any = None
    DateString: Any = None
    purchase_date: Any = msgspec.field(default=None, name="purchaseDate")
    UpdatedDateUTC: Any = None
    EmailAddress: Any = None
    FirstName: Any = None
    LastName: Any = None
    AccountNumber: Any = None
    ContactNumber: Any = None
    CompanyNumber: Any = None
    TaxNumber: Any = None
    ContactPersons: list[_Named] | None = None


_SEEN = msgspec.json.Decoder(_Seen)


def card_of(resource: str, record_id: str, raw: bytes) -> Card:
    """Give the card of a record as Xero sent it."""
    try:
        seen = _SEEN.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        seen = _Seen()
    number = (
        seen.InvoiceNumber
        or seen.CreditNoteNumber
        or seen.PurchaseOrderNumber
        or seen.QuoteNumber
        or seen.ReceiptNumber
        or seen.Code
        or seen.asset_number
    )
    return Card(
        resource=resource,
        record_id=record_id,
        kind=_kind(resource, seen),
        number=_text(number),
        reference=_text(seen.Reference),
        contact=_contact(seen),
        title=_text(
            seen.Name or seen.name or seen.asset_name or seen.FileName or seen.Narration or seen.Title
        )
        or _between(seen),
        status=_text(seen.Status or seen.ContactStatus or seen.asset_status or seen.status),
        amount=_amount(seen),
        currency=_text(seen.CurrencyCode) or _currency_of_what_was_paid(seen),
        dated=_day(seen),
        updated_at=read_moment(_text(seen.UpdatedDateUTC)),
        also=_also(seen),
    )


def _kind(resource: str, seen: _Seen) -> str:
    found = KINDS.get(resource) or resource.replace("_", " ").capitalize()
    # SPEND-OVERPAYMENT and the like are spending and receiving, too
    return _TYPES.get((resource, _text(seen.Type).partition("-")[0]), found)


def _contact(seen: _Seen) -> str:
    held = (seen.Contact, seen.Invoice and seen.Invoice.Contact, seen.CreditNote and seen.CreditNote.Contact)
    return next((name for one in held if one and (name := _text(one.Name))), "")


def _between(seen: _Seen) -> str:
    """Name a transfer by the two accounts it goes between."""
    start, end = seen.FromBankAccount, seen.ToBankAccount
    return f"{_text(start.Name)} to {_text(end.Name)}" if start and end else ""


def _currency_of_what_was_paid(seen: _Seen) -> str:
    paid = seen.Invoice or seen.CreditNote
    return _text(paid.CurrencyCode) if paid else ""


def _also(seen: _Seen) -> tuple[str, ...]:
    people = [(one.FirstName, one.LastName, one.EmailAddress) for one in seen.ContactPersons or ()]
    names = [" ".join(filter(None, map(_text, pair[:2]))) for pair in [(seen.FirstName, seen.LastName)]]
    names += [" ".join(filter(None, map(_text, one[:2]))) for one in people]
    paid = (
        seen.Invoice and seen.Invoice.InvoiceNumber,
        seen.CreditNote and seen.CreditNote.CreditNoteNumber,
    )
    numbers = (seen.AccountNumber, seen.ContactNumber, seen.CompanyNumber, seen.TaxNumber, seen.Title)
    mails = [seen.EmailAddress, *(one[2] for one in people)]
    found = [*map(_text, mails), *map(_text, paid), *names, *map(_text, numbers)]
    return tuple(dict.fromkeys(filter(None, found)))


def _amount(seen: _Seen) -> Decimal | None:
    for raw in (seen.Total, seen.TotalAmount, seen.Amount, seen.purchase_price):
        try:
            amount = Decimal(bytes(raw).decode().strip('"'))
        except (InvalidOperation, UnicodeDecodeError):
            continue
        if amount.is_finite():
            return amount
    return None


def _day(seen: _Seen) -> date | None:
    for value in (seen.DateString, seen.Date, seen.purchase_date):
        moment: datetime | None = read_moment(_text(value))
        if moment is not None:
            return moment.date()
    return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""
