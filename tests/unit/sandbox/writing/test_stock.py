"""Tracked items: counted from documents, and not sold when there are none."""

from __future__ import annotations

from typing import Any

import pytest

ITEM = {
    "Code": "r",
    "Name": "Rope",
    "InventoryAssetAccountCode": "630",
    "PurchaseDetails": {"COGSAccountCode": "310"},
    "SalesDetails": {"AccountCode": "200"},
}
WHO = {"Contact": {"Name": "Ægir"}, "Date": "2026-10-01", "DueDate": "2026-10-31", "Status": "AUTHORISED"}


def line(quantity: int, **more: Any) -> dict[str, Any]:
    return {
        "Description": "x",
        "ItemCode": "r",
        "Quantity": quantity,
        "UnitAmount": 2,
        "TaxType": "NONE",
    } | more


@pytest.fixture
def item(pen: Any) -> str:
    return str(pen.put("Items", ITEM).one()["ItemID"])


def test_sale_when_nothing_is_on_hand_then_refused_unless_backorders_are_allowed(pen: Any, item: str) -> None:
    sale = WHO | {"Type": "ACCREC", "LineItems": [line(3)]}
    assert "not enough stock" in pen.put("Invoices", sale).unpublished
    assert pen.put("Invoices", sale | {"Status": "DRAFT"}).status == 200
    assert pen.put("Invoices", sale, allowBackorders="true").status == 200
    assert pen.read("Items", item)["QuantityOnHand"] == -3


def test_stock_when_bought_sold_and_voided_then_counted(pen: Any, item: str) -> None:
    pen.put("Invoices", WHO | {"Type": "ACCPAY", "LineItems": [line(5)]}).one()
    assert (pen.read("Items", item)["QuantityOnHand"], pen.standing("630")) == (5, 10)
    sale = pen.put("Invoices", WHO | {"Type": "ACCREC", "LineItems": [line(2)]}).one()
    assert pen.read("Items", item)["QuantityOnHand"] == 3
    assert (
        "not enough"
        in pen.put("Invoices", WHO | {"Type": "ACCREC", "LineItems": [line(2), line(2)]}).unpublished
    )
    pen.post(f"Invoices/{sale['InvoiceID']}", {"Status": "VOIDED"})
    assert pen.read("Items", item)["QuantityOnHand"] == 5


def test_stock_when_brought_in_by_a_bill_of_nothing_then_counted(pen: Any, item: str) -> None:
    rest = {
        "Description": "Opening",
        "Quantity": -7,
        "UnitAmount": 2,
        "AccountCode": "840",
        "TaxType": "NONE",
    }
    row = pen.put("Invoices", WHO | {"Type": "ACCPAY", "LineItems": [line(7), rest]}).one()
    assert (row["Total"], pen.read("Items", item)["QuantityOnHand"], pen.standing("630")) == (0, 7, 14)
