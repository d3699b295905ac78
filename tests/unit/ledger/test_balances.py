"""Balances per account and day, and what a trial balance of a day shows of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.ledger import AccountKey, Balances, Posting, balances, read_company
from tests.unit.ledger.records import COMPANY, chart, wire

END = date(2026, 3, 31)


def _posting(on: date, account: str, value: str, other: str = "bank") -> Posting:
    amount = Decimal(value)
    return Posting(on, "", ((AccountKey(account), amount), (AccountKey(other), -amount)))


def test_balances_when_asked_for_a_day_then_that_day_counts_and_the_next_does_not() -> None:
    postings = [_posting(END, "costs", "5.00"), _posting(date(2026, 4, 1), "costs", "7.00")]
    assert balances(postings, END) == {"costs": Decimal("5.00"), "bank": Decimal("-5.00")}
    assert balances(postings, date(2026, 3, 30)) == {}


def test_standing_when_the_year_has_turned_then_profit_is_retained() -> None:
    days = [END, date(2026, 4, 30), date(2026, 11, 22)]
    kept = Balances(chart(), days)
    kept.add([_posting(date(2025, 3, 31), "costs", "1.00"), _posting(date(2025, 4, 1), "costs", "2.00")])
    kept.add([_posting(date(2026, 4, 1), "costs", "4.00"), _posting(date(2026, 11, 23), "costs", "8.00")])
    assert kept.standing(END) == {"costs": Decimal(2), "bank": Decimal(-3), "retained": Decimal(1)}
    assert kept.standing(days[1]) == {"costs": Decimal(4), "bank": Decimal(-7), "retained": Decimal(3)}
    assert kept.standing(days[2]) == kept.standing(days[1])
    with pytest.raises(KeyError):
        kept.standing(date(2026, 5, 1))


def test_standing_when_the_chart_knows_no_retained_earnings_then_its_role_stands_in() -> None:
    kept = Balances(chart("retained"), [END])
    kept.add([_posting(date(2024, 1, 1), "sales", "-9.00")])
    assert kept.standing(END) == {"bank": Decimal("9.00"), "(RETAINEDEARNINGS)": Decimal("-9.00")}


@pytest.mark.parametrize(
    ("ends", "on", "starts"),
    [
        ((31, 3), date(2026, 3, 31), date(2025, 4, 1)),
        ((31, 3), date(2026, 4, 1), date(2026, 4, 1)),
        ((5, 4), date(2026, 4, 5), date(2025, 4, 6)),
        ((31, 12), date(2026, 1, 1), date(2026, 1, 1)),
        ((29, 2), date(2026, 2, 28), date(2025, 3, 1)),
        ((29, 2), date(2024, 2, 29), date(2023, 3, 1)),
        ((None, None), date(2026, 7, 1), date(2026, 1, 1)),
    ],
)
def test_year_when_it_ends_on_a_day_then_starts_on_the_next(ends: Any, on: date, starts: date) -> None:
    fields = COMPANY | {"FinancialYearEndDay": ends[0], "FinancialYearEndMonth": ends[1]}
    assert read_company(wire(fields)).year_start(on) == starts


@pytest.mark.parametrize("fields", [{"BaseCurrency": ""}, {"FinancialYearEndMonth": 13}, {"BaseCurrency": 7}])
def test_company_when_unusable_then_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_company(wire(COMPANY | fields))


def test_chart_when_an_account_is_unreadable_then_counted_and_the_others_stand() -> None:
    from bot.ledger import Bookkeeper, Chart

    good = {"AccountID": "A1", "Code": "1", "Type": "SALES"}
    found = Chart.of(read_company(wire(COMPANY)), [wire(good), b"{}", b"nonsense"])
    assert found.find("a1", None) == found.find(None, "1") == found.find("A1", "9") == "a1"
    assert found.is_profit(AccountKey("a1"))
    assert not found.is_profit(AccountKey("unheard of"))
    assert Bookkeeper(found).not_understood == {"accounts": 2}
