"""The records of one exported kind of data as an Excel workbook: a sheet for them, one for each list in them.

A workbook for each kind, not one for all: each opens quickly, and is what a bookkeeper looks for by name. The
records are read twice, first for columns and widths, so that memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bot.backup import excel
from bot.backup.cards import card_of
from bot.backup.report_rows import is_report, report_rows
from bot.backup.sheets import MAIN, PARENT, Cell, Number, Row, rows_of
from bot.catalogue import RESOURCES
from bot.errors import LedgerkeepError
from bot.services.looking.export_place import FileWords, Source
from bot.vault import Record, ResourceEntry

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

DOCUMENT = "of"  # in the sheets of lines, beside the id: what the record is called
_NARROWEST, _WIDEST = 8, 60  # characters
_MARGIN = 2


def write_workbook(source: Source, stem: str, entries: list[ResourceEntry]) -> list[FileWords]:
    """Write the workbook of one kind of data and list it; its first sheet holds the records."""
    plans: dict[str, _Plan] = {}
    for sheet, row in _rows(source, entries):
        plans.setdefault(sheet, _Plan(sheet)).see(row)
    name = f"{stem}.xlsx"
    with TemporaryDirectory(dir=source.scratch) as folder:
        path = Path(folder) / "book"
        with opened_book(path) as book:
            looks, taken = _looks(book), set[str]()
            tables = {sheet: _Table(book, looks, plan, taken) for sheet, plan in plans.items()}
            for sheet, row in _rows(source, entries):
                tables[sheet].add(row)
            for table in tables.values():
                table.end()
            bare = [] if tables else [_bare(book, entries, taken)]
        with path.open("rb") as file:
            put = source.put(name, iter(lambda: file.read(1 << 20), b""))
    records = sum(entry.count for entry in entries)
    sheets = [{"sheet": one, "rows": count} for table in tables.values() for one, count in table.sheets]
    sheets += [{"sheet": one, "rows": 0} for one in bare]
    cut = sum(table.cut for table in tables.values())
    return [{"file": name, "records": records, "sha256": put["sha256"], "sheets": sheets, "cut_cells": cut}]


def _bare(book: Workbook, entries: list[ResourceEntry], taken: set[str]) -> str:
    """Say in a sheet of its own that there was nothing to write, and give its name."""
    file = RESOURCES[entries[0].resource].file_stem if entries[0].resource in RESOURCES else ""
    title = _title(entries[0].resource) if len(entries) == 1 else file.replace("_", " ").capitalize()
    name = excel.sheet_name(title, taken)
    count = sum(entry.count for entry in entries)
    told = f"There are {count:,}, and none of them has a row." if count else "There are none."
    book.add_worksheet(name).write_string(0, 0, told)
    return name


def opened_book(path: Path) -> Workbook:
    """Begin a workbook that is written row by row, and in which no text becomes a formula or a link."""
    from xlsxwriter import Workbook

    options = {"constant_memory": True, "tmpdir": str(path.parent), "use_zip64": True}
    texts = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    return Workbook(str(path), {**options, **texts})


def _rows(source: Source, entries: list[ResourceEntry]) -> Iterator[tuple[str, Row]]:
    for entry in entries:
        title = _title(entry.resource)
        alone = len(entries) == 1
        for record in source.records(entry.resource):
            for sheet, row in _of_record(record):
                yield _named(title, sheet, alone=alone), row


def _of_record(record: Record) -> Iterator[tuple[str, Row]]:
    if is_report(record.raw):
        yield from ((MAIN, row) for row in report_rows(record.record_id, record.raw))
        return
    called = ""
    for sheet, row in rows_of(record.record_id, record.raw):
        if sheet == MAIN:
            yield sheet, row
            continue
        called = called or _called(record)
        yield sheet, {PARENT: record.record_id, DOCUMENT: called, **row}


def _title(resource: str) -> str:
    return RESOURCES[resource].title if resource in RESOURCES else resource


def _called(record: Record) -> str:
    card = card_of(record.resource, record.record_id, record.raw)
    return card.number or card.title or card.contact or card.reference


def _named(title: str, sheet: str, *, alone: bool) -> str:
    """Name a sheet; where one workbook holds several kinds of data, their names stand before their lists."""
    lines = sheet.replace("_", " ").capitalize()
    if sheet == MAIN:
        return title
    return lines if alone else f"{title}: {lines}"


@dataclass(slots=True)
class _Plan:
    """What is known of a sheet before it is written: its columns in the order they came, with widths."""

    name: str
    widths: dict[str, int] = field(default_factory=dict)

    def see(self, row: Row) -> None:
        for column, cell in row.items():
            known = self.widths.get(column)
            if known is None:
                self._add(column)
                known = self.widths[column]
            if known < _WIDEST:
                self.widths[column] = max(known, min(_WIDEST, _width(cell)))

    def _add(self, column: str) -> None:
        if len(self.widths) == excel.MOST_COLUMNS:
            raise LedgerkeepError(
                f"“{self.name}” has more fields than an Excel sheet has columns; use --format csv."
            )
        self.widths[column] = max(_NARROWEST, min(_WIDEST, len(column)))


def _width(cell: Cell) -> int:
    """Say how many characters a cell takes; amounts are shown with separators."""
    if isinstance(cell, Number):
        return len(cell) + len(cell) // 3 + 1
    return len(excel.Look.MOMENT) if isinstance(cell, date) else len(cell) if isinstance(cell, str) else 5


Looks = dict[excel.Look, "Format"]


def _looks(book: Workbook) -> Looks:
    return {look: book.add_format({"num_format": look.value} if look else {}) for look in excel.Look}


class _Table:
    """One table, on as many sheets as its rows need."""

    def __init__(self, book: Workbook, looks: Looks, plan: _Plan, taken: set[str]) -> None:
        self.sheets: list[tuple[str, int]] = []
        self.cut = 0
        self._book, self._looks, self._plan, self._taken = book, looks, plan, taken
        self._head = book.add_format({"bold": True, "bottom": 1})
        self._columns = {column: place for place, column in enumerate(plan.widths)}
        self._sheet: Worksheet | None = None
        self._row = 0

    def add(self, row: Row) -> None:
        """Write a row."""
        if self._sheet is None or self._row == excel.MOST_ROWS:
            self.end()
            self._sheet = self._begun()
        for column, cell in row.items():
            if cell != "":
                self._write(self._columns[column], cell)
        self._row += 1

    def end(self) -> None:
        """Let people filter the sheet, and note how many rows it has."""
        if self._sheet is not None:
            self._sheet.autofilter(0, 0, self._row - 1, len(self._columns) - 1)
            self.sheets.append((self._sheet.get_name(), self._row - 1))
            self._sheet = None

    def _begun(self) -> Worksheet:
        sheet = self._book.add_worksheet(excel.sheet_name(self._plan.name, self._taken))
        sheet.freeze_panes(1, 0)
        # ids and numbers that must stay texts are no mistakes
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{excel.MOST_ROWS}"})
        for column, place in self._columns.items():
            sheet.set_column(place, place, self._plan.widths[column] + _MARGIN)
            sheet.write_string(0, place, str(excel.put(column).value), self._head)
        self._row = 1
        return sheet

    def _write(self, place: int, cell: Cell) -> None:
        put = excel.put(cell)
        look: Any = self._looks[put.look] if put.look else None
        assert self._sheet is not None  # noqa: S101 - `add` just began one
        self.cut += put.cut
        if isinstance(put.value, bool):
            self._sheet.write_boolean(self._row, place, put.value)
        elif isinstance(put.value, str):
            self._sheet.write_string(self._row, place, put.value)
        elif isinstance(put.value, Decimal):
            self._sheet.write_number(self._row, place, put.value, look)
        else:
            self._sheet.write_datetime(self._row, place, put.value, look)
