"""What happened to a record, as Xero's History tells it: worked out anew from the record each time.

Nothing is kept for it but when a record was made and changed (`store.py`), so that a huge organisation stays
small; the same record always has the same past, and what happens later comes on top of it.

Facts (developer.xero.com/documentation/api/accounting/historyandnotes; Xero OpenAPI 16.1.0): the fields,
"System Generated" for what an app did, "Received through the Xero API from …", "Attached a file". Inferred:
which words stand for which change, for Xero's full list of them is not published with the API. What is not
known is told of the record's beginning: that it was sent or reconciled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zlib import crc32

from bot.sandbox.xero.collections import Collection
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record, status_of
from bot.sandbox.xero.wire import Fields, day_text, textual

APP = "System Generated"
# Between a payment and the change of its invoice lie the stamps of one call.
_TOGETHER = timedelta(seconds=1)
_SOLD = {
    "SUBMITTED": ("Submitted",), "AUTHORISED": ("Approved",), "PAID": ("Approved",),
    "VOIDED": ("Approved", "Voided"), "DELETED": ("Deleted",),
}  # fmt: skip
_MOVED = {"DELETED": ("Deleted",), "VOIDED": ("Voided",)}
# What a record went through to stand where it stands, after it was created.
_STEPS: dict[str, dict[str, tuple[str, ...]]] = {
    "Invoices": _SOLD,
    "CreditNotes": _SOLD,
    "RepeatingInvoices": {"AUTHORISED": ("Approved",), "DELETED": ("Deleted",)},
    "PurchaseOrders": _SOLD | {"BILLED": ("Approved", "Billed")},
    "Quotes": {
        "SENT": ("Sent",), "ACCEPTED": ("Sent", "Accepted"), "DECLINED": ("Sent", "Declined"),
        "INVOICED": ("Sent", "Accepted", "Invoiced"), "DELETED": ("Deleted",),
    },
    "ManualJournals": {"POSTED": ("Posted",), "VOIDED": ("Posted", "Voided"), "DELETED": ("Deleted",)},
    "Contacts": {"ARCHIVED": ("Archived",), "GDPRREQUEST": ("Archived",)},
    "Receipts": {
        "SUBMITTED": ("Submitted",), "AUTHORISED": ("Submitted", "Approved"),
        "DECLINED": ("Submitted", "Declined"),
    },
    "ExpenseClaims": {
        "SUBMITTED": ("Submitted",), "AUTHORISED": ("Submitted", "Approved"),
        "PAID": ("Submitted", "Approved", "Paid"),
    },
}  # fmt: skip
_NAMES = (
    "InvoiceNumber",
    "CreditNoteNumber",
    "PurchaseOrderNumber",
    "QuoteNumber",
    "Code",
    "Name",
    "Narration",
)
_AMOUNTS = ("Total", "TotalAmount", "Amount")
_CREDITS = {
    "CreditNotes": "CreditNoteID",
    "Prepayments": "PrepaymentID",
    "Overpayments": "OverpaymentID",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    at: datetime
    changes: str
    details: str
    user: str = APP

    def shown(self) -> Fields:
        """Give it as Xero shows it, dates still as dates."""
        return {
            "Changes": self.changes,
            "DateUTCString": day_text(self.at),
            "DateUTC": self.at,
            "User": self.user,
            "Details": self.details,
        }


def history(org: PretendOrganisation, collection: Collection, record: Record, app_name: str) -> list[Fields]:
    """Give what happened to a record and the notes on it, newest first, in wire form."""
    past = _Past(org, collection.name, record, app_name)
    entries = [one.shown() for one in past.events()] + org.notes.get(record.record_id, [])
    # Of two entries of one moment the later one stands first.
    ordered = sorted(enumerate(entries), key=lambda pair: (pair[1]["DateUTC"], pair[0]), reverse=True)
    return [dict(textual(entry)) for _, entry in ordered]


class _Past:
    """Reads the past of one record."""

    def __init__(self, org: PretendOrganisation, plural: str, record: Record, app_name: str) -> None:
        self.org, self.plural, self.record, self.app_name = org, plural, record, app_name
        self.fields = record.fields
        self.by_app = record.made_at >= org.built_at
        self.label = _label(self.fields)
        self.changes = list(org.shelf(plural).changes.get(record.record_id, ()))
        # The moments of those changes that something else tells of.
        self.told: set[datetime] = set()

    def events(self) -> list[Event]:
        """Give everything that happened, oldest first, without the notes."""
        found = [*self._beginning(), *self._files()]
        found += [*self._payments(), *self._credits()]
        return sorted([*found, *self._later()], key=lambda one: one.at)

    def _beginning(self) -> Iterator[Event]:
        """Tell how it came to what it was made as; people take some minutes from step to step."""
        made = self.record.made_at
        steps = ["Created", *self._words(self.record.made_status or status_of(self.fields))]
        if self.by_app:
            yield Event(made, "Created", f"Received through the Xero API from {self.app_name}")
            yield from (Event(made, word, self.label) for word in steps[1:])
            return
        if self.fields.get("SentToContact") and "Approved" in steps:
            word = "Invoice sent" if self.plural == "Invoices" else "Sent"
            steps.insert(steps.index("Approved") + 1, word)
        if self.fields.get("IsReconciled"):
            steps.append("Reconciled")
        pause = timedelta(minutes=2 + self._draw("pause") % 8)
        for back, word in zip(range(len(steps) - 1, -1, -1), steps, strict=True):
            at = made - back * pause
            yield Event(at, word, self._transfer() or self.label, self._person(at, word))

    def _words(self, status: str) -> tuple[str, ...]:
        return _STEPS.get(self.plural, _MOVED).get(status, ())

    def _payments(self) -> Iterator[Event]:
        payments = self.org.shelf("Payments").records
        left = self.fields.get("Total", Decimal(0))
        for one in self.fields.get("Payments", ()):
            left -= one["Amount"]
            paid = payments.get(one["PaymentID"])
            if paid is None or "Date" not in one:
                continue  # of an expense claim, or the lines of a batch
            self.told |= {at for at, _ in self.changes if timedelta() <= at - paid.made_at < _TOGETHER}
            fully = " This has been fully paid." if not left else ""
            words = f"Payment of {one['Amount']} on {_long(one['Date'])}.{fully}"
            yield self._event(paid.made_at, "Paid", words)

    def _credits(self) -> Iterator[Event]:
        """Tell of credits used; when that was is known from the changes only."""
        live = [at for at, status in self.changes if status in {"AUTHORISED", "PAID"}]
        for low, on, words in sorted(self._uses()):
            waiting = (at for at in live if at not in self.told and self._may_be(at, low, on))
            at = next(waiting, low)
            self.told.add(at)
            yield self._event(at, "Credit Applied", words)

    def _may_be(self, moment: datetime, low: datetime, on: date) -> bool:
        # People's hours are made up day by day; the stamps of an app are in their true order.
        return moment >= low if moment >= self.org.built_at else moment.date() >= max(low.date(), on)

    def _uses(self) -> Iterator[tuple[datetime, date, str]]:
        made = self.record.made_at
        for one in self.fields.get("Allocations", ()):
            invoice = self.org.shelf("Invoices").records.get(one["Invoice"]["InvoiceID"])
            low = made if invoice is None else max(made, invoice.made_at)
            name = one["Invoice"].get("InvoiceNumber", "an invoice")
            yield low, one["Date"], f"{one['Amount']} applied to {name}."
        for plural, id_field in _CREDITS.items():
            for one in self.fields.get(plural, ()):
                credit = self.org.shelf(plural).records.get(one[id_field])
                low = made if credit is None else max(made, credit.made_at)
                yield low, one["Date"], f"{one['AppliedAmount']} applied on {_long(one['Date'])}."

    def _files(self) -> Iterator[Event]:
        for file in self.org.files.get(self.record.record_id, {}).values():
            words = f"Attached the file {file.shown['FileName']}"
            if not file.by:
                words += f" through the Xero API using {self.app_name}"
            yield Event(file.at, "Attached a file", words, file.by or APP)

    def _later(self) -> Iterator[Event]:
        """Tell of the changes nothing else tells of."""
        before = self.record.made_status
        for at, status in self.changes:
            was, before = before, status
            if at in self.told:
                continue
            if status in {"PAID", was} or was == "PAID":
                yield self._event(at, "Edited", self.label)
            else:
                word = (self._words(status) or ("Edited",))[-1]
                yield self._event(at, word, self.label)

    def _event(self, at: datetime, changes: str, details: str) -> Event:
        user = APP if at >= self.org.built_at else self._person(at, changes)
        # Made-up hours may be out of order within a day.
        return Event(max(at, self.record.made_at), changes, details, user)

    def _person(self, at: datetime, word: str) -> str:
        people = [one for one in self.org.shelf("Users") if one.fields["OrganisationRole"] != "READONLY"]
        there = [one for one in people if one.made_at <= at] or people[:1]
        if not there:
            return APP
        fields = there[self._draw(word) % len(there)].fields
        return f"{fields['FirstName']} {fields['LastName']}"

    def _draw(self, word: str) -> int:
        return crc32(f"{self.record.record_id}:{word}".encode())

    def _transfer(self) -> str:
        if self.plural != "BankTransfers":
            return ""
        source, target = (self.fields[name]["Name"] for name in ("FromBankAccount", "ToBankAccount"))
        day = _long(self.fields["Date"])
        return f"Bank transfer from {source} to {target} on {day} for {self.fields['Amount']}."


def _label(fields: Fields) -> str:
    name = next((str(fields[key]) for key in _NAMES if fields.get(key)), "")
    amount = next((str(fields[key]) for key in _AMOUNTS if key in fields), "")
    return f"{name} for {amount}." if name and amount else f"{name or amount}."


def _long(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
