"""What the first scan after linking found. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.coverage import CoverageLine
from bot.domain.limits import LimitReading
from bot.domain.organisation import Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstScan:
    """Facts for the First connection message; `seconds_estimate` is waiting by Xero's minute limit.

    `calls_estimate` are those of the books. What is read record by record follows over nights: for history
    `history_calls`, as far as records were counted, in `fill_nights`; None: a night has no calls for it.
    """

    organisation: Organisation
    limits: tuple[LimitReading, ...]
    calls_estimate: int
    seconds_estimate: int
    calls_per_day: int
    history_calls: int = 0
    fill_nights: int | None = None
    reads_attachments: bool = False
    not_covered: tuple[CoverageLine, ...]  # worst first, at most five
    not_covered_total: int
    copies_kept: str  # "in the folder of this installation" or "in the bucket …": where the vault is
    key_holder: str  # who holds the key, in words
    next_step: str = ""
    reconnected: bool = False
    has_copies: bool = False  # of before: the next backup builds on them
    seen_at: datetime | None = None
    next_run_at: datetime | None = None  # None: never by itself
    zone: str = "UTC"  # of the schedule
