"""What there is to choose from when somebody asks for a restore. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.backup import Verdict
from bot.domain.organisation import Organisation
from bot.domain.restore_plan import Check, Conversion


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotChoice:
    """One snapshot that can be restored; `gaps` are kinds of data it does not hold as they were."""

    id: str
    number: int
    taken_at: datetime
    verdict: Verdict
    gaps: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetChoice:
    """One organisation that could be written to; `why` says why it cannot, "" when it can."""

    organisation: Organisation
    checks: tuple[Check, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class TypeChoice:
    """One kind of data that can be restored by itself, with all that it needs."""

    key: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What stands in the form so far; "" and () where nothing was chosen yet."""

    source_id: str = ""
    snapshot_id: str = ""
    target_id: str = ""
    only_types: bool = False
    types: tuple[str, ...] = ()
    single_payments: bool = False
    keep_void_numbers: bool = False
    history_notes: bool = False
    conversion: Conversion = Conversion.JOURNAL
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreForm:
    """The form as one person sees it; `added` are titles of what the chosen types need.

    `is_drill`: it asks for a rehearsal, which goes the same way.
    """

    sources: tuple[Organisation, ...]
    snapshots: tuple[SnapshotChoice, ...] = ()
    targets: tuple[TargetChoice, ...] = ()
    types: tuple[TypeChoice, ...] = ()
    added: tuple[str, ...] = ()
    approvers: str = ""  # in words, safe to show
    filled: Filled = field(default_factory=Filled)
    is_drill: bool = False

    @property
    def source(self) -> Organisation | None:
        """Give the organisation whose copy was chosen."""
        return next((one for one in self.sources if one.id == self.filled.source_id), None)
