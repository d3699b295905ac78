"""What the makers of demo data share.

The organisation, the calendar, and who and what there is to trade with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.sandbox.xero.demo.ground import at_hour
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record


@dataclass(frozen=True, slots=True)
class Partner:
    """A contact to trade with, and the currency it trades in."""

    contact_id: str
    currency: str


@dataclass(slots=True, kw_only=True)
class Stage:
    """The scene; makers fill it in turn."""

    org: PretendOrganisation
    start: date
    today: date
    customers: list[Partner] = field(default_factory=list)
    suppliers: list[Partner] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    archived_options: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    themes: list[str] = field(default_factory=list)
    banks: dict[str, str] = field(default_factory=dict)
    sales: list[Record] = field(default_factory=list)
    bills: list[Record] = field(default_factory=list)

    def moment(self, day: date) -> datetime:
        """Give an hour of a day for somebody to have typed something; never later than an hour ago."""
        random = self.org.random
        typed = at_hour(day, random.randint(8, 17), random.randint(0, 59)) + timedelta(
            seconds=random.randint(0, 59)
        )
        latest = self.org.now() - timedelta(hours=1)
        return min(typed, latest.replace(microsecond=0))

    def days(self, count: int) -> list[date]:
        """Give that many days between start and today, in order."""
        span = (self.today - self.start).days
        return sorted(self.start + timedelta(days=self.org.random.randint(0, span)) for _ in range(count))
