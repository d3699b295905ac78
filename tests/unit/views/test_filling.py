"""The words for what fills up: never silent while something is missing, never longer than needed."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.backup import OutcomeStatus
from bot.views import filling
from bot.views import summary as parts
from tests.unit.views.filling_cases import ALMOST, DONE, NO_CALLS, fill
from tests.unit.views.samples import OUTCOMES, outcome, summary


def test_words_when_all_is_done_then_none_is_said_but_the_short_clause() -> None:
    assert filling.line(DONE) == filling.clause(DONE) == filling.mark(DONE) == ""
    assert filling.brief(DONE, date(2026, 11, 26)) == filling.cell(DONE, None) == ""
    assert filling.whole(DONE) == "Attached files, history with notes and files of the library: all read"
    assert filling.whole(()) == filling.whole((fill("attachments", 0, 0),)) == ""


def test_words_when_nothing_is_known_then_none_is_said() -> None:
    assert filling.line(()) == filling.clause(()) == filling.brief((), None) == ""


def test_line_when_kinds_take_different_times_then_each_says_its_own_and_the_last_counts() -> None:
    told = filling.line(ALMOST)
    assert told.startswith("*Still filling up*, newest records first: attached files for 1,140 of 1,204 ")
    assert "(3 could not be read, tried again), about 1 night ·" in told
    assert told.endswith("All done in about 4 nights.")


def test_line_when_there_is_one_kind_then_the_nights_are_said_once() -> None:
    told = filling.line(ALMOST[4:5])
    assert told.count("about 4 nights") == 1


@pytest.mark.parametrize(
    ("fills", "begins"),
    [
        (NO_CALLS, "*Not read yet:*"),
        ((fill("history", 9, 12, None),), "*Not all read yet:*"),
    ],
)
def test_line_when_no_calls_are_left_then_says_so_and_why(fills: tuple, begins: str) -> None:  # type: ignore[type-arg]
    told = filling.line(fills)
    assert told.startswith(begins)
    assert "no calls to Xero left" in told
    assert "XERO_FILL_CALLS" in told
    assert "night" not in filling.clause(fills)


def test_brief_when_the_day_is_known_then_names_it() -> None:
    assert filling.brief(ALMOST[4:5], date(2026, 11, 26)) == (
        "Still filling up: history with notes 73 %; done around 26 Nov."
    )
    assert filling.brief(ALMOST[4:5], None).endswith("done in about 4 nights.")


def test_share_when_nearly_all_is_there_then_it_is_not_said_to_be_all() -> None:
    assert "99 %" in filling.cell((fill("history", 99_999, 100_000, 1),), None)


def test_progress_when_nothing_hangs_on_any_record_then_says_none() -> None:
    assert filling.progress(fill("attachments", 0, 0)) == "Attached files: all read (no record has any)."


def test_verdict_when_some_stand_and_some_fill_up_then_it_claims_only_what_was_due() -> None:
    kinds = (
        *OUTCOMES,
        outcome("Reminders", 1, status=OutcomeStatus.STANDS),
        outcome("Attachments", 12, resource="attachments", status=OutcomeStatus.FILLING),
        outcome("Attached files", 12, resource="attachment_contents", status=OutcomeStatus.FILLING),
    )
    told = parts.verdict(summary(outcomes=kinds))
    assert told.startswith("All 5 kinds of data that were due were read; 1 list that hardly changes stands")
    assert "2 kinds are still filling up" in told
    assert "and 12 files" in told


def test_verdict_when_something_failed_beside_then_only_that_was_not_read() -> None:
    kinds = (
        *OUTCOMES,
        outcome("Quotes", status=OutcomeStatus.FAILED),
        outcome("A", status=OutcomeStatus.STANDS),
    )
    assert parts.verdict(summary(outcomes=kinds)).startswith(
        "5 of 6 kinds of data were read as they should be"
    )
