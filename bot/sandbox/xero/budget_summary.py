"""The budget summary: the overall budget, period by period. Budgets by tracking are no part of it.

Shape: Xero OpenAPI 16.1.0, example of `/Reports/BudgetSummary`: the first period begins with the date's
month, a heading names a period's last month; twelve periods of a month unless asked otherwise. Inferred: the
rows above the three sums, which are laid out as in the profit and loss.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from bot.sandbox.xero.filters import QueryRefused
from bot.sandbox.xero.reports import Reporter, header, report, row, section, wanted_day
from bot.sandbox.xero.wire import Fields

_FRAMES = (1, 3, 12)
_MOST = 12
NOTHING = Decimal("0.00")
Sums = list[Decimal]
_INCOME = ("REVENUE", "SALES")
_COSTS = ("DIRECTCOSTS",)
_OTHER = ("OTHERINCOME",)
_EXPENSES = ("EXPENSE", "OVERHEADS", "DEPRECIATN")


def budget_summary(reporter: Reporter, query: Mapping[str, str]) -> Fields:
    """Make the budget summary."""
    org = reporter.org
    day = wanted_day(query, "date", org.now().date())
    frame = _number(query, "timeframe", 1, "Timeframe must be 1, 3 or 12")
    count = _number(query, "periods", _MOST, "Periods must be between 1 and 12")
    if frame not in _FRAMES or not 1 <= count <= _MOST:
        raise QueryRefused("Timeframe must be 1, 3 or 12, periods between 1 and 12")
    periods = [[_month(day, at * frame + step) for step in range(frame)] for at in range(count)]
    ends = [months[-1] for months in periods]
    rows = [header(["Account", *(f"{one:%b-%y}" for one in ends)])]
    rows += _Page(reporter, periods).rows()
    span = f"{periods[0][0]:%B %Y} to {ends[-1]:%B %Y}"
    titles = ["Overall Budget", "Budget Summary", org.name, span]
    return report(org, "Budget Summary", "BudgetSummary", titles, rows)


class _Page:
    """Lays the budget out."""

    def __init__(self, reporter: Reporter, periods: list[list[date]]) -> None:
        self.reporter, self.periods = reporter, periods
        self.planned: dict[str, dict[str, Decimal]] = {}
        for record in reporter.org.shelf("Budgets"):
            if record.fields["Type"] == "OVERALL":
                for line in record.fields["_lines"]:
                    months = {one["Period"]: one["Amount"] for one in line["BudgetBalances"]}
                    self.planned[line["AccountID"]] = months

    def rows(self) -> list[Fields]:
        """Give the sections and the three sums."""
        income, earned = self._block("Income", _INCOME)
        costs, spent = self._block("Less Cost of Sales", _COSTS)
        other, more = self._block("Plus Other Income", _OTHER)
        expenses, overheads = self._block("Less Operating Expenses", _EXPENSES, total=False)
        gross = [a - b for a, b in zip(earned, spent, strict=True)]
        net = [a + b - c for a, b, c in zip(gross, more, overheads, strict=True)]
        found = [*income, *costs, _sum("Gross Profit", gross), *other, *expenses]
        return [*found, _sum("Total Expenses", overheads), _sum("Net Profit", net)]

    def _block(self, title: str, kinds: tuple[str, ...], *, total: bool = True) -> tuple[list[Fields], Sums]:
        sums, inner = [NOTHING] * len(self.periods), []
        for account in self.reporter.accounts:
            amounts = self._amounts(account)
            if account["Type"] in kinds and any(amounts):
                inner.append(row([account["Name"], *map(_text, amounts)], account["AccountID"]))
                sums = [one + other for one, other in zip(sums, amounts, strict=True)]
        if inner and total:
            name = title.removeprefix("Less ").removeprefix("Plus ")
            inner.append(row([f"Total {name}", *map(_text, sums)], kind="SummaryRow"))
        return ([section(title, inner)] if inner else []), sums

    def _amounts(self, account: Fields) -> Sums:
        months = self.planned.get(account["AccountID"], {})
        return [
            sum((months.get(f"{one:%Y-%m}", NOTHING) for one in period), NOTHING) for period in self.periods
        ]


def _sum(title: str, amounts: Sums) -> Fields:
    return section("", [row([title, *map(_text, amounts)], kind="SummaryRow")])


def _text(amount: Decimal) -> str:
    return f"{amount + 0:.2f}"


def _month(day: date, ahead: int) -> date:
    number = day.year * 12 + day.month - 1 + ahead
    return date(number // 12, number % 12 + 1, 1)


def _number(query: Mapping[str, str], name: str, fallback: int, sentence: str) -> int:
    text = next((value for key, value in query.items() if key.lower() == name), "")
    if text and not text.isdigit():
        raise QueryRefused(sentence)
    return int(text) if text else fallback
