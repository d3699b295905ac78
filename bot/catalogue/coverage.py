"""What of the catalogue is covered, and each gap as one line; pure data for answers and for the docs.

Says what is true of every organisation. What one organisation has, or what failed last night, others add.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import chain

from bot.catalogue import MISSING, RESOURCES
from bot.catalogue.model import (
    Caveat,
    LedgerEffect,
    Missing,
    Reading,
    ReasonClass,
    Resource,
    RestoreRule,
)


class Place(Enum):
    """Where a gap belongs in a coverage answer, worst first; the names are those of the answer's sections."""

    NOT_BACKED_UP = 1
    NOT_RESTORABLE = 2
    CHANGED = 3


class Standing(Enum):
    """How one kind of data stands as a whole."""

    COVERED = "covered"
    CHANGED = "comes back changed"
    EVIDENCE = "kept as evidence"
    LATER = "read later or on request"
    NEVER = "not read"


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLine:
    """One sentence a person must hear; `resources` are the keys it is about, empty when Xero offers none."""

    key: str
    title: str
    place: Place
    reason: ReasonClass
    sentence: str
    instead: str
    source: str
    ledger: LedgerEffect
    weight: int = 50
    countries: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()

    @property
    def moves_ledger(self) -> bool:
        """Tell whether leaving it out changes balances."""
        return self.ledger is not LedgerEffect.NONE


_PLACES = {
    ReasonClass.NOT_RESTORABLE: Place.NOT_RESTORABLE,
    ReasonClass.CHANGED_ON_RESTORE: Place.CHANGED,
}
_UNWRITABLE = {ReasonClass.NOT_RESTORABLE}
_HOW_BAD = tuple(reversed(LedgerEffect))  # OUTSIDE first, NONE last


def place_of(reason: ReasonClass) -> Place:
    """Give the section for a reason: whatever is neither about restoring nor change is not backed up."""
    return _PLACES.get(reason, Place.NOT_BACKED_UP)


def standing(resource: Resource) -> Standing:
    """Say how one kind of data stands as a whole."""
    if resource.reading is Reading.NEVER:
        return Standing.NEVER
    if resource.reading is not Reading.READ:
        return Standing.LATER
    only_kept = bool(resource.caveats) and {one.reason for one in resource.caveats} == _UNWRITABLE
    if resource.restore.rule in {RestoreRule.EVIDENCE, RestoreRule.NEVER} or only_kept:
        return Standing.EVIDENCE
    return Standing.CHANGED if resource.caveats else Standing.COVERED


def resources_standing(as_: Standing) -> tuple[Resource, ...]:
    """List the resources that stand so, in reading order."""
    return tuple(entry for entry in RESOURCES.values() if standing(entry) is as_)


def caveats_now(resource: Resource) -> tuple[Caveat, ...]:
    """List the caveats that matter now: of what is not read, how it would come back is left out."""
    if resource.reading is Reading.READ:
        return resource.caveats
    return tuple(c for c in resource.caveats if place_of(c.reason) is Place.NOT_BACKED_UP)


def lines_of(resource: Resource) -> tuple[GapLine, ...]:
    """Turn the caveats of one resource into lines."""
    return tuple(_line(resource, caveat) for caveat in caveats_now(resource))


def line_of_missing(gap: Missing) -> GapLine:
    """Turn one thing that Xero does not offer into a line."""
    return GapLine(
        key=gap.key,
        title=gap.title,
        place=place_of(gap.reason),
        reason=gap.reason,
        sentence=gap.sentence,
        instead=gap.instead,
        source=gap.source,
        ledger=gap.ledger,
        weight=gap.weight,
        countries=gap.countries,
    )


def coverage_lines(country: str = "") -> tuple[GapLine, ...]:
    """List every gap, worst first; with a country code, only those that can concern it.

    Resources that share a sentence (all of payroll, say) share a line.
    """
    return _of_country(_AT_FIRST, country)


def every_line(country: str = "") -> tuple[GapLine, ...]:
    """List the gaps with those too that hold only where somebody opted in: how it would come back."""
    return _of_country(_EVERY, country)


def _of_country(lines: Iterable[GapLine], country: str) -> tuple[GapLine, ...]:
    return tuple(line for line in lines if not country or not line.countries or country in line.countries)


def _line(resource: Resource, caveat: Caveat) -> GapLine:
    place = place_of(caveat.reason)
    unread = resource.reading is not Reading.READ and place is Place.NOT_BACKED_UP
    return GapLine(
        key=resource.key,
        title=resource.group or resource.title,
        place=place,
        reason=caveat.reason,
        sentence=caveat.sentence,
        instead=caveat.instead,
        source=caveat.source,
        ledger=resource.ledger if unread else caveat.ledger,
        weight=caveat.weight,
        countries=caveat.countries,
        resources=(resource.key,),
    )


def _joined(lines: Iterable[GapLine]) -> Iterator[GapLine]:
    """Join lines that say the same about one group; the worst effect on the ledger stands for all."""
    together: dict[tuple[str, str], GapLine] = {}
    for line in lines:
        known = together.setdefault((line.title, line.sentence), line)
        if known is not line:
            together[line.title, line.sentence] = replace(
                known,
                ledger=min(known.ledger, line.ledger, key=_HOW_BAD.index),
                resources=known.resources + line.resources,
            )
    yield from together.values()


def _sorted(caveats_of: Callable[[Resource], Iterable[Caveat]]) -> tuple[GapLine, ...]:
    told = (_line(entry, caveat) for entry in RESOURCES.values() for caveat in caveats_of(entry))
    lines = _joined(chain(told, map(line_of_missing, MISSING.values())))
    return tuple(sorted(lines, key=lambda line: (line.place.value, line.weight, line.key)))


_AT_FIRST = _sorted(caveats_now)
_EVERY = _sorted(lambda entry: entry.caveats if entry.reading is Reading.OPT_IN else caveats_now(entry))
