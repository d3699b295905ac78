"""Budgets are written as Xero's Budget Manager reads them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.backup.budget_import import account_names, as_csv, budgets_in

ACCOUNTS = (
    {"AccountID": "a-200", "Code": "200", "Name": "Sales"},
    {"AccountID": "a-420", "Code": "420", "Name": "Entertainment, staff"},
    {"AccountID": "a-bank", "Code": "", "Name": "=Kiwi Savings"},
)
NAMES = account_names(json.dumps(one).encode() for one in ACCOUNTS)


def line(account: str, code: str, **months: str) -> dict[str, Any]:
    balances = [{"Period": key.replace("m", "").replace("_", "-"), "Amount": "?"} for key in months]
    for one, amount in zip(balances, months.values(), strict=True):
        one["Amount"] = f"<{amount}>"
    return {"AccountID": account, "AccountCode": code, "BudgetBalances": balances}


def answer(*lines: dict[str, Any], **about: Any) -> bytes:
    """Give a budget as Xero sends it, its amounts as they are written."""
    text = json.dumps({"BudgetID": "b", "Description": "Overall Budget", **about, "BudgetLines": list(lines)})
    return text.replace('"<', "").replace('>"', "").encode()


def rows(raw: bytes) -> list[str]:
    (budget,) = budgets_in(raw)
    return as_csv(budget, NAMES).decode("utf-8-sig").splitlines()


def test_budget_when_written_then_accounts_are_rows_and_months_are_columns() -> None:
    raw = answer(
        line("a-420", "420", m2026_08="500.00", m2027_01="-12.5"),
        line("a-200", "200", m2026_07="1000.00", m2026_08="0", m2026_12="1234567.8901"),
    )
    assert rows(raw) == [
        "Account,Jul-2026,Aug-2026,Dec-2026,Jan-2027",
        "Sales (200),1000.00,0,1234567.8901,",
        '"Entertainment, staff (420)",,500.00,,-12.5',
    ]


def test_budget_when_an_account_is_strange_then_xero_still_knows_it() -> None:
    raw = answer(line("a-bank", "", m2026_07="1"), line("a-gone", "999", m2026_07="2"))
    assert rows(raw)[1:] == ["=Kiwi Savings,1", "999,2"]


def test_budget_when_the_amounts_are_texts_or_one_object_or_a_list_then_all_are_read() -> None:
    text = b'{"BudgetLines":[{"AccountID":"a-200","BudgetBalances":[{"Period":"2026-07","Amount":"1000"}]}]}'
    assert rows(text) == ["Account,Jul-2026", "Sales (200),1000"]
    assert len(list(budgets_in(b"[" + text + b"," + text + b"]"))) == 2


@pytest.mark.parametrize("odd", [b"", b"[1]", b"{}", b'{"BudgetLines":null}', b"\xff", b"[" * 99_999])
def test_budget_when_it_is_none_then_nothing_is_written(odd: bytes) -> None:
    assert list(budgets_in(odd)) == []


def test_budget_when_months_or_amounts_are_odd_then_only_those_are_left_out() -> None:
    balances = [
        {"Period": "2026-07", "Amount": None},
        {"Period": "2026-13", "Amount": "1"},
        {"Period": None, "Amount": "1"},
        {"Period": "2026-09", "Amount": "3"},
        "x",
    ]
    raw = json.dumps({"BudgetLines": [{"AccountID": "a-200", "BudgetBalances": balances}, 5]}).encode()
    assert rows(raw) == ["Account,Sep-2026", "Sales (200),3"]


def test_budget_when_it_is_of_a_tracking_option_then_its_name_says_so() -> None:
    tracking = [{"Name": "Region", "Option": "North"}, {"Name": "Team", "Option": "Daniel"}]
    (told,) = budgets_in(answer(Description="FY27 North", Tracking=tracking))
    assert told.name == "FY27 North (Daniel)"


def test_budget_when_its_names_need_it_then_carries_a_mark_that_it_is_utf_8() -> None:
    (budget,) = budgets_in(answer(line("a", "1", m2026_07="1")))
    assert as_csv(budget, {"a": ("Café", "1")}).startswith(b"\xef\xbb\xbfAccount,")
    assert as_csv(budget, {"a": ("Cafe", "1")}).startswith(b"Account,")
