"""Understand the name of a time zone as people type it. Pure; asks nobody."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from rapidfuzz import fuzz, process

_OFFERED = 3
_NEAR = 60  # rapidfuzz's WRatio, 0 to 100: below this a name is noise, not a suggestion


_OFFSET = re.compile(
    r"(?:utc|gmt) ?|(?:utc|gmt)? ?(?P<sign>[+-]) ?(?P<hours>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?"
)
_INVERTED = "etc/"  # Etc/GMT+5 is what people call GMT-5: taken when typed in full, never offered
# Of the many places with one offset, those that most people mean; the likelier first.
# fmt: off
_LIVELY = (
    "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Paris",
    "Europe/Berlin", "Europe/Madrid", "Europe/Athens", "Africa/Johannesburg",
    "Africa/Lagos", "Africa/Nairobi", "Africa/Cairo", "Europe/Moscow",
    "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Kathmandu",
    "Asia/Dhaka", "Asia/Bangkok", "Asia/Singapore", "Asia/Hong_Kong",
    "Asia/Manila", "Asia/Tokyo", "Australia/Sydney", "Australia/Melbourne",
    "Australia/Hobart", "Australia/Brisbane", "Australia/Adelaide", "Australia/Darwin",
    "Australia/Perth", "Pacific/Auckland", "America/New_York", "America/Toronto",
    "America/Bogota", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Halifax", "America/St_Johns",
    "America/Sao_Paulo", "Atlantic/Azores",
)
# fmt: on


def zone_typed(text: str) -> str:
    """Give the IANA zone that is meant by its name or its city, in any letter case; "" when none is."""
    wanted = _plain(text)
    by_name, by_city = _known()
    if wanted in by_name:
        return by_name[wanted]
    cities = by_city.get(wanted, ())
    return cities[0] if len(cities) == 1 else ""


def near(text: str, at: datetime) -> tuple[str, ...]:
    """Give zones that may be meant, likeliest first; for an offset such as "GMT+13": who has it at `at`."""
    wanted = _plain(text).replace("\N{MINUS SIGN}", "-")
    if offset := _OFFSET.fullmatch(wanted):
        return _with_offset(offset, at)
    by_name, by_city = _known()
    by_name = {name: zone for name, zone in by_name.items() if not name.startswith(_INVERTED)}
    if wanted in by_city:
        return by_city[wanted][:_OFFERED]
    ranked = process.extract(wanted, list(by_city), scorer=fuzz.WRatio, limit=_OFFERED, score_cutoff=_NEAR)
    found = [zone for city, _, _ in ranked for zone in by_city[city]]
    ranked = process.extract(wanted, list(by_name), scorer=fuzz.ratio, limit=1, score_cutoff=_NEAR)
    found = [by_name[name] for name, _, _ in ranked] + found
    return tuple(dict.fromkeys(found))[:_OFFERED]


def _with_offset(typed: re.Match[str], at: datetime) -> tuple[str, ...]:
    wanted = timedelta(hours=int(typed["hours"] or 0), minutes=int(typed["minutes"] or 0))
    wanted = -wanted if typed["sign"] == "-" else wanted
    by_name, _ = _known()
    others = [one for name, one in by_name.items() if not name.startswith((_INVERTED, "antarctica/"))]
    for zones in (_LIVELY, others):
        if found := [one for one in zones if at.astimezone(ZoneInfo(one)).utcoffset() == wanted]:
            return tuple(found[:_OFFERED])
    return ()


@cache
def _known() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Give zones by their names and by their cities, as `_plain` writes both."""
    zones = sorted(one for one in available_timezones() if _is_place(one))
    cities: dict[str, list[str]] = defaultdict(list)
    for zone in zones:
        if _plain(zone).startswith(_INVERTED):
            continue
        cities[_plain(zone.rpartition("/")[2])].append(zone)
    return {_plain(one): one for one in zones}, {city: tuple(found) for city, found in cities.items()}


def _is_place(zone: str) -> bool:
    return zone == "UTC" or ("/" in zone and not zone.startswith(("posix/", "right/", "SystemV/", "US/")))


def _plain(text: str) -> str:
    """Leave out what people leave out: letter case, accents, underscores."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return " ".join(bare.replace("_", " ").split()).casefold().replace(" / ", "/")
