"""Purchase orders: made as far as Xero takes new ones, and marked as billed afterwards.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/purchaseorders): numbers are
unique; SentToContact is for authorised and billed ones; it is a mark and mails nothing; the tie between an
order and its bill is not part of the record. An order posts nothing to the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.lines import heading, iso_date, judge, learn_lines
from bot.restore.kinds.orders import NO_LINES, label, lines_in_cents, rung, texts
from bot.restore.model import IdMap, Json, Kind, Reason, Settle, Step

Order = Mapping[str, Any]
_BILLED = "BILLED"
_APPROVED = frozenset({"AUTHORISED", _BILLED})
_STARTS = {"DRAFT": "DRAFT", "SUBMITTED": "SUBMITTED", "AUTHORISED": "AUTHORISED", _BILLED: "AUTHORISED"}
_TEXTS = ("PurchaseOrderNumber", "Reference", "DeliveryAddress", "AttentionTo", "Telephone",
          "DeliveryInstructions")  # fmt: skip
_DAYS = ("DeliveryDate", "ExpectedArrivalDate")

DELETED = Reason(
    key="purchase_orders.deleted",
    sentence="It was deleted in the source, or has a status that Ledgerkeep does not know.",
    instead="It stays in the backup.",
    weight=95,
)
BILL = Reason(
    key="purchase_orders.bill",
    sentence="The link between a billed purchase order and its bill is lost.",
    instead="Both come back; find the pair by supplier, date and amount.",
    weight=66,
)
SENT = Reason(
    key="purchase_orders.sent",
    sentence="It was marked as sent, which Xero takes on approved purchase orders only.",
    fields=("SentToContact",),
    weight=76,
)


def plan(ground: Ground) -> Iterator[Step]:
    """Make every living order; settles "purchase_orders"."""
    if not ground.is_chosen("purchase_orders"):
        return
    for record in ground.records("purchase_orders"):
        step = _step(ground, record)
        ground.settle("purchase_orders", step.record_id, step.action)
        yield step


def plan_states(ground: Ground) -> Iterator[Step]:
    """Mark as billed what was billed."""
    if not ground.is_chosen("purchase_orders"):
        return
    for record in ground.records("purchase_orders"):
        record_id = str(record["PurchaseOrderID"])
        if record.get("Status") == _BILLED and ground.will_exist("purchase_orders", record_id):
            yield rung("purchase_order_states", record_id, _BILLED, label(record, "PurchaseOrderNumber"))


def payload(step: Step, record: Order, ids: IdMap) -> Json:
    """Send the whole order; raises NotMapped where something it needs is not in the target."""
    del step
    status = str(record["Status"])
    body = heading(record, ids) | {"Status": _STARTS[status]} | texts(record, _TEXTS, _DAYS)
    if status in _APPROVED:
        body["SentToContact"] = bool(record.get("SentToContact"))
    body["LineItems"] = lines_in_cents(record, ids, live=status in _APPROVED)
    return body


def state_payload(step: Step, record: Order, ids: IdMap) -> Json:
    """Send the next status and nothing else."""
    del record
    return {"PurchaseOrderID": ids.need("purchase_orders", step.record_id), "Status": step.part}


def _step(ground: Ground, record: Order) -> Step:
    record_id, status = str(record["PurchaseOrderID"]), str(record.get("Status", ""))
    name, lines = label(record, "PurchaseOrderNumber"), record.get("LineItems") or ()
    if status not in _STARTS:
        return Step("purchase_orders", record_id, Action.LEAVE_OUT, name=name, reasons=(DELETED.key,))
    judged = judge(ground, record, lines=lines, live=status in _APPROVED)
    blocked = {*judged.blocked, *([] if lines else [NO_LINES.key])}
    reasons = blocked or {*judged.reasons, *_own(record, status)}
    action = Action.BLOCKED if blocked else Action.CHANGE if reasons else Action.CREATE
    keys = tuple(sorted(reasons))
    return Step("purchase_orders", record_id, action, name=name, reasons=keys, phase=judged.phase)


def _own(record: Order, status: str) -> Iterator[str]:
    if status == _BILLED:
        yield BILL.key
    if record.get("SentToContact") and status not in _APPROVED:
        yield SENT.key


def _likeness(row: Order) -> tuple[str, str, str]:
    contact = str((row.get("Contact") or {}).get("ContactID", "")).lower()
    said = str(row.get("PurchaseOrderNumber") or "")
    return (said, "", "") if said else ("", contact, iso_date(row, "Date"))


PURCHASE_ORDERS = Kind(
    key="purchase_orders",
    resource="purchase_orders",
    title="Purchase orders",
    stage=170,
    verb="PUT",
    path="PurchaseOrders",
    collection="PurchaseOrders",
    id_field="PurchaseOrderID",
    plan=plan,
    payload=payload,
    write_scope="accounting.invoices",
    learn=learn_lines,
    settle=Settle(
        path="PurchaseOrders", collection="PurchaseOrders", likeness=_likeness, by_time=True, paged=True
    ),
    reasons=(DELETED, BILL, SENT, NO_LINES),
)
PURCHASE_ORDER_STATES = Kind(
    key="purchase_order_states",
    resource="purchase_orders",
    title="Purchase orders to mark as billed",
    stage=171,
    verb="POST",
    path="PurchaseOrders",
    collection="PurchaseOrders",
    id_field="PurchaseOrderID",
    plan=plan_states,
    payload=state_payload,
    write_scope="accounting.invoices",
)
