"""Measure an organisation against the size limits. Pure over counts; reads nothing by itself."""

from __future__ import annotations

from collections.abc import Mapping

from bot.catalogue import SIZE_LIMITS
from bot.domain.limits import LimitReading


def readings(counts: Mapping[str, int | None]) -> tuple[LimitReading, ...]:
    """Give one reading per limit; a limit whose parts are not all known is unknown, never fine."""
    return tuple(
        LimitReading(
            key=one.key, title=one.title, count=_sum(counts, one.counts or (one.key,)), limit=one.limit
        )
        for one in SIZE_LIMITS
    )


def _sum(counts: Mapping[str, int | None], keys: tuple[str, ...]) -> int | None:
    total = 0
    for key in keys:
        count = counts.get(key)
        if count is None:
            return None
        total += count
    return total
