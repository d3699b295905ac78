"""Find the zone of an organisation: Xero's own word for it, else its country, else UTC. Pure; asks nobody.

Xero names zones as Windows does, without spaces and signs: NEWZEALANDSTANDARDTIME (Xero OpenAPI 16.1.0,
schema TimeZone); the Unicode consortium says which IANA zone each of Windows' names means.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tzlocal.windows_tz import win_tz

from bot.domain.organisation import OrganisationFacts

UTC_NAME = "UTC"
# Xero still has two names that Windows has given up.
_GIVEN_UP = {"KAMCHATKASTANDARDTIME": "Asia/Kamchatka", "MIDATLANTICSTANDARDTIME": "Atlantic/South_Georgia"}
# Of a country with several zones: the one most of its people live in.
_LIVELIEST = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PG": "Pacific/Port_Moresby",
    "PT": "Europe/Lisbon",
    "US": "America/New_York",
}


def zone_of(facts: OrganisationFacts) -> str:
    """Give the IANA zone an organisation lives in."""
    named = _by_windows_name().get(_bare(facts.timezone)) if facts.timezone else None
    return named or _by_country().get(facts.country.upper(), UTC_NAME)


def known(zone: str) -> str:
    """Give the zone back when its rules are known here, else UTC."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC_NAME
    return zone


@cache
def _by_windows_name() -> dict[str, str]:
    return {**{_bare(name): zone for name, zone in win_tz.items()}, **_GIVEN_UP}


@cache
def _by_country() -> dict[str, str]:
    """Read the zone database's own list: a country's only zone, or the liveliest of several."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text().splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found[country].append(zone)
    return {**{country: zones[0] for country, zones in found.items() if len(zones) == 1}, **_LIVELIEST}


def _bare(name: str) -> str:
    """Leave out what Xero leaves out: spaces, dots, brackets, and the minus of "UTC-02"."""
    return re.sub(r"[^A-Z0-9+]", "", name.upper())
