"""Turn a report as Xero sent it into rows under the report's own headings. Pure.

The shape is that of `ReportRows` and `ReportCell` (Xero OpenAPI 16.1.0): sections with a title, and in each
cell a text, also where it is an amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from bot.backup.sheets import PARENT, Number, Row, whole

SECTION, KIND = "section", "row"
_AMOUNT = re.compile(r"-?\d+(?:\.\d+)?")


class _Cell(msgspec.Struct):
    Value: Any = ""


class _Row(msgspec.Struct):
    RowType: str
    Title: Any = ""
    Cells: list[_Cell] | None = None
    Rows: list[_Row] | None = None


class _Report(msgspec.Struct):
    Rows: list[_Row]


_REPORT = msgspec.json.Decoder(_Report)


def is_report(raw: bytes) -> bool:
    """Say whether a record is a report with rows."""
    return _read(raw) is not None


def report_rows(record_id: str, raw: bytes) -> Iterator[Row]:
    """Yield a report's rows, each under the heading of its column; what has no heading is numbered."""
    report = _read(raw)
    heads: list[str] = []
    for section, row in _flat("", report.Rows if report else []):
        texts = [_text(cell.Value) for cell in row.Cells or ()]
        if row.RowType == "Header":
            heads = texts
        elif texts:
            named = {_head(heads, place): _cell(text, place) for place, text in enumerate(texts)}
            yield {PARENT: whole(record_id), SECTION: whole(section), KIND: row.RowType, **named}


def _read(raw: bytes) -> _Report | None:
    if b'"Rows"' not in raw:  # spares every other record the attempt
        return None
    try:
        return _REPORT.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _flat(section: str, rows: list[_Row]) -> Iterator[tuple[str, _Row]]:
    for row in rows:
        yield section, row
        yield from _flat(_text(row.Title) or section, row.Rows or [])


def _head(heads: list[str], place: int) -> str:
    head = heads[place] if place < len(heads) else ""
    twice = head in heads[:place]
    return f"{head} ({place + 1})" if head and twice else head or f"column {place + 1}"


def _cell(text: str, place: int) -> str:
    """Take an amount for a number; the first column names things, also those that look like numbers."""
    return Number(text) if place and _AMOUNT.fullmatch(text) else whole(text)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
