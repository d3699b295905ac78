"""What people may set from Slack, with the defaults that just work. Values only.

A value that is not set (None, "") follows from facts: an organisation's quiet hour from its own zone and id,
a workspace's zone from its first organisation. Who fills those in is services/timing/schedules.py.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from bot.domain.timetable import EVERY_DAY, Timetable

BREAKFAST = time(8, 0)
TIMES_AT_MOST = 4  # backups of one organisation a day
APPROVALS_AT_MOST = 5
NAMED_AT_MOST = 20  # people named for one right
# Of each number of a retention: the least and the most that may be set.
RETENTION_BOUNDS = {"all_days": (2, 3650), "daily": (0, 3650), "monthly": (0, 240), "yearly": (0, 50)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How many snapshots are kept: all of some days, then one a day, a month, a year."""

    all_days: int = 7
    daily: int = 35
    monthly: int = 13
    yearly: int = 7

    def keeps_less_than(self, other: Retention) -> bool:
        """Say whether snapshots that `other` keeps may be deleted under this one."""
        return any(getattr(self, name) < getattr(other, name) for name in RETENTION_BOUNDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSettings:
    """When the daily digest comes; `zone` "": of the first organisation, `channel` "": each one's home."""

    enabled: bool = True
    at: time = BREAKFAST
    weekdays: frozenset[int] = EVERY_DAY
    zone: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvers:
    """Who may approve a restore: people, user groups; nobody named means the workspace admins."""

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    needed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceSettings:
    """The settings of one Slack workspace; `keepers` are user ids."""

    digest: DigestSettings = DigestSettings()
    keepers: tuple[str, ...] = ()
    approvers: Approvers = Approvers()


class Extra(StrEnum):
    """What is read beside the books only where somebody wants it: it costs calls, or it is private."""

    ATTACHMENTS = "attachments"
    HISTORY = "history"
    PDFS = "pdfs"
    PAYROLL = "payroll"
    JOURNALS = "journals"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationSettings:
    """The settings of one organisation; `timetable` None: the quiet hour we chose, no times: by hand."""

    timetable: Timetable | None = None
    retention: Retention = Retention()
    extras: frozenset[Extra] = frozenset({Extra.ATTACHMENTS, Extra.HISTORY})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraCost:
    """What a first reading of the extras would cost, by the newest backup's counts, in calls to Xero.

    `records_with_files` may have files attached; how many have is not counted. `calls_a_night` are left over
    when the books have been read; None: not known.
    """

    history_calls: int
    pdf_calls: int
    records_with_files: int
    calls_a_night: int | None = None

    def nights(self, extras: Collection[Extra]) -> int | None:
        """Say how many nights a first reading of history and PDFs takes, as far as they are wanted.

        None: not known. Files are not reckoned in: nobody knows how many there are before they are listed.
        """
        calls = self.calls(extras)
        return -(-calls // self.calls_a_night) if self.calls_a_night else None

    def calls(self, extras: Collection[Extra]) -> int:
        """Count the calls of history and PDFs, as far as they are wanted."""
        history = self.history_calls if Extra.HISTORY in extras else 0
        return history + (self.pdf_calls if Extra.PDFS in extras else 0)
