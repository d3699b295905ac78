"""What Xero's Organisation and Currencies resources say of an organisation. Pure; asks nobody."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bot.domain.organisation import OrganisationFacts
from bot.errors import XeroUnavailable


class _Organisation(msgspec.Struct, rename="pascal"):
    name: str | None = None
    legal_name: str | None = None
    version: str | None = None
    country_code: str | None = None
    base_currency: str | None = None
    financial_year_end_day: int | None = None
    financial_year_end_month: int | None = None
    is_demo_company: bool | None = None
    timezone: str | None = None
    short_code: str | None = None
    class_: str | None = msgspec.field(default=None, name="Class")


class _Currency(msgspec.Struct, rename="pascal"):
    code: str | None = None


def organisation_facts(raw: bytes, currencies: Iterable[bytes] = ()) -> OrganisationFacts:
    """Read one Organisation record and the organisation's Currency records, as split from their answers.

    The region is Xero's Version without ONRAMP, which only marks partner editions. Raises XeroUnavailable.
    """
    try:
        found = msgspec.json.decode(raw, type=_Organisation)
        codes = [msgspec.json.decode(one, type=_Currency).code for one in currencies]
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise XeroUnavailable("Xero answered something that is not its API.") from None
    return OrganisationFacts(
        name=found.name or "",
        legal_name=found.legal_name or "",
        region=(found.version or "").removesuffix("ONRAMP"),
        country=found.country_code or "",
        base_currency=found.base_currency or "",
        currencies=tuple(code for code in codes if code),
        year_end_day=found.financial_year_end_day or 0,
        year_end_month=found.financial_year_end_month or 0,
        is_demo=bool(found.is_demo_company),
        timezone=found.timezone or "",
        short_code=found.short_code or "",
        edition=found.class_ or "",
    )
