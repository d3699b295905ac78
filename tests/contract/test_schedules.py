"""The table of schedules and the clock that serves it, on both databases: each slot once, none lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.db.engine import Database
from bot.db.tables import ScheduleRow
from bot.domain.names import Actor
from bot.domain.organisation import LinkState, Organisation
from bot.domain.schedule import ScheduleKind, SlotOutcome
from bot.domain.settings import DigestSettings, WorkspaceSettings
from bot.domain.timetable import Timetable
from bot.errors import Transient
from bot.services.timing import slots
from bot.services.timing.schedule_rows import FARTHEST_OF_DAILY, Wanted, fits, put
from bot.services.timing.schedules import HOUSE, default_timetable
from tests.conftest import Clock
from tests.contract.clock_house import Asked, House

BACKUP, VERIFY, DIGEST = ScheduleKind.BACKUP, ScheduleKind.VERIFY, ScheduleKind.DIGEST
MINUTE, QUARTER = timedelta(minutes=1), timedelta(minutes=15)


@pytest.fixture
def house(sqlite_database: Database, clock: Clock) -> House:
    return House(sqlite_database, clock)


@pytest.fixture
def any_house(database: Database, clock: Clock) -> House:
    return House(database, clock)


def linked(house: House, clock: Clock, *times: str, zone: str = "Europe/London") -> Organisation:
    one = house.add("one")
    house.choose(one, *times, zone=zone)
    return one


def test_rows_when_an_organisation_is_linked_then_all_stand_and_a_backup_is_planned(any_house: House) -> None:
    house = any_house
    one = house.add("one")
    planned = house.planned(one)
    assert planned.is_default
    assert planned.timetable.zone == "Europe/London"
    assert planned.next_at is not None
    assert timedelta() < planned.next_at - house.now() <= timedelta(days=1)
    assert planned.due_at is None
    assert house.row(VERIFY, one.id).next_at
    assert house.row(DIGEST, one.workspace_id).next_slot == "2026-11-22T08:00"
    assert house.schedules.next_digest(one.workspace_id) == datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_rows_when_settled_again_then_nothing_is_written(any_house: House, clock: Clock) -> None:
    house = any_house
    house.add("one")
    house.schedules.settle()
    before = {kind: house.row(kind, HOUSE).changed_at for kind in (ScheduleKind.TIDY, ScheduleKind.EXPIRY)}
    clock.advance(hours=1)
    house.schedules.settle()
    house.schedules.settle_changed()
    after = {kind: house.row(kind, HOUSE).changed_at for kind in before}
    assert before == after


def test_quiet_hours_when_five_hundred_organisations_then_spread_over_the_night(house: House) -> None:
    one = house.add("one")
    minutes: Counter[int] = Counter()
    for number in range(500):
        other = _called(one, f"{number:032x}")
        (at,) = default_timetable(BACKUP, other).times
        minutes[at.hour * 60 + at.minute] += 1
    assert min(minutes) >= 30
    assert max(minutes) < 300
    assert max(minutes.values()) <= 10
    assert len(minutes) > 200


def test_quiet_hour_when_asked_again_then_the_same(house: House) -> None:
    one = house.add("one")
    assert default_timetable(BACKUP, one) == default_timetable(BACKUP, one)
    assert default_timetable(BACKUP, one) != default_timetable(VERIFY, one)


def test_planned_when_the_row_is_not_there_yet_then_it_says_what_will_be(house: House, clock: Clock) -> None:
    one = house.add("one")
    expected = house.planned(one)
    with house.db.session() as session:
        session.execute(ScheduleRow.__table__.delete())  # type: ignore[attr-defined]
    assert house.planned(one) == expected


def test_slot_when_due_then_asked_for_once_and_the_next_is_planned(any_house: House, clock: Clock) -> None:
    house = any_house
    one = linked(house, clock, "03:00")
    assert house.backups_between(clock, datetime(2026, 11, 25, tzinfo=UTC), QUARTER) == [
        "one:2026-11-22T03:00",
        "one:2026-11-23T03:00",
        "one:2026-11-24T03:00",
    ]
    assert Counter(house.asked.times).most_common(1)[0][1] == 1
    assert house.planned(one).next_at == datetime(2026, 11, 25, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "begin", "at"),
    [
        ("Europe/London", datetime(2026, 3, 27, 12, tzinfo=UTC), "01:30"),
        ("Europe/London", datetime(2026, 10, 23, 12, tzinfo=UTC), "01:30"),
        ("Pacific/Auckland", datetime(2026, 9, 25, 12, tzinfo=UTC), "02:30"),
        ("Pacific/Auckland", datetime(2026, 4, 3, 12, tzinfo=UTC), "02:30"),
        ("America/New_York", datetime(2026, 3, 6, 12, tzinfo=UTC), "02:30"),
        ("America/New_York", datetime(2026, 10, 30, 12, tzinfo=UTC), "01:30"),
        ("Australia/Lord_Howe", datetime(2026, 10, 2, 12, tzinfo=UTC), "02:15"),
        ("Australia/Lord_Howe", datetime(2026, 4, 3, 12, tzinfo=UTC), "01:45"),
        ("Asia/Kolkata", datetime(2026, 10, 23, 12, tzinfo=UTC), "02:30"),
        ("Australia/Adelaide", datetime(2026, 10, 2, 12, tzinfo=UTC), "02:30"),
    ],
)
def test_slots_when_the_hour_changes_then_one_a_night(
    house: House, clock: Clock, zone: str, begin: datetime, at: str
) -> None:
    clock.time = begin
    linked(house, clock, at, zone=zone)
    found = house.backups_between(clock, begin + timedelta(days=4), QUARTER)
    nights = [key.partition(":")[2].partition("T")[0] for key in found]
    assert len(nights) == 4
    assert len(set(nights)) == 4


def test_slots_when_missed_for_days_then_one_catch_up_with_the_newest(any_house: House, clock: Clock) -> None:
    house = any_house
    one = linked(house, clock, "03:00", "15:00")
    clock.advance(days=4, hours=2)
    again = House(house.db, clock, house.asked)  # the process starts anew
    again.schedules.settle()
    again.clock.tick()
    again.clock.tick()
    assert house.asked.of(BACKUP) == ["sched:backup:org-one:2026-11-26T03:00"]
    assert again.planned(one).due_at == datetime(2026, 11, 26, 3, tzinfo=UTC)
    assert again.planned(one).next_at == datetime(2026, 11, 26, 15, tzinfo=UTC)


def test_slot_when_a_process_starts_anew_after_it_then_not_again(house: House, clock: Clock) -> None:
    linked(house, clock, "03:00")
    clock.advance(hours=1, minutes=1)
    house.clock.tick()
    for _ in range(3):
        again = House(house.db, clock, house.asked)
        again.schedules.settle()
        again.clock.tick()
        clock.advance(minutes=1)
    assert house.asked.times.count("sched:backup:org-one:2026-11-22T03:00") == 1


@pytest.mark.parametrize("back", [timedelta(minutes=30), timedelta(hours=5), timedelta(hours=24)])
def test_slot_when_the_clock_is_set_back_then_it_does_not_come_again(
    any_house: House, clock: Clock, back: timedelta
) -> None:
    house = any_house
    linked(house, clock, "03:00")
    house.backups_between(clock, datetime(2026, 11, 24, 4, tzinfo=UTC), QUARTER)
    clock.time -= back
    house.schedules.settle()
    found = house.backups_between(clock, datetime(2026, 11, 25, 4, tzinfo=UTC), QUARTER)
    assert [key[-5:] for key in found] == ["03:00"] * 4
    assert Counter(house.asked.times).most_common(1)[0][1] == 1


def test_slot_when_set_back_and_the_hour_is_chosen_anew_then_the_served_one_is_left_out(
    house: House, clock: Clock
) -> None:
    one = linked(house, clock, "03:00")
    clock.advance(hours=1, minutes=5)
    house.clock.tick()
    clock.advance(hours=-1)
    house.choose(one, "03:00", "05:00")
    assert house.planned(one).next_at == datetime(2026, 11, 22, 5, tzinfo=UTC)


def test_slot_when_the_clock_was_years_ahead_then_backups_go_on_within_the_hour(
    any_house: House, clock: Clock
) -> None:
    house = any_house
    one = linked(house, clock, "03:00")
    right = clock.time
    clock.time = right.replace(year=2031)
    house.clock.tick()
    clock.time = right
    house.schedules.settle_changed()
    assert house.planned(one).next_at == datetime(2026, 11, 22, 3, tzinfo=UTC)
    house.backups_between(clock, right + timedelta(hours=2), QUARTER)
    assert "sched:backup:org-one:2026-11-22T03:00" in house.asked.work


@pytest.mark.parametrize("ahead", [3, 5, 12])
def test_slot_when_the_clock_was_days_ahead_then_the_next_night_is_not_left_out(
    any_house: House, clock: Clock, ahead: int
) -> None:
    house = any_house
    one = linked(house, clock, "03:00")
    right = clock.time
    clock.time = right + timedelta(days=ahead)
    house.clock.tick()
    clock.time = right
    house.schedules.settle_changed()
    assert house.planned(one).next_at == datetime(2026, 11, 22, 3, tzinfo=UTC)
    house.backups_between(clock, right + timedelta(hours=2), QUARTER)
    assert "sched:backup:org-one:2026-11-22T03:00" in house.asked.work
    changed = house.row(BACKUP, one.id).changed_at
    clock.advance(minutes=1)
    house.schedules.settle_changed()
    assert house.row(BACKUP, one.id).changed_at == changed


ZONES = st.sampled_from(["UTC", "Europe/London", "Pacific/Auckland", "America/New_York", "Pacific/Chatham"])


@settings(max_examples=100, deadline=None)
@given(hour=st.integers(0, 23), zone=ZONES, off=st.integers(-20 * 24, 20 * 24), day=st.integers(0, 370))
def test_row_when_a_clock_was_wrong_and_is_right_again_then_no_more_than_one_slot_is_left_out(
    hour: int, zone: str, off: int, day: int
) -> None:
    one = Timetable(times=(time(hour, 30),), zone=zone)
    now = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
    wrong = now + timedelta(hours=off)
    served, following = one.last_until(wrong), one.next_after(wrong)
    assert served
    assert following
    row = ScheduleRow(next_at=following.at, next_slot=following.key, last_at=served.at, last_slot=served.key)
    row.times, row.weekdays, row.zone, row.outcome = [f"{hour:02}:30"], list(range(7)), zone, ""
    wanted = Wanted(kind=BACKUP, subject="o", timetable=one)
    rows = {(BACKUP.value, "o"): row}
    session: Any = None
    put(session, rows, wanted, now)
    assert fits(rows, wanted, now)
    assert row.next_at is not None
    assert row.next_slot != served.key
    first = one.next_after(now)
    assert first
    if row.next_at > now:
        assert row.next_at - now <= FARTHEST_OF_DAILY
        assert row.next_at == first.at or row.next_at <= one.next_after(first.at).at  # type: ignore[union-attr]


def test_slot_when_another_process_changes_the_hour_then_the_next_tick_knows(
    any_house: House, clock: Clock
) -> None:
    house = any_house
    one = linked(house, clock, "03:00")
    other = House(house.db, clock)
    other.choose(one, "02:10")
    clock.advance(minutes=11)
    house.clock.tick()
    assert house.asked.of(BACKUP) == ["sched:backup:org-one:2026-11-22T02:10"]
    other.choose(one)
    assert house.planned(one).next_at is None
    assert house.planned(one).due_at is None
    clock.advance(days=2)
    house.clock.tick()
    assert len(house.asked.of(BACKUP)) == 1


def test_due_when_the_hour_is_chosen_after_it_passed_then_not_overdue(house: House, clock: Clock) -> None:
    one = linked(house, clock, "01:00")
    assert house.planned(one).due_at is None
    assert not house.planned(one).is_default
    clock.advance(days=1)
    assert house.planned(one).due_at == datetime(2026, 11, 23, 1, tzinfo=UTC)


def test_row_when_xero_shuts_us_out_then_backups_sleep_and_copies_are_still_looked_at(
    any_house: House, clock: Clock
) -> None:
    house = any_house
    one = linked(house, clock, "03:00")
    lost = house.set_state(one, LinkState.DISCONNECTED)
    assert house.planned(lost).next_at is None
    house.schedules.settle_changed()
    assert house.row(BACKUP, one.id).next_at is None
    assert house.row(VERIFY, one.id).next_at is not None
    assert house.row(ScheduleKind.RETENTION, one.id).next_at is None
    clock.advance(days=3)
    house.set_state(one, LinkState.ACTIVE)
    house.schedules.settle_changed()
    assert house.row(ScheduleKind.RETENTION, one.id).next_at is not None
    assert house.planned(one).next_at == datetime(2026, 11, 25, 3, tzinfo=UTC)
    assert house.planned(one).due_at is None


def test_rows_when_unlinked_then_all_sleep_and_the_digest_with_the_last(any_house: House) -> None:
    house = any_house
    one, two = house.add("one"), house.add("two")
    house.set_state(one, LinkState.UNLINKED)
    house.schedules.settle_organisation(one.id)
    assert house.row(BACKUP, one.id).next_at is None
    assert house.row(VERIFY, one.id).next_at is None
    assert house.schedules.next_digest(one.workspace_id) is not None
    house.set_state(two, LinkState.UNLINKED)
    house.schedules.settle_changed()
    assert house.schedules.next_digest(one.workspace_id) is None


def test_rows_when_a_workspace_goes_and_comes_back_then_they_sleep_and_wake(any_house: House) -> None:
    house = any_house
    one = house.add("one")
    house.remove_app(one.workspace_id)
    house.schedules.settle_changed()
    asleep = [house.row(kind, one.id).next_at for kind in (BACKUP, VERIFY)]
    assert [*asleep, house.schedules.next_digest(one.workspace_id)] == [None, None, None]
    house.remove_app(one.workspace_id, gone=False)
    house.schedules.settle_changed()
    awake = [house.row(kind, one.id).next_at for kind in (BACKUP, VERIFY)]
    assert None not in [*awake, house.schedules.next_digest(one.workspace_id)]


def test_digest_when_its_zone_is_not_chosen_then_that_of_the_first_linked(house: House, clock: Clock) -> None:
    workspace = house.workspace()
    assert house.schedules.zone_of(workspace) == "UTC"
    assert house.schedules.next_digest(workspace) is None
    house.add("two", facts={"country": "NZ"})
    clock.advance(minutes=1)
    house.add("one")
    assert house.schedules.zone_of(workspace) == "Pacific/Auckland"
    actor = Actor(workspace_id=workspace, team_id="T1", user_id="U1ANA")
    chosen = WorkspaceSettings(digest=DigestSettings(zone="Asia/Kolkata"))
    house.settings.change_workspace(actor, chosen)
    house.schedules.settle_workspace(workspace)
    assert house.schedules.zone_of(workspace) == "Asia/Kolkata"
    assert house.row(DIGEST, workspace).next_at == datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
    house.settings.change_workspace(actor, WorkspaceSettings(digest=DigestSettings(enabled=False)))
    house.schedules.settle_workspace(workspace)
    assert house.schedules.next_digest(workspace) is None


def test_house_when_new_then_its_work_is_due_at_once(house: House) -> None:
    house.schedules.settle()
    assert house.clock.tick() == 3
    assert {one["job"] for one in house.asked.work.values()} == {"consents", "expiry", "tidy"}
    assert set(house.asked.lanes.values()) == {"housekeeping"}
    assert house.clock.tick() == 0


def test_work_when_asked_for_then_it_says_whose_slot_it_is(house: House, clock: Clock) -> None:
    one = linked(house, clock, "03:00")
    clock.advance(hours=7)
    house.clock.tick()
    (key,) = house.asked.of(BACKUP)
    assert house.asked.work[key] == {
        "job": "slot",
        "kind": "backup",
        "key": key,
        "slot": "2026-11-22T03:00",
        "at": "2026-11-22T03:00:00+00:00",
        "subject": one.id,
        "workspace": one.workspace_id,
        "retry": 0,
    }
    assert house.asked.lanes[key] != one.id  # a backup that runs is in the lane of its organisation


def test_tick_when_the_list_of_work_is_gone_half_way_then_nothing_is_lost(
    any_house: House, clock: Clock
) -> None:
    house = any_house
    for number in range(10):
        house.choose(house.add(str(number)), "03:00")
    clock.advance(hours=1)
    house.asked.dies_after = 4
    with pytest.raises(Transient):
        house.clock.tick()
    house.asked.dies_after = -1
    house.clock.tick()
    assert len(house.asked.of(BACKUP)) == 10
    assert house.clock.tick() == 0


def test_ticks_when_two_processes_race_then_each_slot_moves_on_once(
    postgres_database: Database, clock: Clock
) -> None:
    asked = Asked()
    both = [House(postgres_database, clock, asked) for _ in range(2)]
    for number in range(20):
        both[0].choose(both[0].add(str(number)), "03:00", "04:00")
    for _ in range(3):
        clock.advance(hours=1)
        _together([one.clock.tick for one in both])
        _together([one.schedules.settle for one in both])
    keys = asked.of(BACKUP)
    assert Counter(key[-5:] for key in keys) == {"03:00": 20, "04:00": 20}
    assert {both[0].row(BACKUP, f"org-{one}").next_slot for one in range(20)} == {"2026-11-23T03:00"}


def test_tick_when_a_thousand_are_due_then_all_in_one_tick(any_house: House, clock: Clock) -> None:
    house = any_house
    house.add("one")
    _multiply(house, 1000)
    clock.advance(days=1)
    house.clock.tick()
    assert len(house.asked.of(BACKUP)) == 1001
    assert house.clock.tick() == 0


def test_failure_when_it_passes_then_tried_with_growing_pauses_and_given_up(
    any_house: House, clock: Clock
) -> None:
    house = any_house
    one = linked(house, clock, "03:00")
    clock.advance(hours=1)
    house.clock.tick()
    pauses, asked = [], []
    for _ in range(4):
        with house.db.session() as session:
            again = slots.failed(session, one.id, clock(), passing=True)
        if again is None:
            break
        assert house.planned(one).retry_at == again
        assert house.planned(one).outcome is SlotOutcome.RETRY
        pauses.append((again - clock()).total_seconds() / 60)
        clock.time = again - MINUTE
        assert house.clock.tick() == 0 or not house.asked.times[-1].startswith("sched:backup")
        clock.time = again
        house.clock.tick()
        house.clock.tick()
        asked.append(house.asked.of(BACKUP)[-1])
    assert pauses == [15, 60, 180]
    assert asked == [f"sched:backup:org-one:2026-11-22T03:00:again{number}" for number in (1, 2, 3)]
    assert Counter(house.asked.times).most_common(1)[0][1] == 1
    assert house.planned(one).retry_at is None
    assert house.planned(one).outcome is SlotOutcome.GAVE_UP


def test_failure_when_the_next_slot_is_nearer_then_that_is_the_next_try(house: House, clock: Clock) -> None:
    one = linked(house, clock, "03:00", "03:10")
    clock.advance(hours=1)
    house.clock.tick()
    with house.db.session() as session:
        assert slots.failed(session, one.id, clock(), passing=True) is None


def test_tries_when_a_snapshot_came_or_the_trouble_stays_then_they_end(house: House, clock: Clock) -> None:
    one = linked(house, clock, "03:00")
    clock.advance(hours=1)
    house.clock.tick()
    with house.db.session() as session:
        slots.failed(session, one.id, clock(), passing=True)
        slots.succeeded(session, one.id)
    assert house.planned(one).retry_at is None
    with house.db.session() as session:
        slots.failed(session, one.id, clock(), passing=True)
        assert slots.failed(session, one.id, clock(), passing=False) is None
    assert house.planned(one).retry_at is None


def test_tries_when_a_new_slot_comes_then_they_begin_anew(house: House, clock: Clock) -> None:
    one = linked(house, clock, "03:00")
    for _ in range(2):
        clock.advance(days=1)
        house.clock.tick()
        house.slots.note(one.id, SlotOutcome.ASKED)
        with house.db.session() as session:
            again = slots.failed(session, one.id, clock(), passing=True)
        assert again == clock() + QUARTER


def test_row_when_its_organisation_was_found_gone_then_it_sleeps_until_it_is_back(
    house: House, clock: Clock
) -> None:
    one = linked(house, clock, "03:00")
    house.set_state(one, LinkState.DISCONNECTED)
    house.slots.note(one.id, SlotOutcome.DISCONNECTED)
    assert house.row(BACKUP, one.id).next_at is None
    house.set_state(one, LinkState.ACTIVE)
    house.schedules.settle_changed()
    assert house.planned(one).next_at is not None
    assert house.planned(one).outcome is None


def test_row_when_its_zone_is_unknown_here_then_it_counts_as_utc(house: House, clock: Clock) -> None:
    one = linked(house, clock, "03:00")
    with house.db.session() as session:
        session.execute(update(ScheduleRow).values(zone="Mars/Olympus_Mons"))
    clock.advance(hours=1)
    house.clock.tick()
    assert house.planned(one).timetable.zone == "UTC"
    assert len(house.asked.of(BACKUP)) == 1


def _together(deeds: list[Callable[[], Any]]) -> None:
    threads = [threading.Thread(target=one) for one in deeds]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)


def _called(one: Organisation, organisation_id: str) -> Organisation:
    from dataclasses import replace

    return replace(one, id=organisation_id)  # type: ignore[arg-type]


def _multiply(house: House, count: int) -> None:
    """Write many rows as the first one is, for organisations that need not exist."""
    like = house.row(BACKUP, "org-one")
    with house.db.session() as session:
        for number in range(count):
            session.add(
                ScheduleRow(
                    kind=BACKUP,
                    subject=f"org-many{number}",
                    workspace_id=like.workspace_id,
                    times=like.times,
                    weekdays=like.weekdays,
                    zone=like.zone,
                    next_at=like.next_at,
                    next_slot=like.next_slot,
                    changed_at=like.changed_at,
                )
            )


def test_slot_when_its_organisation_is_connected_again_before_its_end_is_noted_then_it_is_served(
    house: House, clock: Clock
) -> None:
    one = linked(house, clock, "09:00")
    before = house.planned(one).next_at
    house.slots.note(one.id, SlotOutcome.DISCONNECTED)  # found so a moment ago
    assert house.planned(one).next_at == before is not None
    assert [due.retry for due in house.slots.due({BACKUP})] == [1]
    house.set_state(one, LinkState.DISCONNECTED)
    house.slots.note(one.id, SlotOutcome.DISCONNECTED)
    assert house.row(BACKUP, one.id).next_at is None
    assert house.slots.due({BACKUP}) == []
