"""Records as rows: numbers as they were written, no formula, lists in sheets of their own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.backup.sheets import as_text, rows_of


def main_row(**fields: Any) -> dict[str, str]:
    ((_, row),) = written("r", json.dumps(fields).encode())
    return row


def written(record_id: str, raw: bytes) -> list[tuple[str, dict[str, str]]]:
    rows = rows_of(record_id, raw)
    return [(sheet, {column: as_text(cell) for column, cell in row.items()}) for sheet, row in rows]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+44 20", "'+44 20"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\r=x", "'\r=x"),
        ("a=b", "a=b"),
        ("", ""),
        ("/Date(1790000000000+0000)/", "2026-09-21T14:13:20Z"),
        ("/Date(1789948800000+0000)/", "2026-09-21"),
        ("/Date(odd)/", "/Date(odd)/"),
    ],
)
def test_text_when_written_then_is_never_a_formula_and_dates_are_iso(text: str, cell: str) -> None:
    assert main_row(Name=text) == {"Name": cell}


@pytest.mark.parametrize("number", ["-5.00", "0.10", "1240.5000", "1e3", "12345678901234567890.12"])
def test_number_when_written_then_stays_as_xero_wrote_it(number: str) -> None:
    ((_, row),) = written("r", b'{"Total": %s}' % number.encode())
    assert row == {"Total": number}


def test_record_when_written_then_objects_are_columns_and_lists_are_sheets() -> None:
    raw = {
        "InvoiceID": "i",
        "Sent": True,
        "None": None,
        "Contact": {"Name": "=Café", "Phones": [{"PhoneNumber": "1"}]},
        "Codes": ["a", "b"],
        "LineItems": [{"Amount": 1, "Tracking": [{"Option": "North"}]}, {"Amount": 2}],
    }
    rows = written("i", json.dumps(raw).encode())
    assert rows == [
        ("", {"InvoiceID": "i", "Sent": "true", "None": "", "Contact.Name": "'=Café", "Codes": '["a", "b"]'}),
        ("contact_phones", {"record": "i", "position": "1", "PhoneNumber": "1"}),
        (
            "line_items",
            {"record": "i", "position": "1", "Amount": "1", "Tracking": '[{"Option": "North"}]'},
        ),
        ("line_items", {"record": "i", "position": "2", "Amount": "2"}),
    ]


@pytest.mark.parametrize("odd", [b"[1]", b'"=x"', b"{", b"\xff"])
def test_odd_record_when_written_then_is_one_cell(odd: bytes) -> None:
    ((sheet, row),) = written("r", odd)
    assert sheet == ""
    assert not row["value"].startswith("=")
