"""Money spent, received and paid ahead: what is planned, what is sent, and that Xero takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.bank_reasons import NO_CONTACT
from bot.restore.kinds.bank_transactions import BANK_TRANSACTIONS, OVERPAYMENTS, PREPAYMENTS
from bot.restore.model import IdMap, Kind, NotMapped, Pair, Phase, Step
from bot.xero.writing import encode
from tests.unit.restore.kinds.money_bench import ground_of
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]

BANK = {"AccountID": "bank", "Type": "BANK", "Code": "090"}
FEES = {"AccountID": "fees", "Type": "EXPENSE", "Code": "404"}
RATES: dict[str, Mapping[str, Any]] = {
    "INPUT2": {"TaxType": "INPUT2", "EffectiveRate": Decimal(20)},
    "NONE": {"TaxType": "NONE"},
}
LINE: dict[str, Any] = {
    "Description": "Paper",
    "Quantity": Decimal("1.0000"),
    "UnitAmount": Decimal("12.0000"),
    "LineAmount": Decimal("12.00"),
    "TaxAmount": Decimal("2.00"),
    "TaxType": "INPUT2",
    "AccountCode": "404",
    "AccountID": "fees",
    "LineItemID": "l1",
    "Tracking": [],
}
SPEND: dict[str, Any] = {
    "BankTransactionID": "t1",
    "Type": "SPEND",
    "Status": "AUTHORISED",
    "Date": "/Date(1772323200000+0000)/",
    "DateString": "2026-03-01T00:00:00",
    "Contact": {"ContactID": "c1", "Name": "Ægir"},
    "BankAccount": {"AccountID": "bank", "Code": "090"},
    "LineAmountTypes": "Inclusive",
    "LineItems": [LINE],
    "SubTotal": Decimal("10.00"),
    "TotalTax": Decimal("2.00"),
    "Total": Decimal("12.00"),
    "IsReconciled": True,
    "Reference": "Card 7",
}
AHEAD = SPEND | {"Type": "SPEND-PREPAYMENT", "PrepaymentID": "pre", "Reference": ""}
OVER = SPEND | {"Type": "RECEIVE-OVERPAYMENT", "OverpaymentID": "over", "Reference": ""}


def _ground(*rows: Mapping[str, Any], **more: dict[str, Mapping[str, Any]]) -> Ground:
    records: dict[str, dict[str, Mapping[str, Any]]] = {
        "accounts": {"bank": BANK, "fees": FEES},
        "tax_rates": RATES,
        "contacts": {"c1": {"ContactID": "c1"}},
        "bank_transactions": {row["BankTransactionID"]: row for row in rows},
    }
    return ground_of(records | more)


def _ids() -> IdMap:
    ids = IdMap()
    for resource, key in (
        ("accounts", "bank"),
        ("accounts", "fees"),
        ("contacts", "c1"),
        ("tax_types", "INPUT2"),
        ("account_codes", "404"),
    ):
        ids.add(resource, key, key if resource in {"tax_types", "account_codes"} else f"new {key}")
    return ids


def _one(kind: Kind, row: Mapping[str, Any], **more: dict[str, Mapping[str, Any]]) -> Step:
    (step,) = kind.plan(_ground(row, **more))
    return step


def test_payload_when_spent_then_everything_is_said_and_the_tax_is_left_to_xero() -> None:
    step = _one(BANK_TRANSACTIONS, SPEND)
    assert (step.action, step.reasons, step.phase) == (Action.CREATE, (), Phase.SECOND)
    assert step.name == "2026-03-01 Ægir, Card 7"
    assert BANK_TRANSACTIONS.payload(step, SPEND, _ids()) == {
        "Type": "SPEND",
        "Status": "AUTHORISED",
        "Date": "2026-03-01",
        "Contact": {"ContactID": "new c1"},
        "BankAccount": {"AccountID": "new bank"},
        "IsReconciled": True,
        "Reference": "Card 7",
        "LineAmountTypes": "Inclusive",
        "LineItems": [
            {
                "Description": "Paper",
                "Quantity": Decimal("1.0000"),
                "UnitAmount": Decimal("12.0000"),
                "AccountCode": "404",
                "TaxType": "INPUT2",
            }
        ],
    }
    with pytest.raises(NotMapped):
        BANK_TRANSACTIONS.payload(step, SPEND, IdMap())


@pytest.mark.parametrize(
    ("change", "action", "reason"),
    [
        ({"Status": "DELETED"}, Action.LEAVE_OUT, "bank_transactions.deleted"),
        ({"Status": "VOIDED"}, Action.LEAVE_OUT, "bank_transactions.deleted"),
        ({"Type": "SPEND-TRANSFER"}, Action.LEAVE_OUT, "bank_transactions.orphan"),
        ({"Type": "SPEND-BARTER"}, Action.LEAVE_OUT, "bank_transactions.type"),
        ({"Total": Decimal("0.00")}, Action.LEAVE_OUT, "bank_transactions.total"),
        ({"BankAccount": {"AccountID": "fees"}}, Action.BLOCKED, "bank_transactions.account"),
        ({"BankAccount": {"AccountID": "gone"}}, Action.BLOCKED, "bank_transactions.account"),
        ({"Contact": {"ContactID": "gone"}}, Action.BLOCKED, "blocked.contact"),
        ({"Contact": None}, Action.CHANGE, "bank_transactions.contact"),
        ({"Contact": {}}, Action.CHANGE, "bank_transactions.contact"),
        ({"LineItems": [LINE | {"TaxAmount": Decimal("2.01")}]}, Action.CHANGE, "bank_transactions.tax"),
        ({"LineItems": [LINE, LINE | {"LineAmount": Decimal(0)}]}, Action.CHANGE, "bank_transactions.lines"),
    ],
)
def test_plan_when_something_is_different_then_it_says_what_comes_of_it(
    change: dict[str, Any], action: Action, reason: str
) -> None:
    step = _one(BANK_TRANSACTIONS, SPEND | change)
    assert (step.action, step.reasons) == (action, (reason,))
    assert reason.startswith("blocked.") or reason in {one.key for one in BANK_TRANSACTIONS.reasons}


def test_plan_when_the_matched_bank_account_is_in_another_currency_then_it_is_blocked() -> None:
    ground = _ground(SPEND)
    ground.target = type(ground.target)(
        organisation_id="o",
        tenant_id="t",
        facts=ground.facts,
        accounts=({"AccountID": "New Bank", "Type": "BANK", "CurrencyCode": "EUR"},),
    )
    ground.settle("accounts", "bank", Action.MATCH, "new bank")
    (step,) = BANK_TRANSACTIONS.plan(ground)
    assert (step.action, step.reasons) == (Action.BLOCKED, ("bank_transactions.currency",))


def test_plan_when_a_line_uses_archived_tracking_then_it_is_written_first() -> None:
    row = SPEND | {"LineItems": [LINE | {"Tracking": [{"TrackingCategoryID": "k", "TrackingOptionID": "o"}]}]}
    ground = _ground(row)
    ground.settle("tracking_options", "o", Action.CREATE)
    ground.notes["tracking_first"] = frozenset({"o"})
    (step,) = BANK_TRANSACTIONS.plan(ground)
    assert (step.action, step.phase) == (Action.CREATE, Phase.FIRST)


def test_plan_when_halves_of_a_transfer_then_they_come_back_with_it() -> None:
    transfer = {"BankTransferID": "x", "FromBankTransactionID": "t1", "Status": "AUTHORISED"}
    step = _one(BANK_TRANSACTIONS, SPEND | {"Type": "SPEND-TRANSFER"}, bank_transfers={"x": transfer})
    assert (step.action, step.reasons) == (Action.LEAVE_OUT, ("bank_transactions.transfer",))


def test_plan_when_paid_ahead_then_it_is_a_kind_of_its_own_and_settles_what_arises() -> None:
    ground = _ground(AHEAD, OVER | {"BankTransactionID": "t2"})
    assert list(BANK_TRANSACTIONS.plan(ground)) == []
    assert [(one.kind, one.record_id) for one in PREPAYMENTS.plan(ground)] == [("prepayments", "t1")]
    assert [(one.kind, one.record_id) for one in OVERPAYMENTS.plan(ground)] == [("overpayments", "t2")]
    assert ground.will_exist("prepayments", "pre")
    assert ground.will_exist("overpayments", "over")
    assert ground.will_exist("bank_transactions", "t2")


def test_plan_when_the_money_of_a_prepayment_is_not_in_the_copy_then_it_is_blocked() -> None:
    rows: dict[str, Mapping[str, Any]] = {
        "pre": {"PrepaymentID": "pre", "Status": "AUTHORISED", "Contact": {"Name": "Ægir"}},
        "old": {"PrepaymentID": "old", "Status": "VOIDED"},
    }
    ground = _ground(prepayments=rows)
    steps = {one.record_id: (one.action, one.reasons) for one in PREPAYMENTS.plan(ground)}
    assert steps == {
        "pre": (Action.BLOCKED, ("bank_transactions.advance_missing",)),
        "old": (Action.LEAVE_OUT, ("bank_transactions.deleted",)),
    }
    assert not ground.will_exist("prepayments", "pre")


def test_learn_when_paid_ahead_then_transaction_prepayment_and_lines_are_known() -> None:
    assert PREPAYMENTS.learn is not None
    answer = {
        "BankTransactionID": "n1",
        "PrepaymentID": "new pre",
        "LineItems": [{"LineItemID": "n-l1"}],
    }
    assert list(PREPAYMENTS.learn(_one(PREPAYMENTS, AHEAD), AHEAD, answer)) == [
        Pair("bank_transactions", "t1", "n1"),
        Pair("prepayments", "pre", "new pre"),
        Pair("line_items", "l1", "n-l1"),
    ]


def _write(pen: Pen, kind: Kind, row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Plan one transaction and write it into a new organisation."""
    row = row | changes
    ids = _ids()
    ids.add("accounts", "bank", pen.bank())
    ids.add("contacts", "c1", pen.contact()["ContactID"])
    step = _one(kind, row)
    assert step.writes, step.reasons
    body = kind.payload(step, row, ids)
    answer = pen.call("PUT", kind.path, encode({kind.collection: [body]}), **kind.params)
    made = answer.one()
    assert made.get("ValidationErrors", []) == []
    assert kind.settle is not None
    assert kind.settle.likeness(body) == kind.settle.likeness(made)
    return made


