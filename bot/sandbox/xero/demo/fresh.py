"""New organisations, as Xero makes them per country: nothing in them but what Xero gives.

Facts (developer.xero.com, pages on tax rates and organisations): built-in tax types per country; system
accounts are found by SystemAccount, codes are those of Xero's default charts as far as published.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.sandbox.xero.demo.ground import Profile, lay_ground
from bot.sandbox.xero.organisation import PretendOrganisation

PROFILES: dict[str, Profile] = {
    profile.key: profile
    for profile in (
        Profile(key="fresh-uk", name="Fresh Start (UK)", legal_name="Fresh Start Limited"),
        Profile(
            key="fresh-au", name="Fresh Start (AU)", legal_name="Fresh Start Pty Ltd", country="AU",
            version="AU", currency="AUD", year_end=(30, 6), tax_number="", timezone="AUSEASTERNSTANDARDTIME",
        ),
        Profile(
            key="fresh-nz", name="Fresh Start (NZ)", legal_name="Fresh Start NZ Limited", country="NZ",
            version="NZ", currency="NZD", tax_number="", timezone="NEWZEALANDSTANDARDTIME",
            tax_basis="PAYMENTS", tax_period="TWOMONTHS",
        ),
        Profile(
            key="fresh-us", name="Fresh Start (US)", legal_name="Fresh Start Inc", country="US",
            version="US", currency="USD", year_end=(31, 12), tax_number="",
            timezone="EASTERNSTANDARDTIME", tax_period="MONTHLY",
        ),
        Profile(
            key="fresh-global", name="Fresh Start (IE)", legal_name="Fresh Start DAC", country="IE",
            version="GLOBAL", currency="EUR", year_end=(31, 12), tax_number="",
            tax_period="MONTHLY",
        ),
    )
}  # fmt: skip


def fresh(key: str) -> Callable[[int, Callable[[], datetime]], PretendOrganisation]:
    """Give the maker of a new organisation."""

    def make(seed: int, now: Callable[[], datetime]) -> PretendOrganisation:
        return lay_ground(PROFILES[key], seed=seed, now=now)

    return make
