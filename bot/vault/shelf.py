"""What every part of one organisation's books needs: store, keys, index, clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.errors import VaultDamaged
from bot.vault.index import Index
from bot.vault.keys import BookKeys
from bot.vault.names import Place
from bot.vault.pack import Finished
from bot.vault.store import Store


@dataclass(frozen=True, slots=True)
class Shelf:
    """Store, keys, index and clock of one organisation's books; `tool` is the version that writes."""

    store: Store
    keys: BookKeys
    index: Index
    now: Callable[[], datetime]
    tool: str

    @property
    def place(self) -> Place:
        """Whose books these are."""
        return self.keys.place

    def ship(self, finished: Finished) -> None:
        """Store a finished pack; one of that random name can only be our own earlier attempt."""
        name = self.place.pack(finished.ref.id)
        if not self.store.put_new(name, finished.data) and self.store.get(name) != finished.data:
            raise VaultDamaged("A file of the vault has another content than was written.")