def test_write_when_tax_was_adjusted_by_hand_then_the_total_stays(open_pen: Callable[..., Pen]) -> None:
    line = LINE | {"LineAmount": Decimal("10.00"), "UnitAmount": Decimal(10), "TaxAmount": Decimal("2.03")}
    changes: dict[str, Any] = {"LineAmountTypes": "Exclusive", "LineItems": [line], "Total": Decimal("12.03")}
    made = _write(open_pen(), BANK_TRANSACTIONS, SPEND, **changes)
    assert made["Total"] == Decimal("12.03")
    assert made["TotalTax"] == Decimal("2.01")  # the only tax Xero takes


def test_write_when_quantities_are_negative_or_lines_empty_then_xero_takes_it(
    open_pen: Callable[..., Pen],
) -> None:
    less = LINE | {
        "Quantity": Decimal(-2),
        "UnitAmount": Decimal("1.50"),
        "LineAmount": Decimal("-3.00"),
        "TaxAmount": Decimal("-0.50"),
    }
    text = {"Description": "Thank you", "LineAmount": Decimal("0.00")}
    made = _write(open_pen(), BANK_TRANSACTIONS, SPEND, LineItems=[LINE, less, text], Total=Decimal("9.00"))
    assert made["Total"] == Decimal("9.00")
    assert made["IsReconciled"] is True


