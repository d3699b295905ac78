"""Payments of several invoices or bills at once.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/batchpayments): the type follows
from the documents and the payments in it come back with it; the reconciled mark cannot be written. A batch
that cannot come back whole is dissolved: `payments.py` then brings its payments back one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.banks import (
    MoneyAccount,
    account_payload,
    amount_of,
    label,
    money_account,
    same_currency,
    will_exist,
)
from bot.restore.kinds.lines import iso_date
from bot.restore.model import IdMap, Json, Kind, NotMapped, Pair, Phase, Reason, Settle, Step

_TEXTS = ("Reference", "Particulars", "Code", "Details", "Narrative")
_LINE_TEXTS = ("BankAccountNumber", "Particulars", "Code", "Reference", "Details")

_DELETED = Reason(
    key="batch_payments.deleted",
    sentence="It was deleted in the original and moves no money.",
    instead="It stays in the backup.",
    weight=95,
)
_CHOSEN = Reason(
    key="batch_payments.single",
    sentence="As chosen, its payments come back one by one, so that they can stay reconciled.",
    instead="One statement line then stands for several payments.",
    weight=65,
)
_PART = Reason(
    key="batch_payments.part",
    sentence="Not every document it pays comes back as an invoice or bill; its payments come back singly.",
    instead="One statement line then stands for several payments.",
    weight=55,
)
_CURRENCY = Reason(
    key="batch_payments.currency",
    sentence="Batches through the API pay in the base currency only; its payments come back one by one.",
    instead="One statement line then stands for several payments.",
    weight=65,
)
_LOST = Reason(
    key="batch_payments.lost",
    sentence="It cannot come back as a batch, and single payments are not part of this restore.",
    instead="Restore payments too.",
    moves_ledger=True,
    weight=6,
)
_ACCOUNT = Reason(
    key="batch_payments.account",
    sentence="Its bank account will not be in the target organisation in the same currency.",
    moves_ledger=True,
    weight=3,
    todo="Add the missing bank accounts in the target organisation.",
    todo_before=True,
)
_RECONCILED = Reason(
    key="batch_payments.reconciled",
    sentence="It is reconciled, and a batch made through the API cannot be marked as reconciled.",
    instead="Choose single payments to keep the mark, or reconcile the batch by hand.",
    fields=("IsReconciled",),
    weight=32,
)


def _plan(ground: Ground) -> Iterator[Step]:
    for record in ground.records("batch_payments"):
        action, reason = _judge(ground, record)
        record_id = str(record["BatchPaymentID"])
        ground.settle("batch_payments", record_id, action)
        yield Step(
            "batch_payments",
            record_id,
            action,
            name=label(iso_date(record, "Date"), str(record.get("Reference") or record.get("Details") or "")),
            reasons=(reason.key,) if reason else (),
            phase=Phase.SETTLING,
        )


def _judge(ground: Ground, record: Mapping[str, Any]) -> tuple[Action, Reason | None]:
    account = money_account(ground, record.get("Account"))
    if record.get("Status") == "DELETED":
        return Action.LEAVE_OUT, _DELETED
    if account is None or not _usable(ground, account):
        return Action.BLOCKED, _ACCOUNT
    if dissolved := _dissolved(ground, record, account):
        return Action.LEAVE_OUT, dissolved if ground.is_chosen("payments") else _LOST
    return (Action.CHANGE, _RECONCILED) if record.get("IsReconciled") else (Action.CREATE, None)


def _usable(ground: Ground, account: MoneyAccount) -> bool:
    return account.is_bank and will_exist(ground, account) and same_currency(ground, account)


def _dissolved(ground: Ground, record: Mapping[str, Any], account: MoneyAccount) -> Reason | None:
    """Say why a batch comes back as single payments; None when it stays a batch."""
    if ground.choice.single_payments:
        return _CHOSEN
    paid, base = list(_paid(record)), ground.facts.base_currency
    currencies = {str(invoice.get("CurrencyCode") or base) for _, invoice in paid} | {account.currency}
    if currencies != {base}:
        return _CURRENCY
    whole = paid and all(ground.will_exist("invoices", _invoice_id(invoice)) for _, invoice in paid)
    return None if whole else _PART


def _paid(record: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Yield each payment of a batch with the invoice it pays."""
    for one in record.get("Payments") or ():
        yield one, one.get("Invoice") or {}


def _invoice_id(invoice: Mapping[str, Any]) -> str:
    return str(invoice.get("InvoiceID") or "")


def _payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    del step
    # One document that Xero refused must not take the payments of all others with it.
    shares = [_share(one, found) for one, found in _targets(record, ids) if found]
    if not shares:
        raise NotMapped("invoices", _invoice_id(next(invoice for _, invoice in _paid(record))))
    texts = {name: record[name] for name in _TEXTS if record.get(name)}
    account = account_payload(record.get("Account") or {}, ids)
    return {"Account": account, "Date": iso_date(record, "Date"), **texts, "Payments": shares}


def _targets(record: Mapping[str, Any], ids: IdMap) -> Iterator[tuple[Mapping[str, Any], str | None]]:
    return ((one, ids.find("invoices", _invoice_id(invoice))) for one, invoice in _paid(record))


def _share(one: Mapping[str, Any], invoice_id: str) -> Json:
    texts = {name: one[name] for name in _LINE_TEXTS if one.get(name)}
    return {"Invoice": {"InvoiceID": invoice_id}, "Amount": one["Amount"], **texts}


def _learn(step: Step, record: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterable[Pair]:
    yield Pair("batch_payments", step.record_id, str(answer["BatchPaymentID"]))
    here, there = record.get("Payments") or (), answer.get("Payments") or ()
    amounts = [[amount_of(one, "Amount") for one in rows] for rows in (here, there)]
    if amounts[0] != amounts[1]:
        return  # not the same payments in the same order: nobody can say which is which
    for old, new in zip(here, there, strict=True):
        if old.get("PaymentID") and new.get("PaymentID"):
            yield Pair("payments", str(old["PaymentID"]), str(new["PaymentID"]))


def _likeness(row: Mapping[str, Any]) -> tuple[object, ...]:
    shares = [(_invoice_id(invoice).lower(), amount_of(one, "Amount")) for one, invoice in _paid(row)]
    account = str((row.get("Account") or {}).get("AccountID", "")).lower()
    return account, iso_date(row, "Date"), tuple(sorted(shares))


BATCH_PAYMENTS = Kind(
    key="batch_payments",
    resource="batch_payments",
    title="Batch payments",
    stage=160,
    verb="PUT",
    path="BatchPayments",
    collection="BatchPayments",
    id_field="BatchPaymentID",
    plan=_plan,
    payload=_payload,
    write_scope="accounting.payments",
    learn=_learn,
    settle=Settle(path="BatchPayments", collection="BatchPayments", likeness=_likeness, by_time=True),
    reasons=(_DELETED, _CHOSEN, _PART, _CURRENCY, _LOST, _ACCOUNT, _RECONCILED),
)
