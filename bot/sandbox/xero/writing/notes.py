"""History notes: added to a record, never changed, dated now, by nobody in particular. Read in `history.py`.

Facts (developer.xero.com/documentation/api/accounting/historyandnotes): sixteen parents, at most 2,500
characters; an unknown document is answered with 400 and a sentence.
"""

from __future__ import annotations

from flask import request

from bot.sandbox.xero.collections import Collection
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields, day_text, textual
from bot.sandbox.xero.writing import messages
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Checks, Invalid
from bot.sandbox.xero.writing.sent import read_elements

PARENTS = frozenset(
    {
        "BankTransactions", "BankTransfers", "BatchPayments", "Contacts", "CreditNotes", "ExpenseClaims",
        "Invoices", "Items", "ManualJournals", "Overpayments", "Payments", "Prepayments", "PurchaseOrders",
        "Quotes", "Receipts", "RepeatingInvoices",
    }
)  # fmt: skip
LONGEST = 2500


def write(
    org: PretendOrganisation, collection: Collection, record: Record, rest: list[str]
) -> tuple[str, list[Fields]]:
    """Add notes; the record's own date of change does not move."""
    del collection, rest
    checks = Checks()
    sent = read_elements(request.get_data(), "HistoryRecords")
    for one in sent:
        text = one.text("Details")
        checks.require(text, unpublished("Details must be specified"))
        checks.require(len(text) <= LONGEST, unpublished(f"Details are longer than {LONGEST} characters"))
    checks.settle()
    added = [_note(org, one.text("Details")) for one in sent]
    org.notes.setdefault(record.record_id, []).extend(added)
    return "HistoryRecords", [dict(textual(one)) for one in added]


def missing() -> None:
    """Say what an unknown document is answered with."""
    raise Invalid(messages.NOT_FOR_THIS_ENDPOINT)


def _note(org: PretendOrganisation, text: str) -> Fields:
    at = org.stamp()
    return {
        "Changes": "Note",
        "DateUTCString": day_text(at),
        "DateUTC": at,
        "User": "System Generated",
        "Details": text,
    }
