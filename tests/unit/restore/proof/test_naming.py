"""Names are what a bookkeeper would look a record up by."""

from __future__ import annotations

from typing import Any

import pytest

from bot.restore.naming import MOST, name_of

DAY = {"Date": "/Date(1746144000000+0000)/"}
NAMES: list[tuple[str, dict[str, Any], str]] = [
    ("accounts", {"Code": "200", "Name": "Sales"}, "200 · Sales"),
    ("accounts", {"Name": "Bank"}, "Bank"),
    ("contacts", {"Name": " Two  spaces "}, "Two spaces"),
    ("invoices", {"InvoiceNumber": "INV-1", "Contact": {"Name": "Ægir"}} | DAY, "INV-1 · Ægir · 2025-05-02"),
    ("payments", {"Invoice": {"InvoiceNumber": "INV-1", "Contact": {"Name": "Rán"}}}, "INV-1 · Rán"),
    ("bank_transactions", {"Type": "SPEND"} | DAY, "2025-05-02 · SPEND"),
    ("bank_transfers", {"FromBankAccount": {"Name": "A"}, "ToBankAccount": {"Code": "B"}}, "A → B"),
    ("manual_journals", {"Narration": "Wages"} | DAY, "2025-05-02 · Wages"),
    ("currencies", {"Code": "EUR"}, "EUR"),
    ("attachments", {"FileName": "bill.pdf"}, "bill.pdf"),
    ("", {"Date": "2025-01-31"}, "Opening balances · 2025-01-31"),
    ("quotes", {}, "without a name"),
]


@pytest.mark.parametrize(("resource", "record", "name"), NAMES)
def test_name_when_asked_for_then_it_is_what_people_know(
    resource: str, record: dict[str, Any], name: str
) -> None:
    assert name_of(resource, record) == name


def test_name_when_very_long_then_it_is_cut() -> None:
    assert len(name_of("contacts", {"Name": "x" * 1000})) == MOST
