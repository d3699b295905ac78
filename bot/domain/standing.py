"""How one organisation stands: everything a line about it may say. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.backup import Fill, Gap, RunState, Verdict
from bot.domain.limits import LimitReading
from bot.domain.organisation import Organisation
from bot.domain.restore_note import RestoreNote


class FindingKind(StrEnum):
    """What in a backup is worth a look; the value is stored."""

    BANK_DETAILS = "bank_details"  # a supplier's bank account changed
    MANY_VOIDS = "many_voids"  # many documents voided or deleted within an hour
    BEFORE_LOCK = "before_lock"  # entries new or changed that are dated on or before a lock date
    DROP = "drop"  # an unusual number of records is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing worth a look: what kind and how many. Never a name, an amount or a record's text."""

    kind: FindingKind
    count: int
    resource: str = ""  # key of the catalogue, where one kind of data is meant
    detail: str = ""  # a date or a share in plain words, e.g. "31 Mar 2026"; nothing from the books
    at_least: bool = False  # there was more to examine than one look examines


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The few facts of a finished run that lists and digests need; stored beside the whole summary."""

    run_id: str
    state: RunState
    verdict: Verdict
    finished_at: datetime
    snapshot_id: str = ""
    snapshot_number: int = 0
    records: int = 0
    new: int = 0
    changed: int = 0
    voided: int = 0
    gone: int = 0
    gaps: tuple[Gap, ...] = ()
    fills: tuple[Fill, ...] = ()
    limits: tuple[LimitReading, ...] = ()
    findings: tuple[Finding, ...] = ()
    failure: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One organisation as it is now; `last` is its newest finished run, `good` the newest with a snapshot."""

    organisation: Organisation
    last: Outline | None = None
    good: Outline | None = None
    running: str = ""  # id of the run that is queued, running or parked
    running_state: RunState | None = None
    resume_at: datetime | None = None  # for a parked run
    next_run_at: datetime | None = None  # None: no schedule
    zone: str = "UTC"  # of the schedule
    filled_on: date | None = None  # when the last good backup's fills are done; None: done, or nobody knows
    overdue_since: datetime | None = None  # the slot for which there should have been a backup and is none
    late_since: datetime | None = None  # the same, while a backup is under way that will make up for it
    retry_at: datetime | None = None  # a failed scheduled backup is tried again then
    left_out_at: datetime | None = None  # the newest slot left out, because the backup before still runs
    state_since: datetime | None = None  # since when the link is not active; None while it is
    legal_hold: bool = False  # nothing is ever removed
    restores: tuple[RestoreNote, ...] = ()  # of it or into it, not over yet
