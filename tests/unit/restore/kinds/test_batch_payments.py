"""Batches: kept whole, or dissolved; that Xero takes them is shown with a whole company's money."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.restore_plan import Action, Choice
from bot.restore.ground import Ground
from bot.restore.kinds.batch_payments import BATCH_PAYMENTS
from bot.restore.model import IdMap, NotMapped, Pair, Phase
from tests.unit.restore.kinds.money_bench import ground_of

ACCOUNTS: dict[str, Mapping[str, Any]] = {
    "bank": {"AccountID": "bank", "Type": "BANK", "CurrencyCode": "GBP"},
    "euro": {"AccountID": "euro", "Type": "BANK", "CurrencyCode": "EUR"},
}
SHARES: list[dict[str, Any]] = [
    {"PaymentID": "p1", "Amount": Decimal("5.00"), "Invoice": {"InvoiceID": "one", "CurrencyCode": "GBP"}},
    {"PaymentID": "p2", "Amount": Decimal("7.00"), "Invoice": {"InvoiceID": "two"}, "Details": "Thanks"},
]
BATCH: dict[str, Any] = {
    "BatchPaymentID": "b",
    "Account": {"AccountID": "bank"},
    "Date": "/Date(1772323200000+0000)/",
    "Type": "PAYBATCH",
    "Status": "AUTHORISED",
    "Reference": "Friday run",
    "Narrative": "SUPPLIERS",
    "TotalAmount": Decimal("12.00"),
    "IsReconciled": False,
    "Payments": SHARES,
}


def _ground(row: Mapping[str, Any], *, single: bool = False) -> Ground:
    invoices: dict[str, Mapping[str, Any]] = {key: {"Status": "PAID"} for key in ("one", "two")}
    records = {"accounts": ACCOUNTS, "invoices": invoices, "batch_payments": {"b": row}}
    return ground_of(records, Choice(single_payments=single))


def _ids(*invoices: str) -> IdMap:
    ids = IdMap()
    ids.add("accounts", "bank", "new bank")
    for key in invoices:
        ids.add("invoices", key, f"new {key}")
    return ids


@pytest.mark.parametrize(
    ("change", "single", "action", "reasons"),
    [
        ({}, False, Action.CREATE, ()),
        ({"IsReconciled": True}, False, Action.CHANGE, ("batch_payments.reconciled",)),
        ({}, True, Action.LEAVE_OUT, ("batch_payments.single",)),
        ({"Status": "DELETED"}, True, Action.LEAVE_OUT, ("batch_payments.deleted",)),
        ({"Payments": [*SHARES, {"CreditNote": {}}]}, False, Action.LEAVE_OUT, ("batch_payments.part",)),
        ({"Payments": []}, False, Action.LEAVE_OUT, ("batch_payments.part",)),
        ({"Account": {"AccountID": "euro"}}, False, Action.LEAVE_OUT, ("batch_payments.currency",)),
        ({"Account": {"AccountID": "gone"}}, False, Action.BLOCKED, ("batch_payments.account",)),
    ],
)
def test_plan_when_something_is_different_then_it_says_what_comes_of_it(
    change: dict[str, Any], single: bool, action: Action, reasons: tuple[str, ...]
) -> None:
    ground = _ground(BATCH | change, single=single)
    (step,) = BATCH_PAYMENTS.plan(ground)
    assert (step.action, step.reasons, step.phase) == (action, reasons, Phase.SETTLING)
    assert ground.will_exist("batch_payments", "b") is step.writes
    assert set(reasons) <= {one.key for one in BATCH_PAYMENTS.reasons}


def test_plan_when_payments_are_not_restored_then_a_dissolved_batch_is_said_to_be_lost() -> None:
    ground = _ground(BATCH, single=True)
    ground.chosen = frozenset({"batch_payments"})
    (step,) = BATCH_PAYMENTS.plan(ground)
    assert step.reasons == ("batch_payments.lost",)
    assert {one.key for one in BATCH_PAYMENTS.reasons if one.moves_ledger} >= set(step.reasons)


def test_payload_when_kept_then_texts_and_shares_are_sent() -> None:
    (step,) = BATCH_PAYMENTS.plan(_ground(BATCH))
    assert step.name == "2026-03-01 Friday run"
    assert BATCH_PAYMENTS.payload(step, BATCH, _ids("one", "two")) == {
        "Account": {"AccountID": "new bank"},
        "Date": "2026-03-01",
        "Reference": "Friday run",
        "Narrative": "SUPPLIERS",
        "Payments": [
            {"Invoice": {"InvoiceID": "new one"}, "Amount": Decimal("5.00")},
            {"Invoice": {"InvoiceID": "new two"}, "Amount": Decimal("7.00"), "Details": "Thanks"},
        ],
    }


def test_payload_when_xero_refused_one_document_then_the_others_are_still_paid() -> None:
    (step,) = BATCH_PAYMENTS.plan(_ground(BATCH))
    sent = BATCH_PAYMENTS.payload(step, BATCH, _ids("two"))
    assert [one["Invoice"]["InvoiceID"] for one in sent["Payments"]] == ["new two"]
    with pytest.raises(NotMapped):
        BATCH_PAYMENTS.payload(step, BATCH, _ids())


def test_learn_when_the_shares_are_the_same_then_each_payment_is_known() -> None:
    (step,) = BATCH_PAYMENTS.plan(_ground(BATCH))
    assert BATCH_PAYMENTS.learn is not None
    answer = {
        "BatchPaymentID": "n",
        "Payments": [{"PaymentID": "n1", "Amount": Decimal(5)}, {"PaymentID": "n2", "Amount": Decimal(7)}],
    }
    pairs = list(BATCH_PAYMENTS.learn(step, BATCH, answer))
    assert pairs == [
        Pair("batch_payments", "b", "n"),
        Pair("payments", "p1", "n1"),
        Pair("payments", "p2", "n2"),
    ]
    swapped = answer | {"Payments": list(reversed(answer["Payments"]))}
    assert list(BATCH_PAYMENTS.learn(step, BATCH, swapped)) == [Pair("batch_payments", "b", "n")]


def test_likeness_when_one_share_differs_then_it_is_another_batch() -> None:
    assert BATCH_PAYMENTS.settle is not None
    likeness = BATCH_PAYMENTS.settle.likeness
    assert likeness(BATCH | {"Payments": list(reversed(SHARES))}) == likeness(BATCH)
    other = BATCH | {"Payments": [SHARES[0], SHARES[1] | {"Amount": Decimal("7.01")}]}
    assert len({likeness(BATCH), likeness(other), likeness(BATCH | {"Date": "2026-03-02"})}) == 3
