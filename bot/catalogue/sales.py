"""Documents of sales and purchases: invoices, bills, credit notes, quotes, orders, templates, items. Data."""

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
_WRITE = "accounting.invoices"
_VOLUME = Quirk(
    fact="A question that touches more than 100,000 records in an unsupported order is refused with 400.",
    source="developer.xero.com/documentation/api/accounting/banktransactions",
)

ITEMS = Resource(
    key="items",
    title="Products and services (items)",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.PARTLY,
    read=Read(
        path="Items",
        collection="Items",
        id_field="ItemID",
        paging=Paging.WHOLE,
        scopes=scopes.ITEMS,
        modified_since=True,
        params=(("unitdp", "4"),),
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(
        rule=RestoreRule.CREATE,
        comes_back="Created; stock builds up again from the restored bills and invoices.",
        write_scope="accounting.settings",
    ),
    needs=("accounts", "tax_rates"),
    children=("history",),
    quirks=(
        Quirk(fact="A deleted item vanishes; only comparing whole lists shows it.", source=_SPEC),
        Quirk(
            fact="Either the settings or the invoices permission allows reading items.",
            source="developer.xero.com/faq/granular-scopes",
        ),
    ),
    caveats=(
        Caveat(
            sentence=(
                "Stock quantities and values are worked out again by Xero and may differ for tracked items."
            ),
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="Compare the stock list after the restore; the comparison names items that differ.",
            source="developer.xero.com/documentation/guides/how-to-guides/tracked-inventory-in-xero",
            weight=35,
            ledger=LedgerEffect.PARTLY,
        ),
    ),
)

INVOICES = Resource(
    key="invoices",
    title="Invoices and bills",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.POSTS,
    read=Read(
        path="Invoices",
        collection="Invoices",
        id_field="InvoiceID",
        paging=Paging.SIZED,
        page_size=1000,
        scopes=scopes.INVOICES,
        modified_since=True,
        order="InvoiceID ASC",
        params=(("includeArchived", "true"), ("unitdp", "4")),
        status_field="Status",
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(
        rule=RestoreRule.CREATE,
        comes_back=(
            "Created with number, dates, lines, tax and rate; paid ones become paid through their payments."
        ),
        write_scope=_WRITE,
    ),
    needs=(
        "contacts",
        "accounts",
        "tax_rates",
        "items",
        "tracking_categories",
        "branding_themes",
        "currencies",
    ),
    children=("attachments", "history", "invoice_details", "online_invoices", "pdfs"),
    quirks=(
        Quirk(fact="Line items come only with paging; without it the list holds summaries.", source=_SPEC),
        Quirk(
            fact="Without unitdp=4 unit prices are rounded to two decimals on reading.",
            source="developer.xero.com/documentation/guides/how-to-guides/rounding-in-xero",
        ),
        Quirk(
            fact=(
                "A changed due date on a part-paid invoice does not move UpdatedDateUTC; a weekly whole scan "
                "is needed."
            ),
            source="developer.xero.com as third parties copied it",
        ),
        _VOLUME,
    ),
    caveats=(
        Caveat(
            sentence="Voided and deleted invoices stay in the backup but are not created again.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="Look them up in the copy; their numbers stay free in the new organisation.",
            source=_SPEC,
            weight=52,
        ),
        Caveat(
            sentence=(
                "Customers' links to online invoices stop leading to the restored ones, and who viewed them "
                "is lost."
            ),
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="Send the restored invoices again from Xero where customers still have to pay.",
            source=_SPEC,
            weight=50,
        ),
        Caveat(
            sentence=(
                "UK construction industry (CIS) deductions are worked out by Xero and cannot be entered."
            ),
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead=(
                "Enter the CIS settings of the contacts first, then compare the totals after the restore."
            ),
            source=_SPEC,
            weight=38,
            ledger=LedgerEffect.PARTLY,
            countries=("GB",),
        ),
    ),
)

INVOICE_DETAILS = Resource(
    key="invoice_details",
    title="Rounding fields of invoices",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    rhythm=Rhythm.FILLED,
    ledger=LedgerEffect.PARTLY,
    read=Read(
        path="Invoices/{id}",
        collection="Invoices",
        id_field="InvoiceID",
        paging=Paging.PER_PARENT,
        parent="invoices",
        scopes=scopes.INVOICES,
        params=(("unitdp", "4"),),
        status_field="Status",
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(rule=RestoreRule.EVIDENCE, comes_back="As figures to compare with."),
    needs=("invoices",),
    quirks=(
        Quirk(
            fact="RoundingAmount and EnteredTotal appear only when an invoice is fetched by itself.",
            source="xero-python 15.2.0",
        ),
    ),
    caveats=(
        Caveat(
            sentence="Where an invoice was rounded in Xero, the restored one is not rounded.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="Nothing to do unless you use rounding; then expect up to 10 cents an invoice.",
            source="xero-python 15.2.0",
            weight=56,
        ),
    ),
)

ONLINE_INVOICES = Resource(
    key="online_invoices",
    title="Links to online invoices",
    area=Area.ACCOUNTING,
    reading=Reading.NEVER,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="Invoices/{id}/OnlineInvoice",
        collection="OnlineInvoices",
        id_field="",
        paging=Paging.PER_PARENT,
        parent="invoices",
        scopes=scopes.INVOICES,
    ),
    restore=Restore(rule=RestoreRule.NEVER, comes_back="Not at all; a restored invoice has a new link."),
    needs=("invoices",),
    caveats=(
        Caveat(
            sentence=(
                "The web links under which customers see their invoices are not kept; they would lead "
                "nowhere."
            ),
            reason=ReasonClass.SWITCHED_OFF,
            instead="Send restored invoices again from Xero; customers then get the new link.",
            source=_SPEC,
            weight=80,
        ),
    ),
)

CREDIT_NOTES = Resource(
    key="credit_notes",
    title="Credit notes",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.POSTS,
    read=Read(
        path="CreditNotes",
        collection="CreditNotes",
        id_field="CreditNoteID",
        paging=Paging.SIZED,
        page_size=1000,
        scopes=scopes.INVOICES,
        modified_since=True,
        order="CreditNoteID ASC",
        params=(("unitdp", "4"),),
        status_field="Status",
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(
        rule=RestoreRule.CREATE,
        comes_back="Created, then set against the same invoices with the same amounts and dates.",
        write_scope=_WRITE,
    ),
    needs=("contacts", "accounts", "tax_rates", "items", "tracking_categories", "currencies", "invoices"),
    children=("attachments", "history", "pdfs"),
    quirks=(
        Quirk(
            fact="Allocations vanish when removed; they are read as part of the credit note.", source=_SPEC
        ),
        _VOLUME,
    ),
    caveats=(
        Caveat(
            sentence="The mark that a credit note was sent to the customer cannot be set again.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="Nothing to do for the books; the copy shows which ones had been sent.",
            source=_SPEC,
            weight=75,
        ),
    ),
)

FIRST = (ITEMS, INVOICES, CREDIT_NOTES)
LATER = (INVOICE_DETAILS, ONLINE_INVOICES)
