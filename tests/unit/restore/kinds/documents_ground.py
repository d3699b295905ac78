"""Grounds and records made to measure for the kinds of documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from bot.domain.organisation import OrganisationFacts
from bot.domain.restore_plan import Action, Choice
from bot.restore.ground import Ground
from bot.restore.model import IdMap
from bot.restore.source import MemorySource
from bot.restore.target import TargetState

FACTS = OrganisationFacts(name="Company", region="UK", country="GB", base_currency="GBP")
ACCOUNTS: tuple[dict[str, Any], ...] = (
    {"AccountID": "sales", "Code": "200", "Name": "Sales", "Type": "REVENUE"},
    {"AccountID": "loan", "Code": "900", "Name": "Loan", "Type": "TERMLIAB"},
    {"AccountID": "bank", "Code": "090", "Name": "Bank", "Type": "BANK"},
    {"AccountID": "stock", "Code": "630", "Name": "Stock", "Type": "INVENTORY"},
    {"AccountID": "nameless", "Name": "No code", "Type": "REVENUE"},
    {"AccountID": "owed", "Code": "610", "Name": "Owed", "Type": "CURRENT", "SystemAccount": "DEBTORS"},
    {"AccountID": "left", "Code": "960", "Type": "EQUITY", "SystemAccount": "RETAINEDEARNINGS"},
)
EVERYTHING = frozenset(
    {"invoices", "credit_notes", "payments", "batch_payments", "prepayments", "overpayments"}
    | {"manual_journals"}
)


def line(**fields: Any) -> dict[str, Any]:
    """Make a line of 3 at 12.50 with tax of 7.50."""
    plain = {
        "Description": "Rope",
        "Quantity": Decimal(3),
        "UnitAmount": Decimal("12.5000"),
        "LineAmount": Decimal("37.50"),
        "TaxType": "OUTPUT2",
        "TaxAmount": Decimal("7.50"),
        "AccountID": "sales",
        "AccountCode": "200",
        "Tracking": [],
        "LineItemID": "line-1",
    }
    return {key: value for key, value in (plain | fields).items() if value is not None}


def document(**fields: Any) -> dict[str, Any]:
    """Make an approved sales invoice of one line."""
    lines = fields.pop("LineItems", [line()])
    plain = {
        "Type": "ACCREC",
        "InvoiceID": "inv-1",
        "InvoiceNumber": "INV-1",
        "Contact": {"ContactID": "ann", "Name": "Ann"},
        "Date": "/Date(1772323200000+0000)/",
        "DateString": "2026-03-01T00:00:00",
        "DueDateString": "2026-03-31T00:00:00",
        "Status": "AUTHORISED",
        "LineAmountTypes": "Exclusive",
        "CurrencyCode": "GBP",
        "CurrencyRate": Decimal("1.0000000000"),
        "LineItems": lines,
        "Total": Decimal("45.00"),
    }
    return {key: value for key, value in (plain | fields).items() if value is not None}


def ground(
    *records: Mapping[str, Any],
    resource: str = "invoices",
    id_field: str = "InvoiceID",
    missing: Iterable[tuple[str, str]] = (),
    chosen: frozenset[str] = EVERYTHING,
    first: Iterable[str] = (),
    choice: Choice | None = None,
) -> Ground:
    """Lay a ground on which everything of these records will exist but what is named as missing."""
    there = {str(one[id_field]): one for one in records}
    accounts = {str(one["AccountID"]): one for one in ACCOUNTS}
    source = MemorySource(FACTS, {resource: there, "accounts": accounts})
    made = Ground(
        source=source,
        target=TargetState(organisation_id="o", tenant_id="t", facts=FACTS),
        choice=choice or Choice(),
        chosen=chosen,
    )
    made.notes["tracking_first"] = frozenset(first)
    known = [("contacts", "ann"), ("currencies", "EUR"), ("tax_types", "OUTPUT2"), ("tax_types", "NONE")]
    known += [("accounts", key) for key in accounts]
    known += [("account_codes", str(one["Code"])) for one in ACCOUNTS if one.get("Code")]
    known += [("tracking_options", "north"), ("tracking_options", "old"), ("item_codes", "ROPE")]
    known += [("branding_themes", "theme")]
    gone = set(missing)
    for name, key in known:
        made.settle(name, key, Action.BLOCKED if (name, key) in gone else Action.CREATE)
    return made


def ids(*missing: tuple[str, str]) -> IdMap:
    """Give an id map in which everything has become its name with a dash."""
    made = IdMap()
    pairs = [("contacts", "ann"), ("tax_types", "OUTPUT2"), ("tax_types", "NONE"), ("item_codes", "ROPE")]
    pairs += [("accounts", str(one["AccountID"])) for one in ACCOUNTS]
    pairs += [("account_codes", str(one["Code"])) for one in ACCOUNTS if one.get("Code")]
    pairs += [("tracking_options", "north"), ("tracking_categories", "region"), ("branding_themes", "theme")]
    for resource, key in pairs:
        if (resource, key) not in missing:
            made.add(resource, key, f"{key}-")
    return made
