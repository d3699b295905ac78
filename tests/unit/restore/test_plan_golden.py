"""Whole plans against kept pages of them: counts, reasons, things to do, balances, effort, first steps.

`UPDATE_GOLDEN=1` writes the pages anew; read the difference before keeping it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.restore_plan import Action, Choice, Conversion
from bot.restore.planner import MadePlan
from bot.restore.source import MemorySource
from bot.restore.target import TargetState
from tests.unit.restore.plan_pages import page
from tests.unit.restore.worlds import copy_of, plan_of, target_of

GOLDEN = Path(__file__).parents[2] / "golden"
BASIS = ("organisation", "currencies", "accounts", "tax_rates", "branding_themes", "trial_balance")


def made_by_hand() -> TargetState:
    """Give a target where a person made what no app may make, before the plan."""
    source, target = copy_of("lively")[0], target_of("fresh-uk")
    special = next(one for one in source.records("tax_rates") if one["Name"] == "Reverse charge 0%")
    card = next(one for one in source.records("accounts") if one.get("BankAccountType") == "CREDITCARD")
    paypal = next(one for one in source.records("accounts") if one.get("BankAccountType") == "PAYPAL")
    accounts = [
        dict(one) | {"AccountID": f"ffffffff-0000-4000-8000-00000000000{number}"}
        for number, one in enumerate((card, paypal))
    ]
    return replace(
        target,
        accounts=(*target.accounts, *accounts),
        tax_rates=(*target.tax_rates, dict(special) | {"TaxType": "TAX077"}),
    )


def empty() -> MemorySource:
    """Give a copy of an organisation in which nothing ever happened."""
    source = copy_of("odd")[0]
    rows = {
        key: {name: source.record(key, name) for name, _ in source.raw_records(key)}
        for key in BASIS
        if key in source.resources()
    }
    return MemorySource(source.facts, rows)


def lively(choice: Choice | None = None, target: TargetState | None = None) -> MadePlan:
    """Plan the demo organisation."""
    return plan_of(copy_of("lively")[0], target or target_of("fresh-uk"), choice)


CASES: dict[str, Callable[[], MadePlan]] = {
    "lively": lively,
    "lively_by_hand": lambda: lively(target=made_by_hand()),
    "lively_other_choices": lambda: lively(
        Choice(conversion=Conversion.SETUP, keep_void_numbers=True, single_payments=True),
        made_by_hand(),
    ),
    "contacts": lambda: lively(Choice(types=("contacts",))),
    "invoices": lambda: lively(Choice(types=("invoices",))),
    "nz": lambda: plan_of(copy_of("nz")[0], target_of("fresh-nz")),
    "nz_into_uk": lambda: plan_of(copy_of("nz")[0], target_of("fresh-uk")),
    "odd": lambda: plan_of(copy_of("odd")[0], target_of("fresh-uk")),
    "empty": lambda: plan_of(empty(), target_of("fresh-uk")),
}


@pytest.mark.parametrize("case", CASES)
def test_plan_when_made_then_is_as_kept(case: str) -> None:
    path, text = GOLDEN / f"plan_{case}.md", page(CASES[case]())
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def test_plan_when_special_things_were_made_by_hand_then_nothing_is_blocked() -> None:
    summary = CASES["lively_by_hand"]().summary
    assert summary.total(Action.BLOCKED) == 0
    assert {one.key for one in summary.reasons}.isdisjoint({"accounts.card", "tax_rates.by_hand"})


def test_golden_when_listed_then_no_plan_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("plan_*.md")} == {f"plan_{case}" for case in CASES}


def test_plan_when_the_target_is_full_then_it_is_never_offered() -> None:
    summary = plan_of(copy_of("lively")[0], target_of("lively"), source_id="one", target_id="one").summary
    assert len(summary.unsafe) >= 3
    assert not any("trial balance" in one for one in summary.unsafe)
