"""Turn a record into rows of tables, for people who open them in a spreadsheet. Pure.

Numbers stay as Xero wrote them, dates become dates. `as_text` writes a cell for CSV: a text that a
spreadsheet would take for a formula gets an apostrophe before it
(owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from bot.xero.dates import read_moment

MAIN = ""  # the sheet of the records themselves; other sheets are named after the lists inside them
PARENT, POSITION, VALUE = "record", "position", "value"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HALVES = re.compile("[\ud800-\udfff]")  # JSON may name halves of characters, which no file can hold


class Number(str):
    """A number as it was written."""

    __slots__ = ()


Cell = Number | str | bool | date | datetime
Row = dict[str, Cell]


def rows_of(record_id: str, raw: bytes) -> Iterator[tuple[str, Row]]:
    """Yield (sheet, row) for a record: one row for itself, one for each entry of the lists inside it.

    A record that is a list, as the history of one document is, gives a row for each of its entries.
    """
    value = _read(raw)
    if isinstance(value, list) and _has_objects(value):
        yield from ((MAIN, _entry(record_id, place, each)) for place, each in enumerate(value, start=1))
    elif not isinstance(value, dict):
        yield MAIN, {PARENT: _cell(record_id), VALUE: _cell(value)}
    else:
        # an id that says more than the record itself knows: what it hangs on, which day it is of
        yield MAIN, {**({PARENT: record_id} if "/" in record_id else {}), **dict(_flat("", value))}
        for key, entries in _lists("", value):
            for place, entry in enumerate(entries, start=1):
                yield _sheet(key), _entry(record_id, place, entry)


def as_text(cell: Cell) -> str:
    """Write a cell for CSV."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat().replace("+00:00", "Z")
    if isinstance(cell, date):
        return cell.isoformat()
    guarded = not isinstance(cell, Number) and cell.startswith(_FORMULA)
    return f"'{cell}" if guarded else str(cell)


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw, parse_float=Number, parse_int=Number)
    except (ValueError, RecursionError):
        return raw.decode("utf-8", "replace")


def _entry(record_id: str, place: int, entry: Any) -> Row:
    inside = dict(_flat("", entry, deep=True)) if isinstance(entry, dict) else {VALUE: _cell(entry)}
    return {PARENT: record_id, POSITION: Number(place), **inside}


def _flat(prefix: str, fields: Mapping[str, Any], *, deep: bool = False) -> Iterator[tuple[str, Cell]]:
    """Yield a column for each field; objects inside are written as `Contact.Name`."""
    for key, value in fields.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}{key}.", value, deep=deep)
        elif not isinstance(value, list) or deep or not _has_objects(value):
            yield whole(prefix + key), _cell(value)


def _lists(prefix: str, fields: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for key, value in fields.items():
        if isinstance(value, dict):
            yield from _lists(f"{prefix}{key}.", value)
        elif isinstance(value, list) and _has_objects(value):
            yield prefix + key, value


def _has_objects(value: list[Any]) -> bool:
    return any(isinstance(one, dict | list) for one in value)


def _sheet(key: str) -> str:
    """Name a sheet as files are named: `LineItems` is line_items."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower()).strip("_")[:40]


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool | Number):
        return value
    if isinstance(value, list | dict):
        return whole(json.dumps(value, ensure_ascii=False)) if value else ""
    return _text(str(value))


def _text(text: str) -> Cell:
    moment = read_moment(text) if text.startswith("/Date(") else None
    if moment is None:
        return whole(text)
    midnight = (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
    return moment.date() if midnight else moment


def whole(text: str) -> str:
    """Put a sign for each half of a character in a text."""
    return _HALVES.sub("\N{REPLACEMENT CHARACTER}", text)
