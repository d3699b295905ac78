"""Whether anything refers to an account, a tracking option or an item: what is used cannot be deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.sandbox.xero.organisation import PretendOrganisation

_LOOKED_AT = (
    "Invoices", "CreditNotes", "BankTransactions", "BankTransfers", "Prepayments", "Overpayments", "Payments",
    "BatchPayments", "ManualJournals", "PurchaseOrders", "Quotes", "RepeatingInvoices", "Budgets", "Receipts",
)  # fmt: skip


def account_in_use(org: PretendOrganisation, account_id: str) -> bool:
    """Tell whether any document, payment or conversion balance names this account."""
    return account_id in org.conversion_balances or _named(org, "AccountID", account_id)


def option_in_use(org: PretendOrganisation, option_id: str) -> bool:
    """Tell whether any line was tracked with this option."""
    return _named(org, "TrackingOptionID", option_id)


def category_in_use(org: PretendOrganisation, category_id: str) -> bool:
    """Tell whether any line was tracked in this category."""
    return _named(org, "TrackingCategoryID", category_id)


def _named(org: PretendOrganisation, key: str, value: str) -> bool:
    return any(
        value in _values(record.fields, key)
        for collection in _LOOKED_AT
        for record in org.shelf(collection)
        if not record.is_lazy
    )


def _values(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get(key), str):
            yield value[key]
        for inner in value.values():
            yield from _values(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner, key)
