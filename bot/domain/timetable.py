"""When something is due by the clock on the wall: times of day, weekdays, a zone. Pure.

A slot is named by its wall-clock time, so the hour that comes twice in autumn is one slot, and a time that
spring leaves out is moved forward by what was left out (RFC 5545, section 3.3.5, reads such times so).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVERY_DAY = frozenset(range(7))
WORKDAYS = frozenset(range(5))
_WEEK_AND_MORE = 15  # days looked at: one weekday a week, twice left out, is still found


@dataclass(frozen=True, slots=True)
class Slot:
    """One moment of a timetable; `key` is its wall-clock time, e.g. "2026-10-25T01:30"."""

    at: datetime
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """Times of day on some weekdays (Monday is 0) in an IANA zone; without times or weekdays: never."""

    times: tuple[time, ...]
    weekdays: frozenset[int] = EVERY_DAY
    zone: str = "UTC"

    def next_after(self, moment: datetime) -> Slot | None:
        """Give the first slot later than `moment`; None when there is never one."""
        return next((slot for slot in self._from(moment, 1) if slot.at > moment), None)

    def last_until(self, moment: datetime) -> Slot | None:
        """Give the last slot at or before `moment`; None when there is never one."""
        return next((slot for slot in self._from(moment, -1) if slot.at <= moment), None)

    def _from(self, moment: datetime, step: int) -> Iterator[Slot]:
        zone = ZoneInfo(self.zone)
        # From a day before (or after) where the moment falls, so that a slot moved over midnight is found.
        day = moment.astimezone(zone).date() - timedelta(days=step)
        times = sorted(set(self.times), reverse=step < 0)
        for _ in range(_WEEK_AND_MORE):
            if day.weekday() in self.weekdays:
                yield from (_slot(day, one, zone) for one in times)
            day += timedelta(days=step)


def _slot(day: date, at: time, zone: ZoneInfo) -> Slot:
    wall = datetime.combine(day, at.replace(second=0, microsecond=0, fold=0))
    return Slot(wall.replace(tzinfo=zone).astimezone(UTC), wall.strftime("%Y-%m-%dT%H:%M"))
