"""Which fields of documents and payments must come back. Data.

Sources: Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.restore.proof import values
from bot.restore.proof.columns import (
    Cell,
    Column,
    Shape,
    cell,
    days,
    each,
    flags,
    numbers,
    rates,
    ref,
    ref_cell,
    texts,
    together,
    tracking,
)


def _cells(*, journal: bool = False) -> dict[str, Cell]:
    found = {
        "Description": cell(values.text, "Description"),
        "AccountCode": ref_cell("account_codes", "AccountCode"),
        "AccountID": ref_cell("accounts", "AccountID"),
        "TaxType": ref_cell("tax_types", "TaxType"),
        "TaxAmount": cell(values.number, "TaxAmount"),
        "LineAmount": cell(values.number, "LineAmount"),
        "Tracking": tracking,
    }
    if journal:
        return found
    found |= {
        "Quantity": cell(values.number, "Quantity"),
        "UnitAmount": cell(values.number, "UnitAmount"),
        "ItemCode": ref_cell("item_codes", "ItemCode"),
        "DiscountRate": cell(values.number, "DiscountRate"),
        "DiscountAmount": cell(values.number, "DiscountAmount"),
    }
    return found


# Older records name the account of a line by its code alone.
_GIVEN = frozenset({"AccountID"})
_LINES = each("LineItems", _cells(), given=_GIVEN)
_MONEY = (*numbers("SubTotal", "TotalTax", "Total"), *texts("CurrencyCode"))
_RATE = rates("CurrencyRate")
_CONTACT = ref("Contact.ContactID", "contacts")
_THEME = ref("BrandingThemeID", "branding_themes", given=True)
_AMOUNT_TYPES = texts("LineAmountTypes")


def _allocation(one: Mapping[str, object], refs: values.Refs) -> str:
    if one.get("IsDeleted"):
        return ""
    invoice = one.get("Invoice")
    key = invoice.get("InvoiceID") if isinstance(invoice, Mapping) else ""
    return f"{refs.of('invoices', key)} {values.number(one.get('Amount'))} {values.day(one, 'Date')}"


def _tracked(record: Mapping[str, object], field: str, refs: values.Refs) -> str:
    return tracking({"Tracking": record.get(field) or ()}, refs)


def _paid(one: Mapping[str, object], refs: values.Refs) -> str:
    invoice = one.get("Invoice")
    key = invoice.get("InvoiceID") if isinstance(invoice, Mapping) else ""
    return f"{refs.of('invoices', key)} {values.number(one.get('Amount'))}"


_CREDIT: tuple[Column, ...] = (
    *texts("Type", "Status"),
    _CONTACT,
    *days("Date"),
    *_AMOUNT_TYPES,
    *_MONEY,
    *_RATE,
    *numbers("RemainingCredit"),
    *_LINES,
    together("Allocations", _allocation),
)
DOCUMENTS = (
    Shape(
        resource="invoices",
        columns=(
            *texts("Type", "Status", "InvoiceNumber", "Reference", "Url"),
            _CONTACT,
            *days("Date", "DueDate", "ExpectedPaymentDate", "PlannedPaymentDate"),
            *_AMOUNT_TYPES,
            *_MONEY,
            *_RATE,
            *numbers("AmountDue", "AmountPaid", "AmountCredited", "TotalDiscount", "RoundingAmount"),
            *numbers("CISDeduction", given=True),
            *flags("SentToContact"),
            _THEME,
            ref("RepeatingInvoiceID", "repeating_invoices", given=True),
            *_LINES,
        ),
    ),
    Shape(
        resource="credit_notes",
        columns=(*_CREDIT, *texts("CreditNoteNumber", "Reference"), *flags("SentToContact"), _THEME),
    ),
    Shape(
        resource="bank_transactions",
        columns=(
            *texts("Type", "Status", "Reference", "Url"),
            ref("BankAccount.AccountID", "accounts"),
            _CONTACT,
            *days("Date"),
            *_AMOUNT_TYPES,
            *_MONEY,
            *rates("CurrencyRate", given=True),
            *flags("IsReconciled"),
            *_LINES,
        ),
    ),
    Shape(
        resource="bank_transfers",
        columns=(
            *texts("Status", "Reference"),
            ref("FromBankAccount.AccountID", "accounts"),
            ref("ToBankAccount.AccountID", "accounts"),
            *days("Date"),
            *numbers("Amount"),
            *rates("CurrencyRate", given=True),
            *flags("FromIsReconciled", "ToIsReconciled"),
            Column(name="FromTracking", read=lambda one, refs: _tracked(one, "FromTracking", refs)),
            Column(name="ToTracking", read=lambda one, refs: _tracked(one, "ToTracking", refs)),
        ),
    ),
    Shape(resource="prepayments", columns=(*_CREDIT, *texts("Reference"))),
    Shape(resource="overpayments", columns=(*_CREDIT, *texts("Reference"))),
    Shape(
        resource="batch_payments",
        columns=(
            *texts("Type", "Status", "Reference", "Particulars", "Code", "Details", "Narrative"),
            ref("Account.AccountID", "accounts"),
            *days("Date"),
            *numbers("TotalAmount"),
            *flags("IsReconciled"),
            together("Payments", _paid),
        ),
    ),
    Shape(
        resource="payments",
        columns=(
            *texts("PaymentType", "Status", "Reference", "BankAccountNumber", "Particulars", "Details"),
            ref("Account.AccountID", "accounts"),
            ref("Invoice.InvoiceID", "invoices"),
            ref("CreditNote.CreditNoteID", "credit_notes"),
            ref("Prepayment.PrepaymentID", "prepayments"),
            ref("Overpayment.OverpaymentID", "overpayments"),
            ref("BatchPaymentID", "batch_payments"),
            *days("Date"),
            *numbers("Amount", "BankAmount"),
            *_RATE,
            *flags("IsReconciled"),
        ),
    ),
    Shape(
        resource="manual_journals",
        columns=(
            *texts("Narration", "Status", "Url"),
            *days("Date"),
            *_AMOUNT_TYPES,
            *flags("ShowOnCashBasisReports"),
            *each("JournalLines", _cells(journal=True), given=_GIVEN),
        ),
    ),
    Shape(
        resource="purchase_orders",
        columns=(
            *texts("PurchaseOrderNumber", "Status", "Reference", "DeliveryAddress", "AttentionTo"),
            *texts("Telephone", "DeliveryInstructions"),
            _CONTACT,
            *days("Date", "DeliveryDate", "ExpectedArrivalDate"),
            *_AMOUNT_TYPES,
            *_MONEY,
            *_RATE,
            *flags("SentToContact"),
            _THEME,
            *_LINES,
        ),
    ),
    Shape(
        resource="quotes",
        columns=(
            *texts("QuoteNumber", "Status", "Reference", "Terms", "Title", "Summary"),
            _CONTACT,
            *days("Date", "ExpiryDate"),
            *_AMOUNT_TYPES,
            *_MONEY,
            *_RATE,
            *numbers("TotalDiscount"),
            _THEME,
            *_LINES,
        ),
    ),
    Shape(
        resource="repeating_invoices",
        columns=(
            *texts("Type", "Status", "Reference"),
            _CONTACT,
            *texts("Schedule.Period", "Schedule.Unit", "Schedule.DueDate", "Schedule.DueDateType"),
            *days("Schedule.StartDate", "Schedule.EndDate"),
            *_AMOUNT_TYPES,
            *_MONEY,
            *flags("ApprovedForSending", "SendCopy", "MarkAsSent", "IncludePDF"),
            _THEME,
            *_LINES,
        ),
    ),
    Shape(
        resource="linked_transactions",
        columns=(
            *texts("Type", "Status"),
            ref("SourceTransactionID", "invoices", "bank_transactions"),
            ref("SourceLineItemID", "line_items"),
            ref("TargetTransactionID", "invoices"),
            ref("TargetLineItemID", "line_items"),
            ref("ContactID", "contacts"),
        ),
    ),
)
