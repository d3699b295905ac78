"""One organisation's copies in one workspace: begin a backup, list, read, compare, check, destroy.

Everything is done elsewhere; this is the front door.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from bot.errors import UnknownSnapshot, VaultDamaged
from bot.vault.draft import Draft
from bot.vault.entering import Known
from bot.vault.manifest import Manifest, open_manifest
from bot.vault.model import Difference, DroppedSnapshot, Pruned, Record, Row, SnapshotInfo, VerifyReport
from bot.vault.prune import GRACE, prune
from bot.vault.reading import pieces_of, read_resource, read_rows, read_some
from bot.vault.replay import Replay
from bot.vault.shelf import Shelf
from bot.vault.sweep import sweep
from bot.vault.verify import Verification


class Books:
    """Safe to use from several threads; snapshots that other processes publish are seen at the next call."""

    def __init__(self, shelf: Shelf, prepare: Callable[[], None], check: Callable[[], list[str]]) -> None:
        self._shelf, self._prepare, self._check = shelf, prepare, check
        self._replay = Replay(shelf)
        self._infos: dict[str, SnapshotInfo] = {}
        self._lock = Lock()

    def draft(self, run_id: str, started_at: datetime) -> Draft:
        """Begin a backup, or go on with the one of that run id. Raises Damaged, StoreUnavailable."""
        self._prepare()
        return Draft(self._shelf, run_id, started_at, self.snapshots)

    def snapshots(self) -> list[SnapshotInfo]:
        """Return the snapshots that stand, oldest first."""
        self._replay.catch_up()
        infos = []
        for known in self._shelf.index.snapshots():
            if not known.stands:
                continue
            with self._lock:
                info = self._infos.get(known.hash)
            if info is None:
                info = open_manifest(self._shelf.keys, known.id, known.manifest).public(known.hash)
                with self._lock:
                    self._infos[known.hash] = info
            infos.append(info)
        return infos

    def snapshot(self, which: str) -> SnapshotInfo:
        """Return "latest" or the snapshot whose id begins with `which`; raises UnknownSnapshot."""
        infos = self.snapshots()
        if which == "latest":
            if not infos:
                raise UnknownSnapshot("There is no snapshot of this organisation yet.")
            return infos[-1]
        found = [info for info in infos if which and info.id.startswith(which)]
        if len(found) != 1:
            raise UnknownSnapshot("Several snapshots begin with that id." if found else self._absence(which))
        return found[0]

    def dropped(self) -> list[DroppedSnapshot]:
        """Return the snapshots that retention dropped, oldest first."""
        self._replay.catch_up()
        return [
            _dropped(open_manifest(self._shelf.keys, known.id, known.manifest), known)
            for known in self._shelf.index.snapshots()
            if known.dropped_at
        ]

    def records(self, snapshot: SnapshotInfo, resource: str, *, in_order: bool = True) -> Iterator[Record]:
        """Yield a resource's records, each checked, by id; nothing for a resource it does not hold.

        Who needs no order saves time and memory with `in_order=False`.
        """
        entry = snapshot.resources.get(resource)
        if entry is not None:
            with self._still_there(snapshot):
                yield from read_resource(self._shelf, snapshot.number, entry, in_order=in_order)

    def record(self, snapshot: SnapshotInfo, resource: str, record_id: str) -> Record | None:
        """Return one record, checked, or None when the snapshot does not hold it."""
        row = self._row(snapshot, resource, record_id)
        if row is None:
            return None
        return Record(resource, record_id, row.version.hex(), read_rows(self._shelf, [row])[record_id])

    def some(self, snapshot: SnapshotInfo, resource: str, ids: Iterable[str]) -> Iterator[Record]:
        """Yield those of these records that the snapshot holds, each checked, as they lie.

        Less work than all `records` as long as they are some: only what they lie in is opened.
        """
        with self._still_there(snapshot):
            yield from read_some(self._shelf, self._shelf.index.some_at(snapshot.number, resource, ids))

    def blob(self, snapshot: SnapshotInfo, resource: str, record_id: str) -> Iterator[bytes] | None:
        """Return a file's bytes in pieces of some MiB, or None when the snapshot does not hold it.

        Damage may raise after the last piece only, so write to another name first and rename at the end.
        """
        row = self._row(snapshot, resource, record_id)
        return self._pieces(snapshot, row) if row else None

    def lengths(self, snapshot: SnapshotInfo, resource: str) -> Iterator[tuple[str, int]]:
        """Yield record id and length in bytes of a resource's records, by id; reads none of them."""
        self._ready(snapshot)
        yield from self._shelf.index.lengths_at(snapshot.number, resource)

    def diff(self, older: SnapshotInfo, newer: SnapshotInfo) -> dict[str, Difference]:
        """Compare two snapshots; a resource without differences is left out."""
        self._ready(older)
        self._ready(newer)
        found: dict[str, Difference] = {}
        for resource, record_id, before, after in self._shelf.index.differences(older.number, newer.number):
            if before == after:
                continue
            difference = found.setdefault(resource, Difference([], [], []))
            kind = (
                difference.new if before is None else difference.gone if after is None else difference.changed
            )
            kind.append(record_id)
        return found

    def verify(self, full: bool = False) -> VerifyReport:
        """Check the copies in the store; `full` reads every byte, else a thirtieth that changes every day."""
        return Verification(self._shelf, full=full).run(self._check())

    def reindex(self) -> int:
        """Rebuild the local index from store and key alone; returns how many snapshots it holds."""
        return self._replay.rebuild()

    def previous_count(self, resource: str) -> int | None:
        """Return how many records the newest snapshot holds, or None when it knows no such resource."""
        infos = self.snapshots()
        entry = infos[-1].resources.get(resource) if infos else None
        return entry.count if entry else None

    def prune(self, drop: Collection[int], *, grace: timedelta = GRACE) -> Pruned:
        """Drop these snapshots, and delete what earlier ones left whose time is over.

        What is dropped now is deleted by a later call, after `grace` and a later backup.
        """
        return prune(self._shelf, drop, problems=self._check(), grace=grace)

    def sweep(self, older_than: timedelta) -> int:
        """Delete what crashed backups left and no snapshot reaches; returns how many. Raises Damaged."""
        return sweep(self._shelf, older_than)

    def destroy(self) -> int:
        """Delete every object of this organisation, heads first; returns how many."""
        listed = sorted(item.name for item in self._shelf.store.list(self._shelf.place.folder))
        heads = f"{self._shelf.place.folder}/heads/"
        for name in sorted(listed, key=lambda name: not name.startswith(heads)):
            self._shelf.store.delete(name)
        self._shelf.index.forget()
        return len(listed)

    def _ready(self, snapshot: SnapshotInfo) -> None:
        if self._shelf.index.newest()[0] < snapshot.number:
            self._replay.catch_up()
        dropped_at = self._shelf.index.dropped_at(snapshot.number)
        if dropped_at:
            raise UnknownSnapshot(_dropped_on(datetime.fromisoformat(dropped_at)))

    @contextmanager
    def _still_there(self, snapshot: SnapshotInfo) -> Iterator[None]:
        self._ready(snapshot)
        try:
            yield
        except VaultDamaged:
            self._ready(snapshot)  # it may have been dropped while it was read
            raise

    def _row(self, snapshot: SnapshotInfo, resource: str, record_id: str) -> Row | None:
        self._ready(snapshot)
        return self._shelf.index.record_at(snapshot.number, resource, record_id)

    def _pieces(self, snapshot: SnapshotInfo, row: Row) -> Iterator[bytes]:
        with self._still_there(snapshot):
            yield from pieces_of(self._shelf, row)

    def _absence(self, which: str) -> str:
        gone = [one for one in self.dropped() if which and one.id.startswith(which)]
        return _dropped_on(gone[0].dropped_at) if len(gone) == 1 else "There is no snapshot of that id."


def _dropped(manifest: Manifest, known: Known) -> DroppedSnapshot:
    return DroppedSnapshot(
        id=manifest.id,
        number=manifest.number,
        hash=known.hash,
        run_id=manifest.run_id,
        taken_at=manifest.taken_at,
        dropped_at=datetime.fromisoformat(known.dropped_at or ""),
    )


def _dropped_on(at: datetime) -> str:
    return f"That snapshot was dropped by retention on {at.day} {at:%B %Y}."
