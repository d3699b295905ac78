"""Hold the balances that documents give against Xero's own trial balance, and say how far they explain it.

Pure. Never claims more than was compared: a share is rounded down, and a cause is named only where the
account's type, its role, or the dates on which it differs make it possible.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from bot.ledger.chart import Account, Chart
from bot.ledger.model import (
    CLAIMS,
    PAYABLE,
    RECEIVABLE,
    REVALUED,
    ROUNDING,
    UNREALISED,
    WAGES,
    ZERO,
    AccountKey,
)
from bot.ledger.trial_balance import TrialBalance

_TENTH = Decimal("0.1")


class Cause(StrEnum):
    """What may be behind a difference, in words for people."""

    OPENING = "opening balances"
    PAYROLL = "payroll"
    CLAIMS = "expense claims"
    REVALUATION = "unrealised currency gains"
    ASSETS = "fixed asset journals"
    STOCK = "stock movements"
    CIS = "CIS deductions"
    ROUNDING = "invoice rounding"


_BY_ROLE = {
    WAGES: Cause.PAYROLL,
    CLAIMS: Cause.CLAIMS,
    ROUNDING: Cause.ROUNDING,
}
_BY_TYPE = {
    "PAYG": Cause.PAYROLL,
    "FIXED": Cause.ASSETS,
    "DEPRECIATN": Cause.ASSETS,
    "INVENTORY": Cause.STOCK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An account whose balance the documents do not give; debits positive."""

    account: AccountKey
    reported: Decimal
    derived: Decimal
    causes: tuple[Cause, ...] = ()

    @property
    def amount(self) -> Decimal:
        """What the documents leave unexplained."""
        return self.reported - self.derived


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How much of a trial balance the documents explain; `explained` is percent, None: nothing to compare."""

    explained: Decimal | None
    compared: int
    differences: tuple[Difference, ...] = ()

    @property
    def accounts_differing(self) -> int:
        """Count the accounts that differ by a cent or more."""
        return len(self.differences)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Give the possible causes, that of the largest amounts first."""
        weights: dict[Cause, Decimal] = {}
        for one in self.differences:
            for cause in one.causes:
                weights[cause] = weights.get(cause, ZERO) + abs(one.amount)
        return tuple(sorted(weights, key=lambda cause: -weights[cause]))

    @property
    def is_mostly_named(self) -> bool:
        """Say whether accounts with a possible cause make up at least half of what differs."""
        named = sum((abs(one.amount) for one in self.differences if one.causes), ZERO)
        return named * 2 >= sum((abs(one.amount) for one in self.differences), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What makes a cause possible beyond the account itself; `since_first` differed at the first date too."""

    chart: Chart
    multi_currency: bool = False
    since_first: Collection[AccountKey] = frozenset()


def explain(
    trial_balance: TrialBalance, balances: Mapping[AccountKey, Decimal], grounds: Grounds
) -> Explanation:
    """Compare every account; the share is what both sides have in common of what either has.

    Counting both sides keeps a document that Xero does not show from flattering the share.
    """
    common, either = ZERO, trial_balance.unplaced
    differences = []
    reported = trial_balance.balances
    accounts = reported.keys() | balances.keys()
    for account in sorted(accounts):
        theirs, ours = reported.get(account, ZERO), balances.get(account, ZERO)
        shared = min(abs(theirs), abs(ours)) if theirs * ours > 0 else ZERO
        common, either = common + shared, either + abs(theirs) + abs(ours) - shared
        if theirs != ours:
            causes = possible_causes(account, grounds)
            differences.append(Difference(account=account, reported=theirs, derived=ours, causes=causes))
    compared = sum(1 for one in accounts if reported.get(one) or balances.get(one))
    return Explanation(explained=_percent(common, either), compared=compared, differences=tuple(differences))


def standing_differences(explanations: Sequence[Explanation], chart: Chart) -> dict[AccountKey, Decimal]:
    """Give by how much balances differed from the first date on, where that is most of what differs still.

    The explanations are of one chart, oldest date first. Opening balances look like this, and it is the only
    way to see them: Xero has no call that reads conversion balances (Xero OpenAPI 16.1.0, /Setup).
    """
    if len(explanations) < 2:  # one date cannot tell what stands from what grows
        return {}
    rows = [{one.account: one.amount for one in each.differences} for each in explanations]
    everywhere = set.intersection(*(set(row) for row in rows))
    return {
        account: rows[0][account]
        for account in sorted(everywhere)
        if not chart.is_profit(account) and _stands([row[account] for row in rows])
    }


def possible_causes(account: AccountKey, grounds: Grounds) -> tuple[Cause, ...]:
    """Name what may make this account differ; empty where nothing known does."""
    known = grounds.chart.accounts.get(account)
    if known is None:
        return ()
    role, kind = known.system_account or "", known.type or ""
    stands = account in grounds.since_first
    revalued = grounds.multi_currency and _is_revalued(known, grounds.chart)
    candidates = (
        Cause.OPENING if stands else None,
        Cause.REVALUATION if revalued else None,
        Cause.CIS if role.startswith("CIS") else None,
        _BY_ROLE.get(role),
        # What has stood for a year is not what such accounts are moved by.
        None if stands else _BY_TYPE.get(kind),
    )
    return tuple(cause for cause in candidates if cause)


def _is_revalued(account: Account, chart: Chart) -> bool:
    if account.system_account in {RECEIVABLE, PAYABLE, UNREALISED, REVALUED}:
        return True
    return bool(account.currency_code) and account.currency_code != chart.company.base_currency


def _stands(amounts: list[Decimal]) -> bool:
    """Say whether one sign runs through, and the least of them is more than half of the last."""
    one_way = all(value > 0 for value in amounts) or all(value < 0 for value in amounts)
    return one_way and min(abs(value) for value in amounts) * 2 > abs(amounts[-1])


def _percent(common: Decimal, either: Decimal) -> Decimal | None:
    if not either:
        return None
    return (common * 100 / either).quantize(_TENTH, ROUND_FLOOR)
