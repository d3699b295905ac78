"""Numbers of voided sales documents, where they shall stay taken: made once more and voided at once.

Only on request (`Choice.keep_void_numbers`); the documents themselves are left out by their own kinds. Facts
(Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/invoices): nothing can be created as
VOIDED; an approved document without payments can be voided; numbers of sales invoices and of credit notes to
customers are unique. Items and tracking are not sent: no stock shall move, and archived tracking is archived.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.lines import heading, iso_date, judge, learn_lines, line_payloads, takes_discounts
from bot.restore.kinds.orders import label
from bot.restore.model import IdMap, Json, Kind, Payload, Phase, Planner, Reason, Settle, Step

Document = Mapping[str, Any]
_PART_NUMBER, _PART_VOID = "number", "void"
_DROPPED = frozenset({"ItemCode", "Item", "Tracking"})
_LONGEST = 255

NUMBER = Reason(
    key="voids.number",
    sentence="It was voided; it is made again and voided at once, so that its number stays taken.",
    fields=("ItemCode", "Tracking", "DueDate", "SentToContact", "ExpectedPaymentDate", "Url", "AmountDue"),
    weight=90,
)
NO_NUMBER = Reason(
    key="voids.no_number",
    sentence="It was voided and cannot be made again to keep its number taken.",
    instead="Its number is free in the new organisation; do not use it.",
    weight=79,
)


@dataclass(frozen=True, slots=True)
class _Sort:
    resource: str
    collection: str
    id_field: str
    number_field: str
    type: str
    titles: tuple[str, str]
    suffix: str


_INVOICES = _Sort(
    "invoices", "Invoices", "InvoiceID", "InvoiceNumber", "ACCREC",
    ("Voided invoices, for their numbers", "Invoices to void"), "",
)  # fmt: skip
_CREDITS = _Sort(
    "credit_notes", "CreditNotes", "CreditNoteID", "CreditNoteNumber", "ACCRECCREDIT",
    ("Voided credit notes, for their numbers", "Credit notes to void"), "_of_credit_notes",
)  # fmt: skip


def _planner(sort: _Sort, kind: str, part: str) -> Planner:
    def plan(ground: Ground) -> Iterator[Step]:
        if not (ground.choice.keep_void_numbers and ground.is_chosen(sort.resource)):
            return
        for record in ground.records(sort.resource):
            number = str(record.get(sort.number_field) or "")
            if record.get("Status") != "VOIDED" or record.get("Type") != sort.type or not number:
                continue
            judged = judge(ground, record, lines=_plain(record), live=True)
            can = bool(_plain(record)) and not judged.blocked and len(number) <= _LONGEST
            if can or part == _PART_NUMBER:
                yield Step(
                    kind=kind,
                    record_id=str(record[sort.id_field]),
                    action=Action.CHANGE if can else Action.LEAVE_OUT,
                    part=part,
                    name=label(record, sort.number_field),
                    reasons=_reasons(part, judged.reasons, can=can),
                    phase=Phase.CLOSING,
                )

    return plan


def _reasons(part: str, changes: tuple[str, ...], *, can: bool) -> tuple[str, ...]:
    if not can:
        return (NO_NUMBER.key,)
    return tuple(sorted((NUMBER.key, *changes))) if part == _PART_NUMBER else ()


def _plain(record: Document) -> list[Json]:
    """Give the lines without what they must not move or name."""
    lines = record.get("LineItems") or ()
    return [{key: value for key, value in line.items() if key not in _DROPPED} for line in lines]


def _payload_of(sort: _Sort) -> Payload:
    def payload(step: Step, record: Document, ids: IdMap) -> Json:
        del step
        body = {"Type": sort.type, sort.number_field: record[sort.number_field]}
        body |= heading(record, ids) | {"Status": "AUTHORISED"}
        if sort.resource == "invoices":
            body |= {"DueDate": iso_date(record, "DueDate") or body["Date"], "SentToContact": False}
        if record.get("Reference"):
            body["Reference"] = record["Reference"]
        body["LineItems"] = line_payloads(_plain(record), ids, discounts=takes_discounts(record))
        return body

    return payload


def _void_of(sort: _Sort) -> Payload:
    def payload(step: Step, record: Document, ids: IdMap) -> Json:
        del record
        return {sort.id_field: ids.need(sort.resource, step.record_id), "Status": "VOIDED"}

    return payload


def _number_kind(sort: _Sort) -> Kind:
    key = f"voided_numbers{sort.suffix}"

    def likeness(row: Document) -> tuple[str, str]:
        return str(row.get("Type", "")), str(row.get(sort.number_field) or "")

    return Kind(
        key=key,
        resource=sort.resource,
        title=sort.titles[0],
        stage=195,
        verb="PUT",
        path=sort.collection,
        collection=sort.collection,
        id_field=sort.id_field,
        plan=_planner(sort, key, _PART_NUMBER),
        payload=_payload_of(sort),
        write_scope="accounting.invoices",
        params={"summarizeErrors": "false", "unitdp": "4"},
        learn=learn_lines,
        settle=Settle(
            path=sort.collection, collection=sort.collection, likeness=likeness, by_time=True, paged=True
        ),
        reasons=(NUMBER, NO_NUMBER),
    )


def _voiding_kind(sort: _Sort) -> Kind:
    key = f"voidings{sort.suffix}"
    return Kind(
        key=key,
        resource=sort.resource,
        title=sort.titles[1],
        stage=196,
        verb="POST",
        path=sort.collection,
        collection=sort.collection,
        id_field=sort.id_field,
        plan=_planner(sort, key, _PART_VOID),
        payload=_void_of(sort),
        write_scope="accounting.invoices",
    )


VOIDED_NUMBERS = _number_kind(_INVOICES)
VOIDED_CREDIT_NUMBERS = _number_kind(_CREDITS)
VOIDINGS = _voiding_kind(_INVOICES)
CREDIT_VOIDINGS = _voiding_kind(_CREDITS)
