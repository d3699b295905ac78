"""What differs between two backups of an organisation: counts from the index, a few records in words.

Reads only. What it gives holds names and amounts: never to be stored, logged or shown in a channel.
"""

from __future__ import annotations

import heapq
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from datetime import time as clock_time

from bot.backup.cards import card_of
from bot.backup.compare import differing_fields, kind_of_change, label_of, same_report
from bot.backup.fields import Step, every_field
from bot.backup.filling.due import WAITING
from bot.catalogue import RESOURCES
from bot.catalogue.model import Paging, Rhythm
from bot.domain.organisation import Organisation
from bot.domain.records import (
    Card,
    ChangeKind,
    Differences,
    FieldChange,
    KindChanges,
    RecordChange,
    SnapshotMark,
    Story,
)
from bot.errors import UnknownSnapshot
from bot.services.books import Books
from bot.services.extras import is_private
from bot.services.looking.versions import story_of, told
from bot.services.running.runs import Runs
from bot.services.running.summaries import results_of
from bot.vault import Books as VaultBooks
from bot.vault import Difference, SnapshotInfo

SHOWN = 4  # of the new, of the changed and of the gone ones of each kind of data
NAMED_INSIDE = 2  # changes inside one field that are named; more are counted
ONE_BY_ONE = 40  # so many records are read singly; of more, the whole kind is read through
SECONDS = 8.0  # for reading records; counts need none of it
_FIGURES = FieldChange(label="Figures", note="changed")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def differing(books: VaultBooks, older: SnapshotInfo, newer: SnapshotInfo) -> dict[str, Difference]:
    """Compare two snapshots in what Xero sent: our own line of what waits is left out.

    A report that only carries another time of making is not counted as changed.
    """
    found = {key: one for key, one in books.diff(older, newer).items() if key != WAITING}
    for key in [key for key in found if _is_report(key)]:
        one = found[key]
        changed = [each for each in one.changed if not _told_the_same(books, older, newer, key, each)]
        if one.new or one.gone or changed:
            found[key] = Difference(one.new, changed, one.gone)
        else:
            del found[key]
    return found


