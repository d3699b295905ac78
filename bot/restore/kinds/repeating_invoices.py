"""Repeating templates: they come back as drafts that send nothing and issue nothing until a person approves.

Facts (Xero OpenAPI 16.1.0): created as DRAFT or AUTHORISED; an AUTHORISED one makes invoices by itself, and
mails them when ApprovedForSending is set; EndDate is returned only where there is one; StartDate changes by
itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.lines import iso_date, judge, learn_lines, takes_discounts
from bot.restore.kinds.orders import NO_LINES, lines_in_cents
from bot.restore.model import IdMap, Json, Kind, Reason, Settle, Step

Template = Mapping[str, Any]
_LIVING = frozenset({"DRAFT", "AUTHORISED"})
_TYPES = frozenset({"ACCREC", "ACCPAY"})
_SCHEDULE = ("Period", "Unit", "DueDate", "DueDateType")

DRAFT = Reason(
    key="repeating_invoices.draft",
    sentence="It comes back as a draft that starts on the next due date, so that nothing is sent or issued.",
    instead="Look through the drafts in Xero and approve the ones that shall run.",
    fields=("Status", "StartDate", "NextScheduledDate", "ApprovedForSending", "SendCopy", "MarkAsSent"),
    weight=30,
    todo="Look through the repeating templates in Xero and approve the ones that shall run.",
)
ENDED = Reason(
    key="repeating_invoices.ended",
    sentence="It has ended: the next date due is after its last one.",
    instead="It stays in the backup.",
    weight=94,
)
DELETED = Reason(
    key="repeating_invoices.deleted",
    sentence="It was deleted in the source, or has a status that Ledgerkeep does not know.",
    instead="It stays in the backup.",
    weight=95,
)
NO_SCHEDULE = Reason(
    key="repeating_invoices.no_schedule",
    sentence="The copy lacks a part of its schedule, without which Xero takes none.",
    instead="Enter it by hand in Xero.",
    weight=81,
)


def plan(ground: Ground) -> Iterator[Step]:
    """Make every living template as a draft; settles "repeating_invoices"."""
    if not ground.is_chosen("repeating_invoices"):
        return
    for record in ground.records("repeating_invoices"):
        step = _step(ground, record)
        ground.settle("repeating_invoices", step.record_id, step.action)
        yield step


def payload(step: Step, record: Template, ids: IdMap) -> Json:
    """Send the template as a draft that sends nothing; raises NotMapped without its contact."""
    del step
    body: Json = {
        "Type": record["Type"],
        "Status": "DRAFT",
        "ApprovedForSending": False,
        "SendCopy": False,
        "MarkAsSent": False,
        "IncludePDF": bool(record.get("IncludePDF")),
        "Contact": {"ContactID": ids.need("contacts", str(record["Contact"]["ContactID"]))},
        "LineAmountTypes": record.get("LineAmountTypes", "Exclusive"),
        "Schedule": _schedule(record.get("Schedule") or {}),
        "LineItems": lines_in_cents(record, ids, discounts=takes_discounts(record), live=False),
    }
    body |= {field: record[field] for field in ("Reference", "CurrencyCode") if record.get(field)}
    if theme := ids.find("branding_themes", str(record.get("BrandingThemeID") or "")):
        body["BrandingThemeID"] = theme
    return body


def _schedule(schedule: Template) -> Json:
    sent: Json = {field: schedule[field] for field in _SCHEDULE}
    sent["StartDate"] = _start(schedule)
    return sent | ({"EndDate": end} if (end := iso_date(schedule, "EndDate")) else {})


def _start(schedule: Template) -> str:
    return iso_date(schedule, "NextScheduledDate") or iso_date(schedule, "StartDate")


def _step(ground: Ground, record: Template) -> Step:
    schedule, lines = record.get("Schedule") or {}, record.get("LineItems") or ()
    if record.get("Status") not in _LIVING or record.get("Type") not in _TYPES:
        return _made(record, Action.LEAVE_OUT, DELETED.key)
    if "" < iso_date(schedule, "EndDate") < _start(schedule):
        return _made(record, Action.LEAVE_OUT, ENDED.key)
    if not _start(schedule) or any(schedule.get(field) in (None, "") for field in _SCHEDULE):
        return _made(record, Action.BLOCKED, NO_SCHEDULE.key)
    judged = judge(ground, record, lines=lines, live=False)
    if blocked := {*judged.blocked, *([] if lines else [NO_LINES.key])}:
        return _made(record, Action.BLOCKED, *blocked)
    step = _made(record, Action.CHANGE, DRAFT.key, *judged.reasons)
    return Step(
        step.kind, step.record_id, step.action, name=step.name, reasons=step.reasons, phase=judged.phase
    )


def _made(record: Template, action: Action, *reasons: str) -> Step:
    parts = (record.get("Reference"), (record.get("Contact") or {}).get("Name"))
    return Step(
        "repeating_invoices",
        str(record["RepeatingInvoiceID"]),
        action,
        name=", ".join(str(part) for part in parts if part),
        reasons=tuple(sorted(reasons)),
    )


def _likeness(row: Template) -> Hashable:
    schedule = row.get("Schedule") or {}
    return (
        row.get("Type"),
        str((row.get("Contact") or {}).get("ContactID", "")).lower(),
        str(row.get("Reference") or ""),
        (str(schedule.get("Unit")), str(schedule.get("Period")), iso_date(schedule, "StartDate")),
        tuple(str(line.get("Description") or "") for line in row.get("LineItems") or ()),
    )


REPEATING_INVOICES = Kind(
    key="repeating_invoices",
    resource="repeating_invoices",
    title="Repeating invoices and bills (templates)",
    stage=180,
    verb="PUT",
    path="RepeatingInvoices",
    collection="RepeatingInvoices",
    id_field="RepeatingInvoiceID",
    plan=plan,
    payload=payload,
    write_scope="accounting.invoices",
    learn=learn_lines,
    settle=Settle(path="RepeatingInvoices", collection="RepeatingInvoices", likeness=_likeness),
    reasons=(DRAFT, ENDED, DELETED, NO_SCHEDULE, NO_LINES),
)
