"""Which records bear the marks of others: a payment that was not written leaves its invoice unpaid. Pure.

A document whose payment or allocation the plan left out differs as predicted; one whose payment Xero refused
differs against the plan, and the proof says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any

import msgspec

from bot.ledger.wire import Record
from bot.restore.model import IdMap, same_id
from bot.restore.proof.standing import Standing, Standings
from bot.restore.source import Source

SETTLED = frozenset(
    {"AmountDue", "AmountPaid", "AmountCredited", "Status", "RemainingCredit", "Allocations", "Payments"}
)
# What the parts of a record touch in it, by the kind that writes them.
TOUCHED: Mapping[str, frozenset[str]] = {
    "prepayment_allocations": SETTLED,
    "overpayment_allocations": SETTLED,
    "credit_note_allocations": SETTLED,
    "contact_group_members": frozenset({"Contacts"}),
    "contact_tracking": frozenset({"SalesTrackingCategories", "PurchasesTrackingCategories"}),
    "tracking_options": frozenset({"Options"}),
    "archived_options": frozenset({"Options"}),
    "archived_categories": frozenset({"Status"}),
    "archived_contacts": frozenset({"ContactStatus"}),
    "archived_accounts": frozenset({"Status"}),
    "archived_tax_rates": frozenset({"Status"}),
    "purchase_order_states": frozenset({"Status", "SentToContact"}),
    "quote_states": frozenset({"Status"}),
    "voidings": frozenset({"Status", "AmountDue"}),
}
_GONE = frozenset({"DELETED", "VOIDED"})
_CREDITS = ("credit_notes", "prepayments", "overpayments")


class Mark(IntFlag):
    """Why what settles a document may differ."""

    LEFT = 1  # the plan left out what settled it
    REFUSED = 2  # Xero refused it


class _Ref(Record, gc=False):
    invoice_id: str | None = msgspec.field(default=None, name="InvoiceID")
    credit_note_id: str | None = msgspec.field(default=None, name="CreditNoteID")
    prepayment_id: str | None = msgspec.field(default=None, name="PrepaymentID")
    overpayment_id: str | None = msgspec.field(default=None, name="OverpaymentID")
    batch_payment_id: str | None = msgspec.field(default=None, name="BatchPaymentID")


class _Payment(Record, gc=False):
    status: str = ""
    invoice: _Ref | None = None
    credit_note: _Ref | None = None
    prepayment: _Ref | None = None
    overpayment: _Ref | None = None
    batch_payment: _Ref | None = None
    batch_payment_id: str | None = msgspec.field(default=None, name="BatchPaymentID")

    def documents(self) -> Iterator[tuple[str, str]]:
        """Yield what it settles."""
        if self.invoice and self.invoice.invoice_id:
            yield "invoices", self.invoice.invoice_id
        if self.credit_note and self.credit_note.credit_note_id:
            yield "credit_notes", self.credit_note.credit_note_id
        if self.prepayment and self.prepayment.prepayment_id:
            yield "prepayments", self.prepayment.prepayment_id
        if self.overpayment and self.overpayment.overpayment_id:
            yield "overpayments", self.overpayment.overpayment_id

    @property
    def batch(self) -> str:
        """Name the batch it belongs to."""
        inner = self.batch_payment.batch_payment_id if self.batch_payment else None
        return self.batch_payment_id or inner or ""


class _Advance(Record, gc=False):
    prepayment_id: str | None = msgspec.field(default=None, name="PrepaymentID")
    overpayment_id: str | None = msgspec.field(default=None, name="OverpaymentID")


_PAYMENT = msgspec.json.Decoder(_Payment)
_ADVANCE = msgspec.json.Decoder(_Advance)


@dataclass(slots=True)
class Links:
    """Marks of documents, and which record was written by the step of another one."""

    marks: defaultdict[tuple[str, str], Mark] = field(default_factory=lambda: defaultdict(lambda: Mark(0)))
    origin: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def steps(self, found: Standings, resource: str, key: str) -> Iterator[Standing]:
        """Yield every step that made or changed a record, that of its origin too."""
        yield from found.of(resource, key)
        if origin := self.origin.get((resource, key)):
            yield from found.of(*origin)


def links(source: Source, found: Standings, ids: IdMap) -> Links:
    """Read what ties records together."""
    made = Links()
    for key, raw in source.raw_records("bank_transactions"):
        with suppress(msgspec.ValidationError):  # odd fields of one record must not hide all others
            advance = _ADVANCE.decode(raw)
            if advance.prepayment_id:
                made.origin["prepayments", advance.prepayment_id] = ("bank_transactions", key)
            if advance.overpayment_id:
                made.origin["overpayments", advance.overpayment_id] = ("bank_transactions", key)
    _payments(made, source, found, ids)
    for resource in _CREDITS:
        for key, parts in found.parts[resource].items():
            if any(not one.is_written for one in parts):
                _allocations(made, resource, key, parts, source)
    return made


def _payments(made: Links, source: Source, found: Standings, ids: IdMap) -> None:
    known = ids.known("payments")
    for key, raw in source.raw_records("payments"):
        with suppress(msgspec.ValidationError):
            payment = _PAYMENT.decode(raw)
            if payment.batch:
                made.origin["payments", key] = ("batch_payments", payment.batch)
            if payment.status not in _GONE and same_id(key) not in known:
                _missing(made, found, payment, found.mains["payments"].get(key))


def _missing(made: Links, found: Standings, payment: _Payment, standing: Standing | None) -> None:
    """Mark what a payment settles that is not there; it may have come with its batch, unrecognised."""
    batch = found.mains["batch_payments"].get(payment.batch)
    came_with_it = batch is not None and batch.is_written
    if standing is None or standing.should_exist or came_with_it:
        return
    refused = standing.is_refused or (batch is not None and batch.is_refused)
    for document in payment.documents():
        made.marks[document] |= Mark.REFUSED if refused else Mark.LEFT


def _allocations(made: Links, resource: str, key: str, parts: list[Standing], source: Source) -> None:
    invoices = _invoices(source.record(resource, key))
    for one in parts:
        invoice = invoices.get(one.part)
        if invoice and not one.is_written:
            mark = Mark.REFUSED if one.is_refused else Mark.LEFT
            made.marks["invoices", invoice] |= mark
            made.marks[resource, key] |= mark


def _invoices(record: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(one.get("AllocationID") or f"#{place}"): str((one.get("Invoice") or {}).get("InvoiceID") or "")
        for place, one in enumerate(record.get("Allocations") or ())
    }
