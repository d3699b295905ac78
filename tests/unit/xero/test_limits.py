"""Within Xero's limits whatever the phase of its window, and what its headers say of them."""

from __future__ import annotations

import threading
from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import DayLimitReached
from bot.xero.allowance import MemoryAllowance
from bot.xero.app import XeroApp
from bot.xero.http import Answer
from bot.xero.limits import Allowance, Pace, Stopped, read_allowance


def _app(**parts: Any) -> XeroApp:
    return XeroApp(client_id="id", client_secret="hush", redirect_uri="http://localhost/cb", **parts)


def _allowance(clock: Any, **parts: Any) -> MemoryAllowance:
    return MemoryAllowance(_app(**parts), clock)


@pytest.mark.parametrize(
    ("status", "headers", "problem", "blocked", "spent"),
    [
        (200, {"retry-after": "7"}, "", 0.0, False),
        (429, {"x-rate-limit-problem": "minute", "retry-after": "7"}, "minute", 7.0, False),
        (429, {"x-rate-limit-problem": "Minute"}, "minute", 0.0, False),
        (429, {"x-rate-limit-problem": "Daily", "retry-after": "66975"}, "day", 66975.0, True),
        (429, {"x-rate-limit-problem": "day"}, "day", 0.0, True),
        (429, {"x-rate-limit-problem": "CONCURRENT"}, "concurrent", 0.0, False),
        (429, {"x-rate-limit-problem": "appminute", "retry-after": "3"}, "app", 3.0, False),
        (429, {"x-daylimit-remaining": "0"}, "day", 0.0, True),
        (429, {"retry-after": "4000"}, "day", 4000.0, True),
        (429, {"retry-after": "soon"}, "unknown", 0.0, False),
    ],
)
def test_read_allowance_when_headers_say_it_then_the_problem_is_known(
    status: int, headers: dict[str, str], problem: str, blocked: float, spent: bool
) -> None:
    found = read_allowance(Answer(status, headers, b"", ""))
    assert (found.problem, found.blocked_seconds, found.day_spent) == (problem, blocked, spent)


def test_read_allowance_when_counts_are_given_then_they_are_read() -> None:
    headers = {"x-daylimit-remaining": "12", "x-minlimit-remaining": "3", "x-appminlimit-remaining": "9999"}
    found = read_allowance(Answer(200, headers, b"", ""))
    assert (found.day_left, found.minute_left, found.app_minute_left) == (12, 3, 9999)


@given(st.lists(st.floats(0, 5), max_size=60), st.sampled_from([3, 10, 60]))
def test_claim_when_asked_at_any_pace_then_no_window_of_any_phase_sees_more(
    pauses: list[float], per_minute: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    granted: list[datetime] = []
    allowance = MemoryAllowance(_app(calls_per_minute=per_minute), lambda: now)
    for pause in [*pauses, *[0.0] * 150]:
        now += timedelta(seconds=pause)
        if (wait := allowance.claim()) > 0:
            now += timedelta(seconds=wait)
            assert allowance.claim() == 0.0
        granted.append(now)
    for first in granted:
        inside = bisect_left(granted, first + timedelta(seconds=60)) - bisect_left(granted, first)
        assert inside <= max(1, per_minute - 2)


def test_claim_when_the_window_is_fresh_then_all_but_two_go_at_once(clock: Any) -> None:
    allowance = _allowance(clock)
    assert [allowance.claim() for _ in range(58)] == [0.0] * 58
    assert allowance.claim() == 60.0


def test_claim_when_others_use_the_same_minute_then_it_leaves_them_room(clock: Any) -> None:
    allowance = _allowance(clock)
    assert allowance.claim() == 0.0
    allowance.observe(Allowance(minute_left=5))  # 55 used, one of them ours
    assert [allowance.claim() for _ in range(3)] == [0.0] * 3
    assert allowance.claim() > 0
    allowance.observe(Allowance(minute_left=56))  # a new window: only ours are in it
    assert allowance.claim() == 0.0


def test_claim_when_blocked_then_it_waits_as_long_as_xero_said(clock: Any) -> None:
    allowance = _allowance(clock)
    allowance.observe(Allowance(problem="minute", blocked_seconds=33))
    assert allowance.claim() == 33.0
    clock.advance(33)
    assert allowance.claim() == 0.0


def test_claim_when_the_day_nears_its_end_then_the_reserve_stays(clock: Any) -> None:
    allowance = MemoryAllowance(_app(calls_per_day=20, calls_per_minute=1000), clock, reserve=5)
    for _ in range(15):
        assert allowance.claim() == 0.0
    with pytest.raises(DayLimitReached) as caught:
        allowance.claim()
    assert caught.value.resume_at == clock() + timedelta(hours=24)
    clock.advance(hours=24)
    assert allowance.claim() == 0.0


def test_claim_when_xero_counts_fewer_left_then_xero_wins(clock: Any) -> None:
    allowance = MemoryAllowance(_app(), clock, reserve=0)
    allowance.observe(Allowance(day_left=1))
    assert allowance.claim() == 0.0
    with pytest.raises(DayLimitReached):
        allowance.claim()


def test_claim_when_the_day_was_spent_then_it_goes_on_when_xero_said(clock: Any) -> None:
    allowance = _allowance(clock)
    allowance.observe(Allowance(problem="day", day_spent=True, blocked_seconds=4000, day_left=0))
    with pytest.raises(DayLimitReached) as caught:
        allowance.claim()
    assert caught.value.resume_at == clock() + timedelta(seconds=4000)
    clock.advance(4000)
    assert allowance.claim() == 0.0


def test_claim_when_threads_race_then_none_is_granted_twice(clock: Any) -> None:
    allowance = _allowance(clock)
    granted: list[float] = []

    def take() -> None:
        granted.extend(wait for wait in (allowance.claim() for _ in range(20)) if wait == 0.0)

    threads = [threading.Thread(target=take) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == 58


def test_wait_when_claims_say_so_then_it_sleeps_in_short_slices(clock: Any) -> None:
    waits = iter([3.0, 0.2, 0.0])
    start = clock()
    Pace(lambda: next(waits), lambda _: None, sleep=clock.sleep, now=clock).wait()
    assert clock() - start == timedelta(seconds=3.2)


def test_wait_when_stopped_then_nothing_is_claimed(clock: Any) -> None:
    stop = threading.Event()
    stop.set()
    claimed: list[int] = []
    pace = Pace(lambda: claimed.append(1) or 0.0, lambda _: None, now=clock, stop=stop)
    with pytest.raises(Stopped):
        pace.wait()
    assert claimed == []


def test_app_when_printed_then_the_secret_is_hidden() -> None:
    assert "hush" not in repr(_app())
