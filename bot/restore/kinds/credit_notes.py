"""Credit notes in a restore. Pure; allocations and refunds are other kinds'.

Facts (developer.xero.com/documentation/api/accounting/creditnotes): as invoices, but without due date and
discounts, and SentToContact cannot be written; numbers of a customer's credit notes are unique.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.restore.kinds.documents import Style, document_payload, planner, settle
from bot.restore.kinds.lines import learn_lines
from bot.restore.model import IdMap, Json, Kind, Step


def _own(record: Mapping[str, Any]) -> Iterator[str]:
    if record.get("SentToContact"):
        yield "documents.sent_flag"


_STYLE = Style(
    key="credit_notes",
    resource="credit_notes",
    id_field="CreditNoteID",
    number_field="CreditNoteNumber",
    types=frozenset({"ACCRECCREDIT", "ACCPAYCREDIT"}),
    unique=frozenset({"ACCRECCREDIT"}),
    settled_by=("invoices", "payments"),
    own=_own,
)


def _payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    body = document_payload(step, record, ids, _STYLE)
    return body | ({"Reference": record["Reference"]} if record.get("Reference") else {})


CREDIT_NOTES = Kind(
    key="credit_notes",
    resource="credit_notes",
    title="Credit notes",
    stage=120,
    verb="PUT",
    path="CreditNotes",
    collection="CreditNotes",
    id_field="CreditNoteID",
    plan=planner(_STYLE, others_too=True),
    payload=_payload,
    write_scope="accounting.invoices",
    params={"summarizeErrors": "false", "unitdp": "4"},
    learn=learn_lines,
    settle=settle("CreditNotes", _STYLE),
)
