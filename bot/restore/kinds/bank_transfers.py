"""Transfers between two bank accounts of the organisation.

Facts (Xero OpenAPI 16.1.0): PUT creates, and `summarizeErrors` is unknown to it, so that a refusal does not
say what became of the others; the amount is in the first account's currency and the rate is read-only, so
between two currencies Xero takes its own rate of the day; both sides can be marked as reconciled; deleted
transfers are listed, never created.
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
from bot.restore.kinds.lines import is_early, iso_date
from bot.restore.model import IdMap, Json, Kind, Pair, Phase, Reason, Settle, Step

_ENDS = (("FromBankAccount", "FromTracking"), ("ToBankAccount", "ToTracking"))
_LEGS = ("FromBankTransactionID", "ToBankTransactionID")

_DELETED = Reason(
    key="bank_transfers.deleted",
    sentence="It was deleted in the original and moves no money.",
    instead="It stays in the backup.",
    weight=95,
)
_AMOUNT = Reason(
    key="bank_transfers.amount",
    sentence="It moves nothing, and Xero's API takes only amounts of more than nothing.",
    weight=95,
)
_ACCOUNT = Reason(
    key="bank_transfers.account",
    sentence="One of its bank accounts will not be in the target organisation, or is of another currency.",
    moves_ledger=True,
    weight=3,
    todo="Add the missing bank accounts, in their own currencies, in the target organisation.",
    todo_before=True,
)
_RATE = Reason(
    key="bank_transfers.rate",
    sentence=("It moves money between two currencies; Xero's API uses its own rate of that day."),
    instead="What was paid out stays exact; what arrived may differ. Check the account it arrived in.",
    fields=("CurrencyRate",),
    moves_ledger=True,
    weight=15,
    todo="Compare what arrived with the bank's statement, and correct the difference.",
)
_TRACKING = Reason(
    key="bank_transfers.tracking",
    sentence="It comes back without its tracking, which will be archived or gone by then.",
    fields=("FromTracking", "ToTracking"),
    weight=75,
)


def _plan(ground: Ground) -> Iterator[Step]:
    for record in ground.records("bank_transfers"):
        step = _step(ground, record)
        ground.settle("bank_transfers", step.record_id, step.action)
        for leg in _LEGS:
            if record.get(leg):
                ground.settle("bank_transactions", str(record[leg]), step.action)
        yield step


def _step(ground: Ground, record: Mapping[str, Any]) -> Step:
    record_id, ends = str(record["BankTransferID"]), [record.get(end) or {} for end, _ in _ENDS]
    names = " → ".join(str(end.get("Name") or end.get("Code") or "") for end in ends)
    name = label(iso_date(record, "Date"), names, str(record.get("Reference") or ""))

    def step(action: Action, *reasons: Reason, phase: Phase = Phase.SECOND) -> Step:
        keys = tuple(sorted(one.key for one in reasons))
        return Step("bank_transfers", record_id, action, name=name, reasons=keys, phase=phase)

    if record.get("Status") == "DELETED":
        return step(Action.LEAVE_OUT, _DELETED)
    if amount_of(record, "Amount") <= 0:
        return step(Action.LEAVE_OUT, _AMOUNT)
    accounts = [money_account(ground, end) for end in ends]
    if not all(_usable(ground, account) for account in accounts):
        return step(Action.BLOCKED, _ACCOUNT)
    reasons = [_RATE] if len({account.currency for account in accounts if account}) > 1 else []
    phase, keeps = _tracking_phase(ground, record)
    reasons += [] if keeps else [_TRACKING]
    return step(Action.CHANGE if reasons else Action.CREATE, *reasons, phase=phase)


def _usable(ground: Ground, account: MoneyAccount | None) -> bool:
    if account is None or not account.is_bank:
        return False
    return will_exist(ground, account) and same_currency(ground, account)


def _tracking_phase(ground: Ground, record: Mapping[str, Any]) -> tuple[Phase, bool]:
    """Say when it is written, and whether all its tracking is alive then."""
    options = frozenset(
        str(one.get("TrackingOptionID", "")) for _, field in _ENDS for one in record.get(field) or ()
    )
    phase = ground.phase_of_tracking(options)
    known = all(ground.will_exist("tracking_options", option) for option in options)
    keeps = known and (phase is Phase.SECOND or all(is_early(ground, option) for option in options))
    return (phase if keeps else Phase.SECOND), keeps


def _payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    body: Json = {
        "Date": iso_date(record, "Date"),
        "Amount": record["Amount"],
        "FromIsReconciled": bool(record.get("FromIsReconciled")),
        "ToIsReconciled": bool(record.get("ToIsReconciled")),
    }
    for end, field in _ENDS:
        body[end] = account_payload(record.get(end) or {}, ids)
        if record.get(field) and _TRACKING.key not in step.reasons:
            body[field] = [_tracking(one, ids) for one in record[field]]
    return body | ({"Reference": record["Reference"]} if record.get("Reference") else {})


def _tracking(one: Mapping[str, Any], ids: IdMap) -> Json:
    return {
        "TrackingCategoryID": ids.need("tracking_categories", str(one.get("TrackingCategoryID", ""))),
        "TrackingOptionID": ids.need("tracking_options", str(one.get("TrackingOptionID", ""))),
    }


def _learn(step: Step, record: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterable[Pair]:
    yield Pair("bank_transfers", step.record_id, str(answer["BankTransferID"]))
    for leg in _LEGS:
        if record.get(leg) and answer.get(leg):
            yield Pair("bank_transactions", str(record[leg]), str(answer[leg]))


def _likeness(row: Mapping[str, Any]) -> tuple[object, ...]:
    ends = tuple(str((row.get(end) or {}).get("AccountID", "")).lower() for end, _ in _ENDS)
    return (*ends, iso_date(row, "Date"), amount_of(row, "Amount"), str(row.get("Reference") or ""))


BANK_TRANSFERS = Kind(
    key="bank_transfers",
    resource="bank_transfers",
    title="Transfers between bank accounts",
    stage=140,
    verb="PUT",
    path="BankTransfers",
    collection="BankTransfers",
    id_field="BankTransferID",
    plan=_plan,
    payload=_payload,
    write_scope="accounting.banktransactions",
    params={},
    learn=_learn,
    settle=Settle(path="BankTransfers", collection="BankTransfers", likeness=_likeness, by_time=True),
    reasons=(_DELETED, _AMOUNT, _ACCOUNT, _RATE, _TRACKING),
)
