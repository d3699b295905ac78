"""When something is due by the clock on the wall: times of day, weekdays, a zone. Pure.

A slot is named by its wall-clock time, so the hour that comes twice in autumn is one slot, and a time that
spring leaves out is moved forward by what was left out (RFC 5545, section 3.3.5, reads such times so).
"""

from __future__ import annotations

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
        later = self._nearest(moment, 1)
        return min(later, key=lambda slot: (slot.at, slot.key), default=None)

    def last_until(self, moment: datetime) -> Slot | None:
        """Give the last slot at or before `moment`; None when there is never one."""
        past = self._nearest(moment, -1)
        newest = max((slot.at for slot in past), default=None)
        return min((slot for slot in past if slot.at == newest), key=lambda slot: slot.key, default=None)

    def _nearest(self, moment: datetime, step: int) -> list[Slot]:
        """List the slots of the nearest two days that have any on the wanted side of a moment.

        Two, and a day around the moment's own, because a time that spring leaves out is moved behind later
        times of its day, or over midnight. Where two times fall together so, the earlier names the slot.
        """
        zone, found = ZoneInfo(self.zone), []
        day, days_with = moment.astimezone(zone).date() - timedelta(days=step), 0
        for _ in range(_WEEK_AND_MORE):
            if day.weekday() in self.weekdays:
                some = [_slot(day, one, zone) for one in self.times]
                wanted = [slot for slot in some if (slot.at > moment) is (step > 0)]
                found += wanted
                days_with += bool(wanted)
                if days_with == 2:
                    break
            day += timedelta(days=step)
        return found


def _slot(day: date, at: time, zone: ZoneInfo) -> Slot:
    wall = datetime.combine(day, at.replace(second=0, microsecond=0, fold=0))
    return Slot(wall.replace(tzinfo=zone).astimezone(UTC), wall.strftime("%Y-%m-%dT%H:%M"))
