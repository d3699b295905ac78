"""What one stage of a backup gave; stored with the stage, so that a resumed run knows it. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from bot.backup.filling.portion import Portion
from bot.domain.backup import Fill, Gap, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class StageResult:
    """Outcomes and gaps per resource; what is read over several nights stands in `fills`, too."""

    outcomes: tuple[Outcome, ...]
    gaps: tuple[Gap, ...]
    calls: int
    moved: tuple[str, ...] = ()  # keys of resources that changed in Xero while they were read
    measures: dict[str, int] = field(default_factory=dict)  # counts that are not a number of records
    fills: tuple[Fill, ...] = ()
    portion: Portion | None = None  # of a stage that filled up what hangs on single records

    @property
    def changed(self) -> bool:
        """Say whether anything is new, changed, void or gone since the last snapshot."""
        return any(one.new or one.changed or one.voided or one.gone for one in self.outcomes)

    def as_json(self) -> dict[str, Any]:
        """Give the value as plain JSON."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> StageResult:
        """Read back what `as_json` gave."""
        return msgspec.convert(stored, cls)
