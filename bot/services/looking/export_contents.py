"""The first workbook to open of an export: which kind of data is in which file, and what is missing of it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bot.services.looking.export_books import opened_book
from bot.services.looking.export_form import Contents
from bot.services.looking.export_place import FileWords, Source

if TYPE_CHECKING:
    from xlsxwriter import Workbook

NAME = "contents.xlsx"
_HEAD = ("Data", "Records", "File", "Read to its end", "What is missing")
_WIDTHS = (40, 12, 36, 16, 90)


def write_contents_book(source: Source, contents: Contents) -> list[FileWords]:
    """Write the list of what is in the other files."""
    with TemporaryDirectory(dir=source.scratch) as folder:
        path = Path(folder) / "book"
        with opened_book(path) as book:
            _write(book, source, contents)
        put = source.put(NAME, [path.read_bytes()])
    return [{"file": NAME, "records": len(contents.resources), "sha256": put["sha256"]}]


def _write(book: Workbook, source: Source, contents: Contents) -> None:
    bold, wrapped = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True})
    sheet = book.add_worksheet("Contents")
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    info = source.info
    sheet.write_string(0, 0, f"Backup #{info.number}, taken {info.taken_at:%Y-%m-%d %H:%M} UTC.")
    sheet.write_string(1, 0, "Times are in UTC. A number of more than 15 digits stands as a text.")
    for place, head in enumerate(_HEAD):
        sheet.write_string(3, place, head, bold)
    sheet.freeze_panes(4, 0)
    for row, one in enumerate(contents.resources, start=4):
        sheet.write_string(row, 0, one["title"])
        sheet.write_number(row, 1, one["count"])
        _link(sheet, row, one["file"])
        sheet.write_string(row, 3, "yes" if one["complete"] else "no")
        sheet.write_string(row, 4, " ".join(gap["sentence"] for gap in one["gaps"]), wrapped)


def _link(sheet: Any, row: int, name: str | None) -> None:
    if name is None:
        sheet.write_string(row, 2, "none")
    elif name.endswith(".xlsx"):
        sheet.write_url(row, 2, f"external:{name}", string=name)
    else:
        sheet.write_string(row, 2, name)
