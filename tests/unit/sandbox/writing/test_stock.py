"""Tracked items: counted from documents, not sold when there are none, and what each sale costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.xero.reports import Reporter

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


def paper(pen: Any, kind: str, on: str, quantity: int, price: Any = 2, **more: Any) -> dict[str, Any]:
    collection = "CreditNotes" if kind.endswith("CREDIT") else "Invoices"
    wanted = WHO | {"Type": kind, "Date": on, "LineItems": [line(quantity, UnitAmount=price)]} | more
    if collection == "CreditNotes":
        del wanted["DueDate"]
    made: dict[str, Any] = pen.put(collection, wanted, unitdp=4, allowBackorders="true").one()
    return made


def cost_of(pen: Any, item: str) -> tuple[Any, ...]:
    """Give quantity and worth as the item says, then inventory and cost of goods sold as the books say."""
    row = pen.read("Items", item)
    return row["QuantityOnHand"], row["TotalCostPool"], pen.standing("630"), pen.standing("310")


def test_cost_when_sold_then_the_average_of_what_was_bought(pen: Any, item: str) -> None:
    paper(pen, "ACCPAY", "2026-10-01", 5, 2)
    paper(pen, "ACCPAY", "2026-10-02", 5, 4)
    sale = paper(pen, "ACCREC", "2026-10-03", 2, 9)
    assert cost_of(pen, item) == (8, 24, 24, 6)
    paper(pen, "ACCREC", "2026-10-04", 8, 9)
    assert cost_of(pen, item) == (0, 0, 0, 30)
    assert pen.standing("200") == -90
    pen.post(f"Invoices/{sale['InvoiceID']}", {"Status": "VOIDED"})
    assert cost_of(pen, item) == (2, 6, 6, 24)


def test_cost_when_the_units_do_not_divide_then_the_last_one_takes_the_rest(pen: Any, item: str) -> None:
    paper(pen, "ACCPAY", "2026-10-01", 3, "3.3333")
    for day in (2, 3):
        paper(pen, "ACCREC", f"2026-10-0{day}", 1)
    assert cost_of(pen, item) == (1, Decimal("3.33"), Decimal("3.33"), Decimal("6.67"))
    paper(pen, "ACCREC", "2026-10-04", 1)
    assert cost_of(pen, item) == (0, 0, 0, 10)


def test_cost_when_asked_for_an_earlier_day_then_what_had_happened_by_then(pen: Any, item: str) -> None:
    paper(pen, "ACCREC", "2026-10-05", 2)  # written first, happens last
    paper(pen, "ACCPAY", "2026-09-30", 4, 3)
    assert cost_of(pen, item) == (2, 6, 6, 6)
    reporter, inventory = Reporter(pen.org), pen.org.account("630").fields
    assert [
        reporter.standing(inventory, date(2026, 9, 30)),
        reporter.standing(inventory, date(2026, 10, 5)),
    ] == [
        1200,
        600,
    ]


def test_cost_when_sold_before_it_came_then_posted_when_it_comes(pen: Any, item: str) -> None:
    paper(pen, "ACCREC", "2026-10-01", 3)
    assert cost_of(pen, item) == (-3, 0, 0, 0)
    paper(pen, "ACCPAY", "2026-10-05", 5, 2)
    assert cost_of(pen, item) == (2, 4, 4, 6)
    reporter, goods = Reporter(pen.org), pen.org.account("310").fields
    assert [reporter.standing(goods, date(2026, 10, day)) for day in (4, 5)] == [0, 600]


def test_cost_when_a_customer_gives_back_then_at_the_average_of_the_day(pen: Any, item: str) -> None:
    paper(pen, "ACCPAY", "2026-10-01", 4, 3)
    paper(pen, "ACCREC", "2026-10-02", 4)
    paper(pen, "ACCRECCREDIT", "2026-10-03", 1, 9)
    assert cost_of(pen, item) == (1, 3, 3, 9)


def test_cost_when_goods_go_back_to_the_supplier_then_the_difference_is_cost_of_goods(
    pen: Any, item: str
) -> None:
    paper(pen, "ACCPAY", "2026-10-01", 2, 2)
    paper(pen, "ACCPAY", "2026-10-02", 2, 4)
    paper(pen, "ACCPAYCREDIT", "2026-10-03", 1, 4)  # credited 4, stood in the books at 3
    assert cost_of(pen, item) == (3, 9, 9, -1)


def test_cost_when_bought_abroad_or_with_tax_inside_then_what_the_books_hold(pen: Any, item: str) -> None:
    pen.put("Currencies", {"Code": "EUR"})
    paper(pen, "ACCPAY", "2026-10-01", 2, 10, CurrencyCode="EUR", CurrencyRate="1.25")
    inside = {"LineAmountTypes": "Inclusive", "LineItems": [line(2, UnitAmount=12, TaxType="INPUT2")]}
    paper(pen, "ACCPAY", "2026-10-01", 2, **inside)
    assert cost_of(pen, item) == (4, 36, 36, 0)
    paper(pen, "ACCREC", "2026-10-02", 1)
    assert cost_of(pen, item) == (3, 27, 27, 9)


def test_stock_when_bought_and_sold_over_the_bank_then_counted_and_taken_back(pen: Any, item: str) -> None:
    pen.bank()
    money = {"Contact": {"Name": "x"}, "BankAccount": {"Code": "090"}, "Date": "2026-10-01"}
    money |= {"LineAmountTypes": "NoTax"}
    pen.put("BankTransactions", money | {"Type": "SPEND", "LineItems": [line(4)]}).one()
    sold = pen.put("BankTransactions", money | {"Type": "RECEIVE", "LineItems": [line(1)]}).one()
    assert cost_of(pen, item) == (3, 6, 6, 2)
    pen.post(f"BankTransactions/{sold['BankTransactionID']}", {"Status": "DELETED"})
    assert cost_of(pen, item) == (4, 8, 8, 0)


def test_stock_when_a_line_leaves_its_document_then_counted_anew(pen: Any, item: str) -> None:
    bill = paper(pen, "ACCPAY", "2026-10-01", 4)
    other = {"Description": "x", "UnitAmount": 1, "AccountCode": "429", "TaxType": "NONE"}
    pen.post(f"Invoices/{bill['InvoiceID']}", {"LineItems": [other]}).one()
    assert cost_of(pen, item) == (0, 0, 0, 0)


def test_item_when_its_stock_moved_then_it_cannot_be_deleted(pen: Any, item: str) -> None:
    paper(pen, "ACCPAY", "2026-10-01", 4)
    assert "cannot be deleted" in pen.call("DELETE", f"Items/{item}").unpublished
    assert pen.call("DELETE", f"Items/{pen.put('Items', {'Code': 'new'}).one()['ItemID']}").status == 204


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["ACCPAY", "ACCREC", "ACCRECCREDIT", "ACCPAYCREDIT"]),
        st.integers(1, 28),
        st.integers(1, 6),
        st.integers(1, 999),
    ),
    min_size=2,
    max_size=10,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_cost_when_the_same_is_written_in_another_order_then_the_same_books_on_every_day(
    open_pen: Callable[..., Any], events: list[tuple[str, int, int, int]]
) -> None:
    days = [date(2026, 10, day) for day in range(1, 29, 3)]
    books = []
    numbered = list(enumerate(events))
    for order in (numbered, numbered[::-1]):
        pen = open_pen()
        item = str(pen.put("Items", ITEM).one()["ItemID"])
        for number, (kind, day, quantity, cents) in order:
            name = {f"{'CreditNote' if kind.endswith('CREDIT') else 'Invoice'}Number": f"N{number}"}
            paper(pen, kind, f"2026-10-{day:02d}", quantity, Decimal(cents) / 100, **name)
        on_hand, worth, inventory, _ = cost_of(pen, item)
        assert worth == inventory
        signs = {"ACCPAY": 1, "ACCREC": -1, "ACCRECCREDIT": 1, "ACCPAYCREDIT": -1}
        assert on_hand == sum(signs[kind] * count for kind, _, count, _ in events)
        reporter = Reporter(pen.org)
        accounts = [pen.org.account(code).fields for code in ("310", "630")]
        books.append([reporter.standing(account, day) for account in accounts for day in days])
    assert books[0] == books[1]
