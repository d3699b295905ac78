"""The name of a plan: the same for the same, in any process; another for whatever a plan depends on."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.organisation import OrganisationFacts
from bot.domain.restore_plan import Action, Choice, Conversion
from bot.restore.fingerprint import fingerprint
from bot.restore.model import Phase, Step
from bot.restore.target import TargetState

ROOT = Path(__file__).parents[3]
TARGET = TargetState(
    organisation_id="o2",
    tenant_id="t2",
    facts=OrganisationFacts(name="Target"),
    actions=frozenset({"CreateInvoice", "CreateContact", "CreateAccount"}),
    accounts=({"AccountID": "a", "Code": "200"},),
    documents={"invoices": 0},
    scopes=frozenset({"one", "two"}),
    calls=24,
)
STEP = Step("invoices", "i-1", Action.CHANGE, reasons=("documents.total",), phase=Phase.SECOND)
WHOLE: dict[str, Any] = {
    "snapshot_id": "s",
    "source_id": "o1",
    "target_id": "o2",
    "choice": Choice(types=("invoices",)),
    "target": TARGET,
    "steps": (STEP,),
}
OTHER_TARGETS: dict[str, Any] = {
    "organisation_id": "o3",
    "tenant_id": "t3",
    "facts": OrganisationFacts(name="Another"),
    "organisation": {"PaysTax": False},
    "actions": frozenset({"CreateInvoice"}),
    "period_lock_date": "2026-01-31",
    "year_end_lock_date": "2025-12-31",
    "accounts": ({"AccountID": "a", "Code": "201"},),
    "tax_rates": ({"Name": "20%"},),
    "currencies": ("GBP",),
    "tracking_categories": ({"Name": "Region"},),
    "contacts": ({"Name": "Ann"},),
    "contact_groups": ({"Name": "Friends"},),
    "items": ({"Code": "X"},),
    "branding_themes": ({"Name": "Standard"},),
    "users": ({"EmailAddress": "a@example.com"},),
    "asset_types": ({"assetTypeName": "Vans"},),
    "project_users": ({"name": "Ann"},),
    "documents": {"invoices": 1},
    "unread": {"users": "refused"},
}
OTHER_CHOICES: dict[str, Any] = {
    "types": ("contacts",),
    "conversion": Conversion.NONE,
    "keep_void_numbers": True,
    "single_payments": True,
    "history_notes": True,
}
OTHER_STEPS: dict[str, Any] = {
    "kind": "bills",
    "record_id": "i-2",
    "action": Action.CREATE,
    "part": "archive",
    "parent": "p",
    "reasons": (),
    "phase": Phase.FIRST,
    "target_key": "t",
}
PROGRAM = """
from tests.unit.restore.test_fingerprint import WHOLE
from tests.unit.restore.worlds import copy_of, plan_of, target_of
from bot.restore.fingerprint import fingerprint
print(fingerprint(**WHOLE))
print(plan_of(copy_of("lively")[0], target_of("fresh-uk")).summary.fingerprint)
"""


def mark(**other: Any) -> str:
    return fingerprint(**WHOLE | other)


def test_fingerprint_when_asked_twice_then_64_digits_and_the_same() -> None:
    assert mark() == mark()
    assert len(mark()) == 64
    assert int(mark(), 16)


@pytest.mark.parametrize("name", OTHER_TARGETS)
def test_fingerprint_when_the_target_differs_then_it_does(name: str) -> None:
    assert mark(target=replace(TARGET, **{name: OTHER_TARGETS[name]})) != mark()


def test_fingerprint_when_fields_are_listed_then_all_of_the_target_but_two_count() -> None:
    """What reading cost is no part of a plan; scopes are a check of their own, and may be granted later."""
    assert {one.name for one in fields(TargetState)} - OTHER_TARGETS.keys() == {"calls", "scopes"}
    assert {one.name for one in fields(Choice)} == OTHER_CHOICES.keys()
    assert {one.name for one in fields(Step)} - OTHER_STEPS.keys() == {"name"}


@pytest.mark.parametrize("name", OTHER_CHOICES)
def test_fingerprint_when_the_choice_differs_then_it_does(name: str) -> None:
    assert mark(choice=replace(WHOLE["choice"], **{name: OTHER_CHOICES[name]})) != mark()


@pytest.mark.parametrize("name", OTHER_STEPS)
def test_fingerprint_when_a_step_differs_then_it_does(name: str) -> None:
    assert mark(steps=(replace(STEP, **{name: OTHER_STEPS[name]}),)) != mark()


@pytest.mark.parametrize("name", ["snapshot_id", "source_id", "target_id"])
def test_fingerprint_when_another_is_named_then_it_differs(name: str) -> None:
    assert mark(**{name: "other"}) != mark()


def test_fingerprint_when_steps_change_places_then_it_differs() -> None:
    other = replace(STEP, record_id="i-2")
    assert mark(steps=(STEP, other)) != mark(steps=(other, STEP))


def test_fingerprint_when_made_in_processes_that_hash_differently_then_the_same() -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    told = [run.communicate(timeout=60)[0].split() for run in runs]
    assert told[0] == told[1]
    assert told[0][0] == mark()
