"""Says in words when something was or will be, as seen from a moment. Must not know any domain value."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.views.words import counted

_NIGHT_ENDS, _EVENING_BEGINS = 6, 20  # hours on the wall


def ago(at: datetime, now: datetime) -> str:
    """Say how long ago something was: "just now", "5 hours ago"; rounded down."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{counted(minutes, 'minute')} ago"
    hours = minutes // 60
    return f"{counted(hours, 'hour')} ago" if hours < 48 else f"{counted(hours // 24, 'day')} ago"


def soon(at: datetime, now: datetime, zone: str) -> str:
    """Say when something will be, by the clock on the wall of `zone`: "tonight at 02:37 London time"."""
    if at <= now:
        return "any minute now"
    there, here = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    return f"{_day(there, here)} at {there:%H:%M} {place(zone)}"


def place(zone: str) -> str:
    """Name an IANA zone as people do: "London time"."""
    city = zone.rpartition("/")[2].replace("_", " ")
    return f"{city} time" if "/" in zone and not zone.startswith("Etc/") else city


def _day(there: datetime, here: datetime) -> str:
    days = (there.date() - here.date()).days
    if days == 0:
        in_the_dark = there.hour >= _EVENING_BEGINS or there.hour < _NIGHT_ENDS
        return "tonight" if in_the_dark else "today"
    if days == 1:
        # Whoever is up in the small hours calls only the rest of this night "tonight".
        return "tonight" if there.hour < _NIGHT_ENDS <= here.hour else "tomorrow"
    if days < 7:
        return f"on {there:%A}"
    year = f" {there:%Y}" if there.year != here.year else ""
    return f"on {there.day} {there:%b}{year}"
