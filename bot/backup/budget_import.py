"""Budgets as Xero's Budget Manager takes them back: an account in each row, a month in each column. Pure.

Xero asks for the account as `Name (Code)` in the first column and for months such as `Jul-2026` in the first
row; it leaves out cells that are blank and takes zero and negative ones (help.xero.com, "Import a budget").
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.backup.sheets import Number, whole

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FIRST_COLUMN = "Account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """One budget: `figures` are (account id, account code) to amounts by month, as `2026-07`."""

    budget_id: str
    name: str
    figures: Mapping[tuple[str, str], Mapping[str, str]]


def budgets_in(raw: bytes) -> Iterator[Budget]:
    """Read the budgets of one answer; one object or a list of them (Xero OpenAPI 16.1.0, `/Budgets/{id}`)."""
    try:
        value = json.loads(raw, parse_float=Number, parse_int=Number)
    except (ValueError, RecursionError):
        return
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and isinstance(one.get("BudgetLines"), list):
            yield Budget(
                budget_id=str(one.get("BudgetID") or ""),
                name=_name(one),
                figures=_figures(one["BudgetLines"]),
            )


def account_names(accounts: Iterator[bytes]) -> dict[str, tuple[str, str]]:
    """Give name and code of each account by its id."""
    found: dict[str, tuple[str, str]] = {}
    for raw in accounts:
        try:
            one = json.loads(raw)
        except (ValueError, RecursionError):
            continue
        if isinstance(one, dict) and isinstance(one.get("AccountID"), str):
            found[one["AccountID"]] = (str(one.get("Name") or ""), str(one.get("Code") or ""))
    return found


def as_csv(budget: Budget, names: Mapping[str, tuple[str, str]]) -> bytes:
    """Write the file that Xero imports.

    Nothing is put before a name that begins like a formula: Xero would not know the account any more.
    """
    months = sorted({month for amounts in budget.figures.values() for month in amounts})
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow([FIRST_COLUMN, *map(_month, months)])
    rows = [
        (code, _account(names.get(account_id), code), amounts)
        for (account_id, code), amounts in budget.figures.items()
    ]
    for _, account, amounts in sorted(rows, key=lambda row: row[:2]):
        writer.writerow([account, *(amounts.get(month, "") for month in months)])
    text = lines.getvalue()
    return text.encode("ascii" if text.isascii() else "utf-8-sig")  # by the mark Excel knows that it is UTF-8


def _figures(lines: list[Any]) -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for line in lines:
        if not isinstance(line, dict):
            continue
        key = (str(line.get("AccountID") or ""), whole(str(line.get("AccountCode") or "")))
        balances = [one for one in line.get("BudgetBalances") or () if isinstance(one, dict)]
        amounts = {str(one.get("Period")): _amount(one.get("Amount")) for one in balances}
        found.setdefault(key, {}).update(
            {month: amount for month, amount in amounts.items() if _is_month(month) and amount}
        )
    return found


def _amount(value: Any) -> str:
    return whole(str(value)) if isinstance(value, str) else ""


def _name(budget: Mapping[str, Any]) -> str:
    described = str(budget.get("Description") or budget.get("Type") or "Budget")
    parts = [one for one in budget.get("Tracking") or () if isinstance(one, dict)]
    options = [str(one["Option"]) for one in parts if one.get("Option") and one["Option"] not in described]
    return " ".join([described, *([f"({', '.join(options)})"] if options else [])])


def _account(known: tuple[str, str] | None, code: str) -> str:
    name, own_code = known or ("", "")
    code = own_code or code
    return whole(f"{name} ({code})" if name and code else name or code)


def _is_month(period: str) -> bool:
    year, _, month = period.partition("-")
    return len(year) == 4 and year.isdigit() and month.isdigit() and len(month) == 2 and 1 <= int(month) <= 12


def _month(period: str) -> str:
    year, _, month = period.partition("-")
    return f"{_MONTHS[int(month) - 1]}-{year}"
