"""Reading Xero's trial balance, and how far balances explain it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.ledger import (
    AccountKey,
    Cause,
    Explanation,
    Grounds,
    TrialBalance,
    explain,
    read_trial_balance,
    standing_differences,
)
from tests.unit.ledger.records import chart

SPEC = Path(__file__).parents[4] / "shared" / "xero-openapi" / "xero_accounting.yaml"
COLUMNS = ("Account", "Debit", "Credit", "YTD Debit", "YTD Credit")


def _row(kind: str, account: str, *texts: str) -> dict[str, Any]:
    named = {"Attributes": [{"Id": "account", "Value": account}]} if account else {}
    return {"RowType": kind, "Cells": [{"Value": text, **named} for text in ("Some name (1)", *texts)]}


def _report(*rows: dict[str, Any], columns: tuple[str, ...] = COLUMNS) -> bytes:
    header = {"RowType": "Header", "Cells": [{"Value": text} for text in columns]}
    section = {"RowType": "Section", "Title": "Assets", "Rows": list(rows)}
    return json.dumps({"ReportID": "TrialBalance", "Rows": [header, section]}).encode()


def _of(**amounts: str) -> dict[AccountKey, Decimal]:
    return {AccountKey(key): Decimal(value) for key, value in amounts.items()}


def _explain(theirs: dict[AccountKey, Decimal], ours: dict[AccountKey, Decimal], **more: Any) -> Explanation:
    return explain(TrialBalance(theirs), ours, Grounds(chart=chart(), **more))


def test_trial_balance_when_read_then_year_columns_count_and_totals_do_not() -> None:
    raw = _report(
        _row("Row", "BANK", "1.00", "", "1,250.10", ""),
        _row("Row", "sales", "", "9.00", "", "80.00"),
        _row("Row", "debtors", "0.00", "", "", ""),
        _row("SummaryRow", "", "1.00", "9.00", "1250.10", "80.00"),
    )
    assert read_trial_balance(raw) == TrialBalance(_of(bank="1250.10", sales="-80.00", debtors="0"))


def test_trial_balance_when_a_row_names_no_account_then_its_size_is_kept_apart() -> None:
    found = read_trial_balance(_report(_row("Row", "", "", "", "", "3.00")))
    assert found == TrialBalance({}, Decimal("3.00"))
    assert explain(found, {}, Grounds(chart=chart())).explained == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"<html>",
        json.dumps({"Rows": []}).encode(),
        _report(columns=("Account", "Debit", "Credit")),
        _report(_row("Row", "bank", "", "", "much", "")),
        _report(_row("Row", "bank", "", "", "NaN", "")),
    ],
)
def test_trial_balance_when_not_understood_then_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_trial_balance(raw)


def test_trial_balance_when_it_is_the_example_of_xeros_specification_then_read() -> None:
    if not SPEC.exists():
        pytest.skip("Xero's OpenAPI files are not here")
    yaml = pytest.importorskip("yaml")
    text = SPEC.read_text(encoding="utf-8")
    start = text.index("  /Reports/TrialBalance:\n")
    path = yaml.load(text[start : text.index("\n  /", start + 9)], Loader=yaml.CSafeLoader)
    answer = path["/Reports/TrialBalance"]["get"]["responses"]["200"]["content"]["application/json"]
    found = read_trial_balance(json.dumps(answer["example"]["Reports"][0]).encode())
    assert found.balances[AccountKey("31ae5bb4-611c-4f89-a369-86e4d56e90b6")] == Decimal("36555.04")
    assert found.balances[AccountKey("02439bca-5fdc-4b62-b281-0bdf9f16fd5b")] == Decimal("-1020.22")
    assert found.unplaced == 0
    assert sum(found.balances.values()) == 0


def test_explanation_when_all_agree_then_a_hundred_percent() -> None:
    found = _explain(_of(bank="5.00", sales="-5.00", tax="0.00"), _of(bank="5.00", sales="-5.00"))
    assert (found.explained, found.compared, found.accounts_differing) == (Decimal("100.0"), 2, 0)


def test_explanation_when_there_is_nothing_then_nothing_is_claimed() -> None:
    assert _explain({}, {}).explained is None
    assert _explain(_of(bank="0.00"), _of(sales="0.00")).explained is None


@pytest.mark.parametrize(
    ("theirs", "ours", "share", "differing"),
    [
        ({"bank": "100000.00"}, {"bank": "99999.99"}, "99.9", 1),  # never rounded up
        ({"bank": "100.00"}, {"bank": "50.00"}, "50.0", 1),
        ({"bank": "50.00"}, {"bank": "100.00"}, "50.0", 1),  # too much explains no more than too little
        ({"bank": "50.00"}, {"bank": "-50.00"}, "0.0", 1),
        ({"bank": "50.00"}, {}, "0.0", 1),
        ({}, {"(untold)": "50.00"}, "0.0", 1),
        ({"bank": "30.00", "sales": "-30.00"}, {"bank": "30.00", "costs": "-30.00"}, "33.3", 2),
    ],
)
def test_explanation_when_something_differs_then_never_flatters(
    theirs: dict[str, str], ours: dict[str, str], share: str, differing: int
) -> None:
    found = _explain(_of(**theirs), _of(**ours))
    assert (found.explained, found.accounts_differing) == (Decimal(share), differing)


@pytest.mark.parametrize(
    ("account", "causes"),
    [
        ("payroll", (Cause.PAYROLL,)),
        ("claims", (Cause.CLAIMS,)),
        ("plant", (Cause.ASSETS,)),
        ("stock", (Cause.STOCK,)),
        ("rounding", (Cause.ROUNDING,)),
        ("wages", ()),  # its name is no proof
        ("debtors", ()),
        ("unrealised", ()),
        ("unheard of", ()),
    ],
)
def test_cause_when_the_account_makes_it_possible_then_named(account: str, causes: tuple[Cause, ...]) -> None:
    found = _explain({AccountKey(account): Decimal(9)}, {})
    assert found.differences[0].causes == found.causes == causes
    assert found.is_mostly_named == bool(causes)


def test_cause_when_several_currencies_are_used_then_revaluation_is_possible_where_it_happens() -> None:
    amounts = _of(debtors="1", creditors="1", euro="1", unrealised="1", bank="1", gains="1")
    found = _explain(amounts, {}, multi_currency=True)
    named = {one.account for one in found.differences if one.causes == (Cause.REVALUATION,)}
    assert named == {"debtors", "creditors", "euro", "unrealised"}


def test_causes_when_several_then_the_largest_comes_first() -> None:
    found = _explain(_of(payroll="5.00", claims="-6.00", bank="20.00"), {})
    assert found.causes == (Cause.CLAIMS, Cause.PAYROLL)
    assert not found.is_mostly_named


def test_standing_when_a_balance_differed_all_along_then_it_may_be_an_opening_balance() -> None:
    dates = [
        _explain(_of(bank="9.00", plant="5.00", debtors=debtors, sales="-9.00"), {})
        for debtors in ("1.00", "2.00", "4.00")
    ]
    standing = standing_differences(dates, chart())
    assert standing == _of(bank="9.00", plant="5.00")  # debtors grew; sales start anew each year
    assert standing_differences(dates[:1], chart()) == {}
    found = _explain(_of(bank="9.00", plant="5.00"), {}, since_first=standing.keys())
    assert [one.causes for one in found.differences] == [(Cause.OPENING,), (Cause.OPENING,)]


def test_standing_when_the_sign_changes_then_nothing_stands() -> None:
    dates = [_explain(_of(bank=value), {}) for value in ("9.00", "-9.00")]
    assert standing_differences(dates, chart()) == {}
