"""Journals people write, the ledger Xero keeps, and budgets. Data."""

from __future__ import annotations

from bot.catalogue import scopes
from bot.catalogue.model import (
    Area,
    Caveat,
    Dates,
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

MANUAL_JOURNALS = Resource(
    key="manual_journals",
    title="Manual journals",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.POSTS,
    read=Read(
        path="ManualJournals",
        collection="ManualJournals",
        id_field="ManualJournalID",
        paging=Paging.SIZED,
        page_size=1000,
        scopes=scopes.MANUAL_JOURNALS,
        modified_since=True,
        status_field="Status",
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(
        rule=RestoreRule.CREATE,
        comes_back="Created with lines, tax and tracking; Xero gives a new journal number.",
        write_scope="accounting.manualjournals",
    ),
    needs=("accounts", "tax_rates", "tracking_categories"),
    children=("attachments", "history"),
    quirks=(
        Quirk(
            fact=(
                "With `order`, every journal came back on each page; so none is asked for: the default is by "
                "last change."
            ),
            source="singer-io/tap-xero pull request 104",
        ),
        Quirk(
            fact="Since 29 June 2026 a standard user also needs permission for reports to read them.",
            source="developer.xero.com as third parties copied it",
        ),
    ),
    caveats=(
        Caveat(
            sentence="Manual journals get new numbers, because Xero counts them itself.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead=(
                "Find them by date and narration; the list of restored records shows old and new side by "
                "side."
            ),
            source=_SPEC,
            weight=64,
        ),
        Caveat(
            sentence=(
                "Journals to receivables, payables, bank, stock or exchange-gain accounts are refused by "
                "Xero."
            ),
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="The plan lists such journals; enter them by hand or leave them out.",
            source="developer.xero.com/documentation/api/accounting/manualjournals",
            weight=27,
            ledger=LedgerEffect.POSTS,
        ),
    ),
)

JOURNALS = Resource(
    key="journals",
    title="The general ledger as Xero posts it",
    area=Area.ACCOUNTING,
    reading=Reading.OPT_IN,
    ledger=LedgerEffect.POSTS,
    read=Read(
        path="Journals",
        collection="Journals",
        id_field="JournalID",
        paging=Paging.OFFSET,
        page_size=100,
        scopes=scopes.JOURNALS,
        modified_since=True,
    ),
    restore=Restore(rule=RestoreRule.DERIVED, comes_back="Follows by itself from the restored documents."),
    quirks=(
        Quirk(
            fact="Read by `offset`, the last JournalNumber seen, until empty; a short page is not the end.",
            source="developer.xero.com/documentation/api/accounting/journals",
        ),
        Quirk(
            fact="Below the Advanced tier every call is answered 401 AuthorizationUnsuccessful.",
            source="support.databuzz.com.au article 742",
        ),
    ),
    caveats=(
        Caveat(
            sentence="Xero opens its own list of ledger entries only to apps on its Advanced tier.",
            reason=ReasonClass.APP_TIER,
            instead=(
                "Export the General Ledger report from Xero yearly; where the app is of that tier, switch "
                "journals on in `/backup settings`."
            ),
            source="developer.xero.com/pricing",
            weight=16,
        ),
    ),
)

BUDGETS = Resource(
    key="budgets",
    title="Budgets",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="Budgets",
        collection="Budgets",
        id_field="BudgetID",
        paging=Paging.WHOLE,
        scopes=scopes.BUDGETS,
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(rule=RestoreRule.EVIDENCE, comes_back="As a list of budgets to set up again."),
    children=("budget_lines",),
    quirks=(Quirk(fact="The list holds no figures; they come with each budget by itself.", source=_SPEC),),
    caveats=(
        Caveat(
            sentence="Budgets can be read but not written back.",
            reason=ReasonClass.NOT_RESTORABLE,
            instead="Export the figures and import them in Xero's Budget Manager; about 20 minutes a budget.",
            source=_SPEC,
            weight=36,
        ),
    ),
)

BUDGET_LINES = Resource(
    key="budget_lines",
    title="Budget figures",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="Budgets/{id}",
        collection="Budgets",
        id_field="BudgetID",
        paging=Paging.PER_PARENT,
        parent="budgets",
        scopes=scopes.BUDGETS,
        updated_field="UpdatedDateUTC",
        dates=Dates(names=("DateFrom", "DateTo"), days_before=330, days_after=365),
    ),
    restore=Restore(rule=RestoreRule.EVIDENCE, comes_back="As figures to import by hand."),
    needs=("budgets",),
    quirks=(
        Quirk(
            fact="Without dates only three months come, and one call gives at most 24 months.",
            source="developer.xero.com/documentation/api/budgets",
        ),
        Quirk(
            fact="The example answer shows one object where the schema says a list; accept both.",
            source=_SPEC,
        ),
    ),
    caveats=(
        Caveat(
            sentence=(
                "Budget figures are kept for about eleven months back and twelve ahead; older ones are in "
                "older backups."
            ),
            reason=ReasonClass.NOT_RESTORABLE,
            instead="Export the figures and import them in Xero's Budget Manager.",
            source="developer.xero.com/documentation/api/budgets",
            weight=46,
        ),
    ),
)

FIRST = (MANUAL_JOURNALS, BUDGETS, BUDGET_LINES)
LATER = (JOURNALS,)
