"""Quotes planned, written and taken to their status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.restore_plan import Action
from bot.restore.kinds import quotes
from bot.restore.model import IdMap, Step
from tests.unit.restore.kinds.company_bench import Company, copied, ground_of, will_exist
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]  # a fixture
SAME = (
    "QuoteNumber", "Reference", "Terms", "Title", "Summary", "DateString", "ExpiryDateString", "Status",
    "LineAmountTypes", "CurrencyCode", "CurrencyRate", "SubTotal", "TotalTax", "Total", "TotalDiscount",
)  # fmt: skip
LINE = {"Description": "x", "Quantity": 1, "UnitAmount": 5, "LineAmount": 5}


@pytest.fixture
def company(open_pen: Callable[..., Pen]) -> Company:
    return copied(open_pen)


def quote(**more: Any) -> dict[str, Any]:
    return {
        "QuoteID": "q", "QuoteNumber": "QU-1", "Status": "DRAFT", "Contact": {"ContactID": "c"},
        "DateString": "2026-03-01T00:00:00", "LineAmountTypes": "EXCLUSIVE", "LineItems": [LINE],
    } | more  # fmt: skip


def planned(row: dict[str, Any]) -> Step:
    ground = ground_of({"quotes": {"q": row}})
    will_exist(ground, "contacts", "c")
    (step,) = quotes.plan(ground)
    return step


def test_quotes_when_a_company_is_copied_then_all_living_ones_come_back_in_their_status(
    company: Company,
) -> None:
    assert [one for one in company.refused if one[0].startswith("quote")] == []
    assert len(list(company.pairs("quotes"))) == 104
    assert company.undeclared("quotes", SAME) == []
    states = Counter(now["Status"] for _, _, now in company.pairs("quotes"))
    assert states == {"DRAFT": 20, "SENT": 21, "ACCEPTED": 21, "DECLINED": 21, "INVOICED": 21}


def test_quotes_when_they_climb_then_no_call_holds_a_quote_twice(company: Company) -> None:
    first, second = company.of("quote_states"), company.of("quote_outcomes")
    assert {step.part for step in first} == {"SENT"}
    assert {step.part for step in second} == {"ACCEPTED", "DECLINED", "INVOICED"}
    assert max(map(company.steps.index, first)) < min(map(company.steps.index, second))
    for steps in (first, second):
        assert len({step.record_id for step in steps}) == len(steps)


@pytest.mark.parametrize(
    ("row", "action", "reasons"),
    [
        (quote(), Action.CREATE, ()),
        (quote(Status="SENT"), Action.CHANGE, ("quotes.link",)),
        (quote(Status="INVOICED"), Action.CHANGE, ("quotes.invoice",)),
        (quote(ExpiryDateString="2026-02-01T00:00:00"), Action.CHANGE, ("quotes.expiry",)),
        (quote(Status="DELETED"), Action.LEAVE_OUT, ("quotes.deleted",)),
        (quote(LineItems=[]), Action.BLOCKED, ("orders.no_lines",)),
        (quote(Contact={"ContactID": "nobody"}), Action.BLOCKED, ("blocked.contact",)),
        # A quote needs no account, whatever its status.
        (
            quote(Status="DECLINED", LineItems=[LINE | {"AccountCode": "9"}]),
            Action.CHANGE,
            ("changed.account",),
        ),
    ],
)
def test_plan_when_a_quote_is_so_then_this_becomes_of_it(
    row: dict[str, Any], action: Action, reasons: tuple[str, ...]
) -> None:
    step = planned(row)
    assert (step.action, step.reasons) == (action, reasons)


def test_quotes_when_expired_before_they_began_then_xero_takes_them_without_an_end(
    open_pen: Callable[..., Pen],
) -> None:
    pen, ids = open_pen("fresh-uk"), IdMap()
    ids.add("contacts", "c", pen.contact()["ContactID"])
    row = quote(ExpiryDateString="2026-02-01T00:00:00")
    assert "ExpiryDate" not in pen.put("Quotes", quotes.payload(planned(row), row, ids)).one()


def test_payload_when_amounts_are_written_small_then_they_are_sent_in_capitals() -> None:
    ids = IdMap()
    ids.add("contacts", "c", "new")
    row = quote(LineAmountTypes="NoTax")
    assert quotes.payload(planned(row), row, ids)["LineAmountTypes"] == "NOTAX"
