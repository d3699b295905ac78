"""What invoices, bills and credit notes have in common: which come back, what is sent, how one is found.

Pure. Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/invoices): they are created
as draft, submitted or authorised only, PAID comes from payments; numbers of sales documents are unique, and
one without a number gets the next of Xero's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.lines import (
    account_payload,
    heading,
    is_ended,
    is_live,
    iso_date,
    judge,
    line_payloads,
    money,
    number,
    takes_discounts,
)
from bot.restore.model import IdMap, Json, Pair, Planner, Settle, Step

LONGEST_NUMBER = 255
_STARTS = {"DRAFT": "DRAFT", "SUBMITTED": "SUBMITTED", "AUTHORISED": "AUTHORISED", "PAID": "AUTHORISED"}
_NOTHING, _CENT = Decimal("0.00"), Decimal("0.01")
# RoundingAmount is at most ten cents (xero-python 15.2.0), beside a cent a line.
_MOST_ROUNDED = Decimal("0.10")
_ROUNDING = "rounding"  # in the id map: how the copy names its account for rounding
_NO_TAX = ("NONE", "BASEXCLUDED")
Own = Callable[[Mapping[str, Any]], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How one kind of document is planned; `unique` are the types whose numbers Xero takes once.

    `own` yields the keys of reasons that only this kind knows.
    """

    key: str
    resource: str
    id_field: str
    number_field: str
    types: frozenset[str]
    unique: frozenset[str]
    settled_by: tuple[str, ...]
    own: Own


def planner(style: Style, *, others_too: bool) -> Planner:
    """Make the planner of one kind; `others_too`: it also answers for records of types nobody knows.

    The numbers it gives out that Xero takes once are noted under "<key>.numbers".
    """

    def plan(ground: Ground) -> Iterator[Step]:
        _note_rounding(ground)
        taken: set[str] = ground.notes.setdefault(f"{style.key}.numbers", set())
        for record in ground.records(style.resource):
            kind = str(record.get("Type", ""))
            if kind in style.types or (others_too and kind not in _ALL_TYPES):
                step = _step(ground, style, record, taken)
                ground.settle(style.resource, step.record_id, step.action)
                yield step

    return plan


def document_payload(step: Step, record: Mapping[str, Any], ids: IdMap, style: Style) -> Json:
    """Build what all of them have; raises NotMapped where something it needs is not in the target."""
    status = _STARTS.get(str(record["Status"]), "AUTHORISED")  # what was voided must be approved before
    body = {"Type": record["Type"], style.number_field: given_number(step, record, style)}
    body |= heading(record, ids) | {"Status": status}
    if not body[style.number_field]:
        del body[style.number_field]
    body["LineItems"] = line_payloads(
        record.get("LineItems") or (), ids, discounts=takes_discounts(record), live=is_live(status)
    )
    if "documents.rounding" in step.reasons:
        body["LineItems"].append(_rounding_line(record, ids))
    return body


def given_number(step: Step, record: Mapping[str, Any], style: Style) -> str:
    """Give the number a document comes back with, the same one every time."""
    said = str(record.get(style.number_field) or "")
    if "documents.number_twice" in step.reasons:
        addition = f" ({step.record_id[:8]})"
        return said[: LONGEST_NUMBER - len(addition)] + addition
    if "documents.no_number" in step.reasons:
        return f"RESTORED-{step.record_id[:8]}"
    return said[:LONGEST_NUMBER]


def settle(collection: str, style: Style) -> Settle:
    """Say how a document of unknown outcome is found again among what changed since."""

    def likeness(row: Mapping[str, Any]) -> tuple[str, ...]:
        kind, said = str(row.get("Type", "")), str(row.get(style.number_field) or "")
        if kind in style.unique and said:
            return (kind, said)
        contact = str((row.get("Contact") or {}).get("ContactID", "")).lower()
        sums = sorted(_plain_amount(line) for line in row.get("LineItems") or ())
        return (kind, said, contact, iso_date(row, "Date"), *(f"{one:f}" for one in sums))

    return Settle(
        path=collection,
        collection=collection,
        likeness=likeness,
        params={"unitdp": "4"},
        by_time=True,
        paged=True,
    )


def total_of_lines(record: Mapping[str, Any]) -> Decimal:
    """Give the total that Xero works out from the lines."""
    lines = record.get("LineItems") or ()
    total = sum((number(line.get("LineAmount")) or _NOTHING for line in lines), _NOTHING)
    if record.get("LineAmountTypes", "Exclusive") == "Exclusive":
        total += sum((number(line.get("TaxAmount")) or _NOTHING for line in lines), _NOTHING)
    return money(total)


