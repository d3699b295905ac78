"""The records of one exported file as CSV tables: one for the records, one for each list inside them."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, Any

from bot.backup.sheets import MAIN, Row, rows_of
from bot.services.looking.export_form import Opened
from bot.vault import Books, ResourceEntry, SnapshotInfo


def write_tables(
    books: Books, info: SnapshotInfo, opened: Opened, stem: str, entries: list[ResourceEntry]
) -> list[dict[str, Any]]:
    """Write the tables and list their files, that of the records first.

    The records are read twice: first for the columns, so that memory does not grow with their number.
    """
    columns: dict[str, dict[str, None]] = {MAIN: {}}
    for _, sheet, row in _rows(books, info, entries):
        columns.setdefault(sheet, {}).update(dict.fromkeys(row))
    with ExitStack() as stack:
        tables = {
            sheet: _Table(_name(stem, sheet), stack.enter_context(opened(_name(stem, sheet))), list(names))
            for sheet, names in columns.items()
        }
        for _, sheet, row in _rows(books, info, entries):
            tables[sheet].add(row)
    return [table.words for table in tables.values()]


class _Table:
    """One CSV file; UTF-8 with a mark at its beginning, by which spreadsheets know that it is."""

    def __init__(self, name: str, file: IO[bytes], columns: list[str]) -> None:
        self._name, self._file, self._columns = name, file, columns
        self._digest, self._count = hashlib.sha256(), 0
        self._line = io.StringIO(newline="")
        self._writer = csv.DictWriter(self._line, columns, restval="")
        self._line.write("\N{BYTE ORDER MARK}")
        self._writer.writeheader()
        self._flush()

    def add(self, row: Row) -> None:
        """Write a row."""
        self._writer.writerow(row)
        self._count += 1
        self._flush()

    @property
    def words(self) -> dict[str, Any]:
        """Describe the file for the manifest."""
        return {"file": self._name, "records": self._count, "sha256": self._digest.hexdigest()}

    def _flush(self) -> None:
        data = self._line.getvalue().encode()
        self._line.seek(0)
        self._line.truncate()
        self._digest.update(data)
        self._file.write(data)


def _rows(books: Books, info: SnapshotInfo, entries: list[ResourceEntry]) -> Iterator[tuple[str, str, Row]]:
    for entry in entries:
        for record in books.records(info, entry.resource):
            for sheet, row in rows_of(record.record_id, record.raw):
                yield record.record_id, sheet, row


def _name(stem: str, sheet: str) -> str:
    return f"{stem}.{sheet}.csv" if sheet else f"{stem}.csv"
