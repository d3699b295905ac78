"""Say what is covered for one organisation and what is not: the catalogue's truth with its own facts.

Everything an answer claims comes from the catalogue, the consent's country and the last snapshot; nothing is
guessed. Reads only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.backup.stages import is_read
from bot.catalogue import RESOURCES
from bot.catalogue.coverage import GapLine, Place, Standing, coverage_lines, standing
from bot.catalogue.model import LedgerEffect, Resource
from bot.domain.backup import Gap
from bot.domain.coverage import CoverageLine, CoverageReport, Section
from bot.domain.limits import LimitReading
from bot.domain.organisation import Organisation
from bot.services.limits import readings

_MOVES = frozenset({LedgerEffect.POSTS, LedgerEffect.PARTLY, LedgerEffect.OUTSIDE})
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
    }
)
_ORDER = {section: place for place, section in enumerate(Section)}
_FAILED_WEIGHT = 1  # what should have been read and was not comes before everything else


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an answer rests on: the last snapshot's counts and gaps; all empty before the first backup."""

    counts: Mapping[str, int | None] = field(default_factory=dict)
    gaps: Mapping[str, Gap] = field(default_factory=dict)
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
        limits=evidence.limits or (readings(evidence.counts) if evidence.counts else ()),
    )


def lines_for(organisation: Organisation, evidence: Evidence) -> Iterator[CoverageLine]:
    """Yield every caveat that this organisation must hear, and what failed last time with its reason."""
    for gap in evidence.gaps.values():
        yield _gap_line(RESOURCES[gap.resource], gap)
    for line in coverage_lines(organisation.facts.country):
        if not _is_read_here(line, organisation.scopes):
            yield _line(line, evidence)


def _is_read_here(line: GapLine, scopes: Collection[str]) -> bool:
    """Say whether a "not backed up" does not hold here, because this consent opted in to it."""
    opted_in = line.resources and all(is_read(RESOURCES[key], scopes) for key in line.resources)
    return line.place is Place.NOT_BACKED_UP and bool(opted_in)


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


def _gap_line(resource: Resource, gap: Gap) -> CoverageLine:
    return CoverageLine(
        key=resource.key,
        title=resource.title,
        section=Section.NOT_BACKED_UP,
        reason=gap.reason,
        sentence=gap.sentence,
        moves_ledger=resource.ledger in _MOVES,
        instead=gap.action,
        since_at=gap.since_at,
        weight=_FAILED_WEIGHT,
    )


def _own_numbers(line: GapLine, evidence: Evidence) -> str:
    """Say what this organisation has of it; nothing when it was never counted or number means nothing."""
    counts = [evidence.counts.get(key) for key in line.resources]
    known = [count for count in counts if count is not None]
    if not known or line.key in _UNCOUNTED:
        return ""
    total = sum(known)
    if not total:
        return "you have none: nothing is lost."
    # A caveat of what comes back changed concerns some of a kind, such as credit cards among the accounts.
    return f"{total:,} of this kind in all." if line.place is Place.CHANGED else f"you have {total:,}."


def _is_covered(resource: Resource, organisation: Organisation, evidence: Evidence) -> bool:
    good = resource.key not in evidence.gaps and is_read(resource, organisation.scopes)
    return good and standing(resource) in {Standing.COVERED, Standing.CHANGED}
