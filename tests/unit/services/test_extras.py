from __future__ import annotations

from dataclasses import replace

from bot.domain.backup import Outcome, OutcomeStatus
from bot.services.extras import extra_cost
from bot.services.settings import mark
from tests.unit.views.samples import summary


def outcomes(**counts: int) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(resource=key, title=key, status=OutcomeStatus.READ, count=count)
        for key, count in counts.items()
    )


def test_history_when_counted_then_is_a_call_for_each_record_that_has_one() -> None:
    found = extra_cost(
        replace(
            summary(),
            outcomes=outcomes(invoices=900, payments=90, accounts=9, tax_rates=5),
            calls_allowed=1_000,
            calls_used=505,
        )
    )
    assert (found.history_calls, found.records_with_files) == (990, 909)
    assert (found.calls_a_night, found.nights) == (495, 2)


def test_nights_when_the_allowance_is_not_known_then_are_not_claimed() -> None:
    assert extra_cost(replace(summary(), calls_allowed=None)).nights is None


def test_nights_when_a_backup_takes_the_whole_day_then_are_not_divided_by_nothing() -> None:
    spent = replace(summary(), outcomes=outcomes(invoices=3), calls_allowed=10, calls_used=10)
    assert extra_cost(spent).nights == 3


def test_mark_when_values_differ_then_differs_and_sets_have_no_order() -> None:
    assert mark(frozenset({1, 2, 8})) == mark(frozenset({8, 2, 1}))
    assert mark(("U1",)) != mark(("U2",))
    assert mark(None) != mark("")
