"""Judges for the daily digest how much each organisation needs somebody, and why. Draws nothing.

The judgement is that of Home and `/backup status` (state.py); a digest adds what it alone knows: where growth
leads, and that an organisation went above a size limit since the last one. That is said as *needs you* once;
from then on it is a warning here as there, because waiting for somebody would not make it smaller.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum

from bot.domain.digest import DigestLine
from bot.domain.standing import Standing
from bot.views import state
from bot.views.state import Need


class Trouble(StrEnum):
    """Why an organisation needs somebody, worst first."""

    DISCONNECTED = "disconnected"
    FAILED = "failed"
    OVERDUE = "overdue"
    NO_BACKUP = "no backup yet"
    OVER_LIMIT = "over a limit"


_ORDER = {one: place for place, one in enumerate(Trouble)}


def need(line: DigestLine, today: date) -> Need:
    """Sort one organisation by what it needs."""
    if troubles(line):
        return Need.NEEDS_YOU
    found = state.need(line.standing)
    return Need.WARNING if found is Need.FINE and any(line.tight(today)) else found


def troubles(line: DigestLine) -> tuple[Trouble, ...]:
    """List why an organisation needs somebody, worst first."""
    return tuple(_troubles(line))


def worst_first(lines: Sequence[DigestLine], today: date) -> list[DigestLine]:
    """Order lines by need, within that by the worst trouble, then by name."""

    def rank(line: DigestLine) -> tuple[int, int, str]:
        worst = min((_ORDER[one] for one in troubles(line)), default=0)
        return need(line, today), worst, line.name.casefold()

    return sorted(lines, key=rank)


def _troubles(line: DigestLine) -> Iterator[Trouble]:
    if state.disconnected(line.standing):
        yield Trouble.DISCONNECTED
    elif state.need(line.standing) is Need.NEEDS_YOU:
        yield _why(line.standing)
    if line.newly_over:
        yield Trouble.OVER_LIMIT


def _why(one: Standing) -> Trouble:
    if one.good is None and not state.failed(one):
        return Trouble.NO_BACKUP
    return Trouble.OVERDUE if state.missed(one) else Trouble.FAILED
