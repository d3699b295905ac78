"""What amounts are booked to: currencies, tax rates, the chart of accounts. Data."""

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
_WRITE = "accounting.settings"

CURRENCIES = Resource(
    key="currencies",
    title="Currencies",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="Currencies",
        collection="Currencies",
        id_field="Code",
        paging=Paging.WHOLE,
        scopes=scopes.SETTINGS,
    ),
    restore=Restore(rule=RestoreRule.CREATE, comes_back="Added to the new organisation.", write_scope=_WRITE),
    quirks=(
        Quirk(fact="A currency has no id of Xero's own; its code is unique.", source=_SPEC),
        Quirk(
            fact="Needs a plan with several currencies, and an added currency cannot be removed again.",
            source="developer.xero.com as third parties copied it",
        ),
    ),
)

TAX_RATES = Resource(
    key="tax_rates",
    title="Tax rates",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="TaxRates",
        collection="TaxRates",
        id_field="TaxType",
        paging=Paging.WHOLE,
        scopes=scopes.SETTINGS,
        status_field="Status",
    ),
    restore=Restore(
        rule=RestoreRule.MATCH,
        comes_back="Matched with Xero's own rates first; the others are created and get a new code.",
        write_scope=_WRITE,
    ),
    quirks=(
        Quirk(
            fact=(
                "TaxType is the id: Xero fetches one rate by it and every line refers to it; Name can be "
                "edited."
            ),
            source=_SPEC,
        ),
        Quirk(
            fact=(
                "An unknown ReportTaxType makes generated clients drop a whole page; keep the bytes as sent."
            ),
            source="XeroAPI/xero-python issue 203",
        ),
    ),
    caveats=(
        Caveat(
            sentence="Tax rates you made yourself come back under a new internal code.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="The restored documents use the new code, so nothing is left for you to change.",
            source="developer.xero.com/documentation/api/accounting/taxrates",
            weight=60,
        ),
        Caveat(
            sentence="Xero refuses to create some special rates, such as the UK 0 % reverse charge.",
            reason=ReasonClass.NOT_RESTORABLE,
            instead=(
                "Add the rate by hand in the new organisation before approving; it is then matched by name "
                "and rate."
            ),
            source="developer.xero.com/documentation/api/accounting/taxrates",
            weight=12,
            ledger=LedgerEffect.PARTLY,
        ),
        Caveat(
            sentence=(
                "In Australia, New Zealand and the UK, rates added by an app do not show up in tax returns."
            ),
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead=(
                "Xero's own rates are used wherever they fit; check the first tax return after a restore."
            ),
            source="developer.xero.com as third parties copied it",
            weight=25,
            countries=("AU", "NZ", "GB"),
        ),
    ),
)

ACCOUNTS = Resource(
    key="accounts",
    title="Chart of accounts and bank accounts",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="Accounts",
        collection="Accounts",
        id_field="AccountID",
        paging=Paging.WHOLE,
        scopes=scopes.SETTINGS,
        modified_since=True,
        status_field="Status",
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(
        rule=RestoreRule.MATCH,
        comes_back="Matched by system account, code and name; the others are created, one by one.",
        write_scope=_WRITE,
    ),
    needs=("currencies", "tax_rates"),
    children=("attachments",),
    quirks=(
        Quirk(
            fact="A deleted account vanishes without a trace; only comparing whole lists shows it.",
            source="developer.xero.com/documentation/api/accounting/accounts",
        ),
    ),
    caveats=(
        Caveat(
            sentence="Xero does not let an app create credit card or PayPal accounts.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead=(
                "Create the card account by hand under the same name first; otherwise it becomes a bank "
                "account."
            ),
            source="XeroAPI/Xero-OpenAPI issue 535",
            weight=15,
        ),
        Caveat(
            sentence=(
                "Xero's own system accounts, such as receivables and payables, are matched and not created."
            ),
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="The plan shows each pair before you approve it.",
            source=_SPEC,
            weight=70,
        ),
    ),
)

FIRST = (CURRENCIES, TAX_RATES, ACCOUNTS)
