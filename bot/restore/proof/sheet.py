"""One sheet of a workbook, written row by row so that memory stays flat. Knows no restore."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter import Workbook

    from bot.restore.proof.pages import Cell, Page

LONGEST = 32_767  # characters a cell holds (support.microsoft.com, Excel specifications and limits)
MOST_ROWS = 1_048_576
_ELSEWHERE = "There are more, which a sheet cannot hold."


class Sheet:
    """Writes one page."""

    def __init__(self, book: Workbook, page: Page) -> None:
        self._page, self._sheet = page, book.add_worksheet(page.name)
        self._head = book.add_format({"bold": True, "bottom": 1})
        self._note = book.add_format({"italic": True})
        self._text = book.add_format({"text_wrap": True, "valign": "top"})
        self._money = book.add_format({"num_format": "#,##0.00", "valign": "top"})
        self._count = book.add_format({"num_format": "#,##0", "valign": "top"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        self._row = 0

    def write(self) -> None:
        """Write note, heading and rows."""
        for column, width in enumerate(self._page.widths):
            self._sheet.set_column(column, column, width)
        if self._page.note:
            self._sheet.write_string(self._row, 0, self._page.note, self._note)
            self._row += 1
        if self._page.head:
            for column, title in enumerate(self._page.head):
                self._sheet.write_string(self._row, column, title, self._head)
            self._row += 1
            self._sheet.freeze_panes(self._row, 0)
        head = self._row - 1
        for row in self._page.rows:
            if self._row == MOST_ROWS - 1:
                self._add((_ELSEWHERE,))
                break
            self._add(row)
        if self._page.filtered and self._row > head + 1:
            self._sheet.autofilter(head, 0, self._row - 1, len(self._page.head) - 1)

    def _add(self, row: tuple[Cell, ...]) -> None:
        for column, value in enumerate(row):
            self._cell(column, value)
        self._row += 1

    def _cell(self, column: int, value: Cell) -> None:
        if isinstance(value, str):
            self._sheet.write_string(self._row, column, value[:LONGEST], self._text)
        elif isinstance(value, Decimal):
            self._sheet.write_number(self._row, column, value, self._money)
        elif isinstance(value, int):
            self._sheet.write_number(self._row, column, value, self._count)
        elif isinstance(value, datetime):
            self._sheet.write_string(self._row, column, f"{value:%Y-%m-%d %H:%M} UTC", self._text)
        elif isinstance(value, date):
            self._sheet.write_datetime(self._row, column, value, self._day)
