"""Xero's own reports, kept as evidence; all are exported together as `reports`. Data."""

from __future__ import annotations

from dataclasses import replace

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
    Rhythm,
)

_SPEC = "Xero OpenAPI 16.1.0"
_BY_HAND = "Nothing to do; the reports of the new organisation are compared with these."
_COMES_BACK = "Not written back; kept to compare with."


def _report(
    *,
    key: str,
    title: str,
    path: str,
    permission: tuple[str, ...],
    dates: Dates | None,
    reading: Reading,
    caveat: Caveat,
    quirks: tuple[Quirk, ...] = (),
    parent: str = "",
    params: tuple[tuple[str, str], ...] = (),
    countries: tuple[str, ...] = (),
    id_field: str = "ReportID",
    rhythm: Rhythm = Rhythm.NIGHTLY,
) -> Resource:
    """Describe one report; they differ only in name, dates and permission."""
    return Resource(
        key=key,
        title=title,
        area=Area.ACCOUNTING,
        reading=reading,
        rhythm=rhythm,
        ledger=LedgerEffect.NONE,
        exported_as="reports",
        read=Read(
            path=path,
            collection="Reports",
            id_field=id_field,
            paging=Paging.PER_PARENT if parent else Paging.REPORT,
            scopes=permission,
            dates=dates,
            parent=parent,
            params=params,
        ),
        restore=Restore(rule=RestoreRule.EVIDENCE, comes_back=_COMES_BACK),
        quirks=quirks,
        caveats=(replace(caveat, countries=countries),),
        countries=countries,
    )


def _evidence(sentence: str, weight: int) -> Caveat:
    return Caveat(
        sentence=sentence,
        reason=ReasonClass.NOT_RESTORABLE,
        instead=_BY_HAND,
        source=_SPEC,
        weight=weight,
    )


def _later(what: str, instead: str, weight: int) -> Caveat:
    return Caveat(
        sentence=f"{what} not backed up yet.",
        reason=ReasonClass.NOT_YET_READ,
        instead=instead,
        source=_SPEC,
        weight=weight,
    )


TRIAL_BALANCE = _report(
    key="trial_balance",
    title="Trial balance (today and 13 month ends)",
    path="Reports/TrialBalance",
    permission=scopes.TRIAL_BALANCE,
    dates=Dates(names=("date",), month_ends=13),
    reading=Reading.READ,
    caveat=_evidence("Account balances are not written; they follow from the restored documents.", 57),
    quirks=(
        Quirk(fact="Cells are strings; an account's id stands in the cell's attributes.", source=_SPEC),
        Quirk(fact="Nothing in ReportID tells one date from another; name and date do.", source=_SPEC),
    ),
)

BALANCE_SHEET = _report(
    key="balance_sheet",
    title="Balance sheet (today)",
    path="Reports/BalanceSheet",
    permission=scopes.BALANCE_SHEET,
    dates=Dates(names=("date",)),
    reading=Reading.READ,
    caveat=_evidence("The balance sheet is kept as evidence of how things stood.", 85),
)

PROFIT_AND_LOSS = _report(
    key="profit_and_loss",
    title="Profit and loss (last 365 days)",
    path="Reports/ProfitAndLoss",
    permission=scopes.PROFIT_AND_LOSS,
    dates=Dates(names=("fromDate", "toDate"), days_before=364),
    reading=Reading.READ,
    caveat=_evidence("The profit and loss report is kept as evidence of how things stood.", 86),
    quirks=(
        Quirk(
            fact="Without both dates it covers the current month only.",
            source="XeroAPI/xero-ruby issue 167",
        ),
    ),
)

FIRST = (TRIAL_BALANCE, BALANCE_SHEET, PROFIT_AND_LOSS)


def _aged(key: str, title: str, path: str, whose: str) -> Resource:
    """Describe one of the two aged reports, which Xero gives for one contact at a time."""
    return _report(
        key=key,
        title=title,
        path=path,
        permission=scopes.AGED,
        dates=Dates(names=("date",)),
        reading=Reading.READ,
        rhythm=Rhythm.FILLED,
        parent="contacts",
        params=(("contactId", "{id}"),),
        caveat=_evidence(f"Xero's aged report of what {whose} is kept as it was, not written back.", 79),
    )


AGED_RECEIVABLES = _aged(
    "aged_receivables",
    "Aged receivables by contact",
    "Reports/AgedReceivablesByContact",
    "customers owe",
)
AGED_PAYABLES = _aged(
    "aged_payables",
    "Aged payables by contact",
    "Reports/AgedPayablesByContact",
    "you owe suppliers",
)

BANK_SUMMARY = _report(
    key="bank_summary",
    title="Bank summary",
    path="Reports/BankSummary",
    permission=scopes.BANK_SUMMARY,
    dates=Dates(names=("fromDate", "toDate"), days_before=364),
    reading=Reading.READ,
    caveat=_evidence("The bank summary is kept as a report; Xero makes it anew from the records.", 78),
)

BUDGET_SUMMARY = _report(
    key="budget_summary",
    title="Budget summary",
    path="Reports/BudgetSummary",
    permission=scopes.BUDGET_SUMMARY,
    dates=Dates(names=("date",)),
    reading=Reading.READ,
    caveat=_evidence("The budget summary is kept as a report; Xero makes it anew from the budgets.", 82),
)

EXECUTIVE_SUMMARY = _report(
    key="executive_summary",
    title="Executive summary",
    path="Reports/ExecutiveSummary",
    permission=scopes.EXECUTIVE_SUMMARY,
    dates=Dates(names=("date",)),
    reading=Reading.READ,
    caveat=_evidence("The executive summary is kept as a report; Xero makes it anew from the records.", 83),
)

TAX_REPORTS = _report(
    key="tax_reports",
    title="Published tax reports (BAS, GST)",
    path="Reports",
    permission=scopes.TAX_REPORTS,
    dates=None,
    reading=Reading.NOT_YET,
    countries=("AU", "NZ"),
    caveat=_later(
        "Published BAS and GST reports are",
        "Export each tax report from Xero when you file it.",
        31,
    ),
    quirks=(
        Quirk(fact="The list holds published reports only; each is then fetched by its id.", source=_SPEC),
    ),
)

TEN_NINETY_NINE = _report(
    key="ten_ninety_nine",
    title="1099 report",
    path="Reports/TenNinetyNine",
    permission=scopes.TEN_NINETY_NINE,
    dates=None,
    reading=Reading.NOT_YET,
    countries=("US",),
    id_field="ReportName",
    caveat=_later("The 1099 report is", "Export it from Xero when you file it.", 37),
    quirks=(
        Quirk(fact="Asked for by reportYear; for organisations in the United States only.", source=_SPEC),
    ),
)

LATER = (
    AGED_RECEIVABLES,
    AGED_PAYABLES,
    BANK_SUMMARY,
    BUDGET_SUMMARY,
    EXECUTIVE_SUMMARY,
    TAX_REPORTS,
    TEN_NINETY_NINE,
)
