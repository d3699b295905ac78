"""Understand the name of a time zone as people type it. Pure; asks nobody."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from functools import cache
from zoneinfo import available_timezones

from rapidfuzz import fuzz, process

_OFFERED = 3
_NEAR = 60  # rapidfuzz's WRatio, 0 to 100: below this a name is noise, not a suggestion


def zone_typed(text: str) -> str:
    """Give the IANA zone that is meant by its name or its city, in any letter case; "" when none is."""
    wanted = _plain(text)
    by_name, by_city = _known()
    if wanted in by_name:
        return by_name[wanted]
    cities = by_city.get(wanted, ())
    return cities[0] if len(cities) == 1 else ""


def near(text: str) -> tuple[str, ...]:
    """Give zones that may be meant, likeliest first."""
    wanted = _plain(text)
    by_name, by_city = _known()
    if wanted in by_city:
        return by_city[wanted][:_OFFERED]
    ranked = process.extract(wanted, list(by_city), scorer=fuzz.WRatio, limit=_OFFERED, score_cutoff=_NEAR)
    found = [zone for city, _, _ in ranked for zone in by_city[city]]
    ranked = process.extract(wanted, list(by_name), scorer=fuzz.ratio, limit=1, score_cutoff=_NEAR)
    found = [by_name[name] for name, _, _ in ranked] + found
    return tuple(dict.fromkeys(found))[:_OFFERED]


@cache
def _known() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Give zones by their names and by their cities, as `_plain` writes both."""
    zones = sorted(one for one in available_timezones() if _is_place(one))
    cities: dict[str, list[str]] = defaultdict(list)
    for zone in zones:
        cities[_plain(zone.rpartition("/")[2])].append(zone)
    return {_plain(one): one for one in zones}, {city: tuple(found) for city, found in cities.items()}


def _is_place(zone: str) -> bool:
    return zone == "UTC" or ("/" in zone and not zone.startswith(("posix/", "right/", "SystemV/", "US/")))


def _plain(text: str) -> str:
    """Leave out what people leave out: letter case, accents, underscores."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return " ".join(bare.replace("_", " ").split()).casefold().replace(" / ", "/")
