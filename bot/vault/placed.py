"""What the sealed stages of a run hold before it is published: their records, and entries made of several.

Several stages of one run may hold the same resource when each adds records of its own; what the resource then
looks like is worked out here, from the packs themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.vault.manifest import Draft, Entry
from bot.vault.merkle import merkle_root
from bot.vault.model import Record, ResourceStatus, Row
from bot.vault.pack import PackRef, footer_rows
from bot.vault.reading import of_pack
from bot.vault.replay import Delta, Replay
from bot.vault.shelf import Shelf


def records(shelf: Shelf, sealed: Iterable[Draft], wanted: Collection[str]) -> Iterator[Record]:
    """Yield the new and changed records of some resources, each checked, as they lie in their packs."""
    replay = Replay(shelf)
    for draft in sealed:
        if draft.resources.keys() & set(wanted):
            yield from _of_draft(shelf, replay, draft, set(wanted))


def ids(shelf: Shelf, sealed: Iterable[Draft], resource: str) -> set[str]:
    """Name the new and changed records of a resource."""
    replay = Replay(shelf)
    return {
        row.record_id
        for draft in sealed
        if resource in draft.resources
        for row in replay.rows(replay.delta(draft.packs, draft.changes))
        if row.resource == resource
    }


def gone(shelf: Shelf, sealed: Iterable[Draft], resource: str) -> set[str]:
    """Name the records that sealed stages let go."""
    replay = Replay(shelf)
    return {
        record_id
        for draft in sealed
        if resource in draft.resources
        for name, record_ids in replay.delta(draft.packs, draft.changes).gone()
        if name == resource
        for record_id in record_ids
    }


def together(shelf: Shelf, number: int, sealed: Sequence[Draft], resource: str) -> Entry:
    """Make one entry of those that several stages have for a resource; the last one's facts count."""
    state = _State(dict(shelf.index.versions_at(number, resource)) if number else {})
    replay = Replay(shelf)
    holding = [draft for draft in sealed if resource in draft.resources]
    for draft in holding:
        delta = replay.delta(draft.packs, draft.changes)
        state.put(row for row in replay.rows(delta) if row.resource == resource)
        for name, record_ids in delta.gone():
            if name == resource:
                state.let_go(record_ids)
    last = holding[-1].resources[resource]
    whole = all(draft.resources[resource].status is ResourceStatus.COMPLETE for draft in holding)
    return state.entry(ResourceStatus.COMPLETE if whole else ResourceStatus.PARTIAL, last)


@dataclass(slots=True)
class _State:
    """Record ids and versions as they stand; what they were, where that changed."""

    now: dict[str, bytes]
    before: dict[str, bytes | None] | None = None

    def put(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._remember(row.record_id)
            self.now[row.record_id] = row.version

    def let_go(self, record_ids: Iterable[str]) -> None:
        for record_id in record_ids:
            self._remember(record_id)
            self.now.pop(record_id, None)

    def entry(self, status: ResourceStatus, last: Entry) -> Entry:
        before = self.before or {}
        new = sum(1 for one, was in before.items() if was is None and one in self.now)
        left = sum(1 for one, was in before.items() if was is not None and one not in self.now)
        changed = sum(1 for one, was in before.items() if was is not None and self.now.get(one, was) != was)
        root = merkle_root(sorted(self.now.items()))
        return Entry(status, len(self.now), new, changed, left, root, last.facts)

    def _remember(self, record_id: str) -> None:
        if self.before is None:
            self.before = {}
        self.before.setdefault(record_id, self.now.get(record_id))


def _of_draft(shelf: Shelf, replay: Replay, draft: Draft, wanted: set[str]) -> Iterator[Record]:
    delta = replay.delta(draft.packs, draft.changes)
    for ref in delta.packs:
        yield from _of_pack(shelf, replay, delta, ref, wanted)
    older = [row for row in replay.referred(delta) if row.resource in wanted]
    for pack_id in dict.fromkeys(row.spot.pack for row in older):
        mine = sorted((row for row in older if row.spot.pack == pack_id), key=lambda row: row.spot.chunk)
        yield from _as_records(of_pack(shelf, pack_id, mine))


def _of_pack(shelf: Shelf, replay: Replay, delta: Delta, ref: PackRef, wanted: set[str]) -> Iterator[Record]:
    footer, skip = replay.footer(ref), delta.skip.get(ref.id, set())
    rows = (
        row
        for number, row in enumerate(footer_rows(ref.id, footer))
        if row.resource in wanted and number not in skip
    )
    yield from _as_records(of_pack(shelf, ref.id, rows, footer.chunks))


def _as_records(found: Iterable[tuple[Row, bytes]]) -> Iterator[Record]:
    for row, raw in found:
        yield Record(row.resource, row.record_id, row.version.hex(), raw)
