"""Steps by hand after a restore: what came out equal needs none."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.restore_plan import Action, PlanSummary, Todo
from bot.restore.model import Step
from bot.restore.outcomes import StepOutcome, StepState
from bot.restore.planner import REASONS
from tests.unit.restore.proof.bench import Records, all_created, same_ids, summary_of
from tests.unit.restore.proof.test_balances import JUNE, MAY, books, prove, report

RETAINED, RATE, NUMBER = "conversion.retained", "bank_transfers.rate", "accounts.number"
TRANSFER: dict[str, Any] = {
    "BankTransferID": "t1",
    "FromBankAccount": {"AccountID": "A1"},
    "ToBankAccount": {"AccountID": "a2"},
    "Date": "/Date(1746144000000+0000)/",
    "Amount": Decimal("10.00"),
    "CurrencyRate": Decimal("1.25"),
}


def _plan(*keys: str) -> PlanSummary:
    return summary_of(todos=tuple(Todo(key=key, sentence=REASONS[key].todo, before=False) for key in keys))


def _opening(account: str) -> StepOutcome:
    step = Step("conversion", "opening", Action.LEAVE_OUT, part=account, reasons=(RETAINED,))
    return StepOutcome(number=900, step=step, state=StepState.SKIPPED)


def _with(here: Records, *more: StepOutcome) -> list[StepOutcome]:
    return [*all_created({key: here[key] for key in ("accounts", "bank_transfers") if key in here}), *more]


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ({"a1": "-5.00", "a2": "5.00"}, (RETAINED,)),
        ({"a1": "-4.00", "a2": "4.00"}, ()),
    ],
)
def test_opening_balance_when_its_account_is_equal_on_every_day_then_nobody_enters_it(
    there: dict[str, str], expected: tuple[str, ...]
) -> None:
    same = (MAY, report(a1="-1.00", a2="1.00"))
    here = books(same, (JUNE, report(a1="-5.00", a2="5.00")))
    outcomes = _with(here, _opening("A1"))
    proof = prove(here, books(same, (JUNE, report(**there))), outcomes=outcomes, summary=_plan(RETAINED))
    assert proof.needless == expected


def test_opening_balance_when_a_day_could_not_be_read_then_the_step_stays() -> None:
    here = books((MAY, report(a1="-1.00")), (JUNE, report(a1="-5.00")))
    there = books((MAY, report(a1="-1.00")))
    proof = prove(here, there, outcomes=_with(here, _opening("A1")), summary=_plan(RETAINED))
    assert proof.needless == ()


@pytest.mark.parametrize(("rate", "expected"), [("1.25", (RATE,)), ("1.30", ())])
def test_transfer_when_the_rate_is_the_same_then_nobody_compares_what_arrived(
    rate: str, expected: tuple[str, ...]
) -> None:
    here = books((MAY, report(a1="-1.00"))) | {"bank_transfers": {"t1": TRANSFER}}
    there = here | {"bank_transfers": {"t1": TRANSFER | {"CurrencyRate": Decimal(rate)}}}
    outcomes = [
        replace(one, step=replace(one.step, action=Action.CHANGE, reasons=(RATE,)))
        if one.step.kind == "bank_transfers"
        else one
        for one in _with(here)
    ]
    proof = prove(here, there, same_ids(here), outcomes=outcomes, summary=_plan(RATE, NUMBER))
    assert proof.needless == expected, "what no step speaks of stays as well"
