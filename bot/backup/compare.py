"""Compare two versions of a record, field by field, in words a bookkeeper reads. Pure.

What Xero stamps on a record whenever it is touched is no difference; amounts are compared as numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from bot.backup.aligning import ABSENT, aligned
from bot.domain.records import Card, ChangeKind, FieldChange
from bot.xero.dates import read_moment

# Stamps, and what Xero derives from other fields or sends twice (Xero OpenAPI 16.1.0).
STAMPS = frozenset(
    {
        "UpdatedDateUTC",
        "HasErrors",
        "HasValidationErrors",
        "ValidationErrors",
        "Warnings",
        "StatusAttributeString",
    }
)
_TWICE = re.compile(r"Date(?:UTC)?String$")
_OF_REPORTS = frozenset({"UpdatedDateUTC", "ReportDate", "ReportTitles", "Fields"})
# Said first, because people look for them.
_FIRST = ("Status", "ContactStatus", "Name", "Contact", "Total", "Date", "DueDate", "Reference")
_LABELS = {
    "Contact": "Contact",
    "LineItems": "Lines",
    "JournalLines": "Lines",
    "ContactStatus": "Status",
    "IsReconciled": "Reconciled",
    "SentToContact": "Sent to contact",
    "ContactPersons": "Contact persons",
    "TaxNumber": "Tax number",
    "CurrencyCode": "Currency",
}
# Never shown, not even to those who may see the rest: that they changed is what matters.
_SECRET = re.compile(r"bank account|account number|iban|swift|password|tax number", re.IGNORECASE)
_NAMES = ("Name", "InvoiceNumber", "CreditNoteNumber", "Code", "Option")
_ENDED = {
    "VOIDED": ChangeKind.VOIDED,
    "DELETED": ChangeKind.DELETED,
    "ARCHIVED": ChangeKind.ARCHIVED,
}


def kind_of_change(before: Card, after: Card) -> ChangeKind:
    """Say what became of a record that both backups hold."""
    if before.status != after.status:
        return _ENDED.get(after.status.upper(), ChangeKind.CHANGED)
    return ChangeKind.CHANGED


def differing_fields(before: bytes, after: bytes) -> tuple[FieldChange, ...]:
    """List the fields in which two versions of a record differ, the telling ones first."""
    old, new = _read(before), _read(after)
    if not isinstance(old, dict) or not isinstance(new, dict):
        return () if old == new else (FieldChange(label="Content", note="differs"),)
    names = [name for name in dict.fromkeys([*old, *new]) if _counts(name) and old.get(name) != new.get(name)]
    names.sort(key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
    return tuple(change for name in names for change in _of_field(name, old.get(name), new.get(name)))


def same_report(before: bytes, after: bytes) -> bool:
    """Say whether two copies of a report tell the same, whenever each was made."""
    return bool(_without_time(_read(before)) == _without_time(_read(after)))


def _without_time(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_time(one) for key, one in value.items() if key not in _OF_REPORTS}
    return [_without_time(one) for one in value] if isinstance(value, list) else value


def _read(raw: bytes) -> Any:
    """Read JSON with numbers as they are written; what cannot be read is compared as bytes."""
    try:
        return json.loads(raw, parse_float=Decimal)
    except (ValueError, RecursionError):
        return raw


def _counts(name: str) -> bool:
    return name not in STAMPS and not _TWICE.search(name)


def _of_field(name: str, old: Any, new: Any) -> Iterator[FieldChange]:
    label = label_of(name)
    if _is_empty(old) and _is_empty(new):
        return
    if is_secret(label):
        yield FieldChange(label=label, note="changed")
    elif isinstance(old, list) or isinstance(new, list):
        yield from _of_list(name, old, new)
    elif isinstance(old, dict) or isinstance(new, dict):
        yield from _of_object(label, old, new)
    else:
        yield FieldChange(label=label, before=words_of(old), after=words_of(new))


def _of_list(name: str, old: Any, new: Any) -> Iterator[FieldChange]:
    before, after = (one if isinstance(one, list) else [] for one in (old, new))
    pairs = [pair for _, pair in aligned(name, before, after)]
    counts = (
        (sum(1 for was, _ in pairs if was is ABSENT), "added"),
        (sum(1 for was, now in pairs if ABSENT not in (was, now) and _differ(was, now)), "changed"),
        (sum(1 for _, now in pairs if now is ABSENT), "removed"),
    )
    told = ", ".join(f"{count} {word}" for count, word in counts if count)
    if told:
        yield FieldChange(label=label_of(name), note=told)


def _of_object(label: str, old: Any, new: Any) -> Iterator[FieldChange]:
    """Tell an object by its name where it has one, else that it changed."""
    if not _differ(old, new):
        return
    before, after = _named(old), _named(new)
    if before != after:
        yield FieldChange(label=label, before=before or "empty", after=after or "empty")
    else:
        yield FieldChange(label=label, note="changed")


def _differ(old: Any, new: Any) -> bool:
    """Compare without what Xero stamps on things whenever they are touched."""
    if isinstance(old, dict) and isinstance(new, dict):
        return any(_differ(old.get(key), new.get(key)) for key in {*old, *new} if _counts(key))
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return any(_differ(one, other) for one, other in zip(old, new, strict=True))
    return bool(old != new)


def _named(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    return next((str(value[key]) for key in _NAMES if value.get(key)), "")


def _is_empty(value: Any) -> bool:
    return value in (None, "", [], {})


def words_of(value: Any) -> str:
    """Write a value as people read it."""
    if _is_empty(value):
        return "empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    moment = read_moment(text) if text.startswith("/Date(") else None
    return f"{moment.day} {moment:%b %Y}" if moment else text


def is_secret(label: str) -> bool:
    """Say whether the values of a field are never shown."""
    return bool(_SECRET.search(label))


def label_of(name: str) -> str:
    """Write the name of a field as people say it."""
    if name in _LABELS:
        return _LABELS[name]
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name).split()
    kept = [part if part.isupper() and len(part) > 1 else part.lower() for part in parts]
    text = " ".join(kept)
    return text[:1].upper() + text[1:]
