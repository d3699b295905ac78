"""A restore as people see it: its plan in numbers, who decided, how far it is, what the proof found. Values.

Names, amounts and Xero's own words in here come from the books: they are shown in modals, direct messages and
files to people who may see them, never in a channel, and are stored sealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from bot.domain.limits import LimitReading
from bot.domain.names import MessageRef, OrganisationId, WorkspaceId

RestoreId = NewType("RestoreId", str)


class RestoreState(StrEnum):
    """Where a restore stands."""

    PLANNING = "planning"  # the target is read and the plan is made
    REFUSED = "refused"  # no plan could be made, or the plan is unsafe
    WAITING = "waiting"  # for people to decide
    DECLINED = "declined"
    EXPIRED = "expired"
    VOIDED = "voided"  # snapshot, target or plan changed after the request
    WITHDRAWN = "withdrawn"  # the requester took it back
    APPROVED = "approved"  # decided; the work begins as soon as the target is free
    RUNNING = "running"
    PARKED = "parked"  # waits for tomorrow's calls; goes on by itself
    STOPPED = "stopped"  # a person stopped it; may go on
    FAILED = "failed"  # cannot go on by itself; may go on once mended
    DONE = "done"  # written, compared, nothing unpredicted
    DIFFERENT = "different"  # written, compared, something differs that was not predicted
    UNPROVEN = "unproven"  # written, but not everything could be compared

    @property
    def is_open(self) -> bool:
        """Say whether people may still have to decide."""
        return self in {RestoreState.PLANNING, RestoreState.WAITING}

    @property
    def is_at_work(self) -> bool:
        """Say whether it writes, or will by itself."""
        return self in {RestoreState.APPROVED, RestoreState.RUNNING, RestoreState.PARKED}

    @property
    def may_go_on(self) -> bool:
        """Say whether a person may let it go on."""
        return self in {RestoreState.STOPPED, RestoreState.FAILED}


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
    history_notes: bool = True  # one digest note a document, where the copy has its history


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one person decided, and when."""

    user_id: str
    approved: bool
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingProgress:
    """How far a restore is; `steps` are records to be written."""

    steps_done: int = 0
    steps_total: int = 0
    refused: int = 0
    calls: int = 0
    calls_planned: int = 0
    calls_left_today: int | None = None
    current: str = ""  # title of what is written now
    phase: str = "writing"  # "writing" | "reading back" | "comparing"
    seconds_left: int | None = None


class Finding(StrEnum):
    """How one difference between original and restored compares with the plan."""

    AS_PREDICTED = "as predicted"
    NOT_PREDICTED = "not predicted"
    NOT_VERIFIED = "not verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeProof:
    """One kind of data after the restore: records in the plan against records found and compared."""

    key: str
    title: str
    planned: int
    created: int
    matched: int = 0
    refused: int = 0
    left_out: int = 0
    found: int = 0  # of those written, how many the target gave back
    equal: int = 0
    as_predicted: int = 0  # records with differences the plan named
    not_predicted: int = 0
    not_verified: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """One field of one record that came back different; values are shortened text from the books."""

    title: str
    name: str
    field: str
    source_value: str
    target_value: str
    finding: Finding
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceProof:
    """One account on one date and in one currency; amounts are debits positive."""

    account: str
    currency: str
    on: date
    source: Decimal
    target: Decimal
    predicted: Decimal  # target minus source, as the plan said
    finding: Finding
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactProof:
    """What one contact owes or is owed, by age, original against restored."""

    name: str
    kind: str  # "receivable" | "payable"
    currency: str
    source: Decimal
    target: Decimal
    finding: Finding
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A record that Xero refused, in Xero's own words."""

    title: str
    name: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What comparing found. Lists hold at most the worst few thousand; the counts are whole."""

    compared_at: datetime
    target_snapshot_id: str
    types: tuple[TypeProof, ...]
    fields: tuple[FieldDifference, ...]
    balances: tuple[BalanceProof, ...]
    contacts: tuple[ContactProof, ...]
    refusals: tuple[Refusal, ...]
    balances_compared: int = 0
    balances_equal: int = 0
    contacts_compared: int = 0
    contacts_equal: int = 0
    as_predicted: int = 0
    not_predicted: int = 0
    not_verified: tuple[str, ...] = ()  # sentences: what could not be compared, and why
    warnings: int = 0  # Xero's, on records it took

    @property
    def holds(self) -> bool:
        """Say whether nothing differs that the plan had not named."""
        return self.not_predicted == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """One restore, as stored."""

    id: RestoreId
    workspace_id: WorkspaceId
    source_id: OrganisationId
    source_name: str
    target_id: OrganisationId
    target_name: str
    snapshot_id: str
    snapshot_taken_at: datetime | None
    choice: Choice
    reason: str  # why it was asked for, in the requester's words
    is_drill: bool
    state: RestoreState
    state_since: datetime
    requested_by: str
    requested_at: datetime
    channel_id: str
    expires_at: datetime
    needed: int  # approvals
    decisions: tuple[Decision, ...] = ()
    fingerprint: str = ""
    plan: PlanSummary | None = None
    progress: WritingProgress = WritingProgress()
    proof: Proof | None = None
    message: MessageRef | None = None
    resume_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    ending: str = ""  # one sentence: why it was refused, voided, declined, stopped or failed
    reference: str = ""  # short id a person can quote
    run_id: str | None = None  # of the run that occupies the target; stopping is asked of it

    @property
    def approvals(self) -> tuple[Decision, ...]:
        """Who approved so far."""
        return tuple(one for one in self.decisions if one.approved)
