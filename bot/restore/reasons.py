"""Every reason a plan may give, by its key. Data, gathered from the kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.restore.kinds import lines
from bot.restore.model import Kind, Reason


def gathered(kinds: Iterable[Kind]) -> Mapping[str, Reason]:
    """Collect the reasons of all kinds; one key may only ever mean one thing (ValueError)."""
    found: dict[str, Reason] = {}
    for one in (*lines.REASONS, *(reason for kind in kinds for reason in kind.reasons)):
        if found.setdefault(one.key, one) != one:
            raise ValueError(f"two reasons are called {one.key}")
    return found
