"""An allowance kept in memory, for tools and tests; the bot's own is in the database, between processes."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.errors import DayLimitReached
from bot.xero.app import XeroApp
from bot.xero.limits import Allowance

_DAY = timedelta(hours=24)
_SPARE_CALLS = 2  # calls may reach Xero closer together than they were claimed


class MemoryAllowance:
    """Grant calls by a sliding log: whatever the phase of Xero's window, no window sees more than the limit.

    `reserve` calls of the day are kept back for others, a tenth unless told. What Xero says in its headers
    wins where it is less.
    """

    def __init__(self, app: XeroApp, now: Callable[[], datetime], *, reserve: int | None = None) -> None:
        self._limit = max(1, app.calls_per_minute - _SPARE_CALLS)
        self._calls_per_minute, self._calls_per_day = app.calls_per_minute, app.calls_per_day
        self._window = timedelta(seconds=app.minute_seconds)
        self._reserve = app.calls_per_day // 10 if reserve is None else reserve
        self._now, self._lock = now, threading.Lock()
        self._granted: deque[datetime] = deque()
        self._foreign, self._foreign_until = 0, now()
        self._blocked_until = now()
        self._day_ends, self._day_left = now() + _DAY, app.calls_per_day
        self._day_spent_until: datetime | None = None

    def claim(self) -> float:
        """Take one call, or say how many seconds to wait first. Raises DayLimitReached."""
        with self._lock:
            now = self._now()
            self._look_at_day(now)
            wait = max(self._blocked_until - now, self._until_free(now)).total_seconds()
            if wait > 0:
                return wait
            self._granted.append(now)
            self._day_left -= 1
            return 0.0

    def observe(self, allowance: Allowance) -> None:
        """Correct the counts by what Xero said."""
        with self._lock:
            now = self._now()
            if allowance.day_left is not None:
                self._day_left = min(self._day_left, allowance.day_left)
            if allowance.minute_left is not None:
                self._note_foreign(now, allowance.minute_left)
            blocked_until = now + timedelta(seconds=allowance.blocked_seconds)
            if allowance.day_spent:
                self._day_spent_until = max(blocked_until, now + self._window)
            elif allowance.problem:
                self._blocked_until = max(self._blocked_until, blocked_until)

    def _look_at_day(self, now: datetime) -> None:
        if self._day_spent_until and now < self._day_spent_until:
            raise DayLimitReached(self._day_spent_until)
        if now >= self._day_ends or self._day_spent_until:
            self._day_ends, self._day_left = now + _DAY, self._calls_per_day
            self._day_spent_until = None
        if self._day_left <= self._reserve:
            raise DayLimitReached(self._day_ends)

    def _until_free(self, now: datetime) -> timedelta:
        while self._granted and now - self._granted[0] >= self._window:
            self._granted.popleft()
        foreign = self._foreign if now < self._foreign_until else 0
        if len(self._granted) + foreign < self._limit:
            return timedelta(0)
        frees = [self._granted[0] + self._window] if self._granted else []
        frees += [self._foreign_until] if foreign else []
        return min(frees) - now

    def _note_foreign(self, now: datetime, minute_left: int) -> None:
        # Other programs may use the same app and organisation: what Xero counts beyond our own log is theirs.
        self._foreign = max(0, self._calls_per_minute - minute_left - len(self._granted))
        self._foreign_until = now + self._window
