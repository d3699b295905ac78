"""Bring together the entries of two lists that are the same thing: by their own ids, not by place. Pure.

Which field names an entry is said per list (Xero OpenAPI 16.1.0); elsewhere an id that every entry has and
no two share; a row of a report is named by its first cell. Entries without a name are matched where they are
equal, and what is left in the order it stands.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

CELLS = "Cells"  # not a field that names, but holds what does
NATURAL: Mapping[str, str] = {
    "Addresses": "AddressType",
    "Allocations": "AllocationID",
    "BatchPayments": "BatchPaymentID",
    "BudgetBalances": "Period",
    "BudgetLines": "AccountID",
    "ContactGroups": "ContactGroupID",
    "Contacts": "ContactID",
    "CreditNotes": "CreditNoteID",
    "LineItems": "LineItemID",
    "Options": "TrackingOptionID",
    "Overpayments": "OverpaymentID",
    "Payments": "PaymentID",
    "Phones": "PhoneType",
    "Prepayments": "PrepaymentID",
    "PurchasesTrackingCategories": "TrackingCategoryName",
    "SalesTrackingCategories": "TrackingCategoryName",
    "TaxComponents": "Name",
    "Rows": CELLS,
    "Tracking": "TrackingCategoryID",
}
Pair = tuple[Any, Any]  # an entry before and after; ABSENT where it is new or gone


class Absent:
    """Stands where there is nothing, not even null."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Name it in the output of tests."""
        return "ABSENT"


ABSENT = Absent()


def aligned(name: str, old: Sequence[Any], new: Sequence[Any]) -> list[tuple[str, Pair]]:
    """Give (key, pair) for every entry of both lists, in the order of the new one, what is gone at the end.

    A key names an entry for people who look it up: `LineItemID=…`, or its place, counted from 1.
    """
    field = naming_field(name, old, new)
    return _by_field(field, old, new) if field else _by_content(old, new)


def in_another_order(name: str, old: Sequence[Any], new: Sequence[Any]) -> bool:
    """Say whether entries that both lists hold stand in another order."""
    field = naming_field(name, old, new)
    if not field:
        return False  # without a name of their own, places are all there is to go by
    before, after = ([named(field, entry) for entry in entries] for entries in (old, new))
    kept = {*before} & {*after}
    return [key for key in before if key in kept] != [key for key in after if key in kept]


def naming_field(name: str, old: Sequence[Any], new: Sequence[Any]) -> str:
    """Give the field whose values name the entries of both lists, "" where none does."""
    entries = [*old, *new]
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        return ""
    wanted = [NATURAL[name]] if name in NATURAL else []
    wanted += [key for key in entries[0] if key.endswith(("ID", "Id"))]
    return next((field for field in wanted if _names(field, old) and _names(field, new)), "")


def named(field: str, entry: Mapping[str, Any]) -> Any:
    """Give the value that names an entry."""
    return first_cell(entry) if field == CELLS else entry.get(field)


def first_cell(entry: Mapping[str, Any]) -> str:
    """Give what a row of a report is called (Xero OpenAPI 16.1.0, ReportRows), "" for other things."""
    cells = entry.get("Cells")
    first = (
        cells[0].get("Value") if isinstance(cells, list) and cells and isinstance(cells[0], dict) else None
    )
    found = first or entry.get("Title")
    return found if isinstance(found, str) else ""


def _names(field: str, entries: Sequence[Mapping[str, Any]]) -> bool:
    values = [named(field, entry) for entry in entries]
    return all(isinstance(one, str) and one for one in values) and len(set(values)) == len(values)


def _by_field(field: str, old: Sequence[Any], new: Sequence[Any]) -> list[tuple[str, Pair]]:
    before = {named(field, entry): entry for entry in old}
    pairs: list[tuple[str, Pair]] = []
    for entry in new:
        key = named(field, entry)
        pairs.append((f"{field}={key}", (before.pop(key, ABSENT), entry)))
    return [*pairs, *((f"{field}={key}", (entry, ABSENT)) for key, entry in before.items())]


def _by_content(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[str, Pair]]:
    places = defaultdict[str, list[int]](list)
    for place in reversed(range(len(old))):
        places[_content(old[place])].append(place)
    taken = {at: found.pop() for at, entry in enumerate(new) if (found := places[_content(entry)])}
    free = sorted({*range(len(old))} - {*taken.values()}, reverse=True)
    pairs: list[tuple[str, Pair]] = []
    for at, entry in enumerate(new):
        before = old[taken[at]] if at in taken else old[free.pop()] if free else ABSENT
        pairs.append((str(at + 1), (before, entry)))
    return [*pairs, *((str(place + 1), (old[place], ABSENT)) for place in reversed(free))]


def _content(entry: Any) -> str:
    return json.dumps(entry, sort_keys=True, default=str)
