"""What ties records together: one that is missing leaves its marks on others."""

from __future__ import annotations

import copy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.proof import Finding
from bot.domain.restore_plan import Action
from bot.restore.model import Step
from bot.restore.outcomes import StepOutcome, StepState
from bot.restore.proof import records as said
from tests.unit.restore.proof.bench import Records, all_created, same_ids
from tests.unit.restore.proof.small import INVOICE, UNPAID, books, ended, prove, said_of, without


@pytest.mark.parametrize(
    ("how", "finding", "why"),
    [
        ({"state": StepState.REFUSED, "words": ("No.",)}, Finding.NOT_PREDICTED, said.REFUSED),
        ({"state": StepState.SKIPPED, "words": ("Not sent.",)}, Finding.NOT_PREDICTED, said.REFUSED),
        ({"action": Action.LEAVE_OUT, "state": StepState.SKIPPED}, Finding.AS_PREDICTED, said.LEFT),
        ({"action": Action.BLOCKED, "state": StepState.SKIPPED}, Finding.AS_PREDICTED, said.LEFT),
    ],
)
def test_invoice_when_its_payment_is_missing_then_the_plan_decides_what_that_means(
    how: dict[str, Any], finding: Finding, why: str
) -> None:
    here = books()
    there = books(payments={})
    there["invoices"]["i1"] = INVOICE | UNPAID
    outcomes = ended(here, "p1", target_key="", **how)
    proof = prove(here, there, outcomes, without(same_ids(here), "payments", "p1"))
    assert said_of(proof) == dict.fromkeys(("Status", "AmountDue", "AmountPaid"), (finding, why))
    assert {one.finding for one in proof.contacts} == {finding}
    assert proof.holds is (finding is Finding.AS_PREDICTED)


def test_invoice_when_nothing_explains_that_it_is_unpaid_then_it_is_not_predicted() -> None:
    here, there = books(), books()
    there["invoices"]["i1"] = INVOICE | UNPAID
    proof = prove(here, there)
    assert {one.finding for one in proof.fields} == {Finding.NOT_PREDICTED}
    assert proof.fields[0].source_value in {"PAID", "", "120"}


def test_prepayment_when_it_came_with_its_bank_transaction_then_that_ones_reasons_hold() -> None:
    money = {"BankTransactionID": "b1", "Type": "RECEIVE-PREPAYMENT", "PrepaymentID": "y1", "Reference": "A"}
    advance = {"PrepaymentID": "y1", "Type": "RECEIVE-PREPAYMENT", "Status": "AUTHORISED", "Reference": "A"}
    here: Records = {"bank_transactions": {"b1": money}, "prepayments": {"y1": advance}}
    there = copy.deepcopy(here)
    there["bank_transactions"]["b1"] = money | {"Reference": ""}
    there["prepayments"]["y1"] = advance | {"Reference": ""}
    step = Step("prepayments", "b1", Action.CHANGE, reasons=("bank_transactions.advance_reference",))
    outcomes = [StepOutcome(number=0, step=step, state=StepState.DONE, target_key="b1")]
    proof = prove(here, there, outcomes)
    assert [one.finding for one in proof.fields] == [Finding.AS_PREDICTED] * 2
    assert proof.holds


def test_allocation_when_left_out_then_credit_and_invoice_differ_as_predicted() -> None:
    allocation = {"AllocationID": "a1", "Amount": Decimal("20.00"), "Invoice": {"InvoiceID": "i1"}}
    credit = {
        "CreditNoteID": "k1",
        "Type": "ACCRECCREDIT",
        "Status": "PAID",
        "Contact": {"ContactID": "c1"},
        "Allocations": [allocation],
    }
    here = books(payments={}, credit_notes={"k1": credit})
    here["invoices"]["i1"] |= {"AmountCredited": Decimal("20.00")}
    there = books(payments={}, credit_notes={"k1": credit | {"Allocations": [], "Status": "AUTHORISED"}})
    there["invoices"]["i1"] |= {"AmountCredited": Decimal(0)}
    part = Step("credit_note_allocations", "k1", Action.LEAVE_OUT, part="a1", parent="k1")
    left = StepOutcome(number=99, step=part, state=StepState.SKIPPED)
    proof = prove(here, there, [*all_created(here), left])
    assert {(one.title, one.field, one.finding) for one in proof.fields} == {
        ("Credit notes", "Status", Finding.AS_PREDICTED),
        ("Credit notes", "Allocations", Finding.AS_PREDICTED),
        ("Bills", "AmountCredited", Finding.AS_PREDICTED),
    }
    refused = replace(left, step=replace(part, action=Action.CREATE), state=StepState.REFUSED, words=("No.",))
    proof = prove(here, there, [*all_created(here), refused])
    assert {one.finding for one in proof.fields} == {Finding.NOT_PREDICTED}
    assert len(proof.refusals) == 1


@pytest.mark.parametrize("state", [StepState.DONE, StepState.REFUSED])
def test_payment_when_it_came_with_its_batch_then_the_batch_decides(state: StepState) -> None:
    batch = {"BatchPaymentID": "k1", "Status": "AUTHORISED"}
    here = books(batch_payments={"k1": batch})
    here["payments"]["p1"] |= {"BatchPaymentID": "k1"}
    there = books(payments={})
    there["invoices"]["i1"] = INVOICE | UNPAID
    outcomes = [
        replace(one, state=state, words=("No.",)) if one.step.kind == "batch_payments" else one
        for one in ended(here, "p1", action=Action.LEAVE_OUT, state=StepState.SKIPPED, target_key="")
    ]
    proof = prove(here, there, outcomes, without(same_ids(here), "payments", "p1"))
    whys = {one.why for one in proof.fields if one.title == "Bills"}
    assert whys == ({""} if state is StepState.DONE else {said.REFUSED})
    assert not proof.holds


def test_records_when_their_fields_are_odd_then_the_others_are_compared_all_the_same() -> None:
    here = books(bank_transactions={"b1": {"PrepaymentID": 7}})
    here["payments"]["p2"] = {"PaymentID": "p2", "Invoice": "none", "Status": 3}
    assert prove(here, here).fields == ()
