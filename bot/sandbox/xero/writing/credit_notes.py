"""Credit notes.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/creditnotes): as invoices, but
without due date, discounts, and SentToContact, which cannot be written.
"""

from __future__ import annotations

from bot.sandbox.xero.books.documents import credit_note_fields
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing import messages, papers
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.invoices import INVOICE
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.papers import Page, Paper, read_theme
from bot.sandbox.xero.writing.sent import Sent

_NO_DISCOUNT = unpublished("Discounts cannot be applied to credit notes")


def write(act: Act, sent: Sent) -> Record:
    """Create or change a credit note."""
    return papers.write(CREDIT_NOTE, act, sent)


def _details(page: Page) -> Fields:
    return {"Reference": page.sent.text("Reference"), "BrandingThemeID": read_theme(page)}


CREDIT_NOTE = Paper(
    collection="CreditNotes",
    number="CreditNoteNumber",
    prefix="CN-",
    build=credit_note_fields,
    kinds=frozenset({"ACCRECCREDIT", "ACCPAYCREDIT"}),
    numbered=frozenset({"ACCRECCREDIT"}),
    starts=INVOICE.starts,
    ladder=INVOICE.ladder,
    approved=INVOICE.approved,
    details=_details,
    start_message=unpublished("The credit note cannot be created with this Status"),
    change_message=unpublished("The credit note cannot be changed to this Status"),
    twice_message=unpublished("Another credit note has this CreditNoteNumber"),
    unknown_message=messages.NO_SUCH_CREDIT_NOTE,
    selling=frozenset({"ACCRECCREDIT"}),
    discount={"ACCRECCREDIT": _NO_DISCOUNT, "ACCPAYCREDIT": _NO_DISCOUNT},
    keeps=("Payments", "Allocations", "HasErrors"),
    soft=frozenset({"Reference", "BrandingThemeID"}),
)
