"""Finding records by a field: true after every kind of change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.sandbox.xero.collections import COLLECTIONS
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.store import Record, Shelf

AT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def shelf() -> Shelf:
    found = Shelf(COLLECTIONS["Contacts"])
    for number, name in enumerate(("Ann", "ann", "Ben")):
        fields: dict[str, Any] = {"ContactID": str(number), "Name": name, "ContactNumber": f"C{number}"}
        found.put(Record(str(number), AT, fields))
    return found


def ids(shelf: Shelf, name: str) -> list[str]:
    return [one.record_id for one in shelf.having("Name", name)]


def test_having_when_records_are_renamed_added_and_taken_away_then_always_true(shelf: Shelf) -> None:
    assert (ids(shelf, "ANN"), ids(shelf, "Ben"), ids(shelf, "Cy")) == (["0", "1"], ["2"], [])
    shelf.records["0"].own()["Name"] = "Cy"
    shelf.changed(shelf.records["0"], AT)
    assert (ids(shelf, "Ann"), ids(shelf, "cy")) == (["1"], ["0"])
    shelf.vanish("1")
    shelf.put(Record("3", AT, {"ContactID": "3", "Name": "Ann"}))
    assert ids(shelf, "Ann") == ["3"]
    del shelf.records["3"].own()["Name"]
    shelf.changed(shelf.records["3"], AT)
    assert ids(shelf, "Ann") == []
    assert ids(shelf, "") == []


def test_find_when_by_natural_key_then_letter_case_matters(shelf: Shelf) -> None:
    found = shelf.find("C2")
    assert found is not None
    assert found.record_id == "2"
    assert shelf.find("c2") is None


def test_account_when_named_by_id_code_role_or_name_then_found() -> None:
    org = build_organisation("fresh-uk", seed=7, now=lambda: AT)
    account = org.account("DEBTORS")
    for key in (account.record_id, "610", "Accounts Receivable"):
        assert org.account(key) is account
    with pytest.raises(KeyError):
        org.account("nobody")
