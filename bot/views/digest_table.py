"""The table of the daily digest: one row for each organisation, worst first, split into what Slack takes.

A table may hold 100 rows and 10,000 characters, a message one table (docs.slack.dev/reference/block-kit). Its
cells are not formatted and show no one's own time zone, so times are those of the digest's zone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.backup import RunState, Verdict
from bot.domain.digest import ChannelDigest, DigestLine
from bot.domain.limits import Level, LimitReading
from bot.domain.standing import Outline
from bot.views import blocks, filling
from bot.views.blocks import Block
from bot.views.check import CHARACTERS_PER_OBJECT
from bot.views.digest_judge import troubles
from bot.views.moments import ago
from bot.views.words import counted, number, percent, plain_name

HEADINGS = ("Organisation", "Last good backup", "Verdict", "Changes", "Nearest limit")
_ROWS_AT_MOST, _CHARACTERS_AT_MOST = 99, 9_500
_FEWEST = 3  # fewer rows than this do not begin a table
# Short for what the limits count, so that a row stays a row.
_COUNTED: Mapping[str, str] = {
    "documents": "invoices and bills",
    "bank_transactions": "bank transactions",
    "allocated_credit_notes": "credit notes",
    "contacts": "contacts",
    "accounts": "account codes",
}


def rows(found: ChannelDigest) -> list[tuple[str, ...]]:
    """Draw one row for each organisation."""
    zone = ZoneInfo(found.zone)
    return [_row(line, found.made_at.astimezone(zone), found.day) for line in found.lines]


def split(
    waiting: Sequence[Sequence[str]], room: int
) -> tuple[Sequence[Sequence[str]], Sequence[Sequence[str]]]:
    """Part the rows that fit into so many characters of a message from the rest."""
    cells = CHARACTERS_PER_OBJECT * len(HEADINGS)
    heading = sum(map(len, HEADINGS))
    text, left, fit = heading, room - heading - cells - CHARACTERS_PER_OBJECT, 0
    for row in waiting[:_ROWS_AT_MOST]:
        long = sum(map(len, row))
        text, left = text + long, left - long - cells
        if left < 0 or text > _CHARACTERS_AT_MOST:
            break
        fit += 1
    if fit < min(_FEWEST, len(waiting)):
        fit = 0
    return waiting[:fit], waiting[fit:]


def drawn(shown: Sequence[Sequence[str]]) -> Block:
    """Draw rows as a table with its headings."""
    # Words, not numbers: read from the left, and wrapped where a phone is narrow.
    return {**blocks.table([HEADINGS, *shown]), "column_settings": [{"is_wrapped": True} for _ in HEADINGS]}


def _row(line: DigestLine, now: datetime, today: date) -> tuple[str, ...]:
    good = line.standing.good
    return (
        plain_name(line.name, 40),
        _last(good, now),
        _verdict(line, today),
        _changes(good),
        _nearest(good.limits if good else ()),
    )


def _last(good: Outline | None, now: datetime) -> str:
    if good is None:
        return "none yet"
    at = good.finished_at.astimezone(now.tzinfo)
    year = f" {at.year}" if at.year != now.year else ""
    return f"{at.day} {at:%b}{year} {at:%H:%M} ({ago(at, now)})"


def _verdict(line: DigestLine, today: date) -> str:
    """Say how the newest backup ended, and in the same words as the headline what it asks for."""
    one = line.standing
    why = troubles(line)
    if why:
        return f"Needs you: {'; '.join(each.value for each in why)}"
    if one.last is not None and one.last.verdict is Verdict.FAILED:
        if one.last.state is RunState.STOPPED:
            return "Warning: stopped by a person"
        return "Warning: failed, is tried again"
    if one.good is None:
        return "First backup under way" if one.running else "First backup planned"
    notes = [*_pressing(line, today), *(["one left out"] if one.left_out_at else [])]
    fills = [told] if (told := filling.cell(one.good.fills, one.filled_on)) else []
    if one.good.verdict is Verdict.GAPS:
        return "; ".join([f"Complete with gaps ({number(len(one.good.gaps))})", *notes, *fills])
    warnings = [f"warning: {', '.join(notes)}"] if notes else []
    return "; ".join(["Complete", *warnings, *fills])


def _pressing(line: DigestLine, today: date) -> list[str]:
    levels = {one.limit.level for one in line.tight(today)}
    if Level.OVER in levels:
        return ["over a limit"]
    return ["limit close" if Level.CLOSE in levels else "limit reached soon"] if levels else []


def _changes(good: Outline | None) -> str:
    if good is None:
        return "–"
    if good.first:
        return f"first copy: {counted(good.records, 'record')}"
    parts = (
        (good.new, "new"),
        (good.changed, "changed"),
        (good.voided, "voided"),
        (good.gone, "gone"),
    )
    return ", ".join(f"{number(count)} {what}" for count, what in parts if count) or "none"


def _nearest(limits: Sequence[LimitReading]) -> str:
    known = [one for one in limits if one.level is not Level.UNKNOWN]
    if not known:
        return "–"
    one = max(known, key=lambda reading: reading.share)
    return f"{percent(one.share)} of {number(one.limit)} {_COUNTED.get(one.key) or plain_name(one.title, 30)}"
