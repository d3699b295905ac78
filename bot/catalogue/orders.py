"""What comes before an invoice: purchase orders, quotes, repeating templates, billable expenses. Data."""

from __future__ import annotations

from bot.catalogue import scopes
from bot.catalogue.model import (
    Area,
    Caveat,
    LedgerEffect,
    Paging,
    Quirk,
    Read,
    Reading,
    ReasonClass,
    Resource,
    Restore,
    RestoreRule,
)

_SPEC = "Xero OpenAPI 16.1.0"
_WRITE = "accounting.invoices"

PURCHASE_ORDERS = Resource(
    key="purchase_orders",
    title="Purchase orders",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="PurchaseOrders",
        collection="PurchaseOrders",
        id_field="PurchaseOrderID",
        paging=Paging.SIZED,
        page_size=1000,
        scopes=scopes.INVOICES,
        modified_since=True,
        order="PurchaseOrderID ASC",
        status_field="Status",
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(rule=RestoreRule.CREATE, comes_back="Created under the same number.", write_scope=_WRITE),
    needs=(
        "contacts",
        "accounts",
        "tax_rates",
        "items",
        "tracking_categories",
        "branding_themes",
        "currencies",
    ),
    children=("attachments", "history", "pdfs"),
    quirks=(
        Quirk(fact="There is no unitdp here, unlike on invoices.", source=_SPEC),
        Quirk(fact="The link from a billed order to its bill is not part of the record.", source=_SPEC),
    ),
    caveats=(
        Caveat(
            sentence="The link between a billed purchase order and its bill is lost.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="Both come back; find the pair by supplier, date and amount.",
            source=_SPEC,
            weight=66,
        ),
    ),
)

QUOTES = Resource(
    key="quotes",
    title="Quotes",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="Quotes",
        collection="Quotes",
        id_field="QuoteID",
        paging=Paging.FIXED,
        page_size=100,
        scopes=scopes.INVOICES,
        modified_since=True,
        order="QuoteID ASC",
        status_field="Status",
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(
        rule=RestoreRule.CREATE,
        comes_back="Created under the same number and taken to the same status step by step.",
        write_scope=_WRITE,
    ),
    needs=(
        "contacts",
        "accounts",
        "tax_rates",
        "items",
        "tracking_categories",
        "branding_themes",
        "currencies",
    ),
    children=("attachments", "history", "pdfs"),
    quirks=(
        Quirk(
            fact="Paged by 100 without a page count; read on until a page is short or empty.", source=_SPEC
        ),
        Quirk(
            fact="Amounts are EXCLUSIVE, INCLUSIVE or NOTAX in capitals, unlike on invoices.", source=_SPEC
        ),
    ),
    caveats=(
        Caveat(
            sentence="A quote gets a new web link, and its tie to the invoice made from it is lost.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="Send open quotes again from Xero so that customers get the new link.",
            source=_SPEC,
            weight=67,
        ),
    ),
)

REPEATING_INVOICES = Resource(
    key="repeating_invoices",
    title="Repeating invoices and bills (templates)",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="RepeatingInvoices",
        collection="RepeatingInvoices",
        id_field="RepeatingInvoiceID",
        paging=Paging.WHOLE,
        scopes=scopes.INVOICES,
        status_field="Status",
    ),
    restore=Restore(
        rule=RestoreRule.DRAFT,
        comes_back="Created as drafts that start on the next date due and cannot send anything.",
        write_scope=_WRITE,
    ),
    needs=(
        "contacts",
        "accounts",
        "tax_rates",
        "items",
        "tracking_categories",
        "branding_themes",
        "currencies",
    ),
    children=("attachments", "history"),
    caveats=(
        Caveat(
            sentence=(
                "Repeating invoices come back as drafts, so that nothing is issued or e-mailed to customers."
            ),
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="Look through the drafts in Xero and approve the ones that shall run.",
            source=_SPEC,
            weight=30,
        ),
    ),
)

LINKED_TRANSACTIONS = Resource(
    key="linked_transactions",
    title="Billable expenses",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="LinkedTransactions",
        collection="LinkedTransactions",
        id_field="LinkedTransactionID",
        paging=Paging.FIXED,
        page_size=100,
        scopes=scopes.INVOICES,
        status_field="Status",
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(
        rule=RestoreRule.ALLOCATE,
        comes_back="The cost line is tied to the customer's invoice line again.",
        write_scope=_WRITE,
    ),
    needs=("contacts", "invoices", "bank_transactions"),
    quirks=(
        Quirk(fact="No order can be asked for, and deleted ones vanish from the list.", source=_SPEC),
        Quirk(
            fact="SourceTransactionTypeCode can be RECEIPT, which the specification does not know.",
            source="XeroAPI/xero-python issue 206",
        ),
    ),
    caveats=(
        Caveat(
            sentence="Billable expenses that came from expense claims cannot be tied to an invoice again.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="The plan lists them; bill them by hand where they are still open.",
            source="XeroAPI/xero-python issue 206",
            weight=44,
        ),
    ),
)

FIRST = (PURCHASE_ORDERS, QUOTES, REPEATING_INVOICES, LINKED_TRANSACTIONS)
