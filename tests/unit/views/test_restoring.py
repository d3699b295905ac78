"""Restores in lists: who has to do what, and nothing about a source to those who may not know of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.restore import RestoreState
from bot.views import backup, digest, home, ids, restoring, state
from bot.views.plain import as_text
from tests.unit.views.digest_cases import channel_digest
from tests.unit.views.restore_notes import ASKED, in_every_state, note
from tests.unit.views.samples import HARBOUR, NOW, standing

HERS = "org-9"  # an organisation that the viewer does not see


@pytest.mark.parametrize("one", in_every_state(), ids=lambda one: one.id)
def test_note_when_it_waits_for_people_then_is_a_request_and_else_under_way(one: object) -> None:
    found = channel_digest(standing(), restores=(one,))
    text = as_text(digest.digest(found)[0])
    waits = one.waits_for_people  # type: ignore[attr-defined]
    assert ("Restores that wait for somebody" in text) == waits
    assert ("Nothing to do for you" in text) != waits
    assert ("1 restore waits for somebody" in text) == waits


def test_request_when_drawn_at_its_home_then_has_the_button_and_says_who_when_and_how_long() -> None:
    text = as_text(digest.digest(channel_digest(standing(), restores=(note(),)))[0])
    assert "Restore of Harbour Books Ltd into Harbour Books rebuilt: its plan waits for approval" in text
    assert "Asked for by @U2BEN 16 hours ago, expires" in text
    assert "[Review plan]" in text


def test_request_when_drawn_elsewhere_then_says_where_its_message_is() -> None:
    text = as_text(digest.digest(channel_digest(standing(), channel_id="C9", restores=(note(),)))[0])
    assert "[Review plan]" not in text
    assert "Press Review plan below its message in #C1." in text


def test_rehearsal_when_it_came_out_then_the_digest_says_what_was_found() -> None:
    ended = note(RestoreState.DONE, is_drill=True, finished_at=ASKED + timedelta(hours=9))
    text = as_text(digest.digest(channel_digest(standing(), restored=(ended,)))[0])
    assert "Restore rehearsal of Harbour Books Ltd into Harbour Books rebuilt, " in text
    assert ": nothing unpredicted." in text


@pytest.mark.parametrize(
    ("is_first", "told"),
    [
        (True, "No gap is new, and none has ended."),
        (False, "No gap is new since the last digest, and none has ended."),
    ],
)
def test_gaps_when_none_is_new_then_the_last_digest_is_named_where_there_was_one(
    is_first: bool, told: str
) -> None:
    assert told in as_text(digest.digest(channel_digest(standing(), is_first=is_first))[0])


def test_home_when_the_source_is_not_seen_then_neither_it_nor_the_requester_is_named() -> None:
    ours = standing("Pier rebuilt", restores=(note(source_id=HERS, target_id="org-1"),))
    for drawn in (home.home([ours], now=NOW, is_keeper=False), backup.status([ours], NOW)):
        text = as_text(drawn)
        assert HARBOUR not in text
        assert "@U2BEN" not in text
        assert "into" in text
        assert "waits for approval" in text


def test_home_when_the_source_is_seen_then_offers_the_plan() -> None:
    drawn = home.home([standing(restores=(note(),))], now=NOW, is_keeper=False)
    buttons = [one["accessory"] for one in drawn["blocks"] if "accessory" in one]
    assert (ids.REVIEW_PLAN, ids.reference("r1")) in [(one["action_id"], one["value"]) for one in buttons]
    assert "⚠️ 1 restore waits for somebody" in as_text(drawn)


def test_home_when_one_restore_concerns_two_organisations_then_is_told_once() -> None:
    one = note()
    both = [standing(restores=(one,)), standing("Harbour Books rebuilt", restores=(one,))]
    assert len(restoring.each_once(both)) == 1


def test_line_when_a_restore_is_under_way_then_says_so_without_the_source() -> None:
    one = note(RestoreState.RUNNING, source_id=HERS, target_id="org-1")
    told = state.line(standing("Pier rebuilt", restores=(one,)), NOW)
    assert "A restore into it: running." in told
    assert "Nothing else to do." in told
