"""Call limits: windows, calls at once, headers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from bot.sandbox.xero.limits import MOST_AT_ONCE, Limits

TENANT = "80000000-0000-4000-a000-000000000000"


def test_minute_when_used_up_then_429_with_headers_and_an_empty_body_until_the_window_turns(
    open_desk: Callable[..., Any], clock: Any
) -> None:
    caller = open_desk(now=clock, calls_per_minute=3).link()
    assert [caller.get("Organisation").headers["x-minlimit-remaining"] for _ in range(3)] == ["2", "1", "0"]
    refused = caller.get("Organisation")
    assert (refused.status_code, refused.content) == (429, b"")
    assert refused.headers["x-rate-limit-problem"] == "minute"
    wait = int(refused.headers["retry-after"])
    assert 1 <= wait <= 60
    clock.advance(wait - 1)
    assert caller.get("Organisation").status_code == 429
    clock.advance(1)
    assert caller.get("Organisation").headers["x-minlimit-remaining"] == "2"


def test_day_when_used_up_then_429_day_with_a_long_wait(open_desk: Callable[..., Any], clock: Any) -> None:
    desk = open_desk(now=clock, calls_per_day=2)
    caller = desk.link()
    assert [caller.get("Organisation").status_code for _ in range(3)] == [200, 200, 429]
    refused = caller.get("Organisation")
    assert refused.headers["x-rate-limit-problem"] == "day"
    assert refused.headers["x-daylimit-remaining"] == "0"
    clock.advance(int(refused.headers["retry-after"]))
    assert desk.link().get("Organisation").status_code == 200


def test_windows_when_two_organisations_exist_then_each_has_its_own_count_and_phase(
    open_desk: Callable[..., Any], clock: Any
) -> None:
    desk = open_desk(now=clock, calls_per_minute=1, organisations=("nz", "empty"))
    one, other = desk.link("nz"), desk.link("empty")
    assert one.get("Organisation").status_code == 200
    assert other.get("Organisation").status_code == 200
    waits = {int(caller.get("Organisation").headers["retry-after"]) for caller in (one, other)}
    assert len(waits) == 2


def test_refused_token_when_answered_then_costs_no_call(desk: Any) -> None:
    caller = desk.link()
    before = int(caller.get("Organisation").headers["x-daylimit-remaining"])
    caller.get("Organisation", headers={"Authorization": "Bearer x"})
    assert int(caller.get("Organisation").headers["x-daylimit-remaining"]) == before - 1


def test_calls_at_once_when_a_sixth_arrives_then_429_concurrent_without_retry_after(desk: Any) -> None:
    caller = desk.link()
    statuses: list[int] = []
    # The organisation's lock keeps five calls inside; the sixth finds the house full.
    caller.org.lock.acquire()
    threads = [
        threading.Thread(target=lambda: statuses.append(caller.get("Users").status_code)) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    while desk.xero.limits.flying[caller.org.tenant_id] < MOST_AT_ONCE:
        time.sleep(0.005)
    refused = caller.get("Organisation")
    caller.org.lock.release()
    for thread in threads:
        thread.join()
    assert refused.status_code == 429
    assert refused.headers["x-rate-limit-problem"] == "concurrent"
    assert "retry-after" not in refused.headers
    assert statuses == [200] * 5
    assert caller.get("Organisation").status_code == 200


def test_app_minute_when_used_up_then_its_own_problem_word(clock: Any) -> None:
    limits = Limits(clock, 60, 1_000_000, 1_000_000)
    limits.add(TENANT)
    limits.app.allowed = 1
    assert limits.enter(TENANT).problem == ""
    limits.leave(TENANT)
    assert limits.enter(TENANT).problem == "appminute"


def test_minute_seconds_when_short_then_the_window_is_short(
    open_desk: Callable[..., Any], clock: Any
) -> None:
    caller = open_desk(now=clock, calls_per_minute=1, minute_seconds=2).link()
    caller.get("Organisation")
    assert int(caller.get("Organisation").headers["retry-after"]) <= 2
    clock.advance(2)
    assert caller.get("Organisation").status_code == 200
