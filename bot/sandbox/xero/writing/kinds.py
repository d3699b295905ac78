"""The collections that can be written, and those whose records can be removed."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing import (
    accounts,
    bank_transactions,
    bank_transfers,
    batch_payments,
    contacts,
    credit_notes,
    currencies,
    groups,
    invoices,
    items,
    links,
    manual_journals,
    payments,
    purchase_orders,
    quotes,
    repeating_invoices,
    tax_rates,
    tracking,
)
from bot.sandbox.xero.writing.batch import Kind

_ALL = (
    Kind(
        plural="Currencies",
        write=currencies.write,
        verbs=("PUT",),
        by_id=False,
        summarised=(),
        alone=True,
    ),
    Kind(plural="TaxRates", write=tax_rates.write, by_id=False, summarised=(), alone=True),
    Kind(plural="Accounts", write=accounts.write, verbs=("PUT",), summarised=(), alone=True),
    Kind(plural="TrackingCategories", write=tracking.write, verbs=("PUT",), summarised=(), alone=True),
    Kind(plural="ContactGroups", write=groups.write, verbs=("PUT",), summarised=()),
    Kind(plural="Contacts", write=contacts.write, flag="HasValidationErrors"),
    Kind(plural="Items", write=items.write, most=500),
    Kind(plural="ManualJournals", write=manual_journals.write),
    Kind(plural="Invoices", write=invoices.write, flag="HasErrors"),
    Kind(plural="CreditNotes", write=credit_notes.write, flag="HasErrors"),
    Kind(plural="BankTransactions", write=bank_transactions.write),
    Kind(plural="BankTransfers", write=bank_transfers.write, summarised=("POST",)),
    Kind(plural="Payments", write=payments.write, flag="HasValidationErrors", summarised=("PUT",)),
    Kind(plural="BatchPayments", write=batch_payments.write, summarised=("PUT",)),
    Kind(plural="PurchaseOrders", write=purchase_orders.write, flag="HasErrors"),
    Kind(plural="Quotes", write=quotes.write),
    Kind(plural="RepeatingInvoices", write=repeating_invoices.write),
    Kind(plural="LinkedTransactions", write=links.write, verbs=("PUT",), summarised=()),
)
KINDS: dict[str, Kind] = {kind.plural: kind for kind in _ALL}

# Gives the last view of the record, or None where Xero answers 204.
REMOVALS: dict[str, Callable[[PretendOrganisation, Record], Fields | None]] = {
    "Accounts": accounts.remove,
    "Items": items.remove,
    "LinkedTransactions": links.remove,
    "TrackingCategories": tracking.remove,
}
