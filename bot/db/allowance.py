"""Xero's limits per organisation, shared by all processes: may this call go out now, and if not, when?

Xero allows so many calls a minute, in windows that start at a moment nobody is told, and so many a day
(developer.xero.com/documentation/best-practices/api-call-efficiencies/rate-limits). We keep the times of the
last minute's calls and let a call go when fewer than the limit, less two, lie within any span of that length.
Whatever the phase of Xero's windows, none can then hold too many. The two spare calls cover the moments a
call travels.

Why a log and not a rate (a token bucket or GCRA): both keep the promise, but a rate of 58 a minute spreads 50
calls over most of a minute, while a log lets them go at once. A small organisation is read in one burst, in
seconds, and still can never exceed its minute. The log has at most some 58 numbers, so a row holds it.

Days: Xero's day begins at another time for each organisation and is learned from its answers. What Xero says
in an answer wins over our own count. Nothing here sleeps or calls Xero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.db.once import insert_once
from bot.db.tables import Allowance
from bot.domain.tier import day_of
from bot.errors import DayLimitReached

SPARE_CALLS = 2
_DAY = timedelta(hours=24)
_JUMP = 20  # answers overtake each other by a few calls; so many more left means that a new day began at Xero
_LATE = 1.1  # an answer tells of calls that arrived a little after they were booked


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left of the day; `day_left` is None until Xero said it today."""

    used_today: int
    day_left: int | None
    resume_at: datetime  # when the day is over at the latest


class Allowances:
    """Books calls; every method is one short unit of work."""

    def __init__(
        self,
        db: Database,
        *,
        per_minute: int,
        minute_seconds: float,
        per_day: int,
        reserve: int,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._now = db, now
        self._limit, self._most = per_minute, max(1, per_minute - SPARE_CALLS)
        self._span, self._per_day = minute_seconds, per_day
        self._reserve = min(reserve, per_day // 2)  # a small allowance must not be all reserve

    def claim(self, tenant_id: str) -> float:
        """Book one call: 0.0 when it may go out now, else the seconds to wait before asking again.

        Raises DayLimitReached when the day is spent, or only the reserve of it is left.
        """
        now = self._now()
        with self._db.session() as session:
            row = _held(session, tenant_id)
            _begin_day(row, now)
            self._require_day(row, now)
            wait = self._wait(row, now.timestamp())
            if wait <= 0:
                _book(row, now)
            return max(0.0, wait)

    def observe(
        self,
        tenant_id: str,
        *,
        day_left: int | None = None,
        minute_left: int | None = None,
        blocked_seconds: float | None = None,
        day_spent: bool = False,
    ) -> None:
        """Learn from one answer: `X-DayLimit-Remaining`, `X-MinLimit-Remaining`, `Retry-After` in seconds.

        `day_spent` says that a 429 was about the day, not the minute.
        """
        now = self._now()
        with self._db.session() as session:
            row = _held(session, tenant_id)
            _begin_day(row, now)
            if day_left is not None:
                _learn_day(row, day_left, now)
            if minute_left is not None:
                self._learn_minute(row, minute_left, now.timestamp())
            if blocked_seconds is not None and blocked_seconds > 0:
                row.blocked_until = max(row.blocked_until, now.timestamp() + blocked_seconds)
            if day_spent:
                _spend_day(row, blocked_seconds, now)

    def left(self, tenant_id: str) -> Left:
        """Tell what is left of the day, for people; changes nothing."""
        now = self._now()
        with self._db.reading() as session:
            row = session.get(Allowance, tenant_id) or Allowance(**_fresh(tenant_id))
            session.expunge_all()
        _begin_day(row, now)
        return Left(used_today=row.used_today, day_left=row.day_left, resume_at=_day_end(row))

    def _require_day(self, row: Allowance, now: datetime) -> None:
        left = self._per_day - row.used_today
        if row.day_left is not None:
            left = min(left, row.day_left)
        # A share of the day is kept for people; of a smaller day than configured, a smaller one.
        day = day_of(self._per_day, used=row.used_today, left=row.day_left)
        if left <= self._reserve * day // self._per_day:
            raise DayLimitReached(max(_day_end(row), now))

    def _wait(self, row: Allowance, now: float) -> float:
        times = _within(row.recent, now, self._span)
        row.recent = _within(row.recent, now, self._span * _LATE)
        blocked = row.blocked_until - now
        if len(times) < self._most:
            return blocked
        return max(blocked, times[-self._most] + self._span - now)

    def _learn_minute(self, row: Allowance, minute_left: int, now: float) -> None:
        """Where Xero counted more calls than we know of, somebody else made them: book those too."""
        known = _within(row.recent, now, self._span * _LATE)
        unknown = (self._limit - minute_left) - len(known)
        row.recent = known + [now] * max(0, unknown)


def _held(session: Session, tenant_id: str) -> Allowance:
    """Hold an organisation's row, which is made once: each call to Xero books here."""
    row = session.get(Allowance, tenant_id, with_for_update=True)
    if row is None:
        insert_once(session, Allowance, **_fresh(tenant_id))
        row = session.get_one(Allowance, tenant_id, with_for_update=True)
    return row


def _fresh(tenant_id: str) -> dict[str, object]:
    return {"tenant_id": tenant_id, "recent": [], "blocked_until": 0.0, "day": "", "used_today": 0}


def _within(times: list[float], now: float, span: float) -> list[float]:
    """Keep the times of the last `span` seconds; a clock that was set back makes none of them lie ahead."""
    return [min(one, now) for one in times if now - one < span]


def _book(row: Allowance, now: datetime) -> None:
    row.recent = [*row.recent, now.timestamp()]
    row.used_today += 1


def _day_end(row: Allowance) -> datetime:
    return datetime.fromisoformat(row.day) + _DAY


def _begin_day(row: Allowance, now: datetime) -> None:
    """Start to count anew when the day is over; its first call is the latest moment it can have begun."""
    if not row.day or now >= _day_end(row):
        row.day, row.used_today, row.day_left = now.astimezone(UTC).isoformat(), 0, None


def _learn_day(row: Allowance, day_left: int, now: datetime) -> None:
    if row.day_left is not None and day_left > row.day_left + _JUMP:
        row.day, row.used_today = now.astimezone(UTC).isoformat(), 1
    row.day_left, row.day_seen_at = day_left, now


def _spend_day(row: Allowance, blocked_seconds: float | None, now: datetime) -> None:
    """Nothing is left; with `Retry-After` Xero told when its day ends."""
    row.day_left, row.day_seen_at = 0, now
    if blocked_seconds is not None and blocked_seconds > 0:
        end = now + timedelta(seconds=blocked_seconds)
        row.day = (end - _DAY).astimezone(UTC).isoformat()
