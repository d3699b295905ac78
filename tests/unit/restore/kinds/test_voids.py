"""Numbers of voided papers kept taken, on request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.restore_plan import Action, Choice
from bot.restore.kinds import voids
from bot.restore.model import Phase, Step
from tests.unit.restore.kinds.company_bench import Company, copied, ground_of, will_exist
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]  # a fixture
LINE = {
    "Description": "x", "Quantity": 1, "UnitAmount": 5, "LineAmount": 5, "AccountCode": "200",
    "TaxType": "NONE", "ItemCode": "ROPE", "Tracking": [{"TrackingOptionID": "o"}],
}  # fmt: skip


@pytest.fixture
def company(open_pen: Callable[..., Pen]) -> Company:
    return copied(open_pen)


def invoice(**more: Any) -> dict[str, Any]:
    return {
        "InvoiceID": "i", "InvoiceNumber": "INV-1", "Type": "ACCREC", "Status": "VOIDED",
        "Contact": {"ContactID": "c"}, "DateString": "2026-03-01T00:00:00", "LineItems": [LINE],
    } | more  # fmt: skip


def planned(row: dict[str, Any], *, keep: bool = True) -> list[Step]:
    ground = ground_of({"invoices": {"i": row}}, choice=Choice(keep_void_numbers=keep))
    will_exist(ground, "contacts", "c")
    will_exist(ground, "account_codes", "200")
    will_exist(ground, "tax_types", "NONE")
    return [*voids.VOIDED_NUMBERS.plan(ground), *voids.VOIDINGS.plan(ground)]


def test_voids_when_numbers_shall_stay_taken_then_they_are_voided_under_their_numbers(
    company: Company,
) -> None:
    assert [one for one in company.refused if one[0].startswith("void")] == []
    wanted = {
        row["InvoiceNumber"]
        for row in company.source.records("invoices")
        if row["Status"] == "VOIDED" and row["Type"] == "ACCREC"
    }
    found = list(company.pairs("voidings"))
    assert {now["InvoiceNumber"] for _, _, now in found} == wanted
    assert len(wanted) == 15
    for _, record, now in (*found, *company.pairs("voidings_of_credit_notes")):
        assert now["Status"] == "VOIDED"
        assert now["Total"] == record["Total"]


def test_plan_when_nobody_asked_then_nothing_is_planned() -> None:
    assert planned(invoice(), keep=False) == []


@pytest.mark.parametrize(
    "row",
    [invoice(Status="DELETED"), invoice(Type="ACCPAY"), invoice(InvoiceNumber=""), invoice(Status="PAID")],
)
def test_plan_when_no_number_is_to_be_kept_then_nothing_is_planned(row: dict[str, Any]) -> None:
    assert planned(row) == []


def test_plan_when_it_was_voided_then_it_is_made_and_voided_whatever_its_item_and_tracking() -> None:
    made, voided = planned(invoice())
    assert (made.part, made.action, made.reasons) == ("number", Action.CHANGE, ("voids.number",))
    assert (voided.part, voided.action, voided.phase) == ("void", Action.CHANGE, Phase.CLOSING)


def test_plan_when_it_cannot_be_made_then_that_is_said_and_nothing_is_voided() -> None:
    (step,) = planned(invoice(LineItems=[LINE | {"AccountCode": "9"}]))
    assert (step.action, step.reasons) == (Action.LEAVE_OUT, ("voids.no_number",))
