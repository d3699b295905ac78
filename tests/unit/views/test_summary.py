"""The backup summary: what it says follows the facts and never more than the facts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.backup import BalanceCheck, OutcomeStatus, RunState, Verdict
from bot.views import backup
from bot.views import summary as parts
from bot.views.plain import as_text
from tests.unit.views.samples import BUDGET_GAP, OUTCOMES, QUOTES_GAP, limits, outcome, run, summary


def balance(**more: Any) -> BalanceCheck:
    values: dict[str, Any] = {"stored_reports": 13, "explained": "99.8"}
    return BalanceCheck(**(values | more))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "not verified"),
        (balance(stored_reports=0), "not verified"),
        (balance(explained=None), "not verified"),
        (balance(), "explain 99.8 % of the newest."),
        (balance(stored_reports=1, accounts_differing=1), "explain 99.8 % of it; 1 account differs."),
        (
            balance(explained="100", accounts_differing=2),
            "explain nearly all of the newest; 2 accounts differ.",
        ),
        (
            balance(explained="100.0"),
            "Verified against the newest: the copied documents explain every balance that was",
        ),
        (balance(explained="1"), "explain 1 % of the newest"),
    ],
)
def test_check_when_compared_or_not_then_says_only_that(given: BalanceCheck | None, said: str) -> None:
    text = parts.check(given)
    assert said in text
    assert ("Verified" in text) == (said.startswith("Verified"))


def test_verdict_when_something_was_not_read_then_counts_it() -> None:
    kinds = (
        *OUTCOMES,
        outcome("Quotes", status=OutcomeStatus.SUSPICIOUS),
        outcome("Old", status=OutcomeStatus.ABSENT),
    )
    assert parts.verdict(summary(Verdict.GAPS, outcomes=kinds)).startswith("5 of 6 kinds of data were read")


def test_gaps_when_they_share_a_reason_then_share_a_line() -> None:
    gaps = (BUDGET_GAP, replace(BUDGET_GAP, title="Projects"), QUOTES_GAP)
    listing = parts.gaps(summary(Verdict.GAPS, gaps=gaps))
    assert listing is not None
    assert [entry.title for entry in listing.entries] == ["Budgets and Projects", "Quotes"]
    assert "3 gaps" in listing.heading


def test_gaps_when_very_many_share_a_reason_then_counts_the_others() -> None:
    listing = parts.gaps(
        summary(Verdict.GAPS, gaps=tuple(replace(BUDGET_GAP, title=f"K{n}") for n in range(60)))
    )
    assert listing is not None
    assert listing.entries[0].title == "K0, K1, K2, K3, K4 and 55 others"


def test_changes_when_a_column_is_zero_then_it_is_left_out() -> None:
    text = as_text(backup.finished(summary(outcomes=(outcome("Contacts", 9, new=2), outcome("Invoices", 4)))))
    assert "Type      New" in text
    assert "Changed" not in text
    assert "Invoices" not in text.split("Check:")[0]


def test_changes_when_there_are_many_types_then_the_rest_is_summed() -> None:
    many = tuple(outcome(f"T{n}", 1, new=10) for n in range(20))
    text = as_text(backup.finished(summary(outcomes=many)))
    assert "and 5 more types" in text
    assert " 50\n" in text


def test_limits_when_all_are_fine_then_are_silent() -> None:
    assert "Size limits" not in as_text(backup.finished(summary(limits=limits(1, 1, 1, 1, 1))))


def test_finished_when_first_then_says_first_copy() -> None:
    text = as_text(backup.finished(summary(first=True)))
    assert "First copy" in text
    assert "New" not in text


def test_finished_when_failed_then_says_what_stands_and_the_reference() -> None:
    text = as_text(backup.finished(summary(Verdict.FAILED)))
    assert "The last good snapshot #11" in text
    assert "Reference: `7f3a-91`" in text
    assert "Changes" not in text


def test_running_when_all_calls_are_made_then_is_still_not_done() -> None:
    progress = replace(run().progress, calls=132, calls_planned=132)
    assert "99 %" in as_text(backup.running(run(RunState.RUNNING, progress=progress)))


def test_running_when_calls_are_unknown_then_measures_by_kinds() -> None:
    progress = replace(run().progress, calls_planned=0, resources_done=19)
    assert "50 %" in as_text(backup.running(run(RunState.RUNNING, progress=progress)))
