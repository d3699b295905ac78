"""Fill packs, send them off, and write the tables that qualify their rows; for stages, lists, thinning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

import msgspec

from bot.vault.manifest import Changes, TableAt
from bot.vault.model import Row
from bot.vault.pack import ChunkKind, PackRef
from bot.vault.packing import PACK_BYTES, SHARED_BLOB_BYTES, PackWriter
from bot.vault.shelf import Shelf

T = TypeVar("T")

TABLE_ROWS = 10_000


class Shipping:
    """At most one pack in work; `packs` are those stored, `tables` the chunks that say how rows are meant."""

    def __init__(self, shelf: Shelf, kind: ChunkKind = ChunkKind.CHANGES) -> None:
        self.packs: list[PackRef] = []
        self.tables: list[TableAt] = []
        self._shelf, self._kind = shelf, kind
        self._writer: PackWriter | None = None
        self._skip: dict[str, list[int]] = defaultdict(list)
        self._known: dict[str, PackRef] = {}

    def record(self, resource: str, record_id: str, version: bytes, raw: bytes) -> tuple[str, int]:
        """Place a record; returns pack id and row number."""
        writer = self._open()
        row = writer.add(resource, record_id, version, raw)
        if writer.full:
            self._ship()
        return writer.id, row

    def blob(
        self, resource: str, record_id: str, version: bytes, *, length: int, pieces: Iterable[bytes]
    ) -> tuple[str, int]:
        """Place a file, all of it in one pack; returns pack id and row number."""
        if length > SHARED_BLOB_BYTES:
            alone = self._shelf.writer()
            row = alone.add_blob(resource, record_id, version, pieces)
            return self.store(alone), row
        writer = self._open()
        if not writer.empty and writer.size + length > PACK_BYTES:
            self._ship()
            writer = self._open()
        row = writer.add_blob(resource, record_id, version, pieces)
        if writer.full:
            self._ship()
        return writer.id, row

    def store(self, writer: PackWriter) -> str:
        """Store a pack that was filled elsewhere; returns its id."""
        finished = writer.finish()
        self._shelf.ship(finished)
        self.packs.append(finished.ref)
        return writer.id

    def withdraw(self, pack_id: str, row: int) -> None:
        """Let a row placed earlier not count."""
        self._skip[pack_id].append(row)

    def know(self, packs: Sequence[PackRef]) -> None:
        """Let rows be referred to that lie in packs the index does not hold yet."""
        self._known.update({ref.id: ref for ref in packs})

    def refer(self, rows: Iterable[Row]) -> None:
        """Let these versions, which lie in packs of published snapshots, stand again."""
        for part in _slices(rows):
            self._write(self._referring(part))

    def let_go(self, resource: str, record_ids: Iterable[str]) -> None:
        """Let these records be gone."""
        for part in _slices(record_ids):
            self._write(Changes(gone={resource: part}))

    def close(self) -> None:
        """Write what is still to be said, and store what is left."""
        for pack_id, rows in self._skip.items():
            self._write(Changes(skip={pack_id: rows}))
        self._skip.clear()
        if self._writer and not self._writer.empty:
            self._ship()

    def _write(self, table: Changes) -> None:
        writer = self._open()
        self.tables.append(writer.add_table(self._kind, msgspec.json.encode(table)))
        if writer.full:
            self._ship()

    def _referring(self, rows: Sequence[Row]) -> Changes:
        numbers: dict[str, int] = {}
        for row in rows:
            numbers.setdefault(row.spot.pack, len(numbers))
        refs = [
            (
                row.resource,
                row.record_id,
                row.version.hex(),
                numbers[row.spot.pack],
                row.spot.chunk,
                row.spot.offset,
                row.spot.length,
            )
            for row in rows
        ]
        return Changes(packs=[self._ref(pack_id) for pack_id in numbers], refs=refs)

    def _ref(self, pack_id: str) -> PackRef:
        return self._known.get(pack_id) or self._shelf.index.pack(pack_id)

    def _open(self) -> PackWriter:
        if self._writer is None:
            self._writer = self._shelf.writer()
        return self._writer

    def _ship(self) -> None:
        if self._writer:
            writer, self._writer = self._writer, None
            self.store(writer)


def _slices(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while part := list(islice(rest, TABLE_ROWS)):
        yield part
