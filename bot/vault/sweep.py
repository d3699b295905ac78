"""Delete what crashed backups left behind: packs, manifests and drafts that no snapshot reaches.

What is kept is decided from the store alone, never from the local index, and only after every head, manifest
and table was read; any damage stops it before the first deletion. Published snapshots are never touched here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.errors import VaultDamaged
from bot.vault.manifest import Draft, Manifest, open_draft
from bot.vault.replay import Replay
from bot.vault.shelf import Shelf

LEAST_AGE = timedelta(days=1)


def sweep(shelf: Shelf, older_than: timedelta) -> int:
    """Delete unreachable objects at least that old (a day or more); returns how many. Raises Damaged."""
    if older_than < LEAST_AGE:
        raise ValueError("a running backup's files are younger than a day and must stay")
    before = shelf.now() - older_than
    replay = Replay(shelf)
    manifests = list(_manifests(shelf, replay))
    newest = replay.read_head(manifests[-1].number)[1] if manifests else ""
    kept = {name for manifest in manifests for name in _reached(shelf, replay, manifest)}
    for name, draft in _drafts(shelf):
        if draft.base == newest:
            kept |= {name, *(shelf.place.pack(ref.id) for ref in draft.packs)}
    unreachable = [
        item.name
        for part in ("drafts", "manifests", "packs")
        for item in shelf.store.list(f"{shelf.place.folder}/{part}")
        if item.name not in kept and item.modified_at < before
    ]
    for name in unreachable:
        shelf.store.delete(name)
    return len(unreachable)


def _manifests(shelf: Shelf, replay: Replay) -> Iterator[Manifest]:
    numbers = replay.head_numbers()
    seen, _ = shelf.index.newest()
    newest = max(numbers, default=0)
    if seen > newest or len(numbers) != newest - min(numbers, default=1) + 1:
        raise VaultDamaged("Snapshots are missing from the vault; nothing is deleted.")
    for number in numbers:
        yield replay.read_manifest(replay.read_head(number)[0])[0]


def _reached(shelf: Shelf, replay: Replay, manifest: Manifest) -> Iterator[str]:
    yield shelf.place.manifest(manifest.id)
    tables = replay.delta(manifest.packs, [*manifest.changes, *manifest.full]).tables
    for ref in [*manifest.packs, *(ref for table in tables for ref in table.packs)]:
        yield shelf.place.pack(ref.id)


def _drafts(shelf: Shelf) -> Iterator[tuple[str, Draft]]:
    for item in shelf.store.list(f"{shelf.place.folder}/drafts"):
        yield item.name, open_draft(shelf.keys, item.name, shelf.store.get(item.name))
