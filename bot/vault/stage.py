"""One stage of a backup being written: decides for each record whether it must be stored at all.

Records go into packs as they come; what is known already costs no access to the store. Nothing counts until
`seal`. It knows nothing of snapshots beyond the one it is built upon.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from types import MappingProxyType
from typing import IO

from bot.errors import LedgerkeepError, StoreUnavailable
from bot.vault.blobs import receive
from bot.vault.manifest import Entry
from bot.vault.merkle import merkle_root
from bot.vault.model import Change, Json, ResourceEntry, ResourceStatus, Rest, Row, SnapshotInfo
from bot.vault.reading import read_rows
from bot.vault.shelf import Shelf
from bot.vault.shipping import Shipping
from bot.vault.tally import Base, Tally

MAX_RECORD_BYTES = 64 * 1024 * 1024

Placing = Callable[[int], tuple[str, int]]


class Stage:
    """A part of a run; records may be added from several threads."""

    def __init__(
        self, shelf: Shelf, name: str, base: SnapshotInfo | None, keep: Callable[[Stage, Json], None]
    ) -> None:
        self.name = name
        self.entries: dict[str, Entry] = {}
        self.shipping = Shipping(shelf)
        self._shelf, self._keep = shelf, keep
        self._number = base.number if base else 0
        self._before: Mapping[str, ResourceEntry] = base.resources if base else {}
        self._bases: dict[str, Mapping[str, bytes]] = {}
        self._tallies: dict[str, Tally] = {}
        self._lock = Lock()
        self._over = self._broken = False

    def add(self, resource: str, record_id: str, raw: bytes) -> Change:
        """Keep one record as received; seen twice, the last one counts. Raises StoreUnavailable."""
        return self.add_many(resource, [(record_id, raw)])[0]

    def add_many(self, resource: str, records: Sequence[tuple[str, bytes]]) -> list[Change]:
        """Keep a page of records, each an id and its bytes, in their order. Raises StoreUnavailable."""
        if any(len(raw) > MAX_RECORD_BYTES for _, raw in records):
            raise ValueError("a record is larger than 64 MiB")
        hashing = self._shelf.keys.hashing(resource)
        versions = [(record_id, hashing.of(record_id, raw)) for record_id, raw in records]

        def place(number: int) -> tuple[str, int]:
            return self.shipping.record(resource, *versions[number], records[number][1])

        with self._working():
            return self._take(resource, versions, place)

    def add_blob(
        self, resource: str, record_id: str, stream: IO[bytes], *, limit: int = MAX_RECORD_BYTES
    ) -> Change:
        """Keep a file as a record of its own, never whole in memory; `limit` in bytes, 64 MiB at most.

        Raises ValueError for a larger one, StoreUnavailable, and what the stream raises; the stage goes on
        after the first and the last of them.
        """
        arrived = receive(self._shelf, resource, record_id, stream, min(limit, MAX_RECORD_BYTES))
        try:
            with self._working():
                version = (record_id, arrived.version)
                return self._take(resource, [version], lambda _: arrived.place(self.shipping))[0]
        finally:
            arrived.drop()

    def base_versions(self, resource: str) -> Mapping[str, bytes]:
        """Return record id to version id in the previous snapshot; held until the resource is finished."""
        with self._working():
            if resource not in self._bases:
                held = self._shelf.index.versions_at(self._number, resource)
                self._bases[resource] = MappingProxyType(dict(held))
            return self._bases[resource]

    def has(self, resource: str, record_id: str) -> bool:
        """Say whether a record was seen in this stage or stands in the previous snapshot."""
        with self._working():
            tally = self._tallies.get(resource)
            if tally and tally.holds(record_id):
                return True
            return self._shelf.index.record_at(self._number, resource, record_id) is not None

    def seen(self, resource: str) -> int:
        """Say how many records of a resource that is not finished were seen so far."""
        with self._working():
            tally = self._tallies.get(resource)
            return tally.seen if tally else 0

    def read(self, resource: str, record_id: str) -> bytes | None:
        """Return a record as the previous snapshot holds it, checked; one access to the store."""
        row = self._shelf.index.record_at(self._number, resource, record_id)
        return read_rows(self._shelf, [row])[record_id] if row else None

    def finish(
        self,
        resource: str,
        *,
        complete: bool,
        facts: Json,
        rest: Rest = Rest.GONE,
        gone: Collection[str] = (),
    ) -> ResourceEntry:
        """Close a resource; records not seen go when it is `complete`, else they are carried forward.

        With `Rest.STAND` a complete one keeps them too, but for those that `gone` names and that were not
        seen. Raises ValueError for ids in `gone` without it.
        """
        stands = complete and rest is Rest.STAND
        if gone and not stands:
            raise ValueError("records are named as gone only where the rest stands")
        with self._working():
            tally = self._tally(resource)
            going = self._going(resource, tally, gone if stands else None) if complete else ()
            status = ResourceStatus.COMPLETE if complete else ResourceStatus.PARTIAL
            if not complete and not tally.touched:
                status = ResourceStatus.CARRIED
            count = tally.base.count + tally.new - len(going)
            root = self._root(resource, tally, going)
            self.shipping.refer(
                Row(resource, record_id, tally.version(record_id) or b"", spot)
                for record_id, spot in tally.refs.items()
            )
            self.shipping.let_go(resource, going)
            entry = Entry(status, count, tally.new, tally.changed, len(going), root, facts)
            return self._close(resource, entry)

    def carry(self, resource: str, *, facts: Json) -> ResourceEntry:
        """Close a resource that was not read because it stands as it is; costs nothing."""
        with self._working():
            if resource in self.entries or resource in self._tallies:
                raise ValueError(f"{resource} was begun or finished in this stage")
            before = self._before.get(resource)
            count, root = (before.count, before.root) if before else (0, merkle_root([]))
            return self._close(resource, Entry(ResourceStatus.COMPLETE, count, 0, 0, 0, root, facts))

    def seal(self, result: Json) -> None:
        """Make the stage durable; `result` comes back from `stages_done`. Raises StoreUnavailable."""
        with self._working():
            if self._tallies.keys() != self.entries.keys():
                raise ValueError("a stage is sealed only after each of its resources is finished")
            self.shipping.close()
            self._keep(self, result)
            self._over = True

    def _take(self, resource: str, versions: Sequence[tuple[str, bytes]], place: Placing) -> list[Change]:
        tally = self._tally(resource)
        tally.touched = tally.touched or bool(versions)
        found = [tally.base.find(version) for _, version in versions]
        others = [one for one, at in zip(versions, found, strict=True) if at < 0]
        known = iter(self._shelf.index.known_of(self._number, resource, others))
        changes = []
        for number, ((record_id, version), at) in enumerate(zip(versions, found, strict=True)):
            if at >= 0:
                tally.base.see(at)
                self._withdraw(tally, record_id)
                changes.append(Change.SAME)
                continue
            before, spot = next(known)
            held = tally.version(record_id)
            if held != version:
                if held is not None:
                    self._withdraw(tally, record_id)
                tally.enter(record_id, version, before)
                if spot:
                    tally.refs[record_id] = spot
                else:
                    tally.placed(record_id, *place(number))
            changes.append(Change.NEW if before is None else Change.CHANGED)
        return changes

    def _withdraw(self, tally: Tally, record_id: str) -> None:
        if tally.holds(record_id) and (placed := tally.leave(record_id)):
            self.shipping.withdraw(*placed)

    def _tally(self, resource: str) -> Tally:
        if resource in self.entries:
            raise ValueError(f"{resource} is finished in this stage")
        if resource not in self._tallies:
            before = self._before.get(resource)
            base = Base(version for _, version in self._standing(resource))
            if base.count != (before.count if before else 0):
                raise StoreUnavailable("The index of backups is being rebuilt just now.")
            self._tallies[resource] = Tally(base)
        return self._tallies[resource]

    def _standing(self, resource: str) -> Iterator[tuple[str, bytes]]:
        return self._shelf.index.versions_at(self._number, resource)

    def _going(self, resource: str, tally: Tally, named: Collection[str] | None) -> Collection[str]:
        """Find the ids that go: all that were not seen, or those of them that are named."""
        if not tally.base.unseen:
            return ()
        if named is None:
            return {
                one: None for one, version in self._standing(resource) if not tally.base.was_seen(version)
            }
        rows = ((one, self._shelf.index.record_at(self._number, resource, one)) for one in named)
        return {one: None for one, row in rows if row and not tally.base.was_seen(row.version)}

    def _root(self, resource: str, tally: Tally, going: Collection[str]) -> str:
        before = self._before.get(resource)
        if before and not (tally.new or tally.changed or going):
            return before.root
        return merkle_root(tally.standing(self._standing(resource), going))

    def _close(self, resource: str, entry: Entry) -> ResourceEntry:
        self.entries[resource] = entry
        self._tallies[resource] = Tally()
        self._bases.pop(resource, None)
        return entry.public(resource)

    @contextmanager
    def _working(self) -> Iterator[None]:
        with self._lock:
            if self._over:
                raise ValueError("this stage is sealed")
            if self._broken:
                raise StoreUnavailable("This part of the backup could not be saved and has to start again.")
            try:
                yield
            except LedgerkeepError:
                self._broken = True
                raise
