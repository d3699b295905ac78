"""Say what became of backups: on a day or at a time of day, over the last week, and what is due. Reads only.

Everything comes from the table of runs, the schedules and the standings. A day is one in the zone of the
organisation's schedule; what happened on another day never stands in for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.db.engine import Database
from bot.db.tables import RunRow, ScheduleRow
from bot.domain.answers import FactPart
from bot.domain.backup import RunState, Verdict
from bot.domain.schedule import ScheduleKind
from bot.domain.standing import Outline, Standing
from bot.services.asking.beyond import Day, day_of
from bot.services.running import outlines
from bot.services.running.runs import BACKUP
from bot.services.timing import zones

KEYS = frozenset({"of_day", "outcomes", "failed", "overdue", "next_digest"})
_WEEK = timedelta(days=7)
_MOST = 7
_SAID = {
    RunState.COMPLETE: "complete",
    RunState.GAPS: "complete with gaps",
    RunState.FAILED: "failed",
    RunState.STOPPED: "stopped by a person",
}
_UNDER_WAY = "not finished"
_LIST = "the list of backups"


@dataclass(frozen=True, slots=True)
class _Began:
    """A backup that began in the span asked about."""

    at: datetime
    said: str
    outline: Outline | None


def answer(db: Database, key: str, standings: Sequence[Standing], text: str, now: datetime) -> FactPart:
    """Answer one of KEYS about these organisations, one at least."""
    if key == "next_digest":
        return _next_digest(db, standings[0].organisation.workspace_id)
    if key == "overdue":
        return _overdue(standings)
    if key == "failed":
        return _failed(standings)
    if key == "outcomes":
        return _outcomes(db, standings, now)
    return _of_day(db, standings, day_of(text) or Day(), now)


def _of_day(db: Database, standings: Sequence[Standing], day: Day, now: datetime) -> FactPart:
    spans = {str(one.organisation.id): _span(day, now, one.zone) for one in standings}
    began = _began(db, spans)
    told = [(one, began[one.organisation.id]) for one in standings]
    if len(told) == 1:
        one, runs = told[0]
        headline, more = _alone(one, runs, day, spans[one.organisation.id]), _failure_of(runs)
    else:
        words = Counter(runs[-1].said if runs else "without a backup" for _, runs in told)
        counts = ", ".join(f"{count} {said}" for said, count in words.most_common())
        headline = f"{day.words.capitalize()}, of {len(told)} organisations: {counts}."
        worst = sorted(told, key=lambda each: (bool(each[1]), not each[1] or each[1][-1].said == "complete"))
        more = tuple(_line(one, runs) for one, runs in worst[:_MOST])
        more += ("Ask about one of the others by name.",) if len(told) > _MOST else ()
    return FactPart(key="of_day", kind="of_day", headline=headline, more=more, source=_LIST)


def _span(day: Day, now: datetime, zone: str) -> tuple[datetime, datetime]:
    """Give the beginning and the end of what is asked about, on the wall of a zone."""
    here = now.astimezone(ZoneInfo(zone))
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    before = midnight - timedelta(days=1)
    if day.at is not None:
        begins = (before if day.is_yesterday else midnight).replace(hour=day.at.hour, minute=day.at.minute)
        begins -= timedelta(days=1) if begins > here else timedelta()
        return begins, begins + timedelta(hours=1)
    if day.is_night:
        return before.replace(hour=18), min(midnight.replace(hour=12), here)
    if day.is_yesterday:
        return before, midnight
    return midnight, here + timedelta(minutes=1)


def _began(db: Database, spans: Mapping[str, tuple[datetime, datetime]]) -> dict[str, list[_Began]]:
    first, last = (
        edge.astimezone(UTC)
        for edge in (min(s for s, _ in spans.values()), max(e for _, e in spans.values()))
    )
    wanted = (
        select(RunRow)
        .where(
            RunRow.organisation_id.in_(spans),
            RunRow.kind == BACKUP,
            RunRow.requested_at >= first,
            RunRow.requested_at < last,
        )
        .order_by(RunRow.requested_at)
    )
    found: dict[str, list[_Began]] = {key: [] for key in spans}
    with db.reading() as session:
        for row in session.scalars(wanted):
            begins, ends = spans[row.organisation_id]
            if begins <= row.requested_at < ends:
                said = _SAID.get(RunState(row.state), _UNDER_WAY)
                outline = outlines.from_row(row) if row.finished_at else None
                found[row.organisation_id].append(_Began(row.requested_at, said, outline))
    return found


def _alone(one: Standing, runs: Sequence[_Began], day: Day, span: tuple[datetime, datetime]) -> str:
    title = one.organisation.name
    if not runs:
        return f"No backup of {title} began {day.words}, {_from_to(span, one.zone)}."
    return f"{title}, {day.words}: {_told(runs, one.zone)}."


def _line(one: Standing, runs: Sequence[_Began]) -> str:
    return f"{one.organisation.name}: {_told(runs, one.zone) if runs else 'no backup began then'}."


def _told(runs: Sequence[_Began], zone: str) -> str:
    last = runs[-1]
    gaps = last.outline.gaps if last.outline else ()
    left = f" ({', '.join(gap.title for gap in gaps[:3])})" if gaps else ""
    which = "the backup" if len(runs) == 1 else f"the last of {len(runs)} backups"
    return f"{which} that began {_wall(last.at, zone)}: {last.said}{left}"


def _failure_of(runs: Sequence[_Began]) -> tuple[str, ...]:
    outline = runs[-1].outline if runs else None
    return (outline.failure,) if outline and outline.failure else ()


def _outcomes(db: Database, standings: Sequence[Standing], now: datetime) -> FactPart:
    names = {str(one.organisation.id): one.organisation.name for one in standings}
    since = now - _WEEK
    wanted = select(RunRow.organisation_id, RunRow.state).where(
        RunRow.organisation_id.in_(names), RunRow.kind == BACKUP, RunRow.finished_at >= since
    )
    with db.reading() as session:
        found = [(key, RunState(state)) for key, state in session.execute(wanted)]
    states = Counter(state for _, state in found)
    failed = Counter(key for key, state in found if state is RunState.FAILED)
    others = ", ".join(
        f"{count} {_SAID[state]}" for state, count in states.items() if state is not RunState.FAILED
    )
    backups = "1 backup" if len(found) == 1 else f"{len(found)} backups"
    return FactPart(
        key="outcomes",
        kind="outcomes",
        headline=f"In the last 7 days, {states[RunState.FAILED]} of {backups} failed.",
        more=(
            *((f"The others: {others}.",) if others else ()),
            *(f"{names[key]}: {count} failed." for key, count in failed.most_common(_MOST - 1)),
        ),
        source=f"{_LIST}, those that ended since {_wall(since, standings[0].zone)}",
    )


def _failed(standings: Sequence[Standing]) -> FactPart:
    last = [(one, one.last) for one in standings if one.last is not None]
    failed = [(one, last) for one, last in last if last.verdict is Verdict.FAILED]
    gaps = sum(1 for _, each in last if each.verdict is Verdict.GAPS)
    told = ", ".join(one.organisation.name for one, _ in failed[:_MOST])
    told += f" and {len(failed) - _MOST} more" if len(failed) > _MOST else ""
    headline = f"The last backup failed for: {told}." if failed else "No last backup failed."
    if not last:
        headline = "There is no backup yet, so none has failed."
    return FactPart(
        key="failed",
        kind="failed",
        headline=headline,
        more=(
            *(
                f"{one.organisation.name}, {_wall(each.finished_at, one.zone)}: {each.failure or 'failed'}"
                for one, each in failed[: _MOST - 1]
            ),
            *((f"With gaps: the last backup of {gaps}.",) if gaps else ()),
        ),
        source=f"{_LIST}: the last one of each organisation",
    )


def _overdue(standings: Sequence[Standing]) -> FactPart:
    due = [(one, one.overdue_since) for one in standings if one.overdue_since]
    late = [one.organisation.name for one in standings if one.late_since]
    told = ", ".join(one.organisation.name for one, _ in due[:_MOST])
    told += f" and {len(due) - _MOST} more" if len(due) > _MOST else ""
    return FactPart(
        key="overdue",
        kind="overdue",
        headline=f"A backup is overdue for: {told}." if due else "No backup is overdue.",
        more=(
            *(
                f"{one.organisation.name}: due {_wall(since, one.zone)}, and there is none since."
                for one, since in due[: _MOST - 1]
            ),
            *((f"Late, but under way: {', '.join(late[:_MOST])}.",) if late else ()),
        ),
        source="the schedules and the list of backups",
    )


def _next_digest(db: Database, workspace_id: str) -> FactPart:
    wanted = select(ScheduleRow.next_at, ScheduleRow.zone).where(
        ScheduleRow.kind == ScheduleKind.DIGEST, ScheduleRow.subject == workspace_id
    )
    with db.reading() as session:
        row = session.execute(wanted).first()
    none = "No digest is planned for this workspace."
    told = (
        none
        if row is None or row.next_at is None
        else f"The next digest comes {_wall(row.next_at, zones.known(row.zone))}."
    )
    return FactPart(key="next_digest", kind="next_digest", headline=told, source="the schedule of the digest")


def _from_to(span: tuple[datetime, datetime], zone: str) -> str:
    begins, ends = span
    return f"from {begins:%d %b %H:%M} to {ends:%d %b %H:%M} ({_place(zone)})"


def _wall(at: datetime, zone: str) -> str:
    here = at.astimezone(ZoneInfo(zone))
    return f"{here:%a} {here.day} {here:%b} at {here:%H:%M} ({_place(zone)})"


def _place(zone: str) -> str:
    return "UTC" if zone == "UTC" else f"{zone.rsplit('/', 1)[-1].replace('_', ' ')} time"
