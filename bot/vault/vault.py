"""The vault as a whole: its marker, its workspaces' wrapped keys, the way to each organisation's books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot.crypto import KeyRing, same
from bot.errors import Damaged, UnknownFormat, VaultDamaged, WrongKey
from bot.vault.books import Books
from bot.vault.idle import IdleConnections
from bot.vault.index import Index
from bot.vault.keys import BookKeys, unwrap, wrap
from bot.vault.names import MARKER, Place, key_folder, key_object
from bot.vault.sealed import FORMAT
from bot.vault.shelf import Shelf
from bot.vault.store import Store

SCRATCH = ".scratch"  # no id may hold a dot, so it is no workspace's folder
_MARKER = b'{"format":"ledgerkeep-vault","version":%d}\n'


class Vault:
    """All copies this program keeps; `cache_dir` holds indexes that may be deleted at any time."""

    def __init__(
        self, store: Store, ring: KeyRing, cache_dir: Path, *, now: Callable[[], datetime], tool: str = ""
    ) -> None:
        self._store, self._ring, self._cache_dir, self._now = store, ring, cache_dir, now
        self._tool = tool or _version()
        self._indexes: dict[tuple[Place, bytes], Index] = {}
        self._idle = IdleConnections()

    def books(self, workspace_id: str, organisation_id: str, data_key: bytes) -> Books:
        """Open one organisation's books; touches nothing until they are used."""
        place = Place(workspace_id, organisation_id)
        keys = BookKeys.of(place, data_key)
        path = self._cache_dir / workspace_id / f"{organisation_id}.index"
        made = Index(path, keys.mark.hex(), self._idle)
        index = self._indexes.setdefault((place, keys.mark), made)
        shelf = Shelf(
            store=self._store,
            keys=keys,
            index=index,
            now=self._now,
            tool=self._tool,
            scratch=self._cache_dir / SCRATCH,
        )
        return Books(
            shelf,
            prepare=lambda: self.prepare(workspace_id, data_key),
            check=lambda: self.problems(workspace_id, data_key),
        )

    def check(self) -> None:
        """Make sure this is a vault we can read, or an empty place; raises UnknownFormat or VaultDamaged."""
        if self._store.size(MARKER) is None:
            return
        found = self._store.get(MARKER)
        if found == _MARKER % FORMAT:
            return
        if any(found == _MARKER % number for number in range(FORMAT + 1, FORMAT + 100)):
            raise UnknownFormat("The vault was written by a newer version of Ledgerkeep.")
        raise VaultDamaged(f"The vault's marker, {MARKER}, was altered.")

    def prepare(self, workspace_id: str, data_key: bytes) -> None:
        """Write marker and wrapped key where they are missing; raises Damaged when they are others'."""
        if self._store.size(MARKER) is None:
            self._store.put_new(MARKER, _MARKER % FORMAT)
        self.check()
        if not list(self._store.list(key_folder(workspace_id))):
            first = key_object(workspace_id, self._ring.newest)
            self._store.put_new(first, wrap(self._ring, data_key, workspace_id))
        if not same(self.data_key(workspace_id), data_key):
            raise WrongKey("The vault holds another key for this workspace than the database.")

    def data_key(self, workspace_id: str) -> bytes:
        """Open the workspace's data key as kept in the vault; raises WrongKey or VaultDamaged."""
        names = [item.name for item in self._store.list(key_folder(workspace_id))]
        known = {key_object(workspace_id, key_id) for key_id in self._ring.ids} & set(names)
        if not known:
            raise WrongKey("No key of the key ring opens this workspace's copies.")
        wanted = next(
            name for key_id in self._ring.ids if (name := key_object(workspace_id, key_id)) in known
        )
        return unwrap(self._ring, self._store.get(wanted), workspace_id)

    def rewrap(self, workspace_id: str, data_key: bytes) -> None:
        """Wrap a workspace's data key under the newest ring key and drop older wrappings."""
        newest = key_object(workspace_id, self._ring.newest)
        self._store.put(newest, wrap(self._ring, data_key, workspace_id))
        for item in list(self._store.list(key_folder(workspace_id))):
            if item.name != newest:
                self._store.delete(item.name)

    def shred(self, workspace_id: str) -> int:
        """Delete the workspace's wrapped keys; once the database's copy goes too, nothing opens again."""
        names = [item.name for item in self._store.list(key_folder(workspace_id))]
        for name in names:
            self._store.delete(name)
        return len(names)

    def problems(self, workspace_id: str, data_key: bytes) -> list[str]:
        """Say in sentences what is wrong with marker and key; for `Books.verify`."""
        found = []
        try:
            if self._store.size(MARKER) is None and any(True for _ in self._store.list("w")):
                found.append(f"The vault's marker, {MARKER}, is missing.")
            self.check()
        except Damaged as error:
            found.append(str(error))
        try:
            if not same(self.data_key(workspace_id), data_key):
                found.append("The vault holds another key for this workspace than the database.")
        except Damaged as error:
            found.append(str(error))
        return found


def _version() -> str:
    try:
        return version("ledgerkeep")
    except PackageNotFoundError:
        return "unknown"
