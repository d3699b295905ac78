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
    Rhythm,
)

_SPEC = "Xero OpenAPI 16.1.0"

_PARENTS = (
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
)

ATTACHMENTS = Resource(
    key="attachments",
    title="Attachments",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    rhythm=Rhythm.FILLED,
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
        comes_back="Uploaded to the restored record, one call a file; Xero confirms each.",
        write_scope="accounting.attachments",
    ),
    needs=_PARENTS,
    children=("attachment_contents",),
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
            sentence=(
                "Attached files are uploaded again, but for those over 10 MB or beyond the tenth of a record."
            ),
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="Export the copy: it holds every file under its record, ready to be attached by hand.",
            source=_SPEC,
            weight=58,
        ),
    ),
)

ATTACHMENT_CONTENTS = Resource(
    key="attachment_contents",
    title="Attached files",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    rhythm=Rhythm.FILLED,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="{parent}/{id}/Attachments/{AttachmentID}",
        collection="",
        id_field="",
        paging=Paging.PER_PARENT,
        scopes=scopes.ATTACHMENTS,
        accept="application/octet-stream",
    ),
    restore=Restore(
        rule=RestoreRule.DERIVED,
        comes_back="With the attachment it belongs to.",
    ),
    needs=("attachments", *_PARENTS),
    quirks=(Quirk(fact="The answer is the file itself, not JSON.", source=_SPEC),),
)

HISTORY = Resource(
    key="history",
    title="History and notes",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    rhythm=Rhythm.FILLED,
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
        comes_back="Where chosen: one note a record that quotes the old entries, dated on the restore.",
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
            sentence="The history of a record comes back, where chosen, as one note that quotes it.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="The copy keeps every entry with its date and person; an export shows them.",
            source="developer.xero.com/documentation/api/accounting/historyandnotes",
            weight=60,
        ),
    ),
)

PDFS = Resource(
    key="pdfs",
    title="Documents as PDF",
    area=Area.ACCOUNTING,
    reading=Reading.OPT_IN,
    rhythm=Rhythm.FILLED,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="{parent}/{id}/pdf",
        collection="",
        id_field="",
        paging=Paging.PER_PARENT,
        scopes=scopes.INVOICES,
        accept="application/pdf",
    ),
    restore=Restore(rule=RestoreRule.NEVER, comes_back="Not at all; Xero draws the restored document anew."),
    needs=("invoices", "credit_notes", "purchase_orders", "quotes"),
    quirks=(Quirk(fact="The answer is the PDF itself when the call accepts application/pdf.", source=_SPEC),),
    caveats=(
        Caveat(
            sentence=(
                "The PDFs of invoices, credit notes, purchase orders and quotes are kept only where that is "
                "switched on in the settings; their contents are kept always."
            ),
            reason=ReasonClass.SWITCHED_OFF,
            instead="Switch it on in /backup settings, or download the PDFs you must keep as they were sent.",
            source=_SPEC,
            weight=54,
        ),
    ),
)

LATER = (ATTACHMENTS, ATTACHMENT_CONTENTS, HISTORY, PDFS)
