"""Currencies: matched, added, or waiting for a plan that allows them."""

from __future__ import annotations

from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.kinds.currencies import CURRENCIES
from bot.restore.model import IdMap, Pair
from bot.restore.target import TargetState
from bot.sandbox.xero.demo import build_organisation
from tests.unit.restore.kinds.bench_of_lists import NOON, facts_of, ground_of

RECORDS = {code: {"Code": code, "Description": f"The {code}"} for code in ("EUR", "GBP", "USD")}


def plan(
    *, currencies: tuple[str, ...] = ("GBP",), actions: Any = None, chosen: Any = ("currencies",)
) -> Any:
    facts = facts_of(build_organisation("fresh-uk", seed=7, now=lambda: NOON))
    target = TargetState(
        organisation_id="o", tenant_id="t", facts=facts, currencies=currencies, actions=actions
    )
    ground = ground_of({"currencies": RECORDS}, target, chosen=chosen)
    return ground, {step.record_id: step for step in CURRENCIES.plan(ground)}


def test_plan_when_the_target_has_one_then_it_is_matched_and_others_are_added() -> None:
    ground, steps = plan(currencies=("GBP", "USD"))
    assert {code: step.action for code, step in steps.items()} == {
        "EUR": Action.CREATE,
        "GBP": Action.MATCH,
        "USD": Action.MATCH,
    }
    assert ground.will_exist("currencies", "EUR")
    assert Pair("currencies", "USD", "USD") in ground.notes["pairs"]


def test_plan_when_the_xero_plan_allows_one_currency_then_others_are_blocked() -> None:
    ground, steps = plan(actions=frozenset({"CreateApprovedInvoice"}))
    assert (steps["EUR"].action, steps["EUR"].reasons) == (Action.BLOCKED, ("currencies.plan",))
    assert steps["GBP"].action is Action.MATCH
    assert not ground.will_exist("currencies", "EUR")


def test_plan_when_not_chosen_then_nothing() -> None:
    _, steps = plan(chosen=())
    assert steps == {}


def test_payload_when_sent_then_code_and_name() -> None:
    _, steps = plan()
    assert CURRENCIES.payload(steps["EUR"], RECORDS["EUR"], IdMap()) == RECORDS["EUR"]
    assert CURRENCIES.payload(steps["EUR"], {"Code": "EUR"}, IdMap()) == {"Code": "EUR"}
    assert CURRENCIES.learn is not None
    assert list(CURRENCIES.learn(steps["EUR"], RECORDS["EUR"], {})) == [Pair("currencies", "EUR", "EUR")]
