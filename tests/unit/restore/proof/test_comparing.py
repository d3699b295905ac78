"""What a comparison says of records: equal, as planned, not as planned, refused, lost, unknown, unread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.proof import Finding
from bot.domain.restore_plan import Action, TypeCount
from bot.restore.model import IdMap, Step
from bot.restore.outcomes import StepOutcome, StepState
from bot.restore.planner import KIND
from bot.restore.proof import records as said
from bot.restore.proof.balances import LOOSE
from bot.restore.proof.worst import MOST
from bot.sandbox.xero.demo import build_organisation
from tests.unit.restore.proof.bench import (
    NOON,
    Records,
    Restored,
    all_created,
    compared,
    copy_of,
    records_of,
    same_ids,
    summary_of,
)
from tests.unit.restore.proof.small import (
    CONTACT,
    INVOICE,
    PAYMENT,
    UNPAID,
    books,
    ended,
    prove,
    said_of,
    without,
)
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]  # a fixture


@pytest.fixture(scope="module")
def lively() -> Any:
    return build_organisation("lively", seed=7, now=lambda: NOON)


def test_copy_when_compared_with_itself_then_everything_is_equal(lively: Any) -> None:
    records = records_of(lively)
    source = copy_of(lively)
    proof = compared(source, copy_of(lively), all_created(records), same_ids(records))
    assert (proof.fields, proof.contacts, proof.refusals, proof.not_verified) == ((), (), (), ())
    assert proof.holds
    assert proof.as_predicted == 0
    assert proof.balances == ()
    assert proof.balances_equal == proof.balances_compared > 500
    assert proof.contacts_equal == proof.contacts_compared > 50
    assert all(one.created == one.found == one.equal for one in proof.types)
    assert sum(one.equal for one in proof.types) > 3000


def test_restore_when_written_through_the_counter_then_every_field_is_as_the_plan_said(
    lively: Any, open_pen: Callable[..., Pen]
) -> None:
    restored = Restored(copy_of(lively), open_pen("fresh-uk", now=lambda: NOON, calls_per_day=1_000_000))
    restored.run()
    proof = restored.prove()
    assert [one for one in proof.fields if one.finding is not Finding.AS_PREDICTED] == []
    assert proof.refusals == ()
    assert proof.holds  # bills in other currencies are blocked: what Xero revalues less, nobody can foresee
    assert [one.split(" ", 1)[1] for one in proof.not_verified] == [LOOSE.split(" ", 1)[1]]
    assert all(one.created + one.matched == one.found for one in proof.types if KIND[one.key].resource)
    assert all(one.why for one in proof.fields)
    fields = Counter((one.title, one.field) for one in proof.fields)
    assert fields["Invoices", "BrandingThemeID"] > 100
    assert fields["Batch payments", "IsReconciled"] == 10


def test_record_when_refused_then_it_is_listed_in_xeros_words_and_nothing_is_as_predicted() -> None:
    here = books(payments={})
    here["invoices"]["i1"] = INVOICE | UNPAID
    there = books(payments={}, invoices={})
    outcomes = ended(here, "i1", state=StepState.REFUSED, target_key="", words=("Invoice # must be unique.",))
    proof = prove(here, there, outcomes, without(same_ids(here), "invoices", "i1"))
    (refusal,) = proof.refusals
    assert refusal.words == "Invoice # must be unique."
    assert refusal.name == "INV-1 · Ægir & Rán · 2025-05-02"
    (contact,) = proof.contacts
    assert (contact.finding, contact.why) == (Finding.NOT_PREDICTED, said.REFUSED)
    assert (contact.source, contact.target) == (Decimal("120.00"), Decimal("0.00"))
    (type_,) = (one for one in proof.types if one.key == "bills")
    assert (type_.planned, type_.refused, type_.created, type_.found) == (1, 1, 0, 0)
    assert not proof.holds


def test_field_when_a_reason_of_the_step_names_it_then_it_is_predicted_and_others_are_not() -> None:
    here = books()
    here["invoices"]["i1"] |= {"BrandingThemeID": "t1", "Reference": "yours"}
    there = books()
    there["invoices"]["i1"] |= {"Reference": "mine"}
    proof = prove(here, there, ended(here, "i1", action=Action.CHANGE, reasons=("changed.theme",)))
    found = said_of(proof)
    assert found["BrandingThemeID"][0] is Finding.AS_PREDICTED
    assert found["BrandingThemeID"][1].startswith("It gets the standard branding theme")
    assert found["Reference"] == (Finding.NOT_PREDICTED, "")
    (type_,) = (one for one in proof.types if one.key == "bills")
    assert (type_.found, type_.equal, type_.as_predicted, type_.not_predicted) == (1, 0, 0, 1)
    assert [one.field for one in proof.fields] == ["Reference", "BrandingThemeID"], "worst first"
    assert (proof.as_predicted, proof.not_predicted) == (1, 1)


def test_record_when_created_but_not_given_back_then_it_is_not_predicted() -> None:
    here = books()
    proof = prove(here, books(payments={}))
    (one,) = proof.fields
    assert (one.field, one.source_value, one.target_value) == (said.WHOLE, "there", "not there")
    assert (one.finding, one.why) == (Finding.NOT_PREDICTED, said.LOST)


def test_record_when_left_out_then_nothing_is_said_of_it() -> None:
    here = books(payments={})
    there = books(payments={}, invoices={})
    outcomes = ended(here, "i1", action=Action.LEAVE_OUT, state=StepState.SKIPPED, target_key="")
    proof = prove(here, there, outcomes, without(same_ids(here), "invoices", "i1"))
    assert proof.fields == ()
    assert proof.holds
    (type_,) = (one for one in proof.types if one.key == "bills")
    assert (type_.left_out, type_.planned) == (1, 0)


def test_record_when_no_step_made_it_then_it_is_told_as_unknown() -> None:
    there = books()
    there["invoices"] |= {
        f"x{at}": INVOICE | {"InvoiceID": f"x{at}", "InvoiceNumber": f"X-{at}"} for at in range(3)
    }
    there["bank_transactions"] = {"b1": {"BankTransactionID": "b1", "Type": "SPEND-TRANSFER"}}
    proof = prove(books(), there)
    assert {(one.name[:3], one.why) for one in proof.fields} == {(f"X-{at}", said.UNKNOWN) for at in range(3)}
    assert proof.not_predicted >= 3


def test_records_when_they_stand_for_opening_balances_then_they_are_known_with_their_contact() -> None:
    there = books()
    new = f"/Date({int(NOON.timestamp() * 1000) + 1}+0000)/"
    there["contacts"]["o"] = {"ContactID": "o", "Name": "Opening", "UpdatedDateUTC": new}
    there["bank_transactions"] = {"b1": {"BankTransactionID": "b1", "Contact": {"ContactID": "o"}}}
    step = Step("conversion", "opening", Action.CREATE, part="a1")
    made = StepOutcome(number=99, step=step, state=StepState.DONE, target_key="b1")
    here = books()
    assert prove(here, there, [*all_created(here), made]).fields == ()
    assert len(prove(here, there).fields) == 2


def test_contact_when_there_before_the_restore_then_it_is_no_news() -> None:
    there = books()
    old, new = "/Date(1577836800000+0000)/", f"/Date({int(NOON.timestamp() * 1000) + 1}+0000)/"
    there["contacts"] |= {
        "old": {"ContactID": "old", "Name": "Old", "UpdatedDateUTC": old},
        "new": {"ContactID": "new", "Name": "New", "UpdatedDateUTC": new},
    }
    assert [one.name for one in prove(books(), there).fields] == ["New"]


def test_records_when_the_target_was_not_read_whole_then_they_are_not_verified() -> None:
    there = books()
    del there["payments"]
    proof = prove(books(), there)
    assert proof.fields == ()
    assert len(proof.not_verified) == 2, proof.not_verified  # and no trial balance
    assert proof.not_verified[0].startswith("Payments: they could not be read back")
    (type_,) = (one for one in proof.types if one.key == "payments")
    assert (type_.not_verified, type_.found) == (1, 0)
    assert proof.holds


def test_references_when_the_id_map_names_them_then_they_are_followed() -> None:
    here = books()
    there: Records = {
        "contacts": {"C": CONTACT | {"ContactID": "C"}},
        "invoices": {"I": INVOICE | {"InvoiceID": "I", "Contact": {"ContactID": "C"}}},
        "payments": {"P": PAYMENT | {"PaymentID": "P", "Invoice": {"InvoiceID": "I"}}},
    }
    ids = IdMap()
    for resource, source, target in (
        ("contacts", "c1", "C"),
        ("invoices", "i1", "I"),
        ("payments", "p1", "P"),
    ):
        ids.add(resource, source, target)
    outcomes = [replace(one, target_key=one.step.record_id[0].upper()) for one in all_created(here)]
    assert prove(here, there, outcomes, ids).fields == ()
    there["payments"]["P"] = there["payments"]["P"] | {"Invoice": {"InvoiceID": "another"}}
    assert set(said_of(prove(here, there, outcomes, ids))) == {"Invoice.InvoiceID"}


def test_lists_when_very_much_differs_then_they_hold_the_worst_and_the_counts_are_whole() -> None:
    count = MOST + 500
    here: Records = {"contacts": {f"c{at:05}": CONTACT | {"ContactID": f"c{at:05}"} for at in range(count)}}
    there: Records = {
        "contacts": {key: {**one, "Name": "Changed", "Website": "w"} for key, one in here["contacts"].items()}
    }
    outcomes = [
        replace(one, step=replace(one.step, reasons=("contacts.name",), action=Action.CHANGE))
        for one in all_created(here)
    ]
    proof = prove(here, there, outcomes)
    assert len(proof.fields) == MOST
    assert {(one.field, one.finding) for one in proof.fields} == {("Website", Finding.NOT_PREDICTED)}
    assert (proof.as_predicted, proof.not_predicted) == (count, count)


def test_types_when_the_plan_counts_kinds_then_only_those_are_listed() -> None:
    summary = summary_of(("contacts", "payments"))
    proof = prove(books(), books(), summary=summary)
    assert [one.key for one in proof.types] == ["contacts", "payments"]
    assert [TypeCount(key=one.key, title=one.title) for one in proof.types] == list(summary.counts)


def test_warnings_when_xero_gave_some_then_they_are_counted() -> None:
    here = books()
    assert prove(here, books(), ended(here, "i1", warned=True, words=("Careful.",))).warnings == 1
