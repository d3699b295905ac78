"""What people may set from Slack, with the defaults that just work. Values only.

A value that is not set (None, "") follows from facts: an organisation's quiet hour from its own zone and id,
a workspace's zone from its first organisation. Who fills those in is services/schedules.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from bot.domain.timetable import EVERY_DAY, Timetable

BREAKFAST = time(8, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How many snapshots are kept: all of some days, then one a day, a month, a year."""

    all_days: int = 7
    daily: int = 35
    monthly: int = 13
    yearly: int = 7


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationSettings:
    """The settings of one organisation; `timetable` None: the quiet hour we chose, no times: by hand."""

    timetable: Timetable | None = None
    retention: Retention = Retention()
