"""Invoices, bills, credit notes, orders, quotes, templates and contacts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.sandbox.xero.books.lines import Laid, Line, lay_out
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a person fills in for any sales or purchase document."""

    kind: str
    contact: str
    on: date
    lines: list[Line]
    number: str = ""
    reference: str = ""
    status: str = "AUTHORISED"
    amounts: str = "Exclusive"
    currency: str = ""
    due: date | None = None
    rate: Decimal | None = None
    theme: str = ""
    extra: Fields = field(default_factory=dict)


def _money_part(org: PretendOrganisation, draft: Draft) -> tuple[Laid, Fields]:
    laid = lay_out(org, draft.lines, draft.amounts)
    currency = draft.currency or org.base_currency
    head: Fields = {
        "Contact": {"ContactID": draft.contact},
        "Date": draft.on,
        "Status": draft.status,
        "LineAmountTypes": draft.amounts,
        "LineItems": laid.items,
        **laid.totals(),
        "UpdatedDateUTC": None,
        "CurrencyCode": currency,
        "CurrencyRate": draft.rate or org.rate(currency, draft.on),
    }
    if draft.theme:
        head["BrandingThemeID"] = draft.theme
    return laid, head


def add_invoice(org: PretendOrganisation, draft: Draft, at: datetime | None = None) -> Record:
    """Enter an invoice (ACCREC) or bill (ACCPAY)."""
    return org.put("Invoices", invoice_fields(org, draft), at)


def invoice_fields(org: PretendOrganisation, draft: Draft) -> Fields:
    """Work out the fields of an invoice (ACCREC) or bill (ACCPAY)."""
    laid, head = _money_part(org, draft)
    live = draft.status in {"AUTHORISED", "DRAFT", "SUBMITTED"}
    fields: Fields = {
        "Type": draft.kind,
        "InvoiceID": org.new_id(),
        "InvoiceNumber": draft.number,
        "Reference": draft.reference,
        "Payments": [],
        "CreditNotes": [],
        "Prepayments": [],
        "Overpayments": [],
        "AmountDue": laid.total if live else NOTHING,
        "AmountPaid": NOTHING,
        "AmountCredited": NOTHING,
        "IsDiscounted": bool(laid.discount),
        "HasAttachments": False,
        "HasErrors": False,
        "InvoiceAddresses": [],
        "SentToContact": draft.kind == "ACCREC" and draft.status == "AUTHORISED",
        "DueDate": draft.due or draft.on + timedelta(days=30),
        **head,
    }
    if laid.discount:
        fields["TotalDiscount"] = laid.discount
    return fields | draft.extra


def add_credit_note(org: PretendOrganisation, draft: Draft, at: datetime | None = None) -> Record:
    """Enter a credit note; `kind` is ACCRECCREDIT or ACCPAYCREDIT."""
    return org.put("CreditNotes", credit_note_fields(org, draft), at)


def credit_note_fields(org: PretendOrganisation, draft: Draft) -> Fields:
    """Work out the fields of a credit note; `kind` is ACCRECCREDIT or ACCPAYCREDIT."""
    laid, head = _money_part(org, draft)
    note_id = org.new_id()
    fields: Fields = {
        "CreditNoteID": note_id,
        "CreditNoteNumber": draft.number,
        "Payments": [],
        "ID": note_id,
        "Type": draft.kind,
        "Reference": draft.reference,
        "RemainingCredit": laid.total if draft.status == "AUTHORISED" else NOTHING,
        "Allocations": [],
        "HasAttachments": False,
        "HasErrors": False,
        "InvoiceAddresses": [],
        "SentToContact": False,
        **head,
    }
    return fields | draft.extra


def add_purchase_order(org: PretendOrganisation, draft: Draft, at: datetime | None = None) -> Record:
    """Enter a purchase order."""
    return org.put("PurchaseOrders", purchase_order_fields(org, draft), at)


def purchase_order_fields(org: PretendOrganisation, draft: Draft) -> Fields:
    """Work out the fields of a purchase order."""
    _, head = _money_part(org, draft)
    fields: Fields = {
        "PurchaseOrderID": org.new_id(),
        "PurchaseOrderNumber": draft.number,
        "Reference": draft.reference,
        "DeliveryDate": draft.on + timedelta(days=14),
        "DeliveryAddress": "Unit 4\nThe Quay\nWhitby\nYO21 3PU",
        "AttentionTo": "Goods in",
        "Telephone": "01947 555 0143",
        "DeliveryInstructions": "",
        "HasErrors": False,
        "IsDiscounted": False,
        "SentToContact": draft.status in {"AUTHORISED", "BILLED"},
        "HasAttachments": False,
        **head,
    }
    return fields | draft.extra


