"""Where an organisation stands: what needs somebody comes first and says so in words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.organisation import LinkState
from bot.views import state
from bot.views.state import Need
from tests.unit.views.samples import STATUSES, limits, status


@pytest.mark.parametrize(
    ("values", "need"),
    [
        ({}, Need.FINE),
        ({"verdict": "Complete with gaps"}, Need.WARNING),
        ({"nearest_limit": limits(32_000)[0]}, Need.WARNING),
        ({"nearest_limit": limits(31_999)[0]}, Need.FINE),
        ({"verdict": "Failed"}, Need.NEEDS_YOU),
        ({"last_good_at": None}, Need.NEEDS_YOU),
        ({"last_good_at": None, "running": "run-1"}, Need.STARTING),
        ({"state": LinkState.DISCONNECTED}, Need.NEEDS_YOU),
        ({"state": LinkState.UNLINKED, "verdict": "Failed"}, Need.ENDED),
    ],
)
def test_need_when_asked_then_follows_the_state(values: dict[str, Any], need: Need) -> None:
    assert state.need(status(**values)) is need


def test_worst_first_when_ordered_then_needs_come_before_names() -> None:
    needs = [state.need(line) for line in state.worst_first(STATUSES)]
    assert needs == sorted(needs)


@pytest.mark.parametrize("line", STATUSES)
def test_line_when_drawn_then_only_what_is_fine_has_no_next_step(line: Any) -> None:
    quiet = state.need(line) in {Need.FINE, Need.STARTING}
    assert ("*Next:*" in state.line(line)) is not quiet


def test_headline_when_empty_of_trouble_then_says_only_fine() -> None:
    assert state.headline([status(), status("B")]) == "2 organisations: 2 fine."
