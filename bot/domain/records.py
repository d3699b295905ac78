"""Single records as people recognise them: found by a search, or different between two backups. Values only.

They hold names and amounts: they are shown to one person who passed the check, and never stored or logged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a person knows a record by; whatever the record does not have stays empty."""

    resource: str
    record_id: str
    kind: str  # "Invoice", "Bill", "Contact"
    number: str = ""
    reference: str = ""
    contact: str = ""
    title: str = ""  # the name of what has no number; what a journal is about
    status: str = ""  # Xero's own word
    amount: Decimal | None = None
    currency: str = ""
    dated: date | None = None
    updated_at: datetime | None = None
    also: tuple[str, ...] = ()  # e-mail addresses, account numbers, other names: found by, rarely shown


@dataclass(frozen=True, slots=True)
class SnapshotMark:
    """Which backup something is as of."""

    number: int
    taken_at: datetime


class ChangeKind(StrEnum):
    """What became of a record; void, deleted and archived are three different things in Xero."""

    NEW = "new"
    CHANGED = "changed"
    VOIDED = "voided"
    DELETED = "deleted"
    ARCHIVED = "archived"
    GONE = "no longer handed out"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that differs; `note` stands instead of values that would not fit or must not be shown."""

    label: str
    before: str = ""
    after: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChange:
    """One record that differs."""

    kind: ChangeKind
    card: Card
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KindChanges:
    """What differs in one kind of data; `shown` are the newest, the counts are of all.

    `ended` of the changed ones were voided or deleted; None where nobody counted.
    """

    resource: str
    title: str
    new: int
    changed: int
    gone: int
    ended: int | None = None
    shown: tuple[RecordChange, ...] = ()

    @property
    def total(self) -> int:
        """Count every record that differs."""
        return self.new + self.changed + self.gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What differs from one backup to a later one; `cut_short`: time ran out before all was read."""

    organisation_id: str
    organisation_name: str
    older: SnapshotMark
    newer: SnapshotMark
    kinds: tuple[KindChanges, ...] = ()
    cut_short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One record that a search found; `last` is the last backup that holds it."""

    card: Card
    organisation_name: str
    last: SnapshotMark
    gone_since: int = 0  # number of the first backup without it; 0: the newest one has it
    organisation_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search gave; `searched` counts the records it looked at, best hits first.

    `on`: it shows the books as they were at the end of that day; None: as they are in the newest backups.
    """

    hits: tuple[Hit, ...]
    total: int
    searched: int
    organisations: int
    without_copy: tuple[str, ...] = ()  # names of organisations that have no backup (from that day) yet
    out_of_time: bool = False
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """How a record stood from one backup to another; `changes` are those from the version before it.

    `gone`: Xero did not hand it out then.
    """

    first: SnapshotMark
    last: SnapshotMark
    changes: tuple[FieldChange, ...] = ()
    touched: bool = False  # nothing differs but what Xero stamps, or how it is written
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The versions of one record, newest first; `older` counts those that were not compared.

    `at_first`: the oldest version told stands in the oldest backup that was looked at, so that nobody knows
    since when; `cut_short`: there was no time for older backups.
    """

    organisation_name: str
    card: Card
    versions: tuple[Version, ...]
    older: int = 0
    at_first: bool = False
    cut_short: bool = False
