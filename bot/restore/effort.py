"""What a restore costs: calls to Xero, waiting, days. Pure arithmetic over counts.

Reading back is a backup of the target: one call for each collection, one more for each further page, one for
each group and budget, and the trial balances of fourteen days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from bot.catalogue import reading_now
from bot.catalogue.model import Paging
from bot.domain.restore import Effort
from bot.restore.target import TargetState

_CHECKS = 2  # the target is read twice: for the plan, and again just before the first write


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAllowance:
    """What the app may call: each minute, each day, and what Xero said is left of today (None: unknown)."""

    calls_per_minute: int
    calls_per_day: int
    calls_left_today: int | None = None


def effort(writes: int, expected: Mapping[str, int], target: TargetState, allowance: DayAllowance) -> Effort:
    """Work out the effort; `expected` says how many records of each resource the target will then have."""
    reads = _CHECKS * target.calls + read_back_calls(expected, target.scopes)
    calls = writes + reads
    left = allowance.calls_per_day if allowance.calls_left_today is None else allowance.calls_left_today
    return Effort(
        calls_write=writes,
        calls_read=reads,
        seconds=_waiting(calls, allowance.calls_per_minute),
        days=1 + max(0, ceil((calls - left) / max(1, allowance.calls_per_day))),
        calls_per_day=allowance.calls_per_day,
        calls_left_today=allowance.calls_left_today,
    )


def read_back_calls(expected: Mapping[str, int], scopes: frozenset[str]) -> int:
    """Count the calls of a backup that holds so many records of each resource."""
    return sum(
        _calls(one.key, expected)
        for one in reading_now()
        if one.read and scopes.intersection(one.read.scopes)
    )


def _calls(key: str, expected: Mapping[str, int]) -> int:
    read = next(one.read for one in reading_now() if one.key == key)
    if read is None:
        return 0
    count = expected.get(key, 0)
    if read.paging is Paging.REPORT:
        return 1 + (read.dates.month_ends if read.dates else 0)
    if read.paging is Paging.PER_PARENT:
        return expected.get(read.parent, 0)
    if read.paging is Paging.SIZED:
        return max(1, ceil(count / (read.page_size or 1000)))
    if read.paging is Paging.FIXED:
        return count // (read.page_size or 100) + 1  # until a short page
    return max(1, len(read.passes))


def _waiting(calls: int, per_minute: int) -> int:
    """Give the seconds that Xero's minute makes one wait: the first minute's calls go at once."""
    return round(max(0, calls - per_minute) / max(1, per_minute) * 60)
