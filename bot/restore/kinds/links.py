"""Billable expenses: the cost line of a bill or of spent money is tied to a customer's invoice line again.

Facts (Xero OpenAPI 16.1.0; XeroAPI/xero-python issue 206): the source must be a bill (ACCPAY) or spent money
(SPEND), though RECEIPT is read, too; the status follows from both ends; PUT takes no `summarizeErrors`;
deleted links vanish.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.model import IdMap, Json, Kind, Phase, Reason, Settle, Step

Link = Mapping[str, Any]
_SOURCES = {"ACCPAY": "invoices", "SPEND": "bank_transactions"}
_ENDS = ("SourceTransactionID", "SourceLineItemID", "TargetTransactionID", "TargetLineItemID", "ContactID")

CLAIM = Reason(
    key="links.claim",
    sentence="It came from an expense claim, and Xero ties only bills and spent money to invoices.",
    instead="Bill it by hand where it is still open.",
    weight=44,
)
ENDED = Reason(
    key="links.ended",
    sentence="It is void in the source.",
    weight=95,
)
NO_SOURCE = Reason(
    key="links.source",
    sentence="The bill or payment that it charges on will not be there.",
    weight=52,
)
NO_TARGET = Reason(
    key="links.target",
    sentence="The invoice that it was charged with will not be there; it is open to be charged again.",
    instead="Charge it again, or end it in Xero.",
    fields=("TargetTransactionID", "TargetLineItemID", "Status"),
    weight=46,
)
NO_CONTACT = Reason(
    key="links.contact",
    sentence="The customer it is charged to will not be there.",
    weight=53,
)


def plan(ground: Ground) -> Iterator[Step]:
    """Tie again what can be tied."""
    if not ground.is_chosen("linked_transactions"):
        return
    for record in ground.records("linked_transactions"):
        action, reasons = _verdict(ground, record)
        yield Step(
            kind="linked_transactions",
            record_id=str(record["LinkedTransactionID"]),
            action=action,
            reasons=reasons,
            phase=Phase.SETTLING,
        )


def payload(step: Step, record: Link, ids: IdMap) -> Json:
    """Name both ends and the customer by their new ids; raises NotMapped where one of them was refused."""
    sent: Json = {
        "SourceTransactionID": ids.need(_source_of(record), str(record["SourceTransactionID"])),
        "SourceLineItemID": ids.need("line_items", str(record["SourceLineItemID"])),
    }
    if record.get("ContactID"):
        sent["ContactID"] = ids.need("contacts", str(record["ContactID"]))
    if record.get("TargetTransactionID") and NO_TARGET.key not in step.reasons:
        sent["TargetTransactionID"] = ids.need("invoices", str(record["TargetTransactionID"]))
        if record.get("TargetLineItemID"):
            sent["TargetLineItemID"] = ids.need("line_items", str(record["TargetLineItemID"]))
    return sent


def _source_of(record: Link) -> str:
    return _SOURCES.get(str(record.get("SourceTransactionTypeCode", "")), "")


def _verdict(ground: Ground, record: Link) -> tuple[Action, tuple[str, ...]]:
    resource = _source_of(record)
    if record.get("Status") in {"VOIDED", "DELETED"}:
        return Action.LEAVE_OUT, (ENDED.key,)
    if not resource:
        return Action.LEAVE_OUT, (CLAIM.key,)
    if not ground.will_exist(resource, str(record.get("SourceTransactionID", ""))):
        return Action.LEAVE_OUT, (NO_SOURCE.key,)
    contact, target = str(record.get("ContactID") or ""), str(record.get("TargetTransactionID") or "")
    if contact and not ground.will_exist("contacts", contact):
        return Action.LEAVE_OUT, (NO_CONTACT.key,)
    if target and not ground.will_exist("invoices", target):
        return Action.CHANGE, (NO_TARGET.key,)
    return Action.CREATE, ()


def _likeness(row: Link) -> tuple[str, ...]:
    return tuple(str(row.get(field) or "").lower() for field in _ENDS)


LINKED_TRANSACTIONS = Kind(
    key="linked_transactions",
    resource="linked_transactions",
    title="Billable expenses",
    stage=185,
    verb="PUT",
    path="LinkedTransactions",
    collection="LinkedTransactions",
    id_field="LinkedTransactionID",
    plan=plan,
    payload=payload,
    write_scope="accounting.invoices",
    batch=1,
    params={},
    settle=Settle(path="LinkedTransactions", collection="LinkedTransactions", likeness=_likeness, paged=True),
    reasons=(CLAIM, ENDED, NO_SOURCE, NO_TARGET, NO_CONTACT),
)
