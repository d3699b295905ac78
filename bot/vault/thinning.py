"""Work out a thinning: which snapshots go, how the kept ones are read since, which packs nobody needs.

It reads an index that was played back from the store alone, writes packs and a manifest, and deletes nothing.
Nothing counts until the head is written, which `prune` does after `prove`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.crypto import random_bytes
from bot.errors import VaultDamaged
from bot.vault import living
from bot.vault.entering import Known
from bot.vault.index import Index
from bot.vault.inspecting import inspect
from bot.vault.manifest import (
    THINNING_FORMAT,
    Doomed,
    Head,
    Manifest,
    Rewritten,
    Thinning,
    digest_of,
    open_manifest,
    seal_manifest,
)
from bot.vault.pack import ChunkKind, PackRef, footer_rows
from bot.vault.reading import of_pack, pieces_of
from bot.vault.replay import Proposed, Replay
from bot.vault.shelf import Shelf
from bot.vault.shipping import Shipping

LEAST_USED = 0.5  # a pack of which less is needed is written anew


@contextmanager
def played_back(shelf: Shelf, proposed: Proposed | None = None) -> Iterator[Shelf]:
    """Lend a shelf whose index was made from store and key alone. Raises a class of Damaged."""
    with TemporaryDirectory(prefix="ledgerkeep-prune-") as folder:
        index = Index(Path(folder) / "index", shelf.keys.mark.hex())
        try:
            scratch = replace(shelf, index=index)
            Replay(scratch, proposed).rebuild()
            yield scratch
        finally:
            index.close()


@dataclass(slots=True)
class Thinner:
    """One thinning in the making; `drop` says which snapshots go, `listed` what packs there are."""

    shelf: Shelf
    drop: Collection[int]
    listed: Mapping[str, int]
    at: datetime
    known: list[Known] = field(init=False)
    before: Thinning = field(init=False)
    written: list[PackRef] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known = self.shelf.index.snapshots()
        thinned = self.shelf.index.tip().thinned
        nothing = Thinning(first=self.known[0].number, dropped=[], rewritten=[], packs=[], doomed=[])
        self.before = Replay(self.shelf).thinning(thinned) if thinned else nothing

    def propose(self) -> Proposed:
        """Write packs and manifest of the thinning; its head is left to the caller."""
        packs = self._all_packs()
        dropped = self.before.dropped + [(number, self.at) for number in sorted(self.drop)]
        with self.shelf.index.writing() as writing:
            writing.drop([(number, at.isoformat()) for number, at in dropped])
        pinned = self._pinned(self._affected())
        used = living.used_share(self.shelf.index)
        sparse = [one for one in used if one not in pinned and 0 < used[one] < LEAST_USED]
        affected = self._affected() | living.beginning_in(self.shelf.index, sparse)
        self._copy(sparse)
        rewritten = self._kept_tables(affected) + [self._tables(number) for number in sorted(affected)]
        needed = self._needed(affected, rewritten)
        known = packs | {ref.id: ref for ref in self.written}
        thinning = Thinning(
            first=self.before.first,
            dropped=sorted(dropped),
            rewritten=sorted(rewritten, key=lambda one: one.number),
            packs=[known[one] for one in sorted(needed)],
            doomed=self._doomed(packs, needed),
        )
        return self._write(thinning)

    @property
    def _number(self) -> int:
        return self.known[-1].number + 1

    def _kept(self) -> list[Known]:
        return [one for one in self.known if one.stands and one.number not in self.drop]

    def _all_packs(self) -> dict[str, PackRef]:
        """Every pack that any snapshot not dropped before may need."""
        packs = {ref.id: ref for ref in self.before.packs}
        thinned = self.shelf.index.tip().thinned
        for one in self.known:
            if one.number > thinned:
                packs.update({ref.id: ref for ref in self._manifest(one).packs})
        return packs

    def _affected(self) -> set[int]:
        """Name the kept snapshots whose change can no longer be told as before."""
        affected, last = set(), 0
        told = {one.number for one in self.before.rewritten}
        for one in self._kept():
            between = any(last < number < one.number for number in self.drop)
            starts_late = last == 0 and one.number > 1 and one.number not in told
            if between or starts_late:
                affected.add(one.number)
            last = one.number
        return affected

    def _kept_tables(self, affected: set[int]) -> list[Rewritten]:
        kept = {one.number for one in self._kept()} - affected
        return [one for one in self.before.rewritten if one.number in kept]

    def _pinned(self, affected: set[int]) -> set[str]:
        """Name the packs without which the snapshots that stay as they are could not be played."""
        tables = self._kept_tables(affected)
        told = {one.number for one in tables}
        own = [one for one in self._kept() if one.number not in affected | told]
        return {ref.id for one in tables for ref in one.packs} | {
            ref.id for one in own for ref in self._manifest(one).packs if self._counts(ref)
        }

    def _counts(self, ref: PackRef) -> bool:
        """Say whether a pack holds anything but lists of the whole state, which a thinning makes idle."""
        return any(chunk.kind is not ChunkKind.LIST for chunk in self.shelf.index.chunks(ref.id))

    def _manifest(self, known: Known) -> Manifest:
        return open_manifest(self.shelf.keys, known.id, known.manifest)

    def _copy(self, sparse: list[str]) -> None:
        """Write what is still needed of these packs into new ones."""
        shipping = Shipping(self.shelf)
        for pack_id in sparse:
            table = self.shelf.index.chunks(pack_id)
            rows = living.rows_in(self.shelf.index, pack_id)
            files = [row for row in rows if table[row.spot.chunk].kind is ChunkKind.BLOB]
            records = (row for row in rows if table[row.spot.chunk].kind is not ChunkKind.BLOB)
            for row, raw in of_pack(self.shelf, pack_id, records):
                shipping.record(row.resource, row.record_id, row.version, raw)
            for row in files:
                pieces = pieces_of(self.shelf, row)
                shipping.blob(row.resource, row.record_id, row.version, length=row.spot.length, pieces=pieces)
        shipping.close()
        self._enter(shipping.packs, move=True)

    def _enter(self, packs: list[PackRef], *, move: bool) -> None:
        with self.shelf.index.writing() as writing:
            for ref in packs:
                footer = Replay(self.shelf).footer(ref)
                writing.add_pack(ref, footer.chunks)
                if move:
                    writing.move(footer_rows(ref.id, footer))
        self.written += packs

    def _tables(self, number: int) -> Rewritten:
        """Write what a kept snapshot changes against the kept one before it."""
        before = max((one.number for one in self._kept() if one.number < number), default=0)
        shipping = Shipping(self.shelf)
        shipping.refer(living.put_at(self.shelf.index, number))
        for resource, record_ids in living.gone_at(self.shelf.index, before, number):
            shipping.let_go(resource, record_ids)
        shipping.close()
        self._enter(shipping.packs, move=False)
        return Rewritten(number, shipping.packs, shipping.tables)

    def _needed(self, affected: set[int], rewritten: list[Rewritten]) -> set[str]:
        with self.shelf.index.writing() as writing:
            used = writing.packs_used()
        return used | self._pinned(affected) | {ref.id for one in rewritten for ref in one.packs}

    def _doomed(self, packs: Mapping[str, PackRef], needed: set[str]) -> list[Doomed]:
        waiting = [one for one in self.before.doomed if one.id in self.listed and one.id not in needed]
        fresh = [
            Doomed(ref.id, ref.size, self.at, self._number)
            for ref in packs.values()
            if ref.id not in needed and ref.id in self.listed
        ]
        return sorted(waiting + fresh, key=lambda one: one.id)

    def _write(self, thinning: Thinning) -> Proposed:
        tip, place = self.shelf.index.tip(), self.shelf.place
        manifest = Manifest(
            format=THINNING_FORMAT,
            workspace=place.workspace,
            organisation=place.organisation,
            id=random_bytes(8).hex(),
            number=self._number,
            run_id="",
            parent=tip.hash,
            tool=self.shelf.tool,
            started_at=self.at,
            taken_at=self.at,
            facts={},
            stages={},
            resources={},
            packs=self.written,
            changes=[],
            full=[],
            bytes_added=sum(ref.size for ref in self.written),
            thinning=thinning,
        )
        sealed = seal_manifest(self.shelf.keys, manifest)
        self.shelf.store.put_new(place.manifest(manifest.id), sealed)
        return Proposed(
            Head(manifest.number, manifest.id, digest_of(sealed), tip.head, manifest.number), sealed
        )


def prove(shelf: Shelf, proposed: Proposed, written: list[PackRef]) -> None:
    """Play the thinned vault back and look at every place it reads from; raises a class of Damaged."""
    for ref in written:
        inspect(shelf, ref)
    with played_back(shelf, proposed) as scratch:
        for pack_id, places in living.places_in(scratch.index).items():
            footer = Replay(scratch).footer(scratch.index.pack(pack_id))
            there = {
                (row.resource, row.record_id, row.version, row.spot) for row in footer_rows(pack_id, footer)
            }
            if not places <= there:
                raise VaultDamaged("A thinned snapshot would not read as before; nothing is dropped.")
