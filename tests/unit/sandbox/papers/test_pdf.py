"""Documents on paper: true PDF files, asked for as Xero wants it."""

from __future__ import annotations

import re

import pytest

from bot.sandbox.xero.pdf import PARENTS, pages
from tests.unit.sandbox.xero.conftest import Caller, Desk

PDF = "application/pdf"


def read_pdf(raw: bytes) -> list[bytes]:
    """Give the objects of a PDF, found through its own table; fails where the table lies."""
    assert raw.startswith(b"%PDF-1.4\n")
    assert raw.endswith(b"%%EOF\n")
    found = re.search(rb"startxref\n(\d+)\n", raw)
    assert found is not None
    table = raw[int(found[1]) :]
    head = re.match(rb"xref\n0 (\d+)\n", table)
    assert head is not None
    lines = table[head.end() :].split(b"\n")[: int(head[1])]
    assert lines[0] == b"0000000000 65535 f "
    objects = []
    for number, line in enumerate(lines[1:], 1):
        place = int(line[:10])
        assert raw[place:].startswith(b"%d 0 obj\n" % number)
        objects.append(raw[place : raw.index(b"endobj", place)])
    for body in objects:
        if length := re.search(rb"/Length (\d+)", body):
            start = body.index(b"stream\n") + 7
            assert body[start + int(length[1]) :].startswith(b"\nendstream")
    return objects


@pytest.mark.parametrize("parent", sorted(PARENTS))
def test_paper_when_asked_for_then_the_document_at_both_addresses(reader: Caller, parent: str) -> None:
    record = next(iter(reader.org.shelf(parent)))
    answer = reader.get(f"{parent}/{record.record_id}/pdf", accept=PDF)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, PDF)
    assert answer.headers["Content-Length"]
    number = next(str(record.fields[key]) for key in record.fields if key.endswith("Number"))
    text = b"".join(read_pdf(answer.content))
    assert number.encode() in text
    assert str(record.fields["Total"]).encode() in text
    assert reader.get(f"{parent}/{record.record_id}", accept=PDF).content == answer.content
    assert reader.get(
        f"{parent}/{number}" if parent != "Quotes" else f"{parent}/{record.record_id}", accept=PDF
    )


def test_paper_when_the_call_takes_none_or_there_is_none_then_refused(reader: Caller) -> None:
    org = reader.org
    invoice = next(iter(org.shelf("Invoices").records))
    assert reader.get(f"Invoices/{invoice}/pdf", accept="application/json").status_code == 406
    assert reader.get(f"Invoices/{invoice}/pdf", accept="*/*").content.startswith(b"%PDF")
    assert reader.get(f"Invoices/{invoice}").json()["Invoices"][0]["InvoiceID"] == invoice
    nobody = "00000000-0000-4000-a000-000000000000"
    assert reader.get(f"Invoices/{nobody}/pdf", accept=PDF).status_code == 404
    assert reader.get(f"Invoices/{nobody}", accept=PDF).status_code == 404
    for parent in ("Contacts", "BankTransactions", "RepeatingInvoices"):
        record_id = next(iter(org.shelf(parent).records))
        assert reader.get(f"{parent}/{record_id}/pdf", accept=PDF).status_code == 404
        assert reader.get(f"{parent}/{record_id}", accept=PDF).headers["Content-Type"].startswith("text/xml")


def test_paper_when_the_scope_is_missing_then_401(desk: Desk) -> None:
    caller = desk.link("nz", "offline_access accounting.settings.read")
    invoice = next(iter(caller.org.shelf("Invoices").records))
    assert caller.get(f"Invoices/{invoice}/pdf", accept=PDF).status_code == 401


def test_pages_when_there_is_much_text_then_several_and_brackets_are_kept() -> None:
    raw = pages([f"line {number} (a) \\ 海 é" for number in range(130)])
    objects = read_pdf(raw)
    assert sum(b"/Type /Page " in one for one in objects) == 3
    assert b"(line 129 \\(a\\) \\\\ ? \xe9) Tj" in raw
    assert read_pdf(pages([]))
