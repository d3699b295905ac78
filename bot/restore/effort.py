"""What a restore costs: calls to Xero, waiting, days. Pure arithmetic over counts.

Reading back is a backup of the target: one call for each collection, one more for each further page, one for
each group, and the trial balances of fourteen days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from bot.catalogue import RESOURCES, reading_now
from bot.catalogue.model import Reading, Resource, Rhythm
from bot.domain.restore_plan import Effort
from bot.restore.selecting import restorable
from bot.restore.target import TargetState
from bot.xero.sizing import least_calls

_KEPT_BACK = 10  # one in so many calls of a day
_SPARED = 2  # of each minute
_CHECKS = 2  # the target is read twice: for the plan, and again just before the first write
_WRITTEN = frozenset(restorable())


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAllowance:
    """What the app may call: each minute, each day, and what Xero said is left of today (None: unknown).

    A tenth of each day is kept back for people who ask, and two calls of each minute are spared.
    """

    calls_per_minute: int
    calls_per_day: int
    calls_left_today: int | None = None

    @property
    def minute(self) -> int:
        """Give the calls that go out in a minute."""
        return max(1, self.calls_per_minute - _SPARED)

    @property
    def day(self) -> int:
        """Give the calls of a whole day that a restore may use."""
        return max(1, self.calls_per_day - self._kept_back)

    @property
    def today(self) -> int:
        """Give the calls that a restore may still use today."""
        left = self.calls_per_day if self.calls_left_today is None else self.calls_left_today
        return max(0, left - self._kept_back)

    @property
    def _kept_back(self) -> int:
        return self.calls_per_day // _KEPT_BACK


def effort(writes: int, expected: Mapping[str, int], target: TargetState, allowance: DayAllowance) -> Effort:
    """Work out the effort; `expected` says how many records of each resource the target will then have."""
    reads = _CHECKS * target.calls + read_back_calls(expected, target.scopes, target.facts.country)
    calls = writes + reads
    return Effort(
        calls_write=writes,
        calls_read=reads,
        seconds=_waiting(calls, allowance),
        days=1 + ceil(max(0, calls - allowance.today) / allowance.day),
        calls_per_day=allowance.calls_per_day,
        calls_left_today=allowance.calls_left_today,
    )


def read_back_calls(expected: Mapping[str, int], scopes: frozenset[str], country: str = "") -> int:
    """Count the calls of a backup of a restored organisation.

    `expected` counts the copy's records; what no restore writes will not be there to be read. What is filled
    up record by record has its turn another night.
    """
    there = {key: count for key, count in expected.items() if key in _WRITTEN}
    opted = [
        key for key, one in RESOURCES.items() if one.reading is Reading.OPT_IN and _is_allowed(one, scopes)
    ]
    now = (one for one in reading_now(opted) if one.rhythm is not Rhythm.FILLED)
    here = (one for one in now if not country or not one.countries or country in one.countries)
    read = [one for one in here if _is_allowed(one, scopes)]
    return least_calls(read, there, there)  # a parent's children cost one call each


def _is_allowed(resource: Resource, scopes: frozenset[str]) -> bool:
    return resource.read is not None and not scopes.isdisjoint(resource.read.scopes)


def _waiting(calls: int, allowance: DayAllowance) -> int:
    """Give the seconds that Xero's minute makes one wait: a minute's calls go at once, the days are apart."""
    days, rest = divmod(max(0, calls - min(calls, allowance.today)), allowance.day)
    stretches = [min(calls, allowance.today), *[allowance.day] * days, rest]
    return sum(60 * (max(0, one - 1) // allowance.minute) for one in stretches)
