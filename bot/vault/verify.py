"""Check what the store holds against what was published; damage becomes sentences, not exceptions.

Always: heads, manifests and their chain, presence and size of every pack. A thirtieth of the packs, another
one each day, is read in full; with `full` all of them and the drafts, and every snapshot is played back.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from bot.errors import Damaged
from bot.vault.index import Index
from bot.vault.inspecting import inspect
from bot.vault.manifest import Head, Manifest, open_draft, open_manifest
from bot.vault.model import VerifyReport
from bot.vault.pack import PackRef
from bot.vault.replay import Replay
from bot.vault.shelf import Shelf

ROLLING_DAYS = 30


class Verification:
    """One check of one organisation's books."""

    def __init__(self, shelf: Shelf, *, full: bool) -> None:
        self._shelf, self._full = shelf, full
        self._replay = Replay(shelf)
        self._problems: list[str] = []
        self._reached: set[str] = set()
        self._objects = self._bytes = self._records = self._snapshots = self._dropped = 0

    def run(self, problems: list[str]) -> VerifyReport:
        """Check everything; `problems` are those found outside these books. Raises StoreUnavailable only."""
        self._problems += problems
        packs: dict[str, PackRef] = {}
        for manifest in self._chain():
            if manifest.thinning:
                packs, self._dropped = {}, len(manifest.thinning.dropped)
                packs.update({ref.id: ref for ref in manifest.thinning.packs})
            packs.update({ref.id: ref for ref in manifest.packs})
        if self._full:
            packs.update({ref.id: ref for ref in self._drafted()})
        sizes = {item.name: item.size for item in self._shelf.store.list(f"{self._shelf.place.folder}/packs")}
        for ref in packs.values():
            self._pack(ref, sizes.get(self._shelf.place.pack(ref.id)))
        missing = {ref.id for ref in packs.values() if self._shelf.place.pack(ref.id) not in sizes}
        if missing:
            self._explain(missing)
        if self._full:
            self._play_back()
        return VerifyReport(
            problems=tuple(self._problems),
            snapshots=self._snapshots - self._dropped,
            dropped=self._dropped,
            objects=self._objects,
            bytes=self._bytes,
            records=self._records,
            full=self._full,
        )

    def _chain(self) -> Iterator[Manifest]:
        numbers = self._replay.head_numbers()
        seen, _ = self._shelf.index.newest()
        if seen > max(numbers, default=0):
            self._problems.append(f"Snapshot number {seen} was here before and is missing now.")
        first = min(numbers, default=1)
        links: tuple[str, str] | None = ("", "") if first == 1 else None
        for number in range(first, max(numbers, default=0) + 1):
            before, links = links, None
            with self._describing(f"Snapshot number {number}"):
                head, head_hash = self._replay.read_head(number)
                self._objects += 1
                links = (head_hash, head.manifest)
                yield self._manifest(head, before, oldest=number == first)

    def _manifest(self, head: Head, before: tuple[str, str] | None, *, oldest: bool) -> Manifest:
        manifest, data = self._replay.read_manifest(head)
        if before and (head.previous, manifest.parent) != before:
            self._problems.append(f"Snapshot number {head.number} does not follow the one before it.")
        if oldest and head.number > 1 and not manifest.full:
            self._problems.append("The vault's oldest snapshots are missing.")
        self._objects += 1
        self._snapshots += manifest.thinning is None
        self._reached.add(manifest.id)
        self._bytes += len(data)
        return manifest

    def _explain(self, missing: set[str]) -> None:
        """Say it when missing packs were given up by a thinning whose head was taken away."""
        for item in self._shelf.store.list(f"{self._shelf.place.folder}/manifests"):
            snapshot_id = item.name.rpartition("/")[2]
            if snapshot_id in self._reached:
                continue
            with suppress(Damaged):
                manifest = open_manifest(self._shelf.keys, snapshot_id, self._shelf.store.get(item.name))
                thinning = manifest.thinning
                if thinning and missing & {one.id for one in thinning.doomed}:
                    self._problems.append(
                        f"Some were dropped by retention on {manifest.taken_at:%Y-%m-%d}; the head that "
                        f"said so, number {manifest.number}, is missing."
                    )

    def _pack(self, ref: PackRef, size: int | None) -> None:
        subject = f"The pack {ref.id[:12]}"
        if size is None:
            self._problems.append(f"{subject} is missing.")
        elif size != ref.size:
            self._problems.append(f"{subject} has {size} bytes, not {ref.size}.")
        else:
            self._objects += 1
            day = self._shelf.now().toordinal()
            if self._full or int(ref.id[:8], 16) % ROLLING_DAYS == day % ROLLING_DAYS:
                with self._describing(subject):
                    self._read(ref)

    def _read(self, ref: PackRef) -> None:
        self._bytes += ref.size
        self._records += inspect(self._shelf, ref)

    def _drafted(self) -> Iterator[PackRef]:
        for item in self._shelf.store.list(f"{self._shelf.place.folder}/drafts"):
            with self._describing("An unfinished backup"):
                draft = open_draft(self._shelf.keys, item.name, self._shelf.store.get(item.name))
                self._objects += 1
                yield from draft.packs

    def _play_back(self) -> None:
        with tempfile.TemporaryDirectory(prefix="ledgerkeep-verify-") as folder:
            index = Index(Path(folder) / "index", self._shelf.keys.mark.hex())
            with self._describing("Played back from the store, a snapshot"):
                Replay(replace(self._shelf, index=index)).rebuild()
            index.close()

    @contextmanager
    def _describing(self, subject: str) -> Iterator[None]:
        try:
            yield
        except Damaged as error:
            self._problems.append(f"{subject} is damaged: {error}")
