"""The daily digest of one channel: how its organisations stand and what is new. Values and one rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.backup import Gap
from bot.domain.forecast import Forecast
from bot.domain.limits import Level
from bot.domain.restore_note import RestoreNote
from bot.domain.standing import Finding, Standing

SOON = timedelta(days=60)  # a limit that is reached later than this is not yet worth a line
LATE_AFTER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """One organisation in a digest; `forecasts` are those of its size limits.

    `newly_over`: it went above a size limit since the last digest, so somebody should hear of it once.
    """

    standing: Standing
    forecasts: tuple[Forecast, ...] = ()
    newly_over: bool = False

    @property
    def name(self) -> str:
        """The organisation's name as Xero has it: untrusted text, to be escaped by every view."""
        return self.standing.organisation.name

    def tight(self, today: date) -> Iterator[Forecast]:
        """Yield the limits that are over or close, or that growth reaches within 60 days."""
        known = {one.limit.key: one for one in self.forecasts}
        for limit in self.standing.good.limits if self.standing.good else ():
            found = known.get(limit.key) or Forecast(limit=limit)
            soon = found.reaches_at is not None and found.reaches_at <= today + SOON
            if limit.level in {Level.OVER, Level.CLOSE} or (limit.level is Level.FINE and soon):
                yield found


@dataclass(frozen=True, slots=True, kw_only=True)
class GapNews:
    """One kind of data that became a gap, or no longer is one, and where."""

    title: str
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageNews:
    """What backups here do not cover (from `least` to `most` kinds of data each), and what is new in that."""

    least: int = 0
    most: int = 0
    gaps: int = 0  # kinds of data not read in the newest good backups, over all organisations
    new: tuple[GapNews, ...] = ()
    ended: tuple[GapNews, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One finding that is worth a look, and the run it was found in."""

    standing: Standing
    run_id: str
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDigest:
    """Everything one channel is told; `slot` is the moment on the wall of `zone`, e.g. "2026-11-22T08:00"."""

    workspace_id: str
    channel_id: str
    slot: str
    zone: str
    due_at: datetime
    made_at: datetime
    next_at: datetime | None = None
    instead_user: str = ""  # who hears it when the channel cannot be used
    lines: tuple[DigestLine, ...] = ()
    coverage: CoverageNews = CoverageNews()
    looks: tuple[Look, ...] = ()
    more_looks: int = 0  # what else is worth a look and has no line
    restores: tuple[RestoreNote, ...] = ()  # not over yet; of some the source may not be named here
    restored: tuple[RestoreNote, ...] = ()  # written and compared since the last digest
    is_first: bool = False  # this channel had no digest before: there is no last one to compare with

    @property
    def day(self) -> date:
        """The date people read: that of the slot."""
        return datetime.fromisoformat(self.slot).date()

    @property
    def is_late(self) -> bool:
        """Say whether it comes well after it was due."""
        return self.made_at - self.due_at >= LATE_AFTER


def gap_key(gap: Gap) -> tuple[str, str]:
    """Tell gaps apart: what is not read, and why."""
    return gap.resource, gap.reason.value
