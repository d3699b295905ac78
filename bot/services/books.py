"""Open the vault's books of an organisation with its workspace's data key."""

from __future__ import annotations

from bot.crypto import KeyRing
from bot.db import secrets
from bot.db.engine import Database
from bot.db.locks import exclusive
from bot.db.tables import Workspace
from bot.domain.organisation import Organisation
from bot.errors import Damaged, UnknownOrganisation, WrongKey
from bot.vault import Books as VaultBooks
from bot.vault import Vault
from bot.vault.keys import new_data_key

_COLUMN = "workspaces.data_key"


class Books:
    """The copies of every organisation; a workspace's data key is made at its first use."""

    def __init__(self, db: Database, ring: KeyRing, vault: Vault) -> None:
        self._db, self._ring, self._vault = db, ring, vault

    def of(self, organisation: Organisation) -> VaultBooks:
        """Open one organisation's books; raises WrongKey, Damaged, StoreUnavailable."""
        key = self._data_key(organisation.workspace_id)
        return self._vault.books(organisation.workspace_id, organisation.id, key)

    def rewrap(self, workspace_id: str) -> None:
        """Put a workspace's data key in the vault under the newest key of the ring."""
        self._vault.rewrap(workspace_id, self._data_key(workspace_id))

    def _data_key(self, workspace_id: str) -> bytes:
        with self._db.reading() as session:
            row = session.get(Workspace, workspace_id)
            if row is None:
                raise UnknownOrganisation(workspace_id)
            sealed, removed = row.data_key, row.removed_at
        if sealed is not None:
            return secrets.unseal(self._ring, _COLUMN, workspace_id, sealed)
        if removed is not None:
            raise Damaged("The key of this workspace was destroyed; its copies can no longer be read.")
        return self._first_key(workspace_id)

    def _first_key(self, workspace_id: str) -> bytes:
        with exclusive(self._db, f"data-key:{workspace_id}"):
            with self._db.reading() as session:
                sealed = session.get_one(Workspace, workspace_id).data_key
            if sealed is not None:
                return secrets.unseal(self._ring, _COLUMN, workspace_id, sealed)
            key = self._kept_or_new(workspace_id)
            with self._db.session() as session:
                row = session.get_one(Workspace, workspace_id)
                row.data_key = secrets.seal(self._ring, _COLUMN, workspace_id, key)
            return key

    def _kept_or_new(self, workspace_id: str) -> bytes:
        """Take the key the vault has for this workspace (the database was made anew), or a new one."""
        try:
            return self._vault.data_key(workspace_id)
        except WrongKey:
            fresh = new_data_key()
            self._vault.prepare(workspace_id, fresh)  # raises WrongKey when there is a key we cannot open
            return fresh
