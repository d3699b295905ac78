"""What each collection of the accounting API looks like from outside.

Paths, paging, filters, who may read it.

Source: Xero OpenAPI 16.1.0 parameters per path, and the notes of developer.xero.com named beside each rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Paging(Enum):
    """How a collection is cut."""

    SIZED = "page and pageSize"
    HUNDRED = "page, always 100"
    WHOLE = "all at once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One collection: `name` is both the path segment and the key of the array."""

    name: str
    id_field: str
    scopes: tuple[str, ...]
    paging: Paging = Paging.WHOLE
    modified_since: bool = False
    orders: frozenset[str] = frozenset()
    filterable: bool = True
    natural_key: str = ""
    lines: str = ""
    day_strings: frozenset[str] = frozenset()
    stamp_strings: frozenset[str] = frozenset()
    single_only: frozenset[str] = frozenset()
    paged_only: frozenset[str] = frozenset()
    summary_drops: frozenset[str] = frozenset()
    unitdp: bool = False
    hidden_status: str = ""
    reveal: str = ""
    status_field: str = "Status"
    writes: bool = True
    needs_reports_role: bool = False
    filters: dict[str, str] = field(default_factory=dict)

    @property
    def optimised(self) -> frozenset[str]:
        """Fields that may order or filter a collection of any size."""
        return frozenset({self.id_field, "UpdatedDateUTC", "Date", "Type", "Status", "Contact.ContactID"})


DOCUMENT_DAYS = frozenset({"Date", "DueDate"})
STAMP = frozenset({"UpdatedDateUTC"})
CONTACT_DETAILS = frozenset(
    {
        "ContactPersons", "PaymentTerms", "Balances", "BatchPayments", "BrandingTheme", "Website", "Discount",
        "SalesDefaultAccountCode", "PurchasesDefaultAccountCode", "SalesTrackingCategories",
        "PurchasesTrackingCategories", "SalesDefaultLineAmountType", "PurchasesDefaultLineAmountType",
        "MergedToContactID",
    }
)  # fmt: skip
INVOICE_DETAILS = frozenset(
    {"Payments", "CreditNotes", "Prepayments", "Overpayments", "LineItems", "InvoiceAddresses", "Attachments"}
)


def _orders(id_field: str, *more: str) -> frozenset[str]:
    return frozenset({id_field, "UpdatedDateUTC", "Date", *more})


