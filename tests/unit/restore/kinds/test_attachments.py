"""Attachments are left out as long as no copy holds them, and the plan says of how many records."""

from __future__ import annotations

import pytest

from bot.domain.restore_plan import Action
from bot.restore.kinds import attachments
from bot.restore.model import IdMap, NotMapped
from tests.unit.restore.kinds.company_bench import ground_of


def test_plan_when_records_have_files_then_one_step_a_resource_says_how_many() -> None:
    rows = {key: {"InvoiceID": key, "HasAttachments": key != "3"} for key in "123"}
    ground = ground_of({"invoices": rows, "contacts": {"c": {"ContactID": "c", "HasAttachments": False}}})
    (step,) = attachments.plan(ground)
    assert (step.record_id, step.action, step.name) == ("invoices", Action.LEAVE_OUT, "2")
    assert step.reasons == ("attachments.no_copy",)
    with pytest.raises(NotMapped):
        attachments.ATTACHMENTS.payload(step, {}, IdMap())


def test_plan_when_the_records_are_not_chosen_then_nothing_is_said() -> None:
    rows = {"1": {"InvoiceID": "1", "HasAttachments": True}}
    assert list(attachments.plan(ground_of({"invoices": rows}, chosen=("attachments",)))) == []
    assert list(attachments.plan(ground_of({"invoices": rows}, chosen=("invoices",)))) == []
