"""Read a snapshot for a restore: records decoded, numbers as Decimal. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Protocol

import msgspec

from bot.domain.organisation import OrganisationFacts
from bot.restore.opening import RECORD, opening_record
from bot.vault import ResourceStatus, SnapshotInfo
from bot.vault.books import Books

ENTRIES = "entries"
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


class Source(Protocol):
    """A copy that can be read again and again in the same order; tests plan from records in memory."""

    @property
    def facts(self) -> OrganisationFacts:
        """What Xero says of the organisation."""

    @property
    def snapshot_id(self) -> str:
        """The snapshot's id."""

    def resources(self) -> Mapping[str, int]:
        """Give how many records each resource has."""

    def records(self, resource: str) -> Iterator[Mapping[str, Any]]:
        """Yield the records in id order."""

    def raw_records(self, resource: str) -> Iterator[tuple[str, bytes]]:
        """Yield ids and bytes, in the same order."""

    def record(self, resource: str, record_id: str) -> Mapping[str, Any]:
        """Give one record; raises KeyError. Without a resource: what is worked out from the whole copy."""

    def lengths(self, resource: str) -> Iterator[tuple[str, int]]:
        """Yield ids and lengths in bytes, in the same order, without reading any of it."""

    def file(self, resource: str, record_id: str) -> Iterator[bytes]:
        """Give a file's bytes in pieces; raises KeyError. Damage may show after the last piece only."""


class SnapshotSource:
    """A published snapshot. Raises Damaged, StoreUnavailable, UnknownSnapshot while reading.

    With `whole` it speaks only of resources that were read to their end: nothing is proved by a part.
    """

    def __init__(
        self, books: Books, snapshot: SnapshotInfo, facts: OrganisationFacts, *, whole: bool = False
    ) -> None:
        self._books, self._snapshot, self._facts, self._whole = books, snapshot, facts, whole
        self._opening: Mapping[str, Any] | None = None

    @property
    def facts(self) -> OrganisationFacts:
        """What Xero says of the organisation."""
        return self._facts

    @property
    def snapshot_id(self) -> str:
        """The snapshot's id."""
        return self._snapshot.id

    def resources(self) -> Mapping[str, int]:
        """Give how many records each resource has."""
        entries = self._snapshot.resources.items()
        is_told = {key: not self._whole or one.status is ResourceStatus.COMPLETE for key, one in entries}
        return {key: one.count for key, one in entries if is_told[key]}

    def records(self, resource: str) -> Iterator[Mapping[str, Any]]:
        """Yield the records in id order."""
        for _, raw in self.raw_records(resource):
            yield decode(raw)

    def raw_records(self, resource: str) -> Iterator[tuple[str, bytes]]:
        """Yield ids and bytes, in the same order."""
        for record in self._books.records(self._snapshot, resource):
            yield record.record_id, record.raw

    def record(self, resource: str, record_id: str) -> Mapping[str, Any]:
        """Give one record; raises KeyError."""
        if not resource:
            if self._opening is None or record_id != RECORD:  # it takes every record to work it out
                self._opening = opening_record(self, record_id)
            return self._opening
        found = self._books.record(self._snapshot, resource, record_id)
        if found is None:
            raise KeyError(resource)
        return decode(found.raw)

    def lengths(self, resource: str) -> Iterator[tuple[str, int]]:
        """Yield ids and lengths in bytes, in the same order, without reading any of it."""
        return self._books.lengths(self._snapshot, resource)

    def file(self, resource: str, record_id: str) -> Iterator[bytes]:
        """Give a file's bytes in pieces; raises KeyError."""
        found = self._books.blob(self._snapshot, resource, record_id)
        if found is None:
            raise KeyError(resource)
        return found


class MemorySource:
    """Records in memory, for tests and drills."""

    def __init__(
        self,
        facts: OrganisationFacts,
        records: Mapping[str, Mapping[str, Mapping[str, Any]]],
        name: str = "memory",
        files: Mapping[str, Mapping[str, bytes]] | None = None,
    ) -> None:
        self._facts, self._records, self._name = facts, records, name
        self._files = files or {}

    @property
    def facts(self) -> OrganisationFacts:
        """What Xero says of the organisation."""
        return self._facts

    @property
    def snapshot_id(self) -> str:
        """The name given."""
        return self._name

    def resources(self) -> Mapping[str, int]:
        """Give how many records each resource has."""
        return {key: len(found) for key, found in (*self._records.items(), *self._files.items())}

    def records(self, resource: str) -> Iterator[Mapping[str, Any]]:
        """Yield the records in id order."""
        found = self._records.get(resource, {})
        return (found[key] for key in sorted(found))

    def raw_records(self, resource: str) -> Iterator[tuple[str, bytes]]:
        """Yield ids and bytes, in the same order."""
        found = self._records.get(resource, {})
        return ((key, _ENCODER.encode(found[key])) for key in sorted(found))

    def record(self, resource: str, record_id: str) -> Mapping[str, Any]:
        """Give one record; raises KeyError."""
        if not resource:
            return opening_record(self, record_id)
        return self._records[resource][record_id]

    def lengths(self, resource: str) -> Iterator[tuple[str, int]]:
        """Yield ids and lengths in bytes, in the same order."""
        if resource in self._files:
            return ((key, len(found)) for key, found in sorted(self._files[resource].items()))
        return ((key, len(raw)) for key, raw in self.raw_records(resource))

    def file(self, resource: str, record_id: str) -> Iterator[bytes]:
        """Give a file's bytes; raises KeyError."""
        return iter((self._files[resource][record_id],))


def decode(raw: bytes) -> Mapping[str, Any]:
    """Read one record as Xero sent it; numbers with a point become Decimal, a bare list stands in ENTRIES."""
    found: Any = _DECODER.decode(raw)
    if isinstance(found, list):
        return {ENTRIES: found}
    record: Mapping[str, Any] = found
    return record
