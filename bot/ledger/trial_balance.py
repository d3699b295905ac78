"""Read Xero's own trial balance. Pure; judges nothing.

Source: the example of GET /Reports/TrialBalance in Xero OpenAPI 16.1.0. The columns Debit and Credit move
within the month; YTD Debit and YTD Credit are the balances, for profit and loss the financial year so far.
Values are texts, an empty one is nothing, and an account's id stands in its cells' attributes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import msgspec

from bot.ledger.model import ZERO, AccountKey
from bot.ledger.wire import Record, decoder

_DEBIT, _CREDIT = "YTD Debit", "YTD Credit"


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Balances by account, debits positive; `unplaced` is the size of rows that name no account."""

    balances: dict[AccountKey, Decimal]
    unplaced: Decimal = ZERO


class _Attribute(Record, gc=False):
    id: str | None = None
    value: str | None = None


class _Cell(Record, gc=False):
    value: str | None = None
    attributes: list[_Attribute] | None = None


class _Row(Record):
    row_type: str = ""
    cells: list[_Cell] = msgspec.field(default_factory=list)
    rows: list[_Row] = msgspec.field(default_factory=list)


class _Report(Record):
    rows: list[_Row] = msgspec.field(default_factory=list)


_REPORT = decoder(_Report)


def read_trial_balance(raw: bytes) -> TrialBalance:
    """Read one report. Raises ValueError where its columns or values are not those of a trial balance."""
    report: _Report = _REPORT.decode(raw)
    debit, credit = _columns(report)
    balances: dict[AccountKey, Decimal] = {}
    unplaced = ZERO
    for row in _rows(report.rows):
        value = _number(row, debit) - _number(row, credit)
        account = _account(row)
        if account is None:
            unplaced += abs(value)
        else:
            balances[account] = balances.get(account, ZERO) + value
    return TrialBalance(balances, unplaced)


def _columns(report: _Report) -> tuple[int, int]:
    for row in report.rows:
        if row.row_type == "Header":
            titles = [cell.value for cell in row.cells]
            return titles.index(_DEBIT), titles.index(_CREDIT)
    raise ValueError("a report without a header")


def _rows(rows: list[_Row]) -> Iterator[_Row]:
    for row in rows:
        if row.row_type == "Row":
            yield row
        yield from _rows(row.rows)


def _account(row: _Row) -> AccountKey | None:
    for attribute in (row.cells[0].attributes or ()) if row.cells else ():
        if attribute.id == "account" and attribute.value:
            return AccountKey(attribute.value.lower())
    return None


def _number(row: _Row, column: int) -> Decimal:
    text = row.cells[column].value if column < len(row.cells) else None
    try:
        value = Decimal((text or "0").replace(",", ""))
    except InvalidOperation:
        raise ValueError("a value that is no number") from None
    if not value.is_finite():
        raise ValueError("a value that is no number")
    return value
