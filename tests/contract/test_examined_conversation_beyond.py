"""Questions about another day, a single record or a promise: found to be answered by what is true of now."""

from __future__ import annotations

import pytest

from bot.services.asking.beyond import held_back
from bot.services.asking.matching import Understood, understand


def heard(text: str) -> Understood:
    return held_back(text, understand(text))


@pytest.mark.parametrize(
    "question",
    [
        "did the backup on 14 November succeed",
        "did the backup last Tuesday fail",
        "did any backup fail last month",
        "was last week's backup complete",
        "did Friday's backup work",
        "how many invoices did we have last year",
        "how many contacts were added this month",
    ],
)
def test_heard_when_another_time_is_meant_then_the_last_backup_is_no_answer(question: str) -> None:
    assert heard(question).intent in {"other_times", ""}
    assert not heard(question).topics


@pytest.mark.parametrize("question", ["did the last backup fail", "when was the last backup"])
def test_heard_when_the_last_backup_is_meant_then_it_is_told(question: str) -> None:
    assert heard(question).intent in {"verdict", "last_backup"}


@pytest.mark.parametrize(
    "question",
    ["is invoice INV-1001 in the backup", "show me invoice INV-0042", "do you have bill 4711"],
)
def test_heard_when_one_record_is_meant_then_its_kind_is_no_answer(question: str) -> None:
    assert not heard(question).topics


@pytest.mark.parametrize(
    "question", ["are invoices 2019 in the backup", "are the invoices from 2019 backed up"]
)
def test_heard_when_a_year_follows_a_kind_then_the_kind_is_answered(question: str) -> None:
    assert heard(question).topics == ("invoices",)


@pytest.mark.parametrize("question", ["is it a complete backup", "is my backup complete"])
def test_heard_when_a_promise_is_asked_for_then_what_is_missing_is_told(question: str) -> None:
    assert heard(question).intent == "everything"


def test_heard_when_a_law_is_asked_about_then_no_place_is_told_for_it() -> None:
    assert heard("is this GDPR compliant").intent == ""
    assert heard("where is our data stored, for GDPR").intent == "places"


@pytest.mark.parametrize("question", ["is Harbour overdue", "how is Harbour doing?"])
def test_heard_when_only_a_name_is_asked_after_then_its_standing_is_told(question: str) -> None:
    told = held_back(question, understand(question, {"harbour"}))
    assert told.intent == "status"


def test_heard_when_a_schedule_is_to_be_changed_then_the_next_run_is_no_answer() -> None:
    assert heard("change the schedule to 3am").intent in {"cannot_do", ""}