class Comparing:
    """Compares what was kept, for one person."""

    def __init__(self, *, books: Books, runs: Runs, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._books, self._runs, self._monotonic = books, runs, monotonic

    def latest(self, organisation: Organisation) -> Differences | None:
        """Compare the last two snapshots; None when there are not two. Raises StoreUnavailable, Damaged."""
        infos = self._books.of(organisation).snapshots()
        return self._between(organisation, infos[-2], infos[-1]) if len(infos) > 1 else None

    def of_run(self, organisation: Organisation, run_id: str) -> Differences | None:
        """Compare the snapshot of a run with the one before it; None when it was the first.

        Raises UnknownSnapshot when it is not kept any more, StoreUnavailable, Damaged.
        """
        wanted = self._runs.get(run_id).snapshot_id
        infos = self._books.of(organisation).snapshots()
        place = next((place for place, info in enumerate(infos) if wanted and info.id == wanted), None)
        if place is None:
            raise UnknownSnapshot("The snapshot of that backup is not kept any more.")
        return self._between(organisation, infos[place - 1], infos[place]) if place else None

    def versions(self, organisation: Organisation, resource: str, record_id: str) -> Story:
        """Tell how one record changed over the backups that are kept, newest version first.

        Raises Refused when none holds it, StoreUnavailable, Damaged.
        """
        until = self._monotonic() + SECONDS
        books = self._books.of(organisation)
        return story_of(books, organisation, resource, record_id, lambda: self._monotonic() > until)

    def _between(self, organisation: Organisation, older: SnapshotInfo, newer: SnapshotInfo) -> Differences:
        books, until = self._books.of(organisation), self._monotonic() + SECONDS
        reading = _Reading(books, older, newer, lambda: self._monotonic() > until)
        ended = _ended(older, newer)
        kinds = [
            reading.kind(key, one, ended.get(key))
            for key, one in _in_order(differing(books, older, newer))
            if key in RESOURCES  # else it is our own bookkeeping
        ]
        return Differences(
            organisation_id=organisation.id,
            organisation_name=organisation.name,
            older=SnapshotMark(older.number, older.taken_at),
            newer=SnapshotMark(newer.number, newer.taken_at),
            kinds=tuple(one for one in kinds if one.total),
            cut_short=reading.cut_short,
        )


class _Reading:
    """Reads the records that are shown, for as long as there is time."""

    def __init__(
        self, books: VaultBooks, older: SnapshotInfo, newer: SnapshotInfo, late: Callable[[], bool]
    ) -> None:
        self._books, self._older, self._newer, self._late = books, older, newer, late
        self.cut_short = False

    def kind(self, key: str, found: Difference, ended: int | None) -> KindChanges:
        """Tell of one kind of data; a report of another day is neither new nor gone."""
        dated = _is_report(key)
        new, gone = ([], []) if dated else (found.new, found.gone)
        shown: tuple[RecordChange, ...] = ()
        if _is_shown(key):
            shown = (
                *self._ones(ChangeKind.GONE, self._older, key, gone),
                *self._ones(ChangeKind.CHANGED, self._newer, key, found.changed),
                *self._ones(ChangeKind.NEW, self._newer, key, new),
            )
        return KindChanges(
            resource=key,
            title=RESOURCES[key].title if key in RESOURCES else key,
            new=len(new),
            changed=len(found.changed),
            gone=len(gone),
            ended=ended,
            shown=shown,
        )

    def _ones(
        self, kind: ChangeKind, where: SnapshotInfo, key: str, ids: list[str]
    ) -> Iterator[RecordChange]:
        for card in heapq.nlargest(SHOWN, self._cards(where, key, ids), key=_when):
            if kind is ChangeKind.CHANGED:
                yield self._changed(card)
            else:
                yield RecordChange(kind=kind, card=card)

    def _changed(self, card: Card) -> RecordChange:
        if _is_report(card.resource):  # its rows are figures: which of them differ, no words tell
            dated = replace(card, number=card.record_id.rpartition("/")[2])
            return RecordChange(kind=ChangeKind.CHANGED, card=dated, fields=(_FIGURES,))
        before = self._books.record(self._older, card.resource, card.record_id)
        after = self._books.record(self._newer, card.resource, card.record_id)
        if before is None or after is None:  # cannot be: the index just listed it in both
            return RecordChange(kind=ChangeKind.CHANGED, card=card)
        was = card_of(card.resource, card.record_id, before.raw)
        fields = _fields(before.raw, after.raw)
        return RecordChange(kind=kind_of_change(was, card), card=card, fields=fields)

    def _cards(self, where: SnapshotInfo, key: str, ids: list[str]) -> Iterator[Card]:
        for record_id, raw in self._raw(where, key, ids):
            if self._late():
                self.cut_short = True
                return
            yield card_of(key, record_id, raw)

    def _raw(self, where: SnapshotInfo, key: str, ids: list[str]) -> Iterable[tuple[str, bytes]]:
        if len(ids) <= ONE_BY_ONE:
            found = (self._books.record(where, key, each) for each in ids)
            return ((one.record_id, one.raw) for one in found if one is not None)
        wanted = set(ids)
        return (
            (one.record_id, one.raw)
            for one in self._books.records(where, key)
            if one.record_id in wanted or self._late()
        )


def _is_shown(key: str) -> bool:
    """Say whether single records are named: never those of pay; of files and history the number is enough."""
    return not is_private(key) and RESOURCES[key].rhythm is not Rhythm.FILLED


def _fields(before: bytes, after: bytes) -> tuple[FieldChange, ...]:
    """Say what differs in a few words, and of a list or object in which little differs, what."""
    steps = defaultdict[str, list[Step]](list)
    for step in every_field(before, after).steps:
        steps[label_of(step.path[0])].append(step)
    changes: list[FieldChange] = []
    for change in differing_fields(before, after):
        inside = steps[change.label]
        few = 0 < len(inside) <= NAMED_INSIDE and all(len(step.path) > 1 for step in inside)
        changes += map(told, inside) if change.note and few else [change]
    return tuple(changes)


def _ended(older: SnapshotInfo, newer: SnapshotInfo) -> Mapping[str, int]:
    """Give how many records of each kind the newer backup saw become void or deleted."""
    if newer.number != older.number + 1:
        return {}
    outcomes = (one for result in results_of(newer).values() for one in result.outcomes)
    return {one.resource: one.voided for one in outcomes}


def _in_order(found: Mapping[str, Difference]) -> list[tuple[str, Difference]]:
    known = [key for key in RESOURCES if key in found]
    return [(key, found[key]) for key in [*known, *sorted(found.keys() - set(known))]]


def _when(card: Card) -> datetime:
    if card.updated_at is not None:
        return card.updated_at
    return datetime.combine(card.dated, clock_time(), UTC) if card.dated else _LONG_AGO


def _is_report(key: str) -> bool:
    entry = RESOURCES.get(key)
    return entry is not None and entry.read is not None and entry.read.paging is Paging.REPORT


def _told_the_same(
    books: VaultBooks, older: SnapshotInfo, newer: SnapshotInfo, key: str, record_id: str
) -> bool:
    before, after = books.record(older, key, record_id), books.record(newer, key, record_id)
    return before is not None and after is not None and same_report(before.raw, after.raw)
