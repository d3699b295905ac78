"""Quantity, price and discount of a line, sent so that Xero works out the amount that it had. Pure and exact.

Xero refuses a document whose lines do not add up ("The line total ... does not match the expected line
total"), so quantity and price are kept only where they give the amount; prices have at most four decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bot.restore.model import Json

_CENT, _FOUR_PLACES = Decimal("0.01"), Decimal("0.0001")
_NOTHING, _ONE, _HUNDRED = Decimal("0.00"), Decimal(1), Decimal(100)


@dataclass(frozen=True, slots=True)
class Priced:
    """What is sent for a line's amount, and the key of what it changes ("" where nothing does)."""

    fields: Json
    change: str = ""


def number(value: Any) -> Decimal | None:
    """Read an amount of a decoded record; None when absent."""
    return None if value is None or value == "" else Decimal(value)


def money(value: Decimal) -> Decimal:
    """Round to the cent, half up."""
    return value.quantize(_CENT, ROUND_HALF_UP)


def is_text(line: Mapping[str, Any]) -> bool:
    """Say whether a line is a description and nothing else."""
    return number(line.get("Quantity")) is None and not number(line.get("LineAmount"))


def priced(line: Mapping[str, Any], *, discounts: bool) -> Priced:
    """Choose quantity, price and discount of a line; the first of these that gives its amount exactly.

    As it was; the same quantity with a price that has the discount in it; quantity 1.
    """
    quantity, unit = number(line.get("Quantity")), number(line.get("UnitAmount"))
    amount = number(line.get("LineAmount"))
    discount = _discount(line)
    if quantity is not None and unit is not None and (discounts or not discount):
        as_it_was: Json = {"Quantity": quantity, "UnitAmount": unit, **discount}
        if amount is None or money(amount) in _amounts(quantity, unit, discount):
            return Priced(as_it_was)
    change = "changed.discount" if discount and not discounts else "changed.quantity"
    if amount is None:  # a draft's line that was never worked out
        return Priced({"Quantity": quantity or _ONE, "UnitAmount": unit or _NOTHING}, change)
    if quantity:
        unit = (amount / quantity).quantize(_FOUR_PLACES, ROUND_HALF_UP)
        if money(quantity * unit) == money(amount):
            return Priced({"Quantity": quantity, "UnitAmount": unit}, change)
    return Priced({"Quantity": _ONE, "UnitAmount": money(amount)}, change)


def _discount(line: Mapping[str, Any]) -> Json:
    """Give the discount as it was entered: a rate, or else an amount; nothing where it takes nothing off."""
    for field in ("DiscountRate", "DiscountAmount"):
        if value := number(line.get(field)):
            return {field: value}
    return {}


def _amounts(quantity: Decimal, unit: Decimal, discount: Json) -> set[Decimal]:
    """Give the amounts that quantity and price can come to: rounded before the discount, or after it."""
    gross = quantity * unit
    if "DiscountAmount" in discount:
        return {money(gross) - money(discount["DiscountAmount"]), money(gross - discount["DiscountAmount"])}
    off = gross * discount.get("DiscountRate", _NOTHING) / _HUNDRED
    return {money(gross) - money(off), money(gross - off)}
