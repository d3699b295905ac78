"""Read snapshots from the store, in order, into the index; what does not fit together raises.

Trust comes from the heads: a head names a manifest by hash, a manifest names its packs. Each snapshot is
entered in one transaction after the Merkle root of every touched resource was recomputed. Of the snapshots
before the newest thinning only those that it keeps are played, in the way that it says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.errors import VaultDamaged
from bot.vault.entering import Known, Writing
from bot.vault.manifest import (
    Changes,
    Head,
    Manifest,
    Rewritten,
    TableAt,
    Thinning,
    digest_of,
    open_head,
    open_manifest,
)
from bot.vault.merkle import merkle_root
from bot.vault.model import Row, Spot
from bot.vault.pack import Chunk, Footer, PackReader, PackRef, footer_rows
from bot.vault.sealed import decoded
from bot.vault.shelf import Shelf

HELD_BYTES = 2 * 1024 * 1024  # tables up to this size are read once


@dataclass(slots=True)
class Delta:
    """What a run changes: packs with their footers to come, tables that qualify them.

    `read` gives the tables, from memory when they are small, else from the store each time.
    """

    packs: Sequence[PackRef]
    read: Callable[[], Iterable[Changes]]
    skip: dict[str, set[int]] = field(init=False)

    def __post_init__(self) -> None:
        merged: dict[str, set[int]] = defaultdict(set)
        for table in self.read():
            for pack_id, rows in table.skip.items():
                merged[pack_id].update(rows)
        self.skip = dict(merged)

    def needed(self) -> list[PackRef]:
        """Name the older packs that the tables refer to."""
        found = {ref.id: ref for table in self.read() for ref in table.packs}
        return list(found.values())

    def gone(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the record ids that go, by resource."""
        for table in self.read():
            yield from table.gone.items()


@dataclass(frozen=True, slots=True)
class Proposed:
    """A thinning whose head is not written yet, to be tried as if it were."""

    head: Head
    sealed: bytes


