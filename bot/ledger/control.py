"""Hold control accounts against the documents that must add up to them, as of one day. Pure; no amounts out.

What is open is what Xero itself calls open (AmountDue, RemainingCredit), with what was dated after the day
undone. Whether an unused prepayment stands on the control account or on the accounts of its own lines is
published nowhere, so either counts as agreeing. Foreign documents count at their own rates; what Xero makes
of today's rates is told apart, and called agreeing nowhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.domain.backup import Control, ControlCheck, Fit
from bot.ledger.chart import Chart
from bot.ledger.documents import KINDS, LIVE, rate_of, settlements, used_of
from bot.ledger.explain import Explanation
from bot.ledger.model import CENT, ONE, PAYABLE, RECEIVABLE, ZERO, AccountKey, to_base
from bot.ledger.trial_balance import TrialBalance
from bot.ledger.wire import Document, amount, day

CONTROLS = {Control.RECEIVABLES: RECEIVABLE, Control.PAYABLES: PAYABLE}
# The resources whose records are open or settled.
OPEN = frozenset({"invoices", "credit_notes", "prepayments", "overpayments"})
# More than a fifth of what foreign documents are worth is no longer what rates do while a document is open.
_REVALUED_AT_MOST = Decimal("0.2")


@dataclass(slots=True)
class _Side:
    """What stands on one control account, in base currency, debits positive."""

    value: Decimal = ZERO
    advances: Decimal = ZERO  # prepayments not used yet
    foreign: Decimal = ZERO  # of it, whatever the sign
    seen: int = 0
    open: int = 0
    foreign_open: int = 0
    unread: int = 0


class OpenItems:
    """Adds up what documents leave open on a day; a trial balance of that day must show the same."""

    def __init__(self, chart: Chart, on: date) -> None:
        self._chart, self._on = chart, on
        self._sides = {RECEIVABLE: _Side(), PAYABLE: _Side()}

    def take(self, document: Document) -> None:
        """Take in an invoice, credit note, prepayment or overpayment; drafts and voids are nothing."""
        if document.status not in LIVE or document.type not in KINDS:
            return
        role, sign = KINDS[document.type]
        side = self._sides[role]
        side.seen += 1
        try:
            left = self._left(document)
            rate = rate_of(document, self._chart) if left else ONE
        except ValueError:
            side.unread += 1
            return
        if left:
            _count(side, document.type.endswith("PREPAYMENT"), -sign * to_base(left, rate), rate)

    def check(self, control: Control, trial_balance: TrialBalance) -> ControlCheck | None:
        """Compare one side with its account; None where nothing can be compared."""
        role = CONTROLS[control]
        side, account = self._sides[role], self._chart.role(role)
        reported = trial_balance.balances.get(account, ZERO)
        if account not in self._chart.accounts or side.unread or not (side.seen or reported):
            return None
        apart = min(abs(reported - one) for one in (side.value, side.value + side.advances))
        return ControlCheck(control=control, fit=_fit(apart, side), counted=side.open)

    def _left(self, document: Document) -> Decimal:
        """Give what was open on the day, in the document's currency. Raises ValueError."""
        left = amount(document.remaining_credit if document.amount_due is None else document.amount_due)
        for use, _ in settlements(document):
            if day(use.date) > self._on:
                left += used_of(use)
        return left - amount(document.total) if day(document.date) > self._on else left


def check_banks(
    chart: Chart, standing: Mapping[AccountKey, Decimal], first: Explanation | None, newest: Explanation
) -> ControlCheck | None:
    """Compare the bank accounts; `standing` are the balances by documents, `first` of the earliest date."""
    apart = {one.account: one.amount for one in newest.differences}
    before = {one.account: one.amount for one in first.differences} if first else {}
    banks = [key for key, one in chart.accounts.items() if one.type == "BANK"]
    fits = [
        _bank_fit(key, apart.get(key, ZERO), before.get(key, ZERO), chart)
        for key in banks
        if key in apart or standing.get(key)
    ]
    if not fits:
        return None
    worst = max(fits, key=list(Fit).index)
    return ControlCheck(control=Control.BANK, fit=worst, counted=len(fits), apart=_apart(fits, worst))


def _count(side: _Side, advance: bool, value: Decimal, rate: Decimal) -> None:
    side.open += 1
    if advance:
        side.advances += value
    else:
        side.value += value
    if rate is not ONE:
        side.foreign += abs(value)
        side.foreign_open += 1


def _fit(apart: Decimal, side: _Side) -> Fit:
    """Judge a difference; each foreign document may round by a cent."""
    if apart <= CENT * side.foreign_open:
        return Fit.AGREES
    return Fit.REVALUED if apart <= side.foreign * _REVALUED_AT_MOST else Fit.DIFFERS


def _bank_fit(key: AccountKey, apart: Decimal, before: Decimal, chart: Chart) -> Fit:
    if not apart:
        return Fit.AGREES
    if apart == before:
        return Fit.STANDING
    return Fit.REVALUED if chart.is_foreign(key) else Fit.DIFFERS


def _apart(fits: Collection[Fit], worst: Fit) -> int:
    return 0 if worst is Fit.AGREES else sum(1 for one in fits if one is worst)
