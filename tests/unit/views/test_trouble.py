"""What is said of the errors that end, hinder or hold up a restore."""

from __future__ import annotations

import pytest

from bot import errors
from bot.views.errors import trouble
from bot.views.plain import as_text
from bot.views.trouble import advice

OF_RESTORES: tuple[errors.LedgerkeepError, ...] = (
    errors.WriteNotAllowed(""),
    errors.WriteRefused(""),
    errors.OutcomeUnknown(""),
    errors.PlanVoided(),
    errors.UnsafePlan(),
    errors.TargetBusy(),
)


@pytest.mark.parametrize("error", OF_RESTORES, ids=lambda one: type(one).__name__)
def test_advice_when_about_a_restore_then_is_of_its_own_and_speaks_of_what_was_written(
    error: errors.LedgerkeepError,
) -> None:
    told = advice(error)
    assert told != advice(errors.LedgerkeepError())
    assert told != advice(errors.Transient(""))
    assert "writ" in told.means
    assert told.do


def test_advice_when_a_plan_was_voided_or_none_is_safe_then_names_the_commands_that_ask_again() -> None:
    for error in (
        errors.PlanVoided("The target is no longer empty."),
        errors.UnsafePlan("Nothing to write."),
    ):
        shown = as_text(trouble(error, "7f3a").payload)
        assert str(error) in shown
        assert "/backup restore" in shown
        assert "/backup help" not in shown


def test_advice_when_the_target_is_busy_then_there_is_nothing_to_do() -> None:
    shown = as_text(trouble(errors.TargetBusy(), "7f3a").payload)
    assert "Something else works on the target just now" in shown
    assert "begins by itself" in shown
