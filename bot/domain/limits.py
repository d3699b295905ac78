"""Distance to the size limits above which a restore runs into trouble. Pure values and one rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How near a limit is: silent below 80 %, close from 80 %, over from 100 %."""

    FINE = "fine"
    CLOSE = "close"
    OVER = "over"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitReading:
    """One limit and how much of it an organisation uses; `count` is None when it could not be counted."""

    key: str
    title: str
    count: int | None
    limit: int

    @property
    def share(self) -> float:
        """Used part of the limit; 1.0 is exactly at it."""
        return (self.count or 0) / self.limit

    @property
    def level(self) -> Level:
        """Give the level by the published thresholds."""
        if self.count is None:
            return Level.UNKNOWN
        if self.count >= self.limit:
            return Level.OVER
        return Level.CLOSE if self.count * 100 >= self.limit * 80 else Level.FINE
