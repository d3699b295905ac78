"""What is worth a look between two versions of a record, and what is not."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.backup import noticing
from bot.backup.noticing import Entry

LOCK = date(2026, 3, 31)
START = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


def raw(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def ticks(at: datetime) -> str:
    return f"/Date({int(at.timestamp() * 1000)}+0000)/"


def midnight(on: date) -> str:
    return ticks(datetime(on.year, on.month, on.day, tzinfo=UTC))


def invoice(on: date = LOCK, **changed: Any) -> bytes:
    line = {"AccountID": "A-200", "AccountCode": "200", "LineAmount": 100.0, "TaxAmount": 15.0}
    return raw(
        **{
            "Type": "ACCPAY",
            "InvoiceNumber": "INV-7",
            "Contact": {"Name": "Kauri Timber"},
            "Status": "AUTHORISED",
            "Date": midnight(on),
            "LineAmountTypes": "Exclusive",
            "LineItems": [line],
            "TotalTax": 15.0,
            "Total": 115.0,
            "CurrencyCode": "NZD",
            "UpdatedDateUTC": ticks(START),
            **changed,
        }
    )


def entry(content: bytes, resource: str = "invoices") -> Entry:
    found = noticing.entry(resource, content)
    assert found is not None
    return found


def contact(**fields: Any) -> noticing.Payee:
    found = noticing.payee(raw(Name="Kauri Timber", **fields))
    assert found is not None
    return found


SUPPLIER = {"IsSupplier": True, "IsCustomer": False, "BankAccountDetails": "12-3456-7890123-00"}


@pytest.mark.parametrize(
    ("before", "after", "noticed"),
    [
        (SUPPLIER, {**SUPPLIER, "BankAccountDetails": "01-0001-0000001-00"}, True),
        ({"IsSupplier": True}, SUPPLIER, True),
        (SUPPLIER, {**SUPPLIER, "BankAccountDetails": "12 3456 7890123 00"}, False),
        (SUPPLIER, {"IsSupplier": True}, False),
        (SUPPLIER, {**SUPPLIER, "BatchPayments": {"BankAccountNumber": "99-1"}}, True),
        (SUPPLIER, {**SUPPLIER, "BatchPayments": {"BankAccountNumber": "12-3456-7890123-00"}}, False),
        (SUPPLIER, {**SUPPLIER, "BatchPayments": {"BankAccountName": "Mallory"}}, True),
        (SUPPLIER, {**SUPPLIER, "EmailAddress": "new@example.com"}, False),
        ({"IsCustomer": True}, {"IsCustomer": True, "BankAccountDetails": "1"}, False),
        ({}, {"BankAccountDetails": "1234567"}, True),
        (
            {"IsCustomer": True},
            {"IsCustomer": True, "IsSupplier": True, "BankAccountDetails": "1234567"},
            True,
        ),
    ],
)
def test_pays_elsewhere_when_details_change_then_only_what_sends_money_elsewhere_counts(
    before: dict[str, Any], after: dict[str, Any], noticed: bool
) -> None:
    assert noticing.pays_elsewhere(contact(**before), contact(**after)) is noticed


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"BankAccountDetails": "12-3456-7890123-00"}, "•••• 2300"),
        ({"BankAccountDetails": "1234"}, "••••"),
        (
            {"BatchPayments": {"BankAccountNumber": "DE89370400440532013000", "BankAccountName": "K"}},
            "•••• 3000, K",
        ),
        ({}, ""),
    ],
)
def test_payee_when_shown_then_all_but_four_characters_are_hidden(fields: dict[str, Any], shown: str) -> None:
    assert contact(**fields).shown == shown


@pytest.mark.parametrize("content", [b"[]", b"{", b'{"Name": 7}'])
def test_payee_when_not_understood_then_none(content: bytes) -> None:
    assert noticing.payee(content) is None


@pytest.mark.parametrize(
    ("changed", "noticed"),
    [
        ({"AmountPaid": 115.0, "AmountDue": 0, "Status": "PAID", "Payments": [{"Amount": 115}]}, False),
        ({"Contact": {"Name": "Kauri Timber Ltd"}}, False),
        ({"Reference": "new", "UpdatedDateUTC": ticks(START + timedelta(days=1))}, False),
        ({"Total": 230.0}, True),
        ({"Status": "VOIDED"}, True),
        ({"Date": midnight(LOCK + timedelta(days=1))}, True),
        ({"LineItems": [{"AccountID": "A-400", "LineAmount": 100, "TaxAmount": 15}]}, True),
        ({"LineItems": [{"AccountID": "A-200", "AccountCode": "201", "LineAmount": 100.00}]}, False),
        (
            {
                "LineItems": [
                    {"AccountCode": "200", "LineAmount": 60},
                    {"AccountCode": "200", "LineAmount": 40},
                ]
            },
            False,
        ),
        (
            {"LineItems": [{"AccountCode": "200", "LineAmount": 60}, {"AccountCode": "9", "LineAmount": 40}]},
            True,
        ),
        ({"Status": "SOMETHING NEW"}, False),
        ({"Total": "many"}, False),
    ],
)
def test_moved_before_when_an_old_invoice_changes_then_only_the_ledger_counts(
    changed: dict[str, Any], noticed: bool
) -> None:
    assert noticing.moved_before(LOCK, entry(invoice()), entry(invoice(**changed))) is noticed


@pytest.mark.parametrize(
    ("before", "after", "noticed"),
    [
        (None, invoice(), True),
        (None, invoice(LOCK + timedelta(days=1)), False),
        (None, invoice(Status="DRAFT"), False),
        (invoice(Status="DRAFT"), invoice(), True),
        (invoice(Status="DRAFT"), invoice(Status="DELETED"), False),
        (invoice(LOCK + timedelta(days=9)), invoice(), True),
        (invoice(LOCK + timedelta(days=9)), invoice(LOCK + timedelta(days=9), Total=1), False),
        (invoice(Status="DRAFT"), invoice(LOCK + timedelta(days=9)), False),
    ],
)
def test_moved_before_when_documents_come_and_go_then_what_stands_before_the_lock_counts(
    before: bytes | None, after: bytes, noticed: bool
) -> None:
    old = None if before is None else entry(before)
    assert noticing.moved_before(LOCK, old, entry(after)) is noticed


OLD = midnight(LOCK)
OTHERS = {
    "payments": (
        raw(Status="AUTHORISED", Date=OLD, PaymentType="ACCRECPAYMENT", Amount=10, Account={"Code": "090"}),
        raw(Status="DELETED", Date=OLD, PaymentType="ACCRECPAYMENT", Amount=10, Account={"Code": "090"}),
    ),
    "bank_transfers": (
        raw(Date=OLD, Amount=10, FromBankAccount={"AccountID": "a"}, ToBankAccount={"AccountID": "b"}),
        raw(Date=OLD, Amount=10, FromBankAccount={"AccountID": "a"}, ToBankAccount={"AccountID": "c"}),
    ),
    "manual_journals": (
        raw(Date=OLD, Status="POSTED", Narration="x", JournalLines=[{"AccountCode": "1", "LineAmount": 5}]),
        raw(Date=OLD, Status="POSTED", Narration="x", JournalLines=[{"AccountCode": "2", "LineAmount": 5}]),
    ),
    "bank_transactions": (
        raw(Date=OLD, Status="AUTHORISED", Type="SPEND", Total=5, BankAccount={"AccountID": "a"}),
        raw(Date=OLD, Status="AUTHORISED", Type="SPEND", Total=5, BankAccount={"AccountID": "b"}),
    ),
    "credit_notes": (invoice(Type="ACCPAYCREDIT"), invoice(Type="ACCPAYCREDIT", Total=1)),
}


@pytest.mark.parametrize("resource", OTHERS)
def test_moved_before_when_any_kind_that_posts_changes_then_counts(resource: str) -> None:
    before, after = (entry(one, resource) for one in OTHERS[resource])
    assert noticing.moved_before(LOCK, before, after)
    assert not noticing.moved_before(LOCK, before, before)
    assert not noticing.moved_before(LOCK - timedelta(days=1), before, after)


def test_ledger_when_listed_then_each_kind_is_held_here() -> None:
    assert {*OTHERS, "invoices"} == set(noticing.LEDGER)


def test_moved_before_when_half_of_a_transfer_changes_then_the_transfer_itself_tells() -> None:
    half = {"Date": OLD, "Status": "AUTHORISED", "Type": "SPEND-TRANSFER"}
    before, after = (entry(raw(**half, Total=total), "bank_transactions") for total in (1, 2))
    assert not noticing.moved_before(LOCK, before, after)


def test_entry_when_a_payment_then_it_is_named_by_what_it_pays() -> None:
    found = entry(
        raw(Status="AUTHORISED", Invoice={"InvoiceNumber": "INV-1", "Contact": {"Name": "Rātā"}}), "payments"
    )
    assert (found.document, found.name) == ("INV-1", "Rātā")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"PeriodLockDate": midnight(LOCK)}, LOCK),
        (
            {"PeriodLockDate": midnight(LOCK), "EndOfYearLockDate": midnight(date(2026, 5, 1))},
            date(2026, 5, 1),
        ),
        ({"EndOfYearLockDate": "2025-03-31T00:00:00"}, date(2025, 3, 31)),
        ({"PeriodLockDate": None, "EndOfYearLockDate": "soon"}, None),
        ({}, None),
    ],
)
def test_lock_date_when_read_then_the_later_of_the_two(fields: dict[str, Any], expected: date | None) -> None:
    assert noticing.lock_date(raw(**fields)) == expected


def voids(*minutes: float) -> list[Entry]:
    return [
        entry(invoice(Status="VOIDED", UpdatedDateUTC=ticks(START + timedelta(minutes=one))))
        for one in minutes
    ]


def test_busiest_hour_when_ten_fall_into_an_hour_then_they_are_given_whatever_their_order() -> None:
    many = voids(60, 0, 10, 20, 30, 40, 50, 55, 58, 59, 200, 300)
    assert len(noticing.busiest_hour(many)) == 10


def test_busiest_hour_when_nine_or_spread_out_then_none() -> None:
    assert not noticing.busiest_hour(voids(*range(9)))
    assert not noticing.busiest_hour(voids(*(one * 61 for one in range(30))))
    assert not noticing.busiest_hour([])


def test_busiest_hour_when_no_moment_is_known_then_such_are_left_out() -> None:
    unknown = [entry(invoice(Status="VOIDED", UpdatedDateUTC=None))] * 20
    assert not noticing.busiest_hour(unknown)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("AUTHORISED", "VOIDED", True),
        ("DRAFT", "DELETED", True),
        ("VOIDED", "VOIDED", False),
        ("DRAFT", "PAID", False),
    ],
)
def test_was_voided_when_the_status_turns_then_once(before: str, after: str, expected: bool) -> None:
    assert noticing.was_voided(entry(invoice(Status=before)), entry(invoice(Status=after))) is expected


@pytest.mark.parametrize(
    ("gone", "before", "expected"), [(20, 400, True), (19, 100, False), (20, 401, False), (50, 100, True)]
)
def test_has_dropped_when_measured_then_at_least_twenty_and_a_twentieth(
    gone: int, before: int, expected: bool
) -> None:
    assert noticing.has_dropped(gone, before) is expected
