"""The executive summary: a month beside the month before it, in key figures worked out from the ledger.

Shape and arithmetic: Xero OpenAPI 16.1.0, example of `/Reports/ExecutiveSummary`, whose figures can be worked
out from one another (debtors days are debtors by income by days, creditors days creditors by costs, the short
term forecast debtors less creditors, a variance is by the size of the older figure). Inferred: invoices
issued are approved sales invoices of the month, their value is without tax.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bot.sandbox.xero.bank_summary import bank_accounts
from bot.sandbox.xero.ledger import LIVE
from bot.sandbox.xero.reports import Reporter, end_of_month, header, report, row, section, wanted_day
from bot.sandbox.xero.wire import Fields, pence

_CURRENT = ("BANK", "CURRENT", "INVENTORY", "PREPAYMENT")
_TERM = ("FIXED", "NONCURRENT")
_OWED_NOW = ("CURRLIAB",)
_OWED_LATER = ("TERMLIAB", "LIABILITY")
# A figure, and how it is written: money, a share, a plain number, a count.
Figure = tuple[Decimal | None, str]


@dataclass(frozen=True, slots=True)
class _Month:
    """One month of the books, in pounds."""

    reporter: Reporter
    first: date

    @property
    def last(self) -> date:
        return end_of_month(self.first)

    def flow(self, *kinds: str) -> Decimal:
        """Give the result of accounts of some kinds, credits positive."""
        accounts = [one for one in self.reporter.accounts if one["Type"] in kinds]
        moved = sum(self.reporter.moved(one["AccountID"], self.first, self.last) for one in accounts)
        return Decimal(-moved) / 100

    def stock(self, *kinds: str, system: str = "", of_class: tuple[str, ...] = ()) -> Decimal:
        """Give what stands on accounts of some kinds at the month's end, debits positive."""
        chosen = [
            one
            for one in self.reporter.accounts
            if one["Type"] in kinds
            or one["Class"] in of_class
            or (system and one.get("SystemAccount") == system)
        ]
        return Decimal(sum(self.reporter.standing(one, self.last) for one in chosen)) / 100

    def cash(self) -> tuple[Decimal, Decimal]:
        """Give what came into the banks and what left them, as the bank summary says."""
        banks = bank_accounts(self.reporter, self.first, self.last)
        return Decimal(sum(one.received for one in banks)) / 100, Decimal(
            sum(one.spent for one in banks)
        ) / 100

    def issued(self) -> list[Decimal]:
        """Give the value of each sales invoice of the month."""
        found = []
        for record in self.reporter.org.shelf("Invoices"):
            fields = record.fields
            if fields["Type"] == "ACCREC" and fields["Status"] in LIVE and self._holds(fields["Date"]):
                found.append(Decimal(pence(fields["SubTotal"], fields["CurrencyRate"])) / 100)
        return found

    def _holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def executive_summary(reporter: Reporter, query: Mapping[str, str]) -> Fields:
    """Make the executive summary of the month a date lies in."""
    org = reporter.org
    day = wanted_day(query, "date", org.now().date()).replace(day=1)
    now, before = _Month(reporter, day), _Month(reporter, (day - timedelta(days=1)).replace(day=1))
    rows = [header(["", f"{now.first:%b %Y}", f"{before.first:%b %Y}", "Variance"])]
    older = _figures(before)
    for title, figures in _figures(now).items():
        inner = [_row(name, figure, older[title][name]) for name, figure in figures.items()]
        rows.append(section(title, inner))
    titles = ["Executive Summary", org.name, f"For the month of {day:%B %Y}"]
    return report(org, "Executive Summary", "ExecutiveSummary", titles, rows)


def _figures(month: _Month) -> dict[str, dict[str, Figure]]:
    """Give every section's figures by their names."""
    income, costs = month.flow("REVENUE", "SALES"), -month.flow("DIRECTCOSTS")
    other, expenses = month.flow("OTHERINCOME"), -month.flow("EXPENSE", "OVERHEADS", "DEPRECIATN")
    gross, profit = income - costs, income - costs + other - expenses
    net, issued = month.stock(of_class=("ASSET", "LIABILITY")), month.issued()
    debtors, creditors = month.stock(system="DEBTORS"), -month.stock(system="CREDITORS")
    return {
        "Cash": _cash(month),
        "Profitability": {
            "Income": (income, "money"),
            "Direct costs": (costs, "money"),
            "Gross profit (loss)": (gross, "money"),
            "Other Income": (other, "money"),
            "Expenses": (expenses, "money"),
            "Profit (loss)": (profit, "money"),
        },
        "Balance Sheet": {
            "Debtors": (debtors, "money"),
            "Creditors": (creditors, "money"),
            "Net assets": (net, "money"),
        },
        "Income": {
            "Number of invoices issued": (Decimal(len(issued)), "count"),
            "Average value of invoices": (_or_nothing(sum(issued, Decimal(0)), len(issued)), "money"),
        },
        "Performance": {
            "Gross profit margin": (_share(gross, income), "share"),
            "Net profit margin": (_share(profit, income), "share"),
            "Return on investment (p.a.)": (_or_nothing(profit, net) * 12, "share"),
        },
        "Position": _position(month, (debtors, income), (creditors, costs + expenses)),
    }


def _cash(month: _Month) -> dict[str, Figure]:
    received, spent = month.cash()
    return {
        "Cash received": (received, "money"),
        "Cash spent": (spent, "money"),
        "Cash surplus (deficit)": (received - spent, "money"),
        "Closing bank balance": (month.stock("BANK"), "money"),
    }


def _position(
    month: _Month, owed_to_us: tuple[Decimal, Decimal], owed_by_us: tuple[Decimal, Decimal]
) -> dict[str, Figure]:
    """Give what stands open, each way, against what the month brought or cost."""
    days = month.last.day
    return {
        "Average debtors days": (_or_nothing(*owed_to_us) * days, "plain"),
        "Average creditors days": (_or_nothing(*owed_by_us) * days, "plain"),
        "Short term cash forecast": (owed_to_us[0] - owed_by_us[0], "money"),
        "Current assets to liabilities": (_ratio(month, _CURRENT, _OWED_NOW), "plain"),
        "Term assets to liabilities": (_ratio(month, _TERM, _OWED_LATER), "plain"),
    }


def _or_nothing(part: Decimal, whole: Decimal | int) -> Decimal:
    return _share(part, whole) or Decimal(0)


def _share(part: Decimal, whole: Decimal | int) -> Decimal | None:
    return part / whole if whole else None


def _ratio(month: _Month, assets: tuple[str, ...], owed: tuple[str, ...]) -> Decimal | None:
    return _share(month.stock(*assets), -month.stock(*owed))


def _row(name: str, now: Figure, before: Figure) -> Fields:
    return row([name, _text(now), _text(before), _variance(now[0], before[0])])


def _variance(now: Decimal | None, before: Decimal | None) -> str:
    """Write by how much a figure differs; nothing to compare with is no difference, as in Xero's example."""
    return _percent((now - before) / abs(before)) if now is not None and before else "0.0%"


def _percent(value: Decimal) -> str:
    text = f"{value * 100:.1f}"
    return f"{'0.0' if text == '-0.0' else text}%"


def _text(figure: Figure) -> str:
    value, kind = figure
    if value is None:
        return ""
    if kind == "share":
        return _percent(value)
    if kind == "plain":
        return f"{value:f}" if value else "0"
    return f"{value:.2f}" if kind == "money" else f"{value}"
