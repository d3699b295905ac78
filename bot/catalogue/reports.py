"""Xero's own reports, kept as evidence; all are exported together as `reports`. Data."""

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
) -> Resource:
    """Describe one report; they differ only in name, dates and permission."""
    return Resource(
        key=key,
        title=title,
        area=Area.ACCOUNTING,
        reading=reading,
        ledger=LedgerEffect.NONE,
        exported_as="reports",
        read=Read(
            path=path,
            collection="Reports",
            id_field="ReportID",
            paging=Paging.REPORT,
            scopes=permission,
            dates=dates,
            parent=parent,
        ),
        restore=Restore(rule=RestoreRule.EVIDENCE, comes_back=_COMES_BACK),
        quirks=quirks,
        caveats=(caveat,),
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
        Quirk(fact="ReportID is the same on every date; name and date tell answers apart.", source=_SPEC),
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
