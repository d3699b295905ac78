"""What every made-up organisation starts with: its own record, users, a branding theme, a currency."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from bot.sandbox.xero.demo.charts import lay_chart
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.wire import Fields

CURRENCY_NAMES = {
    "GBP": "British Pound",
    "EUR": "Euro",
    "USD": "United States Dollar",
    "NZD": "New Zealand Dollar",
    "AUD": "Australian Dollar",
    "CAD": "Canadian Dollar",
    "CHF": "Swiss Franc",
    "HKD": "Hong Kong Dollar",
    "SGD": "Singapore Dollar",
    "ZAR": "South African Rand",
}
# Plans that come with other currencies; the rest of the published values of Class do not.
MULTICURRENCY = frozenset(
    {"DEMO", "TRIAL", "PREMIUM", "COMPREHENSIVE", "ULTRA"}
    | {f"PREMIUM_{size}" for size in (20, 50, 100)}
    | {"ULTIMATE", *(f"ULTIMATE_{size}" for size in (10, 20, 50, 100))}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The settings of one made-up organisation."""

    key: str
    name: str
    legal_name: str
    country: str = "GB"
    version: str = "UK"
    currency: str = "GBP"
    other_currencies: tuple[str, ...] = ()
    edition_class: str = "PREMIUM"
    multicurrency: bool | None = None
    age_days: int = 900
    year_end: tuple[int, int] = (31, 3)
    tax_number: str = "GB 123 4567 82"
    timezone: str = "GMTSTANDARDTIME"
    tax_basis: str = "ACCRUALS"
    tax_period: str = "QUARTERLY1"
    extra: Fields = field(default_factory=dict)


def lay_ground(profile: Profile, *, seed: int, now: Callable[[], datetime]) -> PretendOrganisation:
    """Make an organisation with chart, taxes, currencies, one theme and one user."""
    org = PretendOrganisation(profile.key, seed=seed, now=now)
    created = at_hour(now().date() - timedelta(days=profile.age_days), 9)
    org.put("Organisations", _about(org, profile, created), created)
    lay_chart(org, profile.version, created)
    for code in (profile.currency, *profile.other_currencies):
        org.put("Currencies", {"Code": code, "Description": CURRENCY_NAMES.get(code, code)}, created)
    allowed = profile.multicurrency
    if not (profile.edition_class in MULTICURRENCY if allowed is None else allowed):
        org.forbidden_actions = frozenset({"UseMulticurrency"})
    add_theme(org, "Standard", 0, created)
    add_user(org, "Ana", "Adviser", "FINANCIALADVISER", created, subscriber=True)
    return org


def at_hour(day: date, hour: int, minute: int = 0) -> datetime:
    """Give a moment of a day, in UTC."""
    return datetime.combine(day, time(hour, minute), UTC)


def add_theme(org: PretendOrganisation, name: str, order: int, at: datetime) -> str:
    """Add a branding theme; give its id."""
    fields: Fields = {
        "BrandingThemeID": org.new_id(),
        "Name": name,
        "LogoUrl": "https://in.xero.com/logo?id=" + org.new_id(),
        "Type": "INVOICE",
        "SortOrder": order,
        "CreatedDateUTC": at,
    }
    return org.put("BrandingThemes", fields, at).record_id


def add_user(
    org: PretendOrganisation, first: str, last: str, role: str, at: datetime, *, subscriber: bool = False
) -> str:
    """Add a user; give the id."""
    fields: Fields = {
        "UserID": org.new_id(),
        "EmailAddress": f"{first.lower()}@{org.key}.example.com",
        "FirstName": first,
        "LastName": last,
        "UpdatedDateUTC": at,
        "IsSubscriber": subscriber,
        "OrganisationRole": role,
    }
    return org.put("Users", fields, at).record_id


def _about(org: PretendOrganisation, profile: Profile, created: datetime) -> Fields:
    day, month = profile.year_end
    address = {
        "AddressType": "STREET",
        "AddressLine1": "The Quay",
        "City": "Whitby",
        "Region": "",
        "PostalCode": "YO21 3PU",
        "Country": "",
        "AttentionTo": "",
    }
    return {
        "Name": profile.name,
        "LegalName": profile.legal_name,
        "PaysTax": True,
        "Version": profile.version,
        "OrganisationType": "COMPANY",
        "BaseCurrency": profile.currency,
        "CountryCode": profile.country,
        "IsDemoCompany": False,
        "OrganisationStatus": "ACTIVE",
        "RegistrationNumber": "01234567",
        "TaxNumber": profile.tax_number,
        "FinancialYearEndDay": day,
        "FinancialYearEndMonth": month,
        "SalesTaxBasis": profile.tax_basis,
        "SalesTaxPeriod": profile.tax_period,
        "DefaultSalesTax": "Tax Exclusive",
        "DefaultPurchasesTax": "Tax Exclusive",
        "CreatedDateUTC": created,
        "OrganisationEntityType": "COMPANY",
        "Timezone": profile.timezone,
        "ShortCode": "!" + org.new_id()[:5],
        "OrganisationID": org.tenant_id,
        "Edition": "BUSINESS",
        "Class": profile.edition_class,
        "Addresses": [address],
        "Phones": [
            {
                "PhoneType": "OFFICE",
                "PhoneNumber": "5550143",
                "PhoneAreaCode": "01947",
                "PhoneCountryCode": "44",
            }
        ],
        "ExternalLinks": [{"LinkType": "Website", "Url": "https://example.com"}],
        "PaymentTerms": {
            "Bills": {"Day": 30, "Type": "DAYSAFTERBILLDATE"},
            "Sales": {"Day": 14, "Type": "DAYSAFTERBILLDATE"},
        },
        **profile.extra,
    }
