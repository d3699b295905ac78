"""Foresee which balances a restored organisation will have that differ from the original's. Pure.

Where an amount cannot be foreseen to the cent (`uncertain.py`), the account is named and marked as not exact.

Target minus source is what the records post that will not come back, taken off, and what no record explains,
unless Xero works it out again by itself (currency gains, stock) or the plan restores it as opening balances.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bot import ledger
from bot.domain.restore_plan import BalanceDifference
from bot.ledger import AccountKey, Balances, Bookkeeper, Cause, Chart, Grounds, Posting
from bot.ledger.model import RETAINED
from bot.restore import unsettled
from bot.restore.ground import Ground
from bot.restore.source import Source
from bot.restore.uncertain import Moved, Uncertain, total

TRIAL_BALANCE = "trial_balance"
_ZERO = Decimal("0.00")
# Xero works these out again from the restored documents.
_FOLLOWS = frozenset({Cause.REVALUATION, Cause.STOCK, Cause.ROUNDING})
_UNEXPLAINED = "No record in the copy explains this part of the balance{}."
_LEFT = "Records that move this account do not come back ({})."
_EARLIER = "Profits of earlier years were made by records that do not come back."


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What will differ, per account and date; `explained`: whether the ledger could read the copy at all."""

    differences: tuple[BalanceDifference, ...] = ()
    dates: tuple[date, ...] = ()
    is_known: bool = True


def forecast(ground: Ground, titles: Mapping[str, str], moved: Moved | None = None) -> Forecast:
    """Foresee the balances on each date whose trial balance is in the copy, latest date and largest first.

    `titles` names resources for people; `moved` holds the ids, by resource, of records that come back with
    other amounts. A copy whose trial balances or settings cannot be read gives a
    forecast that is not known, never an empty one.
    """
    try:
        reports = trial_balances(ground.source)
        chart = chart_of(ground.source)
    except ValueError:
        return Forecast(is_known=False)
    if not reports:
        return Forecast(is_known=False)
    weighing = _Weighing(ground, chart, reports, moved or {})
    weighing.weigh()
    differences: list[BalanceDifference] = []
    for on in sorted(reports, reverse=True):
        differences += sorted(weighing.on(on, titles), key=lambda one: (-abs(one.amount), one.account))
    return Forecast(differences=tuple(differences), dates=tuple(sorted(reports)))


def trial_balances(source: Source) -> dict[date, ledger.TrialBalance]:
    """Read the trial balances of a copy by their dates; a record's id ends with its date."""
    return {
        date.fromisoformat(key.rsplit("/", 1)[-1]): ledger.read_trial_balance(raw)
        for key, raw in source.raw_records(TRIAL_BALANCE)
    }


def chart_of(source: Source) -> Chart:
    """Read the chart of accounts; raises ValueError where the copy has no settings of the organisation."""
    companies = [raw for _, raw in source.raw_records("organisation")]
    if len(companies) != 1:
        raise ValueError("an organisation without its settings")
    return Chart.of(ledger.read_company(companies[0]), (raw for _, raw in source.raw_records("accounts")))


