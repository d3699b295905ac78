"""What Xero's answers to writes say, element by element, in its own words."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.errors import OutcomeUnknown
from bot.restore.answers import NO_ID, page_count, read_answer, records_of
from bot.xero.http import Answer
from tests.faults.writing_room import KIND

INVOICES = KIND["invoices"]
REFUSED = {"InvoiceID": NO_ID, "ValidationErrors": [{"Message": "Invoice # must be unique."}]}


def _answer(body: Any, status: int = 200) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, {}, raw, "http://x")


def _read(body: Any, count: int = 1, status: int = 200, kind: Any = INVOICES) -> Any:
    return read_answer(kind, _answer(body, status), count)


def test_answer_when_each_element_has_a_status_then_each_has_its_outcome() -> None:
    good = {"InvoiceID": "i1", "StatusAttributeString": "OK", "HasErrors": False, "ValidationErrors": []}
    bad = REFUSED | {"StatusAttributeString": "ERROR", "HasErrors": True}
    warned = {"InvoiceID": "i3", "StatusAttributeString": "WARNING", "Warnings": [{"Message": "Removed."}]}
    said = _read({"Id": "x", "Invoices": [good, bad, warned]}, 3)
    assert [(one.taken, one.words) for one in said] == [
        (True, ()),
        (False, ("Invoice # must be unique.",)),
        (True, ("Removed.",)),
    ]


@pytest.mark.parametrize(
    "element",
    [
        {"InvoiceID": "i1", "HasErrors": True, "ValidationErrors": [{"Message": "No."}]},
        {"PaymentID": "p1", "HasValidationErrors": True, "ValidationErrors": [{"Message": "No."}]},
        {"InvoiceID": "i1", "ValidationErrors": [{"Message": "No."}]},
        {"InvoiceID": "i1", "ValidationErrors": [{"Description": "No."}]},
        {"InvoiceID": "i1", "StatusAttributeString": "error", "ValidationErrors": [{"Message": "No."}]},
        {"InvoiceID": NO_ID, "StatusAttributeString": "OK", "ValidationErrors": [{"Message": "No."}]},
        {"InvoiceID": "i1", "HasErrors": True, "Contact": {"ValidationErrors": [{"Message": "No."}]}},
        {"InvoiceID": "i1", "HasErrors": True, "LineItems": [{"ValidationErrors": [{"Message": "No."}]}]},
    ],
)
def test_element_when_it_is_flagged_in_any_published_way_then_it_is_refused(element: Any) -> None:
    (said,) = _read({"Invoices": [element]})
    assert (said.taken, said.words) == (False, ("No.",))


@pytest.mark.parametrize(
    "element",
    [
        {"InvoiceID": "i1"},
        {"InvoiceID": "i1", "HasErrors": False, "ValidationErrors": []},
        {"InvoiceID": "i1", "Contact": {"HasValidationErrors": False, "ValidationErrors": []}},
    ],
)
def test_element_when_nothing_is_said_against_it_then_it_is_taken(element: Any) -> None:
    assert _read({"Invoices": [element]})[0].taken


def test_refusal_when_no_reason_is_given_then_it_says_so() -> None:
    (said,) = _read({"Invoices": [{"InvoiceID": NO_ID}]})
    assert said.words == ("Xero gave no reason.",)


def test_warnings_when_they_stand_beside_the_elements_then_each_has_them() -> None:
    said = _read({"Invoices": [{"InvoiceID": "i1"}, {"InvoiceID": "i2"}], "Warnings": [{"Message": "W"}]}, 2)
    assert [one.words for one in said] == [("W",), ("W",)]


def test_numbers_when_read_then_they_are_exact() -> None:
    (said,) = _read(b'{"Invoices":[{"InvoiceID":"i","Total":0.10}]}')
    assert said.element["Total"] == Decimal("0.10")


@pytest.mark.parametrize("elements", [[], [{"InvoiceID": "i1"}], [{"InvoiceID": "i"}] * 3])
def test_answer_when_it_has_not_as_many_elements_as_were_sent_then_nobody_knows(elements: Any) -> None:
    assert _read({"Invoices": elements}, 2) is None


@pytest.mark.parametrize("body", [b"<html></html>", b"", b'{"Invoices": [', b"[]", b"null"])
def test_answer_when_it_is_not_of_the_api_then_the_outcome_is_unknown(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown):
        _read(body)


def test_batch_when_it_answers_400_then_some_may_have_been_written() -> None:
    body = {
        "Type": "ValidationException",
        "Message": "A validation exception occurred",
        "Elements": [REFUSED],
    }
    assert _read(body, 2, 400) is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"Type": "ValidationException", "Message": "m", "Elements": [REFUSED]}, "Invoice # must be unique."),
        ({"Type": "PostDataInvalidException", "Message": "Not a date."}, "Not a date."),
        ({"Type": None, "Title": "Bad", "Detail": "Too long"}, "Too long"),
        (b"Accounts takes one element per request here", "Accounts takes one element per request here"),
        (b"<html>no</html>", "Xero answered 400 without a reason."),
        (b"", "Xero answered 400 without a reason."),
        ({}, "Xero answered 400 without a reason."),
    ],
)
def test_single_when_it_is_refused_then_the_words_are_xeros(body: Any, words: str) -> None:
    (said,) = _read(body, 1, 400)
    assert (said.taken, said.words) == (False, (words,))


def test_key_when_xero_knows_it_for_another_request_then_the_outcome_is_unknown() -> None:
    with pytest.raises(OutcomeUnknown):
        _read(b"Idempotency Key: k is used with a different request.", 1, 400)


def test_removal_when_it_is_gone_already_then_it_is_done() -> None:
    removal = replace(INVOICES, verb="DELETE")
    assert _read(b"", 1, 404, removal)[0].taken
    assert not _read(b"gone", 1, 404)[0].taken
    assert _read(b"", 1, 204)[0].taken


@pytest.mark.parametrize(
    ("collection", "body", "found"),
    [
        ("", {"Id": "x", "TrackingCategories": [{"InvoiceID": "t"}]}, "t"),
        ("", {"InvoiceID": "bare", "LineItems": [{}]}, "bare"),
        ("Options", {"Options": [{"InvoiceID": "o"}], "Warnings": []}, "o"),
        ("Allocations", {"Id": "x", "Other": [{"InvoiceID": "a"}]}, "a"),
    ],
)
def test_element_when_it_is_wrapped_otherwise_then_it_is_found(
    collection: str, body: Any, found: str
) -> None:
    (said,) = _read(body, kind=replace(INVOICES, collection=collection))
    assert said.element["InvoiceID"] == found


def test_records_when_they_hang_below_others_then_they_are_found() -> None:
    body = {"CreditNotes": [{"CreditNoteID": "c", "Allocations": [{"Amount": 1}, {"Amount": 2}]}, {}]}
    assert records_of(_answer(body), "Allocations") == [{"Amount": 1}, {"Amount": 2}]
    assert records_of(_answer(body), "CreditNotes") == body["CreditNotes"]
    assert records_of(_answer(b"", 304), "CreditNotes") == []


def test_pages_when_xero_counts_them_then_they_are_known() -> None:
    assert page_count(_answer({"pagination": {"pageCount": 3}})) == 3
    assert page_count(_answer({"Quotes": []})) is None
