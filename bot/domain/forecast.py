"""When will a size limit be reached, going by what past backups counted? Pure values and one estimate.

Growth is the median of what was added over seven days, taken for every day of the history. Seven days hold
one of each weekday, so weekends do not matter; a median does not see a bulk import: one jump between the
backups of two neighbouring days touches seven of at least fifteen such spans, which is less than half.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from math import ceil
from statistics import median

from bot.domain.limits import LimitReading

ENOUGH_DAYS = 21  # from the first point to the last: fifteen spans of a week
ENOUGH_POINTS = 5
LOOK_BACK = timedelta(days=120)
FARTHEST = timedelta(days=3653)  # ten years: beyond that a date says nothing
_WEEK = 7
_MONTH = 365.25 / 12
_SLIP = 1e-9  # a date must not move a day for the last bit of a fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthPoint:
    """What stood on one day (UTC): counts by key of the size limit, snapshots kept and their bytes."""

    day: date
    counts: Mapping[str, int] = field(default_factory=dict)
    snapshots: int = 0
    bytes_kept: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthSeries:
    """The history of one organisation, oldest first, one point a day at most."""

    organisation_id: str
    points: tuple[GrowthPoint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Where one limit is heading.

    `reaches_at` is None for no growth, for more than ten years, for a limit reached already (the reading says
    so), and without enough history. `per_month` may be negative; None without enough history.
    """

    limit: LimitReading
    reaches_at: date | None = None
    per_month: float | None = None
    enough_history: bool = False


def forecast(limit: LimitReading, history: Sequence[tuple[date, int]]) -> Forecast:
    """Say when a limit is reached if the last 120 days go on; `history` is by day, oldest first."""
    recent = [one for one in history if history[-1][0] - one[0] <= LOOK_BACK]
    if not has_enough(recent):
        return Forecast(limit=limit)
    per_day = _weekly(recent) / _WEEK
    return Forecast(
        limit=limit,
        reaches_at=_date(limit, recent[-1][0], per_day),
        per_month=per_day * _MONTH,
        enough_history=True,
    )


def has_enough(history: Sequence[tuple[date, int]]) -> bool:
    """Say whether a history is long and dense enough to say anything."""
    if len(history) < ENOUGH_POINTS:
        return False
    return (history[-1][0] - history[0][0]).days >= ENOUGH_DAYS


def _weekly(history: Sequence[tuple[date, int]]) -> float:
    """Give the median of what seven days added."""
    daily = _daily(history)
    return median(later - earlier for earlier, later in zip(daily, daily[_WEEK:], strict=False))


def _daily(history: Sequence[tuple[date, int]]) -> list[float]:
    """Give a number for every day; between two backups that are days apart it rises evenly."""
    found: list[float] = [history[0][1]]
    for (before, low), (after, high) in pairwise(history):
        days = (after - before).days
        found += [low + (high - low) * step / days for step in range(1, days + 1)]
    return found


def _date(limit: LimitReading, today: date, per_day: float) -> date | None:
    left = limit.limit - (limit.count or 0)
    if limit.count is None or left <= 0 or per_day <= 0:
        return None
    days = left / per_day
    return today + timedelta(days=ceil(days - _SLIP)) if days <= FARTHEST.days else None
