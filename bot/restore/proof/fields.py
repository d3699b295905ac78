"""Which fields of which records must come back, and which never can. Data.

What is compared is what a restore writes and what must follow from it: totals, amounts due, states.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.restore.proof.columns import Shape
from bot.restore.proof.fields_beside import BESIDE
from bot.restore.proof.fields_documents import DOCUMENTS
from bot.restore.proof.fields_lists import LISTS

# What a new organisation gives itself, and what no write can set: never compared, here for everybody to see.
NEVER: Mapping[str, str] = {
    "ids": "Every record has a new id; references are followed through the id map instead.",
    "LineItemID": "Lines have new ids; their order and content are compared.",
    "*DateString, *UTCString": "The same dates once more, as text.",
    "UpdatedDateUTC, CreatedDateUTC": "When the restore wrote it, not when people did.",
    "HasAttachments, HasErrors, HasAccount, HasValidationErrors": "Marks of the answer, not of the record.",
    "FullyPaidOnDate": "Xero works it out from payments and allocations, which are compared.",
    "AppliedAmount": "Xero works it out from allocations, which are compared.",
    "Payments, CreditNotes, Prepayments, Overpayments inside documents": "Compared as records of their own.",
    "Contact details inside documents": "The contact is compared, once.",
    "OnlineInvoiceUrl": "A new invoice has a new link.",
    "JournalNumber": "Xero numbers journals itself.",
    "IsCustomer, IsSupplier, Balances": "Follow from documents; what contacts owe is compared apart.",
    "QuantityOnHand, TotalCostPool": "Xero works stock out from documents; its account is compared.",
    "EffectiveRate, ReportingCodeName, Class of tax and accounts": "Follow from what is compared.",
    "NextScheduledDate": "Xero works it out from the start of the schedule.",
    "TaxType of a tax rate, TaxNumber of Xero's": "Codes of rates that people made are Xero's choice.",
}


SHAPES: Mapping[str, Shape] = {shape.resource: shape for shape in (*LISTS, *DOCUMENTS, *BESIDE)}