def test_write_when_there_was_no_contact_then_it_gets_one_that_says_so(open_pen: Callable[..., Pen]) -> None:
    made = _write(open_pen(), BANK_TRANSACTIONS, SPEND, Contact=None)
    assert made["Contact"]["Name"] == NO_CONTACT


def test_write_when_overpaid_then_one_line_on_the_account_xero_finds(open_pen: Callable[..., Pen]) -> None:
    made = _write(open_pen(), OVERPAYMENTS, OVER, CurrencyCode="GBP")
    assert made["Total"] == Decimal("12.00")
    assert [one["AccountCode"] for one in made["LineItems"]] == ["610"]
    assert made["OverpaymentID"]


def test_likeness_when_one_field_differs_then_it_is_another_transaction() -> None:
    assert BANK_TRANSACTIONS.settle is not None
    likeness = BANK_TRANSACTIONS.settle.likeness
    others: tuple[dict[str, Any], ...] = (
        {"Type": "RECEIVE"},
        {"DateString": "2026-03-02"},
        {"Contact": {"ContactID": "c2"}},
        {"BankAccount": {"AccountID": "other"}},
        {"Reference": "Card 8"},
        {"LineItems": [LINE | {"UnitAmount": Decimal("12.01")}]},
    )
    assert len({likeness(SPEND | one) for one in ({}, *others)}) == 1 + len(others)
