"""Which balances of a restored organisation cannot be foreseen to the cent, and from which day on. Pure.

Three things make an amount uncertain: Xero revalues what is open in other currencies at rates that no copy
tells, so lost documents in other currencies change its revaluation; records that come back changed may post
other amounts; and stock is valued by Xero alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.ledger import AccountKey, Chart, Posting
from bot.ledger.model import PAYABLE, RECEIVABLE, RETAINED, REVALUED, UNREALISED
from bot.restore.source import decode

FOREIGN = "Documents in other currencies do not come back, so Xero revalues less."
EARLIER = "It holds currency gains of earlier years, which no trial balance of the copy tells apart."
CHANGED = "Records that move this account come back changed, or Xero works their worth out anew."
# The roles of accounts that Xero's revaluation touches, beside bank accounts in other currencies.
_REVALUED = (RECEIVABLE, PAYABLE, UNREALISED, REVALUED)
_TRANSFERS, _HALVES = "bank_transfers", "bank_transactions"
_LEGS = ("FromBankTransactionID", "ToBankTransactionID")
Moved = Mapping[str, Collection[str]]


class Uncertain:
    """Gathers while records are weighed; answers for any day."""

    def __init__(self, chart: Chart, moved: Moved) -> None:
        self._chart = chart
        self._moved: defaultdict[str, set[str]] = defaultdict(set)
        for resource, ids in moved.items():
            self._moved[resource] = set(ids)
        self._since: defaultdict[AccountKey, set[date]] = defaultdict(set)
        self._always: set[AccountKey] = set()
        self._foreign_banks = frozenset(key for key in chart.accounts if chart.is_foreign(key))
        self._first_foreign: date | None = None
        self._lost_foreign: date | None = None

    def see(self, postings: Iterable[Posting]) -> None:
        """Note what the copy posts, whatever becomes of it."""
        for posting in postings:
            earlier = self._first_foreign is None or posting.on < self._first_foreign
            if earlier and self._is_foreign(posting):
                self._first_foreign = posting.on

    def lose(self, postings: Iterable[Posting]) -> None:
        """Note what will not be posted."""
        for posting in filter(self._is_foreign, postings):
            self._lost_foreign = min(self._lost_foreign or posting.on, posting.on)

    def keep(self, resource: str, key: str, raw: bytes, postings: Iterable[Posting]) -> None:
        """Note what will be posted; with other amounts where the record comes back changed."""
        if key not in self._moved[resource]:
            return
        if resource == _TRANSFERS:  # those out of foreign accounts are posted by their halves
            record = decode(raw)
            self._moved[_HALVES].update(str(record[leg]) for leg in _LEGS if record.get(leg))
        for posting in postings:
            whole = resource not in {_TRANSFERS, _HALVES} or not _is_transfer(self._chart, posting)
            for account, amount in posting.sides:
                # What leaves an account of the books' own currency by a transfer is as it was.
                if whole or amount > 0 or self._chart.is_foreign(account):
                    self._add(account, posting.on)

    def stock(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Note the accounts of tracked items: Xero posts what they cost by itself."""
        for item in items:
            details = item.get("PurchaseDetails") or {}
            codes = (item.get("InventoryAssetAccountCode"), details.get("COGSAccountCode"))
            if not codes[0]:
                continue
            for code in filter(None, codes):
                try:
                    self._always.add(self._chart.find(None, str(code)))
                except ValueError:
                    continue

    def follows(self, account: AccountKey) -> bool:
        """Say whether Xero moves the account by itself as stock comes and goes."""
        return account in self._always

    def on(self, day: date, reports: Collection[date] = ()) -> dict[AccountKey, str]:
        """Give the accounts whose amount is uncertain on a day, each with a sentence why.

        `reports` are the days whose trial balances the copy has.
        """
        start = self._chart.company.year_start(day)
        found = {self._chart.role(RETAINED): EARLIER} if self._hides_earlier_gains(start, reports) else {}
        found |= dict.fromkeys(self._always, CHANGED)
        for account, days in self._since.items():
            first = start if self._chart.is_profit(account) else date.min
            if any(first <= one <= day for one in days):
                found[account] = CHANGED
            elif self._chart.is_profit(account) and min(days) < start:
                found[self._chart.role(RETAINED)] = CHANGED
        if any(self._chart.is_profit(account) for account in self._always):
            found[self._chart.role(RETAINED)] = CHANGED
        if self._lost_foreign is not None and self._lost_foreign <= day:
            found |= dict.fromkeys(self._revalued(self._lost_foreign < start), FOREIGN)
        return found

    def _is_foreign(self, posting: Posting) -> bool:
        if posting.currency and posting.currency != self._chart.company.base_currency:
            return True
        return bool(self._foreign_banks) and any(one in self._foreign_banks for one, _ in posting.sides)

    def _hides_earlier_gains(self, start: date, reports: Collection[date]) -> bool:
        """Say whether last years' revaluation is part of retained earnings, and no report shows how much."""
        year_end = start - timedelta(days=1)
        if self._first_foreign is None or self._first_foreign > year_end:
            return False
        return year_end not in reports or self._first_foreign < self._chart.company.year_start(year_end)

    def _add(self, account: AccountKey, on: date) -> None:
        self._since[account].add(on)
        if self._chart.is_foreign(account):
            self._since[self._chart.role(REVALUED)].add(on)

    def _revalued(self, last_year: bool) -> frozenset[AccountKey]:
        roles = (*_REVALUED, RETAINED) if last_year else _REVALUED
        return self._foreign_banks | {self._chart.role(role) for role in roles}


def _is_transfer(chart: Chart, posting: Posting) -> bool:
    """Say whether a posting moves money between two bank accounts and nothing else."""
    kinds = [chart.accounts[account].type for account, _ in posting.sides if account in chart.accounts]
    return len(kinds) == len(posting.sides) == 2 and set(kinds) == {"BANK"}


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Add amounts up, to the cent."""
    return sum(amounts, Decimal("0.00"))
