"""Xero's words for the status of a record, as its screens show them to people. Draws nothing else.

Values are those of Xero OpenAPI 16.1.0 (accounting, assets, projects); what they mean to people is told at
developer.xero.com/documentation/api/accounting/types. One that is new is shown as it came.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.views.words import capital

WORDS: Mapping[str, str] = {
    "ACCEPTED": "Accepted",
    "ACTIVE": "Active",
    "ARCHIVED": "Archived",
    "AUTHORISED": "Approved",
    "BILLED": "Billed",
    "CLOSED": "Closed",
    "DECLINED": "Declined",
    "DELETED": "Deleted",
    "DISPOSED": "Disposed",
    "DRAFT": "Draft",
    "GDPRREQUEST": "GDPR request",
    "INPROGRESS": "In progress",
    "INVOICED": "Invoiced",
    "PAID": "Paid",
    "PENDING": "Pending",
    "POSTED": "Posted",
    "REGISTERED": "Registered",
    "SENT": "Sent",
    "SUBMITTED": "Awaiting approval",
    "VOIDED": "Voided",
}
_TO_PAY = frozenset({"invoices", "credit_notes", "expense_claims"})
# Of these Xero has no other state than this one, so its screens do not name it.
_SIMPLY_THERE = frozenset({"payments", "batch_payments", "bank_transactions", "bank_transfers"})


def status(resource: str, word: str) -> str:
    """Give the words for a status of a record of that kind; "" where there is nothing to say."""
    key = word.upper()
    if key == "AUTHORISED" and resource in _SIMPLY_THERE:
        return ""
    if key == "AUTHORISED" and resource in _TO_PAY:
        return "Awaiting payment"
    return WORDS.get(key) or capital(word.replace("_", " ").lower())
