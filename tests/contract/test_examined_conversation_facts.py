"""What an outside examination found answers and lists to say wrongly, kept right."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.catalogue import backup_scopes
from bot.domain.digest import DigestLine
from bot.services.asking.naming import named
from bot.services.coverage import Evidence, report
from bot.views import digest_lines, state
from bot.views import settings_times as clock
from bot.views.state import Need
from handlers import settings_forms
from handlers.settings_fields import Wrong
from tests.unit.views.samples import AT, NOW, organisation, standing


@pytest.mark.parametrize("question", ["how many invoices does Secret Holdings have", "secret holdings?"])
def test_named_when_a_name_is_made_of_words_that_mean_something_then_the_whole_name_counts(
    question: str,
) -> None:
    secret = organisation("Secret Holdings")
    north = organisation("Bank of the North")
    assert named(question, [secret, north])[0] == [secret]


def test_named_when_only_little_words_of_a_name_are_said_then_nobody_is_named() -> None:
    assert named("what of the quotes", [organisation("Bank of the North")])[0] == []


def test_report_when_a_caveat_concerns_some_of_a_kind_then_the_whole_kind_is_not_counted_as_concerned() -> (
    None
):
    permitted = replace(organisation(), scopes=frozenset(backup_scopes()))
    found = report(permitted, Evidence(counts={"accounts": 93, "budgets": 3, "quotes": 0}))
    told = {line.key: line.own_numbers for line in found.lines if line.own_numbers}
    cards = [
        line.own_numbers
        for line in found.lines
        if "credit card" in line.sentence and "app create" in line.sentence
    ]
    assert cards == ["93 of this kind in all."]
    assert "you have 3." in told.values()
    assert "you have none: nothing is lost." in told.values()


def test_need_when_the_backup_due_is_still_under_way_then_it_is_not_called_fine() -> None:
    late = standing(running="run-1", late_since=AT + timedelta(hours=1))
    assert state.need(late) is Need.WARNING
    assert "there is none since yet" in state.line(late, NOW)
    assert "One was due" in digest_lines._going(DigestLine(standing=late))


@pytest.mark.parametrize("choice", ["", "evil"])
def test_timetable_when_no_choice_of_ours_is_sent_then_backups_are_not_switched_off(choice: str) -> None:
    view: dict[str, Any] = {"state": {"values": {}}}
    if choice:
        view["state"]["values"] = {
            clock.WHEN: {f"{clock.WHEN}_input": {"selected_option": {"value": choice}}}
        }
    with pytest.raises(Wrong, match="Choose when"):
        settings_forms._timetable(view, "", NOW)
