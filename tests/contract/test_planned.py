"""What is planned, for many organisations at once: as for each alone, with one query, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from bot.db.engine import Database
from bot.domain.names import Actor
from bot.domain.settings import OrganisationSettings
from bot.domain.timetable import Timetable
from bot.services.timing.schedule_rows import newest_slot
from tests.conftest import Clock
from tests.contract.clock_house import House

SECONDS = st.integers(1_767_225_600, 1_798_761_599)  # of the year 2026
TIMES = st.lists(st.times().map(lambda at: time(at.hour, at.minute)), max_size=4, unique=True)
TIMETABLES = st.builds(
    Timetable,
    times=TIMES.map(tuple),
    weekdays=st.frozensets(st.integers(0, 6)),
    zone=st.sampled_from(["UTC", "Europe/London", "Pacific/Chatham", "Australia/Lord_Howe"]),
)


@pytest.mark.parametrize("count", [1, 30])
def test_planned_when_many_are_asked_for_then_one_query_for_all(
    database: Database, clock: Clock, count: int
) -> None:
    house = House(database, clock)
    many = [house.add(str(number)) for number in range(count)]
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    found = house.schedules.planned(many)
    assert set(found) == {one.id for one in many}
    assert len([one for one in asked if one.startswith("SELECT")]) == 1


def test_planned_when_only_some_were_chosen_by_people_then_each_says_its_own(
    database: Database, clock: Clock
) -> None:
    house = House(database, clock)
    quiet, chosen, never, back = (house.add(name) for name in ("quiet", "chosen", "never", "back"))
    house.choose(chosen, "03:00", "15:00")
    house.choose(never)
    house.choose(back, "03:00")
    actor = Actor(workspace_id=back.workspace_id, team_id="T1", user_id="U1ANA")
    house.settings.change_organisation(actor, back, OrganisationSettings())
    house.schedules.settle_organisation(back.id)
    clock.advance(days=2)
    found = house.schedules.planned([quiet, chosen, never, back])
    assert [found[one.id].is_default for one in (quiet, chosen, never, back)] == [True, False, False, True]
    assert found[chosen.id].timetable.times == (time(3), time(15))
    assert found[chosen.id].due_at == datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert found[never.id].due_at is None
    assert found == {one.id: house.planned(one) for one in (quiet, chosen, never, back)}


def test_newest_slot_when_a_minute_passes_it_then_it_is_known_at_once() -> None:
    table, at = Timetable(times=(time(3, 30), time(3, 31))), datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert newest_slot(table, at - second) == at - timedelta(days=1) + timedelta(minutes=1)
    assert newest_slot(table, at) == at
    assert newest_slot(table, at + timedelta(minutes=1) - second) == at
    assert newest_slot(table, at + timedelta(minutes=1)) == at + timedelta(minutes=1)


@settings(max_examples=150, deadline=None)
@given(timetable=TIMETABLES, second=SECONDS)
def test_newest_slot_when_asked_at_any_moment_then_as_the_timetable_says(
    timetable: Timetable, second: int
) -> None:
    now = datetime.fromtimestamp(second, UTC)
    last = timetable.last_until(now)
    assert newest_slot(timetable, now) == (last.at if last else None)
