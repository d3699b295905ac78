"""What one portion of filling did; sealed with its stage, so that an interrupted run goes on after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Records of one resource of the vault."""

    new: int = 0
    changed: int = 0
    gone: int = 0

    def plus(self, other: Counts) -> Counts:
        """Add up."""
        return Counts(
            new=self.new + other.new, changed=self.changed + other.changed, gone=self.gone + other.gone
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """`taken` of those in line had their turn; `failed` are the places of those that went wrong.

    `put_off` are those for which no call was left, or that a stop cut short: no fault of theirs. Of them, the
    list of files came for those in `listed`. Of the failed, those in `empty` got an empty list where
    something is known.

    `refused` says per kind why Xero gives none of it. `ended` says that no further portion is worth while in
    this run: the day's calls are spent or Xero is out of order.
    """

    taken: int
    calls: int
    failed: tuple[int, ...] = ()
    put_off: tuple[int, ...] = ()
    listed: tuple[int, ...] = ()
    empty: tuple[int, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    counts: dict[str, Counts] = field(default_factory=dict)
    ended: bool = False

    def as_json(self) -> dict[str, Any]:
        """Give the value as plain JSON."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Portion:
        """Read back what `as_json` gave."""
        return msgspec.convert(stored, cls)
