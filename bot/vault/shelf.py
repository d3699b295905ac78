"""What every part of one organisation's books needs: store, keys, index, clock."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import VaultDamaged
from bot.vault.index import Index
from bot.vault.keys import BookKeys
from bot.vault.names import Place
from bot.vault.packing import Finished, PackWriter
from bot.vault.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Store, keys, index and clock of one organisation's books; `tool` is the version that writes.

    `scratch` is a folder for files that nobody misses.
    """

    store: Store
    keys: BookKeys
    index: Index
    now: Callable[[], datetime]
    tool: str
    scratch: Path

    @property
    def place(self) -> Place:
        """Whose books these are."""
        return self.keys.place

    def writer(self) -> PackWriter:
        """Begin a pack. Raises StoreUnavailable."""
        return PackWriter(self.keys, self.store.spool(self.scratch))

    def ship(self, finished: Finished) -> None:
        """Store a finished pack; one of that random name can only be our own earlier attempt."""
        name = self.place.pack(finished.ref.id)
        try:
            if not self.store.put_new(name, finished.spool) and self._hash(name) != finished.ref.sha256:
                raise VaultDamaged("A file of the vault has another content than was written.")
        finally:
            finished.spool.close()

    def _hash(self, name: str) -> str:
        digest = hashlib.sha256()
        for piece in self.store.pieces(name):
            digest.update(piece)
        return digest.hexdigest()
