"""Sales invoices and bills in a restore. Pure; payments that make them paid are another kind's.

Facts (developer.xero.com/documentation/api/accounting/invoices): a due date is needed once approved;
Reference and SentToContact are for sales invoices; the latter is a mark and sends nothing, only .../Email
does, which no restore calls. CISDeduction and RepeatingInvoiceID cannot be written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.restore.kinds.documents import Style, document_payload, planner, settle
from bot.restore.kinds.lines import is_live, iso_date, learn_lines, number
from bot.restore.model import IdMap, Json, Kind, Reason, Step

_SETTLED_BY = ("payments", "batch_payments", "credit_notes", "prepayments", "overpayments")
_APPROVED = frozenset({"AUTHORISED", "PAID"})

REASONS = (
    Reason(
        key="invoices.no_due_date",
        sentence="It has no due date, which Xero asks for once approved; it gets its own date as due date.",
        fields=("DueDate",),
        weight=60,
    ),
    Reason(
        key="invoices.cis",
        sentence="Its construction industry (CIS) deduction is Xero's to work out and cannot be sent.",
        instead="Enter the CIS settings of the contacts first, then compare the totals after the restore.",
        fields=("CISDeduction", "CISRate", "AmountDue", "Total"),
        moves_ledger=True,
        weight=22,
        todo="Switch on CIS and enter the CIS settings of the contacts in the target organisation.",
    ),
    Reason(
        key="invoices.repeating",
        sentence="Its link to the repeating template it came from is lost.",
        fields=("RepeatingInvoiceID",),
        weight=85,
    ),
    Reason(
        key="invoices.payment_date",
        sentence="It is a sales invoice with a planned payment date, or a bill with an expected one, "
        "which Xero takes the other way round only.",
        fields=("PlannedPaymentDate", "ExpectedPaymentDate"),
        weight=85,
    ),
    Reason(
        key="invoices.bill_reference",
        sentence="It is a bill with a reference, which Xero takes on sales invoices only.",
        fields=("Reference",),
        weight=78,
    ),
)


def _own(record: Mapping[str, Any]) -> Iterator[str]:
    selling, status = record["Type"] == "ACCREC", str(record["Status"])
    if is_live(status) and not iso_date(record, "DueDate"):
        yield "invoices.no_due_date"
    if number(record.get("CISDeduction")):
        yield "invoices.cis"
    if record.get("RepeatingInvoiceID"):
        yield "invoices.repeating"
    if record.get("PlannedPaymentDate" if selling else "ExpectedPaymentDate"):
        yield "invoices.payment_date"
    if record.get("Reference") and not selling:
        yield "invoices.bill_reference"
    if record.get("SentToContact") and not (selling and status in _APPROVED):
        yield "documents.sent_flag"


def _style(key: str, kind: str) -> Style:
    return Style(
        key=key,
        resource="invoices",
        id_field="InvoiceID",
        number_field="InvoiceNumber",
        types=frozenset({kind}),
        unique=frozenset({"ACCREC"}),
        settled_by=_SETTLED_BY,
        own=_own,
    )


_BILL, _INVOICE = _style("bills", "ACCPAY"), _style("invoices", "ACCREC")


def _payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    selling, status = record["Type"] == "ACCREC", str(record["Status"])
    body = document_payload(step, record, ids, _INVOICE if selling else _BILL)
    due = iso_date(record, "DueDate") or (body.get("Date") if is_live(str(body["Status"])) else "")
    expected = "ExpectedPaymentDate" if selling else "PlannedPaymentDate"
    optional = {"DueDate": due, expected: iso_date(record, expected), "Url": record.get("Url")}
    if selling:
        optional["Reference"] = record.get("Reference")
        body["SentToContact"] = bool(record.get("SentToContact")) and status in _APPROVED
    return body | {field: value for field, value in optional.items() if value}


def _kind(style: Style, title: str, stage: int, *, others_too: bool) -> Kind:
    return Kind(
        key=style.key,
        resource="invoices",
        title=title,
        stage=stage,
        verb="PUT",
        path="Invoices",
        collection="Invoices",
        id_field="InvoiceID",
        plan=planner(style, others_too=others_too),
        payload=_payload,
        write_scope="accounting.invoices",
        # Stock may be sold here before the bill that brought it is written.
        params={"summarizeErrors": "false", "unitdp": "4", "allowBackorders": "true"},
        learn=learn_lines,
        settle=settle("Invoices", style),
        reasons=REASONS,
    )


BILLS = _kind(_BILL, "Bills", 100, others_too=False)
INVOICES = _kind(_INVOICE, "Invoices", 110, others_too=True)