class _Weighing:
    """Sums of all records, and of those that will not come back, for some dates."""

    def __init__(
        self, ground: Ground, chart: Chart, reports: Mapping[date, ledger.TrialBalance], moved: Moved
    ) -> None:
        self._ground, self._chart = ground, chart
        self._everything, self._lost = Balances(chart, reports), Balances(chart, reports)
        self._culprits: defaultdict[AccountKey, Counter[str]] = defaultdict(Counter)
        self._grounds = Grounds(chart=chart)
        self._reports = reports
        self._uncertain = Uncertain(chart, moved)

    def weigh(self) -> None:
        """Post every record of the copy, and apart those that will not exist in the target."""
        bookkeeper = Bookkeeper(self._chart)
        unsettled.settle_batched(self._ground)
        for resource in ledger.RESOURCES:
            for key, raw in self._ground.source.raw_records(resource):
                postings = bookkeeper.post(resource, raw)
                self._everything.add(postings)
                self._uncertain.see(postings)
                if not self._ground.will_exist(resource, key):
                    self._lost.add(postings)
                    self._uncertain.lose(postings)
                    self._blame(resource, postings)
                else:
                    self._uncertain.keep(resource, key, raw, postings)
                    self._weigh_rest(bookkeeper, resource, raw, postings)
        self._uncertain.stock(self._ground.records("items"))
        self._grounds = Grounds(chart=self._chart, multi_currency=bookkeeper.is_multi_currency)

    def _weigh_rest(
        self, bookkeeper: Bookkeeper, resource: str, raw: bytes, postings: Sequence[Posting]
    ) -> None:
        """Take off what settles a document here and will not settle it there."""
        restored = (
            unsettled.as_restored(self._ground, resource, raw) if resource in unsettled.RESOURCES else None
        )
        if restored is None:
            return
        instead = bookkeeper.post(resource, restored)
        gone = [one for one in postings if one not in instead]
        new = [one for one in instead if one not in postings]
        self._lost.add(gone)
        self._lost.add(_reversed(one) for one in new)
        self._uncertain.lose(gone)
        self._blame(resource, gone)

    def _blame(self, resource: str, postings: Sequence[Posting]) -> None:
        for account in {account for posting in postings for account, _ in posting.sides}:
            self._culprits[account][resource] += 1

    def on(self, on: date, titles: Mapping[str, str]) -> Iterator[BalanceDifference]:
        """Yield what will differ on a date."""
        lost, told = self._lost.standing(on), self._told(on)
        earlier = self._followed_before(on)
        uncertain = self._uncertain.on(on, self._reports.keys())
        related: Mapping[str, str] = self._ground.notes.get("conversion_told", {})
        brought = {AccountKey(key) for key in self._ground.notes.get("conversion_restored", ())}
        for account in lost.keys() | told.keys() | uncertain.keys() | brought:
            gone, rest = lost.get(account, _ZERO), told.get(account)
            causes = rest.causes if rest else ()
            unexplained = self._unexplained(account, rest.amount if rest else _ZERO, causes)
            if account == self._chart.role(RETAINED):
                unexplained -= earlier
            if gone + unexplained or account in uncertain:
                yield BalanceDifference(
                    account=account_name(self._ground, account),
                    account_id=str(account),
                    currency="",
                    on=on,
                    amount=-(gone + unexplained),
                    why=" ".join(
                        (
                            *_why(
                                gone,
                                unexplained if rest else _ZERO,
                                causes,
                                culprits=self._culprits[account],
                                titles=titles,
                            ),
                            *filter(None, (uncertain.get(account), related.get(account))),
                        )
                    ),
                    is_exact=account not in uncertain,
                )

    def _told(self, on: date) -> dict[AccountKey, ledger.Difference]:
        """Give what no record explains on a date, by account."""
        explained = ledger.explain(self._reports[on], self._everything.standing(on), self._grounds)
        return {one.account: one for one in explained.differences}

    def _followed_before(self, on: date) -> Decimal:
        """Give what retained earnings hold of the last year's revaluation, as far as the copy tells."""
        year_end = self._chart.company.year_start(on) - timedelta(days=1)
        if year_end not in self._reports:
            return _ZERO
        found = self._told(year_end).values()
        return total(
            one.amount
            for one in found
            if self._chart.is_profit(one.account)
            and (_FOLLOWS.intersection(one.causes) or self._uncertain.follows(one.account))
        )

    def _unexplained(self, account: AccountKey, rest: Decimal, causes: Collection[Cause]) -> Decimal:
        if _FOLLOWS.intersection(causes) or self._uncertain.follows(account):
            return _ZERO
        restored: Mapping[str, Decimal] = self._ground.notes.get("conversion_restored", {})
        return rest - restored.get(account, _ZERO)


def _reversed(posting: Posting) -> Posting:
    return posting._replace(sides=tuple((account, -value) for account, value in posting.sides))


def _why(
    gone: Decimal,
    unexplained: Decimal,
    causes: Collection[Cause],
    *,
    culprits: Counter[str],
    titles: Mapping[str, str],
) -> Iterator[str]:
    if gone:
        named = ", ".join(f"{titles.get(key, key)}: {count}" for key, count in culprits.most_common(3))
        yield _LEFT.format(named) if named else _EARLIER
    if unexplained:
        yield _UNEXPLAINED.format(f"; it may be {' or '.join(causes)}" if causes else "")


def account_name(ground: Ground, account: AccountKey) -> str:
    """Give code and name of an account of the copy, as people know it."""
    names: dict[str, str] | None = ground.notes.get("account_names")
    if names is None:
        names = {
            str(one["AccountID"]).lower(): f"{one.get('Code', '')} {one.get('Name', '')}".strip()
            for one in ground.records("accounts")
        }
        ground.notes["account_names"] = names
    return names.get(str(account), str(account))
