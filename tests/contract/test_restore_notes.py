"""Restores in digests, on Home and in `/backup status`: who hears of which, and in how many queries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.catalogue import restore_scopes
from bot.db import outbox
from bot.db.engine import Database
from bot.db.restore_tables import RestoreRow
from bot.db.tables import OrganisationRow
from bot.domain.restore import RestoreState
from bot.domain.restore_note import RestoreNote
from bot.services import restore_notes
from tests.conftest import Clock
from tests.contract.digest_house import DigestHouse

SLOT = "2026-11-22T08:00"
EIGHT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def house(database: Database) -> DigestHouse:
    clock = Clock(EIGHT - 10 * DAY)
    one = DigestHouse(database, clock)
    clock.time = EIGHT + timedelta(seconds=3)
    return one


@pytest.fixture
def pair(house: DigestHouse) -> tuple[str, str]:
    """One organisation and an empty one, at home in two channels."""
    return house.link("Harbour"), house.link("Harbour rebuilt", channel="C0OTHER")


def asked(
    house: DigestHouse, pair: tuple[str, str], state: RestoreState = RestoreState.WAITING, **more: Any
) -> str:
    """Store a restore; gives its id."""
    values: dict[str, Any] = {
        "workspace_id": house.workspace,
        "source_id": pair[0],
        "target_id": pair[1],
        "snapshot_id": "s1",
        "state": state.value,
        "state_since": EIGHT - HOUR,
        "requested_by": "U0BEN",
        "requested_at": EIGHT - 2 * HOUR,
        "expires_at": EIGHT + 3 * DAY,
        "channel_id": "C0FINANCE",
        "plan_sealed": None,
    }
    with house.db.session() as session:
        row = RestoreRow(**(values | more))
        session.add(row)
        session.flush()
        return row.id


def current(house: DigestHouse, *ids: str) -> tuple[RestoreNote, ...]:
    with house.db.reading() as session:
        return restore_notes.current(session, ids, house.clock())


def test_digest_when_a_restore_waits_then_its_home_hears_all_and_the_targets_home_no_source(
    house: DigestHouse, pair: tuple[str, str]
) -> None:
    restore_id = asked(house, pair)
    (ours,), (theirs,) = house.digest().restores, house.digest("C0OTHER").restores
    assert (ours.id, ours.source_name, ours.requested_by) == (restore_id, "Harbour", "U0BEN")
    assert (theirs.id, theirs.source_name, theirs.requested_by) == (restore_id, "", "")
    assert theirs.target_name == "Harbour rebuilt"


def test_digest_when_both_are_at_home_in_it_then_a_restore_is_told_once(house: DigestHouse) -> None:
    asked(house, (house.link("Harbour"), house.link("Rebuilt")))
    assert len(house.digest().restores) == 1


@pytest.mark.parametrize(
    ("state", "is_told"),
    [
        (RestoreState.PLANNING, True),
        (RestoreState.WAITING, True),
        (RestoreState.RUNNING, True),
        (RestoreState.STOPPED, True),
        (RestoreState.FAILED, True),
        (RestoreState.DECLINED, False),
        (RestoreState.EXPIRED, False),
        (RestoreState.REFUSED, False),
        (RestoreState.DONE, False),
    ],
)
def test_current_when_a_restore_is_in_a_state_then_is_told_while_it_is_not_over(
    house: DigestHouse, pair: tuple[str, str], state: RestoreState, is_told: bool
) -> None:
    asked(house, pair, state)
    assert bool(current(house, pair[0])) is is_told
    assert bool(current(house, pair[1])) is is_told
    assert current(house, "another") == ()


def test_current_when_a_restore_was_stopped_a_week_ago_then_is_no_longer_recalled(
    house: DigestHouse, pair: tuple[str, str]
) -> None:
    asked(house, pair, RestoreState.STOPPED, state_since=EIGHT - 8 * DAY)
    assert current(house, *pair) == ()


def test_current_when_another_restore_followed_a_failed_one_then_only_that_is_told(
    house: DigestHouse, pair: tuple[str, str]
) -> None:
    asked(house, pair, RestoreState.FAILED, requested_at=EIGHT - DAY)
    later = asked(house, pair)
    assert [one.id for one in current(house, *pair)] == [later]


def test_current_when_nobody_let_us_write_then_the_plan_waits_for_permission(
    house: DigestHouse, pair: tuple[str, str]
) -> None:
    asked(house, pair, RestoreState.PLANNING)
    assert [one.lacks_permission for one in current(house, *pair)] == [True]
    with house.db.session() as session:
        session.get_one(OrganisationRow, pair[1]).scopes = list(restore_scopes())
    assert [one.lacks_permission for one in current(house, *pair)] == [False]


def test_digest_when_a_rehearsal_ended_since_the_last_one_then_is_told_once(
    house: DigestHouse, pair: tuple[str, str]
) -> None:
    ended = EIGHT - 9 * HOUR
    asked(house, pair, RestoreState.DONE, is_drill=True, finished_at=ended, state_since=ended)
    (told,) = house.digest().restored
    assert (told.is_drill, told.finished_at, told.source_name) == (True, ended, "Harbour")
    house.clock.time = EIGHT + DAY
    assert house.digest(slot="2026-11-23T08:00").restored == ()


def test_digest_when_a_channel_had_none_before_then_is_its_first(
    house: DigestHouse, pair: tuple[str, str]
) -> None:
    assert pair
    key = f"digest:{house.workspace}:2026-11-21T08:00:C0FINANCE:1"
    with house.db.session() as session:
        outbox.put(
            session, key, workspace_id=house.workspace, channel_id="C0FINANCE", payload={}, now=EIGHT - DAY
        )
    assert house.digest().is_first is False
    assert house.digest("C0OTHER").is_first is True
