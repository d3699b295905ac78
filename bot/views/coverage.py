"""Answers to "what isn't covered?": the whole report, one topic, and the honest "I don't know"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.coverage import CoverageLine, CoverageReport, NoFact, Section, TopicAnswer
from bot.views import blocks, limits
from bot.views.message import Entry, Listing, Message, compose
from bot.views.words import counted, name, number, plain_name, series, stopped, when, when_plain

_LONG_FORM = 6


def report(report: CoverageReport) -> Message:
    """Show everything that is not covered for one organisation, worst first."""
    counts = _counts(report.lines)
    warning = limits.warning(report.limits)
    return compose(
        f"What isn't covered for {name(report.organisation_name)}, {_as_of_plain(report.as_of)}: {counts}.",
        blocks.header(f"What isn't covered: {plain_name(report.organisation_name)}"),
        blocks.context(_as_of(report.as_of, report.snapshot_number)),
        blocks.section(_overview(report)),
        *(_section(section, report.lines) for section in Section),
        blocks.section(warning) if warning else None,
        blocks.context(
            "Ask about one thing: `/backup coverage bank rules`, or any other word."
            + ("" if report.as_of else " Make the first backup: `/backup now`.")
        ),
    )


def topic(answer: TopicAnswer) -> Message:
    """Answer for one kind of data."""
    headline = stopped(answer.headline)
    held = (
        ""
        if answer.count is None
        else f" {name(answer.organisation_name)} has {number(answer.count)} of them."
    )
    return compose(
        f"{headline} ({name(answer.organisation_name)}, {_as_of_plain(answer.as_of)}.)",
        blocks.section(f"*{name(answer.title)}*: {headline}{held if answer.count else ''}"),
        Listing(
            heading="",
            entries=[Entry(_line(line, with_section=True), name(line.title)) for line in answer.lines],
            more="`/backup coverage` shows the rest.",
        ),
        blocks.context(
            f"{name(answer.organisation_name)}, {_as_of(answer.as_of)}. Everything else: `/backup coverage`."
        ),
    )


def unknown(nofact: NoFact) -> Message:
    """Say "I don't know", what would settle it, and what is near."""
    asked = name(nofact.asked, 100)
    near = [f"`/backup coverage {code}`" for code in map(_typed, nofact.near[:5]) if code]
    settle = f"*What would settle it:* {stopped(nofact.settle)}" if nofact.settle else ""
    nearby = f"*Nearby:* {series(near, 'or')}" if near else ""
    next_step = "`/backup coverage` lists all that I know is not covered."
    return compose(
        f"I don't know whether “{asked}” is covered, and I would rather not guess.",
        blocks.section(
            "\n".join(
                part
                for part in (
                    f"I don't know whether “{asked}” is covered, and I would rather not guess.",
                    settle,
                    nearby,
                )
                if part
            )
        ),
        blocks.context(next_step),
    )


def _counts(lines: Sequence[CoverageLine]) -> str:
    numbers = [(section, sum(line.section is section for line in lines)) for section in Section]
    said = [f"{number(count)} {_LOWER[section]}" for section, count in numbers if count]
    return series(said) if said else "nothing known"


_LOWER = {
    Section.NOT_BACKED_UP: "not backed up",
    Section.NOT_RESTORABLE: "backed up but cannot be written back",
    Section.CHANGED: "would come back changed",
    Section.NOT_VERIFIED: "not verified",
}


def _overview(report: CoverageReport) -> str:
    covered = counted(report.covered, "kind of data is", "kinds of data are")
    return f"*{covered} covered.* Of the others: {_counts(report.lines)}."


def _section(section: Section, lines: Sequence[CoverageLine]) -> Listing | None:
    mine = sorted(
        (line for line in lines if line.section is section), key=lambda line: (line.weight, line.title)
    )
    if not mine:
        return None
    return Listing(
        heading=f"*{section.value}* ({number(len(mine))})",
        entries=[Entry(_line(line), name(line.title)) for line in mine],
        more="ask about one by name, such as `/backup coverage quotes`.",
        most=_LONG_FORM,
    )


def _line(line: CoverageLine, *, with_section: bool = False) -> str:
    where = f"{line.section.value}: " if with_section else ""
    reason = f"{line.reason.value}; {'moves the ledger' if line.moves_ledger else 'does not move the ledger'}"
    parts = [f"• *{name(line.title)}*: {where.lower()}{stopped(line.sentence)} _{reason}._"]
    parts += [f"Instead: {stopped(line.instead)}"] if line.instead else []
    parts += [f"Here: {stopped(line.own_numbers)}"] if line.own_numbers else []
    return " ".join(parts)


def _as_of(as_of: datetime | None, snapshot_number: int = 0) -> str:
    if as_of is None:
        return "no backup yet: this is what is known before the first one"
    which = f" #{snapshot_number}" if snapshot_number else ""
    return f"as of backup{which}, {when(as_of)}"


def _as_of_plain(as_of: datetime | None) -> str:
    return f"as of the backup of {when_plain(as_of)}" if as_of else "before the first backup"


def _typed(topic: str) -> str:
    return " ".join(word for word in topic.split() if word.isalnum())[:60]
