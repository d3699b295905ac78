"""What became of steps and writes, as the write book keeps it. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.restore.model import Step


class StepState(StrEnum):
    """How far one step is."""

    PLANNED = "planned"
    SENDING = "sending"  # part of a write whose answer is not stored yet
    DONE = "done"
    REFUSED = "refused"  # by Xero, in its words
    SKIPPED = "skipped"  # nothing was sent: it was left out, or needs what is not there

    @property
    def is_final(self) -> bool:
        """Say whether nothing more happens to it."""
        return self in {StepState.DONE, StepState.REFUSED, StepState.SKIPPED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one step ended; `words` are Xero's, or ours where nothing was sent."""

    number: int
    state: StepState
    target_key: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One write as it was written down before it was sent; `number` is that of the write."""

    number: int
    key: str
    body_hash: str
    sent_at: datetime
    tries: int
    is_open: bool  # no answer is stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Steps that write something, by how they ended; `total` are all of them."""

    total: int = 0
    done: int = 0
    refused: int = 0
    skipped: int = 0

    @property
    def left(self) -> int:
        """Those still to come."""
        return self.total - self.done - self.refused - self.skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOutcome:
    """One step of the plan (without its name, which is not stored) and how it ended.

    `target_key` is the id in the target, also of what was matched. `words` explain a refusal or a skipped
    step; with `warned` they are Xero's warnings on a record it took.
    """

    number: int
    step: Step
    state: StepState
    target_key: str = ""
    warned: bool = False
    words: tuple[str, ...] = ()
