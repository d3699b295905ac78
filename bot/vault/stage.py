"""One stage of a backup being written: decides for each record whether it must be stored at all.

Records go into packs as they come; what is known already costs no access to the store. Nothing counts until
`seal`. It knows nothing of snapshots beyond the one it is built upon.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from types import MappingProxyType
from typing import IO

from bot.errors import LedgerkeepError, StoreUnavailable
from bot.vault.manifest import Entry
from bot.vault.merkle import merkle_root
from bot.vault.model import Change, Json, ResourceEntry, ResourceStatus, Rest, Row, SnapshotInfo, Spot
from bot.vault.pack import BLOB_PIECE_BYTES
from bot.vault.reading import read_rows
from bot.vault.shelf import Shelf
from bot.vault.shipping import Shipping

MAX_RECORD_BYTES = 64 * 1024 * 1024


@dataclass(slots=True)
class Tally:
    """What one stage has seen of one resource: ids and versions, never content."""

    base: Mapping[str, bytes]
    seen: dict[str, bytes] = field(default_factory=dict)
    placed: dict[str, tuple[str, int]] = field(default_factory=dict)
    refs: dict[str, Spot] = field(default_factory=dict)

    def judge(self, record_id: str) -> Change:
        """Say how the version seen last stands to the previous snapshot."""
        before = self.base.get(record_id)
        if before is None:
            return Change.NEW
        return Change.SAME if before == self.seen[record_id] else Change.CHANGED

    def unseen(self) -> list[str]:
        """Return the ids of the previous snapshot that were not seen."""
        return [record_id for record_id in self.base if record_id not in self.seen]

    def gone(self, named: Collection[str]) -> list[str]:
        """Return those of the named ids that the previous snapshot holds and that were not seen."""
        return [record_id for record_id in dict.fromkeys(named) if self._may_go(record_id)]

    def state(self, gone: Collection[str]) -> dict[str, bytes]:
        """Return what stands once these are gone."""
        state = {**self.base, **self.seen}
        for record_id in gone:
            del state[record_id]
        return state

    def _may_go(self, record_id: str) -> bool:
        return record_id in self.base and record_id not in self.seen


class Stage:
    """A part of a run; `add` may be called from several threads."""

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
        if len(raw) > MAX_RECORD_BYTES:
            raise ValueError("a record is larger than 64 MiB")
        version = self._shelf.keys.version_id(resource, record_id, raw)
        return self._take(
            resource, record_id, version, lambda: self.shipping.record(resource, record_id, version, raw)
        )

    def add_blob(self, resource: str, record_id: str, stream: IO[bytes]) -> Change:
        """Keep a file as a record of its own, up to 64 MiB. Raises StoreUnavailable."""
        pieces: list[bytes] = []
        while piece := stream.read(BLOB_PIECE_BYTES):
            pieces.append(piece)
            if sum(map(len, pieces)) > MAX_RECORD_BYTES:
                raise ValueError("a file is larger than 64 MiB")
        version = self._shelf.keys.version_id(resource, record_id, b"".join(pieces))
        return self._take(
            resource, record_id, version, lambda: self.shipping.blob(resource, record_id, version, pieces)
        )

    def base_versions(self, resource: str) -> Mapping[str, bytes]:
        """Return record id to version id of a resource in the previous snapshot."""
        with self._working():
            return self._base(resource)

    def has(self, resource: str, record_id: str) -> bool:
        """Say whether a record was seen in this stage or stands in the previous snapshot."""
        with self._working():
            tally = self._tallies.get(resource)
            return bool(tally and record_id in tally.seen) or record_id in self._base(resource)

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
            going = (tally.gone(gone) if stands else tally.unseen()) if complete else []
            entry = self._entry(resource, tally, going, complete=complete, facts=facts)
            self.shipping.refer(
                [
                    Row(resource, record_id, tally.seen[record_id], spot)
                    for record_id, spot in tally.refs.items()
                ]
            )
            self.shipping.let_go(resource, going)
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

    def _take(
        self, resource: str, record_id: str, version: bytes, store: Callable[[], tuple[str, int]]
    ) -> Change:
        with self._working():
            tally = self._tally(resource)
            before = tally.seen.get(record_id)
            if before != version:
                if before is not None:
                    self._withdraw(tally, record_id)
                base = tally.base.get(record_id)
                tally.seen[record_id] = base if base == version else version
                if base != version:
                    self._place(tally, resource, record_id, version, store)
            return tally.judge(record_id)

    def _place(
        self,
        tally: Tally,
        resource: str,
        record_id: str,
        version: bytes,
        store: Callable[[], tuple[str, int]],
    ) -> None:
        spot = self._shelf.index.known_spot(resource, record_id, version) if self._number else None
        if spot:
            tally.refs[record_id] = spot
        else:
            tally.placed[record_id] = store()

    def _withdraw(self, tally: Tally, record_id: str) -> None:
        tally.refs.pop(record_id, None)
        placed = tally.placed.pop(record_id, None)
        if placed:
            self.shipping.withdraw(*placed)

    def _tally(self, resource: str) -> Tally:
        if resource in self.entries:
            raise ValueError(f"{resource} is finished in this stage")
        if resource not in self._tallies:
            self._tallies[resource] = Tally(self._base(resource))
        return self._tallies[resource]

    def _base(self, resource: str) -> Mapping[str, bytes]:
        if resource not in self._bases:
            self._bases[resource] = MappingProxyType(self._shelf.index.versions(resource))
        return self._bases[resource]

    def _close(self, resource: str, entry: Entry) -> ResourceEntry:
        self.entries[resource] = entry
        self._tallies[resource] = Tally({})
        self._bases.pop(resource, None)
        return entry.public(resource)

    def _entry(
        self, resource: str, tally: Tally, gone: Collection[str], *, complete: bool, facts: Json
    ) -> Entry:
        new = sum(record_id not in tally.base for record_id in tally.seen)
        changed = sum(tally.judge(record_id) is Change.CHANGED for record_id in tally.seen)
        count = len(tally.base) + new - len(gone)
        before = self._before.get(resource)
        untouched = before is not None and not (new or changed or gone)
        root = before.root if before and untouched else merkle_root(sorted(tally.state(gone).items()))
        status = ResourceStatus.COMPLETE if complete else ResourceStatus.PARTIAL
        if not complete and not tally.seen:
            status = ResourceStatus.CARRIED
        return Entry(status, count, new, changed, len(gone), root, facts)

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
