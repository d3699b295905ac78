"""Every list of a company, planned and written into a new organisation of each country."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.restore_plan import Action
from bot.restore.model import Phase
from bot.sandbox.xero import PretendOrganisation
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.demo.charts import add_account, add_tax_rate
from tests.unit.restore.kinds.bench_of_lists import NOON, Bench, ground_of, rows, target_of
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]  # a fixture
Pens = Callable[..., Pen]


@pytest.fixture(scope="module")
def lively() -> PretendOrganisation:
    return build_organisation("lively", seed=7, now=lambda: NOON)


@pytest.fixture
def bench(lively: PretendOrganisation, open_pen: Pens) -> Bench:
    pen = open_pen("fresh-uk", now=lambda: NOON, calls_per_day=1_000_000)
    made = Bench(ground_of(lively, target_of(pen.org)), pen)
    made.plan()
    return made


def test_lists_when_written_into_a_new_company_then_nothing_is_refused(bench: Bench) -> None:
    bench.write()
    assert bench.refused == []


def test_lists_when_planned_twice_then_the_steps_are_the_same(
    lively: PretendOrganisation, bench: Bench
) -> None:
    again = Bench(ground_of(lively, bench.ground.target))
    assert again.plan() == bench.steps


def test_lists_when_written_then_a_second_plan_only_matches(
    lively: PretendOrganisation, bench: Bench
) -> None:
    bench.write()
    again = Bench(ground_of(lively, target_of(bench.pen.org)), bench.pen)
    doing = [step for step in again.plan() if step.writes]
    # What was archived at the end cannot be used again without a person, everything else is there.
    assert {step.name for step in doing} == {"204 Sales - moorings (old)"}
    blocked = {step.name for step in again.steps if step.action is Action.BLOCKED}
    assert blocked >= {"Project 2024", "Region: Old East", "Department: Sail loft (closed)"}


def test_lists_when_written_then_accounts_are_as_in_the_source(
    lively: PretendOrganisation, bench: Bench
) -> None:
    bench.write()
    fields = ("Code", "Name", "Type", "Status", "EnablePaymentsToAccount", "ShowInExpenseClaims", "TaxType")
    there = {row["AccountID"]: row for row in rows(bench.pen.org, "Accounts")}
    for row in rows(lively, "Accounts"):
        found = there[bench.ids.need("accounts", row["AccountID"])]
        assert {name: found.get(name) for name in fields} == {name: row.get(name) for name in fields}
        if row.get("Code"):
            assert bench.ids.need("account_codes", row["Code"]) == row["Code"]


def test_lists_when_written_then_tracking_is_as_in_the_source(
    lively: PretendOrganisation, bench: Bench
) -> None:
    bench.write()

    def shape(org: PretendOrganisation) -> list[Any]:
        return sorted(
            (row["Name"], row["Status"], sorted((one["Name"], one["Status"]) for one in row["Options"]))
            for row in rows(org, "TrackingCategories")
        )

    assert shape(bench.pen.org) == shape(lively)


def test_lists_when_a_card_account_was_made_by_hand_then_it_is_matched(
    lively: PretendOrganisation, open_pen: Pens
) -> None:
    pen = open_pen("fresh-uk", now=lambda: NOON, calls_per_day=1_000_000)
    add_account(pen.org, "", "Company credit card", "BANK", at=NOON, BankAccountType="CREDITCARD")
    add_tax_rate(pen.org, "TAX009", "reverse charge 0%", "REVERSECHARGES", at=NOON, rate="0", applies="YYYYN")
    made = Bench(ground_of(lively, target_of(pen.org)), pen)
    made.plan()
    made.write()
    assert made.refused == []
    card = made.of("accounts", Action.MATCH)["094 Company Credit Card"]
    assert "accounts.card" not in card.reasons
    assert made.of("tax_rates")["Reverse charge 0%"].target_key == "TAX009"
    assert made.ids.need("tax_types", "TAX001") == "TAX009"
    assert made.ids.need("account_codes", "094") == "094"


def test_lists_when_nothing_was_made_by_hand_then_the_plan_says_what_to_do(bench: Bench) -> None:
    rates = bench.of("tax_rates")
    assert rates["Reverse charge 0%"].action is Action.BLOCKED
    assert rates["Reverse charge 0%"].reasons == ("tax_rates.by_hand",)
    assert rates["Tourist levy 2.5%"].reasons == ("tax_rates.not_needed",)
    assert rates["Flood relief 10%"].action is Action.CHANGE
    accounts = bench.of("accounts", Action.CHANGE)
    assert accounts["094 Company Credit Card"].reasons == ("accounts.card", "accounts.number")
    assert accounts["PayPal"].reasons == ("accounts.card", "accounts.number")


def test_lists_when_archived_then_in_the_phase_in_which_they_may(bench: Bench) -> None:
    phases = {name: step.phase for name, step in bench.of("tracking_categories").items()}
    assert phases["Project 2024"] is Phase.FIRST
    # One of the live ones stands beside it from the start, the other has room only after it.
    assert {phases["Region"], phases["Department"]} == {Phase.FIRST, Phase.SECOND}
    assert bench.of("archived_categories")["Project 2024"].phase is Phase.FIRST
    assert bench.of("archived_options")["Region: Old East"].phase is Phase.CLOSING
    assert {step.phase for step in bench.of("archived_accounts").values()} == {Phase.CLOSING}
    assert list(bench.of("archived_tax_rates")) == ["Flood relief 10%"]


@pytest.mark.parametrize("country", ["uk", "au", "nz", "us", "global"])
def test_lists_when_copied_within_a_country_then_nothing_is_refused(open_pen: Pens, country: str) -> None:
    source = build_organisation(f"fresh-{country}", seed=11, now=lambda: NOON)
    add_account(source, "", "Everyday account", "BANK", at=NOON)
    add_account(source, "095", "Card", "BANK", at=NOON, BankAccountType="CREDITCARD", BankAccountNumber="1")
    add_account(source, "299", "Old shop", "SALES", at=NOON, Status="ARCHIVED")
    add_tax_rate(source, "TAX001", "Levy 3%", "OUTPUT", at=NOON, rate="3", applies="YYNYY", status="DELETED")
    add_tax_rate(source, "TAX002", "Levy 2%", "OUTPUT", at=NOON, rate="2", applies="YYNYY")
    pen = open_pen(f"fresh-{country}", now=lambda: NOON, calls_per_day=1_000_000)
    made = Bench(ground_of(source, target_of(pen.org)), pen)
    made.plan()
    made.write()
    assert made.refused == []
    assert made.of("tax_rates")["Levy 3%"].action is Action.LEAVE_OUT
    assert made.ids.need("tax_types", "TAX002") == "TAX001"
    assert made.of("accounts")["Everyday account"].action is Action.CHANGE
    assert {one["Name"]: one["Status"] for one in rows(pen.org, "Accounts")}["Old shop"] == "ARCHIVED"