_ALL = (
    Collection(
        name="Organisations", id_field="OrganisationID", scopes=("accounting.settings",), filterable=False,
        writes=False
    ),
    Collection(
        name="Accounts", id_field="AccountID", scopes=("accounting.settings",), modified_since=True,
        orders=_orders("AccountID", "Code", "Name", "Type"),
    ),
    Collection(name="TaxRates", id_field="TaxType", scopes=("accounting.settings",),
    orders=frozenset({"Name", "TaxType"})),
    Collection(name="Currencies", id_field="Code", scopes=("accounting.settings",), orders=frozenset({"Code",
    "Description"})),
    Collection(
        name="TrackingCategories", id_field="TrackingCategoryID", scopes=("accounting.settings",),
        orders=frozenset({"Name", "TrackingCategoryID"}), hidden_status="ARCHIVED", reveal="includeArchived",
    ),
    Collection(
        name="BrandingThemes", id_field="BrandingThemeID", scopes=("accounting.settings",), filterable=False,
        writes=False
    ),
    Collection(
        name="Users", id_field="UserID", scopes=("accounting.settings",), modified_since=True,
        orders=_orders("UserID", "LastName"), writes=False,
    ),
    Collection(
        name="Contacts", id_field="ContactID", scopes=("accounting.contacts",), paging=Paging.SIZED,
        modified_since=True,
        orders=_orders("ContactID", "Name"), natural_key="ContactNumber", paged_only=CONTACT_DETAILS,
        summary_drops=CONTACT_DETAILS | {"Addresses", "Phones", "ContactGroups"}, hidden_status="ARCHIVED",
        reveal="includeArchived", status_field="ContactStatus", filters={"IDs": "ContactID"},
        single_only=frozenset({"Attachments"}),
    ),
    Collection(
        name="ContactGroups", id_field="ContactGroupID", scopes=("accounting.contacts",),
        orders=frozenset({"Name", "ContactGroupID"}), hidden_status="DELETED", reveal="-",
    ),
    Collection(
        name="Items", id_field="ItemID", scopes=("accounting.settings", "accounting.invoices"),
        modified_since=True,
        orders=_orders("ItemID", "Code", "Name"), natural_key="Code", unitdp=True,
    ),
    Collection(
        name="Invoices", id_field="InvoiceID", scopes=("accounting.invoices",), paging=Paging.SIZED,
        modified_since=True,
        orders=_orders("InvoiceID", "InvoiceNumber", "DueDate", "Type", "Status"),
        natural_key="InvoiceNumber",
        lines="LineItems", day_strings=DOCUMENT_DAYS, stamp_strings=STAMP, unitdp=True,
        single_only=frozenset({"RoundingAmount", "EnteredTotal"}), summary_drops=INVOICE_DETAILS,
        hidden_status="ARCHIVED", reveal="includeArchived",
        filters={
            "IDs": "InvoiceID", "InvoiceNumbers": "InvoiceNumber", "Statuses": "Status",
            "ContactIDs": "Contact.ContactID",
        },
    ),
    Collection(
        name="CreditNotes", id_field="CreditNoteID", scopes=("accounting.invoices",), paging=Paging.SIZED,
        modified_since=True, orders=_orders("CreditNoteID", "CreditNoteNumber"),
        natural_key="CreditNoteNumber",
        lines="LineItems", day_strings=DOCUMENT_DAYS, stamp_strings=STAMP, unitdp=True,
    ),
    Collection(
        name="Payments", id_field="PaymentID", scopes=("accounting.payments",), paging=Paging.SIZED,
        modified_since=True,
        orders=_orders("PaymentID", "Amount"), stamp_strings=STAMP,
    ),
    Collection(
        name="BatchPayments", id_field="BatchPaymentID", scopes=("accounting.payments",), modified_since=True,
        orders=_orders("BatchPaymentID"), day_strings=frozenset({"Date"}),
    ),
    Collection(
        name="Prepayments", id_field="PrepaymentID", scopes=("accounting.payments",), paging=Paging.SIZED,
        modified_since=True, orders=_orders("PrepaymentID", "Reference"), lines="LineItems",
        day_strings=frozenset({"Date"}), stamp_strings=STAMP, unitdp=True, writes=False,
    ),
    Collection(
        name="Overpayments", id_field="OverpaymentID", scopes=("accounting.payments",), paging=Paging.SIZED,
        modified_since=True, orders=_orders("OverpaymentID"), lines="LineItems",
        day_strings=frozenset({"Date"}), stamp_strings=STAMP, unitdp=True, writes=False,
    ),
    Collection(
        name="BankTransactions", id_field="BankTransactionID", scopes=("accounting.banktransactions",),
        paging=Paging.SIZED, modified_since=True, orders=_orders("BankTransactionID", "Type", "Status"),
        lines="LineItems", day_strings=frozenset({"Date"}), unitdp=True,
    ),
    Collection(
        name="BankTransfers", id_field="BankTransferID", scopes=("accounting.banktransactions",),
        modified_since=True,
        orders=frozenset({"BankTransferID", "Date", "Amount", "CreatedDateUTC"}),
        day_strings=frozenset({"Date"}),
        stamp_strings=frozenset({"CreatedDateUTC"}), hidden_status="DELETED", reveal="includeDeleted",
    ),
    Collection(
        name="ManualJournals", id_field="ManualJournalID", scopes=("accounting.manualjournals",),
        paging=Paging.SIZED,
        modified_since=True, orders=_orders("ManualJournalID"), lines="JournalLines", needs_reports_role=True,
    ),
    Collection(
        name="LinkedTransactions", id_field="LinkedTransactionID", scopes=("accounting.invoices",),
        paging=Paging.HUNDRED,
        filterable=False,
        filters={
            "LinkedTransactionID": "LinkedTransactionID", "SourceTransactionID": "SourceTransactionID",
            "ContactID": "ContactID", "Status": "Status", "TargetTransactionID": "TargetTransactionID",
        },
    ),
    Collection(
        name="PurchaseOrders", id_field="PurchaseOrderID", scopes=("accounting.invoices",),
        paging=Paging.SIZED,
        modified_since=True, orders=_orders("PurchaseOrderID", "PurchaseOrderNumber"), filterable=False,
        natural_key="PurchaseOrderNumber", lines="LineItems",
        day_strings=frozenset({"Date", "DeliveryDate", "ExpectedArrivalDate"}), filters={"status": "Status"},
    ),
    Collection(
        name="Quotes", id_field="QuoteID", scopes=("accounting.invoices",), paging=Paging.HUNDRED,
        modified_since=True,
        orders=_orders("QuoteID", "QuoteNumber"), filterable=False, day_strings=frozenset({"Date",
        "ExpiryDate"}),
        filters={"ContactID": "Contact.ContactID", "Status": "Status", "QuoteNumber": "QuoteNumber"},
    ),
    Collection(
        name="RepeatingInvoices", id_field="RepeatingInvoiceID", scopes=("accounting.invoices",),
        orders=frozenset({"RepeatingInvoiceID", "Total"}),
    ),
    Collection(name="Budgets", id_field="BudgetID", scopes=("accounting.budgets",), filterable=False,
    writes=False),
    Collection(
        name="ExpenseClaims", id_field="ExpenseClaimID", scopes=("accounting.classicexpenses",),
        modified_since=True,
        orders=_orders("ExpenseClaimID", "Status"),
    ),
    Collection(
        name="Receipts", id_field="ReceiptID", scopes=("accounting.classicexpenses",), modified_since=True,
        orders=_orders("ReceiptID", "ReceiptNumber"), lines="LineItems", unitdp=True,
    ),
)  # fmt: skip

COLLECTIONS: dict[str, Collection] = {collection.name: collection for collection in _ALL}
# The path of the organisation is singular, its array plural.
PATHS: dict[str, Collection] = {
    ("Organisation" if name == "Organisations" else name).lower(): collection
    for name, collection in COLLECTIONS.items()
}
