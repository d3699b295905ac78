"""Allocations: one step each, grouped by their credit; that Xero takes them is shown with a whole company."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.allocations import (
    CREDIT_NOTE_ALLOCATIONS,
    OVERPAYMENT_ALLOCATIONS,
    PREPAYMENT_ALLOCATIONS,
)
from bot.restore.model import IdMap, Pair, Phase
from bot.restore.writes import cut
from tests.unit.restore.kinds.money_bench import ground_of

FIRST: dict[str, Any] = {
    "AllocationID": "a1",
    "Amount": Decimal("5.00"),
    "Date": "/Date(1772323200000+0000)/",
    "Invoice": {"InvoiceID": "inv", "InvoiceNumber": "INV-1"},
    "IsDeleted": False,
}
NOTE: dict[str, Any] = {
    "CreditNoteID": "cn",
    "CreditNoteNumber": "CN-1",
    "Status": "PAID",
    "DateString": "2026-02-01T00:00:00",
    "Allocations": [FIRST],
}


def _ground(*notes: Mapping[str, Any]) -> Ground:
    invoices: dict[str, Mapping[str, Any]] = {"inv": {"Status": "PAID"}, "void": {"Status": "VOIDED"}}
    return ground_of({"invoices": invoices, "credit_notes": {one["CreditNoteID"]: one for one in notes}})


def test_plan_when_some_cannot_be_set_against_anything_then_they_are_left_out_and_move_no_ledger() -> None:
    note = NOTE | {
        "Allocations": [
            FIRST,
            FIRST | {"AllocationID": "a2", "Invoice": {"InvoiceID": "void"}},
            FIRST | {"AllocationID": "a3", "IsDeleted": True},
            FIRST | {"AllocationID": "a4", "Date": "2026-01-31"},
            FIRST | {"AllocationID": "a5", "Amount": Decimal(0)},
            {key: value for key, value in FIRST.items() if key != "AllocationID"},
        ]
    }
    steps = list(CREDIT_NOTE_ALLOCATIONS.plan(_ground(note)))
    assert [(one.part, one.action, one.reasons) for one in steps] == [
        ("a1", Action.CREATE, ()),
        ("a2", Action.LEAVE_OUT, ("allocations.invoice",)),
        ("a4", Action.CHANGE, ("allocations.date",)),
        ("a5", Action.LEAVE_OUT, ("allocations.amount",)),
        ("#5", Action.CREATE, ()),
    ]
    assert {(one.parent, one.phase) for one in steps} == {("cn", Phase.SETTLING)}
    assert steps[0].name == "2026-03-01 CN-1, INV-1"
    assert not any(one.moves_ledger for one in CREDIT_NOTE_ALLOCATIONS.reasons)


def test_plan_when_the_credit_is_voided_or_does_not_come_back_then_nothing_is_written() -> None:
    assert list(CREDIT_NOTE_ALLOCATIONS.plan(_ground(NOTE | {"Status": "VOIDED"}))) == []
    ground = _ground(NOTE)
    ground.settle("credit_notes", "cn", Action.BLOCKED)
    (step,) = CREDIT_NOTE_ALLOCATIONS.plan(ground)
    assert (step.action, step.reasons) == (Action.LEAVE_OUT, ("allocations.credit",))


def test_payload_when_dated_before_the_credit_then_it_gets_the_credits_date() -> None:
    early = NOTE | {"Allocations": [FIRST | {"Date": "2026-01-31"}]}
    (step,) = CREDIT_NOTE_ALLOCATIONS.plan(_ground(early))
    ids = IdMap()
    ids.add("invoices", "inv", "new inv")
    sent = CREDIT_NOTE_ALLOCATIONS.payload(step, early, ids)
    expected = {"Invoice": {"InvoiceID": "new inv"}, "Amount": Decimal("5.00"), "Date": "2026-02-01"}
    assert sent == expected


def test_writes_when_credits_have_many_allocations_then_there_is_one_call_a_credit() -> None:
    two = [FIRST, FIRST | {"AllocationID": "a2"}]
    notes = (NOTE | {"Allocations": two}, NOTE | {"CreditNoteID": "cn2", "Allocations": two})
    steps = list(CREDIT_NOTE_ALLOCATIONS.plan(_ground(*notes)))
    writes = list(cut(enumerate(steps), {CREDIT_NOTE_ALLOCATIONS.key: CREDIT_NOTE_ALLOCATIONS}))
    assert [len(write.steps) for write in writes] == [2, 2]


def test_learn_when_answered_then_only_the_allocation_is_known() -> None:
    (step,) = CREDIT_NOTE_ALLOCATIONS.plan(_ground(NOTE))
    assert CREDIT_NOTE_ALLOCATIONS.learn is not None
    found = list(CREDIT_NOTE_ALLOCATIONS.learn(step, NOTE, {"AllocationID": "n1"}))
    assert found == [Pair("allocations", "a1", "n1")]


def test_plan_when_a_prepaid_invoice_does_not_come_back_then_the_ledger_moves() -> None:
    row = {"PrepaymentID": "pre", "Status": "PAID", "Allocations": [FIRST]}
    ground = ground_of({"prepayments": {"pre": row}})
    ground.settle("prepayments", "pre", Action.CREATE)
    (step,) = PREPAYMENT_ALLOCATIONS.plan(ground)
    assert (step.action, step.reasons) == (Action.LEAVE_OUT, ("allocations.prepaid_invoice",))
    moving = {one.key for one in PREPAYMENT_ALLOCATIONS.reasons if one.moves_ledger}
    assert moving == {"allocations.prepaid_invoice"}


def test_kinds_when_compared_then_each_goes_below_its_own_credit() -> None:
    kinds = (PREPAYMENT_ALLOCATIONS, OVERPAYMENT_ALLOCATIONS, CREDIT_NOTE_ALLOCATIONS)
    assert [(kind.resource, kind.path, kind.stage) for kind in kinds] == [
        ("prepayments", "Prepayments/{parent}/Allocations", 150),
        ("overpayments", "Overpayments/{parent}/Allocations", 151),
        ("credit_notes", "CreditNotes/{parent}/Allocations", 152),
    ]
    assert all(kind.settle and kind.settle.path.endswith("/{parent}") for kind in kinds)
