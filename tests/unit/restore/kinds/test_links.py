"""Billable expenses tied again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.restore_plan import Action
from bot.restore.kinds import links
from bot.restore.model import IdMap, NotMapped, Phase, Step
from tests.unit.restore.kinds.company_bench import Company, copied, ground_of, will_exist
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]  # a fixture


@pytest.fixture
def company(open_pen: Callable[..., Pen]) -> Company:
    return copied(open_pen)


def link(**more: Any) -> dict[str, Any]:
    return {
        "LinkedTransactionID": "l", "SourceTransactionID": "bill", "SourceLineItemID": "line",
        "SourceTransactionTypeCode": "ACCPAY", "ContactID": "c", "TargetTransactionID": "sale",
        "TargetLineItemID": "sold", "Status": "BILLED",
    } | more  # fmt: skip


def planned(row: dict[str, Any], **gone: str) -> Step:
    ground = ground_of({"linked_transactions": {"l": row}})
    there = {("invoices", "bill"), ("invoices", "sale"), ("contacts", "c"), ("bank_transactions", "spent")}
    for resource, key in there - set(gone.items()):
        will_exist(ground, resource, key)
    (step,) = links.plan(ground)
    return step


def test_links_when_a_company_is_copied_then_each_ties_the_same_lines(company: Company) -> None:
    assert [one for one in company.refused if one[0] == "linked_transactions"] == []
    found = list(company.pairs("linked_transactions"))
    assert len(found) == 13
    for step, record, now in found:
        assert step.phase is Phase.SETTLING
        assert now["Status"] == record["Status"]
        for field in ("SourceLineItemID", "TargetLineItemID"):
            assert now.get(field) == company.ids.find("line_items", record.get(field, ""))
    assert {record["Status"] for _, record, _ in found} == {"APPROVED", "BILLED"}


@pytest.mark.parametrize(
    ("row", "gone", "action", "reasons"),
    [
        (link(), {}, Action.CREATE, ()),
        (
            link(SourceTransactionTypeCode="SPEND", SourceTransactionID="spent"),
            {"invoices": "bill"},
            Action.CREATE,
            (),
        ),
        (link(SourceTransactionTypeCode="RECEIPT"), {}, Action.LEAVE_OUT, ("links.claim",)),
        (link(Status="VOIDED"), {}, Action.LEAVE_OUT, ("links.ended",)),
        (link(), {"invoices": "bill"}, Action.LEAVE_OUT, ("links.source",)),
        (link(), {"contacts": "c"}, Action.LEAVE_OUT, ("links.contact",)),
        (link(), {"invoices": "sale"}, Action.CHANGE, ("links.target",)),
    ],
)
def test_plan_when_an_end_is_so_then_this_becomes_of_the_link(
    row: dict[str, Any], gone: dict[str, str], action: Action, reasons: tuple[str, ...]
) -> None:
    step = planned(row, **gone)
    assert (step.action, step.reasons) == (action, reasons)


def test_payload_when_the_target_is_missing_then_the_link_is_open_again() -> None:
    ids = IdMap()
    for resource, key in (("invoices", "bill"), ("line_items", "line"), ("contacts", "c")):
        ids.add(resource, key, f"new {key}")
    sent = links.payload(planned(link(), invoices="sale"), link(), ids)
    assert set(sent) == {"SourceTransactionID", "SourceLineItemID", "ContactID"}


def test_payload_when_xero_refused_the_bill_then_it_says_what_is_missing() -> None:
    with pytest.raises(NotMapped, match="invoices"):
        links.payload(planned(link()), link(), IdMap())
