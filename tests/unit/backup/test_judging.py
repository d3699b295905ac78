"""What an ended read is worth: fewer records, and APIs that are not open here."""

from __future__ import annotations

import pytest

from bot.backup.below import left_out
from bot.backup.judging import is_suspicious, judge
from bot.backup.lately import How
from bot.catalogue import RESOURCES
from bot.domain.backup import OutcomeStatus
from bot.errors import ReadRefused, RefusalKind
from bot.xero.tally import ReadEnd


@pytest.mark.parametrize(
    ("key", "before", "seen", "doubted"),
    [
        ("items", 10, 4, False),
        ("items", 20, 9, True),
        ("items", 1, 0, True),
        ("payments", 10, 4, True),
        ("payments", 10, 5, False),
        ("payments", 3, 1, False),
        ("trial_balance", 14, 0, False),
    ],
)
def test_fewer_records_when_they_come_then_are_doubted_where_none_may_vanish(
    key: str, before: int, seen: int, doubted: bool
) -> None:
    assert is_suspicious(RESOURCES[key], seen=seen, before=before) is doubted


@pytest.mark.parametrize("kind", [RefusalKind.ROLE, RefusalKind.SCOPE])
def test_projects_when_not_open_here_then_said_once_and_no_gap_each_night(kind: RefusalKind) -> None:
    end = ReadEnd(status=OutcomeStatus.REFUSED, error=ReadRefused(kind, "No.", 403), calls=1)
    projects = RESOURCES["projects"]
    status, gap = judge(projects, end, How.WHOLE, seen=0, before=0, first=True)
    assert status is OutcomeStatus.ABSENT
    assert gap is not None
    assert judge(projects, end, How.WHOLE, seen=0, before=0) == (OutcomeStatus.ABSENT, None)
    assert judge(projects, end, How.WHOLE, seen=0, before=5)[0] is OutcomeStatus.REFUSED
    assert judge(RESOURCES["invoices"], end, How.WHOLE, seen=0, before=0)[0] is OutcomeStatus.REFUSED


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("payroll_nz_opening_balances", OutcomeStatus.READ),
        ("payroll_nz_employee_details", OutcomeStatus.PARTIAL),
        ("payroll_nz_leave", OutcomeStatus.PARTIAL),
        ("project_tasks", OutcomeStatus.PARTIAL),
    ],
)
def test_not_found_when_a_record_may_have_none_then_it_is_an_answer(key: str, status: OutcomeStatus) -> None:
    end = ReadEnd(status=OutcomeStatus.READ, calls=103, missing_parents=103)
    found, gap = judge(RESOURCES[key], end, How.WHOLE, seen=0, before=0)
    assert (found, gap is None) == (status, status is OutcomeStatus.READ)


def test_not_found_when_there_were_some_before_then_it_is_doubted() -> None:
    end = ReadEnd(status=OutcomeStatus.READ, calls=103, missing_parents=103)
    found, _ = judge(RESOURCES["payroll_nz_tax"], end, How.WHOLE, seen=0, before=103)
    assert found is OutcomeStatus.SUSPICIOUS


def test_child_when_its_parent_was_asked_and_did_not_tell_of_it_then_it_vanished() -> None:
    known = ["a/1", "a/2", "b/1", "c/1", "a", "c"]
    assert left_out(known, {"a/2"}, asked={"a"}, living={"a", "b"}) == ["a/1", "c/1", "c"]
    assert left_out(known, {"a/2"}, asked={"a"}, living=None) == ["a/1"]
