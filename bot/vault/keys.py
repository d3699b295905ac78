"""Keys of one workspace and of one organisation's books, all derived from the workspace's data key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from bot.crypto import KEY_BYTES, KeyRing, derive, keyed_hash, public_key, random_bytes
from bot.errors import Damaged, VaultDamaged, WrongKey
from bot.vault.names import Place

MARK_BYTES = 8
VERSION_BYTES = 32


def new_data_key() -> bytes:
    """Make the key of a workspace; the caller keeps it wrapped, the vault keeps it wrapped too."""
    return random_bytes(KEY_BYTES)


def wrap(ring: KeyRing, data_key: bytes, workspace: str) -> bytes:
    """Seal a data key under the newest ring key, bound to its workspace."""
    return ring.seal(data_key, bound_to=f"ledgerkeep/1/data key|{workspace}")


def unwrap(ring: KeyRing, wrapped: bytes, workspace: str) -> bytes:
    """Open a wrapped data key; raises WrongKey or VaultDamaged."""
    try:
        return ring.open(wrapped, bound_to=f"ledgerkeep/1/data key|{workspace}")
    except WrongKey:
        raise
    except Damaged:
        raise VaultDamaged("The stored key of this workspace was altered or belongs elsewhere.") from None


@dataclass(frozen=True, slots=True)
class BookKeys:
    """What one organisation's books need; `mark` tells in clear which data key sealed an object."""

    place: Place
    data_key: bytes = field(repr=False)
    mark: bytes
    id_key: bytes = field(repr=False)
    name_key: bytes = field(repr=False)
    signing_seed: bytes = field(repr=False)
    public: bytes

    @classmethod
    def of(cls, place: Place, data_key: bytes) -> BookKeys:
        """Derive the keys; raises ValueError for a data key that is not 32 bytes."""
        if len(data_key) != KEY_BYTES:
            raise ValueError("a data key has 32 bytes")
        seed = derive(data_key, info=f"ledgerkeep/1/sign|{place.workspace}")
        return cls(
            place=place,
            data_key=data_key,
            mark=derive(data_key, info="ledgerkeep/1/mark", length=MARK_BYTES),
            id_key=derive(data_key, info=f"ledgerkeep/1/id|{place.workspace}|{place.organisation}"),
            name_key=derive(data_key, info=f"ledgerkeep/1/name|{place.workspace}|{place.organisation}"),
            signing_seed=seed,
            public=public_key(seed),
        )

    def version_id(self, resource: str, record_id: str, raw: bytes) -> bytes:
        """Return the id of one version of one record: keyed BLAKE2b over kind, record id and bytes."""
        return keyed_hash(self.id_key, resource.encode(), record_id.encode(), raw)

    def hashing(self, resource: str) -> Hashing:
        """Begin the version ids of one resource, for many records or for bytes that come in pieces."""
        return Hashing(self.id_key, resource)


class Hashing:
    """Version ids of one resource's records; gives the same as `BookKeys.version_id`, at less cost."""

    __slots__ = ("_begun",)

    def __init__(self, id_key: bytes, resource: str) -> None:
        self._begun = hashlib.blake2b(_framed(resource), key=id_key, digest_size=VERSION_BYTES)

    def of(self, record_id: str, raw: bytes) -> bytes:
        """Return the id of one version."""
        digest, part = self._begun.copy(), record_id.encode()
        digest.update(len(part).to_bytes(4, "big") + part + raw)
        return digest.digest()

    def begin(self, record_id: str) -> hashlib.blake2b:
        """Return a hash to be updated with the record's bytes; its digest is the version id."""
        digest = self._begun.copy()
        digest.update(_framed(record_id))
        return digest


def _framed(text: str) -> bytes:
    part = text.encode()
    return len(part).to_bytes(4, "big") + part
