"""Invoices and bills.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/invoices): created as draft,
submitted or authorised only; PAID comes from payments; numbers are unique for sales invoices; approved ones
need a due date; discounts are for sales invoices; a settled one keeps its money as it is.
"""

from __future__ import annotations

from bot.sandbox.xero.books.documents import invoice_fields
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing import messages, papers, stock
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.papers import Page, Paper, read_theme
from bot.sandbox.xero.writing.sent import Sent

_APPROVING = {"ACCREC": "CreateApprovedInvoice", "ACCPAY": "CreateApprovedBill"}


def write(act: Act, sent: Sent) -> Record:
    """Create or change an invoice or bill."""
    return papers.write(INVOICE, act, sent)


def _details(page: Page) -> Fields:
    sent, approved = page.sent, page.status in INVOICE.approved
    due = sent.day("DueDate")
    page.checks.require(due or not approved, messages.NO_DUE_DATE)
    if approved and page.known is None:
        spent = _APPROVING.get(page.kind, "") in page.act.org.forbidden_actions
        page.checks.require(not spent, messages.APPROVALS_SPENT)
    if approved:
        stock.check(page)
    selling = page.kind == "ACCREC"
    asked = sent.flag("SentToContact") or False
    return {
        "Reference": sent.text("Reference") if selling else "",
        "DueDate": due,
        "SentToContact": asked and selling and approved,
        "ExpectedPaymentDate": sent.day("ExpectedPaymentDate") if selling else None,
        "PlannedPaymentDate": None if selling else sent.day("PlannedPaymentDate"),
        "BrandingThemeID": read_theme(page),
        "Url": sent.text("Url") or None,
    }


def _note_contact(org: PretendOrganisation, record: Record) -> None:
    """Let the contact be a customer or supplier; that does not count as a change of the contact."""
    fields = record.fields
    contact = org.record("Contacts", fields["Contact"]["ContactID"])
    role = "IsCustomer" if fields["Type"] == "ACCREC" else "IsSupplier"
    if fields["Status"] in INVOICE.approved and not contact.fields[role]:
        contact.own()[role] = True
        org.names_revision += 1


INVOICE = Paper(
    collection="Invoices",
    number="InvoiceNumber",
    prefix="INV-",
    build=invoice_fields,
    kinds=frozenset({"ACCREC", "ACCPAY"}),
    numbered=frozenset({"ACCREC"}),
    starts=frozenset({"DRAFT", "SUBMITTED", "AUTHORISED"}),
    ladder={
        "DRAFT": frozenset({"DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"}),
        "SUBMITTED": frozenset({"DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"}),
        "AUTHORISED": frozenset({"AUTHORISED", "VOIDED"}),
        "PAID": frozenset({"PAID"}),
    },
    approved=frozenset({"AUTHORISED", "PAID"}),
    details=_details,
    start_message=messages.INVOICE_STATUS_AT_CREATION,
    change_message=messages.INVOICE_STATUS_AT_CHANGE,
    twice_message=messages.INVOICE_NUMBER,
    unknown_message=unpublished("There is no invoice with this InvoiceID"),
    selling=frozenset({"ACCREC"}),
    discount={"ACCPAY": messages.DISCOUNT_ON_BILL},
    keeps=("Payments", "CreditNotes", "Prepayments", "Overpayments", "HasErrors"),
    soft=frozenset(
        {
            "Reference", "DueDate", "SentToContact", "ExpectedPaymentDate", "PlannedPaymentDate",
            "BrandingThemeID", "Url",
        }
    ),
    after=_note_contact,
)  # fmt: skip
