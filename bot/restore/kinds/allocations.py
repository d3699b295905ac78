"""Setting credit notes, prepayments and overpayments against the invoices and bills they were used for.

Facts (Xero OpenAPI 16.1.0): an allocation names amount, invoice and date, is made below its credit and listed
only inside it; both documents must be authorised and have as much left. A gain or loss between two rates
follows by itself from the rates of both documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.banks import amount_of, contact_name, label
from bot.restore.kinds.lines import iso_date
from bot.restore.model import IdMap, Json, Kind, Pair, Phase, Planner, Reason, Settle, Step

_ENDED = frozenset({"VOIDED", "DELETED"})

_INVOICE = Reason(
    key="allocations.invoice",
    sentence="The invoice or bill it was set against does not come back; the credit stays open.",
    instead="What the contact owes in all stays right once the invoice is entered by hand and allocated.",
    fields=("Allocations", "RemainingCredit", "Status", "FullyPaidOnDate"),
    weight=40,
)
_PREPAID = Reason(
    key="allocations.prepaid_invoice",
    sentence="The invoice or bill it was paid ahead for does not come back; the money stays paid ahead.",
    instead="Enter the invoice by hand and allocate the prepayment; it leaves its account only then.",
    fields=("Allocations", "RemainingCredit", "Status"),
    moves_ledger=True,
    weight=25,
)
_CREDIT = Reason(
    key="allocations.credit",
    sentence="The credit itself does not come back; the invoice it was set against stays open.",
    # Of the invoice that stays open.
    fields=(
        "AmountCredited",
        "AmountDue",
        "Status",
        "FullyPaidOnDate",
        "CreditNotes",
        "Prepayments",
        "Overpayments",
    ),
    weight=40,
)
_AMOUNT = Reason(
    key="allocations.amount",
    sentence="It sets nothing against the invoice, and Xero's API takes only amounts of more than nothing.",
    weight=95,
)
_DATE = Reason(
    key="allocations.date",
    sentence="It is dated before the credit, or not at all, and comes back with the credit's date.",
    fields=("Allocations", "Date", "FullyPaidOnDate"),
    weight=60,
)
_SHARED = (_CREDIT, _AMOUNT, _DATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Credit:
    """One kind of document that is set against invoices."""

    resource: str
    collection: str
    id_field: str
    number_field: str = ""
    no_invoice: Reason = _INVOICE


def _planner(credit: _Credit, key: str) -> Planner:
    def plan(ground: Ground) -> Iterator[Step]:
        for record in ground.records(credit.resource):
            if record.get("Status") not in _ENDED:
                yield from _steps(ground, record, credit, key)

    return plan


def _steps(ground: Ground, record: Mapping[str, Any], credit: _Credit, key: str) -> Iterator[Step]:
    record_id = str(record[credit.id_field])
    number = str(record.get(credit.number_field) or "") or contact_name(record)
    for part, one in _living(record):
        action, reasons = _judge(ground, record, record_id, one, credit)
        invoice = str((one.get("Invoice") or {}).get("InvoiceNumber") or "")
        yield Step(
            key,
            record_id,
            action,
            part=part,
            parent=record_id,
            name=label(_date(record, one), number, invoice),
            reasons=tuple(reason.key for reason in reasons),
            phase=Phase.SETTLING,
        )


def _living(record: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each allocation that stands, with its name inside the credit."""
    for place, one in enumerate(record.get("Allocations") or ()):
        if not one.get("IsDeleted"):
            yield str(one.get("AllocationID") or f"#{place}"), one


def _judge(
    ground: Ground, record: Mapping[str, Any], record_id: str, one: Mapping[str, Any], credit: _Credit
) -> tuple[Action, tuple[Reason, ...]]:
    if not ground.will_exist(credit.resource, record_id):
        return Action.LEAVE_OUT, (_CREDIT,)
    if not ground.will_exist("invoices", _invoice_id(one)):
        return Action.LEAVE_OUT, (credit.no_invoice,)
    if amount_of(one, "Amount") <= 0:
        return Action.LEAVE_OUT, (_AMOUNT,)
    if iso_date(one, "Date") < iso_date(record, "Date"):
        return Action.CHANGE, (_DATE,)
    return Action.CREATE, ()


def _invoice_id(one: Mapping[str, Any]) -> str:
    return str((one.get("Invoice") or {}).get("InvoiceID") or "")


def _date(record: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    """Give the day of an allocation: its own, but never before the credit's."""
    return max(iso_date(one, "Date"), iso_date(record, "Date"))


def _payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    one = dict(_living(record))[step.part]
    invoice = ids.need("invoices", _invoice_id(one))
    return {"Invoice": {"InvoiceID": invoice}, "Amount": one["Amount"], "Date": _date(record, one)}


def _learn(step: Step, record: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterable[Pair]:
    del record
    if answer.get("AllocationID"):
        yield Pair("allocations", step.part, str(answer["AllocationID"]))


def _likeness(row: Mapping[str, Any]) -> tuple[object, ...]:
    return _invoice_id(row).lower(), amount_of(row, "Amount"), iso_date(row, "Date")


def _kind(credit: _Credit, key: str, title: str, stage: int) -> Kind:
    return Kind(
        key=key,
        resource=credit.resource,
        title=title,
        stage=stage,
        verb="PUT",
        path=f"{credit.collection}/{{parent}}/Allocations",
        collection="Allocations",
        id_field="AllocationID",
        plan=_planner(credit, key),
        payload=_payload,
        write_scope="accounting.payments" if credit.resource != "credit_notes" else "accounting.invoices",
        parent_resource=credit.resource,
        learn=_learn,
        settle=Settle(
            path=f"{credit.collection}/{{parent}}",
            collection="Allocations",
            likeness=_likeness,
        ),
        reasons=(credit.no_invoice, *_SHARED),
    )


PREPAYMENT_ALLOCATIONS = _kind(
    _Credit(resource="prepayments", collection="Prepayments", id_field="PrepaymentID", no_invoice=_PREPAID),
    "prepayment_allocations",
    "Prepayments set against invoices",
    150,
)
OVERPAYMENT_ALLOCATIONS = _kind(
    _Credit(resource="overpayments", collection="Overpayments", id_field="OverpaymentID"),
    "overpayment_allocations",
    "Overpayments set against invoices",
    151,
)
CREDIT_NOTE_ALLOCATIONS = _kind(
    _Credit(
        resource="credit_notes",
        collection="CreditNotes",
        id_field="CreditNoteID",
        number_field="CreditNoteNumber",
    ),
    "credit_note_allocations",
    "Credit notes set against invoices",
    152,
)
