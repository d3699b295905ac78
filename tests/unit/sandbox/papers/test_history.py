"""What happened to records: plausible, the same each time, and only ever added to."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.sandbox.xero.collections import COLLECTIONS
from bot.sandbox.xero.demo.volume import volume
from bot.sandbox.xero.history import history
from bot.sandbox.xero.wire import milliseconds
from bot.sandbox.xero.writing.notes import PARENTS
from tests.unit.sandbox.papers.conftest import NOON
from tests.unit.sandbox.xero.conftest import Caller

FIELDS = ["Changes", "DateUTCString", "DateUTC", "User", "Details"]


def stamp(entry: dict[str, str]) -> int:
    """Give an entry's moment in milliseconds."""
    found = re.fullmatch(r"/Date\((-?\d+)\+0000\)/", entry["DateUTC"])
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize("parent", sorted(PARENTS))
def test_history_when_asked_for_then_every_record_has_a_past(reader: Caller, parent: str) -> None:
    org = reader.org
    people = {f"{one.fields['FirstName']} {one.fields['LastName']}" for one in org.shelf("Users")}
    for record in org.shelf(parent):
        entries = history(org, COLLECTIONS[parent], record, "Ledgerkeep")
        assert entries[-1]["Changes"] == "Created"
        assert entries == history(org, COLLECTIONS[parent], record, "Ledgerkeep")
        assert {entry["User"] for entry in entries} <= people
        assert all(entry["Details"].strip(". ") for entry in entries)
    record_id = next(iter(org.shelf(parent).records))
    shown = reader.get(f"{parent}/{record_id}/History").json()["HistoryRecords"]
    assert [list(entry) for entry in shown] == [FIELDS] * len(shown)
    moments = [stamp(entry) for entry in shown]
    assert moments == sorted(moments, reverse=True)
    assert moments[0] < milliseconds(NOON)


def test_history_when_a_record_is_settled_then_told_step_by_step(reader: Caller) -> None:
    org = reader.org
    words: dict[str, set[str]] = {}
    for record in org.shelf("Invoices"):
        entries = history(org, COLLECTIONS["Invoices"], record, "Ledgerkeep")
        status = record.fields["Status"]
        words.setdefault(status, set()).update(entry["Changes"] for entry in entries)
        paid = sum(entry["Changes"] == "Paid" for entry in entries)
        assert paid == len(record.fields["Payments"])
        used = sum(len(record.fields[name]) for name in ("CreditNotes", "Prepayments", "Overpayments"))
        assert sum(entry["Changes"] == "Credit Applied" for entry in entries) == used
    assert {"Created", "Approved", "Paid", "Credit Applied", "Invoice sent"} <= words["PAID"]
    assert words["VOIDED"] >= {"Created", "Approved", "Voided"}
    assert words["DELETED"] - {"Attached a file"} == {"Created", "Deleted"}
    assert words["DRAFT"] <= {"Created", "Attached a file"}


def test_history_when_a_record_has_none_then_404(reader: Caller) -> None:
    for parent in sorted(set(COLLECTIONS) - PARENTS - {"Organisations"}):
        record_id = next(iter(reader.org.shelf(parent).records))
        got = reader.get(f"{parent}/{record_id}/History")
        assert got.status_code == 404, parent
    nobody = "00000000-0000-4000-a000-000000000000"
    assert reader.get(f"Invoices/{nobody}/History").status_code == 404


def test_history_when_money_was_moved_then_told_as_xero_tells_it(reader: Caller) -> None:
    transfer = next(iter(reader.org.shelf("BankTransfers"))).record_id
    entries = reader.get(f"BankTransfers/{transfer}/History").json()["HistoryRecords"]
    assert re.fullmatch(
        r"Bank transfer from .+ to .+ on [A-Z][a-z]+ \d+, \d{4} for \d+\.\d\d\.", entries[-1]["Details"]
    )
    assert entries[0]["Changes"] == "Attached a file"


