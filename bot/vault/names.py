"""Names of objects in a vault: ids, hex and digits only, so that a name tells nothing about the books."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.crypto import keyed_hash

MARKER = "ledgerkeep.json"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)


def checked(value: str) -> str:
    """Return an id that may stand in an object name; raises ValueError for anything else."""
    if not _ID.fullmatch(value):
        raise ValueError(f"not an id that can name an object: {value!r}")
    return value


@dataclass(frozen=True, slots=True)
class Place:
    """Whose objects these are: one organisation's copies in one workspace."""

    workspace: str
    organisation: str

    def __post_init__(self) -> None:
        checked(self.workspace)
        checked(self.organisation)

    @property
    def folder(self) -> str:
        """Everything of this organisation lies below this name."""
        return f"w/{self.workspace}/o/{self.organisation}"

    def pack(self, pack_id: str) -> str:
        """Name a pack; its id is its salt in hex."""
        return f"{self.folder}/packs/{pack_id}"

    def manifest(self, snapshot_id: str) -> str:
        """Name a snapshot's manifest."""
        return f"{self.folder}/manifests/{checked(snapshot_id)}"

    def head(self, number: int) -> str:
        """Name the head that publishes snapshot `number`."""
        return f"{self.folder}/heads/{number:08d}"

    def draft(self, name_key: bytes, run_id: str, stage: str = "") -> str:
        """Name a run's draft folder, or a stage's draft in it; hashed, for run ids may hold anything."""
        folder = f"{self.folder}/drafts/{keyed_hash(name_key, run_id.encode(), size=16).hex()}"
        return f"{folder}/{keyed_hash(name_key, stage.encode(), size=16).hex()}" if stage else folder


def key_folder(workspace: str) -> str:
    """Wrapped data keys of a workspace lie below this name."""
    return f"w/{checked(workspace)}/keys"


def key_object(workspace: str, key_id: str) -> str:
    """Name the data key of a workspace as wrapped by ring key `key_id`."""
    return f"{key_folder(workspace)}/{checked(key_id)}"
