"""Lines of bank transactions, made such that Xero's API takes them.

Facts (developer.xero.com/documentation/api/accounting/banktransactions): quantities are more than zero,
prices are not zero, and tax is what Xero works out; nothing here changes what a line comes to in all.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bot.restore.ground import Ground
from bot.restore.kinds.banks import amount_of

_NOTE = "tax_percentages"
_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)
_ONE = Decimal(1)


def receive_lines(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the lines that carry an amount, with quantities above zero."""
    return [_turned(line) for line in record.get("LineItems") or () if _line_amount(line) != 0]


def needs_new_lines(record: Mapping[str, Any]) -> bool:
    """Say whether any line cannot be sent as it is."""
    lines = record.get("LineItems") or ()
    return any(_line_amount(line) == 0 or amount_of(line, "Quantity") < 0 for line in lines)


def _turned(line: Mapping[str, Any]) -> Mapping[str, Any]:
    quantity = amount_of(line, "Quantity")
    if quantity >= 0:
        return line
    return {**line, "Quantity": -quantity, "UnitAmount": -amount_of(line, "UnitAmount")}


def _line_amount(line: Mapping[str, Any]) -> Decimal:
    if line.get("LineAmount") is not None:
        return amount_of(line, "LineAmount")
    return amount_of(line, "Quantity") * amount_of(line, "UnitAmount")


def with_tax_inside(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Turn lines before tax into lines with tax, so that the total stays whatever tax Xero works out."""
    return [_inclusive(line) for line in receive_lines(record)]


def _inclusive(line: Mapping[str, Any]) -> Mapping[str, Any]:
    whole = _line_amount(line) + amount_of(line, "TaxAmount")
    return {**line, "Quantity": _ONE, "UnitAmount": whole, "LineAmount": whole}


def differs_in_tax(ground: Ground, record: Mapping[str, Any]) -> bool:
    """Say whether any line's tax is not what its rate comes to, to the cent."""
    amounts = record.get("LineAmountTypes") or "Inclusive"
    if amounts == "NoTax":
        return False
    rates = _rates(ground)
    return any(_adjusted(line, rates, inclusive=amounts == "Inclusive") for line in receive_lines(record))


def _adjusted(line: Mapping[str, Any], rates: Mapping[str, Decimal], *, inclusive: bool) -> bool:
    rate = rates.get(str(line.get("TaxType") or ""))
    if rate is None or line.get("TaxAmount") is None:
        return False  # nothing to hold it against
    amount = _line_amount(line)
    tax = amount * rate / (_HUNDRED + rate) if inclusive else amount * rate / _HUNDRED
    return tax.quantize(_CENT, ROUND_HALF_UP) != amount_of(line, "TaxAmount").quantize(_CENT, ROUND_HALF_UP)


def _rates(ground: Ground) -> Mapping[str, Decimal]:
    found: dict[str, Decimal] | None = ground.notes.get(_NOTE)
    if found is None:
        found = ground.notes[_NOTE] = {
            str(one["TaxType"]): amount_of(one, "EffectiveRate")
            for one in ground.records("tax_rates")
            if one.get("TaxType") and one.get("EffectiveRate") is not None
        }
    return found
