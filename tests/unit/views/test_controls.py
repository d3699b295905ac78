"""What is said of control accounts: only what was compared, each with where to look, never an amount."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.backup import BalanceCheck, Control, ControlCheck, Fit
from bot.views import summary
from bot.views.controls import controls

AGREE, DIFFER = "agree with the open documents", "differ from the open documents"
BOTH = "Aged Receivables and Aged Payables"
OLDEST, TODAY = date(2025, 10, 31), date(2026, 11, 22)


def said(*checks: tuple[Control, Fit, int, int]) -> str:
    held = tuple(
        ControlCheck(control=control, fit=fit, counted=counted, apart=apart)
        for control, fit, counted, apart in checks
    )
    return controls(BalanceCheck(stored_reports=2, dates=(OLDEST, TODAY), explained="99.8", controls=held))


def side(receivables: Fit | None = None, payables: Fit | None = None) -> str:
    pairs = ((Control.RECEIVABLES, receivables), (Control.PAYABLES, payables))
    return said(*((control, fit, 12, 0) for control, fit in pairs if fit is not None))


@pytest.mark.parametrize(
    ("receivables", "payables", "expected"),
    [
        (Fit.AGREES, Fit.AGREES, "Receivables and payables agree with the open documents."),
        (Fit.AGREES, None, "Receivables agree with the open documents."),
        (
            Fit.DIFFERS,
            Fit.AGREES,
            f"Payables {AGREE}; receivables {DIFFER}: look at the Aged Receivables report in Xero.",
        ),
        (
            Fit.DIFFERS,
            Fit.DIFFERS,
            f"Receivables and payables {DIFFER}: look at the {BOTH} reports in Xero.",
        ),
        (
            None,
            Fit.REVALUED,
            "Payables differ from the open documents by no more than unrealised currency gains may be.",
        ),
    ],
)
def test_controls_when_sides_fit_or_not_then_like_ones_share_a_clause(
    receivables: Fit | None, payables: Fit | None, expected: str
) -> None:
    assert side(receivables, payables) == expected


@pytest.mark.parametrize(
    ("fit", "counted", "apart", "expected"),
    [
        (Fit.AGREES, 1, 0, "The bank account agrees with its transactions."),
        (Fit.AGREES, 3, 0, "All 3 bank accounts agree with their transactions."),
        (Fit.STANDING, 3, 1, "1 of 3 bank accounts differs, by what already differed on 31 Oct 2025."),
        (Fit.STANDING, 1, 1, "The bank account differs, by what already differed on 31 Oct 2025."),
        (
            Fit.REVALUED,
            6,
            2,
            "2 of 6 bank accounts differ: they hold foreign currency, so unrealised gains may be why.",
        ),
        (
            Fit.DIFFERS,
            6,
            1,
            "1 of 6 bank accounts differs from the transactions: look at the Bank Summary in Xero.",
        ),
    ],
)
def test_controls_when_banks_fit_or_not_then_counts_them(
    fit: Fit, counted: int, apart: int, expected: str
) -> None:
    assert said((Control.BANK, fit, counted, apart)) == expected


def test_check_when_control_accounts_were_compared_then_the_line_ends_with_them() -> None:
    held = (ControlCheck(control=Control.RECEIVABLES, fit=Fit.AGREES, counted=7),)
    balance = BalanceCheck(stored_reports=2, explained="99.8", controls=held)
    assert summary.check(balance).endswith("\nReceivables agree with the open documents.")


@pytest.mark.parametrize("explained", ["99.8", None])
def test_check_when_no_control_account_was_compared_then_none_is_named(explained: str | None) -> None:
    text = summary.check(BalanceCheck(stored_reports=2, explained=explained))
    assert "eceivable" not in text
    assert "agree" not in text
