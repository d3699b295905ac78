"""Name a record of the copy as people know it. Pure; only people with access may see what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.restore.kinds.lines import iso_date

MOST = 120  # characters
_NUMBERS = ("InvoiceNumber", "CreditNoteNumber", "PurchaseOrderNumber", "QuoteNumber")
_BY_NAME = frozenset(
    {"accounts", "tax_rates", "tracking_categories", "branding_themes", "contacts", "contact_groups", "items"}
)
_SAYING = ("Reference", "Name", "FileName")
_PAID = ("Invoice", "CreditNote", "Prepayment", "Overpayment")


def name_of(resource: str, record: Mapping[str, Any]) -> str:
    """Give what a bookkeeper would look a record up by: number and contact, date and text, code and name."""
    if not resource:
        parts = ["Opening balances", _day(record)]
    elif resource in _BY_NAME:
        parts = [_text(record, "Code") if resource in {"accounts", "items"} else "", _text(record, "Name")]
    elif resource == "currencies":
        parts = [_text(record, "Code")]
    elif resource == "manual_journals":
        parts = [_day(record), _text(record, "Narration")]
    elif resource == "bank_transfers":
        parts = [_day(record), " → ".join(_end(record, end) for end in ("FromBankAccount", "ToBankAccount"))]
    else:
        parts = _document(record)
    found = " · ".join(part for part in (one.strip() for one in parts) if part)
    return " ".join(found.split())[:MOST] or "without a name"


def _document(record: Mapping[str, Any]) -> list[str]:
    paid: Mapping[str, Any] = next((record[one] for one in _PAID if record.get(one)), {})
    number = next((str(one[key]) for one in (record, paid) for key in _NUMBERS if one.get(key)), "")
    contact = record.get("Contact") or paid.get("Contact") or {}
    said = number or next((str(record[key]) for key in _SAYING if record.get(key)), "")
    return [said, _text(contact, "Name"), _day(record), _text(record, "Type") if not said else ""]


def _text(record: Mapping[str, Any], field: str) -> str:
    return str(record.get(field) or "")


def _day(record: Mapping[str, Any]) -> str:
    return iso_date(record, "Date")


def _end(record: Mapping[str, Any], end: str) -> str:
    account = record.get(end) or {}
    return _text(account, "Name") or _text(account, "Code")
