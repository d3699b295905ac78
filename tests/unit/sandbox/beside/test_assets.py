"""The fixed asset register: the mandatory status, pages, orders, sums."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from bot.sandbox.xero.beside.register import Depreciation, Worth

DAY = date(2025, 3, 1)


def _fill(reader: Any, count: int, **wishes: Any) -> list[str]:
    return [
        reader.beside.assets.add_asset(
            f"Asset {number}", bought_on=DAY, price=Decimal(100 + number % 7), **wishes
        )
        for number in range(count)
    ]


def test_register_when_the_organisation_is_new_then_empty_but_with_settings(reader: Any) -> None:
    assert reader.get("assets", "AssetTypes").body == []
    assert reader.get("assets", "Settings").body == {
        "assetNumberPrefix": "FA-",
        "assetNumberSequence": "0001",
        "optInForTax": False,
    }
    body = reader.get("assets", "Assets", status="DRAFT").body
    assert (body["items"], body["pagination"]["itemCount"], body["pagination"]["pageSize"]) == ([], 0, 10)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"status": "SOLD"},
        {"status": "Draft"},
        {"status": "DRAFT", "page": 0},
        {"status": "DRAFT", "pageSize": "x"},
        {"status": "DRAFT", "orderBy": "DisposalDate"},
        {"status": "DRAFT", "sortDirection": "up"},
    ],
)
def test_assets_when_the_question_is_not_whole_then_400_naming_the_field(
    reader: Any, query: dict[str, Any]
) -> None:
    answer = reader.get("assets", "Assets", **query)
    assert answer.status == 400
    (problem,) = answer.body["fieldValidationErrors"]
    assert problem["fieldName"] == (list(query)[-1] if len(query) > 1 else "status")


def test_assets_when_read_page_by_page_then_each_comes_once(reader: Any) -> None:
    ids = _fill(reader, 23)
    pages = [reader.get("assets", "Assets", status="DRAFT", page=page).body for page in (1, 2, 3, 4)]
    assert [one["assetId"] for page in pages for one in page["items"]] == ids
    assert [len(page["items"]) for page in pages] == [10, 10, 3, 0]
    counts = {name: pages[0]["pagination"][name] for name in ("page", "pageSize", "pageCount", "itemCount")}
    assert counts == {"page": 1, "pageSize": 10, "pageCount": 3, "itemCount": 23}
    assert [list(page["pagination"]["links"]) for page in pages[1:3]] == [
        ["first", "next", "last"],
        ["first", "last"],
    ]


def test_assets_when_more_than_two_hundred_a_page_are_asked_for_then_two_hundred_come(reader: Any) -> None:
    _fill(reader, 201)
    body = reader.get("assets", "Assets", status="DRAFT", pageSize=1000).body
    assert (len(body["items"]), body["pagination"]["pageSize"], body["pagination"]["pageCount"]) == (
        200,
        200,
        2,
    )


def test_assets_when_a_status_is_given_then_only_those(lively: Any) -> None:
    told: dict[str, Any] = {}
    for status in ("DRAFT", "REGISTERED", "DISPOSED"):
        rows = lively.get("assets", "Assets", status=status, pageSize=200).rows
        assert {one["assetStatus"].upper() for one in rows} == {status}
        told |= {one["assetId"]: one for one in rows}
    assert set(told) == set(lively.beside.assets.assets)
    assert all(("disposalDate" in one) == (one["assetStatus"] == "Disposed") for one in told.values())


def test_assets_when_ordered_or_searched_then_so(lively: Any) -> None:
    def names(field: str, **query: str) -> list[Any]:
        rows = lively.get("assets", "Assets", status="DISPOSED", pageSize=200, **query).rows
        return [one[field] for one in rows]

    prices = names("purchasePrice", orderBy="PurchasePrice", sortDirection="desc")
    assert prices == sorted(prices, reverse=True)
    assert names("disposalDate", orderBy="DisposalDate") == sorted(names("disposalDate"))
    by_type = names("assetTypeId", orderBy="AssetType")
    register = lively.beside.assets
    assert [register.types[one]["assetTypeName"] for one in by_type] == sorted(
        register.types[one]["assetTypeName"] for one in by_type
    )
    assert names("assetName", filterBy="COMPUTER equip") == ["Old server"]
    assert names("assetName", filterBy="trail") == ["Trailer"]


def test_asset_when_asked_for_by_id_then_it_tells_what_can_be_done_to_it(reader: Any) -> None:
    (asset_id,) = _fill(reader, 1)
    (listed,) = reader.get("assets", "Assets", status="DRAFT").rows
    single = reader.get("assets", f"Assets/{asset_id.upper()}").body
    assert {name for name in single if single[name] != listed.get(name)} == {
        "metaData",
        "isDeleteEnabledForDate",
    }
    assert reader.get("assets", f"Assets/{uuid4()}").status == 404
    reader.beside.assets.vanish(asset_id)
    assert reader.get("assets", f"Assets/{asset_id}").status == 404


def test_asset_when_registered_and_then_sold_then_its_sums_are_true(reader: Any) -> None:
    register, nothing = reader.beside.assets, Depreciation(method="NoDepreciation")
    kind = register.add_type("Boats", ("a", "b", "c"), nothing)
    worth = Worth(prior=Decimal(30), current=Decimal(20), cost_limit=Decimal(90))
    kept = register.add_asset(
        "Kept", bought_on=DAY, price=Decimal(100), status="Registered", type_id=kind, worth=worth
    )
    sold = Worth(prior=Decimal(30), current=Decimal(20), sold_on=DAY, sold_for=Decimal(130))
    gone = register.add_asset("Gone", bought_on=DAY, price=Decimal(100), status="Disposed", worth=sold)
    held = reader.get("assets", f"Assets/{kept}").body
    assert (held["accountingBookValue"], held["bookDepreciationDetail"]["costLimit"]) == (50, 90)
    assert b'"accountingBookValue":50.000000' in reader.get("assets", f"Assets/{kept}").raw
    assert reader.get("assets", "AssetTypes").body[0]["locks"] == 1
    detail = reader.get("assets", f"Assets/{gone}").body["bookDepreciationDetail"]
    assert (detail["currentCapitalGain"], detail["currentGainLoss"]) == (30, 50)


def test_asset_when_changed_by_a_lever_then_the_next_answer_says_so(reader: Any) -> None:
    (asset_id,) = _fill(reader, 1)
    reader.beside.assets.change(asset_id, assetName="Renamed", assetStatus="Registered")
    assert reader.get("assets", "Assets", status="DRAFT").rows == []
    assert reader.get("assets", f"Assets/{asset_id}").body["assetName"] == "Renamed"
    with pytest.raises(ValueError, match="Lost"):
        _fill(reader, 1, status="Lost")
    with pytest.raises(KeyError):
        reader.beside.assets.change(str(uuid4()), assetName="x")


def test_numbers_when_assets_are_added_then_they_follow_the_settings(reader: Any) -> None:
    _fill(reader, 2)
    assert [one["assetNumber"] for one in reader.get("assets", "Assets", status="DRAFT").rows] == [
        "FA-0001",
        "FA-0002",
    ]
    assert reader.get("assets", "Settings").body["assetNumberSequence"] == "0003"
