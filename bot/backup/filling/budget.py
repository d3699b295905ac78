"""How many calls a run may spend on what is filled up over nights, and how many nights the rest takes. Pure.

The books come first: what is filled up gets what the day leaves, less a part that people and restores need.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

A_PORTION = 250  # calls between two points from which an interrupted run goes on
A_PERSON_WAITS = 300  # where somebody asked for the backup: some five minutes at Xero's pace
KEPT_SHARE = 0.25  # of the day's calls, for people's own backups, questions and restores


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Calls for filling in this run, and in an ordinary night of this organisation."""

    calls: int
    a_night: int

    def nights(self, calls_due: int) -> int | None:
        """Say how many more nights so many calls take; None when a night leaves none."""
        if calls_due <= 0:
            return 0
        return ceil(calls_due / self.a_night) if self.a_night > 0 else None


def budget(
    *, per_day: int, left: int | None, books: int, by_hand: bool, at_most: int | None = None
) -> Budget:
    """Share the day: `left` is what Xero last said, `books` the calls the books took this time.

    `at_most` is what whoever runs the bot allows a run to spend.
    """
    kept = ceil(per_day * KEPT_SHARE)
    a_night = max(0, per_day - kept - books)
    calls = max(0, (per_day - books if left is None else left) - kept)
    if at_most is not None:
        a_night, calls = min(a_night, at_most), min(calls, at_most)
    return Budget(calls=min(calls, A_PERSON_WAITS) if by_hand else calls, a_night=a_night)
