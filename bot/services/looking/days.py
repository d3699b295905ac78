"""Find the backup that shows the books as they were at the end of a day, and the day that a person means.

A day is one of the organisation's own zone. Asks nobody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.organisation import Organisation
from bot.errors import Refused
from bot.services.timing.zones import zone_of
from bot.vault import SnapshotInfo

NOT_YET = "That day has not come yet. Leave it out to look into the newest backups."
HOW = "2026-06-03 or 3 June 2026"
UNCLEAR = f"I cannot tell which day that is. Write it as {HOW}."
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WORDED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)? +([a-z]{3,9})|([a-z]{3,9}) +(\d{1,2})(?:st|nd|rd|th)?),?(?: +(\d{4}))?"
)
_SLASHED = re.compile(r"\d{1,4}[/.]\d{1,2}[/.]\d{2,4}")
_TAIL = re.compile(r"(?P<words>.*\S)\s+on\s+(?P<day>\S.*)", re.IGNORECASE | re.DOTALL)


def parted(text: str, today: date) -> tuple[str, date | None]:
    """Part a question from the day at its end ("INV-0042 on 3 June"); None when it ends with no day.

    Raises Refused for a date that could be two days, and for a day to come.
    """
    found = _TAIL.fullmatch(text.strip())
    if found is None:
        return text, None
    day = day_meant(found["day"], today)
    return (found["words"], day) if day else (text, None)


def day_meant(text: str, today: date) -> date | None:
    """Read a day; None when it is none. Raises Refused for what could be two days, and for a day to come."""
    plain = " ".join(text.casefold().replace(",", " ").split())
    if _SLASHED.fullmatch(plain):  # 3/6 is in June here and in March there
        raise Refused(UNCLEAR)
    day = {"today": today, "yesterday": today - timedelta(days=1)}.get(plain) or _written(plain, today)
    if day is not None and day > today:
        raise Refused(NOT_YET)
    return day


def as_at(infos: Sequence[SnapshotInfo], organisation: Organisation, day: date) -> list[SnapshotInfo]:
    """Give the snapshots that were taken by the end of a day; the last of them shows that day."""
    zone = ZoneInfo(zone_of(organisation.facts))
    return [one for one in infos if one.taken_at.astimezone(zone).date() <= day]


def today_of(organisation: Organisation, now: datetime) -> date:
    """Give the day that it is where the organisation is."""
    return now.astimezone(ZoneInfo(zone_of(organisation.facts))).date()


def _written(plain: str, today: date) -> date | None:
    iso, worded = _ISO.fullmatch(plain), _WORDED.fullmatch(plain)
    if iso:
        return _real(int(iso[1]), int(iso[2]), int(iso[3]))
    if not worded:
        return None
    named, number = worded[2] or worded[3], int(worded[1] or worded[4])
    month = next((place for place, one in enumerate(_MONTHS, start=1) if one.startswith(named)), 0)
    if not month:
        return None
    if worded[5]:
        return _real(int(worded[5]), month, number)
    this = _real(today.year, month, number)
    return this if this is None or this <= today else _real(today.year - 1, month, number)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
