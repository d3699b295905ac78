"""Timetables on the wall: both changes of the clock in several zones, and what holds for any of them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.timetable import EVERY_DAY, WORKDAYS, Slot, Timetable

LONDON, AUCKLAND, NEW_YORK = "Europe/London", "Pacific/Auckland", "America/New_York"
LORD_HOWE, KOLKATA, ADELAIDE = "Australia/Lord_Howe", "Asia/Kolkata", "Australia/Adelaide"
ZONES = (LONDON, AUCKLAND, NEW_YORK, LORD_HOWE, KOLKATA, ADELAIDE, "UTC", "Africa/Casablanca", "Pacific/Apia")

# Zone, time on the wall, the night of the change, the instant of its slot. In spring a time that is left out
# is moved on by what was left out; in autumn a time that comes twice is taken the first time.
CHANGES = [
    (LONDON, "01:30", "2026-03-29", "2026-03-29T01:30Z"),  # 01:00 -> 02:00; shown as 02:30
    (LONDON, "02:30", "2026-03-29", "2026-03-29T01:30Z"),
    (LONDON, "01:30", "2026-10-25", "2026-10-25T00:30Z"),  # 02:00 -> 01:00
    (LONDON, "00:30", "2026-10-25", "2026-10-24T23:30Z"),
    (AUCKLAND, "02:30", "2026-09-27", "2026-09-26T14:30Z"),  # 02:00 -> 03:00; shown as 03:30
    (AUCKLAND, "02:30", "2026-04-05", "2026-04-04T13:30Z"),  # 03:00 -> 02:00
    (NEW_YORK, "02:30", "2026-03-08", "2026-03-08T07:30Z"),  # 02:00 -> 03:00; shown as 03:30
    (NEW_YORK, "01:30", "2026-11-01", "2026-11-01T05:30Z"),  # 02:00 -> 01:00
    (LORD_HOWE, "02:15", "2026-10-04", "2026-10-03T15:45Z"),  # 02:00 -> 02:30; shown as 02:45
    (LORD_HOWE, "01:45", "2026-04-05", "2026-04-04T14:45Z"),  # 02:00 -> 01:30
    (ADELAIDE, "02:30", "2026-10-04", "2026-10-03T17:00Z"),  # 02:00 -> 03:00; shown as 03:30
    (ADELAIDE, "02:30", "2026-04-05", "2026-04-04T16:00Z"),  # 03:00 -> 02:00
    (KOLKATA, "02:30", "2026-10-25", "2026-10-24T21:00Z"),  # never changes; half an hour off
]


def daily(at: str, zone: str) -> Timetable:
    return Timetable(times=(time.fromisoformat(at),), zone=zone)


def slots(timetable: Timetable, after: datetime, until: datetime) -> list[Slot]:
    found: list[Slot] = []
    while (slot := timetable.next_after(found[-1].at if found else after)) is not None and slot.at <= until:
        found.append(slot)
    return found


@pytest.mark.parametrize(("zone", "at", "night", "instant"), CHANGES)
def test_slot_when_the_clock_changes_then_it_comes_once(zone: str, at: str, night: str, instant: str) -> None:
    timetable, moment = daily(at, zone), datetime.fromisoformat(instant)
    (slot,) = slots(timetable, moment - timedelta(hours=12), moment + timedelta(hours=12))
    assert slot == Slot(moment, f"{night}T{at}")


@pytest.mark.parametrize(("zone", "at", "night", "instant"), CHANGES)
def test_slot_when_walked_through_the_night_then_each_minute_agrees(
    zone: str, at: str, night: str, instant: str
) -> None:
    timetable, moment = daily(at, zone), datetime.fromisoformat(instant)
    for minutes in range(-180, 181, 5):
        now = moment + timedelta(minutes=minutes)
        following, last = timetable.next_after(now), timetable.last_until(now)
        assert following is not None
        assert last is not None
        assert last.at <= now < following.at
        assert (last.key == f"{night}T{at}") is (minutes >= 0)


def test_slot_when_both_readings_of_a_doubled_hour_are_due_then_the_second_is_no_slot() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    following = daily("01:30", LONDON).next_after(first)
    assert following == Slot(datetime(2026, 10, 26, 1, 30, tzinfo=UTC), "2026-10-26T01:30")


def test_slots_when_times_on_both_sides_of_a_left_out_hour_then_none_is_lost() -> None:
    timetable = Timetable(times=(time(0, 59), time(1, 30), time(2, 1)), zone=LONDON)
    begin = datetime(2026, 3, 29, tzinfo=UTC)
    assert [one.at.strftime("%H:%M") for one in slots(timetable, begin, begin + timedelta(hours=6))] == [
        "00:59",
        "01:01",
        "01:30",
    ]


def test_slots_when_only_some_weekdays_then_those_of_the_wall() -> None:
    timetable = Timetable(times=(time(0, 30),), weekdays=WORKDAYS, zone=AUCKLAND)
    begin = datetime(2026, 11, 21, tzinfo=UTC)
    days = [
        one.at.astimezone(ZoneInfo(AUCKLAND)).weekday()
        for one in slots(timetable, begin, begin + timedelta(days=9))
    ]
    assert days == [0, 1, 2, 3, 4, 0]


@pytest.mark.parametrize("never", [Timetable(times=()), Timetable(times=(time(1),), weekdays=frozenset())])
def test_slots_when_there_are_no_times_then_never(never: Timetable) -> None:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    assert never.next_after(moment) is None
    assert never.last_until(moment) is None


timetables = st.builds(
    Timetable,
    times=st.lists(st.times().map(lambda one: one.replace(tzinfo=None)), min_size=1, max_size=5).map(tuple),
    weekdays=st.sets(st.sampled_from(sorted(EVERY_DAY)), min_size=1).map(frozenset),
    zone=st.sampled_from(ZONES),
)
# Whole seconds from 2020 to 2037.
moments = st.integers(1_577_836_800, 2_145_916_799).map(lambda second: datetime.fromtimestamp(second, UTC))


@settings(max_examples=150, deadline=None)
@given(timetable=timetables, moment=moments)
def test_slots_when_followed_then_they_grow_and_no_key_comes_twice(
    timetable: Timetable, moment: datetime
) -> None:
    found = [Slot(moment, "")]
    for _ in range(40):
        slot = timetable.next_after(found[-1].at)
        assert slot is not None
        assert timetable.last_until(slot.at) == slot
        found.append(slot)
    assert all(earlier.at < later.at for earlier, later in pairwise(found))
    assert len({one.key for one in found}) == len(found)


@settings(max_examples=150, deadline=None)
@given(timetable=timetables, moment=moments)
def test_last_slot_when_asked_at_any_moment_then_nothing_lies_between_it_and_the_next(
    timetable: Timetable, moment: datetime
) -> None:
    last, following = timetable.last_until(moment), timetable.next_after(moment)
    assert last is not None
    assert following is not None
    assert last.at <= moment < following.at
    assert timetable.next_after(last.at) == following
