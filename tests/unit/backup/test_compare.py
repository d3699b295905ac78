"""Two versions of a record differ in what a person would call a difference, and in nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.backup.cards import card_of
from bot.backup.compare import differing_fields, kind_of_change, same_report
from bot.domain.records import ChangeKind


def raw(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def told(before: bytes, after: bytes) -> list[str]:
    return [
        f"{one.label}: {one.note or f'{one.before} -> {one.after}'}"
        for one in differing_fields(before, after)
    ]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({"Total": 120.0}, {"Total": 150.0}, ["Total: 120.0 -> 150.0"]),
        ({"DueDate": "/Date(1790000000000+0000)/"}, {}, ["Due date: 21 Sep 2026 -> empty"]),
        ({"IsReconciled": False}, {"IsReconciled": True}, ["Reconciled: no -> yes"]),
        ({"Contact": {"Name": "A"}}, {"Contact": {"Name": "B"}}, ["Contact: A -> B"]),
        ({"Contact": {"Name": "A", "X": 1}}, {"Contact": {"Name": "A", "X": 2}}, ["Contact: changed"]),
        ({"Reference": ""}, {"Reference": "PO 1"}, ["Reference: empty -> PO 1"]),
        ({"InvoiceNumber": "1"}, {"InvoiceNumber": "2"}, ["Invoice number: 1 -> 2"]),
        ({"UpdatedDateUTC": "a", "HasErrors": True}, {"UpdatedDateUTC": "b"}, []),
        ({"DateString": "a"}, {"DateString": "b"}, []),
        ({"Reference": None}, {"Reference": ""}, []),
        ({"Contact": {"UpdatedDateUTC": 1}}, {"Contact": {"UpdatedDateUTC": 2}}, []),
    ],
)
def test_fields_when_compared_then_said_in_words(before: Any, after: Any, words: list[str]) -> None:
    assert told(raw(**before), raw(**after)) == words


def test_amounts_when_written_differently_then_are_the_same() -> None:
    assert told(b'{"Total": 10}', b'{"Total": 10.00}') == []
    assert told(b'{"Total": 0.1}', b'{"Total": 0.10000000000000000001}') == [
        "Total: 0.1 -> 0.10000000000000000001"
    ]


def test_lines_when_compared_then_told_by_their_ids_not_their_places() -> None:
    one, two = {"LineItemID": "a", "Amount": 1}, {"LineItemID": "b", "Amount": 2}
    assert told(raw(LineItems=[one, two]), raw(LineItems=[two, one])) == []
    three = {"LineItemID": "c", "Amount": 3}
    changed = raw(LineItems=[{**two, "Amount": 9}, three])
    assert told(raw(LineItems=[one, two]), changed) == ["Lines: 1 added, 1 changed, 1 removed"]


@pytest.mark.parametrize("name", ["BankAccountDetails", "BankAccountNumber", "AccountNumber", "TaxNumber"])
def test_bank_details_when_changed_then_values_are_not_shown(name: str) -> None:
    (line,) = told(raw(**{name: "12-3456-0789012-00"}), raw(**{name: "99-9999-9999999-99"}))
    assert line.endswith(": changed")
    assert "9" not in line


def test_the_telling_fields_when_many_differ_then_come_first() -> None:
    before, after = raw(Zeta=1, Reference="a", Status="DRAFT"), raw(Zeta=2, Reference="b", Status="PAID")
    assert [one.label for one in differing_fields(before, after)] == ["Status", "Reference", "Zeta"]


@pytest.mark.parametrize("odd", [b"", b"[1]", b"{", b"\xff", b"[" * 100_000, b'"x"'])
def test_odd_bytes_when_compared_then_never_break(odd: bytes) -> None:
    assert differing_fields(odd, odd) == ()
    assert told(odd, b"{}") == ["Content: differs"]
    assert card_of("invoices", "i", odd).record_id == "i"


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        ("VOIDED", ChangeKind.VOIDED),
        ("DELETED", ChangeKind.DELETED),
        ("ARCHIVED", ChangeKind.ARCHIVED),
        ("PAID", ChangeKind.CHANGED),
    ],
)
def test_status_when_it_ended_then_the_change_says_how(after: str, kind: ChangeKind) -> None:
    was, now = (card_of("invoices", "i", raw(Status=one)) for one in ("AUTHORISED", after))
    assert kind_of_change(was, now) is kind
    assert kind_of_change(now, now) is ChangeKind.CHANGED


def test_reports_when_only_their_time_differs_then_are_the_same() -> None:
    about = {"ReportName": "Trial Balance", "Rows": [{"Cells": [{"Value": "1.00"}]}]}
    older = raw(Reports=[{**about, "UpdatedDateUTC": "a", "ReportDate": "x"}])
    newer = raw(Reports=[{**about, "UpdatedDateUTC": "b", "ReportDate": "y"}])
    assert same_report(older, newer)
    assert not same_report(older, newer.replace(b"1.00", b"1.01"))


def test_card_when_read_then_holds_what_a_person_knows_it_by() -> None:
    paid = raw(
        PaymentID="p",
        Amount=12.5,
        Reference="BACS 7",
        Date="/Date(1790000000000+0000)/",
        Invoice={"InvoiceNumber": "INV-1", "CurrencyCode": "EUR", "Contact": {"Name": "Café"}},
    )
    card = card_of("payments", "p", paid)
    assert (card.kind, card.contact, card.currency) == ("Payment", "Café", "EUR")
    assert (str(card.amount), str(card.dated), card.also) == ("12.5", "2026-09-21", ("INV-1",))
    assert card_of("invoices", "i", raw(Type="ACCPAY", Total=1)).kind == "Bill"
    assert card_of("bank_transactions", "b", raw(Type="SPEND-OVERPAYMENT")).kind == "Spend money"
    asset = card_of("assets", "a", raw(assetName="Van", assetNumber="FA-1", assetStatus="Registered"))
    assert (asset.number, asset.title, asset.status) == ("FA-1", "Van", "Registered")
