"""Turn a record into rows of tables, for people who open them in a spreadsheet. Pure.

Numbers stay as Xero wrote them, dates become ISO. A text that a spreadsheet would take for a formula gets an
apostrophe before it (owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.xero.dates import read_moment

MAIN = ""  # the sheet of the records themselves; other sheets are named after the lists inside them
PARENT, POSITION, VALUE = "record", "position", "value"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, str]


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


def rows_of(record_id: str, raw: bytes) -> Iterator[tuple[str, Row]]:
    """Yield (sheet, row) for a record: one row for itself, one for each entry of the lists inside it."""
    value = _read(raw)
    if not isinstance(value, dict):
        yield MAIN, {PARENT: _cell(record_id), VALUE: _cell(value)}
        return
    yield MAIN, dict(_flat("", value))
    for key, entries in _lists("", value):
        for place, entry in enumerate(entries, start=1):
            inside = dict(_flat("", entry, deep=True)) if isinstance(entry, dict) else {VALUE: _cell(entry)}
            yield _sheet(key), {PARENT: _cell(record_id), POSITION: str(place), **inside}


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw, parse_float=_Number, parse_int=_Number)
    except (ValueError, RecursionError):
        return raw.decode("utf-8", "replace")


def _flat(prefix: str, fields: Mapping[str, Any], *, deep: bool = False) -> Iterator[tuple[str, str]]:
    """Yield a column for each field; objects inside are written as `Contact.Name`."""
    for key, value in fields.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}{key}.", value, deep=deep)
        elif not isinstance(value, list) or deep or not _has_objects(value):
            yield prefix + key, _cell(value)


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


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return _text(str(value))


def _text(text: str) -> str:
    moment = read_moment(text) if text.startswith("/Date(") else None
    if moment is not None:
        midnight = (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
        return moment.date().isoformat() if midnight else moment.isoformat().replace("+00:00", "Z")
    return f"'{text}" if text.startswith(_FORMULA) else text
