"""Say what is covered for one organisation and what is not: the catalogue's truth with its own facts.

Everything an answer claims comes from the catalogue, the consent's country and the last snapshot; nothing is
guessed. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rapidfuzz import fuzz, process

from bot.catalogue import MISSING, RESOURCES
from bot.catalogue.model import Caveat, LedgerEffect, Reading, ReasonClass, Resource, RestoreRule
from bot.domain.backup import Gap
from bot.domain.coverage import CoverageLine, CoverageReport, NoFact, Section, TopicAnswer
from bot.domain.organisation import Organisation
from bot.services.limits import readings

_MOVES = frozenset({LedgerEffect.POSTS, LedgerEffect.PARTLY, LedgerEffect.OUTSIDE})
_NEVER_BACK = frozenset({RestoreRule.NEVER, RestoreRule.EVIDENCE})
_ORDER = {section: place for place, section in enumerate(Section)}
_FAILED_WEIGHT = 1  # what should have been read and was not comes before everything else
SURE = 86  # rapidfuzz's score, 0 to 100, from which a topic is what was asked about
NEAR = 60  # and from which it is worth offering


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an answer rests on: the last snapshot's counts and gaps; all empty before the first backup."""

    counts: Mapping[str, int | None] = field(default_factory=dict)
    gaps: Mapping[str, Gap] = field(default_factory=dict)
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
        covered=sum(1 for one in RESOURCES.values() if _comes_back_as_it_was(one, evidence)),
        lines=tuple(lines),
        limits=readings(evidence.counts) if evidence.counts else (),
    )


def topic(organisation: Organisation, evidence: Evidence, asked: str) -> TopicAnswer | NoFact:
    """Answer about one kind of data, or say honestly that there is no fact on it."""
    titles = {
        **{key: one.title for key, one in RESOURCES.items()},
        **{k: m.title for k, m in MISSING.items()},
    }
    names = {key: f"{key.replace('_', ' ')} {title}".casefold() for key, title in titles.items()}
    wanted = " ".join(asked.split()).casefold()
    ranked = process.extract(wanted, names, scorer=fuzz.token_set_ratio, limit=4, score_cutoff=NEAR)
    if not wanted or not ranked or ranked[0][1] < SURE:
        return NoFact(
            asked=asked,
            settle="The list of everything that is not covered: /backup coverage.",
            near=tuple(titles[key] for _, _, key in ranked),
        )
    key = ranked[0][2]
    lines = tuple(line for line in lines_for(organisation, evidence) if line.key == key)
    return TopicAnswer(
        organisation_name=organisation.name,
        as_of=evidence.as_of,
        title=titles[key],
        headline=_headline(key, titles[key], lines, evidence),
        lines=lines,
        count=evidence.counts.get(key),
    )


def lines_for(organisation: Organisation, evidence: Evidence) -> Iterator[CoverageLine]:
    """Yield every caveat that this organisation must hear."""
    country = organisation.facts.country
    for resource in RESOURCES.values():
        gap = evidence.gaps.get(resource.key)
        if gap is not None:
            yield _gap_line(resource, gap)
        for caveat in resource.caveats:
            if not caveat.countries or not country or country in caveat.countries:
                yield _resource_line(resource, caveat, evidence)
    for missing in MISSING.values():
        yield CoverageLine(
            key=missing.key,
            title=missing.title,
            section=Section.NOT_BACKED_UP,
            reason=missing.reason,
            sentence=missing.sentence,
            moves_ledger=missing.ledger in _MOVES,
            instead=missing.instead,
            weight=missing.weight,
        )


def worst(organisation: Organisation, evidence: Evidence, most: int = 5) -> tuple[CoverageLine, ...]:
    """Give the few lines to hear first of what is not backed up at all."""
    lines = [one for one in lines_for(organisation, evidence) if one.section is Section.NOT_BACKED_UP]
    return tuple(sorted(lines, key=lambda line: (line.weight, line.title))[:most])


def not_covered_count(organisation: Organisation, evidence: Evidence) -> int:
    """Count the kinds of data that are not backed up."""
    lines = lines_for(organisation, evidence)
    return len({line.key for line in lines if line.section is Section.NOT_BACKED_UP})


def section_of(resource: Resource, caveat: Caveat) -> Section:
    """Say in which list a caveat stands: by what is read first, then by how it comes back."""
    if resource.reading is not Reading.READ:
        return Section.NOT_BACKED_UP
    if caveat.reason is ReasonClass.NOT_RESTORABLE or resource.restore.rule in _NEVER_BACK:
        return Section.NOT_RESTORABLE
    if caveat.reason is ReasonClass.CHANGED_ON_RESTORE:
        return Section.CHANGED
    return Section.NOT_BACKED_UP


def _resource_line(resource: Resource, caveat: Caveat, evidence: Evidence) -> CoverageLine:
    return CoverageLine(
        key=resource.key,
        title=resource.title,
        section=section_of(resource, caveat),
        reason=caveat.reason,
        sentence=caveat.sentence,
        moves_ledger=resource.ledger in _MOVES,
        instead=caveat.instead,
        own_numbers=_own_numbers(resource, evidence),
        weight=caveat.weight,
    )


def _gap_line(resource: Resource, gap: Gap) -> CoverageLine:
    return CoverageLine(
        key=resource.key,
        title=resource.title,
        section=Section.NOT_BACKED_UP,
        reason=gap.reason,
        sentence=gap.sentence,
        moves_ledger=resource.ledger in _MOVES,
        instead=gap.action,
        weight=_FAILED_WEIGHT,
    )


def _own_numbers(resource: Resource, evidence: Evidence) -> str:
    """Say what this organisation has of it; nothing when it was never counted."""
    count = evidence.counts.get(resource.key)
    if count is None or resource.reading is not Reading.READ:
        return ""
    if count == 0:
        return "You have none: nothing is lost."
    return f"You have {count:,}."


def _comes_back_as_it_was(resource: Resource, evidence: Evidence) -> bool:
    read = resource.reading is Reading.READ and resource.key not in evidence.gaps
    return read and resource.restore.rule not in _NEVER_BACK


def _headline(key: str, title: str, lines: tuple[CoverageLine, ...], evidence: Evidence) -> str:
    sections = {line.section for line in lines}
    if key in MISSING or Section.NOT_BACKED_UP in sections or RESOURCES[key].reading is not Reading.READ:
        return f"{title}: not backed up."
    if evidence.as_of is None:
        return f"{title}: will be backed up; there is no backup yet."
    if Section.NOT_RESTORABLE in sections:
        return f"{title}: backed up, but cannot be written back to Xero."
    if Section.CHANGED in sections:
        return f"{title}: backed up; some of it would come back changed."
    return f"{title}: backed up."
