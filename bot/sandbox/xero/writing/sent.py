"""Reading what a client sent: JSON to plain values, dates and amounts with Xero's own complaints.

It checks the form of values only; what they mean is the collections' business.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.sandbox.xero.wire import EPOCH, Fields
from bot.sandbox.xero.writing import messages
from bot.sandbox.xero.writing.refusals import Malformed

_WIRE_DATE = re.compile(r"^/Date\((-?\d+)(?:[+-]\d{4})?\)/$")
_ISO_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$")


class Sent:
    """One JSON object of a request; a null counts as not sent."""

    __slots__ = ("fields",)

    def __init__(self, fields: Fields) -> None:
        self.fields = {name: value for name, value in fields.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def over(self, was: Fields) -> Sent:
        """Give what results when this is laid over what was there before."""
        return Sent(was | self.fields)

    def text(self, name: str, fallback: str = "") -> str:
        """Read a text; numbers are taken as text, as Xero takes account codes."""
        value = self.fields.get(name, fallback)
        if isinstance(value, dict | list | bool):
            raise Malformed(messages.unpublished(f"{name} must be text"))
        return str(value)

    def amount(self, name: str) -> Decimal | None:
        """Read a number, also one written as text; None when it was not sent."""
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool | dict | list):
            raise Malformed(messages.unpublished(f"{name} must be a number"))
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise Malformed(messages.unpublished(f"{name} must be a number")) from None
        if not number.is_finite():
            raise Malformed(messages.unpublished(f"{name} must be a number"))
        return number

    def flag(self, name: str) -> bool | None:
        """Read a yes or no; None when it was not sent."""
        value = self.fields.get(name)
        if value is None or isinstance(value, bool):
            return value
        if str(value).lower() in {"true", "false"}:
            return str(value).lower() == "true"
        raise Malformed(messages.unpublished(f"{name} must be true or false"))

    def day(self, name: str) -> date | None:
        """Read a date: ISO, or as Xero writes it; raises Malformed with Xero's sentence."""
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else parse_day(str(value))

    def part(self, name: str) -> Sent:
        """Read an object; an empty one when it was not sent."""
        value = self.fields.get(name, {})
        if not isinstance(value, dict):
            raise Malformed(messages.unpublished(f"{name} must be an object"))
        return Sent(value)

    def parts(self, name: str) -> list[Sent]:
        """Read a list of objects; an empty one when it was not sent."""
        value = self.fields.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise Malformed(messages.unpublished(f"{name} must be a list of objects"))
        return [Sent(one) for one in value]


def parse_day(text: str) -> date:
    """Read one date; raises Malformed with Xero's sentence."""
    if wire := _WIRE_DATE.match(text):
        return (EPOCH + timedelta(milliseconds=int(wire.group(1)))).astimezone(UTC).date()
    if _ISO_DATE.match(text):
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            pass
    raise Malformed(messages.not_a_date(text))


def read_body(body: bytes) -> Any:
    """Turn a JSON body into plain values, numbers with all their digits; raises Malformed."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except ValueError:
        raise Malformed(messages.unpublished("The body is not JSON")) from None


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def read_elements(body: bytes, plural: str) -> list[Sent]:
    """Read the elements of a request: wrapped in the collection's name, or one of them bare."""
    value = read_body(body)
    if isinstance(value, dict) and plural in value:
        value = value[plural]
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Malformed(messages.unpublished(f"{plural} must be a list of objects"))
    return [Sent(one) for one in value]
