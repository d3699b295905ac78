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
_KEPT = Restore(rule=RestoreRule.EVIDENCE, comes_back="Not written back; kept to compare with.")


def _report(
    *,
    key: str,
    title: str,
    path: str,
    permission: tuple[str, ...],
    dates: Dates | None,
    caveat: Caveat,
    quirks: tuple[Quirk, ...] = (),
    parent: str = "",
    countries: tuple[str, ...] = (),
    id_field: str = "ReportID",
    children: tuple[str, ...] = (),
) -> Resource:
    """Describe one report, or without dates a list of them; else they differ in name and permission."""
    return Resource(
        key=key,
        title=title,
        area=Area.ACCOUNTING,
        reading=Reading.READ,
        rhythm=Rhythm.FILLED if parent == "contacts" else Rhythm.NIGHTLY,
        ledger=LedgerEffect.NONE,
        exported_as="reports",
        read=Read(
            path=path,
            collection="Reports",
            id_field=id_field,
            paging=Paging.PER_PARENT if parent else Paging.REPORT if dates else Paging.WHOLE,
            scopes=permission,
            dates=dates,
            parent=parent,
            params=(("contactId", "{id}"),) if parent == "contacts" else (),
        ),
        restore=_KEPT,
        needs=(parent,) if parent else (),
        children=children,
        quirks=quirks,
        caveats=(replace(caveat, countries=countries),),
        countries=countries,
    )


def _or_none(resource: Resource) -> Resource:
    """Take "not found" for none: nobody tells what Xero answers where none was ever made."""
    read = replace(resource.read, not_found_is_none=True) if resource.read else None
    return replace(resource, read=read)


def _evidence(sentence: str, weight: int, instead: str = _BY_HAND) -> Caveat:
    return Caveat(
        sentence=sentence,
        reason=ReasonClass.NOT_RESTORABLE,
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
    caveat=_evidence("The balance sheet is kept as evidence of how things stood.", 85),
)

PROFIT_AND_LOSS = _report(
    key="profit_and_loss",
    title="Profit and loss (last 365 days)",
    path="Reports/ProfitAndLoss",
    permission=scopes.PROFIT_AND_LOSS,
    dates=Dates(names=("fromDate", "toDate"), days_before=364),
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
        parent="contacts",
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
    caveat=_evidence("The bank summary is kept as a report; Xero makes it anew from the records.", 78),
)

BUDGET_SUMMARY = _report(
    key="budget_summary",
    title="Budget summary",
    path="Reports/BudgetSummary",
    permission=scopes.BUDGET_SUMMARY,
    dates=Dates(names=("date",)),
    caveat=_evidence("The budget summary is kept as a report; Xero makes it anew from the budgets.", 82),
)

EXECUTIVE_SUMMARY = _report(
    key="executive_summary",
    title="Executive summary",
    path="Reports/ExecutiveSummary",
    permission=scopes.EXECUTIVE_SUMMARY,
    dates=Dates(names=("date",)),
    caveat=_evidence("The executive summary is kept as a report; Xero makes it anew from the records.", 83),
)

_FILED = _evidence(
    "Published BAS and GST reports are kept as they were published; no app can publish one.",
    31,
    instead="Keep what you filed with the tax office; the copy holds the figures as Xero published them.",
)

TAX_REPORTS = _or_none(
    _report(
        key="tax_reports",
        title="Published tax reports (BAS, GST)",
        path="Reports",
        permission=scopes.TAX_REPORTS,
        dates=None,
        countries=("AU", "NZ"),
        children=("tax_report_details",),
        caveat=_FILED,
        quirks=(
            Quirk(
                fact="The list holds published reports only; each is then fetched by its id.", source=_SPEC
            ),
        ),
    )
)

TAX_REPORT_DETAILS = _report(
    key="tax_report_details",
    title="Published tax reports with their figures",
    path="Reports/{id}",
    permission=scopes.TAX_REPORTS,
    dates=None,
    countries=("AU", "NZ"),
    parent="tax_reports",
    caveat=_FILED,
    quirks=(Quirk(fact="One call for each report; asked again only where the list changed.", source=_SPEC),),
)

TEN_NINETY_NINE = _or_none(
    _report(
        key="ten_ninety_nine",
        title="1099 reports (this year and the last)",
        path="Reports/TenNinetyNine",
        permission=scopes.TEN_NINETY_NINE,
        dates=Dates(names=("reportYear",), years=2),
        countries=("US",),
        id_field="ReportName",
        caveat=_evidence("The 1099 reports are kept as evidence, not written back.", 37),
        quirks=(
            Quirk(fact="Asked for by reportYear; for organisations in the United States only.", source=_SPEC),
            Quirk(fact="One answer holds a report for each form, such as NEC and MISC.", source=_SPEC),
        ),
    )
)

LATER = (
    AGED_RECEIVABLES,
    AGED_PAYABLES,
    BANK_SUMMARY,
    BUDGET_SUMMARY,
    EXECUTIVE_SUMMARY,
    TAX_REPORTS,
    TAX_REPORT_DETAILS,
    TEN_NINETY_NINE,
)
