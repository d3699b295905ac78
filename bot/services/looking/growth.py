"""How organisations grow: one row a day of what the size limits count and what is kept. Reads no records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from bot.catalogue import SIZE_LIMITS
from bot.db.engine import Database
from bot.db.tables import GrowthRow
from bot.domain.forecast import LOOK_BACK, Forecast, GrowthPoint, GrowthSeries, forecast
from bot.domain.limits import LimitReading
from bot.services.limits import readings
from bot.services.running.summaries import counts_of
from bot.vault import SnapshotInfo


class Growth:
    """The table of growth."""

    def __init__(self, db: Database, *, now: Callable[[], datetime]) -> None:
        self._db, self._now = db, now

    def note(self, session: Session, organisation_id: str, kept: Sequence[SnapshotInfo]) -> None:
        """Write the day of the newest of the snapshots kept (oldest first), in the present unit of work.

        Where nothing is written yet, as after the database was made anew, every day of them is written.
        """
        points = _points(kept)
        known = session.scalar(select(exists().where(GrowthRow.organisation_id == organisation_id)))
        for point in points[-1:] if known else points:
            session.merge(_row(organisation_id, point))

    def rebuild(self, organisation_id: str, kept: Sequence[SnapshotInfo]) -> int:
        """Write every day of the snapshots kept if nothing is written yet; gives how many days."""
        with self._db.session() as session:
            if session.scalar(select(exists().where(GrowthRow.organisation_id == organisation_id))):
                return 0
            points = _points(kept)
            session.add_all(_row(organisation_id, point) for point in points)
        return len(points)

    def series(self, organisation_id: str) -> GrowthSeries:
        """Give the last 120 days of one organisation."""
        return self.many([organisation_id])[organisation_id]

    def many(self, organisation_ids: Collection[str]) -> dict[str, GrowthSeries]:
        """Give the last 120 days of several organisations in one query; every id is present."""
        found: dict[str, list[GrowthPoint]] = {key: [] for key in organisation_ids}
        with self._db.reading() as session:
            rows = session.execute(
                select(
                    GrowthRow.organisation_id,
                    GrowthRow.day,
                    GrowthRow.counts,
                    GrowthRow.snapshots,
                    GrowthRow.bytes_kept,
                )
                .where(GrowthRow.organisation_id.in_(found), *self._recent())
                .order_by(GrowthRow.day)
            )
            for key, day, counts, snapshots, size in rows:
                found[key].append(
                    GrowthPoint(
                        day=date.fromisoformat(day), counts=counts, snapshots=snapshots, bytes_kept=size
                    )
                )
        return {key: GrowthSeries(organisation_id=key, points=tuple(points)) for key, points in found.items()}

    def forecasts(self, organisation_ids: Collection[str]) -> dict[str, tuple[Forecast, ...]]:
        """Give one forecast per size limit and organisation; none where no backup was counted yet."""
        return {key: forecasts_of(series) for key, series in self.many(organisation_ids).items()}

    def _recent(self) -> tuple[ColumnElement[bool], ...]:
        return (GrowthRow.day >= (self._now().astimezone(UTC).date() - LOOK_BACK).isoformat(),)


def forecasts_of(series: GrowthSeries) -> tuple[Forecast, ...]:
    """Give one forecast per size limit, from what the last point counted."""
    if not series.points:
        return ()
    last = series.points[-1].counts
    return tuple(
        forecast(
            LimitReading(key=one.key, title=one.title, count=last.get(one.key), limit=one.limit),
            _history(series, one.key),
        )
        for one in SIZE_LIMITS
    )


def _history(series: GrowthSeries, key: str) -> list[tuple[date, int]]:
    return [(point.day, point.counts[key]) for point in series.points if key in point.counts]


def _points(kept: Sequence[SnapshotInfo]) -> list[GrowthPoint]:
    """Give one point per day, by the last snapshot of the day."""
    by_day: dict[date, GrowthPoint] = {}
    size = 0
    for number, snapshot in enumerate(kept, start=1):
        size += snapshot.bytes_added
        day = snapshot.taken_at.astimezone(UTC).date()
        by_day[day] = GrowthPoint(day=day, counts=_counts(snapshot), snapshots=number, bytes_kept=size)
    return list(by_day.values())


def _counts(snapshot: SnapshotInfo) -> Mapping[str, int]:
    """Give what the size limits count; what could not be counted is left out."""
    return {one.key: one.count for one in readings(counts_of(snapshot)) if one.count is not None}


def _row(organisation_id: str, point: GrowthPoint) -> GrowthRow:
    return GrowthRow(
        organisation_id=organisation_id,
        day=point.day.isoformat(),
        counts=dict(point.counts),
        snapshots=point.snapshots,
        bytes_kept=point.bytes_kept,
    )
