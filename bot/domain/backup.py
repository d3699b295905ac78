"""A backup: one run, its progress, what it read, what it did not, and the verdict. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.catalogue.model import ReasonClass
from bot.domain.limits import LimitReading
from bot.domain.names import MessageRef, OrganisationId, RunId


class RunState(StrEnum):
    """Where a run stands; the last four are final."""

    QUEUED = "queued"
    RUNNING = "running"
    PARKED = "parked"  # waits for tomorrow's calls; goes on by itself
    COMPLETE = "complete"
    GAPS = "gaps"
    FAILED = "failed"
    STOPPED = "stopped"  # a person stopped it

    @property
    def is_final(self) -> bool:
        """Say whether nothing more will happen to the run."""
        return self in {RunState.COMPLETE, RunState.GAPS, RunState.FAILED, RunState.STOPPED}


class Verdict(StrEnum):
    """The three words a summary may begin with."""

    COMPLETE = "Complete"
    GAPS = "Complete with gaps"
    FAILED = "Failed"


class OutcomeStatus(StrEnum):
    """How reading one resource ended."""

    READ = "read"  # all of it
    PARTIAL = "partial"  # some of it; the rest stands as it was in the last good snapshot
    REFUSED = "refused"  # Xero refuses it: scope, tier or role
    FAILED = "failed"  # could not be read this time
    SUSPICIOUS = "suspicious"  # an empty or much smaller answer than before: kept as it was
    ABSENT = "absent"  # Xero has retired it for this organisation: nothing to read
    STANDS = "stands"  # not asked for this time, by plan: stands as it was read lately
    FILLING = "filling"  # read bit by bit within the calls a run may use; goes on with the next one

    @property
    def is_whole(self) -> bool:
        """Say whether everything that was planned for it was read, so that nothing is missing."""
        return self in {OutcomeStatus.READ, OutcomeStatus.STANDS}


FILES = frozenset({"attachment_contents", "file_contents", "pdfs"})
HANGING = frozenset({"attachments", "associations", "history", "invoice_details"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one run did for one resource; counts are records, of `FILES` files.

    What is `HANGING` belongs to records that are counted already.
    """

    resource: str
    title: str
    status: OutcomeStatus
    count: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0  # no longer handed out by Xero
    voided: int = 0  # turned void or deleted since the last snapshot
    calls: int = 0

    @property
    def records(self) -> int:
        """Count the records of their own."""
        return 0 if self.resource in FILES | HANGING else self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """How far something is that is read record by record over several nights; no gap, but not all yet.

    `done` of `total` records have had their turn, `failed` of them could not be read last time; `nights` is
    how many more a night's calls need for the rest, 0 when nothing is left, None when that is not known.
    """

    resource: str
    title: str
    done: int
    total: int
    nights: int | None = None
    failed: int = 0

    @property
    def is_done(self) -> bool:
        """Say whether every record has had its turn."""
        return self.done >= self.total

    @property
    def is_waiting(self) -> bool:
        """Say whether no record has had its turn though there are some."""
        return self.total > 0 and self.done == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing this run did not read: what, why, since when, what to do."""

    resource: str
    title: str
    reason: ReasonClass
    sentence: str
    action: str = ""
    since_at: datetime | None = None  # first run with this gap; None: this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is; `calls_left_today` is None until Xero said it."""

    records: int = 0
    calls: int = 0
    calls_planned: int = 0
    calls_left_today: int | None = None
    resources_done: int = 0
    resources_total: int = 0
    current: tuple[str, ...] = ()  # titles being read now
    seconds_left: int | None = None


class Control(StrEnum):
    """An account, or the bank accounts together, held against the documents that must add up to it."""

    RECEIVABLES = "receivables"
    PAYABLES = "payables"
    BANK = "bank"


class Fit(StrEnum):
    """How a control account fits its documents, the best first."""

    AGREES = "agrees"
    STANDING = "standing"  # differs, by the very amount it differed by on the first date stored
    REVALUED = "revalued"  # foreign amounts, and no more apart than unrealised currency gains may be
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlCheck:
    """What one comparison gave; `counted` are open documents or bank accounts, `apart` those of this fit."""

    control: Control
    fit: Fit
    counted: int = 0
    apart: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceCheck:
    """What the trial balance snapshot says; `explained` is None when nothing was compared.

    A control account that was not compared is not among the `controls`.
    """

    stored_reports: int
    dates: tuple[date, ...] = ()
    explained: str | None = None  # percent as text, e.g. "99.8"; rounded down, so it never flatters
    accounts_differing: int = 0
    note: str = ""
    controls: tuple[ControlCheck, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of a backup, or of a restore into the organisation, as stored."""

    id: RunId
    organisation_id: OrganisationId
    organisation_name: str
    state: RunState
    requested_by: str  # Slack user id, or "" for the clock and the command line
    requested_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    resume_at: datetime | None = None
    progress: Progress = Progress()
    message: MessageRef | None = None
    snapshot_id: str = ""
    reference: str = ""  # short id a person can quote to support
    kind: str = "backup"  # or "restore": then the organisation is being written to


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Everything the backup summary tells; `snapshot_id` is empty when nothing was published."""

    run: Run
    verdict: Verdict
    outcomes: tuple[Outcome, ...] = ()
    gaps: tuple[Gap, ...] = ()
    fills: tuple[Fill, ...] = ()
    limits: tuple[LimitReading, ...] = ()
    balance: BalanceCheck | None = None
    not_covered: int = 0  # size of the coverage list
    not_yet_read: tuple[str, ...] = ()  # titles of what Xero offers and this version does not read
    first: bool = False  # the first snapshot of this organisation: everything is "new"
    calls_used: int = 0
    calls_allowed: int | None = None  # per day, as the app is configured
    calls_left_today: int | None = None
    bytes_added: int = 0
    snapshot_id: str = ""
    snapshot_number: int = 0
    short_hash: str = ""
    failure: str = ""  # one sentence, for Failed
    next_step: str = ""  # one sentence: what to do now
    last_good_at: datetime | None = None  # the snapshot that still stands
    last_good_number: int = 0
    copies_in_doubt: bool = False  # the copies are damaged or could not be looked at
    dropped_at: datetime | None = None  # retention dropped this snapshot: it can no longer be read
