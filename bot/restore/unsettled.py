"""Which payments and allocations of a document do not come back with it: what it posts is then another. Pure.

A document lists what settles it. In the restored organisation only what exists there settles it: the rest
stays open, realises no currency gain and is revalued.
"""

from __future__ import annotations

from typing import Any

import msgspec

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground

RESOURCES = frozenset({"invoices", "credit_notes", "prepayments", "overpayments"})
_ENCODER = msgspec.json.Encoder(decimal_format="number")


class _Named(msgspec.Struct, rename="pascal", gc=False):
    invoice_id: str = msgspec.field(default="", name="InvoiceID")


class _Use(msgspec.Struct, rename="pascal", gc=False):
    payment_id: str = msgspec.field(default="", name="PaymentID")
    credit_note_id: str = msgspec.field(default="", name="CreditNoteID")
    prepayment_id: str = msgspec.field(default="", name="PrepaymentID")
    overpayment_id: str = msgspec.field(default="", name="OverpaymentID")
    invoice: _Named | None = None

    def counterpart(self, field: str) -> tuple[str, str]:
        """Name the record that must exist for this use to come back; "" when it is not said."""
        if field == "Allocations":
            return "invoices", self.invoice.invoice_id if self.invoice else ""
        if field == "Payments":
            return "payments", self.payment_id
        if field == "CreditNotes":
            return "credit_notes", self.credit_note_id
        if field == "Prepayments":
            return "prepayments", self.prepayment_id
        return "overpayments", self.overpayment_id


class _Document(msgspec.Struct, rename="pascal", gc=False):
    payments: list[_Use] | None = None
    allocations: list[_Use] | None = None
    credit_notes: list[_Use] | None = None
    prepayments: list[_Use] | None = None
    overpayments: list[_Use] | None = None

    def lists(self) -> tuple[tuple[str, list[_Use]], ...]:
        """Give the uses by the field that lists them."""
        return (
            ("Payments", self.payments or []),
            ("Allocations", self.allocations or []),
            ("CreditNotes", self.credit_notes or []),
            ("Prepayments", self.prepayments or []),
            ("Overpayments", self.overpayments or []),
        )


_DECODER = msgspec.json.Decoder(_Document)
_FIELDS: msgspec.json.Decoder[dict[str, msgspec.Raw]] = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANY: msgspec.json.Decoder[list[msgspec.Raw]] = msgspec.json.Decoder(list[msgspec.Raw])


def as_restored(ground: Ground, resource: str, raw: bytes) -> bytes | None:
    """Give a document with only the settlements that come back; None when all of them do.

    What cannot be understood counts as coming back: it is not for this to judge it.
    """
    try:
        listed = _DECODER.decode(raw).lists()
    except msgspec.ValidationError:
        return None
    lost = {
        field: {place for place, use in enumerate(uses) if not _comes_back(ground, resource, field, use)}
        for field, uses in listed
    }
    if not any(lost.values()):
        return None
    document: dict[str, Any] = dict(_FIELDS.decode(raw))
    for field, places in lost.items():
        if places:
            rest = [one for place, one in enumerate(_ANY.decode(document[field])) if place not in places]
            document[field] = rest
    return _ENCODER.encode(document)


def settle_batched(ground: Ground) -> None:
    """Write down that payments come back with their batch, where single payments are not chosen."""
    if ground.is_chosen("payments"):
        return  # planned, each with a fate of its own
    for batch in ground.records("batch_payments"):
        if ground.will_exist("batch_payments", str(batch.get("BatchPaymentID", ""))):
            for payment in batch.get("Payments") or ():
                ground.settle("payments", str(payment.get("PaymentID", "")), Action.CREATE)


def _comes_back(ground: Ground, resource: str, field: str, use: _Use) -> bool:
    """Say whether both sides will be there, and the credit's allocations are part of the restore."""
    other, key = use.counterpart(field)
    credit = resource if field == "Allocations" else other
    if credit != "payments" and not ground.is_chosen(credit):
        return False
    return not key or ground.will_exist(other, key)
