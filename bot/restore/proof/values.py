"""Bring values of two organisations into one spelling, so that equal ones are equal texts. Pure.

Xero spells the same thing in several ways: `/Date(ms+0000)/` or ISO, 1.0 or 1.0000, a field that is null,
missing, "" or []. Nothing, zero and False are all "" here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from bot.restore.model import IdMap

NOT_THERE = "(not there)"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICKS = "/Date("
_BUILT_IN_TAX = "TAX"  # what Xero itself numbers begins so; other codes are the same everywhere


@dataclass(frozen=True, slots=True)
class Refs:
    """Names records of the target: those of the source through the id map, its own ones as they are."""

    ids: IdMap | None = None

    def of(self, resource: str, key: Any) -> str:
        """Give the target's key of a record, NOT_THERE when the restore brought none."""
        text = str(key or "")
        if not text or self.ids is None:
            return text.lower()
        found = self.ids.find(resource, text) or self.ids.find(resource, text.lower())
        if found is None and resource == "tax_types" and not text.startswith(_BUILT_IN_TAX):
            found = text
        return NOT_THERE if found is None else found.lower()


def text(value: Any) -> str:
    """Give a text without what differs by chance: line ends, spaces at its ends."""
    if value is None or value is False or value == []:
        return ""
    return str(value).replace("\r\n", "\n").strip()


def flag(value: Any) -> str:
    """Give a mark."""
    return "yes" if value is True or str(value).lower() == "true" else ""


def number(value: Any) -> str:
    """Give a number without trailing zeros; nothing and zero are the same."""
    if not value:
        return ""
    try:
        found = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return f"{found.normalize():f}" if found else ""


def rate(value: Any) -> str:
    """Give a rate of exchange; a document without one is in the base currency."""
    return number(value) or "1"


@lru_cache(maxsize=8192)
def _day(value: str) -> str:
    if not value.startswith(_TICKS):
        return value[:10]
    digits = value[len(_TICKS) : value.find(")")]
    sign = max(digits.find("+"), digits.find("-", 1))
    try:
        ticks = int(digits if sign < 0 else digits[:sign])
        return (_EPOCH + timedelta(milliseconds=ticks)).date().isoformat()
    except (ValueError, OverflowError):
        return value


def day(record: Mapping[str, Any], field: str) -> str:
    """Give a business date of a record as 2026-03-01; its text twin stands in where the field is missing."""
    return _day(str(record.get(field) or record.get(f"{field}String") or ""))


def shown(value: str) -> str:
    """Shorten a value for people."""
    flat = " ".join(value.split())
    return flat if len(flat) <= 200 else f"{flat[:199]}…"
