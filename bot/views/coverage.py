"""The answer to "what isn't covered?": everything about one organisation, and how one caveat is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.catalogue.model import ReasonClass
from bot.domain.coverage import CoverageLine, CoverageReport, Section
from bot.views import blocks, filling, limits
from bot.views.message import Entry, Listing, Message, compose
from bot.views.words import capital, counted, name, number, plain_name, series, stopped, when, when_plain

_LONG_FORM = 6  # kinds told at length in each section; the others are named
_CAVEATS_AT_MOST = 2
_DEEPER = " " * 6  # Slack keeps spaces at the beginning of a line
_WHERE_TO = (
    "“Comes back” and “written back” mean into another, empty organisation: `/backup restore` plans it, and "
    "never writes to this one."
)


def report(report: CoverageReport) -> Message:
    """Show everything that is not covered for one organisation, worst first."""
    title, warning = name(report.organisation_name), limits.warning(report.limits)
    known, fills = bool(report.lines or report.covered), filling.line(report.fills)
    counts = f"What isn't covered for {title}, {_as_of_plain(report.as_of)}: {_counts(report.lines)}."
    return compose(
        counts if known else f"I know nothing about {title} yet: it has no backup.",
        blocks.header(f"What isn't covered: {plain_name(report.organisation_name)}"),
        blocks.context(_as_of(report.as_of, report.snapshot_number)),
        blocks.section(_overview(report) if known else _NOTHING_KNOWN),
        blocks.section(fills) if fills else None,
        *(_section(section, report.lines) for section in Section),
        blocks.section(warning) if warning else None,
        blocks.context(_WHERE_TO, "Ask about one thing: `/backup coverage bank rules`, or any other word."),
    )


def told_line(line: CoverageLine) -> str:
    """Tell one caveat: why, since when, whether it moves the ledger, own numbers, and what to do."""
    return _line(line)


def _counts(lines: Sequence[CoverageLine]) -> str:
    numbers = [(section, len(_by_title(section, lines))) for section in Section]
    said = [f"{number(count)} {_LOWER[section]}" for section, count in numbers if count]
    return series(said) if said else "nothing known to be left out"


_SAID_BY_HEADING = {ReasonClass.CHANGED_ON_RESTORE, ReasonClass.NOT_RESTORABLE}
_LOWER = {
    Section.NOT_BACKED_UP: "not backed up",
    Section.NOT_RESTORABLE: "backed up but cannot be written back",
    Section.CHANGED: "would come back changed",
    Section.NOT_VERIFIED: "not verified",
}


_NOTHING_KNOWN = (
    "I know nothing about this organisation yet.\n*Next:* make the first backup: type `/backup now`."
)


def _overview(report: CoverageReport) -> str:
    counts = f"*Kinds of data:* {_counts(report.lines)}."
    marked = any(line.moves_ledger for line in report.lines)
    marks = " What *moves the ledger* is marked." if marked else ""
    if not report.covered:
        return counts + marks
    covered = counted(report.covered, "kind of data is", "kinds of data are")
    return f"{counts} {capital(covered)} backed up and can be written back, changed ones among them.{marks}"


def _section(section: Section, lines: Sequence[CoverageLine]) -> Listing | None:
    kinds = _by_title(section, lines)
    if not kinds:
        return None
    return Listing(
        heading=f"*{section.value}* ({number(len(kinds))})",
        entries=[_kind(title, about) for title, about in kinds.items()],
        more="ask about one by name, such as `/backup coverage quotes`.",
        most=_LONG_FORM,
    )


def _by_title(section: Section, lines: Sequence[CoverageLine]) -> dict[str, list[CoverageLine]]:
    """Gather the lines of one section by kind of data, the worst kind first."""
    mine = [line for line in lines if line.section is section]
    kinds: dict[str, list[CoverageLine]] = {}
    for line in sorted(mine, key=lambda line: (line.weight, not line.moves_ledger, line.title)):
        kinds.setdefault(line.title, []).append(line)
    return kinds


def _kind(title: str, about: Sequence[CoverageLine]) -> Entry:
    """Tell one kind of data: its name once, then each caveat with what to do."""
    if len(about) == 1:
        return Entry(_line(about[0]), name(title))
    own = {line.own_numbers for line in about}
    shared = _own(about[0]) if len(own) == 1 else ""
    told = [f"• *{name(title)}*:{shared}"]
    for line in about[:_CAVEATS_AT_MOST]:
        mine = "" if shared else _own(line)
        said = stopped(line.sentence, 300).removesuffix(".")
        told.append(f"{_DEEPER}{said}{_why(line)}.{mine}")
        told += [f"{_DEEPER}→ {stopped(line.instead, 250)}"] if line.instead else []
    hidden = len(about) - _CAVEATS_AT_MOST
    told += [f"{_DEEPER}… and {counted(hidden, 'more caveat')} about it"] if hidden > 0 else []
    return Entry("\n".join(told), name(title))


def _line(line: CoverageLine) -> str:
    told = f"• *{name(line.title)}*{_why(line)}: {stopped(line.sentence, 300)}{_own(line)}"
    return f"{told}\n{_DEEPER}→ {stopped(line.instead, 250)}" if line.instead else told


def _why(line: CoverageLine) -> str:
    why = [] if line.reason in _SAID_BY_HEADING else [line.reason.value]
    why += [f"since {when(line.since_at)}"] if line.since_at else []
    why += ["*moves the ledger*"] if line.moves_ledger else []
    return f" ({', '.join(why)})" if why else ""


def _own(line: CoverageLine) -> str:
    return f" *Here:* {stopped(line.own_numbers, 200)}" if line.own_numbers else ""


def _as_of(as_of: datetime | None, snapshot_number: int = 0) -> str:
    if as_of is None:
        return "Before the first backup: what is known of every organisation"
    which = f"backup #{snapshot_number}, " if snapshot_number else "the backup of "
    return f"As of {which}{when(as_of)}"


def _as_of_plain(as_of: datetime | None) -> str:
    return f"as of the backup of {when_plain(as_of)}" if as_of else "before the first backup"
