"""Trial balance, balance sheet and profit and loss, worked out from the ledger and laid out as Xero does.

Values are strings, cells carry the account's id (shape: Xero OpenAPI 16.1.0, examples of the report paths).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from bot.sandbox.xero.filters import QueryRefused
from bot.sandbox.xero.ledger import Balances, Bookkeeper
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.revaluation import Revaluation
from bot.sandbox.xero.wire import Fields

BEGINNING = date.min
# Xero's own made-up id of the row that no account stands behind.
CURRENT_YEAR_EARNINGS = "abababab-abab-abab-abab-abababababab"
_TB_SECTIONS = ("Revenue", "Expenses", "Assets", "Liabilities", "Equity")
_TB_SECTION_OF_CLASS = {
    "REVENUE": "Revenue",
    "EXPENSE": "Expenses",
    "ASSET": "Assets",
    "LIABILITY": "Liabilities",
    "EQUITY": "Equity",
}
_ASSETS = (
    ("Bank", ("BANK",)),
    ("Current Assets", ("CURRENT", "INVENTORY", "PREPAYMENT")),
    ("Fixed Assets", ("FIXED",)),
    ("Non-current Assets", ("NONCURRENT",)),
)
_LIABILITIES = (
    ("Current Liabilities", ("CURRLIAB",)),
    ("Non-Current Liabilities", ("TERMLIAB", "LIABILITY")),
)
_PROFIT = ("REVENUE", "EXPENSE")


def pounds(value: int) -> str:
    """Write pence as text with two decimals."""
    return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"


def long_date(day: date) -> str:
    """Write a date as reports do: 24 April 2019."""
    return f"{day.day} {day:%B %Y}"


class Reporter:
    """Makes reports of one organisation at its present state."""

    def __init__(self, org: PretendOrganisation) -> None:
        self.org = org
        bookkeeper = Bookkeeper(org)
        self.balances = Balances(bookkeeper.entries())
        self.revaluation = Revaluation(bookkeeper, self.balances)
        self._flows: dict[str, dict[date, list[int]]] | None = None
        self.accounts = [record.fields for record in org.shelf("Accounts")]
        self.retained = next(
            one["AccountID"] for one in self.accounts if one.get("SystemAccount") == "RETAINEDEARNINGS"
        )

    def year_start(self, day: date) -> date:
        """Give the first day of the financial year a day lies in."""
        about = self.org.about
        month = about["FinancialYearEndMonth"] % 12 + 1
        start = date(day.year, month, 1)
        return start if start <= day else date(day.year - 1, month, 1)

    def moved(self, account: str, first: date, last: date) -> int:
        """Give an account's movement between two days, unrealised gains included, in pence."""
        before = first if first == BEGINNING else first - timedelta(days=1)
        unrealised = self.revaluation.of(account, last) - self.revaluation.of(account, before)
        return self.balances.moved(account, first, last) + unrealised

    def flows(self, account: str, first: date, last: date) -> tuple[int, int]:
        """Give what came into a bank account and what left it between two days, in pence; both positive.

        Conversion balances are no flow: they stood there before.
        """
        if self._flows is None:
            self._flows = self._all_flows()
        days = [flow for day, flow in self._flows.get(account, {}).items() if first <= day <= last]
        return sum(flow[0] for flow in days), sum(flow[1] for flow in days)

    def _all_flows(self) -> dict[str, dict[date, list[int]]]:
        banks = {one["AccountID"] for one in self.accounts if one["Type"] == "BANK"}
        found: dict[str, dict[date, list[int]]] = {account: defaultdict(lambda: [0, 0]) for account in banks}
        for entry in Bookkeeper(self.org).entries():
            for account, amount in entry.lines:
                if account in banks and entry.source_type != "CONVERSION":
                    found[account][entry.on][0 if amount > 0 else 1] += abs(amount)
        return found

    def standing(self, account: Fields, day: date) -> int:
        """Give an account's balance as a trial balance of that day shows it, in pence, debits positive."""
        start = self.year_start(day)
        if account["Class"] in _PROFIT:
            return self.moved(account["AccountID"], start, day)
        balance = self.moved(account["AccountID"], BEGINNING, day)
        if account["AccountID"] == self.retained:
            balance += self.profit(BEGINNING, start - timedelta(days=1))
        return balance

    def profit(self, first: date, last: date) -> int:
        """Give the result of a period in pence; a profit is negative, as credits are."""
        return sum(
            self.moved(one["AccountID"], first, last) for one in self.accounts if one["Class"] in _PROFIT
        )

    def trial_balance(self, query: Mapping[str, str]) -> Fields:
        """Make the trial balance of a date; the first two columns are the month, the last two the year."""
        day = wanted_day(query, "date", self.org.now().date())
        sections: dict[str, list[Fields]] = {name: [] for name in _TB_SECTIONS}
        sums = [0, 0, 0, 0]
        for account in self.accounts:
            month = self.moved(account["AccountID"], day.replace(day=1), day)
            standing = self.standing(account, day)
            if not month and not standing:
                continue
            values = [max(month, 0), max(-month, 0), max(standing, 0), max(-standing, 0)]
            sums = [total + value for total, value in zip(sums, values, strict=True)]
            label = f"{account['Name']} ({account['Code']})" if account.get("Code") else account["Name"]
            texts = [pounds(value) if value else "" for value in values]
            sections[_TB_SECTION_OF_CLASS[account["Class"]]].append(
                row([label, *texts], account["AccountID"])
            )
        rows = [header(["Account", "Debit", "Credit", "YTD Debit", "YTD Credit"])]
        rows += [section(name, inner) for name, inner in sections.items() if inner]
        rows.append(section("", [row(["Total", *(pounds(value) for value in sums)], kind="SummaryRow")]))
        return self._report("Trial Balance", "TrialBalance", f"As at {long_date(day)}", rows)

    def balance_sheet(self, query: Mapping[str, str]) -> Fields:
        """Make the balance sheet of a date, with earlier dates beside it when periods are asked for."""
        day = wanted_day(query, "date", self.org.now().date())
        days = [day, *(_earlier(day, query, step) for step in range(1, _periods(query) + 1))]
        rows = [header(["", *(f"{one.day} {one:%b %Y}" for one in days)])]
        assets = self._side(rows, "Assets", _ASSETS, days, 1)
        owed = self._side(rows, "Liabilities", _LIABILITIES, days, -1)
        net = [one - other for one, other in zip(assets, owed, strict=True)]
        rows.append(section("", [row(["Net Assets", *map(pounds, net)])]))
        equity = self._block(("EQUITY",), days, -1)
        earnings = [-self.profit(self.year_start(one), one) for one in days]
        if any(earnings):
            equity.append(
                (["Current Year Earnings", *map(pounds, earnings)], CURRENT_YEAR_EARNINGS, earnings)
            )
        totals = _sums(equity, len(days))
        inner = [row(cells, account) for cells, account, _ in equity]
        rows.append(
            section("Equity", [*inner, row(["Total Equity", *map(pounds, totals)], kind="SummaryRow")])
        )
        return self._report("Balance Sheet", "BalanceSheet", f"As at {long_date(day)}", rows)

    def profit_and_loss(self, query: Mapping[str, str]) -> Fields:
        """Make the profit and loss of a period; without dates it is the current month."""
        today = self.org.now().date()
        last = wanted_day(query, "toDate", today)
        first = wanted_day(query, "fromDate", last.replace(day=1))
        if first > last:
            raise QueryRefused("The from date must be before the to date")
        rows = [header(["", f"{last.day} {last:%b %y}"])]

        def block(title: str, kinds: tuple[str, ...], sign: int) -> int:
            lines = []
            total = 0
            for account in self.accounts:
                value = sign * self.moved(account["AccountID"], first, last)
                if account["Type"] in kinds and value:
                    lines.append(row([account["Name"], pounds(value)], account["AccountID"]))
                    total += value
            if lines:
                rows.append(
                    section(title, [*lines, row([f"Total {title}", pounds(total)], kind="SummaryRow")])
                )
            return total

        income = block("Income", ("REVENUE", "SALES"), -1)
        gross = income - block("Less Cost of Sales", ("DIRECTCOSTS",), 1)
        rows.append(section("", [row(["Gross Profit", pounds(gross)])]))
        other = block("Plus Other Income", ("OTHERINCOME",), -1)
        net = gross + other - block("Less Operating Expenses", ("EXPENSE", "OVERHEADS", "DEPRECIATN"), 1)
        rows.append(section("", [row(["Net Profit", pounds(net)])]))
        return self._report(
            "Profit and Loss", "ProfitAndLoss", f"{long_date(first)} to {long_date(last)}", rows
        )

    def _side(
        self,
        rows: list[Fields],
        title: str,
        groups: tuple[tuple[str, tuple[str, ...]], ...],
        days: list[date],
        sign: int,
    ) -> list[int]:
        rows.append(section(title, []))
        grand = [0] * len(days)
        for name, kinds in groups:
            block = self._block(kinds, days, sign)
            if not block:
                continue
            totals = _sums(block, len(days))
            grand = [one + other for one, other in zip(grand, totals, strict=True)]
            inner = [row(cells, account) for cells, account, _ in block]
            rows.append(
                section(name, [*inner, row([f"Total {name}", *map(pounds, totals)], kind="SummaryRow")])
            )
        rows.append(section("", [row([f"Total {title}", *map(pounds, grand)], kind="SummaryRow")]))
        return grand

    def _block(
        self, kinds: tuple[str, ...], days: list[date], sign: int
    ) -> list[tuple[list[str], str, list[int]]]:
        block = []
        for account in self.accounts:
            if account["Type"] in kinds:
                values = [sign * self.standing(account, day) for day in days]
                if any(values):
                    block.append(([account["Name"], *map(pounds, values)], account["AccountID"], values))
        return block

    def _report(self, name: str, kind: str, period: str, rows: list[Fields]) -> Fields:
        return report(self.org, name, kind, [name, self.org.name, period], rows)


