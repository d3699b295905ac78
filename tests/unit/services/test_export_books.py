"""Workbooks hold each record once, as Excel reads it: texts as texts, dates as dates, numbers undamaged."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bot.backup import excel
from bot.services.looking.export_forms import BOOKS, TABLES
from tests.unit.services.kept import empty_books, exported, keep

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def raw(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def sheets_of(path: Path) -> dict[str, list[dict[str, tuple[str, str]]]]:
    """Read a workbook as its XML says it: for each sheet its rows, for each column (type, value)."""
    with zipfile.ZipFile(path) as book:
        named = [one.attrib["name"] for one in _xml(book, "workbook").iter(f"{_MAIN}sheet")]
        sheets = [_xml(book, f"worksheets/sheet{place}") for place in range(1, len(named) + 1)]
    return {
        name: [_cells(row) for row in sheet.iter(f"{_MAIN}row")]
        for name, sheet in zip(named, sheets, strict=True)
    }


def _xml(book: zipfile.ZipFile, part: str) -> ET.Element:
    return ET.fromstring(book.read(f"xl/{part}.xml"))  # noqa: S314 - just written by ourselves


def _cells(row: ET.Element) -> dict[str, tuple[str, str]]:
    return {re.sub(r"\d", "", cell.attrib["r"]): _cell(cell) for cell in row}


def _cell(cell: ET.Element) -> tuple[str, str]:
    assert cell.find(f"{_MAIN}f") is None, "no cell is ever a formula"
    return cell.attrib.get("t", "n"), "".join(cell.itertext())


def table(rows: list[dict[str, tuple[str, str]]]) -> list[dict[str, tuple[str, str]]]:
    """Name cells by the head of their column."""
    head = {column: text for column, (_, text) in rows[0].items()}
    return [{head[column]: cell for column, cell in row.items()} for row in rows[1:]]


def test_workbook_when_written_then_lines_have_a_sheet_and_name_their_document(tmp_path: Path) -> None:
    first = raw(
        InvoiceID="i1",
        InvoiceNumber="INV-1",
        Total=12.50,
        Large=12345678901234567,
        Reference="=HYPERLINK(1)",
        Code="0042",
        IsReconciled=True,
        Date="/Date(1789948800000+0000)/",
        UpdatedDateUTC="/Date(1790000000000+0000)/",
        Url="http://example.org",
        LineItems=[{"Description": "a\u000bb", "UnitAmount": 0.1}, {"Description": None}],
    )
    books = empty_books(tmp_path)
    info = keep(books, {"invoices": {"i1": first, "i2": raw(InvoiceID="i2", More={"Deep": 1})}, "quotes": {}})
    written = exported(books, info, tmp_path / "out", BOOKS)
    found = sheets_of(tmp_path / "out" / "invoices.xlsx")
    assert list(found) == ["Invoices and bills", "Line items"]
    one, other = table(found["Invoices and bills"])
    assert one == {
        "InvoiceID": ("inlineStr", "i1"),
        "InvoiceNumber": ("inlineStr", "INV-1"),
        "Total": ("n", "12.5"),
        "Large": ("inlineStr", "12345678901234567"),
        "Reference": ("inlineStr", "=HYPERLINK(1)"),
        "Code": ("inlineStr", "0042"),
        "IsReconciled": ("b", "1"),
        "Date": ("n", "46286"),
        "UpdatedDateUTC": ("n", one["UpdatedDateUTC"][1]),
        "Url": ("inlineStr", "http://example.org"),
    }
    assert one["UpdatedDateUTC"][1].startswith("46286.59")
    assert other == {"InvoiceID": ("inlineStr", "i2"), "More.Deep": ("n", "1")}
    line, empty = table(found["Line items"])
    assert line == {
        "record": ("inlineStr", "i1"),
        "of": ("inlineStr", "INV-1"),
        "position": ("n", "1"),
        "Description": ("inlineStr", "a_x000B_b"),
        "UnitAmount": ("n", "0.1"),
    }
    assert set(empty) == {"record", "of", "position"}
    assert sheets_of(tmp_path / "out" / "quotes.xlsx") == {
        "Quotes": [{"A": ("inlineStr", "There are none.")}]
    }
    about = {one["file"]: one for one in written.files}
    assert about["invoices.xlsx"]["records"] == 2
    assert about["invoices.xlsx"]["sheets"] == [
        {"sheet": "Invoices and bills", "rows": 2},
        {"sheet": "Line items", "rows": 2},
    ]


def test_workbook_when_rows_are_more_than_a_sheet_holds_then_go_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel, "MOST_ROWS", 4)
    books = empty_books(tmp_path)
    info = keep(books, {"items": {f"{number}": raw(Code=f"c{number}") for number in range(7)}})
    exported(books, info, tmp_path / "out", BOOKS)
    found = sheets_of(tmp_path / "out" / "items.xlsx")
    assert [len(rows) for rows in found.values()] == [4, 4, 2]
    codes = [row["Code"][1] for rows in found.values() for row in table(rows)]
    assert codes == [f"c{number}" for number in range(7)]


def test_workbook_when_a_cell_is_too_long_then_the_manifest_counts_it(tmp_path: Path) -> None:
    books = empty_books(tmp_path)
    info = keep(books, {"items": {"i": raw(Description="x" * 40_000)}})
    written = exported(books, info, tmp_path / "out", BOOKS)
    assert {one["file"]: one.get("cut_cells") for one in written.files} == {
        "items.xlsx": 1,
        "contents.xlsx": None,
    }


def test_workbook_of_reports_when_written_then_each_kind_has_a_sheet_of_its_figures(tmp_path: Path) -> None:
    def report(*values: str) -> bytes:
        rows = [
            {"RowType": "Header", "Cells": [{"Value": "Account"}, {"Value": "Debit"}]},
            {"RowType": "Row", "Cells": [{"Value": one} for one in values]},
        ]
        return raw(ReportName="x", Rows=rows)

    books = empty_books(tmp_path)
    info = keep(
        books,
        {
            "trial_balance": {"TrialBalance/2026-10-31": report("Sales", "12.50")},
            "profit_and_loss": {"ProfitAndLoss/2026-10-31": report("Rent", "7")},
        },
    )
    exported(books, info, tmp_path / "out", BOOKS)
    found = sheets_of(tmp_path / "out" / "reports.xlsx")
    assert len(found) == 2
    (sales,), (rent,) = map(table, found.values())
    assert (sales["Account"], sales["Debit"]) == (("inlineStr", "Sales"), ("n", "12.50"))
    assert rent["record"] == ("inlineStr", "ProfitAndLoss/2026-10-31")


def test_workbook_of_reports_when_no_report_has_a_row_then_its_one_sheet_says_so(tmp_path: Path) -> None:
    books = empty_books(tmp_path)
    bare = raw(ReportName="x", Rows=[{"RowType": "Header", "Cells": [{"Value": "Account"}]}])
    info = keep(
        books,
        {
            "trial_balance": {"TrialBalance/2026-10-31": bare},
            "profit_and_loss": {"ProfitAndLoss/2026-10-31": raw(ReportName="y", Rows=[])},
        },
    )
    (file, *_) = exported(books, info, tmp_path / "out", BOOKS).files
    told = "There are 2, and none of them has a row."
    assert sheets_of(tmp_path / "out" / "reports.xlsx") == {"Reports": [{"A": ("inlineStr", told)}]}
    assert (file["records"], file["sheets"]) == (2, [{"sheet": "Reports", "rows": 0}])


def test_tables_of_reports_when_written_then_each_figure_has_a_cell_of_its_own(tmp_path: Path) -> None:
    inner = [
        {"RowType": "Row", "Cells": [{"Value": one, "Attributes": [{"Id": "a"}]} for one in ("Sales", "5")]}
    ]
    rows = [
        {"RowType": "Header", "Cells": [{"Value": "Account"}, {"Value": "Debit"}]},
        {"RowType": "Section", "Title": "Income", "Rows": inner},
    ]
    titles = ["Trial Balance", "A (UK)"]
    kept = {"TrialBalance/2026-10-31": raw(ReportName="x", ReportTitles=titles, Rows=rows)}
    books = empty_books(tmp_path)
    info = keep(books, {"trial_balance": kept, "profit_and_loss": {}})
    exported(books, info, tmp_path / "out", TABLES)
    with (tmp_path / "out" / "reports.rows.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.DictReader(file)) == [
            {
                "report": "trial_balance",
                "record": "TrialBalance/2026-10-31",
                "section": "Income",
                "row": "Row",
                "Account": "Sales",
                "Debit": "5",
            }
        ]
    with (tmp_path / "out" / "reports.csv").open(encoding="utf-8-sig", newline="") as file:
        (head,) = csv.DictReader(file)
    assert (head["record"], head["ReportName"]) == ("TrialBalance/2026-10-31", "x")


def test_contents_when_written_then_lists_every_kind_and_links_to_its_workbook(tmp_path: Path) -> None:
    books = empty_books(tmp_path)
    info = keep(books, {"items": {"i": raw(Code="c")}, "quotes": {}})
    exported(books, info, tmp_path / "out", BOOKS)
    rows = sheets_of(tmp_path / "out" / "contents.xlsx")["Contents"]
    listed = [tuple(text for _, text in row.values()) for row in rows[3:]]
    assert listed == [
        ("Products and services (items)", "1", "items.xlsx", "yes", ""),
        ("Quotes", "0", "quotes.xlsx", "yes", ""),
    ]


@pytest.mark.parametrize("form", [TABLES, BOOKS])
def test_budgets_when_exported_as_tables_then_are_files_that_xero_imports(tmp_path: Path, form: Any) -> None:
    lines = [
        {"AccountID": "a", "AccountCode": "200", "BudgetBalances": [{"Period": "2026-07", "Amount": 10.5}]}
    ]
    budget = {"Description": "FY27: all/of it", "BudgetLines": lines}
    books = empty_books(tmp_path)
    info = keep(
        books,
        {
            "accounts": {"a": raw(AccountID="a", Code="200", Name="Sales")},
            "budget_lines": {"1": raw(BudgetID="1", **budget), "2": raw(BudgetID="2", **budget), "3": raw()},
        },
    )
    written = exported(books, info, tmp_path / "out", form)
    folder = tmp_path / "out" / "budgets-import"
    assert sorted(one.name for one in folder.iterdir()) == ["FY27_ all_of it (2).csv", "FY27_ all_of it.csv"]
    assert (folder / "FY27_ all_of it.csv").read_bytes() == b"Account,Jul-2026\r\nSales (200),10.5\r\n"
    told = [(one["file"], one["budget"]) for one in written.files if one["file"].startswith("budgets-import")]
    assert told == [
        ("budgets-import/FY27_ all_of it.csv", "1"), ("budgets-import/FY27_ all_of it (2).csv", "2")
    ]  # fmt: skip


def test_tables_when_history_is_exported_then_each_entry_is_a_row_that_names_its_record(
    tmp_path: Path,
) -> None:
    books = empty_books(tmp_path)
    info = keep(books, {"history": {"invoices/i": b'[{"Changes":"Created"},{"Changes":"=Edited"}]'}})
    exported(books, info, tmp_path / "out", TABLES)
    assert (tmp_path / "out" / "history.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "record,position,Changes",
        "invoices/i,1,Created",
        "invoices/i,2,'=Edited",
    ]


def test_tables_when_a_text_holds_half_a_character_then_it_is_written_all_the_same(tmp_path: Path) -> None:
    books = empty_books(tmp_path)
    info = keep(books, {"items": {"i": b'{"Code":"a\\ud800"}'}})
    for form in (TABLES, BOOKS):
        exported(books, info, tmp_path / form.name, form)
    assert "a\ufffd" in (tmp_path / "csv" / "items.csv").read_text(encoding="utf-8-sig")
