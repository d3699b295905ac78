"""Purchase orders planned and written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.restore_plan import Action
from bot.restore.kinds import purchase_orders
from bot.restore.model import IdMap, Phase, Step
from tests.unit.restore.kinds.company_bench import Company, copied, ground_of, will_exist
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]  # a fixture
SAME = (
    "PurchaseOrderNumber", "Reference", "DateString", "DeliveryDateString", "ExpectedArrivalDateString",
    "DeliveryAddress", "AttentionTo", "Telephone", "DeliveryInstructions", "SentToContact", "Status",
    "LineAmountTypes", "CurrencyCode", "CurrencyRate", "SubTotal", "TotalTax", "Total",
)  # fmt: skip
LINE = {"Description": "x", "Quantity": 1, "UnitAmount": 5, "LineAmount": 5, "AccountCode": "310"}


@pytest.fixture
def company(open_pen: Callable[..., Pen]) -> Company:
    return copied(open_pen)


def order(**more: Any) -> dict[str, Any]:
    return {
        "PurchaseOrderID": "p", "PurchaseOrderNumber": "PO-1", "Status": "AUTHORISED",
        "Contact": {"ContactID": "c", "Name": "Acme"}, "DateString": "2026-03-01T00:00:00",
        "LineAmountTypes": "Exclusive", "LineItems": [LINE],
    } | more  # fmt: skip


def planned(row: dict[str, Any], *codes: str) -> Step:
    ground = ground_of({"purchase_orders": {"p": row}})
    will_exist(ground, "contacts", "c")
    will_exist(ground, "account_codes", *codes)
    (step,) = purchase_orders.plan(ground)
    assert ground.fates("purchase_orders")["p"].action is step.action
    return step


def test_orders_when_a_company_is_copied_then_all_living_ones_come_back_in_their_status(
    company: Company,
) -> None:
    assert [one for one in company.refused if one[0].startswith("purchase_order")] == []
    assert len(list(company.pairs("purchase_orders"))) == 46
    assert company.undeclared("purchase_orders", SAME) == []
    states = {now["Status"] for _, _, now in company.pairs("purchase_orders")}
    assert states == {"DRAFT", "SUBMITTED", "AUTHORISED", "BILLED"}


def test_orders_when_billed_then_they_are_marked_after_all_documents_and_the_lost_tie_is_said(
    company: Company,
) -> None:
    marked = company.of("purchase_order_states")
    assert {step.phase for step in marked} == {Phase.SETTLING}
    billed = {
        step.record_id for step in company.of("purchase_orders") if "purchase_orders.bill" in step.reasons
    }
    assert {step.record_id for step in marked} == billed


@pytest.mark.parametrize(
    ("row", "action", "reasons"),
    [
        (order(), Action.CREATE, ()),
        (order(Status="BILLED"), Action.CHANGE, ("purchase_orders.bill",)),
        (order(Status="DRAFT", SentToContact=True), Action.CHANGE, ("purchase_orders.sent",)),
        (order(Status="DELETED"), Action.LEAVE_OUT, ("purchase_orders.deleted",)),
        (order(Status="SOMETHING"), Action.LEAVE_OUT, ("purchase_orders.deleted",)),
        (order(LineItems=[]), Action.BLOCKED, ("orders.no_lines",)),
        (order(LineItems=[LINE | {"AccountCode": "9"}]), Action.BLOCKED, ("blocked.account",)),
        (
            order(Status="SUBMITTED", LineItems=[LINE | {"AccountCode": "9"}]),
            Action.CHANGE,
            ("changed.account",),
        ),
        (order(Contact={"ContactID": "nobody"}), Action.BLOCKED, ("blocked.contact",)),
    ],
)
def test_plan_when_an_order_is_so_then_this_becomes_of_it(
    row: dict[str, Any], action: Action, reasons: tuple[str, ...]
) -> None:
    step = planned(row, "310")
    assert (step.action, step.reasons) == (action, reasons)
    assert step.name.startswith("PO-1")


def test_payload_when_a_draft_was_marked_as_sent_then_the_mark_is_not_sent() -> None:
    ids = IdMap()
    ids.add("contacts", "c", "new")
    row = order(Status="DRAFT", SentToContact=True)
    assert "SentToContact" not in purchase_orders.payload(planned(row), row, ids)


def test_plan_states_when_the_order_is_blocked_then_it_is_not_marked() -> None:
    ground = ground_of({"purchase_orders": {"p": order(Status="BILLED")}})
    assert [step.action for step in purchase_orders.plan(ground)] == [Action.BLOCKED]
    assert list(purchase_orders.plan_states(ground)) == []
