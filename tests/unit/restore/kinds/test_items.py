"""Items planned and written, with stock and without."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.restore_plan import Action
from bot.restore.kinds import items
from bot.restore.model import IdMap, Step
from bot.restore.source import MemorySource
from tests.unit.restore.kinds.company_bench import (
    FACTS,
    Company,
    Records,
    copied,
    ground_of,
    read,
    will_exist,
)
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]  # a fixture
SAME = ("Code", "Name", "Description", "PurchaseDescription", "SalesDetails", "PurchaseDetails",
        "IsTrackedAsInventory", "IsSold", "IsPurchased")  # fmt: skip
TRACKED = {
    "ItemID": "i", "Code": "ROPE", "Name": "Rope", "IsTrackedAsInventory": True, "IsSold": True,
    "IsPurchased": True, "InventoryAssetAccountCode": "630", "QuantityOnHand": Decimal(4),
    "PurchaseDetails": {"UnitPrice": Decimal("2.1421"), "COGSAccountCode": "310", "TaxType": "INPUT2"},
    "SalesDetails": {"UnitPrice": Decimal("3.4550"), "AccountCode": "200", "TaxType": "OUTPUT2"},
}  # fmt: skip


def planned(row: dict[str, Any], *codes: str, **there: Any) -> Step:
    ground = ground_of({"items": {row["ItemID"]: row}}, **there)
    will_exist(ground, "account_codes", *codes)
    will_exist(ground, "tax_types", "INPUT2", "OUTPUT2")
    (step,) = items.plan(ground)
    return step


@pytest.fixture
def company(open_pen: Callable[..., Pen]) -> Company:
    return copied(open_pen)


def test_items_when_a_company_is_copied_then_all_come_back_with_four_decimals(company: Company) -> None:
    assert [one for one in company.refused if one[0] == "items"] == []
    assert len(list(company.pairs("items"))) == 30
    assert company.undeclared("items", SAME) == []
    assert any(
        now["SalesDetails"]["UnitPrice"] % Decimal("0.01")
        or now["PurchaseDetails"]["UnitPrice"] % Decimal("0.01")
        for _, _, now in company.pairs("items")
    )


def test_items_when_tracked_then_xero_takes_them_and_counts_for_itself(open_pen: Callable[..., Pen]) -> None:
    pen = open_pen("fresh-uk")
    records: Records = {"items": {"i": TRACKED}}
    records |= {key: rows for key, rows in read(pen.org).items() if key in {"accounts", "tax_rates"}}
    stock = {"AccountID": "630", "Code": "630", "Name": "Inventory", "Type": "INVENTORY", "Status": "ACTIVE"}
    if "630" not in {row.get("Code") for row in records["accounts"].values()}:
        records["accounts"]["630"] = stock
    company = Company(MemorySource(FACTS, records), pen)
    company.plan()
    company.write()
    assert company.refused == []
    (step,) = company.of("items")
    assert (step.action, step.reasons) == (Action.CHANGE, ("items.stock",))
    assert company.undeclared("items", SAME) == []
    found = pen.read("Items", company.ids.need("items", "i"))
    assert found["IsTrackedAsInventory"] is True
    assert found["QuantityOnHand"] == 0
    assert company.ids.need("item_codes", "ROPE") == "ROPE"


def test_plan_when_a_stock_account_is_missing_then_it_is_blocked_with_something_to_do() -> None:
    step = planned(TRACKED, "200", "310")
    assert (step.action, step.reasons) == (Action.BLOCKED, ("items.stock_account",))
    assert items.NO_STOCK_ACCOUNT.todo_before


def test_plan_when_a_default_is_missing_then_the_item_comes_without_it() -> None:
    plain = {key: value for key, value in TRACKED.items() if key != "InventoryAssetAccountCode"}
    plain |= {"IsTrackedAsInventory": False, "PurchaseDetails": {"AccountCode": "999", "TaxType": "INPUT2"}}
    step = planned(plain, "200")
    assert (step.action, step.reasons) == (Action.CHANGE, ("items.defaults",))
    ids = IdMap()
    ids.add("tax_types", "INPUT2", "TAX007")
    assert items.payload(step, plain, ids)["PurchaseDetails"] == {"TaxType": "TAX007"}


def test_plan_when_the_target_has_the_code_then_it_is_used_and_documents_name_it_as_it_does() -> None:
    ground = ground_of({"items": {"i": TRACKED}}, items=({"ItemID": "t", "Code": "rope", "Name": "Rope"},))
    (step,) = items.plan(ground)
    assert (step.action, step.target_key, step.reasons) == (Action.MATCH, "t", ("items.kept",))
    assert ground.will_exist("item_codes", "ROPE")
    (pair,) = ground.notes["pairs"]
    assert (pair.resource, pair.source, pair.target) == ("item_codes", "ROPE", "rope")


def test_plan_when_an_item_has_no_code_then_it_is_left_out() -> None:
    assert planned(TRACKED | {"Code": ""}, "200", "310", "630").reasons == ("items.no_code",)
