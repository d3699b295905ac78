"""The versions of one record over all backups that are kept: when each first came, and what it changed.

Reads only. What it gives holds names and amounts: never to be stored, logged or shown in a channel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.backup.cards import card_of
from bot.backup.fields import ADDED, REMOVED, Step, every_field
from bot.domain.organisation import Organisation
from bot.domain.records import FieldChange, SnapshotMark, Story, Version
from bot.errors import Refused
from bot.services.extras import is_private
from bot.vault import Books, SnapshotInfo

TOLD = 12  # versions that are compared; older ones are counted
NEVER = "No backup that is kept holds this record."
_AMOUNTS = ("LineAmount", "Amount", "Total")


@dataclass(slots=True)
class _Span:
    """Backups in a row that hold the same bytes of the record, or none."""

    version: str
    raw: bytes | None
    first: SnapshotInfo
    last: SnapshotInfo


def story_of(
    books: Books, owner: Organisation, resource: str, record_id: str, late: Callable[[], bool]
) -> Story:
    """Tell a record's versions, newest first, until `late` says that time is over.

    Raises Refused when no backup holds it, StoreUnavailable, Damaged.
    """
    if is_private(resource):
        raise Refused(NEVER)
    infos, spans = books.snapshots(), list[_Span]()
    looked = 0
    for info in reversed(infos):
        if looked and late():
            break
        looked += 1
        _note(spans, books, info, (resource, record_id))
    if spans and spans[-1].raw is None:  # before it was there
        spans.pop()
    if not any(span.raw is not None for span in spans):
        raise Refused(NEVER)
    newest = next(span.raw for span in spans if span.raw is not None)
    return Story(
        organisation_name=owner.name,
        card=card_of(resource, record_id, newest),
        versions=tuple(_versions(spans[: TOLD + 1]))[:TOLD],
        older=max(0, len(spans) - TOLD),
        at_first=spans[-1].first.number == infos[-looked].number,
        cut_short=looked < len(infos),
    )


def _note(spans: list[_Span], books: Books, info: SnapshotInfo, what: tuple[str, str]) -> None:
    """Read one backup more, older than all before; what is older than is compared is not held."""
    record = books.record(info, *what)
    version = record.version_id if record else ""
    if spans and spans[-1].version == version:
        spans[-1].first = info
        return
    raw = record.raw if record and len(spans) <= TOLD else b"" if record else None
    spans.append(_Span(version, raw, info, info))


def _versions(spans: list[_Span]) -> Iterator[Version]:
    for place, span in enumerate(spans):
        before = next((one.raw for one in spans[place + 1 :] if one.raw is not None), None)
        steps = every_field(before, span.raw).steps if span.raw and before else []
        yield Version(
            first=SnapshotMark(span.first.number, span.first.taken_at),
            last=SnapshotMark(span.last.number, span.last.taken_at),
            changes=tuple(told(step) for step in steps),
            touched=bool(span.raw and before and not steps),
            gone=span.raw is None,
        )


def told(step: Step) -> FieldChange:
    """Put a difference into words; of an entry that came or went, what it comes to."""
    if step.note in {ADDED, REMOVED}:
        entry = step.after if step.note == ADDED else step.before
        amounts = (entry.get(key) for key in _AMOUNTS) if isinstance(entry, dict) else ()
        amount = next((str(one) for one in amounts if one is not None), "")
        return FieldChange(label=step.label, note=f"{step.note} ({amount})" if amount else step.note)
    before, after = step.words
    return (
        FieldChange(label=step.label, note=step.note)
        if step.note
        else FieldChange(label=step.label, before=before, after=after)
    )