REPORTS: dict[str, Callable[[Reporter, Mapping[str, str]], Fields]] = {
    "TrialBalance": Reporter.trial_balance,
    "BalanceSheet": Reporter.balance_sheet,
    "ProfitAndLoss": Reporter.profit_and_loss,
}


def report(org: PretendOrganisation, name: str, kind: str, titles: list[str], rows: list[Fields]) -> Fields:
    """Wrap rows the way every report is."""
    now = org.now()
    return {
        "ReportID": kind,
        "ReportName": name,
        "ReportType": kind,
        "ReportTitles": titles,
        "ReportDate": long_date(now.date()),
        "UpdatedDateUTC": now,
        "Fields": [],
        "Rows": rows,
    }


def wanted_day(query: Mapping[str, str], name: str, fallback: date) -> date:
    """Read a date parameter, whatever the letter case of its name; raises QueryRefused."""
    text = next((value for key, value in query.items() if key.lower() == name.lower()), "")
    if not text:
        return fallback
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise QueryRefused(f"The value '{text}' is not valid for {name}") from None


def end_of_month(day: date) -> date:
    """Give the last day of a date's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _periods(query: Mapping[str, str]) -> int:
    text = query.get("periods", "0")
    if not text.isdigit() or int(text) > 11:
        raise QueryRefused("Periods must be between 1 and 11")
    return int(text)


def _earlier(day: date, query: Mapping[str, str], step: int) -> date:
    months = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}.get(query.get("timeframe", "MONTH").upper(), 1) * step
    number = day.year * 12 + day.month - months
    # The last day of the month that many months before.
    return date(number // 12, number % 12 + 1, 1) - timedelta(days=1)


def _sums(block: list[tuple[list[str], str, list[int]]], columns: int) -> list[int]:
    return [sum(values[column] for _, _, values in block) for column in range(columns)]


def header(texts: list[str]) -> Fields:
    """Give the row of column titles."""
    return {"RowType": "Header", "Cells": [{"Value": text} for text in texts]}


def section(title: str, rows: list[Fields]) -> Fields:
    """Give a section of rows."""
    return {"RowType": "Section", "Title": title, "Rows": rows}


def row(texts: list[str], of: str = "", kind: str = "Row", id_of: str = "account") -> Fields:
    """Give one row; each of its cells carries the id of what it is about, if anything."""
    attributes: dict[str, Any] = {"Attributes": [{"Value": of, "Id": id_of}]} if of else {}
    return {"RowType": kind, "Cells": [{"Value": text, **attributes} for text in texts]}
