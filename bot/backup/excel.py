"""Decide how a cell is put into an Excel workbook so that nothing of it is damaged. Pure.

Limits are those of support.microsoft.com, "Excel specifications and limits": 15 digits a number, 32,767
characters a cell, dates from 1900 to 9999; names of sheets have up to 31 characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from bot.backup.sheets import Cell, Number
from bot.xero.dates import read_moment

LONGEST = 32_767
MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
LONGEST_SHEET_NAME = 31
CUT = " … (cut: a cell holds no more)"
_DIGITS = 15
_LARGEST, _SMALLEST = Decimal("9.9E+307"), Decimal("2.3E-308")
_FIRST_DAY = date(1900, 3, 1)  # Excel takes 1900 for a leap year: before that day its dates are one off
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?(?:Z|[+-]\d\d:\d\d)?")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")  # what an XML file cannot hold (w3.org/TR/xml, Char)


class Look(StrEnum):
    """How a value is shown."""

    TEXT = ""
    COUNT = "0"
    MONEY = "#,##0.00"
    FINE = "General"
    DAY = "yyyy-mm-dd"
    MOMENT = "yyyy-mm-dd hh:mm:ss"


@dataclass(frozen=True, slots=True)
class Put:
    """A value ready to be written; `cut`: it is longer than a cell holds."""

    value: str | bool | Decimal | date | datetime
    look: Look = Look.TEXT
    cut: bool = False


def put(cell: Cell) -> Put:
    """Give the value that Excel shows as Xero sent it; a number or a date it would change stays a text."""
    if isinstance(cell, bool):
        return Put(cell)
    if isinstance(cell, date):
        return _day(cell)
    if isinstance(cell, Number):
        return _number(cell)
    moment = read_moment(cell) if _MOMENT.fullmatch(cell) else None
    return _moment(moment, cell) if moment else _text(cell)


def sheet_name(wanted: str, taken: set[str]) -> str:
    """Give a name that Excel takes for a sheet, and that no other sheet has; notes it in `taken`."""
    plain = _FORBIDDEN.sub(" ", _NO_XML.sub("", wanted)).strip().strip("'") or "Sheet"
    number, found = 1, plain[:LONGEST_SHEET_NAME].strip(" '") or "Sheet"
    while found.casefold() in taken or found.casefold() == "history":  # reserved by Excel
        number += 1
        found = f"{plain[: LONGEST_SHEET_NAME - len(str(number)) - 3].strip()} ({number})"
    taken.add(found.casefold())
    return found


def _number(written: str) -> Put:
    """Take a number for one only if Excel's fifteen digits hold all of it."""
    try:
        value = Decimal(written)
    except InvalidOperation:
        return _text(written)
    digits = len(value.normalize().as_tuple().digits)
    in_range = value == 0 or _SMALLEST <= abs(value) <= _LARGEST
    if not value.is_finite() or digits > _DIGITS or not in_range:
        return _text(written)
    places = -int(value.as_tuple().exponent)
    if places <= 0:
        return Put(value, Look.COUNT)
    return Put(value, Look.MONEY if places <= 2 else Look.FINE)


def _day(cell: date) -> Put:
    if isinstance(cell, datetime):
        return _moment(cell, cell.astimezone(UTC).isoformat())
    return Put(cell, Look.DAY) if cell >= _FIRST_DAY else _text(cell.isoformat())


def _moment(moment: datetime, written: str) -> Put:
    """Write a moment as the clock in UTC showed it: Excel's dates know no zone."""
    bare = moment.astimezone(UTC).replace(tzinfo=None)
    if bare.date() < _FIRST_DAY:
        return _text(written)
    if (bare.hour, bare.minute, bare.second, bare.microsecond) == (0, 0, 0, 0):
        return Put(bare.date(), Look.DAY)
    return Put(bare, Look.MOMENT)


def _text(text: str) -> Put:
    clean = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    if _length(clean) <= LONGEST:
        return Put(clean)
    kept = clean[: LONGEST - len(CUT)]
    while _length(kept) > LONGEST - len(CUT):
        kept = kept[: -max(1, (_length(kept) - LONGEST + len(CUT)) // 2)]
    return Put(kept + CUT, cut=True)


def _length(text: str) -> int:
    """Count as Excel does: a character beyond the first 65,536 is two."""
    return len(text) + sum(char > "\uffff" for char in text)
