"""Where an organisation stands: what needs somebody comes first and says so in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.backup import RunState, Verdict
from bot.domain.organisation import LinkState
from bot.domain.standing import Standing
from bot.views import state
from bot.views.state import Need
from tests.unit.views.samples import AT, NOW, STANDINGS, limits, outline, standing

FAILED = outline(Verdict.FAILED, failure="Xero did not answer.")
NOTHING: dict[str, Any] = {"last": None, "good": None}


@pytest.mark.parametrize(
    ("values", "need"),
    [
        ({}, Need.FINE),
        ({"next_run_at": None}, Need.FINE),
        ({"verdict": Verdict.GAPS}, Need.WARNING),
        ({"good": outline(limits=limits(32_000))}, Need.WARNING),
        ({"good": outline(limits=limits(31_999))}, Need.FINE),
        ({"good": outline(limits=limits(None))}, Need.FINE),
        ({"last": FAILED}, Need.NEEDS_YOU),
        ({"last": FAILED, "retry_at": NOW}, Need.WARNING),
        ({"last": FAILED, "running": "run-1"}, Need.WARNING),
        ({"last": outline(Verdict.FAILED, state=RunState.STOPPED)}, Need.WARNING),
        ({"last": FAILED, "good": None}, Need.NEEDS_YOU),
        ({"overdue_since": AT + timedelta(hours=1)}, Need.NEEDS_YOU),
        ({"overdue_since": AT - timedelta(hours=1), "last": FAILED, "retry_at": NOW}, Need.WARNING),
        ({"running": "run-1", "left_out_at": AT}, Need.WARNING),
        ({**NOTHING, "next_run_at": None}, Need.NEEDS_YOU),
        (NOTHING, Need.STARTING),
        ({**NOTHING, "next_run_at": None, "running": "run-1"}, Need.STARTING),
        ({"state": LinkState.DISCONNECTED}, Need.NEEDS_YOU),
        ({"state": LinkState.UNLINKED, "last": FAILED}, Need.ENDED),
    ],
)
def test_need_when_asked_then_follows_the_standing(values: dict[str, Any], need: Need) -> None:
    assert state.need(standing(**values)) is need


def test_worst_first_when_ordered_then_needs_come_before_names() -> None:
    needs = [state.need(one) for one in state.worst_first(STANDINGS)]
    assert needs == sorted(needs)
    assert set(needs) == set(Need)


@pytest.mark.parametrize("one", STANDINGS)
def test_line_when_drawn_then_has_a_word_and_a_next_step(one: Standing) -> None:
    told = state.line(one, NOW)
    assert "*Next:* " in told
    assert any(word in told for word in ("Needs you", "Warning", "First backup", "Fine", "Disconnected"))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "7 hours ago, #12: Complete."),
        ({}, "*Next:* backup tonight at 02:14 London time. Nothing to do."),
        ({"verdict": Verdict.GAPS}, "Complete with gaps (2 gaps)"),
        ({"overdue_since": AT + timedelta(hours=1)}, "a backup should have run <!date^"),
        ({"last": FAILED}, "failed. Xero did not answer."),
        ({"last": FAILED}, "*Next:* type `/backup now`. Next scheduled backup tonight"),
        ({"last": FAILED, "retry_at": NOW + timedelta(hours=1)}, "It is tried again today at 10:14 London"),
        ({"legal_hold": True}, "Legal hold: no snapshot is ever removed."),
        ({"state": LinkState.DISCONNECTED}, "Xero has not let Ledgerkeep in since <!date^"),
        ({**NOTHING, "next_run_at": None}, "type `/backup now`. No backup is planned."),
        (NOTHING, "*Next:* first backup tonight at 02:14 London time. Nothing to do."),
        (
            {"running": "r", "running_state": RunState.PARKED, "resume_at": AT + timedelta(hours=22)},
            "waits for tomorrow's calls to Xero and goes on tonight at 00:14 London time.",
        ),
        ({"running": "r", "running_state": RunState.QUEUED}, "A backup is queued."),
        ({"good": outline(limits=limits(33_120))}, "33,120 of 40,000 (82 %, *close*)"),
    ],
)
def test_line_when_drawn_then_says_what_is_and_what_comes(values: dict[str, Any], words: str) -> None:
    assert words in state.line(standing(**values), NOW)


def test_line_when_a_backup_failed_after_its_slot_then_is_not_called_overdue() -> None:
    told = state.line(standing(last=FAILED, overdue_since=AT - timedelta(minutes=2)), NOW)
    assert "Overdue" not in told
    assert "failed" in told


def test_headline_when_empty_of_trouble_then_says_only_fine() -> None:
    assert state.headline([standing(), standing("B")]) == "2 organisations: 2 fine."
