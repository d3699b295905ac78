"""The counter itself: scopes, batches, the trap, idempotency, sizes, verbs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.xero.writing.messages import NOT_PUBLISHED

NOBODY = "00000000-0000-0000-0000-000000000000"
GOOD, BAD = {"Name": "Good"}, {"Name": "a  b"}
SCOPES = {
    "Accounts": "accounting.settings",
    "TaxRates": "accounting.settings",
    "Currencies": "accounting.settings",
    "TrackingCategories": "accounting.settings",
    "Contacts": "accounting.contacts",
    "ContactGroups": "accounting.contacts",
    "Items": "accounting.settings",
    "Invoices": "accounting.invoices",
    "ManualJournals": "accounting.manualjournals",
}


@pytest.mark.parametrize(("collection", "scope"), SCOPES.items())
def test_write_when_only_reading_was_granted_then_401(
    open_pen: Callable[..., Any], collection: str, scope: str
) -> None:
    refused = open_pen(scopes=f"offline_access {scope}.read").put(collection, {"Name": "x"})
    assert (refused.status, refused.body["Detail"]) == (401, "AuthorizationUnsuccessful")
    assert open_pen(scopes=f"offline_access {scope}").put(collection, {"Name": "x"}).status in {200, 400}


def test_batch_when_errors_are_not_summarised_then_200_and_each_says_its_own(pen: Any) -> None:
    answer = pen.put("Contacts", {"Contacts": [GOOD, BAD]}, summarizeErrors="false")
    good, bad = answer.body["Contacts"]
    assert (answer.status, good["StatusAttributeString"], bad["StatusAttributeString"]) == (
        200,
        "OK",
        "ERROR",
    )
    assert (bad["ContactID"], bad["HasValidationErrors"], bad["Name"]) == (NOBODY, True, "a  b")
    assert bad["ValidationErrors"][0]["Message"].startswith(NOT_PUBLISHED)
    assert len(pen.rows("Contacts")) == 1


def test_batch_when_errors_are_summarised_then_400_and_the_good_ones_exist_all_the_same(pen: Any) -> None:
    answer = pen.put("Contacts", {"Contacts": [GOOD, BAD]})
    assert answer.status == 400
    assert [element["Name"] for element in answer.body["Elements"]] == ["a  b"]
    assert [row["Name"] for row in pen.rows("Contacts")] == ["Good"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "BankTransfers", 400),
        ("POST", "BankTransfers", 200),
        ("PUT", "Payments", 200),
        ("POST", "Payments", 400),
        ("PUT", "BatchPayments", 200),
        ("POST", "BatchPayments", 400),
        ("PUT", "Accounts", 400),
        ("PUT", "LinkedTransactions", 400),
        ("POST", "Quotes", 200),
    ],
)
def test_batch_when_the_verb_does_not_know_the_parameter_then_it_changes_nothing(
    pen: Any, method: str, path: str, status: int
) -> None:
    assert pen.call(method, path, {"Reference": "x"}, summarizeErrors="false").status == status


def test_batch_when_the_body_cannot_be_read_then_nothing_is_written(pen: Any) -> None:
    for body in (b"", b"{", b"[1]", b'{"Contacts": 5}', b'{"Contacts": [{"Name": NaN}]}'):
        answer = pen.call("PUT", "Contacts", body)
        assert (answer.status, answer.body["ErrorNumber"]) == (400, 14)
        assert answer.body["Type"] == "PostDataInvalidException"
    assert pen.rows("Contacts") == []


def test_key_when_the_same_request_comes_again_then_the_first_answer(pen: Any) -> None:
    key = {"Idempotency-Key": "k1"}
    first, second = (pen.call("PUT", "Contacts", GOOD, key) for _ in range(2))
    assert (first.status, first.raw) == (second.status, second.raw)
    assert len(pen.rows("Contacts")) == 1


def test_key_when_an_error_was_answered_then_remembered_too(pen: Any) -> None:
    key = {"Idempotency-Key": "k1"}
    pen.call("PUT", "Contacts", GOOD, {})
    first = pen.call("PUT", "Contacts", GOOD, key)
    pen.post(f"Contacts/{pen.rows('Contacts')[0]['ContactID']}", {"Name": "Other"})
    again = pen.call("PUT", "Contacts", GOOD, key)
    assert (first.status, again.status, first.raw) == (400, 400, again.raw)


def test_key_when_another_request_uses_it_then_refused(pen: Any) -> None:
    key = {"Idempotency-Key": "k1"}
    pen.call("PUT", "Contacts", GOOD, key)
    for method, path, body in (("PUT", "Contacts", {"Name": "x"}), ("POST", "Contacts", GOOD)):
        answer = pen.call(method, path, body, key)
        assert answer.status == 400
        assert answer.raw.decode() == "Idempotency Key: k1 is used with a different request."


def test_key_when_six_minutes_have_passed_then_forgotten(open_pen: Callable[..., Any], clock: Any) -> None:
    pen = open_pen(now=clock)
    key = {"Idempotency-Key": "k1"}
    pen.call("PUT", "Contacts", GOOD, key)
    clock.advance(minutes=5, seconds=59)
    assert pen.call("PUT", "Contacts", GOOD, key).status == 200
    clock.advance(seconds=1)
    assert pen.call("PUT", "Contacts", GOOD, key).status == 400


def test_key_when_too_long_then_refused(pen: Any) -> None:
    assert pen.call("PUT", "Contacts", GOOD, {"Idempotency-Key": "x" * 129}).status == 400
    assert pen.call("PUT", "Contacts", GOOD, {"Idempotency-Key": "x" * 128}).status == 200


def test_write_when_the_body_is_too_big_then_413(pen: Any) -> None:
    assert pen.put("Contacts", {"Name": "x" * 3_500_000}).status == 413
    assert pen.rows("Contacts") == []


def test_write_when_the_minute_is_spent_then_429_like_reads(open_pen: Callable[..., Any]) -> None:
    pen = open_pen(calls_per_minute=2)
    statuses = [pen.put("Contacts", {"Name": f"C{number}"}).status for number in range(3)]
    assert statuses == [200, 200, 429]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "Currencies", 501),
        ("POST", "Accounts", 501),
        ("PUT", f"Contacts/{NOBODY}", 501),
        ("DELETE", f"Contacts/{NOBODY}", 501),
        ("POST", f"Contacts/{NOBODY}", 404),
        ("POST", f"Invoices/{NOBODY}", 404),
        ("DELETE", f"Items/{NOBODY}", 404),
        ("PUT", "BrandingThemes", 501),
        ("PUT", "Receipts", 401),
        ("GET", "Setup", 404),
        ("PUT", "Setup", 501),
        ("PUT", f"Contacts/{NOBODY}/Options", 404),
        ("PUT", f"TrackingCategories/{NOBODY}/Options", 404),
    ],
)
def test_write_when_there_is_no_such_thing_then_as_the_real_one(
    pen: Any, method: str, path: str, status: int
) -> None:
    assert pen.call(method, path, {"Name": "x"} if method != "GET" else None).status == status


def test_write_when_done_then_the_record_is_newer(pen: Any) -> None:
    contact = pen.put("Contacts", GOOD).one()
    after = pen.post(f"Contacts/{contact['ContactID']}", {"FirstName": "x"}).one()
    assert after["UpdatedDateUTC"] > contact["UpdatedDateUTC"]
