"""What is said of control accounts: which agree with their documents, which do not, and where to look.

It says nothing of an account that was not compared, and nothing with an amount in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.backup import BalanceCheck, Control, ControlCheck, Fit
from bot.views.words import capital, counted, number, series

_REPORTS = {Control.RECEIVABLES: "Aged Receivables", Control.PAYABLES: "Aged Payables"}


def controls(balance: BalanceCheck) -> str:
    """Say in one sentence what was held against the documents; empty when nothing was."""
    sides = [one for one in balance.controls if one.control in _REPORTS]
    told = [_sides([one for one in sides if one.fit is fit]) for fit in Fit]
    told += [_banks(one, balance.dates) for one in balance.controls if one.control is Control.BANK]
    said = "; ".join(one for one in told if one)
    return f"{capital(said)}." if said else ""


def _sides(alike: Sequence[ControlCheck]) -> str:
    """Say what receivables and payables have in common; both are plural, so one or two read alike."""
    if not alike:
        return ""
    who, fit = series([one.control.value for one in alike]), alike[0].fit
    if fit is Fit.AGREES:
        return f"{who} agree with the open documents"
    if fit is Fit.REVALUED:
        return f"{who} differ from the open documents by no more than unrealised currency gains may be"
    reports = series([_REPORTS[one.control] for one in alike])
    which = "report" if len(alike) == 1 else "reports"
    return f"{who} differ from the open documents: look at the {reports} {which} in Xero"


def _banks(one: ControlCheck, dates: Sequence[date]) -> str:
    if one.fit is Fit.AGREES:
        return (
            "the bank account agrees with its transactions"
            if one.counted == 1
            else f"all {counted(one.counted, 'bank account')} agree with their transactions"
        )
    who = "the bank account differs"
    if one.counted > 1:
        verb = "differs" if one.apart == 1 else "differ"
        who = f"{number(one.apart)} of {counted(one.counted, 'bank account')} {verb}"
    if one.fit is Fit.STANDING:
        return f"{who}, by what already differed{f' on {_day(min(dates))}' if dates else ''}"
    if one.fit is Fit.REVALUED:
        held = "it holds" if one.apart == 1 or one.counted == 1 else "they hold"
        return f"{who}: {held} foreign currency, so unrealised gains may be why"
    return f"{who} from the transactions: look at the Bank Summary in Xero"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
