"""Draws the distance to the size limits: bars with numbers and words, never colour alone."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.limits import Level, LimitReading
from bot.views.words import bar, label, number, percent, series


def line(reading: LimitReading) -> str:
    """Draw one limit as a bar, its numbers and its level in words."""
    title = label(reading.title)
    if reading.count is None:
        return f"{title}: could not be counted (limit {number(reading.limit)})"
    return (
        f"`{bar(reading.share)}` {title}: {number(reading.count)} of {number(reading.limit)}{_level(reading)}"
    )


def inline(reading: LimitReading) -> str:
    """Say one limit in words only."""
    if reading.count is None:
        return f"{label(reading.title)}, could not be counted"
    return f"{label(reading.title)}, {number(reading.count)} of {number(reading.limit)}{_level(reading)}"


def notable(readings: Sequence[LimitReading]) -> list[LimitReading]:
    """Pick what must be said: over first, then close, then what could not be counted; the rest is silent."""
    order = (Level.OVER, Level.CLOSE, Level.UNKNOWN)
    worth = [reading for reading in readings if reading.level in order]
    return sorted(worth, key=lambda reading: (order.index(reading.level), -reading.share))


def warning(readings: Sequence[LimitReading]) -> str:
    """Say which limits are close or over, or nothing."""
    lines = [line(reading) for reading in notable(readings)]
    if not lines:
        return ""
    return "\n".join(["*Size limits* (above these a restore is known to run into trouble)", *lines])


def overview(readings: Sequence[LimitReading]) -> str:
    """Draw every limit; used where people look at sizes for the first time."""
    heading = "*Size against the limits* above which a restore is known to run into trouble"
    return "\n".join([heading, *(_first(reading) for reading in readings)])


def spoken(readings: Sequence[LimitReading]) -> str:
    """Say close and over limits for readers who only hear the message; nothing when all is fine."""
    over = [label(r.title).lower() for r in readings if r.level is Level.OVER]
    close = [label(r.title).lower() for r in readings if r.level is Level.CLOSE]
    parts = [f"over a size limit: {series(over)}"] * bool(over)
    parts += [f"close to a size limit: {series(close)}"] * bool(close)
    return "; ".join(parts)


def _first(reading: LimitReading) -> str:
    if reading.count is None:
        return f"{label(reading.title)}: not counted yet (limit {number(reading.limit)})"
    return line(reading)


def _level(reading: LimitReading) -> str:
    if reading.count is not None and reading.level is Level.OVER:
        above = reading.count - reading.limit
        return f", *over* by {number(above)}" if above else ", *at the limit*"
    share = percent(reading.share)
    return f" ({share}, *close*)" if reading.level is Level.CLOSE else f" ({share}, fine)"
