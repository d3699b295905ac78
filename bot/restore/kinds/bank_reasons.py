"""Why money spent, received or paid ahead does not simply come back. Data."""

from __future__ import annotations

from bot.restore.model import Reason

# A contact for money that had none: the API asks for one, people at the screen may do without.
NO_CONTACT = "No contact in the original"
_BY_HAND = "Enter it by hand in the target organisation after the restore."

DELETED = Reason(
    key="bank_transactions.deleted",
    sentence="It was deleted in the original and moves no money.",
    instead="It stays in the backup.",
    weight=95,
)
TRANSFER = Reason(
    key="bank_transactions.transfer",
    sentence="Both halves of a transfer come back with their transfer.",
    # Between two currencies, where Xero takes its own rate.
    fields=("CurrencyRate", "SubTotal", "Total", "LineItems", "LineAmount", "UnitAmount"),
    weight=99,
)
ORPHAN = Reason(
    key="bank_transactions.orphan",
    sentence="It is half of a transfer that does not come back; Xero makes halves only with the whole.",
    instead="Restore transfers between bank accounts too, or enter the transfer by hand.",
    moves_ledger=True,
    weight=8,
    todo=_BY_HAND,
)
UNKNOWN = Reason(
    key="bank_transactions.type",
    sentence="Xero's API does not create bank transactions of this type.",
    moves_ledger=True,
    weight=8,
    todo=_BY_HAND,
)
TOTAL = Reason(
    key="bank_transactions.total",
    sentence="Its total is nothing or less, and Xero's API takes only totals of more than nothing.",
    instead="Enter it as a manual journal between the accounts of its lines.",
    moves_ledger=True,
    weight=10,
    todo=_BY_HAND,
)
ACCOUNT = Reason(
    key="bank_transactions.account",
    sentence="The bank account it went through will not be in the target organisation.",
    moves_ledger=True,
    weight=3,
    todo="Add the missing bank accounts in the target organisation.",
    todo_before=True,
)
CURRENCY = Reason(
    key="bank_transactions.currency",
    sentence="The bank account with this name in the target organisation is held in another currency.",
    moves_ledger=True,
    weight=3,
    todo="Give the bank account of another currency another name and code, or use an empty organisation.",
    todo_before=True,
)
MISSING = Reason(
    key="bank_transactions.advance_missing",
    sentence="The copy does not say through which bank account it was paid, so it cannot be entered again.",
    moves_ledger=True,
    weight=9,
    todo="Enter the prepayment or overpayment by hand, then allocate it.",
)
CONTACT = Reason(
    key="bank_transactions.contact",
    sentence="It had no contact, which Xero's API asks for.",
    instead=f"It comes back with the contact “{NO_CONTACT}”.",
    fields=("Contact",),
    weight=70,
)
LINES = Reason(
    key="bank_transactions.lines",
    sentence="Lines without an amount are left out and negative quantities become negative prices.",
    instead="The amounts stay the same.",
    fields=("LineItems", "Quantity", "UnitAmount"),
    weight=80,
)
TAX = Reason(
    key="bank_transactions.tax",
    sentence="Its tax was adjusted by hand; Xero's API takes only the tax it works out itself.",
    instead="The total stays the same; the tax and the net amount differ by the adjustment.",
    fields=("LineItems", "TaxAmount", "TotalTax", "SubTotal", "LineAmountTypes", "LineAmount", "UnitAmount"),
    moves_ledger=True,
    weight=20,
)
ADVANCE_REFERENCE = Reason(
    key="bank_transactions.advance_reference",
    sentence="Xero names references for plain spend and receive only; this one may come back without.",
    fields=("Reference", "InvoiceNumber"),
    weight=85,
)

REASONS = (DELETED, TRANSFER, ORPHAN, UNKNOWN, TOTAL, ACCOUNT, CURRENCY, CONTACT, LINES, TAX)
ADVANCE_REASONS = (DELETED, TOTAL, ACCOUNT, CURRENCY, CONTACT, LINES, TAX, MISSING, ADVANCE_REFERENCE)
