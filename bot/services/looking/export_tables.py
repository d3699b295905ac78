"""The records of one exported file as CSV tables: one for the records, one for each list inside them."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import IO

from bot.backup.report_rows import is_report, report_rows
from bot.backup.sheets import MAIN, Row, as_text, rows_of
from bot.services.looking.export_place import FileWords, Source
from bot.vault import ResourceEntry

# A report's figures lie in sections within sections; they are written as the report shows them.
ROWS, REPORT = "rows", "report"


def write_tables(source: Source, stem: str, entries: list[ResourceEntry]) -> list[FileWords]:
    """Write the tables and list their files, that of the records first.

    The records are read twice: first for the columns, so that memory does not grow with their number.
    """
    columns: dict[str, dict[str, None]] = {MAIN: {}}
    for sheet, row in _rows(source, entries):
        columns.setdefault(sheet, {}).update(dict.fromkeys(row))
    with ExitStack() as stack:
        tables = {
            sheet: _Table(_name(stem, sheet), stack.enter_context(source.opened(_name(stem, sheet))), names)
            for sheet, names in columns.items()
        }
        for sheet, row in _rows(source, entries):
            tables[sheet].add(row)
    return [table.words for table in tables.values()]


class _Table:
    """One CSV file; UTF-8 with a mark at its beginning, by which spreadsheets know that it is."""

    def __init__(self, name: str, file: IO[bytes], columns: Iterable[str]) -> None:
        self._name, self._file = name, file
        self._digest, self._count = hashlib.sha256(), 0
        self._line = io.StringIO(newline="")
        self._writer = csv.DictWriter(self._line, list(columns), restval="")
        self._line.write("\N{BYTE ORDER MARK}")
        self._writer.writeheader()
        self._flush()

    def add(self, row: Row) -> None:
        """Write a row."""
        self._writer.writerow({column: as_text(cell) for column, cell in row.items()})
        self._count += 1
        self._flush()

    @property
    def words(self) -> FileWords:
        """Describe the file for the manifest."""
        return {"file": self._name, "records": self._count, "sha256": self._digest.hexdigest()}

    def _flush(self) -> None:
        data = self._line.getvalue().encode()
        self._line.seek(0)
        self._line.truncate()
        self._digest.update(data)
        self._file.write(data)


def _rows(source: Source, entries: list[ResourceEntry]) -> Iterator[tuple[str, Row]]:
    for entry in entries:
        for record in source.records(entry.resource):
            flat = is_report(record.raw)
            for sheet, row in rows_of(record.record_id, record.raw):
                if not flat or sheet != ROWS:
                    yield sheet, row
            for row in report_rows(record.record_id, record.raw) if flat else ():
                yield ROWS, {REPORT: entry.resource, **row}


def _name(stem: str, sheet: str) -> str:
    return f"{stem}.{sheet}.csv" if sheet else f"{stem}.csv"