_ALL_TYPES = frozenset({"ACCREC", "ACCPAY", "ACCRECCREDIT", "ACCPAYCREDIT"})


def _step(ground: Ground, style: Style, record: Mapping[str, Any], taken: set[str]) -> Step:
    record_id, status = str(record[style.id_field]), str(record.get("Status", ""))
    name = _name(record, style)
    if is_ended(status) or status not in _STARTS or record.get("Type") not in style.types:
        reason = "documents.voided" if is_ended(status) else "documents.unknown_status"
        return Step(style.key, record_id, Action.LEAVE_OUT, name=name, reasons=(reason,))
    lines = record.get("LineItems") or ()
    judged = judge(ground, record, lines=lines, live=is_live(status))
    blocked = {*judged.blocked, *_refused(record)}
    if blocked:
        action, reasons = Action.BLOCKED, blocked
    else:
        reasons = {*judged.reasons, *_changed(ground, style, record), *style.own(record)}
        reasons.update(_numbered(style, record, taken))
        action = Action.CHANGE if reasons else Action.CREATE
    return Step(style.key, record_id, action, name=name, reasons=tuple(sorted(reasons)), phase=judged.phase)


def _refused(record: Mapping[str, Any]) -> Iterator[str]:
    if not (record.get("Contact") or {}).get("ContactID"):
        yield "blocked.contact"
    if not record.get("LineItems"):
        yield "blocked.no_lines"
    elif total_of_lines(record) < 0:
        yield "documents.negative"


def _changed(ground: Ground, style: Style, record: Mapping[str, Any]) -> Iterator[str]:
    total = number(record.get("Total"))
    if off := _off(record):
        rounded = abs(off) <= _MOST_ROUNDED + _CENT * len(record["LineItems"])
        known = ground.notes.get("rounding.account")
        yield "documents.rounding" if rounded and known else "documents.total"
    if not iso_date(record, "Date"):
        yield "documents.no_date"
    used = [number(record.get(field)) for field in ("AmountPaid", "AmountCredited")]
    used += [number(one.get("Amount")) for one in record.get("Allocations") or ()]
    paid = record["Status"] == "PAID" and total != 0
    if (paid or any(used)) and not all(ground.is_chosen(key) for key in style.settled_by):
        yield "documents.unsettled"


def _off(record: Mapping[str, Any]) -> Decimal:
    """Give by how much a total is more than its lines."""
    total = number(record.get("Total"))
    return _NOTHING if total is None else total - total_of_lines(record)


def _note_rounding(ground: Ground) -> None:
    """Put the account for rounding, where there will be one, into the id map under the copy's names."""
    if "rounding.account" in ground.notes:
        return
    found = (one for one in ground.records("accounts") if one.get("SystemAccount") == "ROUNDING")
    account = next((one for one in found if ground.will_exist("accounts", str(one["AccountID"]))), None)
    ground.notes["rounding.account"] = account is not None
    if account is not None:
        pairs: list[Pair] = ground.notes.setdefault("pairs", [])
        pairs.append(Pair(_ROUNDING, "AccountID", str(account["AccountID"])))
        pairs.append(Pair(_ROUNDING, "AccountCode", str(account.get("Code") or "")))


def _rounding_line(record: Mapping[str, Any], ids: IdMap) -> Json:
    line: Json = {"Description": "Rounding", "Quantity": Decimal(1), "UnitAmount": _off(record)}
    taxes = (ids.find("tax_types", one) for one in _NO_TAX)
    line |= account_payload(ids.known(_ROUNDING), ids) | {"TaxAmount": _NOTHING}
    return line | next(({"TaxType": tax} for tax in taxes if tax), {})


def _numbered(style: Style, record: Mapping[str, Any], taken: set[str]) -> Iterator[str]:
    said = str(record.get(style.number_field) or "")
    if len(said) > LONGEST_NUMBER:
        yield "documents.long_number"
    if record["Type"] not in style.unique:
        return
    if not said:
        yield "documents.no_number"
    elif said[:LONGEST_NUMBER] in taken:
        yield "documents.number_twice"
    taken.add(said[:LONGEST_NUMBER])


def _name(record: Mapping[str, Any], style: Style) -> str:
    contact = (record.get("Contact") or {}).get("Name")
    parts = (record.get(style.number_field), contact, iso_date(record, "Date"))
    return ", ".join(str(part) for part in parts if part)


def _plain_amount(line: Mapping[str, Any]) -> Decimal:
    """Give quantity times price: what was sent and what Xero returns have both."""
    return money((number(line.get("Quantity")) or _NOTHING) * (number(line.get("UnitAmount")) or _NOTHING))
