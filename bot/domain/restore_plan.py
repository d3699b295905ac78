"""The plan of a restore as people see it: what is chosen, checked, done and lost, in numbers. Values.

Names and amounts in here come from the books: they are shown in modals, direct messages and files to people
who may see them, never in a channel, and are stored sealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.limits import LimitReading


class Action(StrEnum):
    """What a plan does with one record."""

    CREATE = "create"
    CHANGE = "change"  # created, or matched and adjusted, and differs from the original
    MATCH = "match"  # the target has it already
    LEAVE_OUT = "leave out"
    BLOCKED = "blocked"  # cannot come back before a person does something by hand


class Conversion(StrEnum):
    """How balances come back that no document explains."""

    JOURNAL = "journal"  # one labelled manual journal
    SETUP = "setup"  # as conversion balances, where Xero lets the app
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is to be restored; `types` are catalogue keys, empty: everything restorable."""

    types: tuple[str, ...] = ()
    conversion: Conversion = Conversion.JOURNAL
    keep_void_numbers: bool = False  # create and void again, so that numbers stay taken
    single_payments: bool = False  # batch payments as single ones, which may stay reconciled
    history_notes: bool = False  # one note a record that quotes its history, one call each


class Verdict(StrEnum):
    """How one check of a rule came out."""

    PASSES = "passes"
    WARNS = "warns"
    FAILS = "fails"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check by name, with its two values in words; `why` is a sentence where it does not pass."""

    key: str
    title: str
    source_value: str
    target_value: str
    verdict: Verdict
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeCount:
    """What the plan does with one kind of data, in records.

    `follows` are those not written for themselves although nothing of them is lost: they come back with
    others (the two halves of a transfer), or Xero works them out again. They are not among `leave_out`.
    """

    key: str
    title: str
    create: int = 0
    change: int = 0
    match: int = 0
    leave_out: int = 0
    blocked: int = 0
    follows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonLine:
    """One reason, with how many records of which kind it concerns; `examples` are names from the books."""

    key: str
    title: str  # of the kind of data
    action: Action
    count: int
    sentence: str
    instead: str = ""
    moves_ledger: bool = False
    examples: tuple[str, ...] = ()
    weight: int = 50  # worst first, as in the catalogue
    is_loss: bool = True  # False: what it concerns comes back with other records, as `TypeCount.follows`


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceDifference:
    """An account whose balance will differ, or differs: target minus source, debits positive."""

    account: str  # code and name
    currency: str  # "" for the base currency
    on: date
    amount: Decimal
    why: str
    account_id: str = ""  # the source's AccountID, in lower case
    is_exact: bool = True  # False: that it differs is foreseen, by how much follows from exchange rates


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One thing a person does by hand; `before`: the plan is blocked in part until it is done."""

    key: str
    sentence: str
    before: bool
    count: int = 0  # records it concerns


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What it costs: calls to Xero by kind of use, waiting by Xero's minute, days by its daily allowance."""

    calls_write: int
    calls_read: int
    seconds: int
    days: int
    calls_per_day: int
    calls_left_today: int | None = None

    @property
    def calls(self) -> int:
        """All calls."""
        return self.calls_write + self.calls_read


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSummary:
    """A plan in numbers and reasons; the steps themselves follow from snapshot, target and choice again."""

    fingerprint: str
    snapshot_id: str
    snapshot_taken_at: datetime
    made_at: datetime
    choice: Choice
    added_types: tuple[str, ...]  # titles of what the chosen types need
    checks: tuple[Check, ...]
    counts: tuple[TypeCount, ...]
    reasons: tuple[ReasonLine, ...]  # worst first
    balances: tuple[BalanceDifference, ...]
    todos: tuple[Todo, ...]
    effort: Effort
    limits: tuple[LimitReading, ...]
    unsafe: tuple[str, ...] = ()  # sentences; a plan with any is never offered for approval

    def total(self, action: Action) -> int:
        """Count the records with one action."""
        return sum(getattr(one, _FIELD_OF[action]) for one in self.counts)

    @property
    def short_fingerprint(self) -> str:
        """The first eight characters, to be shown to people."""
        return self.fingerprint[:8]


_FIELD_OF = {
    Action.CREATE: "create",
    Action.CHANGE: "change",
    Action.MATCH: "match",
    Action.LEAVE_OUT: "leave_out",
    Action.BLOCKED: "blocked",
}
