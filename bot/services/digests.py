"""Put together the daily digest of every channel of a workspace: how things stand, and what is new.

Reads only, with a handful of queries for any number of organisations; posts nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from bot.db.engine import Database
from bot.db.tables import Delivery
from bot.domain.digest import ChannelDigest, DigestLine
from bot.domain.forecast import Forecast
from bot.domain.names import MessageRef, WorkspaceId
from bot.domain.organisation import Organisation
from bot.domain.restore_note import RestoreNote
from bot.domain.settings import DigestSettings
from bot.domain.standing import Standing
from bot.domain.timetable import Timetable
from bot.errors import Damaged
from bot.pictures.growth import Chart, Line, chart_of
from bot.queue import Queue
from bot.services import digest_parts as parts
from bot.services import restore_notes
from bot.services.looking.growth import Growth
from bot.services.organisations import Organisations
from bot.services.settings import SettingsStore, extras_of
from bot.services.standings import Standings
from bot.services.timing.schedules import Schedules

DIGEST = "digest"
MOVES = 0.01  # of a limit: less than that is a flat line
UNREADABLE = "What a backup left behind in the database cannot be read."


class Digests:
    """The digests of all workspaces."""

    def __init__(
        self,
        db: Database,
        *,
        organisations: Organisations,
        standings: Standings,
        schedules: Schedules,
        settings: SettingsStore,
        growth: Growth,
        queue: Queue,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._organisations, self._standings = db, organisations, standings
        self._schedules, self._settings, self._growth = schedules, settings, growth
        self._queue, self._now = queue, now

    def channels(self, workspace_id: str) -> dict[str, str]:
        """Name the channels that get a digest, and for each the person told when it cannot be used."""
        return {key: _person(some) for key, some in self._homes(workspace_id).items()}

    def is_wanted(self, workspace_id: str, slot: str) -> bool:
        """Say whether this slot is still to be told: not when switched off, nor when a later day is due."""
        wanted = self._settings.workspace(workspace_id).digest
        newest = self._timetable(workspace_id, wanted).last_until(self._now())
        return wanted.enabled and (newest is None or newest.key[:10] <= slot[:10])

    def of(self, workspace_id: str, slot: str) -> list[ChannelDigest]:
        """Give the digest of every channel for a slot of the wall clock, e.g. "2026-11-22T08:00".

        Raises Transient when the database does not answer, Damaged when what it holds makes no sense.
        """
        try:
            return self._of(workspace_id, slot)
        except msgspec.MsgspecError as error:
            raise Damaged(UNREADABLE) from error

    def unposted(self, workspace_id: str, slot: str) -> dict[str, str]:
        """Name the channels whose digest of this slot is not on its way, as `channels` does."""
        with self._db.reading() as session:
            told = parts.posted(session, workspace_id, slot)
        return {key: person for key, person in self.channels(workspace_id).items() if key not in told}

    def shown(self, workspace_id: str, slot: str, channel_id: str) -> MessageRef | None:
        """Say where a channel's digest stands in Slack; None while it is still on its way."""
        with self._db.reading() as session:
            row = session.get(Delivery, f"{DIGEST}:{workspace_id}:{slot}:{channel_id}:1")
            sent = row is not None and row.state == "sent"
            return MessageRef(channel_id=row.channel_id, ts=row.ts) if row and sent else None

    def preview(self, workspace_id: str) -> list[ChannelDigest]:
        """Give the digests as they would be at this moment."""
        return self.of(workspace_id, self._moment(workspace_id))

    def chart(self, found: ChannelDigest) -> Chart | None:
        """Give the growth of the organisation that has the most to show; None when every line is flat."""
        line = max(found.lines, key=lambda one: _fullest(one, found.day), default=None)
        if line is None:
            return None
        series = self._growth.series(line.standing.organisation.id)
        chart = chart_of(line.name, series, line.forecasts)
        return chart if chart and any(_moves(one) for one in chart.lines) else None

    def post_now(self, workspace_id: str) -> str:
        """Ask for a digest of this moment, whatever the hour and the settings; gives its slot."""
        slot = self._moment(workspace_id)
        key = f"{DIGEST}:{workspace_id}:{slot}"
        args = {"workspace": workspace_id, "slot": slot, "asked": True}
        self._queue.enqueue(DIGEST, organisation=workspace_id, key=key, args=args)
        return slot

    def _of(self, workspace_id: str, slot: str) -> list[ChannelDigest]:
        homes = self._homes(workspace_id)
        everyone = [one for some in homes.values() for one in some]
        zone, now = self._schedules.zone_of(workspace_id), self._now()
        due_at = datetime.fromisoformat(slot).replace(tzinfo=ZoneInfo(zone))
        standings = {one.organisation.id: one for one in self._standings.of(everyone)}
        with self._db.reading() as session:
            since = parts.told_until(session, workspace_id, slot) or self._slot_before(workspace_id, due_at)
            past = parts.Past.read(session, list(standings.values()), since)
            told_before = parts.told_before(session, workspace_id, slot)
            ended = restore_notes.ended(session, list(standings), since)
            extras = extras_of(session, list(standings))
        whole = ChannelDigest(
            workspace_id=workspace_id,
            channel_id="",
            slot=slot,
            zone=zone,
            due_at=due_at,
            made_at=now,
            next_at=self._schedules.next_digest(workspace_id),
        )
        forecasts = self._growth.forecasts(list(standings))
        counts = parts.not_covered(everyone, extras)
        found = []
        for channel, some in homes.items():
            mine = [_line(standings[one.id], forecasts[one.id], past) for one in some]
            found.append(
                replace(
                    _channel(
                        replace(whole, channel_id=channel, instead_user=_person(some)), mine, past, counts
                    ),
                    restores=_told_here(
                        channel, some, (note for one in mine for note in one.standing.restores)
                    ),
                    restored=_told_here(channel, some, ended),
                    is_first=channel not in told_before,
                )
            )
        return found

    def _homes(self, workspace_id: str) -> dict[str, list[Organisation]]:
        """Sort what is linked by the channel that hears of it; without a home that is who linked it."""
        together = self._settings.workspace(workspace_id).digest.channel
        homes: dict[str, list[Organisation]] = {}
        for one in self._organisations.linked(WorkspaceId(workspace_id)):
            homes.setdefault(together or one.home_channel or one.linked_by, []).append(one)
        return homes

    def _slot_before(self, workspace_id: str, due_at: datetime) -> datetime:
        timetable = self._timetable(workspace_id, self._settings.workspace(workspace_id).digest)
        before = timetable.last_until(due_at - timedelta(minutes=1))
        return before.at if before else due_at - timedelta(days=1)

    def _timetable(self, workspace_id: str, wanted: DigestSettings) -> Timetable:
        zone = self._schedules.zone_of(workspace_id)
        return Timetable(times=(wanted.at,), weekdays=wanted.weekdays, zone=zone)

    def _moment(self, workspace_id: str) -> str:
        zone = ZoneInfo(self._schedules.zone_of(workspace_id))
        return self._now().astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")


