"""The one line about coverage that every summary carries."""

from __future__ import annotations

from bot.views.words import counted


def caveat(not_covered: int) -> str:
    """Say how much a backup does not cover; never that it covers everything."""
    if not not_covered:
        return "No backup covers everything that is kept in Xero."
    are = counted(not_covered, "kind of data is", "kinds of data are")
    return f"{are} not covered; some others would come back changed."
