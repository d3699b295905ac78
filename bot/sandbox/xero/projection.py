"""What a reader gets to see of a record.

Full in a paged list, a summary otherwise, everything when asked by id.

The omissions are Xero's (OpenAPI 16.1.0 examples; developer.xero.com pages on paging and rounding): lines
only when paging, prices cut to two decimals without `unitdp=4`, rounding fields, group members and budget
lines only by id.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot.sandbox.xero.attached import shown_inside
from bot.sandbox.xero.collections import Collection, Paging
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields, day_text, encode, indented, money, textual

PRICES = frozenset({"UnitAmount", "UnitPrice"})
CONTACT_IN_SINGLE = (
    "ContactStatus", "Name", "FirstName", "LastName", "EmailAddress", "BankAccountDetails", "Addresses",
    "Phones",
    "UpdatedDateUTC", "ContactGroups", "IsSupplier", "IsCustomer", "SalesTrackingCategories",
    "PurchasesTrackingCategories", "ContactPersons", "HasValidationErrors",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How somebody asked: by id, in a page, in the whole list, or as a summary."""

    single: bool = False
    paged: bool = True
    summary: bool = False
    four_decimals: bool = False
    revealed: bool = False
    months: tuple[str, str] | None = None

    @property
    def key(self) -> str:
        """Name this view for the cache of rendered texts."""
        flags = (self.single, self.paged, self.summary, self.four_decimals, self.revealed)
        return "".join(f"{flag:d}" for flag in flags) + str(self.months or "")


FULL = View(four_decimals=True, revealed=True)


def render(org: PretendOrganisation, collection: Collection, record: Record, view: View) -> bytes:
    """Give the JSON text of one record in this view; the same bytes every time until it changes."""
    if (
        record.is_lazy
        and record.pattern is not None
        and view == whole_list_view(collection)
        and not org.pretty
    ):
        return _with_balances(org, collection, record, record.pattern.text(record.number))
    key = view.key + ("p" if org.pretty else "")
    if collection.name == "Contacts":  # documents change what a contact shows
        key += repr(org.owing.balances(record.record_id, org.now().date()))
    if record.cache is not None:
        names, text = record.cache.get(key, (-1, b""))
        if names == org.names_revision:
            return text
    text = encode(project(org, collection, record, view))
    if org.pretty:
        text = indented(text, 4)
    if not record.is_lazy:
        record.cache = (record.cache or {}) | {key: (org.names_revision, text)}
    return text


def project(org: PretendOrganisation, collection: Collection, record: Record, view: View) -> Fields:
    """Give the visible fields of one record, dates and all in wire form."""
    shown: Fields = {}
    for name, value in record.fields.items():
        if name.startswith("_") or _hidden(collection, name, view):
            continue
        if name in collection.day_strings or name in collection.stamp_strings:
            shown[f"{name}String"] = day_text(value)
        shown[name] = value
    if collection.lines and not view.single and not view.paged and collection.lines in shown:
        shown[collection.lines] = []
    for special in (_contact, _tracking_options, _group_members, _budget_lines, _files, _balances):
        special(org, collection, record, view, shown)
    if not (view.four_decimals and collection.unitdp):
        shown = _cut_prices(shown)
    visible: Fields = textual(shown)
    return visible


def whole_list_view(collection: Collection) -> View:
    """Give the fullest view a list of this collection can have."""
    paged = collection.paging is not Paging.WHOLE
    return replace(FULL, paged=paged, four_decimals=collection.unitdp)


def _hidden(collection: Collection, name: str, view: View) -> bool:
    if view.single:
        return False
    if name in collection.single_only:
        return True
    if view.summary and name in collection.summary_drops:
        return True
    return not view.paged and name in collection.paged_only


def _contact(
    org: PretendOrganisation, collection: Collection, record: Record, view: View, shown: Fields
) -> None:
    del collection, record
    for name, value in shown.items():
        if name == "Contact":
            shown[name] = _contact_brief(org, value["ContactID"], single=view.single)
        elif isinstance(value, dict) and "Contact" in value:
            shown[name] = value | {
                "Contact": _contact_brief(org, value["Contact"]["ContactID"], single=False)
            }


def _contact_brief(org: PretendOrganisation, contact_id: str, *, single: bool) -> Fields:
    found = org.shelf("Contacts").records.get(contact_id)
    if found is None:
        return {"ContactID": contact_id}
    if single:
        return {"ContactID": contact_id} | {
            key: found.fields[key] for key in CONTACT_IN_SINGLE if key in found.fields
        }
    empty: Fields = {"Addresses": [], "Phones": [], "ContactGroups": [], "ContactPersons": []}
    return {"ContactID": contact_id, "Name": found.fields["Name"], **empty, "HasValidationErrors": False}


def _tracking_options(
    org: PretendOrganisation, collection: Collection, record: Record, view: View, shown: Fields
) -> None:
    del org, record
    if collection.name == "TrackingCategories" and not view.revealed:
        shown["Options"] = [option for option in shown["Options"] if option["Status"] != "ARCHIVED"]


def _group_members(
    org: PretendOrganisation, collection: Collection, record: Record, view: View, shown: Fields
) -> None:
    if collection.name == "ContactGroups":
        members = record.fields["_members"] if view.single else []
        shown["Contacts"] = [_contact_brief(org, member, single=False) for member in members]


def _files(
    org: PretendOrganisation, collection: Collection, record: Record, view: View, shown: Fields
) -> None:
    if view.single and (files := shown_inside(org, collection.name, record.record_id)):
        shown["Attachments"] = files


def _balances(
    org: PretendOrganisation, collection: Collection, record: Record, view: View, shown: Fields
) -> None:
    """Put a contact's balances last, where a generated text can take them in too."""
    if collection.name != "Contacts" or _hidden(collection, "Balances", view):
        return
    balances = org.owing.balances(record.fields["ContactID"], org.now().date())
    if balances is not None:
        shown["Balances"] = balances


def _with_balances(org: PretendOrganisation, collection: Collection, record: Record, text: bytes) -> bytes:
    if collection.name != "Contacts":
        return text
    balances = org.owing.balances(record.record_id, org.now().date())
    return text if balances is None else b'%s,"Balances":%s}' % (text[:-1], encode(balances))


def _budget_lines(
    org: PretendOrganisation, collection: Collection, record: Record, view: View, shown: Fields
) -> None:
    del org
    if collection.name != "Budgets":
        return
    if not view.single or view.months is None:
        shown["BudgetLines"] = []
        return
    first, last = view.months
    lines = [
        line | {"BudgetBalances": [one for one in line["BudgetBalances"] if first <= one["Period"] <= last]}
        for line in record.fields["_lines"]
    ]
    shown["BudgetLines"] = [line for line in lines if line["BudgetBalances"]]


def _cut_prices(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: money(inner) if key in PRICES and isinstance(inner, Decimal) else _cut_prices(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_cut_prices(inner) for inner in value]
    return value
