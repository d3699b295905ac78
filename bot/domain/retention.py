"""Which snapshots are kept and why. Pure: it looks at numbers and times, never at a vault.

Everything is counted back from the newest snapshot, or from now when that is earlier: a clock that runs ahead
makes nothing look old. Days, months and years are those of the organisation's zone, and only those that have
a snapshot count, so a pause in backing up loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.settings import Retention


class KeepReason(StrEnum):
    """Why a snapshot is kept."""

    NEWEST = "newest"
    NEWEST_COMPLETE = "newest complete"
    FUTURE = "dated in the future"
    RECENT = "recent"
    DAILY = "last of its day"
    MONTHLY = "last of its month"
    YEARLY = "last of its year"
    RESTORE = "needed by a restore that is not over"


class Taken(NamedTuple):
    """A snapshot as the policy sees it; `complete`: every resource was read to its end."""

    number: int
    taken_at: datetime
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """Snapshot numbers that are kept, each with its reasons, and those that are not, oldest first."""

    kept: Mapping[int, tuple[KeepReason, ...]]
    dropped: tuple[int, ...]

    def but(self, numbers: Collection[int]) -> Decision:
        """Keep these, too: restores that are not over need them."""
        needed = {one: (KeepReason.RESTORE,) for one in self.dropped if one in numbers}
        return Decision({**self.kept, **needed}, tuple(one for one in self.dropped if one not in needed))


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneReport:
    """What retention did to one organisation's copies; counts of snapshots, bytes of stored files.

    `due`: snapshots that the policy no longer keeps, dropped or not. `refused` says in a sentence why nothing
    was dropped, `problems` what was found damaged. `swept` counts leftovers of broken backups.
    """

    dropped: int = 0
    kept: int = 0
    due: int = 0
    objects_deleted: int = 0
    bytes_freed: int = 0
    bytes_waiting: int = 0
    waiting_until: datetime | None = None
    swept: int = 0
    refused: str = ""
    problems: tuple[str, ...] = ()


def keep(
    snapshots: Sequence[Taken | tuple[int, datetime]], retention: Retention, zone: str, now: datetime
) -> Decision:
    """Decide what is kept: all of some days, then the last of each day, month and year."""
    known = sorted((Taken(*one) for one in snapshots), key=lambda one: (one.taken_at, one.number))
    reasons: dict[int, list[KeepReason]] = {}
    for number, reason in _reasons(known, retention, ZoneInfo(zone), now):
        reasons.setdefault(number, []).append(reason)
    numbers = sorted(one.number for one in known)
    return Decision(
        kept={number: tuple(reasons[number]) for number in numbers if number in reasons},
        dropped=tuple(number for number in numbers if number not in reasons),
    )


def _reasons(
    known: list[Taken], retention: Retention, zone: ZoneInfo, now: datetime
) -> Iterator[tuple[int, KeepReason]]:
    if not known:
        return
    yield max(one.number for one in known), KeepReason.NEWEST
    complete = [one.number for one in known if one.complete]
    if complete:
        yield max(complete), KeepReason.NEWEST_COMPLETE
    yield from ((one.number, KeepReason.FUTURE) for one in known if one.taken_at > now)
    past = [one for one in known if one.taken_at <= now]
    yield from _recent(past, retention.all_days, zone)
    for reason, count, bucket in (
        (KeepReason.DAILY, retention.daily, _day),
        (KeepReason.MONTHLY, retention.monthly, _month),
        (KeepReason.YEARLY, retention.yearly, _year),
    ):
        yield from ((number, reason) for number in _last_of_each(past, count, bucket, zone))


def _recent(past: list[Taken], days: int, zone: ZoneInfo) -> Iterator[tuple[int, KeepReason]]:
    """Keep what is at most that many calendar days older than the newest, or that many times 24 hours."""
    if not past or days <= 0:
        return
    newest = past[-1].taken_at
    first = newest.astimezone(zone).date() - timedelta(days=days)
    for one in past:
        if one.taken_at.astimezone(zone).date() >= first or newest - one.taken_at <= timedelta(days=days):
            yield one.number, KeepReason.RECENT


def _last_of_each(
    past: list[Taken], count: int, bucket: Callable[[date], tuple[int, ...]], zone: ZoneInfo
) -> Iterator[int]:
    last: dict[tuple[int, ...], int] = {}
    for one in past:
        last[bucket(one.taken_at.astimezone(zone).date())] = one.number
    for key in sorted(last, reverse=True)[: max(count, 0)]:
        yield last[key]


def _day(day: date) -> tuple[int, ...]:
    return day.year, day.month, day.day


def _month(day: date) -> tuple[int, ...]:
    return day.year, day.month


def _year(day: date) -> tuple[int, ...]:
    return (day.year,)
