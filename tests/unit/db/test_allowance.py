"""Booking calls at Xero: never too many in a minute, never into the reserve of the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.db.allowance import Allowances
from bot.db.engine import Database
from bot.db.tables import Allowance
from bot.errors import DayLimitReached
from tests.conftest import Clock

Book = Callable[..., Allowances]


@pytest.fixture
def book(database: Database, clock: Clock) -> Book:
    def make(per_minute: int = 60, per_day: int = 5000, reserve: int = 500, span: float = 60.0) -> Allowances:
        return Allowances(
            database, per_minute=per_minute, minute_seconds=span, per_day=per_day, reserve=reserve, now=clock
        )

    return make


def _claim_all(allowances: Allowances, clock: Clock, wanted: int, tenant: str = "t") -> list[float]:
    """Claim until `wanted` calls are booked, waiting as told; give the times at which they went out."""
    times: list[float] = []
    while len(times) < wanted:
        wait = allowances.claim(tenant)
        if wait == 0:
            times.append(clock().timestamp())
        else:
            assert wait > 0
            clock.sleep(wait + 0.000001)  # the clock counts microseconds
    return times


def test_claims_when_nothing_was_called_yet_go_out_at_once_up_to_the_limit_less_two(book: Book) -> None:
    waits = [book().claim("t") for _ in range(59)]
    assert waits == [0.0] * 58 + [60.0]


def test_claim_when_the_oldest_call_is_a_minute_old_goes_out(book: Book, clock: Clock) -> None:
    allowances = book(per_minute=4)
    assert allowances.claim("t") == 0
    clock.advance(10)
    assert allowances.claim("t") == 0
    assert allowances.claim("t") == 50
    clock.advance(50)
    assert allowances.claim("t") == 0
    assert allowances.claim("t") == 10


def test_claims_when_of_different_organisations_do_not_wait_for_each_other(book: Book) -> None:
    allowances = book(per_minute=3)
    assert [allowances.claim(tenant) for tenant in ("a", "b", "a")] == [0, 0, 60]


def test_claims_when_made_by_several_processes_share_the_minute(book: Book) -> None:
    first, second = book(per_minute=4), book(per_minute=4)
    assert [first.claim("t"), second.claim("t"), first.claim("t")] == [0, 0, 60]


def test_two_hundred_calls_when_taken_as_allowed_last_as_long_as_they_must(book: Book, clock: Clock) -> None:
    times = _claim_all(book(), clock, 200)
    assert times[-1] - times[0] == pytest.approx(180, abs=0.01)


@given(
    pauses=st.lists(st.floats(0, 9), max_size=60),
    per_minute=st.integers(3, 12),
    phase=st.floats(0, 10, exclude_max=True),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_calls_when_in_any_order_and_phase_never_exceed_a_fixed_window(
    sqlite_database: Database, pauses: list[float], per_minute: int, phase: float
) -> None:
    clock, span = Clock(), 10.0
    with sqlite_database.session() as session:
        session.query(Allowance).delete()
    allowances = Allowances(
        sqlite_database, per_minute=per_minute, minute_seconds=span, per_day=10**6, reserve=0, now=clock
    )
    times: list[float] = []
    for pause in pauses:
        clock.advance(pause if pause > 4 else 0)
        if allowances.claim("t") == 0:
            times.append(clock().timestamp())
    windows: dict[int, int] = {}
    for time in times:
        window = int((time - phase) // span)
        windows[window] = windows.get(window, 0) + 1
    assert max(windows.values(), default=0) <= per_minute - 2
    for start in times:
        assert sum(1 for time in times if start <= time < start + span) <= per_minute - 2


def test_claim_when_xero_said_wait_waits_that_long(book: Book, clock: Clock) -> None:
    allowances = book()
    allowances.observe("t", blocked_seconds=17)
    assert allowances.claim("t") == 17
    clock.advance(17)
    assert allowances.claim("t") == 0


def test_claim_when_xero_counts_more_than_we_do_gives_less(book: Book, clock: Clock) -> None:
    allowances = book()
    assert allowances.claim("t") == 0
    allowances.observe("t", minute_left=5)  # 55 used: somebody else calls too
    assert [allowances.claim("t") for _ in range(4)] == [0, 0, 0, 60]
    clock.advance(60)
    assert allowances.claim("t") == 0


def test_claim_when_xero_counts_what_we_know_gives_no_less(book: Book) -> None:
    allowances = book()
    for used in range(1, 59):
        assert allowances.claim("t") == 0
        allowances.observe("t", minute_left=60 - used)
    assert allowances.claim("t") == 60


def test_answer_when_it_comes_late_does_not_book_its_call_twice(book: Book, clock: Clock) -> None:
    allowances = book(per_minute=12)
    for _ in range(10):
        assert allowances.claim("t") == 0
    clock.advance(61)  # over by our count; Xero's window may end a moment later
    allowances.observe("t", minute_left=2)
    assert [allowances.claim("t") for _ in range(10)] == [0.0] * 10


def test_clock_when_set_back_does_not_stop_calls_for_longer_than_a_minute(book: Book, clock: Clock) -> None:
    allowances = book(per_minute=3)
    assert allowances.claim("t") == 0
    clock.advance(-3600)
    wait = allowances.claim("t")
    assert 0 < wait <= 60
    clock.advance(wait)
    assert allowances.claim("t") == 0


def test_day_when_only_the_reserve_is_left_is_over(book: Book, clock: Clock) -> None:
    allowances, start = book(per_minute=1000, per_day=20, reserve=5), clock()
    for _ in range(15):
        assert allowances.claim("t") == 0
    with pytest.raises(DayLimitReached) as caught:
        allowances.claim("t")
    assert caught.value.resume_at == start + timedelta(days=1)
    assert book(per_minute=1000, per_day=20, reserve=0).claim("t") == 0  # a restore may use the reserve
    clock.advance(days=1)
    assert allowances.claim("t") == 0


def test_day_when_xero_says_less_is_left_follows_xero(book: Book) -> None:
    allowances = book()
    assert allowances.claim("t") == 0
    allowances.observe("t", day_left=100)
    with pytest.raises(DayLimitReached):
        allowances.claim("t")


def test_day_when_xero_shows_a_smaller_tier_then_keeps_a_share_of_that(book: Book) -> None:
    allowances = book(per_day=100_000, reserve=10_000)
    assert allowances.claim("t") == 0
    allowances.observe("t", day_left=4999)
    assert allowances.claim("t") == 0
    allowances.observe("t", day_left=500)
    assert allowances.claim("t") == 0  # it looks like a Starter's day, of which a tenth is kept
    allowances.observe("t", day_left=100)
    with pytest.raises(DayLimitReached):
        allowances.claim("t")


def test_day_when_spent_resumes_when_xero_said(book: Book, clock: Clock) -> None:
    allowances, resume_at = book(), clock() + timedelta(seconds=66975)
    allowances.observe("t", day_left=0, blocked_seconds=66975, day_spent=True)
    with pytest.raises(DayLimitReached) as caught:
        allowances.claim("t")
    assert caught.value.resume_at == resume_at
    clock.advance(66975)
    assert allowances.claim("t") == 0
    assert allowances.left("t").used_today == 1


def test_day_when_spent_without_a_hint_resumes_within_a_day(book: Book, clock: Clock) -> None:
    allowances = book()
    allowances.observe("t", day_spent=True)
    with pytest.raises(DayLimitReached) as caught:
        allowances.claim("t")
    assert clock() < caught.value.resume_at <= clock() + timedelta(days=1)


def test_day_when_many_more_calls_are_left_than_before_has_begun_anew(book: Book, clock: Clock) -> None:
    allowances = book()
    for _ in range(3):
        allowances.claim("t")
    allowances.observe("t", day_left=900)
    clock.advance(hours=5)
    allowances.claim("t")
    allowances.observe("t", day_left=4999)
    left = allowances.left("t")
    assert (left.used_today, left.day_left) == (1, 4999)
    assert left.resume_at == clock() + timedelta(days=1)


def test_day_when_answers_overtake_each_other_has_not_begun_anew(book: Book) -> None:
    allowances = book()
    for _ in range(9):
        allowances.claim("t")
    for day_left in (4995, 4991, 4994, 4993):
        allowances.observe("t", day_left=day_left)
    assert allowances.left("t").used_today == 9


def test_reserve_when_larger_than_the_allowance_leaves_half_of_it(book: Book) -> None:
    allowances = book(per_minute=100, per_day=10, reserve=500)
    assert [allowances.claim("t") for _ in range(5)] == [0.0] * 5
    with pytest.raises(DayLimitReached):
        allowances.claim("t")


def test_left_when_nothing_is_known_says_so_and_stores_nothing(book: Book, database: Database) -> None:
    left = book().left("t")
    assert (left.used_today, left.day_left) == (0, None)
    with database.reading() as session:
        assert session.get(Allowance, "t") is None


def test_refused_claim_when_the_day_is_over_books_nothing(book: Book, clock: Clock) -> None:
    allowances = book()
    allowances.observe("t", day_left=0)
    before: datetime = allowances.left("t").resume_at
    clock.advance(60)
    with pytest.raises(DayLimitReached):
        allowances.claim("t")
    assert allowances.left("t").used_today == 0
    assert allowances.left("t").resume_at == before
