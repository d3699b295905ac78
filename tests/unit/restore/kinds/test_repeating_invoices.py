"""Repeating templates: drafts that send nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.restore_plan import Action
from bot.restore.kinds import repeating_invoices
from bot.restore.kinds.lines import iso_date
from bot.restore.model import IdMap, Step
from tests.unit.restore.kinds.company_bench import Company, copied, ground_of, will_exist
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]  # a fixture
SAME = ("Type", "Reference", "LineAmountTypes", "CurrencyCode", "SubTotal", "TotalTax", "Total", "IncludePDF")
LINE = {"Description": "x", "Quantity": 1, "UnitAmount": 5, "LineAmount": 5}
SCHEDULE = {
    "Period": 1, "Unit": "MONTHLY", "DueDate": 20, "DueDateType": "OFFOLLOWINGMONTH",
    "StartDate": "/Date(1539993600000+0000)/", "NextScheduledDate": "/Date(1796083200000+0000)/",
}  # fmt: skip
DRAFT = "repeating_invoices.draft"


@pytest.fixture
def company(open_pen: Callable[..., Pen]) -> Company:
    return copied(open_pen)


def template(**more: Any) -> dict[str, Any]:
    return {
        "RepeatingInvoiceID": "r", "Type": "ACCREC", "Status": "AUTHORISED", "Contact": {"ContactID": "c"},
        "Schedule": SCHEDULE, "LineItems": [LINE], "ApprovedForSending": True, "SendCopy": True,
    } | more  # fmt: skip


def planned(row: dict[str, Any]) -> Step:
    ground = ground_of({"repeating_invoices": {"r": row}})
    will_exist(ground, "contacts", "c")
    (step,) = repeating_invoices.plan(ground)
    return step


def test_templates_when_a_company_is_copied_then_they_are_drafts_that_start_when_due(
    company: Company,
) -> None:
    assert [one for one in company.refused if one[0] == "repeating_invoices"] == []
    found = list(company.pairs("repeating_invoices"))
    assert len(found) == 7
    assert company.undeclared("repeating_invoices", SAME) == []
    for _, record, now in found:
        assert (now["Status"], now["ApprovedForSending"], now["SendCopy"]) == ("DRAFT", False, False)
        assert iso_date(now["Schedule"], "StartDate") == iso_date(record["Schedule"], "NextScheduledDate")
        assert now["Schedule"].get("EndDate") == record["Schedule"].get("EndDate")


@pytest.mark.parametrize(
    ("row", "action", "reasons"),
    [
        (template(), Action.CHANGE, (DRAFT,)),
        (template(Status="DRAFT"), Action.CHANGE, (DRAFT,)),
        (template(Status="DELETED"), Action.LEAVE_OUT, ("repeating_invoices.deleted",)),
        (
            template(Schedule=SCHEDULE | {"EndDate": "/Date(1540000000000+0000)/"}),
            Action.LEAVE_OUT,
            ("repeating_invoices.ended",),
        ),
        (template(Schedule={}), Action.BLOCKED, ("repeating_invoices.no_schedule",)),
        (template(Contact={"ContactID": "nobody"}), Action.BLOCKED, ("blocked.contact",)),
        (template(LineItems=[]), Action.BLOCKED, ("orders.no_lines",)),
    ],
)
def test_plan_when_a_template_is_so_then_this_becomes_of_it(
    row: dict[str, Any], action: Action, reasons: tuple[str, ...]
) -> None:
    step = planned(row)
    assert (step.action, step.reasons) == (action, reasons)


def test_payload_when_it_sent_mail_before_then_nothing_of_that_is_sent() -> None:
    ids = IdMap()
    ids.add("contacts", "c", "new")
    sent = repeating_invoices.payload(planned(template()), template(), ids)
    assert sent["Contact"] == {"ContactID": "new"}
    assert sent["Schedule"]["StartDate"] == "2026-12-01"
    flags = ("Status", "ApprovedForSending", "SendCopy", "MarkAsSent")
    assert [sent[field] for field in flags] == ["DRAFT", False, False, False]
