"""Delete what crashed backups left behind: packs, manifests and drafts that no snapshot reaches.

What is kept is decided from the store alone, never from the local index, and only after every head, manifest
and table was read; any damage stops it before the first deletion. Published snapshots are never touched here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.errors import VaultDamaged
from bot.vault.manifest import Draft, Manifest, open_draft, open_manifest
from bot.vault.replay import Replay
from bot.vault.shelf import Shelf

LEAST_AGE = timedelta(days=1)
_MISSING = "Snapshots are missing from the vault; nothing is deleted."


def sweep(shelf: Shelf, older_than: timedelta) -> int:
    """Delete unreachable objects at least that old (a day or more); returns how many. Raises Damaged."""
    if older_than < LEAST_AGE:
        raise ValueError("a running backup's files are younger than a day and must stay")
    replay = Replay(shelf)
    manifests = list(_manifests(shelf, replay))
    newest = replay.read_head(manifests[-1].number)[1] if manifests else ""
    kept = _kept(shelf, replay, manifests)
    for name, draft in _drafts(shelf):
        if draft.base == newest:
            kept |= {name, *(shelf.place.pack(ref.id) for ref in draft.packs)}
    listed = [
        item
        for part in ("heads", "drafts", "manifests", "packs")
        for item in shelf.store.list(f"{shelf.place.folder}/{part}")
    ]
    # A clock that runs ahead must not make old what is being written just now.
    newest_at = max((item.modified_at for item in listed), default=shelf.now())
    before = min(shelf.now(), newest_at) - older_than
    heads = {shelf.place.head(manifest.number) for manifest in manifests}
    old = [item.name for item in listed if item.name not in kept | heads and item.modified_at < before]
    _require_all_heads(shelf, old, manifests)
    for name in old:
        shelf.store.delete(name)
    return len(old)


def _kept(shelf: Shelf, replay: Replay, manifests: list[Manifest]) -> set[str]:
    """Name what the snapshots need. What a thinning gave up is left to `prune`, which knows its time."""
    kept = {shelf.place.manifest(manifest.id) for manifest in manifests}
    for position in reversed(range(len(manifests))):
        manifest = manifests[position]
        if manifest.thinning:
            packs = [ref.id for ref in manifest.thinning.packs] + [one.id for one in manifest.thinning.doomed]
            return kept | {shelf.place.pack(pack_id) for pack_id in packs}
        kept.update(_reached(shelf, replay, manifest))
    return kept


def _require_all_heads(shelf: Shelf, old: list[str], manifests: list[Manifest]) -> None:
    """Refuse when heads are missing: one turns up late, or a manifest tells of later ones."""
    newest = manifests[-1].number if manifests else 0
    folder = shelf.place.folder
    late = any(name.startswith(f"{folder}/heads/") for name in old)
    if late or shelf.store.size(shelf.place.head(newest + 1)) is not None:
        raise VaultDamaged(_MISSING)
    for name in old:
        if name.startswith(f"{folder}/manifests/"):
            manifest = open_manifest(shelf.keys, name.rpartition("/")[2], shelf.store.get(name))
            if manifest.number > newest + 1:
                raise VaultDamaged(_MISSING)


def _manifests(shelf: Shelf, replay: Replay) -> Iterator[Manifest]:
    numbers = replay.head_numbers()
    seen, _ = shelf.index.newest()
    newest = max(numbers, default=0)
    if seen > newest or len(numbers) != newest - min(numbers, default=1) + 1:
        raise VaultDamaged(_MISSING)
    for number in numbers:
        yield replay.read_manifest(replay.read_head(number)[0])[0]


def _reached(shelf: Shelf, replay: Replay, manifest: Manifest) -> Iterator[str]:
    delta = replay.delta(manifest.packs, [*manifest.changes, *manifest.full])
    for ref in [*manifest.packs, *delta.needed()]:
        yield shelf.place.pack(ref.id)


def _drafts(shelf: Shelf) -> Iterator[tuple[str, Draft]]:
    for item in shelf.store.list(f"{shelf.place.folder}/drafts"):
        yield item.name, open_draft(shelf.keys, item.name, shelf.store.get(item.name))
