"""What the vault hands out: plain values, no behaviour beyond small questions about themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

Json = dict[str, Any]


class Change(StrEnum):
    """How a record stands to the previous snapshot."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


class ResourceStatus(StrEnum):
    """How much of a resource was read for a snapshot."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    CARRIED = "carried"


class Rest(StrEnum):
    """What becomes of records of the previous snapshot that a stage read to its end did not see."""

    GONE = "gone"
    STAND = "stand"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceEntry:
    """One resource in one snapshot; `root` proves its state, `facts` is the caller's."""

    resource: str
    status: ResourceStatus
    count: int
    new: int
    changed: int
    gone: int
    root: str
    facts: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotInfo:
    """A published snapshot; `hash` is that of its manifest object, `bytes_added` what it cost to keep."""

    id: str
    number: int
    hash: str
    run_id: str
    started_at: datetime
    taken_at: datetime
    facts: Json
    stages: Mapping[str, Json]
    resources: Mapping[str, ResourceEntry]
    bytes_added: int
    tool: str

    @property
    def short_hash(self) -> str:
        """The first twelve characters of the hash, to be shown to people."""
        return self.hash[:12]

    @property
    def complete(self) -> bool:
        """Whether every resource was read to its end."""
        return all(entry.status is ResourceStatus.COMPLETE for entry in self.resources.values())


class Record(msgspec.Struct, frozen=True, gc=False):
    """One record as it was received; `version_id` names these exact bytes. As cheap as a `Row`."""

    resource: str
    record_id: str
    version_id: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Difference:
    """Record ids that differ between two snapshots, in id order."""

    new: list[str]
    changed: list[str]
    gone: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What a check of the books found; `problems` holds whole sentences and is empty when all is well.

    `dropped` counts the snapshots that retention dropped; `snapshots` those that stand.
    """

    problems: tuple[str, ...]
    snapshots: int
    objects: int
    bytes: int
    records: int
    full: bool
    dropped: int = 0

    @property
    def good(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


class Spot(msgspec.Struct, frozen=True, gc=False):
    """Where a record's bytes lie: pack, first chunk, offset in the unpacked chunk, length in bytes."""

    pack: str
    chunk: int
    offset: int
    length: int


class Row(msgspec.Struct, frozen=True, gc=False):
    """One record version and where it lies.

    A struct, because one is made for each record that is read: in 0.06 µs, where a named tuple takes 0.26
    and a dataclass 0.63.
    """

    resource: str
    record_id: str
    version: bytes
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedSnapshot:
    """A snapshot that retention dropped: it is known by name, and can no longer be read."""

    id: str
    number: int
    hash: str
    run_id: str
    taken_at: datetime
    dropped_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What one prune did. Bytes are those of packs; `waiting_until`: when marked packs may be deleted.

    `refused` says in a sentence why nothing was dropped; `problems` are damages that were found first.
    """

    dropped: tuple[int, ...] = ()
    bytes_written: int = 0
    objects_deleted: int = 0
    bytes_freed: int = 0
    bytes_waiting: int = 0
    waiting_until: datetime | None = None
    refused: str = ""
    problems: tuple[str, ...] = ()
