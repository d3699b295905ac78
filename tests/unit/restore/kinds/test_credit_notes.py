"""Credit notes: which come back and how, and what is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bot.domain.restore_plan import Action
from bot.restore.kinds.credit_notes import CREDIT_NOTES
from bot.restore.model import Pair, Step
from tests.unit.restore.kinds.documents_ground import EVERYTHING, document, ground, ids, line


def note(**fields: Any) -> dict[str, Any]:
    plain = {"Type": "ACCRECCREDIT", "CreditNoteID": "cn-1", "CreditNoteNumber": "CN-1"}
    made = document(**{"InvoiceID": None, "InvoiceNumber": None, "DueDateString": None} | plain | fields)
    return {key: value for key, value in made.items() if value is not None}


def plan(*records: dict[str, Any], **wishes: Any) -> list[Step]:
    there = ground(*records, resource="credit_notes", id_field="CreditNoteID", **wishes)
    return list(CREDIT_NOTES.plan(there))


def test_credit_note_when_it_is_used_up_then_it_is_created_authorised() -> None:
    record = note(Status="PAID", Reference="Return", RemainingCredit=Decimal("0.00"))
    (step,) = plan(record)
    assert (step.action, step.reasons) == (Action.CREATE, ())
    sent = CREDIT_NOTES.payload(step, record, ids())
    assert (sent["Status"], sent["CreditNoteNumber"], sent["Reference"]) == ("AUTHORISED", "CN-1", "Return")
    assert not {"DueDate", "SentToContact", "InvoiceNumber"} & sent.keys()


def test_credit_note_when_allocations_are_not_restored_then_it_comes_back_unused() -> None:
    record = note(Allocations=[{"Amount": Decimal("5.00")}])
    (step,) = plan(record, chosen=EVERYTHING - {"invoices"})
    assert step.reasons == ("documents.unsettled",)


@pytest.mark.parametrize(
    ("fields", "action", "reason"),
    [
        ({"Status": "VOIDED"}, Action.LEAVE_OUT, "documents.voided"),
        ({"Status": "STRANGE"}, Action.LEAVE_OUT, "documents.unknown_status"),
        ({"SentToContact": True}, Action.CHANGE, "documents.sent_flag"),
        ({"Total": Decimal("44.00")}, Action.CHANGE, "documents.total"),
        ({"LineItems": [line(TaxType="GONE")]}, Action.BLOCKED, "blocked.tax"),
    ],
)
def test_credit_note_when_something_is_in_its_way_or_lost_then_it_is_said(
    fields: dict[str, Any], action: Action, reason: str
) -> None:
    (step,) = plan(note(**fields))
    assert (step.action, step.reasons) == (action, (reason,))


def test_credit_note_when_it_has_a_discount_then_the_reduced_price_is_sent() -> None:
    record = note(
        LineItems=[line(DiscountRate=Decimal(10), LineAmount=Decimal("33.75"))], Total=Decimal("41.25")
    )
    (step,) = plan(record)
    assert step.reasons == ("changed.discount",)
    (sent,) = CREDIT_NOTES.payload(step, record, ids())["LineItems"]
    assert (sent["UnitAmount"], "DiscountRate" in sent) == (Decimal("11.2500"), False)


def test_suppliers_credit_notes_when_numbers_are_alike_then_both_keep_theirs() -> None:
    steps = plan(note(Type="ACCPAYCREDIT"), note(Type="ACCPAYCREDIT", CreditNoteID="cn-2"))
    assert [step.reasons for step in steps] == [(), ()]


def test_credit_note_when_answered_then_its_id_and_lines_are_learnt() -> None:
    (step,) = plan(note())
    answer = {"CreditNoteID": "new", "LineItems": [{"LineItemID": "theirs"}]}
    assert CREDIT_NOTES.learn is not None
    learnt = list(CREDIT_NOTES.learn(step, note(), answer))
    assert learnt == [Pair("credit_notes", "cn-1", "new"), Pair("line_items", "line-1", "theirs")]