def _line(one: Standing, forecasts: tuple[Forecast, ...], past: parts.Past) -> DigestLine:
    return DigestLine(standing=one, forecasts=forecasts, newly_over=past.newly_over(one))


def _channel(
    bare: ChannelDigest, lines: Sequence[DigestLine], past: parts.Past, counts: Mapping[str, int]
) -> ChannelDigest:
    """Add to a channel's digest what its organisations have to tell."""
    mine = [one.standing for one in lines]
    looks, more = past.looks(mine)
    return replace(
        bare,
        lines=tuple(lines),
        coverage=past.coverage(mine, counts),
        looks=looks,
        more_looks=more,
    )


def _told_here(
    channel: str, organisations: Sequence[Organisation], notes: Iterable[RestoreNote]
) -> tuple[RestoreNote, ...]:
    """Give each note once as this channel may read it: its own, or of what it looks after."""
    mine = {one.id for one in organisations}
    found: dict[str, RestoreNote] = {}
    for note in notes:
        if note.source_id in mine or note.channel_id == channel:
            found[note.id] = note
        elif note.target_id in mine:
            found[note.id] = note.without_source()
    return tuple(found.values())


def _fullest(line: DigestLine, today: date) -> tuple[bool, float]:
    """Rank by limits that are close or reached soon, then by the fullest limit."""
    limits = line.standing.good.limits if line.standing.good else ()
    return any(line.tight(today)), max((one.share for one in limits), default=0.0)


def _moves(line: Line) -> bool:
    shares = [share for _, share in line.points]
    return max(shares) - min(shares) >= MOVES


def _person(organisations: Sequence[Organisation]) -> str:
    """Choose who hears it when the channel cannot be used: who linked most of them."""
    return Counter(one.linked_by for one in organisations).most_common(1)[0][0]
