"""What contacts owe and are owed, as Xero shows it on a contact: from the documents, never stored.

Facts (Xero OpenAPI 16.1.0, Contact.Balances and its examples): raw sums of sales and of bills, not converted
to base currency; what credits leave over lowers what is outstanding, even below nothing, and not what is
overdue. A contact's UpdatedDateUTC does not move. Inferred: a contact that never had an approved document
shows no balances at all, and what falls due today is not overdue yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from bot.sandbox.xero.store import Debt, Record, Shelf
from bot.sandbox.xero.wire import Fields

NOTHING = Decimal("0.00")
LIVE = frozenset({"AUTHORISED", "PAID"})
DOCUMENTS = ("Invoices", "CreditNotes", "Prepayments", "Overpayments")
_SALES = ("ACCREC", "RECEIVE", "AR")


class _Sums(NamedTuple):
    """What one contact shows; `of` are the day and the documents it was worked out from."""

    day: date
    shown: Fields


class Owing:
    """Knows every contact's open documents; looks only at what changed since it was asked last."""

    def __init__(self, shelves: Mapping[str, Shelf]) -> None:
        self._shelves = {name: shelves[name] for name in DOCUMENTS}
        self._read = dict.fromkeys(DOCUMENTS, 0)
        self._owner: dict[str, str] = {}
        self._debts: dict[str, dict[str, Debt]] = {}
        self._sums: dict[str, _Sums] = {}

    def balances(self, contact_id: str, today: date) -> Fields | None:
        """Give a contact's Balances; None for one that never had a document that counts."""
        for name, shelf in self._shelves.items():
            if self._read[name] != len(shelf.log):
                self._refresh(name, shelf)
        if contact_id not in self._debts:
            return None
        known = self._sums.get(contact_id)
        if known is None or known.day != today:
            known = self._sums[contact_id] = _Sums(today, _shown(self._debts[contact_id], today))
        return known.shown

    def _refresh(self, name: str, shelf: Shelf) -> None:
        for record_id in shelf.log[self._read[name] :]:
            if (owner := self._owner.pop(record_id, None)) is not None:
                self._debts[owner].pop(record_id)
                self._sums.pop(owner, None)
            record = shelf.records.get(record_id)
            debt = None if record is None else _debt(record, credit=name != "Invoices")
            if debt is not None:
                self._owner[record_id] = debt.contact_id
                self._debts.setdefault(debt.contact_id, {})[record_id] = debt
                self._sums.pop(debt.contact_id, None)
        self._read[name] = len(shelf.log)


def _debt(record: Record, *, credit: bool) -> Debt | None:
    if record.is_lazy and record.pattern is not None and record.pattern.owe is not None:
        return record.pattern.owe(record.number)
    fields = record.fields
    if fields["Status"] not in LIVE:
        return None
    return Debt(
        contact_id=fields["Contact"]["ContactID"],
        selling=fields["Type"].startswith(_SALES),
        amount=-fields["RemainingCredit"] if credit else fields["AmountDue"],
        due=None if credit else fields.get("DueDate"),
    )


def _shown(debts: Mapping[str, Debt], today: date) -> Fields:
    sides: Fields = {}
    for name, selling in (("AccountsReceivable", True), ("AccountsPayable", False)):
        mine = [one for one in debts.values() if one.selling is selling]
        late = (one.amount for one in mine if one.due is not None and one.due < today)
        outstanding = sum((one.amount for one in mine), NOTHING)
        sides[name] = {"Outstanding": outstanding, "Overdue": sum(late, NOTHING)}
    return sides
