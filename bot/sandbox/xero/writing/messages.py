"""Xero's own sentences, and the mark on sentences that are not Xero's.

Sources: examples in Xero OpenAPI 16.1.0; answers quoted in public issues (xeroizer 320, Xero-Net 198,
Xero-OpenAPI 535, xero-node 398, pyxero's fixtures) and in help pages of products that show Xero's answers.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

NOT_PUBLISHED = "[Xero's wording is not published] "

INVOICE_STATUS_AT_CREATION = "Invoice not of valid status for creation"
INVOICE_STATUS_AT_CHANGE = "Invoice not of valid status for modification"
SETTLED = "This document cannot be edited as it has a payment or credit note allocated to it."
NO_LINES = "One or more line items must be specified"
NO_CONTACT = "A Contact must be specified for this type of transaction"
EMPTY_CONTACT = (
    "The Contact must contain at least 1 of the following elements to identify the contact: "
    "Name, ContactID, ContactNumber"
)
INVOICE_NUMBER = "Invoice # must be unique."
ORDER_NUMBER = "Order number must be unique"
ACCOUNT_NAME = "Please enter a unique Name."
NO_ACCOUNT_CODE = "Account code must be specified"
ACCOUNT_INVALID = "Account must be valid."
TAX_INVALID = "Tax rate must be valid."
TAX_INACTIVE = "Tax rate must be Active"
TOTAL_BELOW_ZERO = "The Total for this document must be greater than or equal to zero."
DISCOUNT_ON_BILL = "Discounts may not be applied to ACCPAY invoices."
NO_DUE_DATE = "Due date cannot be empty."
NOT_AUTHORISED = "Payments can only be made against Authorised documents"
PAYS_TOO_MUCH = "Payment amount exceeds the amount outstanding on this document"
PAYMENT_LOCKED = "Organisation accounts are locked on the specified payment"
NOT_FOR_THIS_ENDPOINT = "The document with the supplied id was not found for this endpoint."
NO_SUCH_CREDIT_NOTE = "An existing Credit Note with the specified CreditNoteID could not be found"
BSB = "The Bank Account Number must contain a 6-digit BSB code and account number"
SENT_TO_CONTACT = "Only AUTHORISED and BILLED purchase orders may have SentToContact updated."
GROUPS_FULL = "You’ve reached the limit of 100 contact groups."
APPROVALS_SPENT = "You have reached the limit of invoices you can approve"
LINK_SOURCE = "The SourceLineItemID and SourceTransactionID do not match"
LINK_TARGET = "The ContactID and the TargetTransaction ContactID do not match"
ALREADY_PAID_OFF = "The invoice you are trying to allocate to has already been paid off"
ALLOCATES_TOO_MUCH = "Credit Note cannot be allocated as amount is greater than amount outstanding"


def unpublished(reason: str) -> str:
    """Give a sentence of our own for a rule whose wording nobody has published; it is marked as such."""
    return NOT_PUBLISHED + reason


def name_taken(name: str) -> str:
    """Two active contacts of one name."""
    return (
        f"The contact name {name} is already assigned to another contact. "
        "The contact name must be unique across all active contacts."
    )


def item_exists(code: str) -> str:
    """Two items of one code."""
    return f"Price List Item with Code '{code}' already exists"


def code_not_valid(code: str) -> str:
    """An account no line of this document may use."""
    return f"Account code '{code}' is not a valid code for this document."


def code_archived(code: str) -> str:
    """An archived account on a line."""
    return (
        f"Account code '{code}' has been archived, or has been deleted. "
        "Each line item must reference a valid account."
    )


def code_removed(code: str) -> str:
    """A warning: the line was kept, its account was not."""
    return f"Account code '{code}' has been removed as it does not match a recognised account."


def tax_not_for_account(tax: str, code: str) -> str:
    """A tax rate that cannot apply to the account's class."""
    return f"The TaxType code '{tax}' cannot be used with account code '{code}'."


def line_total(given: Decimal, expected: Decimal) -> str:
    """A line whose amount is not quantity times price."""
    return f"The line total {given:.2f} does not match the expected line total {expected:.2f}"


def not_balanced(debits: Decimal, credited: Decimal) -> str:
    """A journal that does not sum to zero; credits are written with their sign."""
    return f"The total debits ({debits:.2f}) must equal total credits ({credited:.2f})"


def not_subscribed(currency: str) -> str:
    """A document in a currency the organisation has not added."""
    return f"Organisation is not subscribed to currency {currency}"


def account_not_subscribed(currency: str) -> str:
    """A bank account in a currency the organisation has not added."""
    return f"The current organisation is not subscribed to currency '{currency}'."


def locked(kind: str, day: date) -> str:
    """A document dated in a locked time; `kind` is "period" or "end of year"."""
    return f"The document date cannot be before the {kind} lock date, currently set at {day:%d-%b-%Y}"


def not_a_date(text: str) -> str:
    """What the XML reader behind Xero's API says of a date it cannot read."""
    return f"The string '{text}' is not a valid AllXsd value."


def key_reused(key: str) -> str:
    """An idempotency key that came back with another request."""
    return f"Idempotency Key: {key} is used with a different request."
