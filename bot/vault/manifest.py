"""Manifests and heads: what a snapshot says about itself, signed and sealed, and what publishes it.

Shapes and their sealing only; nothing is read from or written to the store here.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.crypto import SIGNATURE_BYTES, random_bytes, sha256, sign, verify_signature
from bot.errors import UnknownFormat, VaultDamaged
from bot.vault.keys import BookKeys
from bot.vault.model import Json, ResourceEntry, ResourceStatus, SnapshotInfo
from bot.vault.pack import PackRef
from bot.vault.sealed import FORMAT, SALT_BYTES, Kind, decoded, open_object, seal_object

TableAt = tuple[str, int]
THINNING_FORMAT = 2  # so that a program that knows no thinning says that a newer one wrote it


class Entry(msgspec.Struct, frozen=True):
    """A resource as a manifest holds it."""

    status: ResourceStatus
    count: int
    new: int
    changed: int
    gone: int
    root: str
    facts: Json

    def public(self, resource: str) -> ResourceEntry:
        """Return the value handed to callers."""
        return ResourceEntry(resource=resource, **msgspec.structs.asdict(self))


class Changes(msgspec.Struct, frozen=True):
    """What the rows of a snapshot's packs do not say by themselves.

    `skip`: rows, by pack, that were overtaken in the same run. `refs`: versions that lie in earlier packs
    (resource, record id, version, number in `packs`, chunk, offset, length). `gone`: record ids by resource.
    """

    skip: dict[str, list[int]] = {}
    packs: list[PackRef] = []
    refs: list[tuple[str, str, str, int, int, int, int]] = []
    gone: dict[str, list[str]] = {}


class Draft(msgspec.Struct, frozen=True):
    """A sealed stage: what a manifest will need of it. `base` is the head hash it was built upon."""

    run_id: str
    stage: str
    base: str
    started_at: datetime
    result: Json
    resources: dict[str, Entry]
    packs: list[PackRef]
    changes: list[TableAt]


class Rewritten(msgspec.Struct, frozen=True):
    """What snapshot `number` changes against the kept one before it: tables that replace its own."""

    number: int
    packs: list[PackRef]
    changes: list[TableAt]


class Doomed(msgspec.Struct, frozen=True):
    """A pack that no kept snapshot needs; since when, and by which thinning."""

    id: str
    size: int
    since: datetime
    number: int


class Thinning(msgspec.Struct, frozen=True):
    """Which snapshots before it were dropped, and how the others are read since; the newest one counts alone.

    `first`: number of the oldest head. `packs`: every pack that the kept snapshots need. `doomed`: packs that
    may be deleted once their time is over.
    """

    first: int
    dropped: list[tuple[int, datetime]]
    rewritten: list[Rewritten]
    packs: list[PackRef]
    doomed: list[Doomed]


class Manifest(msgspec.Struct, frozen=True, omit_defaults=True):
    """One snapshot, or a thinning, which changes no record and has no resources.

    `packs` are those written for it, `changes` and `full` say in which chunks tables lie.
    """

    format: int
    workspace: str
    organisation: str
    id: str
    number: int
    run_id: str
    parent: str
    tool: str
    started_at: datetime
    taken_at: datetime
    facts: Json
    stages: dict[str, Json]
    resources: dict[str, Entry]
    packs: list[PackRef]
    changes: list[TableAt]
    full: list[TableAt]
    bytes_added: int
    thinning: Thinning | None = None

    def public(self, digest: str) -> SnapshotInfo:
        """Return the value handed to callers; `digest` is the hash of the sealed manifest."""
        return SnapshotInfo(
            id=self.id,
            number=self.number,
            hash=digest,
            run_id=self.run_id,
            started_at=self.started_at,
            taken_at=self.taken_at,
            facts=self.facts,
            stages=self.stages,
            resources={name: entry.public(name) for name, entry in self.resources.items()},
            bytes_added=self.bytes_added,
            tool=self.tool,
        )


class Head(msgspec.Struct, frozen=True, omit_defaults=True):
    """The numbered object that publishes a manifest; `previous` is the hash of the head before, or empty.

    `thinned` is the number of the newest thinning up to here, itself included; 0: there is none.
    """

    number: int
    snapshot: str
    manifest: str
    previous: str
    thinned: int = 0


def seal_manifest(keys: BookKeys, manifest: Manifest) -> bytes:
    """Sign and seal a manifest."""
    body = msgspec.json.encode(manifest)
    signature = sign(keys.signing_seed, _signed(keys, manifest.id, body))
    return seal_object(keys, Kind.MANIFEST, manifest.id, signature + body, random_bytes(SALT_BYTES))


def open_manifest(keys: BookKeys, snapshot_id: str, data: bytes) -> Manifest:
    """Open a manifest and check its signature and its place; raises a class of Damaged."""
    plain = open_object(keys, Kind.MANIFEST, snapshot_id, data)
    signature, body = plain[:SIGNATURE_BYTES], plain[SIGNATURE_BYTES:]
    if not verify_signature(keys.public, _signed(keys, snapshot_id, body), signature):
        raise VaultDamaged("A snapshot's signature is wrong.")
    manifest = decoded(body, Manifest)
    if manifest.format != (FORMAT if manifest.thinning is None else THINNING_FORMAT):
        raise UnknownFormat("A snapshot was written by a newer version of Ledgerkeep.")
    place = keys.place
    if (manifest.workspace, manifest.organisation, manifest.id) != (
        place.workspace,
        place.organisation,
        snapshot_id,
    ):
        raise VaultDamaged("A snapshot lies in another's place.")
    return manifest


def seal_head(keys: BookKeys, head: Head) -> bytes:
    """Seal a head, bound to its number."""
    return seal_object(keys, Kind.HEAD, str(head.number), msgspec.json.encode(head), random_bytes(SALT_BYTES))


def open_head(keys: BookKeys, number: int, data: bytes) -> Head:
    """Open the head of that number; raises a class of Damaged."""
    head = decoded(open_object(keys, Kind.HEAD, str(number), data), Head)
    if head.number != number:
        raise VaultDamaged("A snapshot's head lies in another's place.")
    return head


def seal_draft(keys: BookKeys, name: str, draft: Draft) -> bytes:
    """Seal a stage's draft, bound to the object's name."""
    return seal_object(keys, Kind.DRAFT, name, msgspec.json.encode(draft), random_bytes(SALT_BYTES))


def open_draft(keys: BookKeys, name: str, data: bytes) -> Draft:
    """Open a stage's draft; raises a class of Damaged."""
    return decoded(open_object(keys, Kind.DRAFT, name, data), Draft)


def digest_of(data: bytes) -> str:
    """Return the hash by which heads and manifests name each other."""
    return sha256(data).hex()


def _signed(keys: BookKeys, snapshot_id: str, body: bytes) -> bytes:
    place = keys.place
    return f"ledgerkeep/1/manifest|{place.workspace}|{place.organisation}|{snapshot_id}|".encode() + body
