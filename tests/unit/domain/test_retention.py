"""What retention keeps: held against golden files over two years, and to its promises for any history.

`UPDATE_GOLDEN=1` writes the golden files anew; read what changed before it is kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.retention import Decision, KeepReason, Taken, keep
from bot.domain.settings import Retention

GOLDEN = Path(__file__).parent / "retention"
LONDON, AUCKLAND, NEW_YORK = "Europe/London", "Pacific/Auckland", "America/New_York"
DAY = timedelta(days=1)
FIRST = datetime(2024, 11, 22, tzinfo=UTC)


def nights(zone: str, at: time, days: int = 731) -> list[Taken]:
    """One snapshot a night by the wall clock of a zone, as a schedule takes them."""
    start = FIRST.date()
    return [
        Taken(n + 1, datetime.combine(start + n * DAY, at, ZoneInfo(zone)).astimezone(UTC))
        for n in range(days)
    ]


def london() -> tuple[list[Taken], Retention, str]:
    return nights(LONDON, time(1, 30)), Retention(), LONDON


def auckland_at_midnight() -> tuple[list[Taken], Retention, str]:
    return nights(AUCKLAND, time(23, 59, 30)), Retention(), AUCKLAND


def gaps() -> tuple[list[Taken], Retention, str]:
    """Disconnected for four months, every fifth night incomplete, some nights three snapshots."""
    kept = [one for one in nights(NEW_YORK, time(2, 30)) if not 300 < one.number < 420]
    more = [Taken(1000 + n, FIRST + timedelta(days=7 * n, hours=15)) for n in range(104) if n % 3 == 0]
    all_of_them = sorted([*kept, *more], key=lambda one: one.taken_at)
    found = [Taken(n + 1, one.taken_at, n % 5 != 0) for n, one in enumerate(all_of_them)]
    return found, Retention(all_days=3, daily=10, monthly=30, yearly=2), NEW_YORK


def nothing_but_years() -> tuple[list[Taken], Retention, str]:
    return nights(LONDON, time(0, 15)), Retention(all_days=0, daily=0, monthly=0, yearly=10), LONDON


CASES = [london, auckland_at_midnight, gaps, nothing_but_years]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_two_years_when_decided_then_as_in_the_golden_file(
    case: Callable[[], tuple[list[Taken], Retention, str]],
) -> None:
    snapshots, retention, zone = case()
    decision = keep(snapshots, retention, zone, snapshots[-1].taken_at + timedelta(hours=3))
    drawn = draw(snapshots, decision, zone)
    path = GOLDEN / f"{case.__name__}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


def draw(snapshots: list[Taken], decision: Decision, zone: str) -> str:
    known = {one.number: one for one in snapshots}
    lines = [
        f"{number:>4}  {known[number].taken_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %Z}  "
        f"{', '.join(reasons)}"
        for number, reasons in decision.kept.items()
    ]
    return "\n".join([*lines, f"{len(decision.kept)} kept, {len(decision.dropped)} dropped"]) + "\n"


MOMENTS = st.integers(-40 * 24 * 60, 800 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
COUNTS = st.integers(0, 40)
RETENTIONS = st.builds(Retention, all_days=st.integers(0, 20), daily=COUNTS, monthly=COUNTS, yearly=COUNTS)
ZONES = st.sampled_from([LONDON, AUCKLAND, NEW_YORK, "UTC", "Pacific/Apia"])


@st.composite
def histories(draw_one: st.DrawFn) -> list[Taken]:
    """Snapshots in the order they were taken; now and then the clock was wrong."""
    moments = draw_one(st.lists(MOMENTS, max_size=60))
    if draw_one(st.booleans()):
        moments.sort()
    return [Taken(n + 1, at, draw_one(st.booleans())) for n, at in enumerate(moments)]


@given(histories(), RETENTIONS, ZONES, MOMENTS)
@settings(max_examples=150, deadline=None)
def test_any_history_when_decided_then_newest_stay_and_nothing_young_goes(
    history: list[Taken], retention: Retention, zone: str, now: datetime
) -> None:
    decision = keep(history, retention, zone, now)
    assert sorted([*decision.kept, *decision.dropped]) == [one.number for one in history]
    assert all(decision.kept.values())
    if history:
        assert KeepReason.NEWEST in decision.kept[history[-1].number]
    complete = [one.number for one in history if one.complete]
    if complete:
        assert KeepReason.NEWEST_COMPLETE in decision.kept[complete[-1]]
    past = [one.taken_at for one in history if one.taken_at <= now]
    for one in history:
        if one.number in decision.dropped:
            assert one.taken_at <= now
            # Old by our clock and by the newest snapshot, so a clock that runs ahead drops nothing young.
            assert max(past) - one.taken_at > timedelta(days=retention.all_days) or retention.all_days == 0


@given(histories(), RETENTIONS, ZONES, MOMENTS)
@settings(max_examples=150, deadline=None)
def test_decided_twice_when_nothing_was_added_then_nothing_more_goes(
    history: list[Taken], retention: Retention, zone: str, now: datetime
) -> None:
    kept = keep(history, retention, zone, now).kept
    again = keep([one for one in history if one.number in kept], retention, zone, now)
    assert again.dropped == ()
    later = keep([one for one in history if one.number in kept], retention, zone, now + 400 * DAY)
    future = [number for number, why in kept.items() if KeepReason.FUTURE in why]
    if not future:  # time alone, without a new snapshot, drops nothing
        assert later.dropped == ()


@given(
    histories(),
    RETENTIONS,
    ZONES,
    MOMENTS,
    st.tuples(st.sampled_from(["all_days", "daily", "monthly", "yearly"]), COUNTS),
)
@settings(max_examples=150, deadline=None)
def test_longer_retention_when_decided_then_keeps_all_that_the_shorter_did(
    history: list[Taken], retention: Retention, zone: str, now: datetime, change: tuple[str, int]
) -> None:
    name, more = change
    longer = replace(retention, **{name: getattr(retention, name) + more})
    assert keep(history, retention, zone, now).kept.keys() <= keep(history, longer, zone, now).kept.keys()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_dropping_day_by_day_for_years_when_done_then_keeps_what_deciding_once_keeps(
    case: Callable[[], tuple[list[Taken], Retention, str]],
) -> None:
    snapshots, retention, zone = case()
    standing: list[Taken] = []
    for one in snapshots:
        standing.append(one)
        if one.number % 2:
            gone = set(keep(standing, retention, zone, one.taken_at + timedelta(hours=1)).dropped)
            standing = [other for other in standing if other.number not in gone]
    now = snapshots[-1].taken_at + timedelta(hours=1)
    assert (
        keep(standing, retention, zone, now).kept.keys() == keep(snapshots, retention, zone, now).kept.keys()
    )


def test_last_of_each_month_when_kept_for_years_then_is_the_last_that_was_taken() -> None:
    snapshots, _, zone = london()
    decision = keep(
        snapshots, Retention(all_days=2, daily=0, monthly=24, yearly=0), zone, snapshots[-1].taken_at
    )
    days = [
        snapshots[number - 1].taken_at.astimezone(ZoneInfo(zone)).date()
        for number, why in decision.kept.items()
        if KeepReason.MONTHLY in why
    ]
    assert len(days) == 24
    assert all((day + DAY).month != day.month for day in days[:-1])


def test_clock_a_year_ahead_when_decided_then_drops_no_more_than_now() -> None:
    snapshots, retention, zone = london()
    now = snapshots[-1].taken_at + timedelta(hours=1)
    assert keep(snapshots, retention, zone, now + 365 * DAY) == keep(snapshots, retention, zone, now)


def test_snapshot_dated_in_the_future_when_decided_then_stays_and_pushes_nothing_out() -> None:
    snapshots, retention, zone = london()
    now = snapshots[-1].taken_at + timedelta(hours=1)
    ahead = [Taken(800 + n, now + (365 + n) * DAY) for n in range(3)]
    with_ahead = keep([*snapshots, *ahead], retention, zone, now)
    assert with_ahead.dropped == tuple(
        number for number in keep(snapshots, retention, zone, now).dropped if number != 731
    )
    assert all(KeepReason.FUTURE in with_ahead.kept[one.number] for one in ahead)


def test_snapshots_as_plain_pairs_when_decided_then_taken_as_complete() -> None:
    decision = keep([(1, FIRST), (2, FIRST + DAY)], Retention(all_days=0, daily=1), "UTC", FIRST + 2 * DAY)
    assert decision.kept[2] == (
        KeepReason.NEWEST,
        KeepReason.NEWEST_COMPLETE,
        KeepReason.DAILY,
        KeepReason.MONTHLY,
        KeepReason.YEARLY,
    )
    assert decision.dropped == (1,)


def test_no_snapshot_when_decided_then_nothing() -> None:
    assert keep([], Retention(), "UTC", FIRST) == Decision({}, ())