class Replay:
    """Brings the index up to what the store holds."""

    def __init__(self, shelf: Shelf, proposed: Proposed | None = None) -> None:
        self._shelf, self._proposed = shelf, proposed

    def head_numbers(self) -> list[int]:
        """List the numbers of the heads in the store, ascending."""
        listed = self._shelf.store.list(f"{self._shelf.place.folder}/heads")
        names = (item.name.rpartition("/")[2] for item in listed)
        numbers = {int(name) for name in names if name.isdecimal()}
        return sorted(numbers | ({self._proposed.head.number} if self._proposed else set()))

    def catch_up(self) -> int:
        """Enter the snapshots the index lacks; returns how many. Raises a class of Damaged."""
        numbers = self.head_numbers()
        known, head_hash = self._shelf.index.newest()
        if known and (known not in numbers or self.read_head(known)[1] != head_hash):
            raise VaultDamaged("The vault is not as it was: its newest snapshot is missing or another one.")
        newest = max(numbers, default=0)
        if newest > known and self.read_head(newest)[0].thinned > known + 1:
            # What lies between may have been dropped, and its packs deleted.
            return max(self.rebuild() - known, 0)
        entered = 0
        for number in range(known + 1 if known else min(numbers, default=1), newest + 1):
            with self._shelf.index.writing() as writing:
                if writing.tip().number < number:
                    self._enter(writing, number)
                    entered += 1
        return entered

    def rebuild(self) -> int:
        """Empty the index and enter every snapshot again, all or nothing; returns how many."""
        numbers = self.head_numbers()
        first, newest = min(numbers, default=1), max(numbers, default=0)
        thinned = self.read_head(newest)[0].thinned if newest else 0
        with self._shelf.index.writing() as writing:
            writing.clear()
            if thinned:
                self._enter_thinned(writing, first, thinned)
                first = thinned + 1
            for number in range(first, newest + 1):
                self._enter(writing, number)
        return len(numbers)

    def thinning(self, number: int) -> Thinning:
        """Return the thinning of that number; raises VaultDamaged when it is none."""
        manifest, _ = self.read_manifest(self.read_head(number)[0])
        if manifest.thinning is None:
            raise VaultDamaged("A snapshot stands where the vault was thinned.")
        return manifest.thinning

    def read_head(self, number: int) -> tuple[Head, str]:
        """Return a head and its hash."""
        if self._proposed and number == self._proposed.head.number:
            return self._proposed.head, ""
        data = self._shelf.store.get(self._shelf.place.head(number))
        return open_head(self._shelf.keys, number, data), digest_of(data)

    def read_manifest(self, head: Head) -> tuple[Manifest, bytes]:
        """Return the manifest a head names, and its sealed bytes."""
        proposed = self._proposed if self._proposed and self._proposed.head is head else None
        data = (
            proposed.sealed if proposed else self._shelf.store.get(self._shelf.place.manifest(head.snapshot))
        )
        if digest_of(data) != head.manifest:
            raise VaultDamaged("A snapshot is not the one that was published.")
        manifest = open_manifest(self._shelf.keys, head.snapshot, data)
        if manifest.number != head.number:
            raise VaultDamaged("A snapshot is not the one that was published.")
        return manifest, data

    def delta(self, packs: Sequence[PackRef], tables: Sequence[TableAt]) -> Delta:
        """Read the tables that say how the rows of these packs are meant."""
        refs = {ref.id: ref for ref in packs}
        by_pack: dict[str, list[int]] = defaultdict(list)
        for pack_id, number in tables:
            by_pack[pack_id].append(number)
        chunks = {pack_id: self.footer(refs[pack_id]).chunks for pack_id in by_pack}
        wanted = {
            pack_id: [(number, chunks[pack_id][number]) for number in numbers]
            for pack_id, numbers in by_pack.items()
        }
        if sum(chunk.plain for found in wanted.values() for _, chunk in found) <= HELD_BYTES:
            held = list(self._tables(wanted))
            return Delta(packs, lambda: held)
        return Delta(packs, lambda: self._tables(wanted))

    def rows(self, delta: Delta, only: Collection[str] | None = None) -> Iterator[Row]:
        """Yield the versions a delta puts in place, pack by pack, then those that lie in older packs.

        With `only` those of other resources are left out.
        """
        for ref in delta.packs:
            yield from self.rows_in(delta, ref, self.footer(ref), only)
        yield from self.referred(delta, only)

    @staticmethod
    def rows_in(
        delta: Delta, ref: PackRef, footer: Footer, only: Collection[str] | None = None
    ) -> Iterator[Row]:
        """Yield the versions that a delta puts in place from one of its own packs."""
        return footer_rows(ref.id, footer, skip=delta.skip.get(ref.id, set()), only=only)

    def footer(self, ref: PackRef) -> Footer:
        """Read a pack's footer."""
        return PackReader(self._shelf.keys, ref.id).footer(self._shelf.store, ref)

    @staticmethod
    def referred(delta: Delta, only: Collection[str] | None = None) -> Iterator[Row]:
        """Yield the versions a delta puts in place that lie in older packs."""
        for table in delta.read():
            for resource, record_id, version, pack, chunk, offset, length in table.refs:
                if only is not None and resource not in only:
                    continue
                spot = Spot(table.packs[pack].id, chunk, offset, length)
                yield Row(resource, record_id, bytes.fromhex(version), spot)

    def _tables(self, wanted: Mapping[str, list[tuple[int, Chunk]]]) -> Iterator[Changes]:
        for pack_id, chunks in wanted.items():
            for _, plain in PackReader(self._shelf.keys, pack_id).chunks(self._shelf.store, chunks):
                yield decoded(plain, Changes)

    def _enter(self, writing: Writing, number: int) -> None:
        known, manifest = self._linked(writing, number)
        if manifest.thinning:
            self._thin(writing, manifest, manifest.thinning)
        elif writing.tip().number or number == 1:
            self._enter_delta(writing, manifest, manifest.packs)
        else:
            self._enter_full(writing, manifest)
        self._check_roots(writing, manifest, every=not writing.tip().number)
        writing.add_snapshot(known)

    def _enter_thinned(self, writing: Writing, oldest: int, thinned: int) -> None:
        """Enter everything up to a thinning: the snapshots it keeps, the names of those it dropped."""
        thinning = self.thinning(thinned)
        if oldest > thinning.first:
            raise VaultDamaged("The vault's oldest snapshots are missing.")
        dropped = {number: at.isoformat() for number, at in thinning.dropped}
        rewritten = {one.number: one for one in thinning.rewritten}
        needed = {ref.id for ref in thinning.packs}
        for number in range(thinning.first, thinned + 1):
            known, manifest = self._linked(writing, number)
            if number in rewritten:
                self._enter_rewritten(writing, manifest, rewritten[number])
                self._check_roots(writing, manifest, every=True)
            elif known.stands and number not in dropped:
                self._enter_delta(writing, manifest, [ref for ref in manifest.packs if ref.id in needed])
                self._check_roots(writing, manifest, every=False)
            writing.add_snapshot(replace(known, dropped_at=dropped.get(number)))
        if not writing.packs_used() <= needed:
            raise VaultDamaged("A kept snapshot needs a file that retention does not keep.")

    def _linked(self, writing: Writing, number: int) -> tuple[Known, Manifest]:
        """Read head and manifest, and check that they follow what was entered last."""
        tip = writing.tip()
        head, head_hash = self.read_head(number)
        manifest, sealed = self.read_manifest(head)
        if tip.number and (head.previous, manifest.parent) != (tip.head, tip.hash):
            raise VaultDamaged("A snapshot does not follow the one before it.")
        thinning = manifest.thinning is not None
        if tip.number and head.thinned != (number if thinning else tip.thinned):
            raise VaultDamaged("A snapshot does not know how the vault was thinned.")
        known = Known(number, manifest.id, head_hash, head.manifest, sealed, thinning)
        return known, manifest

    def _thin(self, writing: Writing, manifest: Manifest, thinning: Thinning) -> None:
        """Apply a thinning to an index that knows all that was before it."""
        writing.drop([(number, at.isoformat()) for number, at in thinning.dropped])
        for ref in manifest.packs:
            footer = self.footer(ref)
            writing.add_pack(ref, footer.chunks)
            writing.move(footer_rows(ref.id, footer))
        if not writing.packs_used() <= {ref.id for ref in thinning.packs}:
            raise VaultDamaged("A kept snapshot needs a file that retention does not keep.")

    def _enter_rewritten(self, writing: Writing, manifest: Manifest, delta: Rewritten) -> None:
        told = self.delta(delta.packs, delta.changes)
        self._enter_packs(writing, told.needed())
        self._put(writing, manifest, told)
        self._end(writing, manifest, told)

    def _enter_delta(self, writing: Writing, manifest: Manifest, packs: Sequence[PackRef]) -> None:
        delta = self.delta(packs, manifest.changes)
        for ref in packs:
            footer = self.footer(ref)
            if not writing.has_pack(ref.id):
                writing.add_pack(ref, footer.chunks)
            _require_listed(manifest, footer.resources)
            writing.put_pack(manifest.number, ref.id, footer, delta.skip.get(ref.id, set()))
        self._enter_packs(writing, delta.needed())
        self._put(writing, manifest, delta)
        self._end(writing, manifest, delta)

    def _enter_full(self, writing: Writing, manifest: Manifest) -> None:
        if not manifest.full:
            raise VaultDamaged("The vault's oldest snapshots are missing.")
        told = self.delta(manifest.packs, manifest.full)
        self._enter_packs(writing, [*manifest.packs, *told.needed()])
        self._put(writing, manifest, told)

    def _put(self, writing: Writing, manifest: Manifest, delta: Delta) -> None:
        _require_listed(manifest, {row.resource for row in self.referred(delta)})
        writing.put(manifest.number, self.referred(delta))

    def _end(self, writing: Writing, manifest: Manifest, delta: Delta) -> None:
        for resource, record_ids in delta.gone():
            writing.end(manifest.number, resource, record_ids)

    def _enter_packs(self, writing: Writing, refs: Sequence[PackRef]) -> None:
        for ref in refs:
            if not writing.has_pack(ref.id):
                writing.add_pack(ref, self.footer(ref).chunks)

    def _check_roots(self, writing: Writing, manifest: Manifest, *, every: bool) -> None:
        for resource, entry in manifest.resources.items():
            touched = entry.new or entry.changed or entry.gone
            if (every or touched) and merkle_root(writing.versions(resource)) != entry.root:
                raise VaultDamaged("The records of a snapshot are not those that were published.")


def _require_listed(manifest: Manifest, resources: Iterable[str]) -> None:
    if not manifest.resources.keys() >= set(resources):
        raise VaultDamaged("A snapshot holds records that it does not list.")
