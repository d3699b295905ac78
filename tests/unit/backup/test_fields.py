"""Every field that differs is named, lists by the ids of their entries, and nothing is left out unsaid."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.backup.aligning import ABSENT, aligned
from bot.backup.fields import dotted, every_field


def raw(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def told(before: bytes, after: bytes) -> dict[str, tuple[str, ...]]:
    """Give path to (label, before, after), or (label, note)."""
    return {
        dotted(one.path): (one.label, *((one.note,) if one.note else one.words))
        for one in every_field(before, after).steps
    }


def line(key: str, **fields: Any) -> dict[str, Any]:
    return {"LineItemID": key, "Description": "Consulting", "UnitAmount": 100, "Tracking": [], **fields}


def test_lines_when_they_differ_then_each_is_found_by_its_id_wherever_it_stands() -> None:
    north = {"TrackingCategoryID": "t", "Name": "Region", "Option": "North"}
    before = raw(LineItems=[line("a", Tracking=[north]), line("b"), line("gone", Description="Van")])
    after = raw(
        LineItems=[line("b", UnitAmount=120), line("new"), line("a", Tracking=[{**north, "Option": "S"}])]
    )
    assert told(before, after) == {
        "LineItems": ("Lines", "in another order"),
        "LineItems[LineItemID=b].UnitAmount": ("Line “Consulting” · Unit amount", "100", "120"),
        "LineItems[LineItemID=new]": ("Line “Consulting”", "added"),
        "LineItems[LineItemID=a].Tracking[TrackingCategoryID=t].Option": (
            "Line “Consulting” · Tracking “Region” · Option",
            "North",
            "S",
        ),
        "LineItems[LineItemID=gone]": ("Line “Van”", "removed"),
    }


def test_lines_without_ids_when_two_are_of_one_account_then_equal_ones_are_matched_first() -> None:
    before = raw(JournalLines=[{"AccountID": "x", "LineAmount": one} for one in (1, 2, 3)])
    after = raw(JournalLines=[{"AccountID": "x", "LineAmount": one} for one in (3, 1, 5)])
    assert told(before, after) == {"JournalLines[3].LineAmount": ("Line 3 · Line amount", "2", "5")}


def test_what_xero_stamps_or_writes_differently_when_compared_then_is_named_apart() -> None:
    before = (
        b'{"UpdatedDateUTC":1,"Total":10,"Sum":1.0,"DateString":"a","Date":"x","Ref":null,"Lines":[],"N":"1"}'
    )
    after = (
        b'{"UpdatedDateUTC":2,"Total":10.00,"Sum":1.00,"DateString":"b","Date":"x","Ref":"","More":"","N":1}'
    )
    found = every_field(before, after)
    assert [dotted(one.path) for one in found.steps] == ["N"], "a text is not a number"
    assert found.stamps == ["UpdatedDateUTC"]
    assert found.alike == ["Total", "Sum", "DateString", "Ref", "Lines", "More"]


def test_a_text_of_a_date_when_there_is_no_other_then_counts() -> None:
    assert list(told(raw(DateString="a"), raw(DateString="b"))) == ["DateString"]


def test_bank_details_when_they_differ_then_are_told_without_values_at_any_depth() -> None:
    before = raw(BankAccountDetails="12-34", BatchPayments=None, ContactPersons=[])
    after = raw(
        BankAccountDetails="99-88",
        BatchPayments={"BankAccountNumber": "77-66", "Details": "rent"},
        ContactPersons=[{"EmailAddress": "a@b.example", "TaxNumber": "55-44"}],
    )
    found = every_field(before, after)
    shown = repr(found.steps)
    assert [dotted(one.path) for one in found.steps] == [
        "BankAccountDetails",
        "BatchPayments.BankAccountNumber",
        "BatchPayments.Details",
        "ContactPersons[1]",
    ]
    assert "rent" in shown
    for secret in ("12-34", "99-88", "77-66", "55-44"):
        assert secret not in shown


def test_report_when_a_figure_differs_then_is_told_by_the_name_of_its_row() -> None:
    def report(amount: str) -> bytes:
        row = {"RowType": "Row", "Cells": [{"Value": "Sales"}, {"Value": amount}]}
        return raw(Rows=[{"RowType": "Header"}, {"RowType": "Section", "Title": "Revenue", "Rows": [row]}])

    (label, before, after) = told(report("1"), report("2"))["Rows[2].Rows[Cells=Sales].Cells[2].Value"]
    assert (label, before, after) == ("Row “Revenue” · Row “Sales” · Cell 2 · Value", "1", "2")


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        (b"{}", b"{}", []),
        (b"{", b"}", ["Content"]),
        (b"[" * 100_000, b"{}", ["Content"]),
        (b"[1,2]", b"[2]", ["[1]"]),
        (b'[{"Changes":"a"}]', b'[{"Changes":"a"},{"Changes":"b"}]', ["[2]"]),
        (b'{"A":[1]}', b'{"A":{"B":1}}', ["A"]),
        (b'{"A":null}', b'{"A":{"B":1}}', ["A.B"]),
        (b'{"A":[1]}', b"{}", ["A[1]"]),
        (b'{"A":true}', b'{"A":1}', ["A"]),
    ],
)
def test_odd_records_when_compared_then_are_told_all_the_same(
    before: bytes, after: bytes, paths: list[str]
) -> None:
    assert list(told(before, after)) == paths


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["Name", "LineItemID", "Total", "LineItems"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["LineItems", "Total", "Name"]), values), st.data())
def test_records_when_they_differ_at_all_then_something_is_said(
    before: dict[str, Any], data: st.DataObject
) -> None:
    after = data.draw(
        st.dictionaries(st.sampled_from(["LineItems", "Total", "Name"]), values) | st.just(before)
    )
    one, other = json.dumps(before).encode(), json.dumps(after).encode()
    found = every_field(one, other)
    said = bool(found.steps or found.stamps or found.alike)
    if json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True):
        assert not said
    else:
        assert said


@given(st.lists(st.integers(0, 4), max_size=8), st.lists(st.integers(0, 4), max_size=8))
def test_entries_when_aligned_then_each_is_there_once(old: list[int], new: list[int]) -> None:
    pairs = [pair for _, pair in aligned("", old, new)]
    assert [now for _, now in pairs if now is not ABSENT] == new
    assert sorted(was for was, _ in pairs if was is not ABSENT) == sorted(old)
    equal = sum(min(old.count(one), new.count(one)) for one in {*old, *new})
    assert sum(was == now for was, now in pairs) == equal
