"""The region rule: each check by name, its two values in words, and what fails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.organisation import OrganisationFacts
from bot.domain.restore_plan import Check, Verdict
from bot.restore.region import MULTICURRENCY, NEEDED_ACTIONS, WRITE_SCOPES, checks, failed
from bot.restore.target import TargetState
from bot.restore.target_reading import DOCUMENTS

UK = OrganisationFacts(
    name="Harbour & Sons",
    region="UK",
    country="GB",
    base_currency="GBP",
    currencies=("GBP",),
    year_end_day=31,
    year_end_month=3,
)
NEW = replace(UK, name="Harbour & Sons (new)")


def target(**other: Any) -> TargetState:
    usual: dict[str, Any] = {
        "organisation_id": "o",
        "tenant_id": "t",
        "facts": NEW,
        "documents": dict.fromkeys(DOCUMENTS, 0),
        "actions": frozenset({*NEEDED_ACTIONS, MULTICURRENCY}),
        "scopes": frozenset(WRITE_SCOPES),
    }
    return TargetState(**usual | other)


def by_key(found: tuple[Check, ...]) -> dict[str, Check]:
    return {one.key: one for one in found}


def test_checks_when_new_and_of_the_same_kind_then_all_pass() -> None:
    found = checks(UK, target(), same=False)
    assert {one.verdict for one in found} == {Verdict.PASSES}
    assert all(not one.why for one in found)
    assert not failed(found)
    assert by_key(found)["country"].source_value == "United Kingdom"
    assert by_key(found)["year_end"].target_value == "31 March"


def test_checks_when_from_stored_facts_alone_then_only_those_are_made() -> None:
    found = checks(UK, NEW, same=False)
    assert [one.key for one in found] == [
        "another", "region", "country", "base_currency", "year_end", "demo",
    ]  # fmt: skip
    assert not failed(found)


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("region", {"region": "GLOBAL"}),
        ("country", {"country": "IE"}),
        ("base_currency", {"base_currency": "EUR"}),
        ("region", {"region": ""}),
        ("country", {"country": ""}),
        ("base_currency", {"base_currency": ""}),
    ],
)
def test_checks_when_different_or_unknown_then_that_one_fails(key: str, change: dict[str, str]) -> None:
    found = checks(UK, replace(NEW, **change), same=False)
    failing = [one for one in found if one.verdict is Verdict.FAILS]
    assert [one.key for one in failing] == [key]
    assert failing[0].source_value != failing[0].target_value
    assert failing[0].why
    assert failed(found)


def test_checks_when_both_are_unknown_then_it_fails_all_the_same() -> None:
    nameless = replace(UK, country="")
    found = by_key(checks(nameless, nameless, same=False))
    assert found["country"].verdict is Verdict.FAILS
    assert found["country"].target_value == "not known"


def test_checks_when_it_is_the_same_organisation_then_it_fails() -> None:
    assert by_key(checks(UK, UK, same=True))["another"].verdict is Verdict.FAILS


def failing(state: TargetState, source: OrganisationFacts = UK) -> dict[str, Check]:
    found = checks(source, state, same=False)
    return {one.key: one for one in found if one.verdict is Verdict.FAILS}


def test_checks_when_not_empty_then_it_says_what_is_there() -> None:
    found = failing(target(documents=dict.fromkeys(DOCUMENTS, 0) | {"invoices": 1200, "quotes": 1}))
    assert found["empty"].target_value == "invoices: 1,200, quotes: 1"


def test_checks_when_documents_are_hidden_then_empty_is_not_believed() -> None:
    counts = dict.fromkeys(DOCUMENTS, 0)
    del counts["manual_journals"]
    found = failing(target(documents=counts, unread={"manual_journals": "No."}))
    assert "manual journals" in found["empty"].why
    assert "empty" in failing(target(documents={}))


def test_checks_when_locked_then_the_dates_are_named() -> None:
    found = failing(target(period_lock_date="2026-03-31", year_end_lock_date="2025-03-31"))
    assert found["lock_dates"].target_value == "period 31 March 2026, year end 31 March 2025"


def test_checks_when_scopes_are_missing_then_it_says_which() -> None:
    assert failing(target(scopes=frozenset()))["scopes"].target_value == "reading only"
    some = frozenset(WRITE_SCOPES) - {"accounting.payments"}
    assert failing(target(scopes=some))["scopes"].target_value == "not for payments"


def test_checks_when_actions_are_not_allowed_then_it_fails_and_unknown_warns() -> None:
    assert failing(target(actions=frozenset({"CreateApprovedBill"})))["actions"].target_value == (
        "may not approve invoices, enter payments"
    )
    unknown = by_key(checks(UK, target(actions=None), same=False))
    assert unknown["actions"].verdict is Verdict.WARNS


def test_checks_when_other_currencies_are_used_then_the_plan_must_allow_them() -> None:
    trader = replace(UK, currencies=("EUR", "GBP", "USD"))
    found = failing(target(actions=frozenset(NEEDED_ACTIONS)), trader)
    assert (found["multicurrency"].source_value, list(found)) == ("EUR, USD", ["multicurrency"])
    assert failing(target(), trader) == {}
    unknown = by_key(checks(trader, target(actions=None), same=False))
    assert unknown["multicurrency"].verdict is Verdict.WARNS


def test_checks_when_tax_settings_differ_then_it_warns() -> None:
    there = target(organisation={"PaysTax": False, "SalesTaxBasis": "ACCRUALS"})
    mine = {"PaysTax": True, "SalesTaxBasis": "ACCRUALS"}
    found = by_key(checks(UK, there, same=False, source_record=mine))
    assert (found["pays_tax"].source_value, found["pays_tax"].target_value) == ("yes", "no")
    assert found["pays_tax"].verdict is Verdict.WARNS
    assert found["tax_basis"].verdict is Verdict.PASSES
    assert not failed(tuple(found.values()))


def test_checks_when_the_target_is_a_demo_company_then_it_warns_unless_it_is_a_drill() -> None:
    demo = replace(NEW, is_demo=True)
    assert by_key(checks(UK, demo, same=False))["demo"].verdict is Verdict.WARNS
    assert by_key(checks(UK, demo, same=False, is_drill=True))["demo"].verdict is Verdict.PASSES


def test_checks_when_the_year_end_differs_then_it_warns() -> None:
    found = by_key(checks(UK, replace(NEW, year_end_day=30, year_end_month=6), same=False))
    assert (found["year_end"].verdict, found["year_end"].target_value) == (Verdict.WARNS, "30 June")
