"""Add postings up: per account up to a day, and as a trial balance of that day would show it. Pure.

Memory grows with accounts and with the days asked about, never with the number of postings.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from bot.ledger.chart import Chart
from bot.ledger.model import RETAINED, ZERO, AccountKey, Posting

_Sums = dict[AccountKey, Decimal]


def balances(postings: Iterable[Posting], upto: date) -> Mapping[AccountKey, Decimal]:
    """Sum what was posted up to and on a day, by account; debits are positive."""
    sums: _Sums = {}
    for posting in postings:
        if posting.on <= upto:
            for account, value in posting.sides:
                sums[account] = sums.get(account, ZERO) + value
    return sums


class Balances:
    """Sums per account for the days of some trial balances, told beforehand."""

    def __init__(self, chart: Chart, days: Iterable[date]) -> None:
        self._chart = chart
        wanted = set(days)
        before = {chart.company.year_start(one) - timedelta(days=1) for one in wanted}
        self._cuts = sorted(wanted | before)
        self._sums: dict[int, _Sums] = defaultdict(dict)
        self._bins: dict[date, _Sums] = {}

    def add(self, postings: Iterable[Posting]) -> None:
        """Add postings; those after the last day are kept apart."""
        bins = self._bins
        for on, _currency, sides in postings:
            sums = bins.get(on)
            if sums is None:
                sums = bins[on] = self._sums[bisect_left(self._cuts, on)]
            for account, value in sides:
                sums[account] = sums.get(account, ZERO) + value

    def standing(self, day: date) -> dict[AccountKey, Decimal]:
        """Give every balance as a trial balance of that day shows it; raises KeyError for a day not told.

        Accounts of profit and loss hold the financial year so far, and what earlier years left is in retained
        earnings.
        """
        if day not in self._cuts:
            raise KeyError(day)
        start = bisect_left(self._cuts, self._chart.company.year_start(day))
        shown: _Sums = {}
        earned = ZERO
        for number in range(bisect_left(self._cuts, day) + 1):
            for account, value in self._sums.get(number, {}).items():
                if number < start and self._chart.is_profit(account):
                    earned += value
                else:
                    shown[account] = shown.get(account, ZERO) + value
        if earned:
            retained = self._chart.role(RETAINED)
            shown[retained] = shown.get(retained, ZERO) + earned
        return shown