def add_quote(org: PretendOrganisation, draft: Draft, at: datetime | None = None) -> Record:
    """Enter a quote."""
    return org.put("Quotes", quote_fields(org, draft), at)


def quote_fields(org: PretendOrganisation, draft: Draft) -> Fields:
    """Work out a quote; its LineAmountTypes are in capitals, unlike elsewhere (Xero OpenAPI 16.1.0)."""
    laid, head = _money_part(org, draft)
    fields: Fields = {
        "QuoteID": org.new_id(),
        "QuoteNumber": draft.number,
        "Reference": draft.reference,
        "Terms": "Valid for 30 days.",
        **head,
        "ExpiryDate": draft.on + timedelta(days=30),
        "TotalDiscount": laid.discount,
        "Title": "Quotation",
        "Summary": draft.lines[0].description if draft.lines else "",
        "LineAmountTypes": draft.amounts.upper(),
    }
    return fields | draft.extra


def add_repeating_invoice(
    org: PretendOrganisation, draft: Draft, schedule: Fields, at: datetime | None = None
) -> Record:
    """Enter a repeating template; those that are AUTHORISED would send invoices by themselves."""
    _, head = _money_part(org, draft)
    head = {
        key: value for key, value in head.items() if key not in {"Date", "CurrencyRate", "UpdatedDateUTC"}
    }
    template_id = org.new_id()
    sends = draft.status == "AUTHORISED" and draft.kind == "ACCREC"
    fields: Fields = {
        "Schedule": schedule,
        "RepeatingInvoiceID": template_id,
        "ID": template_id,
        "Type": draft.kind,
        "Reference": draft.reference,
        "HasAttachments": False,
        "ApprovedForSending": sends,
        "SendCopy": False,
        "MarkAsSent": sends,
        "IncludePDF": sends,
        **head,
    }
    return org.put("RepeatingInvoices", fields | draft.extra, at)


def quick_invoice(
    org: PretendOrganisation,
    *,
    total: Decimal | int | str = "120.00",
    kind: str = "ACCREC",
    contact: str = "",
    status: str = "AUTHORISED",
    on: date | None = None,
    number: str = "",
    reference: str = "",
) -> Record:
    """Enter a one-line invoice without tax; whatever is not wished for gets a plain value."""
    if not contact:
        contact = (
            add_contact(org, "Walk-in customer").record_id
            if not org.shelf("Contacts")
            else _first_contact(org)
        )
    account = "200" if kind == "ACCREC" else "429"
    line = Line(description="Added later", unit=Decimal(total), account=account, tax="NONE")
    draft = Draft(
        kind=kind,
        contact=contact,
        on=on or org.now().date(),
        lines=[line],
        number=number or f"X-{len(org.shelf('Invoices')) + 1:05d}",
        reference=reference,
        status=status,
        amounts="NoTax",
    )
    return add_invoice(org, draft)


def _first_contact(org: PretendOrganisation) -> str:
    return next(iter(org.shelf("Contacts"))).record_id


def add_contact(org: PretendOrganisation, name: str, at: datetime | None = None, **extra: object) -> Record:
    """Enter a contact with the fields Xero shows even when nothing was typed."""
    fields: Fields = {
        "ContactID": org.new_id(),
        "ContactStatus": "ACTIVE",
        "Name": name,
        "FirstName": "",
        "LastName": "",
        "EmailAddress": "",
        "BankAccountDetails": "",
        "Addresses": [empty_address("STREET"), empty_address("POBOX")],
        "Phones": [empty_phone(kind) for kind in ("DDI", "DEFAULT", "FAX", "MOBILE")],
        "UpdatedDateUTC": None,
        "ContactGroups": [],
        "IsSupplier": False,
        "IsCustomer": False,
        "SalesTrackingCategories": [],
        "PurchasesTrackingCategories": [],
        "ContactPersons": [],
        "HasAttachments": False,
        "HasValidationErrors": False,
    }
    return org.put("Contacts", fields | extra, at)


def empty_address(kind: str) -> Fields:
    """Give an address nobody filled in."""
    return {"AddressType": kind, "City": "", "Region": "", "PostalCode": "", "Country": "", "AttentionTo": ""}


def empty_phone(kind: str) -> Fields:
    """Give a phone nobody filled in."""
    return {"PhoneType": kind, "PhoneNumber": "", "PhoneAreaCode": "", "PhoneCountryCode": ""}
