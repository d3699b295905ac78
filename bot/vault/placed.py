"""What the sealed stages of a run hold before it is published: their records, and entries made of several.

Several stages of one run may hold the same resource when each adds records of its own; what the resource then
looks like is worked out here, from the packs themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.errors import VaultDamaged
from bot.vault.manifest import Draft, Entry
from bot.vault.merkle import merkle_root
from bot.vault.model import Record, ResourceStatus, Row
from bot.vault.reading import in_turn
from bot.vault.replay import Replay
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
        for row in replay.rows(replay.delta(draft.packs, draft.changes), {resource})
    }


def gone(shelf: Shelf, sealed: Iterable[Draft]) -> dict[str, set[str]]:
    """Name the records that sealed stages let go, by resource."""
    replay = Replay(shelf)
    found: dict[str, set[str]] = defaultdict(set)
    for draft in sealed:
        for name, record_ids in replay.delta(draft.packs, draft.changes).gone():
            found[name].update(record_ids)
    return dict(found)


def together(shelf: Shelf, number: int, sealed: Sequence[Draft], resource: str) -> Entry:
    """Make one entry of those that several stages have for a resource; the last one's facts count."""
    state = _State(dict(shelf.index.versions_at(number, resource)) if number else {})
    replay = Replay(shelf)
    holding = [draft for draft in sealed if resource in draft.resources]
    for draft in holding:
        delta = replay.delta(draft.packs, draft.changes)
        for row in replay.rows(delta, {resource}):
            state.put(row.record_id, row.version)
        for record_id in (one for name, ids in delta.gone() if name == resource for one in ids):
            state.put(record_id, None)
    last = holding[-1].resources[resource]
    whole = all(draft.resources[resource].status is ResourceStatus.COMPLETE for draft in holding)
    return state.entry(ResourceStatus.COMPLETE if whole else ResourceStatus.PARTIAL, last)


@dataclass(slots=True)
class _State:
    """Record ids and versions as they were, and what the stages make of some of them."""

    before: dict[str, bytes]
    told: dict[str, bytes | None] = field(default_factory=dict)

    def put(self, record_id: str, version: bytes | None) -> None:
        """Let a version stand, or none. Raises VaultDamaged for a second word on one record.

        A snapshot applies all that its packs hold and then what is gone, and cannot tell which stage was
        later, so two of them must not speak of the same record.
        """
        if record_id in self.told and (version or self.told[record_id]):
            raise VaultDamaged("Two parts of this backup tell of the same record; it has to start again.")
        self.told[record_id] = version

    def entry(self, status: ResourceStatus, last: Entry) -> Entry:
        known = [(one in self.before, version is None) for one, version in self.told.items()]
        new, left, changed = (known.count(kind) for kind in ((False, False), (True, True), (True, False)))
        now = {**self.before, **self.told}
        root = merkle_root((one, version) for one, version in sorted(now.items()) if version is not None)
        return Entry(status, len(self.before) + new - left, new, changed, left, root, last.facts)


def _of_draft(shelf: Shelf, replay: Replay, draft: Draft, wanted: set[str]) -> Iterator[Record]:
    delta = replay.delta(draft.packs, draft.changes)
    for ref in delta.packs:
        footer = replay.footer(ref)
        rows = replay.rows_in(delta, ref, footer, wanted)
        yield from _as_records(in_turn(shelf, ref.id, rows, footer.chunks))
    older: dict[str, list[Row]] = defaultdict(list)
    for row in replay.referred(delta, wanted):
        older[row.spot.pack].append(row)
    for pack_id, mine in older.items():
        mine.sort(key=lambda row: row.spot.chunk)
        yield from _as_records(in_turn(shelf, pack_id, mine))


def _as_records(found: Iterable[tuple[Row, bytes]]) -> Iterator[Record]:
    for row, raw in found:
        yield Record(row.resource, row.record_id, row.version.hex(), raw)
