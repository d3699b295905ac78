"""Sizes above which a restore is known to run into trouble. Data."""

from __future__ import annotations

from bot.catalogue.model import SizeLimit

SIZE_LIMITS: tuple[SizeLimit, ...] = (
    SizeLimit(
        key="documents",
        title="Invoices, bills and credit notes",
        limit=40_000,
        counts=("invoices", "credit_notes"),
    ),
    SizeLimit(
        key="bank_transactions",
        title="Bank transactions",
        limit=40_000,
        counts=("bank_transactions",),
    ),
    SizeLimit(
        key="allocated_credit_notes",
        title="Credit notes allocated to invoices",
        limit=2_500,  # not all credit notes: those with an allocation, counted while they are read
    ),
    SizeLimit(key="contacts", title="Contacts", limit=10_000, counts=("contacts",)),
    SizeLimit(key="accounts", title="Codes in the chart of accounts", limit=600, counts=("accounts",)),
)
