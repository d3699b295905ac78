"""Fill packs, send them off, and keep the table that qualifies their rows; for stages and checkpoints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from bot.vault.manifest import Changes, TableAt
from bot.vault.model import Row
from bot.vault.pack import PACK_BYTES, ChunkKind, PackRef, PackWriter
from bot.vault.shelf import Shelf

T = TypeVar("T")

TABLE_ROWS = 20_000


class Shipping:
    """At most one pack in memory; `packs` are those stored, `tables` the chunks that `close` wrote."""

    def __init__(self, shelf: Shelf) -> None:
        self.packs: list[PackRef] = []
        self.tables: list[TableAt] = []
        self._shelf = shelf
        self._writer: PackWriter | None = None
        self._skip: dict[str, list[int]] = defaultdict(list)
        self._refs: list[Row] = []
        self._gone: dict[str, list[str]] = {}
        self._known: dict[str, PackRef] = {}

    def record(self, resource: str, record_id: str, version: bytes, raw: bytes) -> tuple[str, int]:
        """Place a record; returns pack id and row number."""
        writer = self._open()
        row = writer.add(resource, record_id, version, raw)
        if writer.full:
            self._ship()
        return writer.id, row

    def blob(self, resource: str, record_id: str, version: bytes, pieces: Sequence[bytes]) -> tuple[str, int]:
        """Place a file, all of it in one pack; returns pack id and row number."""
        writer = self._open()
        if not writer.empty and writer.size + sum(map(len, pieces)) > PACK_BYTES:
            self._ship()
            writer = self._open()
        row = writer.add_blob(resource, record_id, version, pieces)
        if writer.full:
            self._ship()
        return writer.id, row

    def withdraw(self, pack_id: str, row: int) -> None:
        """Let a row placed earlier not count."""
        self._skip[pack_id].append(row)

    def know(self, packs: Sequence[PackRef]) -> None:
        """Let rows be referred to that lie in packs the index does not hold yet."""
        self._known.update({ref.id: ref for ref in packs})

    def refer(self, rows: Sequence[Row]) -> None:
        """Let these versions, which lie in packs of published snapshots, stand again."""
        self._refs.extend(rows)

    def let_go(self, resource: str, record_ids: Sequence[str]) -> None:
        """Let these records be gone."""
        if record_ids:
            self._gone[resource] = list(record_ids)

    def close(self, kind: ChunkKind = ChunkKind.CHANGES) -> None:
        """Write the table where there is anything to say, and store what is left."""
        for table in self._split():
            self.tables.append(self._open().add_table(kind, msgspec.json.encode(table)))
            if self._writer and self._writer.full:
                self._ship()
        if self._writer and not self._writer.empty:
            self._ship()

    def _split(self) -> list[Changes]:
        found = [self._referring(part) for part in _slices(self._refs)]
        for pack_id, rows in self._skip.items():
            found.append(Changes(skip={pack_id: rows}))
        for resource, record_ids in self._gone.items():
            found.extend(Changes(gone={resource: list(part)}) for part in _slices(record_ids))
        return found

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
            self._writer = PackWriter(self._shelf.keys)
        return self._writer

    def _ship(self) -> None:
        if self._writer:
            finished = self._writer.finish()
            self._shelf.ship(finished)
            self.packs.append(finished.ref)
            self._writer = None


def _slices(items: Sequence[T]) -> list[Sequence[T]]:
    return [items[start : start + TABLE_ROWS] for start in range(0, len(items), TABLE_ROWS)]
