"""New organisations, as Xero makes them per country: nothing in them but what Xero gives.

Facts (developer.xero.com, pages on tax rates and organisations): built-in tax types per country; system
accounts are found by SystemAccount, codes are those of Xero's default charts as far as published. Inferred
from Xero's price pages: which plans (Class) come with other currencies.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.sandbox.xero.demo.ground import Profile, lay_ground
from bot.sandbox.xero.organisation import PretendOrganisation

PROFILES: dict[str, Profile] = {
    profile.key: profile
    for profile in (
        Profile(
            key="fresh-uk", name="Harbour Books Ltd (new)", legal_name="Harbour Books Limited", tax_number=""
        ),
        Profile(
            key="fresh-au", name="Harbour Books Pty Ltd (new)", legal_name="Harbour Books Pty Ltd",
            country="AU", version="AU", currency="AUD", year_end=(30, 6), tax_number="",
            timezone="AUSEASTERNSTANDARDTIME",
        ),
        Profile(
            key="fresh-nz", name="Harbour Books NZ Ltd (new)", legal_name="Harbour Books NZ Limited",
            country="NZ", version="NZ", currency="NZD", tax_number="", timezone="NEWZEALANDSTANDARDTIME",
            tax_basis="PAYMENTS", tax_period="TWOMONTHS",
        ),
        Profile(
            key="fresh-us", name="Harbour Books Inc (new)", legal_name="Harbour Books Inc", country="US",
            version="US", currency="USD", year_end=(31, 12), tax_number="",
            timezone="EASTERNSTANDARDTIME", tax_period="MONTHLY",
        ),
        Profile(
            key="fresh-global", name="Harbour Books DAC (new)", legal_name="Harbour Books DAC", country="IE",
            version="GLOBAL", currency="EUR", year_end=(31, 12), tax_number="",
            tax_period="MONTHLY",
        ),
    )
}  # fmt: skip
_FURTHER = re.compile(r"^(?P<first>fresh-[a-z]+)-(?P<number>[2-9]|[1-9]\d)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What may be different about a new organisation.

    `key` and `name` are its own; `currency`, `country` and `edition_class` (Xero's Class) replace the
    country's usual ones; `multicurrency` None follows the class; the lock dates are those of its settings;
    `currencies` have been added already.
    """

    key: str = ""
    name: str = ""
    country: str = ""
    currency: str = ""
    currencies: tuple[str, ...] = ()
    edition_class: str = "COMPREHENSIVE"
    multicurrency: bool | None = None
    period_lock: date | None = None
    year_end_lock: date | None = None


def is_fresh(key: str) -> bool:
    """Tell whether a key names a new organisation: `fresh-uk`, or a further one such as `fresh-uk-2`."""
    return key in PROFILES or _first(key) in PROFILES


def fresh(
    key: str, *, seed: int, now: Callable[[], datetime], wishes: Wishes | None = None
) -> PretendOrganisation:
    """Make a new organisation; raises KeyError for a country that does not exist."""
    wishes = wishes or Wishes()
    further = _FURTHER.match(key)
    profile = PROFILES[_first(key)]
    name = profile.name.replace("(new)", f"(new {further['number']})") if further else profile.name
    locks = {"PeriodLockDate": wishes.period_lock, "EndOfYearLockDate": wishes.year_end_lock}
    settled = replace(
        profile,
        key=wishes.key or key,
        name=wishes.name or name,
        legal_name=wishes.name or profile.legal_name,
        country=wishes.country or profile.country,
        currency=wishes.currency or profile.currency,
        other_currencies=wishes.currencies,
        edition_class=wishes.edition_class,
        multicurrency=wishes.multicurrency,
        age_days=1,
        extra={field: day for field, day in locks.items() if day is not None},
    )
    return lay_ground(settled, seed=seed, now=now)


def _first(key: str) -> str:
    further = _FURTHER.match(key)
    return further["first"] if further else key
