"""When a limit is reached: exact for steady growth, deaf to one import, silent without enough history."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.forecast import Forecast, forecast, has_enough
from bot.domain.limits import LimitReading

MONDAY = date(2026, 6, 1)
History = list[tuple[date, int]]
increments = st.lists(st.integers(0, 50), min_size=21, max_size=120)


def days(counts: list[int], *, start: date = MONDAY) -> History:
    return [(start + timedelta(days=place), count) for place, count in enumerate(counts)]


def steady(per_day: int, length: int, *, start: int = 1_000) -> History:
    return days([start + per_day * place for place in range(length)])


def reading(history: History, limit: int = 40_000) -> LimitReading:
    return LimitReading(key="k", title="T", count=history[-1][1], limit=limit)


def ahead(history: History, limit: int = 40_000) -> Forecast:
    return forecast(reading(history, limit), history)


@given(per_day=st.integers(1, 100), length=st.integers(22, 120), missing=st.randoms())
def test_forecast_when_growth_is_constant_then_the_date_is_exact_however_seldom_it_was_counted(
    per_day: int, length: int, missing: object
) -> None:
    whole = steady(per_day, length)
    kept = [one for one in whole[1:-1] if missing.random() < 0.4]  # type: ignore[attr-defined]
    history = [whole[0], *(kept if len(kept) >= 3 else whole[1:-1]), whole[-1]]
    found = ahead(history)
    left = 40_000 - history[-1][1]
    needed = -(-left // per_day)
    assert found.per_month == pytest.approx(per_day * 365.25 / 12)
    assert found.reaches_at == (
        history[-1][0] + timedelta(days=needed) if left > 0 and needed * per_day <= 3653 * per_day else None
    )


@given(per_week=st.integers(1, 500), start=st.integers(0, 6), length=st.integers(22, 100))
def test_forecast_when_nobody_works_at_weekends_then_the_weekday_it_is_asked_on_does_not_matter(
    per_week: int, start: int, length: int
) -> None:
    first = MONDAY + timedelta(days=start)
    added = [per_week if (first + timedelta(days=place)).weekday() < 5 else 0 for place in range(1, length)]
    history = days(list(accumulate(added, initial=10)), start=first)
    assert ahead(history).per_month == pytest.approx(per_week * 5 / 7 * 365.25 / 12)


@given(per_day=st.integers(1, 100), length=st.integers(22, 120), jump=st.integers(-900, 10**6), at=st.data())
def test_forecast_when_one_import_lies_anywhere_in_steady_growth_then_the_pace_does_not_change(
    per_day: int, length: int, jump: int, at: st.DataObject
) -> None:
    place = at.draw(st.integers(0, length - 1))
    history = [
        (day, count + (jump if n >= place else 0)) for n, (day, count) in enumerate(steady(per_day, length))
    ]
    assert ahead(history).per_month == ahead(steady(per_day, length)).per_month


@given(added=increments, jump=st.integers(0, 10**6), at=st.data())
def test_forecast_when_one_import_lies_in_any_growth_then_the_pace_stays_within_that_of_other_weeks(
    added: list[int], jump: int, at: st.DataObject
) -> None:
    clean = list(accumulate(added, initial=100))
    place = at.draw(st.integers(0, len(clean) - 1))
    weeks = [later - earlier for earlier, later in zip(clean, clean[7:], strict=False)]
    found = ahead(days([count + (jump if n >= place else 0) for n, count in enumerate(clean)]), 10**9)
    assert found.per_month is not None
    slack = 1e-6
    assert min(weeks) - slack <= found.per_month / (365.25 / 12) * 7 <= max(weeks) + slack


@given(removed=increments)
def test_forecast_when_counts_shrink_or_stand_still_then_no_date(removed: list[int]) -> None:
    found = ahead(days(list(accumulate((-one for one in removed), initial=9_000))))
    assert found.enough_history
    assert found.reaches_at is None
    assert found.per_month is not None
    assert found.per_month <= 0


@pytest.mark.parametrize(
    "history", [[], steady(5, 21), steady(5, 60)[::20], steady(5, 1)], ids=["none", "short", "sparse", "one"]
)
def test_forecast_when_history_is_short_or_sparse_then_it_says_so(history: History) -> None:
    limit = LimitReading(key="k", title="T", count=1, limit=10)
    assert forecast(limit, history) == Forecast(limit=limit)


def test_has_enough_when_at_the_edge_then_twenty_one_days_and_five_points_do() -> None:
    assert has_enough([one for one in steady(5, 22) if (one[0] - MONDAY).days in {0, 5, 9, 14, 21}])
    assert not has_enough([one for one in steady(5, 22) if (one[0] - MONDAY).days in {0, 5, 9, 21}])


def test_forecast_when_the_limit_is_reached_already_then_no_date() -> None:
    assert ahead(steady(5, 40, start=50_000)).reaches_at is None


def test_forecast_when_more_than_ten_years_off_then_no_date_but_a_pace() -> None:
    history = steady(1, 40, start=0)
    assert ahead(history, 39 + 3653).reaches_at == history[-1][0] + timedelta(days=3653)
    assert ahead(history, 39 + 3654).reaches_at is None
    assert ahead(history, 39 + 3654).per_month == pytest.approx(30.4375)


def test_forecast_when_old_growth_was_faster_then_only_the_last_120_days_count() -> None:
    fast = steady(90, 200, start=0)
    slow = [(fast[-1][0] + timedelta(days=n), fast[-1][1] + n) for n in range(1, 122)]
    assert ahead(fast + slow, 10**6).per_month == pytest.approx(30.4375)


def test_forecast_when_the_count_is_unknown_then_no_date() -> None:
    limit = LimitReading(key="k", title="T", count=None, limit=10_000)
    assert forecast(limit, steady(5, 40)).reaches_at is None
