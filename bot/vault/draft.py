"""A backup being written: stages that are sealed one by one, then published all at once.

Publish order: packs, manifest, then a numbered head that may be created only once. No head, no snapshot; a
crash leaves objects that nothing refers to. Records and their packs are the stages' business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime
from threading import RLock

import msgspec

from bot.crypto import random_bytes
from bot.errors import AlreadyRunning, Refused, VaultDamaged
from bot.vault import manifest as forms
from bot.vault import placed
from bot.vault.checkpoint import FULL_EVERY, write_full
from bot.vault.model import Json, Record, ResourceStatus, SnapshotInfo
from bot.vault.pack import ChunkKind, PackRef
from bot.vault.replay import Replay
from bot.vault.sealed import FORMAT
from bot.vault.shelf import Shelf
from bot.vault.shipping import Shipping
from bot.vault.stage import Stage

_NOTHING = "Nothing was read in this backup, so there is nothing to keep."


class Draft:
    """A run's work until it is published; opened again under the same run id it goes on where it was."""

    def __init__(
        self, shelf: Shelf, run_id: str, started_at: datetime, snapshots: Callable[[], list[SnapshotInfo]]
    ) -> None:
        self._shelf, self._run_id, self._started_at = shelf, run_id, started_at
        self._snapshots = snapshots
        self._lock = RLock()
        known = snapshots()
        self._published = next((info for info in known if info.run_id == run_id), None)
        self._previous = known[-1] if known else None
        self._tip = shelf.index.tip()
        self._loaded: dict[str, forms.Draft] | None = None
        self._gone: tuple[frozenset[str], dict[str, set[str]]] | None = None  # as of these stages

    @property
    def base(self) -> SnapshotInfo | None:
        """The snapshot this backup is built upon; none when it is the first."""
        return self._previous

    def stages_done(self) -> dict[str, Json]:
        """Return what each sealed stage gave to `seal`, by stage name."""
        if self._published:
            return dict(self._published.stages)
        with self._lock:
            return {name: sealed.result for name, sealed in self._sealed.items()}

    def stage(self, name: str) -> Stage:
        """Begin a stage; an earlier attempt of it, sealed or not, no longer counts."""
        if self._published:
            raise Refused("This backup is finished already.")
        with self._lock:
            if self._sealed.pop(name, None):
                self._shelf.store.delete(self._name(name))
        return Stage(self._shelf, name, self._previous, self._keep)

    def placed(self, resources: Collection[str]) -> Iterator[Record]:
        """Yield what sealed stages hold new or changed of some resources, before it is published."""
        with self._lock:
            sealed = list(self._sealed.values())
        return placed.records(self._shelf, sealed, resources)

    def placed_ids(self, resource: str) -> set[str]:
        """Name what sealed stages hold new or changed of a resource; reads no record."""
        with self._lock:
            sealed = list(self._sealed.values())
        return placed.ids(self._shelf, sealed, resource)

    def gone(self, resource: str) -> set[str]:
        """Name the records of a resource that sealed stages let go."""
        with self._lock:
            sealed = list(self._sealed.values())
            stages = frozenset(self._sealed)
            if self._gone is None or self._gone[0] != stages:
                self._gone = stages, placed.gone(self._shelf, sealed)
            return self._gone[1].get(resource, set())

    def publish(self, facts: Json) -> SnapshotInfo:
        """Publish the snapshot; the same run always gets the same one. Raises Refused, Damaged."""
        with self._lock:
            found = self._find()
            if found is None:
                if not self._sealed:
                    raise Refused(_NOTHING)
                if self._shelf.index.newest()[1] == self._tip.head:
                    self._put_head(self._write_manifest(facts))
                    found = self._find()
            if found is None:
                raise AlreadyRunning(self._snapshots()[-1].run_id)
            self._published = found
            self.discard()
            return found

    def discard(self) -> None:
        """Forget the sealed stages; their packs stay behind, and nothing refers to them."""
        folder = self._shelf.place.draft(self._shelf.keys.name_key, self._run_id)
        with self._lock:
            for item in list(self._shelf.store.list(folder)):
                self._shelf.store.delete(item.name)
            self._loaded = {}

    @property
    def _sealed(self) -> dict[str, forms.Draft]:
        if self._loaded is None:
            folder = self._shelf.place.draft(self._shelf.keys.name_key, self._run_id)
            found = [
                forms.open_draft(self._shelf.keys, item.name, self._shelf.store.get(item.name))
                for item in self._shelf.store.list(folder)
            ]
            # A stage built upon another snapshot than the newest tells changes against the wrong state.
            fitting = sorted(
                (draft for draft in found if draft.base == self._tip.head), key=lambda d: d.stage
            )
            self._loaded = {draft.stage: draft for draft in fitting if draft.run_id == self._run_id}
        return self._loaded

    def _keep(self, stage: Stage, result: Json) -> None:
        draft = forms.Draft(
            run_id=self._run_id,
            stage=stage.name,
            base=self._tip.head,
            started_at=self._started_at,
            result=result,
            resources=dict(stage.entries),
            packs=stage.shipping.packs,
            changes=stage.shipping.tables,
        )
        with self._lock:
            name = self._name(stage.name)
            self._shelf.store.put(name, forms.seal_draft(self._shelf.keys, name, draft))
            self._sealed[stage.name] = draft

    def _find(self) -> SnapshotInfo | None:
        return next((info for info in self._snapshots() if info.run_id == self._run_id), None)

    def _write_manifest(self, facts: Json) -> forms.Head:
        drafts = list(self._sealed.values())
        packs = [ref for draft in drafts for ref in draft.packs]
        self._expect(packs)
        changes = [table for draft in drafts for table in draft.changes]
        number = self._tip.number + 1
        checkpoint = Shipping(self._shelf, ChunkKind.LIST)
        if number % FULL_EVERY == 0:
            write_full(self._shelf, checkpoint, self._tip.number, Replay(self._shelf).delta(packs, changes))
        packs += checkpoint.packs
        manifest = forms.Manifest(
            format=FORMAT,
            workspace=self._shelf.place.workspace,
            organisation=self._shelf.place.organisation,
            id=random_bytes(8).hex(),
            number=number,
            run_id=self._run_id,
            parent=self._tip.hash,
            tool=self._shelf.tool,
            started_at=min(draft.started_at for draft in drafts),
            taken_at=self._shelf.now(),
            facts=facts,
            stages={draft.stage: draft.result for draft in drafts},
            resources=self._entries(drafts),
            packs=packs,
            changes=changes,
            full=checkpoint.tables,
            bytes_added=sum(ref.size for ref in packs),
        )
        sealed = forms.seal_manifest(self._shelf.keys, manifest)
        self._shelf.store.put_new(self._shelf.place.manifest(manifest.id), sealed)
        return forms.Head(number, manifest.id, forms.digest_of(sealed), self._tip.head, self._tip.thinned)

    def _expect(self, packs: list[PackRef]) -> None:
        for ref in packs:
            if self._shelf.store.size(self._shelf.place.pack(ref.id)) != ref.size:
                raise VaultDamaged("A file that this backup wrote is missing; it has to start again.")

    def _put_head(self, head: forms.Head) -> None:
        # When this name is taken, another run was faster; the caller reads again and decides.
        self._shelf.store.put_new(
            self._shelf.place.head(head.number), forms.seal_head(self._shelf.keys, head)
        )

    def _entries(self, drafts: list[forms.Draft]) -> dict[str, forms.Entry]:
        times = Counter(name for draft in drafts for name in draft.resources)
        entries = {name: entry for draft in drafts for name, entry in draft.resources.items()}
        for name in (name for name, count in times.items() if count > 1):
            entries[name] = placed.together(self._shelf, self._tip.number, drafts, name)
        for name, entry in (self._previous.resources if self._previous else {}).items():
            if name not in entries:
                carried_from = entry.facts.get("carried_from", self._tip.number)
                facts = {**entry.facts, "carried_from": carried_from}
                carried = replace(entry, status=ResourceStatus.CARRIED, new=0, changed=0, gone=0, facts=facts)
                entries[name] = msgspec.convert(carried, forms.Entry, from_attributes=True)
        return entries

    def _name(self, stage: str) -> str:
        return self._shelf.place.draft(self._shelf.keys.name_key, self._run_id, stage)
