"""What of a contact is sent, and what of it is lost. Pure.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/contacts): Website and Discount
are read-only; BrandingTheme and BatchPayments are not among what can be written; IsCustomer, IsSupplier and
Balances follow from documents; there are at most five ContactPersons, and those that are not sent again with
an update may be gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.model import IdMap, Json, Reason

MOST_PERSONS = 5
_TEXTS = (
    "ContactNumber", "AccountNumber", "FirstName", "LastName", "CompanyNumber", "EmailAddress",
    "BankAccountDetails", "TaxNumber", "TaxNumberType", "SalesDefaultLineAmountType",
    "PurchasesDefaultLineAmountType",
)  # fmt: skip
_MAPPED = {
    "AccountsReceivableTaxType": "tax_types",
    "AccountsPayableTaxType": "tax_types",
    "SalesDefaultAccountCode": "account_codes",
    "PurchasesDefaultAccountCode": "account_codes",
}
TRACKING = ("SalesTrackingCategories", "PurchasesTrackingCategories")
_READ_ONLY = ("Website", "Discount", "BrandingTheme", "BatchPayments", "XeroNetworkKey")
_ADDRESS = (
    "AddressType", "AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4", "City", "Region",
    "PostalCode", "Country", "AttentionTo",
)  # fmt: skip
_PHONE = ("PhoneType", "PhoneNumber", "PhoneAreaCode", "PhoneCountryCode")
_PERSON = ("FirstName", "LastName", "EmailAddress", "IncludeInEmails")
FIELDS = (*_TEXTS, *_MAPPED, *TRACKING, *_READ_ONLY, "Name", "DefaultCurrency", "Addresses", "Phones",
          "ContactPersons", "PaymentTerms")  # fmt: skip

READ_ONLY = Reason(
    key="contacts.read_only",
    sentence="Website, standing discount, branding theme, batch payment details and Xero network key of a "
    "contact can be read but not written back.",
    instead="Look them up in the copy and enter them by hand for the contacts that need them.",
    fields=_READ_ONLY,
    weight=65,
)
DEFAULTS = Reason(
    key="contacts.defaults",
    sentence="A default account, tax rate or currency of the contact will not be there.",
    instead="Choose another default in Xero after the restore.",
    fields=(*_MAPPED, "DefaultCurrency"),
    weight=55,
)
NO_TRACKING = Reason(
    key="contacts.tracking",
    sentence="The contact's default tracking is archived or will not be there.",
    instead="Choose default tracking in Xero after the restore.",
    fields=TRACKING,
    weight=58,
)
PERSONS = Reason(
    key="contacts.persons",
    sentence="The contact has more than five further people; the first five come back.",
    instead="Look up the others in the copy.",
    fields=("ContactPersons",),
    weight=56,
)
NUMBER = Reason(
    key="contacts.number",
    sentence="Another contact has the same contact number; this one comes back without it.",
    fields=("ContactNumber",),
    weight=57,
)
REASONS = (READ_ONLY, DEFAULTS, NO_TRACKING, PERSONS, NUMBER)


def losses(ground: Ground, record: Mapping[str, Any]) -> Iterator[str]:
    """Yield the reasons for which a contact comes back with less than it had."""
    if any(record.get(field) for field in _READ_ONLY):
        yield READ_ONLY.key
    mapped = ((what, str(record.get(field) or "")) for field, what in _MAPPED.items())
    lost = any(value and not ground.will_exist(what, value) for what, value in mapped)
    if lost or not _has_currency(ground, str(record.get("DefaultCurrency") or "")):
        yield DEFAULTS.key
    if has_tracking(record) and not tracking_comes(ground, record):
        yield NO_TRACKING.key
    if len(record.get("ContactPersons") or ()) > MOST_PERSONS:
        yield PERSONS.key


def details(record: Mapping[str, Any], ids: IdMap) -> Json:
    """Build what is sent beside the name. Tracking is not: it may not exist yet when contacts are made."""
    sent: Json = {field: record[field] for field in _TEXTS if record.get(field)}
    for field, what in _MAPPED.items():
        if found := ids.find(what, str(record.get(field) or "")):
            sent[field] = found
    if currency := ids.find("currencies", str(record.get("DefaultCurrency") or "")):
        sent["DefaultCurrency"] = currency
    sent |= _lists(record)
    if terms := _terms(record.get("PaymentTerms") or {}):
        sent["PaymentTerms"] = terms
    return sent


def has_tracking(record: Mapping[str, Any]) -> bool:
    """Say whether a contact has default tracking."""
    return any(record.get(field) for field in TRACKING)


def tracking_comes(ground: Ground, record: Mapping[str, Any]) -> bool:
    """Say whether all default tracking of a contact will be there, alive and under the same names."""
    known = _live_tracking(ground)
    wanted = (one for field in TRACKING for one in record.get(field) or ())
    return all((one.get("TrackingCategoryName"), one.get("TrackingOptionName")) in known for one in wanted)


def tracking_details(record: Mapping[str, Any]) -> Json:
    """Build an update with the default tracking; people are sent again, or they might be gone."""
    names = ("TrackingCategoryName", "TrackingOptionName")
    sent: Json = {
        field: [{name: one[name] for name in names} for one in record[field]]
        for field in TRACKING
        if record.get(field)
    }
    return sent | {key: value for key, value in _lists(record).items() if key == "ContactPersons"}


def _has_currency(ground: Ground, currency: str) -> bool:
    return currency in {"", ground.facts.base_currency} or ground.will_exist("currencies", currency)


def _live_tracking(ground: Ground) -> frozenset[tuple[str, str]]:
    """Name every category and option that will be active in the target under the name it had."""
    found: frozenset[tuple[str, str]] | None = ground.notes.get("contacts.tracking")
    if found is None:
        found = ground.notes["contacts.tracking"] = frozenset(_named_tracking(ground))
    return found


def _named_tracking(ground: Ground) -> Iterator[tuple[str, str]]:
    there = {
        str(one.get("TrackingCategoryID", "")): one.get("Name") for one in ground.target.tracking_categories
    } | {
        str(option.get("TrackingOptionID", "")): option.get("Name")
        for one in ground.target.tracking_categories
        for option in one.get("Options") or ()
    }

    def comes(resource: str, key: str, record: Mapping[str, Any]) -> bool:
        fate = ground.fate(resource, key)
        if fate is None or not fate.will_exist or record.get("Status") == "ARCHIVED":
            return False
        return fate.action is not Action.MATCH or there.get(fate.target_key) == record.get("Name")

    for category in ground.records("tracking_categories"):
        if comes("tracking_categories", str(category.get("TrackingCategoryID", "")), category):
            for option in category.get("Options") or ():
                if comes("tracking_options", str(option.get("TrackingOptionID", "")), option):
                    yield str(category["Name"]), str(option["Name"])


def _lists(record: Mapping[str, Any]) -> Json:
    """Give addresses, phones and people, without what is empty: Xero shows empty ones by itself."""
    people = [_picked(one, _PERSON) for one in record.get("ContactPersons") or ()][:MOST_PERSONS]
    found = {
        "Addresses": _filled(record.get("Addresses") or (), _ADDRESS),
        "Phones": _filled(record.get("Phones") or (), _PHONE),
        "ContactPersons": people,
    }
    return {field: value for field, value in found.items() if value}


def _filled(parts: Any, names: tuple[str, ...]) -> list[Json]:
    picked = [_picked(one, names) for one in parts]
    return [one for one in picked if set(one) - {names[0]}]


def _picked(one: Mapping[str, Any], names: tuple[str, ...]) -> Json:
    return {name: one[name] for name in names if one.get(name) not in (None, "")}


def _terms(terms: Mapping[str, Any]) -> Json:
    sides = {side: terms.get(side) or {} for side in ("Bills", "Sales")}
    return {
        side: {"Day": one["Day"], "Type": one["Type"]}
        for side, one in sides.items()
        if one.get("Type") and one.get("Day") is not None
    }
