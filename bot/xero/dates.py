"""Read the ways Xero writes a moment. Pure; never consults the local clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PREFIX = "/Date("
_AFTER_13_DIGITS, _THIS_CENTURY = len(_PREFIX) + 13, "123"  # of milliseconds, from 2001 to 2096


def read_moment(text: str | None) -> datetime | None:
    """Give the UTC moment of `/Date(ms+0000)/` or an ISO text; None where it is neither.

    The milliseconds are UTC already: an offset such as +1300 only says how the other side would show it.
    Negative numbers and a missing offset occur. ISO texts come with up to seven decimals and without a zone.
    """
    if not text:
        return None
    try:
        return _from_ticks(text) if text.startswith(_PREFIX) else _from_iso(text)
    except (ValueError, OverflowError, OSError):
        return None


def read_http_date(text: str) -> datetime | None:
    """Give the moment of an HTTP Date header; None where it is unreadable."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def write_modified_since(moment: datetime) -> str:
    """Write a moment as If-Modified-Since wants it: UTC, to the second, no zone (Xero OpenAPI 16.1.0)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def month_ends_before(today: date, count: int) -> tuple[date, ...]:
    """Give the last `count` month ends before today's month, newest first."""
    ends: list[date] = []
    day = today
    for _ in range(count):
        day = day.replace(day=1) - timedelta(days=1)
        ends.append(day)
    return tuple(ends)


def _from_ticks(text: str) -> datetime:
    if text[_AFTER_13_DIGITS:] == "+0000)/" and text[len(_PREFIX)] in _THIS_CENTURY:
        # Nearly all, one for each record of a backup; a float holds these to the microsecond.
        return datetime.fromtimestamp(int(text[len(_PREFIX) : _AFTER_13_DIGITS]) / 1000, UTC)
    digits = text[len(_PREFIX) : text.index(")")]
    sign = max(digits.find("+"), digits.find("-", 1))
    milliseconds = int(digits if sign < 0 else digits[:sign])
    return _EPOCH + timedelta(milliseconds=milliseconds)


def _from_iso(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
