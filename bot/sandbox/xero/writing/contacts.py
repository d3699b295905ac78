"""Contacts: written on their own, or on the way by documents that name them.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/contacts): names are unique among
active contacts and hold no angle brackets, no edge or double spaces; ContactPersons that are not sent again
are gone; there are at most five of them; archived contacts cannot be used.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.xero.books.documents import add_contact, empty_address, empty_phone
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing import messages
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.currencies import subscribed
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Checks
from bot.sandbox.xero.writing.sent import Sent

MOST_PERSONS = 5
_TEXTS = (
    "ContactNumber", "AccountNumber", "FirstName", "LastName", "CompanyNumber", "EmailAddress",
    "BankAccountDetails", "TaxNumber", "AccountsReceivableTaxType", "AccountsPayableTaxType",
    "DefaultCurrency", "XeroNetworkKey", "SalesDefaultAccountCode", "PurchasesDefaultAccountCode",
    "SalesDefaultLineAmountType", "PurchasesDefaultLineAmountType",
)  # fmt: skip
_LONGEST = {"ContactNumber": 50, "AccountNumber": 50, "CompanyNumber": 50, "FirstName": 255, "LastName": 255}
_ADDRESS = (
    "AddressType", "AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4", "City", "Region",
    "PostalCode", "Country", "AttentionTo",
)  # fmt: skip
_PHONE = ("PhoneType", "PhoneNumber", "PhoneAreaCode", "PhoneCountryCode")
_PERSON = ("FirstName", "LastName", "EmailAddress")
_STATES = frozenset({"ACTIVE", "ARCHIVED"})


def write(act: Act, sent: Sent) -> Record:
    """Create a contact, or change the one that is named."""
    checks = Checks()
    known = act.org.shelf("Contacts").records.get(act.path_id)
    if known is None and not act.creating:
        known = find(act.org, sent)
        there = known or "ContactID" not in sent
        checks.require(there, unpublished("There is no contact with this ContactID"))
    checks.require(not act.creating or "ContactID" not in sent, unpublished("ContactID is given by Xero"))
    changed = _check(act, known, sent, checks)
    checks.settle()
    return _store(act.org, known, changed)


def find(org: PretendOrganisation, sent: Sent) -> Record | None:
    """Find the contact meant: by id, else by number, else by name among the active ones."""
    shelf = org.shelf("Contacts")
    if wanted := sent.text("ContactID"):
        return shelf.records.get(wanted.lower())
    if number := sent.text("ContactNumber"):
        numbered = shelf.having("ContactNumber", number)
        return next((one for one in numbered if one.fields["ContactNumber"] == number), None)
    return _active(org, sent.text("Name"))


def _active(org: PretendOrganisation, name: str) -> Record | None:
    named = org.shelf("Contacts").having("Name", name)
    return next((one for one in named if one.fields["ContactStatus"] == "ACTIVE"), None)


def _check(act: Act, known: Record | None, sent: Sent, checks: Checks) -> Fields:
    """Say what is wrong; give the fields as they will be."""
    was: Fields = {} if known is None else known.fields
    name = sent.text("Name", was.get("Name", ""))
    status = sent.text("ContactStatus", was.get("ContactStatus", "ACTIVE"))
    checks.require(name, messages.EMPTY_CONTACT)
    checks.require(len(name) <= 255, unpublished("Name is longer than 255 characters"))
    tidy = name == " ".join(name.split(" ")).strip() and "  " not in name and not set(name) & set("<>")
    checks.require(tidy, unpublished("Name may hold no <, >, edge or double spaces"))
    other = _active(act.org, name)
    alone = other is None or other is known or status != "ACTIVE"
    checks.require(alone, messages.name_taken(name))
    checks.require(status in _STATES or status == was.get("ContactStatus"), unpublished("ContactStatus"))
    checks.require(known or status == "ACTIVE", unpublished("A new contact must be ACTIVE"))
    changed: Fields = {"Name": name, "ContactStatus": status}
    changed |= {field: sent.text(field) for field in _TEXTS if field in sent}
    _check_texts(act, changed, checks)
    changed |= _parts(sent, was, checks)
    changed |= _tracking(act.org, sent, checks)
    return changed


def _check_texts(act: Act, changed: Fields, checks: Checks) -> None:
    for field, longest in _LONGEST.items():
        short = len(changed.get(field, "")) <= longest
        checks.require(short, unpublished(f"{field} is longer than {longest} characters"))
    mail = changed.get("EmailAddress")
    checks.require(not mail or "@" in mail, unpublished("EmailAddress is not valid"))
    currency = changed.get("DefaultCurrency")
    checks.require(not currency or subscribed(act.org, currency), messages.not_subscribed(currency or ""))
    taxes = act.org.shelf("TaxRates").records
    for field in ("AccountsReceivableTaxType", "AccountsPayableTaxType"):
        checks.require(not changed.get(field) or changed[field] in taxes, messages.TAX_INVALID)
    codes = {one.fields.get("Code") for one in act.org.shelf("Accounts")}
    for field in ("SalesDefaultAccountCode", "PurchasesDefaultAccountCode"):
        good = not changed.get(field) or changed[field] in codes
        checks.require(good, unpublished(f"{field} is not an account"))


def _parts(sent: Sent, was: Fields, checks: Checks) -> Fields:
    changed: Fields = {}
    for field, names, key in (("Addresses", _ADDRESS, "AddressType"), ("Phones", _PHONE, "PhoneType")):
        if field in sent:
            changed[field] = _merged(was.get(field, []), sent.parts(field), names, key)
    if "ContactPersons" in sent:
        persons = [_person(one) for one in sent.parts("ContactPersons")]
        few = len(persons) <= MOST_PERSONS
        checks.require(few, unpublished(f"There may be at most {MOST_PERSONS} ContactPersons"))
        changed["ContactPersons"] = persons
    terms = sent.part("PaymentTerms")
    kept = {side: terms.part(side) for side in ("Bills", "Sales") if side in terms}
    if kept:
        changed["PaymentTerms"] = was.get("PaymentTerms", {}) | {
            side: {"Day": int(one.amount("Day") or 0), "Type": one.text("Type")} for side, one in kept.items()
        }
    return changed


def _merged(was: list[Fields], sent: list[Sent], names: tuple[str, ...], key: str) -> list[Fields]:
    """Lay what was sent over what was there, kind by kind."""
    by_kind = {one[key]: dict(one) for one in was}
    for one in sent:
        given = {name: one.text(name) for name in names if name in one}
        kind = given.get(key, "STREET" if key == "AddressType" else "DEFAULT")
        by_kind[kind] = by_kind.get(kind, {}) | {key: kind} | given
    return list(by_kind.values())


def _person(one: Sent) -> Fields:
    mails = {"IncludeInEmails": one.flag("IncludeInEmails") or False}
    return {name: one.text(name) for name in _PERSON} | mails


def _tracking(org: PretendOrganisation, sent: Sent, checks: Checks) -> Fields:
    changed: Fields = {}
    for field in ("SalesTrackingCategories", "PurchasesTrackingCategories"):
        if field not in sent:
            continue
        changed[field] = []
        for one in sent.parts(field):
            name, option = one.text("TrackingCategoryName"), one.text("TrackingOptionName")
            options = {
                (record.fields["Name"], each["Name"])
                for record in org.shelf("TrackingCategories")
                for each in record.fields["Options"]
            }
            known = (name, option) in options
            checks.require(known, unpublished(f"{field} names a category or option that is not there"))
            changed[field].append({"TrackingCategoryName": name, "TrackingOptionName": option})
    return changed


def _store(org: PretendOrganisation, known: Record | None, changed: Fields) -> Record:
    if known is not None:
        org.change("Contacts", known.record_id, **changed)
        return known
    name = changed.pop("Name")
    extra = {key: value for key, value in changed.items() if key != "ContactStatus"}
    for field, key in (("Addresses", "AddressType"), ("Phones", "PhoneType")):
        if field in extra:
            filled = {one[key]: one for one in extra[field]}
            empty = {one[key]: one for one in _empty_parts(field)}
            extra[field] = [filled.get(kind, one) for kind, one in (empty | filled).items()]
    return add_contact(org, name, None, **extra)


def _empty_parts(field: str) -> list[Fields]:
    """Give the empty addresses or phones every contact shows."""
    if field == "Addresses":
        return [empty_address(kind) for kind in ("STREET", "POBOX")]
    return [empty_phone(kind) for kind in ("DDI", "DEFAULT", "FAX", "MOBILE")]


@dataclass(frozen=True, slots=True)
class Party:
    """The contact a document names; settled only when the whole document is good."""

    known: Record | None
    changed: Fields | None

    def settle(self, org: PretendOrganisation) -> str:
        """Write what the document said of its contact; give the contact's id."""
        if self.changed is not None:
            return _store(org, self.known, dict(self.changed)).record_id
        assert self.known is not None  # noqa: S101 - one of the two is there
        return self.known.record_id


def party(act: Act, sent: Sent, checks: Checks) -> Party:
    """Read the contact of a document; anything beyond its id changes the contact, persons included."""
    if not checks.require("Contact" in sent, messages.NO_CONTACT):
        return Party(None, None)
    inner = sent.part("Contact")
    named = any(inner.text(name) for name in ("ContactID", "ContactNumber", "Name"))
    if not checks.require(named, messages.EMPTY_CONTACT):
        return Party(None, None)
    known = find(act.org, inner)
    if known is not None:
        usable = known.fields["ContactStatus"] == "ACTIVE"
        checks.require(usable, unpublished("The contact is archived"))
    there = known or "ContactID" not in inner
    if not checks.require(there, unpublished("There is no contact with this ContactID")):
        return Party(None, None)
    if known is not None and not set(inner.fields) - {"ContactID"}:
        return Party(known, None)
    if known is not None and "ContactPersons" not in inner:
        inner = inner.over({"ContactPersons": []})
    return Party(known, _check(act, known, inner, checks))
