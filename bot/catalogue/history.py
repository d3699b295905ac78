"""What hangs on single records: attachments, history and notes, documents as PDF. Data."""

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

ATTACHMENTS = Resource(
    key="attachments",
    title="Attachments",
    area=Area.ACCOUNTING,
    reading=Reading.NOT_YET,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="{parent}/{id}/Attachments",
        collection="Attachments",
        id_field="AttachmentID",
        paging=Paging.PER_PARENT,
        scopes=scopes.ATTACHMENTS,
        only_parents_with="HasAttachments",
    ),
    restore=Restore(
        rule=RestoreRule.CREATE,
        comes_back="Uploaded to the restored record.",
        write_scope="accounting.attachments",
    ),
    needs=(
        "accounts",
        "bank_transactions",
        "bank_transfers",
        "contacts",
        "credit_notes",
        "invoices",
        "manual_journals",
        "purchase_orders",
        "quotes",
        "receipts",
        "repeating_invoices",
    ),
    quirks=(
        Quirk(fact="One call for the list of a record, then one for each file.", source=_SPEC),
        Quirk(
            fact="At most 10 files a record; assume 10 MB each, since Xero's pages name 10 and 25.",
            source="developer.xero.com/documentation/api/accounting/attachments",
        ),
        Quirk(fact="Prepayments and overpayments tell of attachments but cannot be given any.", source=_SPEC),
        Quirk(fact="A quote does not tell whether it has any.", source=_SPEC),
    ),
    caveats=(
        Caveat(
            sentence="Files attached to invoices, bills and other records are not backed up yet.",
            reason=ReasonClass.NOT_YET_READ,
            instead="Keep the originals where they are now, for instance in your mail or document store.",
            source=_SPEC,
            weight=8,
        ),
    ),
)

HISTORY = Resource(
    key="history",
    title="History and notes",
    area=Area.ACCOUNTING,
    reading=Reading.NOT_YET,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="{parent}/{id}/History",
        collection="HistoryRecords",
        id_field="",
        paging=Paging.PER_PARENT,
        scopes=(),
    ),
    restore=Restore(
        rule=RestoreRule.EVIDENCE,
        comes_back="As one note a record that quotes the old entries, dated on the day of the restore.",
    ),
    needs=(
        "bank_transactions",
        "bank_transfers",
        "batch_payments",
        "contacts",
        "credit_notes",
        "expense_claims",
        "invoices",
        "items",
        "manual_journals",
        "overpayments",
        "payments",
        "prepayments",
        "purchase_orders",
        "quotes",
        "receipts",
        "repeating_invoices",
    ),
    quirks=(
        Quirk(fact="The permission is the one of the record it belongs to.", source=_SPEC),
        Quirk(fact="One call for each record and none for many; entries have no id.", source=_SPEC),
    ),
    caveats=(
        Caveat(
            sentence="History and notes on records are not backed up yet.",
            reason=ReasonClass.NOT_YET_READ,
            instead=(
                "Print or export the history of the few records where it matters, such as disputed invoices."
            ),
            source=_SPEC,
            weight=24,
        ),
    ),
)

PDFS = Resource(
    key="pdfs",
    title="Documents as PDF",
    area=Area.ACCOUNTING,
    reading=Reading.NOT_YET,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="{parent}/{id}/pdf",
        collection="",
        id_field="",
        paging=Paging.PER_PARENT,
        scopes=scopes.INVOICES,
    ),
    restore=Restore(rule=RestoreRule.NEVER, comes_back="Not at all; Xero draws the restored document anew."),
    needs=("invoices", "credit_notes", "purchase_orders", "quotes"),
    quirks=(Quirk(fact="The answer is the PDF itself when the call accepts application/pdf.", source=_SPEC),),
    caveats=(
        Caveat(
            sentence=(
                "The PDFs of invoices, credit notes, purchase orders and quotes are not kept; their contents "
                "are."
            ),
            reason=ReasonClass.NOT_YET_READ,
            instead="Download from Xero the PDFs that you must keep as they were sent.",
            source=_SPEC,
            weight=54,
        ),
    ),
)

LATER = (ATTACHMENTS, HISTORY, PDFS)
