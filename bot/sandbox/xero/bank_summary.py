"""The bank summary: what stood on each bank account, came in, went out, and stands there now.

Shape: Xero OpenAPI 16.1.0, example of `/Reports/BankSummary`; without dates it is the current month.
Inferred: where an account is in another currency there is a column for what its currency won, so that each
row adds up; archived accounts nothing moved on are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.sandbox.xero.filters import QueryRefused
from bot.sandbox.xero.reports import (
    BEGINNING,
    Reporter,
    end_of_month,
    header,
    long_date,
    pounds,
    report,
    row,
    section,
    wanted_day,
)
from bot.sandbox.xero.wire import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One bank account over a period, in pence of the base currency."""

    fields: Fields
    opening: int
    received: int
    spent: int
    closing: int

    @property
    def gain(self) -> int:
        """Give what neither came in nor went out."""
        return self.closing - self.opening - self.received + self.spent


def bank_summary(reporter: Reporter, query: Mapping[str, str]) -> Fields:
    """Make the bank summary of a period."""
    org = reporter.org
    today = org.now().date()
    first = wanted_day(query, "fromDate", today.replace(day=1))
    last = wanted_day(query, "toDate", end_of_month(max(first, today)))
    if first > last:
        raise QueryRefused("The from date must be before the to date")
    accounts = bank_accounts(reporter, first, last)
    foreign = any(one.fields.get("CurrencyCode", org.base_currency) != org.base_currency for one in accounts)
    columns = ["Opening Balance", "Cash Received", "Cash Spent", *(["FX Gain"] if foreign else [])]
    rows = [header(["Bank Accounts", *columns, "Closing Balance"])]
    inner = [_row(one, foreign=foreign) for one in accounts]
    sums = [sum(column) for column in zip(*(_amounts(one, foreign=foreign) for one in accounts), strict=True)]
    total = row(["Total", *map(pounds, sums)], kind="SummaryRow")
    rows.append(section("", [*inner, *([total] if accounts else [])]))
    titles = ["Bank Summary", org.name, f"From {long_date(first)} to {long_date(last)}"]
    return report(org, "Bank Summary", "BankSummary", titles, rows)


def bank_accounts(reporter: Reporter, first: date, last: date) -> list[Account]:
    """Give the bank accounts of a period."""
    found = [_account(reporter, one, first, last) for one in reporter.accounts if one["Type"] == "BANK"]
    return [one for one in found if one.fields["Status"] == "ACTIVE" or any(_amounts(one, foreign=True))]


def _account(reporter: Reporter, fields: Fields, first: date, last: date) -> Account:
    org, account_id = reporter.org, fields["AccountID"]
    opening = 0 if first == BEGINNING else reporter.standing(fields, first - timedelta(days=1))
    if org.conversion_date and first <= org.conversion_date <= last:
        opening += org.conversion_balances.get(account_id, 0)
    received, spent = reporter.flows(account_id, first, last)
    closing = reporter.standing(fields, last)
    return Account(fields=fields, opening=opening, received=received, spent=spent, closing=closing)


def _amounts(one: Account, *, foreign: bool) -> list[int]:
    return [one.opening, one.received, one.spent, *([one.gain] if foreign else []), one.closing]


def _row(one: Account, *, foreign: bool) -> Fields:
    """Lay out an account; its name and its flows carry its id, under two different names as in Xero."""
    account_id = one.fields["AccountID"]

    def cell(text: str, name: str = "") -> dict[str, Any]:
        return {"Value": text, **({"Attributes": [{"Value": account_id, "Id": name}]} if name else {})}

    opening, *flows, closing = map(pounds, _amounts(one, foreign=foreign))
    cells = [cell(one.fields["Name"], "accountID"), cell(opening)]
    cells += [cell(flow, "account") for flow in flows[:2]] + [cell(gain) for gain in flows[2:]]
    return {"RowType": "Row", "Cells": [*cells, cell(closing)]}
