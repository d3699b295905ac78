"""The picture of growth as values: what is drawn, and the same in words. Draws nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.forecast import Forecast, GrowthPoint, GrowthSeries

ALT_LIMIT = 1000  # characters that Slack's upload takes
_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One size limit over time; `points` are shares of the limit, 1.0 is exactly at it."""

    title: str
    count: int
    limit: int
    points: tuple[tuple[date, float], ...]
    reaches_at: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Everything that is drawn: lines by share, the fullest first; snapshots kept by day."""

    name: str
    lines: tuple[Line, ...]
    kept: tuple[tuple[date, int], ...]
    bytes_kept: int


def chart_of(name: str, series: GrowthSeries, forecasts: Sequence[Forecast]) -> Chart | None:
    """Put a picture together; None where there are not yet two days to draw a line between."""
    points = series.points
    if len(points) < 2:
        return None
    lines = [line for one in forecasts if (line := _line(one, points)) is not None]
    if not lines:
        return None
    return Chart(
        name=name,
        lines=tuple(sorted(lines, key=lambda one: -one.count / one.limit)),
        kept=tuple((point.day, point.snapshots) for point in points),
        bytes_kept=points[-1].bytes_kept,
    )


def alt_text(chart: Chart) -> str:
    """Say in words, with the numbers, what the picture shows."""
    first, last = chart.kept[0], chart.kept[-1]
    name = chart.name if len(chart.name) <= _NAME else f"{chart.name[: _NAME - 1]}…"
    said = [f"Growth of {name} against the size limits, {day(first[0])} to {day(last[0])}."]
    said += [_in_words(line) for line in chart.lines]
    said.append(f"Snapshots kept: {last[1]:,}, at first {first[1]:,}.")
    text = " ".join(said)
    return text if len(text) <= ALT_LIMIT else f"{text[: ALT_LIMIT - 1]}…"


def day(on: date, *, year: bool = True) -> str:
    """Write a date as people read it."""
    return f"{on.day} {on:%b %Y}" if year else f"{on.day} {on:%b}"


def about(on: date, today: date) -> str:
    """Write a date ahead no finer than it can be known: a year away, the month is enough."""
    return day(on) if (on - today).days <= 365 else f"{on:%b %Y}"


def percent(share: float) -> str:
    """Write a share rounded down, so that it never flatters."""
    if 0 < share < 0.01:
        return "under 1 %"
    return f"{int(share * 100 + 1e-9):,} %"


def _line(one: Forecast, points: Sequence[GrowthPoint]) -> Line | None:
    limit = one.limit
    history = tuple(
        (point.day, point.counts[limit.key] / limit.limit) for point in points if limit.key in point.counts
    )
    if limit.count is None or not history:
        return None
    return Line(
        title=limit.title, count=limit.count, limit=limit.limit, points=history, reaches_at=one.reaches_at
    )


def _in_words(line: Line) -> str:
    share, at_first = line.count / line.limit, line.points[0][1]
    before = f", at first {percent(at_first)}" if percent(at_first) != percent(share) else ""
    last = line.points[-1][0]
    ahead = f"; 100 % about {about(line.reaches_at, last)} at this pace" if line.reaches_at else ""
    return f"{line.title}: {line.count:,} of {line.limit:,} ({percent(share)}{before}){ahead}."
