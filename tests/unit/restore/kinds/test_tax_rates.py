"""Tax rates: matched by code and rate, by name and rate, made anew, or waiting for a person."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bot.domain.restore_plan import Action, Choice
from bot.restore.ground import Ground
from bot.restore.kinds.tax_rates import TAX_RATES, name_of
from bot.restore.model import IdMap, Pair, Step
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.demo.charts import add_tax_rate
from tests.unit.restore.kinds.bench_of_lists import NOON, ground_of, target_of


def rate(
    tax_type: str, name: str, per_cent: str = "0", report: str = "OUTPUT", **other: Any
) -> dict[str, Any]:
    value = Decimal(per_cent)
    part = {"Name": "VAT", "Rate": value, "IsCompound": False}
    usual = {"EffectiveRate": value, "DisplayTaxRate": value, "Status": "ACTIVE", "TaxComponents": [part]}
    return {"TaxType": tax_type, "Name": name, "ReportTaxType": report, **usual} | other


def plan(
    *rates: dict[str, Any],
    used: tuple[str, ...] = (),
    country: str = "uk",
    there: Any = lambda _: None,
    invoices: dict[str, Any] | None = None,
    choice: Choice | None = None,
) -> tuple[Ground, dict[str, Step]]:
    org = build_organisation(f"fresh-{country}", seed=7, now=lambda: NOON)
    there(org)
    lines = [{"TaxType": tax} for tax in used]
    documents = {"i": {"Status": "AUTHORISED", "LineItems": lines}} | (invoices or {})
    records = {"tax_rates": {one["TaxType"]: one for one in rates}, "invoices": documents}
    ground = ground_of(records, target_of(org), chosen=("tax_rates", "invoices"), choice=choice)
    return ground, {step.record_id: step for step in TAX_RATES.plan(ground)}


def test_plan_when_built_in_with_the_same_rate_then_matched_by_its_code() -> None:
    ground, steps = plan(rate("OUTPUT2", "Our own name for it", "20"))
    assert (steps["OUTPUT2"].action, steps["OUTPUT2"].target_key) == (Action.MATCH, "OUTPUT2")
    assert steps["OUTPUT2"].reasons == ("tax_rates.label",)
    assert Pair("tax_types", "OUTPUT2", "OUTPUT2") in ground.notes["pairs"]


def test_plan_when_built_in_with_another_rate_then_it_is_made_under_a_new_code() -> None:
    ground, steps = plan(rate("OUTPUT", "Tax on Sales", "23"), used=("OUTPUT",), country="global")
    step = steps["OUTPUT"]
    assert (step.action, step.reasons) == (Action.CHANGE, ("tax_rates.code", "tax_rates.name"))
    body = TAX_RATES.payload(step, ground.source.record("tax_rates", "OUTPUT"), IdMap())
    assert body == {
        "Name": "Tax on Sales (OUTPUT)",
        "TaxComponents": [{"Name": "VAT", "Rate": Decimal(23)}],
    }


def test_plan_when_somebody_made_the_rate_there_then_matched_by_name_and_rate() -> None:
    def by_hand(org: Any) -> None:
        add_tax_rate(org, "TAX007", "levy", "OUTPUT", at=NOON, rate="3", applies="YYNYY")

    ground, steps = plan(rate("TAX001", "Levy", "3"), rate("TAX007", "Other", "4"), there=by_hand)
    assert (steps["TAX001"].action, steps["TAX001"].target_key) == (Action.MATCH, "TAX007")
    # The same code means nothing for rates that people made.
    assert steps["TAX007"].action is Action.CHANGE
    assert ground.fate("tax_types", "TAX001") == ground.fate("tax_rates", "TAX001")


@pytest.mark.parametrize(
    ("country", "report", "action"),
    [
        ("uk", "ECOUTPUT", Action.CHANGE),
        ("uk", "REVERSECHARGES", Action.BLOCKED),
        ("uk", "NONE", Action.BLOCKED),
        ("nz", "ECOUTPUT", Action.BLOCKED),
        ("au", "BASEXCLUDED", Action.CHANGE),
        ("us", "USSALESTAX", Action.BLOCKED),
        ("global", "ANYTHING", Action.CHANGE),
    ],
)
def test_plan_when_made_by_people_then_only_what_xero_takes_here(
    country: str, report: str, action: Action
) -> None:
    _, steps = plan(rate("TAX001", "Mine", "7", report), used=("TAX001",), country=country)
    assert steps["TAX001"].action is action


def test_plan_when_special_and_unused_then_left_out_and_nothing_is_blocked() -> None:
    _, steps = plan(rate("TAX001", "Reverse charge 0%", "0", "REVERSECHARGES"))
    assert (steps["TAX001"].action, steps["TAX001"].reasons) == (
        Action.LEAVE_OUT,
        ("tax_rates.not_needed",),
    )


def test_plan_when_special_and_used_only_by_what_is_gone_then_left_out() -> None:
    gone = {"v": {"Status": "VOIDED", "LineItems": [{"TaxType": "TAX001"}]}}
    special = rate("TAX001", "Reverse charge 0%", "0", "REVERSECHARGES")
    assert plan(special, invoices=gone)[1]["TAX001"].action is Action.LEAVE_OUT
    keep = Choice(keep_void_numbers=True)
    assert plan(special, invoices=gone, choice=keep)[1]["TAX001"].action is Action.BLOCKED


def test_plan_when_deleted_then_made_only_if_a_document_uses_it() -> None:
    old = rate("TAX001", "Old", "3", Status="DELETED")
    assert plan(old)[1]["TAX001"].action is Action.LEAVE_OUT
    assert plan(old, used=("TAX001",))[1]["TAX001"].action is Action.CHANGE


def test_plan_when_two_have_one_name_then_the_one_in_use_keeps_it() -> None:
    old = rate("TAX001", "Levy", "3", Status="DELETED")
    ground, steps = plan(old, rate("TAX002", "Levy", "4"), used=("TAX001",))
    names = {key: name_of(ground.source.record("tax_rates", key), one.reasons) for key, one in steps.items()}
    assert names == {"TAX002": "Levy", "TAX001": "Levy (TAX001)"}


def test_plan_when_archived_there_then_it_does_not_serve_a_rate_in_use() -> None:
    def archived(org: Any) -> None:
        add_tax_rate(org, "TAX007", "Levy", "OUTPUT", at=NOON, rate="3", applies="YYNYY", status="ARCHIVED")

    _, steps = plan(rate("TAX001", "Levy", "3"), there=archived)
    assert (steps["TAX001"].action, steps["TAX001"].reasons[-1]) == (Action.CHANGE, "tax_rates.name")
    _, steps = plan(rate("TAX001", "Levy", "3", Status="ARCHIVED"), there=archived)
    assert steps["TAX001"].target_key == "TAX007"


def test_plan_when_documents_use_a_code_the_list_lacks_then_it_is_matched_if_it_is_there() -> None:
    ground, _ = plan(used=("NONE", "UNHEARD"))
    assert ground.will_exist("tax_types", "NONE")
    assert ground.fate("tax_types", "UNHEARD") is None


def test_payload_when_the_country_asks_for_it_then_it_says_what_it_is_reported_as() -> None:
    ground, steps = plan(rate("TAX001", "Levy", "3"))
    record = ground.source.record("tax_rates", "TAX001")
    record["TaxComponents"][0]["IsCompound"] = True  # type: ignore[index]
    assert TAX_RATES.payload(steps["TAX001"], record, IdMap()) == {
        "Name": "Levy",
        "TaxComponents": [{"Name": "VAT", "Rate": Decimal(3), "IsCompound": True}],
        "ReportTaxType": "OUTPUT",
    }
    assert TAX_RATES.learn is not None
    assert list(TAX_RATES.learn(steps["TAX001"], record, {"TaxType": "TAX009"})) == [
        Pair("tax_rates", "TAX001", "TAX009"),
        Pair("tax_types", "TAX001", "TAX009"),
    ]
