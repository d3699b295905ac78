"""Xero's two words for the record a file belongs to: its group and its type.

Source: ObjectGroup and ObjectType in the Files part of Xero OpenAPI 16.1.0. The mapping from the accounting
API's own types is inferred from their names.
"""

from __future__ import annotations

from bot.sandbox.xero.beside.library import Link
from bot.sandbox.xero.organisation import PretendOrganisation

# Collection: group, the field that tells the type (if any), type by its value ("" for any other).
_WORDS: dict[str, tuple[str, str, dict[str, str]]] = {
    "Accounts": ("Account", "", {"": "Account"}),
    "BankTransactions": (
        "BankTransaction", "Type", {"RECEIVE": "CashRec", "": "CashPaid"},
    ),
    "Contacts": ("Contact", "", {"": "Business"}),
    "CreditNotes": ("CreditNote", "Type", {"ACCRECCREDIT": "AccRecCredit", "": "AccPayCredit"}),
    "Invoices": ("Invoice", "Type", {"ACCREC": "AccRec", "": "Accpay"}),
    "Items": ("Item", "", {"": "PriceListItem"}),
    "ManualJournals": ("ManualJournal", "", {"": "ManJournal"}),
    "Overpayments": (
        "Overpayment", "Type", {"RECEIVE-OVERPAYMENT": "ArOverPayment", "": "ApOverPayment"},
    ),
    "Payments": ("Payment", "PaymentType", {"ACCRECPAYMENT": "AccRecPayment", "": "AccPayPayment"}),
    "Prepayments": (
        "Prepayment", "Type", {"RECEIVE-PREPAYMENT": "ArPrepayment", "": "ApPrepayment"},
    ),
    "Quotes": ("Quote", "", {"": "SalesQuote"}),
    "Receipts": ("Receipt", "", {"": "Receipt"}),
}  # fmt: skip


def link_to(org: PretendOrganisation, collection: str, record_id: str, *, send_with: bool = False) -> Link:
    """Say that a file belongs to a record; raises KeyError where files cannot belong to such a one."""
    group, told_by, kinds = _WORDS[collection]
    record = org.record(collection, record_id)
    value = str(record.fields.get(told_by, "")) if told_by else ""
    return Link(
        object_id=record.record_id, group=group, kind=kinds.get(value, kinds[""]), send_with=send_with
    )
