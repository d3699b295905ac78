"""How much of each resource a run asks Xero for, given what the last snapshot holds. Pure; asks nobody.

Where a list fits on one page it is read whole every time: that costs what asking for changes would, and shows
what vanished. Longer lists with modified-since are asked for changes, and read whole once a week, because
Xero does not count every edit as a change and never tells of what vanished
(developer.xero.com/documentation/api/accounting: due dates of part-paid documents, balances of contacts).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.backup.quiet import FIGURES
from bot.catalogue import RESOURCES
from bot.catalogue.model import Paging, Resource, Rhythm
from bot.vault import ResourceEntry
from bot.vault.model import ResourceStatus
from bot.xero.calls import page_size, read_of

# A little less than a week, so that the seventh night's look is not put off to the eighth by a late start.
FULL_EVERY = timedelta(days=6, hours=12)
BY_HAND_EVERY = timedelta(days=1)  # how old a weekly list may be where a person asked for the backup
LOOKED, READ_AT, FULL_AT, LAST_NUMBER = "look", "read_at", "full_at", "last_number"
# Counted for the size limits record by record; a few pages at the most.
_ALWAYS_WHOLE = frozenset({"credit_notes"})


class How(StrEnum):
    """What a run asks for."""

    WHOLE = "whole"
    CHANGES = "changes"  # what changed since; the rest stands
    CHANGED_PARENTS = "changed parents"  # below records that changed; the rest stands
    TODAY = "today"  # a report of today and of dates never read; what it says of others stands
    STANDS = "stands"  # nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How one resource is looked at; `since` is Xero's clock at the start of the look before."""

    how: How = How.WHOLE
    since: datetime | None = None
    full_at: datetime | None = None  # when it was last looked at as a whole
    after: int = 0  # of what goes by number and never changes: the highest that is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What decides: the moment, whether everything must be asked for, whether a person asked."""

    now: datetime
    whole: bool = False
    by_hand: bool = False
    quiet: bool = False  # nothing was new, changed or gone in what this run has read so far


def look_at(resource: Resource, before: ResourceEntry | None, occasion: Occasion) -> Look:
    """Decide how a resource is looked at; what the last snapshot does not hold whole is read whole."""
    read_at, full_at = (_moment(before, name) for name in (READ_AT, FULL_AT))
    whole = Look()
    if before is None or occasion.whole or before.status is not ResourceStatus.COMPLETE:
        return whole
    if read_at is None or full_at is None:
        return whole
    number = before.facts.get(LAST_NUMBER)
    if read_of(resource).paging is Paging.OFFSET and isinstance(number, int):
        # The general ledger only grows (developer.xero.com/documentation/api/accounting/journals).
        return Look(how=How.CHANGES, since=read_at, full_at=full_at, after=number)
    if occasion.now - full_at >= FULL_EVERY:
        return whole
    how = _how(resource, before, occasion, full_at)
    return whole if how is How.WHOLE else Look(how=how, since=read_at, full_at=full_at)


def facts_of(look: Look, read_at: datetime | None, last_number: int = 0) -> Mapping[str, str | int]:
    """Give what the next run must know of a look that went well, as facts of the resource."""
    # Xero tells the time in each answer; where no call was due, the look before is what is known.
    known = {READ_AT: read_at or look.since, FULL_AT: read_at if look.how is How.WHOLE else look.full_at}
    told = {name: moment.isoformat() for name, moment in known.items() if moment is not None}
    number = max(last_number, look.after)
    return {LOOKED: look.how.value, **told, **({LAST_NUMBER: number} if number else {})}


def names_parent(resource: Resource) -> bool:
    """Say whether a record's id tells below which record it was read; else nobody knows what went with it."""
    read = read_of(resource)
    above = RESOURCES[read.parent].read if read.parent else None
    return (
        read.id_within_parent or not read.id_field or (above is not None and read.id_field == above.id_field)
    )


def _how(resource: Resource, before: ResourceEntry, occasion: Occasion, full_at: datetime) -> How:
    read = read_of(resource)
    if resource.rhythm is Rhythm.WEEKLY:
        old = occasion.by_hand and occasion.now - full_at >= BY_HAND_EVERY
        return How.WHOLE if old else How.STANDS
    if read.paging is Paging.PER_PARENT:
        return How.CHANGED_PARENTS if names_parent(resource) else How.WHOLE
    if read.paging is Paging.REPORT:
        return How.WHOLE if not occasion.quiet else How.TODAY if resource.key == FIGURES else How.STANDS
    long = before.count > page_size(read) > 0
    if long and read.modified_since and resource.key not in _ALWAYS_WHOLE:
        return How.CHANGES
    return How.WHOLE


def _moment(before: ResourceEntry | None, name: str) -> datetime | None:
    text = before.facts.get(name) if before else None
    return datetime.fromisoformat(text) if isinstance(text, str) else None
