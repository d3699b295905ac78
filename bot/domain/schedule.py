"""What the clock has planned for one subject. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.timetable import Timetable


class ScheduleKind(StrEnum):
    """What may be due; the value is stored."""

    BACKUP = "backup"  # subject: an organisation
    DIGEST = "digest"  # subject: a workspace
    VERIFY = "verify"  # subject: an organisation; a rolling thirtieth of its copies is read
    RETENTION = "retention"  # subject: an organisation; snapshots that are no longer to be kept
    KEEP_ALIVE = "keepalive"  # subject: the house; consents that nobody used for days
    EXPIRY = "expiry"  # subject: the house; tickets and requests whose time is over
    TIDY = "tidy"  # subject: the house; rows that nobody asks for any more


class SlotOutcome(StrEnum):
    """What became of the last slot of a backup schedule; the value is stored."""

    ASKED = "asked"  # a backup was asked for
    KEPT = "kept"  # an earlier backup was still under way (or parked) and keeps its place
    DISCONNECTED = "disconnected"  # Xero does not let us in
    RETRY = "retry"  # it failed by passing trouble and is tried again at retry_at
    GAVE_UP = "gave up"  # tried again as often as we do


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The backup schedule of one organisation as it is now."""

    timetable: Timetable
    is_default: bool = True  # nobody chose it: the quiet hour we chose
    next_at: datetime | None = None  # None: never by itself
    due_at: datetime | None = None  # the newest slot that has passed since the schedule is what it is
    retry_at: datetime | None = None
    outcome: SlotOutcome | None = None
