"""How many calls a day Xero allows an organisation, by what its answers show. Pure."""

from __future__ import annotations

_TIERS = (1000, 5000)  # calls a day and organisation: Starter, and every tier above it
_NOTED_LATE = 300  # of a day's calls may be counted twice: what is left is noted now and then


def day_of(per_day: int, *, used: int, left: int | None) -> int:
    """Say how many calls a day Xero allows: as configured, or what its answers show to be a smaller tier.

    Xero tells what is left, never the tier (developer.xero.com/faq/limits). Where others have used up most of
    a larger day it looks like a smaller one; then less is spent, never more.
    """
    if left is None:
        return per_day
    fitting = (tier for tier in _TIERS if used + left <= tier + _NOTED_LATE)
    return min(per_day, next(fitting, per_day))
