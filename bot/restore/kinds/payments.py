"""Payments of invoices and bills, and refunds of what was credited or paid ahead.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/payments): against authorised
documents only and never more than is outstanding; from a bank account or one that payments were enabled for;
CurrencyRate counts for documents in a foreign currency, BankAmount is what the bank account moved by. With
both as they were, realised gains and losses follow by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.banks import (
    NOTHING,
    account_payload,
    amount_of,
    can_be_paid_from,
    contact_name,
    label,
    money_account,
    same_currency,
    will_exist,
)
from bot.restore.kinds.lines import iso_date
from bot.restore.model import IdMap, Json, Kind, Pair, Phase, Planner, Reason, Settle, Step

_NOTE = "payment_steps"
_TEXTS = ("Reference", "BankAccountNumber", "Particulars", "Details")
# What a payment settles: resource, id field, number field.
_TARGETS = {
    "Invoice": ("invoices", "InvoiceID", "InvoiceNumber"),
    "CreditNote": ("credit_notes", "CreditNoteID", "CreditNoteNumber"),
    "Prepayment": ("prepayments", "PrepaymentID", ""),
    "Overpayment": ("overpayments", "OverpaymentID", ""),
}

# Of the document that stays open when its payment does not come back.
_OPEN = (
    "Status",
    "AmountPaid",
    "AmountDue",
    "RemainingCredit",
    "FullyPaidOnDate",
    "Payments",
)

_DELETED = Reason(
    key="payments.deleted",
    sentence="It was deleted in the original and moves no money.",
    instead="It stays in the backup.",
    weight=95,
)
_BATCH = Reason(
    key="payments.batch",
    sentence="It comes back with the batch it belongs to.",
    fields=("IsReconciled",),
    weight=99,
)
_SINGLE = Reason(
    key="payments.single",
    sentence="It belonged to a batch and comes back as a payment of its own.",
    instead="One statement line then stands for several payments.",
    fields=("BatchPayment", "BatchPaymentID"),
    weight=65,
)
_OTHER = Reason(
    key="payments.other",
    sentence="It pays nothing that Xero's API takes payments for, such as a classic expense claim.",
    moves_ledger=True,
    weight=12,
    todo="Enter the payment by hand in the target organisation after the restore.",
)
_DOCUMENT = Reason(
    key="payments.document",
    sentence="The document it pays does not come back, and Xero takes no payment without one.",
    moves_ledger=True,
    weight=6,
    todo="Enter the document and its payment by hand after the restore.",
)
_ACCOUNT = Reason(
    key="payments.account",
    fields=_OPEN,
    sentence="The account it was paid through will not be in the target organisation in the same currency.",
    moves_ledger=True,
    weight=3,
    todo="Add the missing bank accounts in the target organisation.",
    todo_before=True,
)
_CLOSED = Reason(
    key="payments.account_closed",
    fields=_OPEN,
    sentence="The account it was paid through is no bank account, and payments are not enabled for it.",
    instead="Enable payments to that account in the original and take a new backup, or in the target.",
    moves_ledger=True,
    weight=5,
    todo="Enable payments to the accounts that payments were made through.",
    todo_before=True,
)
_AMOUNT = Reason(
    key="payments.amount",
    sentence="It pays nothing, and Xero's API takes only amounts of more than nothing.",
    weight=95,
)
REASONS = (_DELETED, _BATCH, _SINGLE, _OTHER, _DOCUMENT, _ACCOUNT, _CLOSED, _AMOUNT)


def _planner(key: str) -> Planner:
    """Make the planner of one of the two kinds; the records are read once for both."""

    def plan(ground: Ground) -> Iterator[Step]:
        sorted_out: dict[str, list[Step]] | None = ground.notes.get(_NOTE)
        if sorted_out is None:
            sorted_out = ground.notes[_NOTE] = _sort_out(ground)
        yield from sorted_out[key]

    return plan


def _sort_out(ground: Ground) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {"payments": [], "refunds": []}
    for record in ground.records("payments"):
        name = _target_name(record)
        key = "refunds" if name not in {"", "Invoice"} else "payments"
        action, reason = _judge(ground, record, name)
        payment_id = str(record["PaymentID"])
        # One that comes back inside its batch will be there, although nothing is sent for it.
        ground.settle("payments", payment_id, Action.CREATE if reason is _BATCH else action)
        found[key].append(
            Step(
                key,
                payment_id,
                action,
                name=_label(record, name),
                reasons=(reason.key,) if reason else (),
                phase=Phase.SETTLING,
            )
        )
    return found


def _target_name(record: Mapping[str, Any]) -> str:
    """Name the kind of document a payment settles; "" when there is none we know."""
    return next((name for name, (_, field, _) in _TARGETS.items() if (record.get(name) or {}).get(field)), "")


def _label(record: Mapping[str, Any], name: str) -> str:
    document = record.get(name) or {}
    number = str(document.get(_TARGETS[name][2]) or "") if name else ""
    return label(
        iso_date(record, "Date"), contact_name(document), number or str(record.get("Reference") or "")
    )


def _judge(ground: Ground, record: Mapping[str, Any], name: str) -> tuple[Action, Reason | None]:
    if record.get("Status") == "DELETED":
        return Action.LEAVE_OUT, _DELETED
    batch = _batch_id(record)
    if batch and ground.will_exist("batch_payments", batch):
        return Action.LEAVE_OUT, _BATCH
    if not name or amount_of(record, "Amount") <= 0:
        return Action.LEAVE_OUT, _AMOUNT if name else _OTHER
    resource, id_field, _ = _TARGETS[name]
    fate = ground.fate(resource, str(record[name][id_field]))
    if fate is None or not fate.will_exist:
        blocked = fate is not None and fate.action is Action.BLOCKED
        return (Action.BLOCKED if blocked else Action.LEAVE_OUT), _DOCUMENT
    if obstacle := _obstacle(ground, record):
        return Action.BLOCKED, obstacle
    return (Action.CHANGE, _SINGLE) if batch else (Action.CREATE, None)


def _obstacle(ground: Ground, record: Mapping[str, Any]) -> Reason | None:
    account = money_account(ground, record.get("Account"))
    if account is None or not will_exist(ground, account) or not same_currency(ground, account):
        return _ACCOUNT
    return None if can_be_paid_from(ground, account) else _CLOSED


def _batch_id(record: Mapping[str, Any]) -> str:
    return str(record.get("BatchPaymentID") or (record.get("BatchPayment") or {}).get("BatchPaymentID") or "")


def _payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    del step
    name = _target_name(record)
    resource, id_field, _ = _TARGETS[name]
    body: Json = {
        name: {id_field: ids.need(resource, str(record[name][id_field]))},
        "Account": account_payload(record.get("Account") or {}, ids),
        "Date": iso_date(record, "Date"),
        "Amount": record["Amount"],
        "IsReconciled": bool(record.get("IsReconciled")),
    }
    body |= {field: record[field] for field in _TEXTS if record.get(field)}
    if amount_of(record, "CurrencyRate") > NOTHING:
        body["CurrencyRate"] = record["CurrencyRate"]
    # Equal amounts mean that account and document share a currency; then there is nothing to convert.
    if amount_of(record, "BankAmount") not in {NOTHING, amount_of(record, "Amount")}:
        body["BankAmount"] = record["BankAmount"]
    return body


def _learn(step: Step, record: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterable[Pair]:
    del record
    yield Pair("payments", step.record_id, str(answer["PaymentID"]))


def _likeness(row: Mapping[str, Any]) -> tuple[object, ...]:
    name = _target_name(row)
    document = str(row[name][_TARGETS[name][1]]).lower() if name else ""
    account = str((row.get("Account") or {}).get("AccountID", "")).lower()
    return (
        document,
        account,
        iso_date(row, "Date"),
        amount_of(row, "Amount"),
        str(row.get("Reference") or ""),
    )


def _kind(key: str, title: str, stage: int) -> Kind:
    return Kind(
        key=key,
        resource="payments",
        title=title,
        stage=stage,
        verb="PUT",
        path="Payments",
        collection="Payments",
        id_field="PaymentID",
        plan=_planner(key),
        payload=_payload,
        write_scope="accounting.payments",
        learn=_learn,
        settle=Settle(path="Payments", collection="Payments", likeness=_likeness, by_time=True, paged=True),
        reasons=REASONS,
    )


PAYMENTS = _kind("payments", "Payments", 165)
REFUNDS = _kind("refunds", "Refunds", 166)
