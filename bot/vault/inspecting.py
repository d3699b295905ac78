"""Check every byte of one pack: its hash, every box, every version id; some MiB are held at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from bot.crypto import same
from bot.errors import VaultDamaged
from bot.vault.keys import BookKeys, Hashing
from bot.vault.manifest import Changes
from bot.vault.model import Row
from bot.vault.pack import (
    BATCH_BYTES,
    TRAILER_BYTES,
    Chunk,
    ChunkKind,
    Footer,
    PackReader,
    PackRef,
    footer_rows,
)
from bot.vault.sealed import HEADER_BYTES, decoded
from bot.vault.shelf import Shelf


def inspect(shelf: Shelf, ref: PackRef) -> int:
    """Check a pack as the store holds it; returns how many records are in it. Raises a class of Damaged."""
    reader = PackReader(shelf.keys, ref.id)
    footer = reader.footer(shelf.store, ref)
    checking = _Checking(shelf, footer_rows(ref.id, footer))
    for number, chunk, box in _boxes(shelf, ref, reader, footer):
        plain = reader.open(number, chunk, box)
        if chunk.kind in {ChunkKind.CHANGES, ChunkKind.LIST}:
            decoded(plain, Changes)
        checking.take(number, plain)
    return checking.end()


def _boxes(
    shelf: Shelf, ref: PackRef, reader: PackReader, footer: Footer
) -> Iterator[tuple[int, Chunk, bytes]]:
    """Read a pack from its first byte to its last, yield its chunks' boxes, and hold it to its hash."""
    name, digest, at = shelf.place.pack(ref.id), hashlib.sha256(), HEADER_BYTES
    header = shelf.store.get_range(name, 0, HEADER_BYTES)
    reader.check_header(header)
    digest.update(header)
    for batch in _batches(footer.chunks):
        data = memoryview(shelf.store.get_range(name, at, sum(chunk.stored for _, chunk in batch)))
        digest.update(data)
        for number, chunk in batch:
            if chunk.start != at:
                raise VaultDamaged("its table does not fit it.")
            yield number, chunk, bytes(data[: chunk.stored])
            data, at = data[chunk.stored :], at + chunk.stored
    if at != ref.size - ref.footer - TRAILER_BYTES:
        raise VaultDamaged("its table does not fit it.")
    digest.update(shelf.store.get_range(name, at, ref.size - at))
    if digest.hexdigest() != ref.sha256:
        raise VaultDamaged("its bytes have changed.")


def _batches(chunks: list[Chunk]) -> Iterator[list[tuple[int, Chunk]]]:
    batch: list[tuple[int, Chunk]] = []
    for number, chunk in enumerate(chunks):
        batch.append((number, chunk))
        if sum(one.stored for _, one in batch) >= BATCH_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


@dataclass(slots=True)
class _Begun:
    """A record whose bytes are not all there yet."""

    row: Row
    digest: hashlib.blake2b
    left: int


class _Checking:
    """Holds the records of a pack to their version ids while its chunks go by."""

    def __init__(self, shelf: Shelf, rows: Iterator[Row]) -> None:
        self._rows, self._count = rows, 0
        self._hashing = _Hashings(shelf.keys)
        self._begun: _Begun | None = None
        self._next = next(rows, None)

    def take(self, number: int, plain: bytes) -> None:
        """Check what a chunk holds of the records that are next."""
        if self._begun:
            self._go_on(self._begun, plain)
        while not self._begun and self._next and self._next.spot.chunk <= number:
            row, self._next = self._next, next(self._rows, None)
            if row.spot.chunk < number:
                raise VaultDamaged("its table does not fit it.")
            self._begin(row, plain[row.spot.offset : row.spot.offset + row.spot.length])

    def end(self) -> int:
        """Return how many records there were; raises VaultDamaged when one is not all there."""
        if self._begun or self._next:
            raise VaultDamaged("A record lies beyond the end of its pack.")
        return self._count

    def _begin(self, row: Row, piece: bytes) -> None:
        hashing = self._hashing[row.resource]
        if len(piece) == row.spot.length:
            self._judge(row, hashing.of(row.record_id, piece))
        else:
            self._go_on(_Begun(row, hashing.begin(row.record_id), row.spot.length), piece)

    def _go_on(self, begun: _Begun, plain: bytes) -> None:
        piece = plain[: begun.left]
        begun.digest.update(piece)
        begun.left -= len(piece)
        self._begun = begun if begun.left else None
        if not begun.left:
            self._judge(begun.row, begun.digest.digest())

    def _judge(self, row: Row, version: bytes) -> None:
        self._count += 1
        if not same(version, row.version):
            raise VaultDamaged("A record is not the one that was stored.")


class _Hashings(dict[str, Hashing]):
    """What version ids of each resource begin with."""

    def __init__(self, keys: BookKeys) -> None:
        super().__init__()
        self._keys = keys

    def __missing__(self, resource: str) -> Hashing:
        self[resource] = self._keys.hashing(resource)
        return self[resource]
