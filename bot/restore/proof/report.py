"""Write the file that a bookkeeper keeps of a restore: what was asked, done, refused and found. XLSX.

Every text goes in as a text, never as a formula or a link: names in it come from other people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import xlsxwriter

from bot.domain.restore import Restore
from bot.restore.proof import pages
from bot.restore.proof.created import CreatedRecord
from bot.restore.proof.pages import Cell, Page
from bot.restore.proof.sheet import Sheet

__all__ = ["CreatedRecord", "write_report"]


def write_report(path: Path, restore: Restore, created: Iterable[CreatedRecord]) -> None:
    """Write the report of a restore whose plan and proof are there; an existing file is replaced."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "in_memory": False})
    try:
        book.set_properties({"title": f"Restore {restore.reference}", "created": restore.state_since})
        for page in (*pages.of(restore), _created(created)):
            Sheet(book, page).write()
    finally:
        book.close()


def _created(created: Iterable[CreatedRecord]) -> Page:
    return Page(
        name="Created records",
        head=("Kind", "Name", "Id in the target"),
        widths=(28, 60, 40),
        rows=_rows(created),
        note="To undo the restore by hand, void or delete these in the target organisation.",
    )


def _rows(created: Iterable[CreatedRecord]) -> Iterator[tuple[Cell, ...]]:
    return ((one.title, one.name, one.target_id) for one in created)
