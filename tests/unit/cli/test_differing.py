"""What the command tells of two snapshots: records by name, counts where there are many, nothing of ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import differing
from bot.services.looking.differences import differing as found_between
from bot.vault import Books, SnapshotInfo
from tests.unit.services.kept import OWNER, empty_books, keep

Kept = dict[str, dict[str, bytes]]


def told(books: Books, capsys: pytest.CaptureFixture[str], *, fields: bool = False) -> str:
    before, after = pair(books)
    for key, one in found_between(books, before, after).items():
        differing._show_kind(books, (before, after), key, one, fields=fields)
    return capsys.readouterr().out


def words(books: Books, *, fields: bool = False) -> dict[str, Any]:
    before, after = pair(books)
    found = found_between(books, before, after)
    told_all = differing._words(OWNER, books, (before, after), found, fields=fields)
    resources: dict[str, Any] = told_all["resources"]
    return resources


def pair(books: Books) -> tuple[SnapshotInfo, SnapshotInfo]:
    before, after = books.snapshots()[-2:]
    return before, after


def raw(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def test_diff_when_the_line_of_what_waits_changed_then_it_is_not_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books = empty_books(tmp_path)
    for tries in (0, 1):
        waiting = {"history/000000": json.dumps([["history", "invoices", "i", "", tries]]).encode()}
        keep(books, {"invoices": {"i": raw(InvoiceNumber="INV-1", Total=tries)}, "waiting": waiting})
    assert list(words(books)) == ["invoices"]
    assert "waiting" not in told(books, capsys)


def test_diff_when_something_is_gone_then_it_is_named_as_the_older_snapshot_knew_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books = empty_books(tmp_path)
    contacts = {"c": raw(Name="Ridgeway")}
    keep(
        books,
        {
            "contacts": contacts,
            "invoices": {"i": raw(InvoiceNumber="INV-1"), "j": raw(InvoiceNumber="INV-2")},
            "items": {"a": raw(Code="ANVIL"), "b": raw(Total=1)},
            "payroll_uk_employees": {"p": raw(Name="Kereama")},
        },
    )
    later: Kept = {"contacts": contacts, "invoices": {"j": raw(InvoiceNumber="INV-2", Total=3)}}
    keep(books, {**later, "items": {"z": raw(Code="ZIP")}, "payroll_uk_employees": {}})
    text = told(books, capsys)
    for line in (
        "  gone  Invoice INV-1  i",
        "  changed  Invoice INV-2  j",
        "  new  Item ZIP  z",
        "  gone  Item ANVIL  a",
        "  gone  b",
        "  gone  p",
    ):
        assert line in text.splitlines(), text
    assert "Kereama" not in text + str(words(books))
    assert words(books)["items"] == {
        "new": ["z"],
        "changed": [],
        "gone": ["a", "b"],
        "gone_names": {"a": "Item ANVIL"},
    }


def test_diff_when_a_copy_fills_up_then_what_hangs_on_records_is_named_by_them_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books = empty_books(tmp_path)
    invoices = {f"i{n:02}": raw(InvoiceNumber=f"INV-{n}") for n in range(30)}
    base: Kept = {
        "invoices": invoices,
        "files": {"f": raw(Name="scan.png")},
        "contacts": {"c": raw(Name="A")},
    }
    history = {f"invoices/{one}": b"[]" for one in invoices}
    keep(books, {**base, "history": history, "associations": {}, "aged_payables": {}, "attachments": {}})
    attached = {"invoices/i03/x": raw(FileName="receipt.pdf")}
    keep(
        books,
        {
            **base,
            "history": {one: raw(Changes="Edited", N=one) for one in history},
            "attachments": attached,
            "associations": {"f/i03": raw(ObjectId="i03")},
            "aged_payables": {"c": raw(ReportName="Aged")},
        },
        {
            "attachment_contents": {"invoices/i03/x": b"%PDF one", "invoices/zz/y": b"?"},
            "file_contents": {"f": b"\x89PNG"},
            "pdfs": {"invoices/i03": b"%PDF two"},
        },
    )
    for fields in (False, True):
        lines = told(books, capsys, fields=fields).splitlines()
        for line in (
            "  new  Attachment receipt.pdf, of Invoice INV-3  invoices/i03/x",
            "  new  File scan.png  f",
            "  new  PDF of Invoice INV-3  invoices/i03",
            "  new  Association of File scan.png  f/i03",
            "  new  Aged payables of Contact A  c",
            "  new  invoices/zz/y",
            "  changed  History of Invoice INV-9  invoices/i09",
            "  changed  … and 20 more (--json lists all)",
        ):
            assert line in lines, lines
        assert sum("History of" in line for line in lines) == 10
    assert len(words(books)["history"]["changed"]) == 30


def test_diff_when_a_file_changed_then_it_is_named_and_its_bytes_are_not_compared_as_fields(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books = empty_books(tmp_path)
    for content in (b"\x89one", b"\x89two"):
        keep(books, {"files": {"f": raw(Name="scan.png")}}, {"file_contents": {"f": content}})
    assert words(books, fields=True)["file_contents"]["fields"] == {}
    assert told(books, capsys, fields=True).splitlines()[-1] == "  changed  File scan.png  f"


def test_diff_when_a_record_of_pay_changed_then_only_its_id_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books = empty_books(tmp_path)
    for salary in (51_000, 52_000):
        keep(books, {"payroll_uk_employees": {"p": raw(Name="Kereama", Salary=salary)}})
    assert words(books, fields=True)["payroll_uk_employees"]["fields"] == {}
    assert told(books, capsys, fields=True).splitlines()[-1] == "  changed  p"


def test_diff_when_a_name_is_very_long_then_the_line_stays_readable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books = empty_books(tmp_path)
    keep(books, {"contacts": {}})
    keep(books, {"contacts": {"c": raw(Name="n" * 250)}})
    last = told(books, capsys).splitlines()[-1]
    assert last.endswith("n…  c")
    assert len(last) < 120
