"""What is covered for one organisation, and what is not. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.catalogue.model import ReasonClass
from bot.domain.backup import Fill
from bot.domain.limits import LimitReading


class Section(StrEnum):
    """The four lists of a coverage answer, worst first; the value is the heading people read."""

    NOT_BACKED_UP = "Not backed up"
    NOT_RESTORABLE = "Backed up, but cannot be written back"
    CHANGED = "Comes back changed"
    NOT_VERIFIED = "Not verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageLine:
    """One caveat about one kind of data, with this organisation's own number where known."""

    key: str
    title: str
    section: Section
    reason: ReasonClass
    sentence: str
    moves_ledger: bool
    instead: str = ""
    own_numbers: str = ""  # "you have 3 budgets", "nothing lost: you have no payroll"; "" when unknown
    weight: int = 50
    since_at: datetime | None = None  # for what failed: the first backup that did not read it


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageReport:
    """The whole answer to "what isn't covered?" for one organisation."""

    organisation_name: str
    as_of: datetime | None  # taken_at of the snapshot it rests on; None: no backup yet
    snapshot_number: int = 0
    covered: int = 0  # kinds of data read and restorable as they were
    lines: tuple[CoverageLine, ...] = ()
    limits: tuple[LimitReading, ...] = ()
    fills: tuple[Fill, ...] = ()  # what is read record by record, and how far that is


@dataclass(frozen=True, slots=True, kw_only=True)
class NoFact:
    """The honest "I don't know": what was asked, what would settle it, near topics."""

    asked: str
    settle: str
    near: tuple[str, ...] = ()
