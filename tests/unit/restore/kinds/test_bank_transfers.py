"""Transfers: what is planned and sent; that Xero takes them is shown with a whole company's money."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.bank_transfers import BANK_TRANSFERS
from bot.restore.model import IdMap, Pair, Phase
from tests.unit.restore.kinds.money_bench import ground_of

ACCOUNTS: dict[str, Mapping[str, Any]] = {
    "a": {"AccountID": "a", "Type": "BANK", "CurrencyCode": "GBP"},
    "b": {"AccountID": "b", "Type": "BANK", "CurrencyCode": "GBP"},
    "euro": {"AccountID": "euro", "Type": "BANK", "CurrencyCode": "EUR"},
    "gone": {"AccountID": "gone", "Type": "BANK", "CurrencyCode": "GBP", "Status": "DELETED"},
}
TRANSFER: dict[str, Any] = {
    "BankTransferID": "x",
    "Date": "/Date(1772323200000+0000)/",
    "Amount": Decimal("200.00"),
    "FromBankAccount": {"AccountID": "a", "Name": "Current"},
    "ToBankAccount": {"AccountID": "b", "Name": "Savings"},
    "FromBankTransactionID": "from",
    "ToBankTransactionID": "to",
    "FromIsReconciled": True,
    "ToIsReconciled": False,
    "Reference": "Move",
    "CurrencyRate": Decimal("1.0000000000"),
    "Status": "AUTHORISED",
}


def _ground(row: Mapping[str, Any]) -> Ground:
    return ground_of({"accounts": ACCOUNTS, "bank_transfers": {"x": row}})


def _ids() -> IdMap:
    ids = IdMap()
    for key in ("a", "b", "euro"):
        ids.add("accounts", key, f"new {key}")
    return ids


def test_payload_when_created_then_both_marks_are_kept_and_the_halves_are_learnt() -> None:
    ground = _ground(TRANSFER)
    (step,) = BANK_TRANSFERS.plan(ground)
    assert (step.action, step.reasons, step.phase) == (Action.CREATE, (), Phase.SECOND)
    assert step.name == "2026-03-01 Current → Savings, Move"
    assert ground.will_exist("bank_transactions", "from")
    assert ground.will_exist("bank_transactions", "to")
    assert BANK_TRANSFERS.payload(step, TRANSFER, _ids()) == {
        "Date": "2026-03-01",
        "Amount": Decimal("200.00"),
        "FromBankAccount": {"AccountID": "new a"},
        "ToBankAccount": {"AccountID": "new b"},
        "FromIsReconciled": True,
        "ToIsReconciled": False,
        "Reference": "Move",
    }
    assert BANK_TRANSFERS.learn is not None
    answer = {"BankTransferID": "n", "FromBankTransactionID": "nf", "ToBankTransactionID": "nt"}
    assert list(BANK_TRANSFERS.learn(step, TRANSFER, answer)) == [
        Pair("bank_transfers", "x", "n"),
        Pair("bank_transactions", "from", "nf"),
        Pair("bank_transactions", "to", "nt"),
    ]
    assert BANK_TRANSFERS.params == {}  # summarizeErrors is unknown to this write


@pytest.mark.parametrize(
    ("change", "action", "reason"),
    [
        ({"Status": "DELETED"}, Action.LEAVE_OUT, "bank_transfers.deleted"),
        ({"Amount": Decimal(0)}, Action.LEAVE_OUT, "bank_transfers.amount"),
        ({"ToBankAccount": {"AccountID": "gone"}}, Action.BLOCKED, "bank_transfers.account"),
        ({"ToBankAccount": {"AccountID": "unheard of"}}, Action.BLOCKED, "bank_transfers.account"),
        ({"ToBankAccount": {"AccountID": "euro"}}, Action.CHANGE, "bank_transfers.rate"),
        (
            {"FromTracking": [{"TrackingCategoryID": "k", "TrackingOptionID": "lost"}]},
            Action.CHANGE,
            "bank_transfers.tracking",
        ),
    ],
)
def test_plan_when_something_is_different_then_it_says_what_comes_of_it(
    change: dict[str, Any], action: Action, reason: str
) -> None:
    ground = _ground(TRANSFER | change)
    (step,) = BANK_TRANSFERS.plan(ground)
    assert (step.action, step.reasons) == (action, (reason,))
    assert ground.will_exist("bank_transactions", "from") is step.writes
    moves = {one.key for one in BANK_TRANSFERS.reasons if one.moves_ledger}
    assert moves == {"bank_transfers.account", "bank_transfers.rate"}


def test_payload_when_tracking_is_alive_then_it_is_kept_and_else_not_sent() -> None:
    row = TRANSFER | {"ToTracking": [{"TrackingCategoryID": "k", "TrackingOptionID": "o"}]}
    ground = _ground(row)
    ground.settle("tracking_options", "o", Action.CREATE)
    ids = _ids()
    ids.add("tracking_categories", "k", "nk")
    ids.add("tracking_options", "o", "no")
    (step,) = BANK_TRANSFERS.plan(ground)
    sent = BANK_TRANSFERS.payload(step, row, ids)
    assert sent["ToTracking"] == [{"TrackingCategoryID": "nk", "TrackingOptionID": "no"}]
    (bare,) = BANK_TRANSFERS.plan(_ground(row))
    assert "ToTracking" not in BANK_TRANSFERS.payload(bare, row, ids)


@pytest.mark.parametrize(
    ("both", "phase", "reasons"),
    [(frozenset({"o"}), Phase.FIRST, ()), (frozenset(), Phase.SECOND, ("bank_transfers.tracking",))],
)
def test_plan_when_archived_and_living_tracking_meet_then_what_lives_all_the_time_is_no_loss(
    both: frozenset[str], phase: Phase, reasons: tuple[str, ...]
) -> None:
    ends = {
        "FromTracking": [{"TrackingCategoryID": "k", "TrackingOptionID": "old"}],
        "ToTracking": [{"TrackingCategoryID": "k", "TrackingOptionID": "o"}],
    }
    ground = _ground(TRANSFER | ends)
    for option in ("old", "o"):
        ground.settle("tracking_options", option, Action.CREATE)
    ground.notes |= {"tracking_first": frozenset({"old"}), "tracking_both": both}
    (step,) = BANK_TRANSFERS.plan(ground)
    assert (step.phase, step.reasons) == (phase, reasons)


def test_likeness_when_one_field_differs_then_it_is_another_transfer() -> None:
    assert BANK_TRANSFERS.settle is not None
    likeness = BANK_TRANSFERS.settle.likeness
    others: tuple[dict[str, Any], ...] = (
        {"Date": "2026-03-02"},
        {"Amount": Decimal(201)},
        {"Reference": ""},
        {"ToBankAccount": {"AccountID": "euro"}},
        {"FromBankAccount": {"AccountID": "euro"}},
    )
    assert len({likeness(TRANSFER | one) for one in ({}, *others)}) == 1 + len(others)
