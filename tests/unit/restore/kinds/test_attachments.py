"""Attachments: which files are uploaded, under which names, and what is said of the others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.catalogue import RESOURCES
from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds import attachments
from bot.restore.model import IdMap, NotMapped, Step
from bot.restore.source import MemorySource
from tests.unit.restore.kinds.company_bench import ground_of, will_exist


def test_plan_when_the_copy_holds_no_file_of_a_record_then_one_step_a_resource_says_how_many() -> None:
    rows = {key: {"InvoiceID": key, "HasAttachments": key != "3"} for key in "123"}
    ground = ground_of({"invoices": rows, "contacts": {"c": {"ContactID": "c", "HasAttachments": False}}})
    (step,) = attachments.plan_missing(ground)
    assert (step.record_id, step.action, step.name) == ("invoices", Action.LEAVE_OUT, "2")
    assert step.reasons == ("attachments.no_copy",)
    with pytest.raises(NotMapped):
        attachments.ATTACHMENTS_MISSING.payload(step, {}, IdMap())


def test_plan_when_the_records_are_not_chosen_then_nothing_is_said() -> None:
    rows = {"1": {"InvoiceID": "1", "HasAttachments": True}}
    assert list(attachments.plan_missing(ground_of({"invoices": rows}, chosen=("attachments",)))) == []
    assert list(attachments.plan_missing(ground_of({"invoices": rows}, chosen=("invoices",)))) == []


def with_files(*names: str, parent: str = "invoices/i", size: int = 3, **fields: Any) -> Ground:
    listed = {
        f"{parent}/{number:02}": {"FileName": name, "ContentLength": size, "MimeType": "text/plain"} | fields
        for number, name in enumerate(names)
    }
    ground = ground_of({"attachments": listed})
    contents = {"attachment_contents": {key: bytes(size) for key in listed}}
    ground.source = MemorySource(ground.facts, {"attachments": listed}, files=contents)
    ground.chosen = frozenset(RESOURCES)
    will_exist(ground, "invoices", "i")
    ground.settle("contacts", "b", Action.BLOCKED)
    return ground


def steps(ground: Ground) -> list[Step]:
    return [step for kind in attachments.UPLOADS for step in kind.plan(ground)]


def ends(ground: Ground) -> list[tuple[Action, tuple[str, ...]]]:
    return [(step.action, step.reasons) for step in steps(ground)]


def test_files_when_their_record_comes_back_then_each_is_uploaded_to_it() -> None:
    one, two = steps(with_files("a.pdf", "b.pdf"))
    assert (one.kind, one.action, one.parent, one.record_id) == (
        "attachments_of_invoices",
        Action.CREATE,
        "i",
        "invoices/i/00",
    )
    assert two.record_id == "invoices/i/01"


def test_files_when_their_record_does_not_come_back_then_they_are_left_out_with_it() -> None:
    assert ends(with_files("a", parent="invoices/gone")) == [(Action.LEAVE_OUT, ("attachments.no_record",))]
    assert ends(with_files("a", parent="receipts/r")) == [(Action.LEAVE_OUT, ("attachments.no_record",))]
    assert ends(with_files("a", parent="contacts/b")) == [(Action.BLOCKED, ("attachments.blocked",))]


def test_files_when_they_are_more_than_ten_then_the_rest_is_left_out() -> None:
    found = ends(with_files(*(f"{number}.pdf" for number in range(12))))
    assert [action for action, _ in found] == [Action.CREATE] * 10 + [Action.LEAVE_OUT] * 2
    assert found[-1][1] == ("attachments.too_many",)


@pytest.mark.parametrize(
    ("size", "reason"), [(0, "attachments.empty"), (10_000_000, ""), (10_000_001, "attachments.too_large")]
)
def test_files_when_they_are_empty_or_too_large_then_they_are_left_out(size: int, reason: str) -> None:
    ((action, reasons),) = ends(with_files("a.pdf", size=size))
    assert (action, reasons) == ((Action.LEAVE_OUT, (reason,)) if reason else (Action.CREATE, ()))


def test_files_when_their_bytes_are_not_in_the_copy_then_they_are_left_out() -> None:
    ground = with_files("a.pdf", "b.pdf")
    rows = {key: ground.source.record("attachments", key) for key in ("invoices/i/00", "invoices/i/01")}
    half = {"attachment_contents": {"invoices/i/01": b"x"}}  # and of that one not all
    ground.source = MemorySource(ground.facts, {"attachments": rows}, files=half)
    assert ends(ground) == [(Action.LEAVE_OUT, ("attachments.no_file",))] * 2


def test_files_when_a_name_is_not_allowed_or_comes_twice_then_it_is_changed_and_said() -> None:
    ground = with_files("a/b?.pdf", "a_b_ (2).pdf", "a:b*.pdf", "A_B_.PDF", "..")
    found = steps(ground)
    assert [step.action for step in found] == [Action.CHANGE, Action.CREATE, *[Action.CHANGE] * 3]
    names = [
        attachments.payload(step, ground.source.record("attachments", step.record_id), IdMap())["FileName"]
        for step in found
    ]
    assert names == ["a_b_.pdf", "a_b_ (2).pdf", "a_b_ (3).pdf", "A_B_ (4).PDF", "_.."]


def test_files_when_a_matched_record_has_files_of_its_own_then_it_is_left_alone() -> None:
    ground = with_files("a.pdf", parent="contacts/c")
    ground.settle("contacts", "c", Action.MATCH, "t")
    assert ends(ground) == [(Action.CREATE, ())]
    ground = with_files("a.pdf", parent="contacts/c")
    ground.settle("contacts", "c", Action.MATCH, "t")
    ground.target = replace(ground.target, contacts=({"ContactID": "t", "HasAttachments": True},))
    assert ends(ground) == [(Action.LEAVE_OUT, ("attachments.has_own",))]
