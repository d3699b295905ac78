"""Tell what one organisation's backups do not read though others' do: failed, off, waiting, not permitted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from bot.backup.gaps import not_granted
from bot.backup.stages import switch_of
from bot.catalogue import RESOURCES
from bot.catalogue.coverage import GapLine, Place
from bot.catalogue.model import LedgerEffect, Reading, ReasonClass, Resource
from bot.domain.backup import Fill, Gap
from bot.domain.coverage import CoverageLine, Section
from bot.domain.organisation import Organisation
from bot.domain.settings import Extra
from bot.services.how_read import How, exists_in, how_read

_MOVES = frozenset({LedgerEffect.POSTS, LedgerEffect.PARTLY, LedgerEffect.OUTSIDE})
_FAILED_WEIGHT = 1  # what should have been read and was not comes before everything else
_LIBRARY = "Of the file library the list is read, but not the files: that is switched off with attachments."
_OFF = {
    "attachments": "Files attached to records are not read: that is switched off for this organisation.",
    "attachment_contents": (
        "Files attached to records are not read: that is switched off for this organisation."
    ),
    "file_contents": _LIBRARY,
    "associations": _LIBRARY,
    "history": "History and notes are not read: that is switched off for this organisation.",
}
_SWITCH_ON = "Switch it on in `/backup settings`; what was copied before stands."
_PERMIT = "It is switched on, but nobody gave the permission for it in Xero."
_NO_CALLS = "No night has calls left for it; whoever runs Ledgerkeep decides how many (`XERO_FILL_CALLS`)."
_GIVE = "Type `/backup connect` and choose the same organisation in Xero."


def of_gaps(gaps: Iterable[Gap]) -> Iterator[CoverageLine]:
    """Tell what the last backup should have read and did not."""
    for gap in gaps:
        yield _gap_line(RESOURCES[gap.resource], gap)


def by_choice(
    organisation: Organisation, extras: Collection[Extra], *, told: Collection[str]
) -> Iterator[CoverageLine]:
    """Tell what is switched off here, and what nobody permitted; `told` are resources with a gap already."""
    for resource in RESOURCES.values():
        if resource.key in told or not exists_in(resource, organisation.facts.country):
            continue
        line = _chosen(resource, how_read(resource, organisation, extras))
        if line is not None:
            yield line


def waiting(fills: Iterable[Fill]) -> Iterator[CoverageLine]:
    """Tell what is read record by record and has not begun: so far there is no copy of any of it."""
    for fill in fills:
        if fill.is_waiting:
            sentence = f"It is read record by record, and none of {fill.total:,} had its turn yet."
            nights = "1 night" if fill.nights == 1 else f"{fill.nights} nights"
            comes = f"Nothing to do: it takes about {nights}." if fill.nights else _NO_CALLS
            yield _line(RESOURCES[fill.resource], ReasonClass.WAITING, sentence, comes)


def is_told_of(line: GapLine, organisation: Organisation, extras: Collection[Extra]) -> bool:
    """Say whether `by_choice` tells it better: it is switched on, and only the permission is missing."""
    resources = [RESOURCES[key] for key in line.resources]
    lacking = [one for one in resources if how_read(one, organisation, extras) is How.NOT_PERMITTED]
    return line.place is Place.NOT_BACKED_UP and any(switch_of(one) is not None for one in lacking)


def _chosen(resource: Resource, how: How) -> CoverageLine | None:
    """Tell of what is on request only where its switch is on: else the catalogue tells it."""
    switch, on_request = switch_of(resource), resource.reading is Reading.OPT_IN
    if how is How.OFF and not on_request:
        sentence = _OFF.get(resource.key, f"{resource.title}: switched off for this organisation.")
        return _line(resource, ReasonClass.SWITCHED_OFF, sentence, _SWITCH_ON)
    if how is How.NOT_PERMITTED and not on_request:
        return _gap_line(resource, not_granted(resource))
    if how is How.NOT_PERMITTED and switch is not None:
        return _line(resource, ReasonClass.SCOPE_NOT_GRANTED, _PERMIT, _GIVE)
    return None


def _line(resource: Resource, reason: ReasonClass, sentence: str, instead: str) -> CoverageLine:
    return CoverageLine(
        key=resource.key,
        title=resource.group or _titled(resource),
        section=Section.NOT_BACKED_UP,
        reason=reason,
        sentence=sentence,
        moves_ledger=resource.ledger in _MOVES,
        instead=instead,
        weight=min((one.weight for one in resource.caveats), default=_FAILED_WEIGHT),
    )


def _gap_line(resource: Resource, gap: Gap) -> CoverageLine:
    return CoverageLine(
        key=resource.key,
        title=resource.group or _titled(resource),
        section=Section.NOT_BACKED_UP,
        reason=gap.reason,
        sentence=gap.sentence,
        moves_ledger=resource.ledger in _MOVES,
        instead=gap.action,
        since_at=gap.since_at,
        weight=_FAILED_WEIGHT,
    )


def _titled(resource: Resource) -> str:
    """Call what an attachment holds by the name of what it hangs on."""
    return RESOURCES["attachments"].title if resource.key == "attachment_contents" else resource.title
