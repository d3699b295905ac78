"""Say what is covered for one organisation and what is not: the catalogue's truth with its own facts.

Everything an answer claims comes from the catalogue, the consent's country and the last snapshot; nothing is
guessed. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from bot.catalogue import RESOURCES
from bot.catalogue.coverage import GapLine, Place, Standing, every_line, standing
from bot.catalogue.model import ReasonClass, Resource
from bot.domain.backup import Fill, Gap
from bot.domain.coverage import CoverageLine, CoverageReport, Section
from bot.domain.limits import LimitReading
from bot.domain.organisation import Organisation
from bot.domain.settings import Extra
from bot.services import unread
from bot.services.how_read import BY_DEFAULT, How, exists_in, how_read
from bot.services.limits import readings

_SECTIONS = {
    Place.NOT_BACKED_UP: Section.NOT_BACKED_UP,
    Place.NOT_RESTORABLE: Section.NOT_RESTORABLE,
    Place.CHANGED: Section.CHANGED,
}
# One of each exists in every organisation, or they are reports: their number says nothing to a person.
_UNCOUNTED = frozenset(
    {
        "organisation",
        "organisation_actions",
        "invoice_reminders",
        "trial_balance",
        "balance_sheet",
        "profit_and_loss",
        "bank_summary",
        "budget_summary",
        "executive_summary",
        "aged_receivables",
        "aged_payables",
        "history",
    }
)
# Of what people call one thing and Xero hands out in parts: which part is counted, and what one of it is.
_HEADS = (
    ("folders", "files", "file"),
    ("asset_types", "assets", "fixed asset"),
    ("projects", "projects", "project"),
    ("payroll_", "_employees", "employee"),
)
_ORDER = {section: place for place, section in enumerate(Section)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an answer rests on: settings, and the last snapshot's counts, gaps and fills; none before it.

    `closed` are kinds that Xero opens to nobody here, each with its gap: whether there is any, nobody knows.
    """

    counts: Mapping[str, int | None] = field(default_factory=dict)
    gaps: Mapping[str, Gap] = field(default_factory=dict)
    fills: Mapping[str, Fill] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    extras: frozenset[Extra] = BY_DEFAULT
    limits: tuple[LimitReading, ...] = ()
    as_of: datetime | None = None
    snapshot_number: int = 0


def report(organisation: Organisation, evidence: Evidence) -> CoverageReport:
    """Build the whole answer, worst first within each list."""
    lines = sorted(
        lines_for(organisation, evidence), key=lambda line: (_ORDER[line.section], line.weight, line.title)
    )
    return CoverageReport(
        organisation_name=organisation.name,
        as_of=evidence.as_of,
        snapshot_number=evidence.snapshot_number,
        covered=sum(1 for one in RESOURCES.values() if _is_covered(one, organisation, evidence)),
        lines=tuple(lines),
        fills=tuple(evidence.fills.values()),
        limits=evidence.limits or (readings(evidence.counts) if evidence.counts else ()),
    )


def lines_for(organisation: Organisation, evidence: Evidence) -> Iterator[CoverageLine]:
    """Yield every caveat that this organisation must hear, and what failed last time with its reason."""
    told = chain(
        unread.of_gaps(evidence.gaps.values()),
        unread.by_choice(organisation, evidence.extras, told=evidence.gaps),
        unread.waiting(evidence.fills.values()),
    )
    yield from {(line.title, line.sentence): line for line in reversed(list(told))}.values()
    for line in every_line(organisation.facts.country):
        if _holds_here(line, organisation, evidence):
            yield _line(line, evidence)


def _holds_here(line: GapLine, organisation: Organisation, evidence: Evidence) -> bool:
    """Say whether a caveat holds by what was switched on and permitted here."""
    if not line.resources:
        return True
    if evidence.closed.issuperset(line.resources):
        return False  # told with the gaps
    if all(key in evidence.fills and evidence.fills[key].is_waiting for key in line.resources):
        return False  # told with what waits
    ways = {how_read(RESOURCES[key], organisation, evidence.extras) for key in line.resources}
    if line.place is not Place.NOT_BACKED_UP or line.reason is ReasonClass.NOT_YET_READ:
        return bool(ways & {How.READ, How.NEVER})  # of what is not read, nothing comes back
    return ways != {How.READ} and not unread.is_told_of(line, organisation, evidence.extras)


def _line(line: GapLine, evidence: Evidence) -> CoverageLine:
    return CoverageLine(
        key=line.key,
        title=line.title,
        section=_SECTIONS[line.place],
        reason=line.reason,
        sentence=line.sentence,
        moves_ledger=line.moves_ledger,
        instead=line.instead,
        own_numbers=_own_numbers(line, evidence),
        weight=line.weight,
    )


def worst(organisation: Organisation, evidence: Evidence, most: int = 5) -> tuple[CoverageLine, ...]:
    """Give the few lines to hear first of what is not backed up at all."""
    lines = [one for one in lines_for(organisation, evidence) if one.section is Section.NOT_BACKED_UP]
    return tuple(sorted(lines, key=lambda line: (line.weight, line.title))[:most])


def not_covered_count(organisation: Organisation, evidence: Evidence) -> int:
    """Count the kinds of data that are not backed up."""
    lines = lines_for(organisation, evidence)
    return len({line.title for line in lines if line.section is Section.NOT_BACKED_UP})


def _own_numbers(line: GapLine, evidence: Evidence) -> str:
    """Say what this organisation has of it; nothing when it was never counted or number means nothing."""
    head, noun = next((of for key, *of in _HEADS if line.key.startswith(key)), (line.key, ""))
    keys = [key for key in line.resources if key.endswith(head)] if noun else line.resources
    known = [count for key in keys if (count := known_count(key, evidence)) is not None]
    if not known or line.key in _UNCOUNTED:
        return ""
    total = sum(known)
    if any(not evidence.fills[key].is_done for key in line.resources if key in evidence.fills):
        return f"{total:,} copied so far." if total else ""
    if not total:
        return "you have none: nothing is lost."
    if noun:
        return f"you have {total:,} {noun if total == 1 else noun + 's'}."
    # A caveat of what comes back changed concerns some of a kind, such as credit cards among the accounts.
    return f"{total:,} of this kind in all." if line.place is Place.CHANGED else f"you have {total:,}."


def known_count(key: str, evidence: Evidence) -> int | None:
    """Count the records of a kind; None where nobody knows: never counted, or none came and none was read."""
    count = evidence.counts.get(key)
    return None if not count and key in evidence.gaps and key not in evidence.fills else count


def _is_covered(resource: Resource, organisation: Organisation, evidence: Evidence) -> bool:
    here = exists_in(resource, organisation.facts.country) and resource.key not in evidence.gaps
    read = how_read(resource, organisation, evidence.extras) is How.READ
    fill = evidence.fills.get(resource.key)
    read = read and (fill is None or not fill.is_waiting)
    return here and read and standing(resource) in {Standing.COVERED, Standing.CHANGED}
