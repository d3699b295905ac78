"""Reasons that documents of all kinds share: what they name will not be there, or Xero takes it otherwise.

Data. Sentences name nobody and no amounts.
"""

from __future__ import annotations

from bot.restore.model import Reason

REASONS: tuple[Reason, ...] = (
    Reason(
        key="blocked.contact",
        sentence="It belongs to a contact that will not be there.",
        instead="Include contacts in the restore.",
        moves_ledger=True,
        weight=6,
    ),
    Reason(
        key="blocked.currency",
        sentence="It is in a currency that the target organisation does not have.",
        todo="Add the missing currencies in the target organisation; its plan must allow more than one.",
        todo_before=True,
        moves_ledger=True,
        weight=5,
    ),
    Reason(
        key="blocked.account",
        sentence="A line is coded to an account that will not be there.",
        todo="Add the missing accounts by hand, with the same codes, in the target organisation.",
        todo_before=True,
        moves_ledger=True,
        weight=5,
    ),
    Reason(
        key="blocked.no_account",
        sentence="A line has no account in the copy, and Xero takes an approved document only with one.",
        instead="Enter it by hand after the restore.",
        moves_ledger=True,
        weight=12,
    ),
    Reason(
        key="blocked.control_account",
        sentence="A line is coded to a bank account, accounts receivable or accounts payable, "
        "which Xero's API refuses.",
        instead="Enter it by hand after the restore.",
        moves_ledger=True,
        weight=12,
    ),
    Reason(
        key="blocked.tax",
        sentence="A line uses a tax rate that will not be there.",
        todo="Add the missing tax rates by hand, with the same names and rates, in the target organisation.",
        todo_before=True,
        moves_ledger=True,
        weight=5,
    ),
    Reason(
        key="blocked.no_lines",
        sentence="It has no lines in the copy, and Xero takes no document without lines.",
        instead="Enter it by hand after the restore.",
        moves_ledger=True,
        weight=20,
    ),
    Reason(
        key="changed.account",
        sentence="A line of this draft loses its account, which will not be there.",
        instead="Choose an account before you approve the draft.",
        fields=("AccountCode", "AccountID"),
        weight=60,
    ),
    Reason(
        key="changed.tax",
        sentence="A line of this draft gets its account's tax rate, because its own will not be there.",
        instead="Look at the tax before you approve the draft.",
        fields=("TaxType", "TaxAmount", "TotalTax", "Total", "AmountDue", "SubTotal"),
        weight=58,
    ),
    Reason(
        key="changed.item",
        sentence="A line loses its item, which will not be there; description, quantity and price stay.",
        fields=("ItemCode", "Item"),
        weight=55,
    ),
    Reason(
        key="changed.tracking",
        sentence="A line comes back without a tracking option that will not be there when it is written.",
        instead="Tracking reports of that option differ.",
        fields=("Tracking",),
        weight=45,
    ),
    Reason(
        key="changed.theme",
        sentence="It gets the standard branding theme, because its own is not in the target organisation.",
        instead="Make branding themes with the same names before the restore.",
        fields=("BrandingThemeID",),
        weight=75,
    ),
    Reason(
        key="changed.discount",
        sentence="A line has a discount, which Xero's API takes on sales only; "
        "it comes back with the reduced price.",
        fields=("DiscountRate", "DiscountAmount", "UnitAmount", "Quantity", "TotalDiscount", "IsDiscounted"),
        weight=70,
    ),
    Reason(
        key="changed.quantity",
        sentence="Quantity times price does not give the amount of a line; "
        "it comes back with the same amount and another quantity or price.",
        fields=("Quantity", "UnitAmount", "DiscountRate", "DiscountAmount", "TotalDiscount", "IsDiscounted"),
        weight=72,
    ),
    Reason(
        key="documents.voided",
        sentence="It is voided or deleted and moves no balance, so it stays in the copy only.",
        instead="Look it up in the copy; a restore can keep voided numbers taken if you choose so.",
        weight=90,
    ),
    Reason(
        key="documents.unknown_status",
        sentence="It has a status, or is of a type, that Xero does not let apps create.",
        instead="Look at it in the copy and enter it by hand if it counts.",
        moves_ledger=True,
        weight=14,
    ),
    Reason(
        key="documents.negative",
        sentence="Its total is below zero, which Xero's API refuses.",
        instead="Enter it by hand after the restore.",
        moves_ledger=True,
        weight=12,
    ),
    Reason(
        key="documents.rounding",
        sentence="Its total was rounded, which cannot be sent; it comes back with a line for the rounding.",
        fields=("LineItems", "SubTotal", "RoundingAmount", "EnteredTotal"),
        weight=68,
    ),
    Reason(
        key="documents.total",
        sentence="Its lines do not come to its total; it comes back with what its lines come to.",
        instead="Look at it in the copy; a payment of the whole may not fit.",
        fields=("Total", "AmountDue", "SubTotal", "TotalTax", "RemainingCredit"),
        moves_ledger=True,
        weight=24,
    ),
    Reason(
        key="documents.unsettled",
        sentence="What settles it is not part of this restore, so it comes back unpaid or not set off.",
        instead="Include payments and allocations in the restore.",
        fields=(
            "Status",
            "AmountDue",
            "AmountPaid",
            "AmountCredited",
            "RemainingCredit",
            "FullyPaidOnDate",
            "Payments",
            "Allocations",
            "CreditNotes",
            "Prepayments",
            "Overpayments",
        ),
        weight=25,
    ),
    Reason(
        key="documents.no_date",
        sentence="It has no date in the copy; Xero gives it the day of the restore.",
        instead="Set its date before you approve it.",
        fields=("Date", "DueDate"),
        moves_ledger=True,
        weight=50,
    ),
    Reason(
        key="documents.number_twice",
        sentence="Another one in the copy has the same number, and Xero takes a number once; "
        "it comes back with an addition to its number.",
        fields=("InvoiceNumber", "CreditNoteNumber"),
        weight=40,
    ),
    Reason(
        key="documents.no_number",
        sentence="It has no number in the copy; it gets one that begins with RESTORED, "
        "so that Xero does not give it a number that another one needs.",
        fields=("InvoiceNumber", "CreditNoteNumber"),
        weight=65,
    ),
    Reason(
        key="documents.long_number",
        sentence="Its number is longer than the 255 characters that Xero takes, and is cut.",
        fields=("InvoiceNumber", "CreditNoteNumber"),
        weight=65,
    ),
    Reason(
        key="documents.sent_flag",
        sentence="It comes back as not yet sent to the contact, which Xero lets apps mark "
        "on approved sales invoices only.",
        fields=("SentToContact",),
        weight=80,
    ),
)