class _Story:
    """An invoice and what is told of it; entries told once must be told for ever."""

    def __init__(self, pen: Any) -> None:
        self.pen, self.contact, self.bank = pen, pen.contact(), pen.bank()
        line = {"Description": "x", "Quantity": 1, "UnitAmount": 90, "AccountCode": "200", "TaxType": "NONE"}
        body = {"Type": "ACCREC", "Contact": self.contact, "Date": "2026-01-05", "DueDate": "2026-02-05"}
        body |= {"LineItems": [line], "LineAmountTypes": "NoTax"}
        self.body, self.path = body, f"Invoices/{pen.put('Invoices', body).one()['InvoiceID']}"
        self.told: list[dict[str, str]] = []

    @property
    def invoice(self) -> dict[str, str]:
        """Give the invoice as other records name it."""
        return {"InvoiceID": self.path.partition("/")[2]}

    def news(self) -> list[tuple[str, str]]:
        """Give what is told now and was not before, oldest first."""
        entries = self.pen.get(f"{self.path}/History")["HistoryRecords"]
        assert entries[len(entries) - len(self.told) :] == self.told
        fresh = entries[: len(entries) - len(self.told)]
        self.told = entries
        return [(one["Changes"], one["User"]) for one in reversed(fresh)]


def test_history_when_an_app_works_on_an_invoice_then_each_step_is_added(pen: Any) -> None:
    story, app = _Story(pen), "System Generated"
    assert story.news() == [("Created", app)]
    assert pen.post(story.path, {"Reference": "r1"}).status == 200
    assert story.news() == [("Edited", app)]
    assert pen.post(story.path, {"Status": "AUTHORISED"}).status == 200
    assert story.news() == [("Approved", app)]
    assert pen.call("PUT", f"{story.path}/Attachments/a.txt", b"a").status == 200
    assert ("Attached a file", app) in story.news()
    payment = {"Invoice": story.invoice, "Account": {"AccountID": story.bank}, "Date": "2026-01-06"}
    assert pen.put("Payments", payment | {"Amount": 40}).status == 200
    assert story.news() == [("Paid", app)]
    assert pen.put(f"{story.path}/History", {"Details": "half of it"}).status == 200
    assert story.news() == [("Note", app)]
    assert pen.put("Payments", payment | {"Amount": 50}).status == 200
    assert story.news() == [("Paid", app)]
    assert "fully paid" in story.told[0]["Details"]


def test_history_when_a_credit_is_used_then_both_sides_tell(pen: Any) -> None:
    story = _Story(pen)
    pen.post(story.path, {"Status": "AUTHORISED"})
    story.news()
    note = {**story.body, "Type": "ACCRECCREDIT", "Status": "AUTHORISED"}
    key = pen.put("CreditNotes", note).one()["CreditNoteID"]
    allocation = {"Amount": 30, "Date": "2026-01-07", "Invoice": story.invoice}
    assert pen.put(f"CreditNotes/{key}/Allocations", {"Allocations": [allocation]}).status == 200
    assert story.news() == [("Credit Applied", "System Generated")]
    entries = pen.get(f"CreditNotes/{key}/History")["HistoryRecords"]
    assert [one["Changes"] for one in entries] == ["Credit Applied", "Approved", "Created"]


def test_history_when_voided_then_that_is_its_end(pen: Any) -> None:
    story = _Story(pen)
    pen.post(story.path, {"Status": "AUTHORISED"})
    pen.post(story.path, {"Status": "VOIDED"})
    assert [word for word, _ in story.news()] == ["Created", "Approved", "Voided"]


def test_history_when_the_organisation_is_huge_then_nothing_is_kept_for_it() -> None:
    org = volume("big", invoices=300, contacts=10, now=lambda: NOON)
    shelf = org.shelf("Invoices")
    record = next(iter(shelf))
    entries = history(org, COLLECTIONS["Invoices"], record, "Ledgerkeep")
    assert [one["Changes"] for one in entries] == ["Invoice sent", "Approved", "Created"]
    assert entries[0]["User"] == "Ana Adviser"
    assert record.is_lazy
    assert shelf.changes == {}
    assert org.notes == {}
