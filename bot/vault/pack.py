"""Packs: many records in one object of about 16 MiB.

Header | chunk boxes | footer box | length of the footer box (4 bytes, big-endian). A chunk is about 1 MiB of
records, compressed, or a piece of a file, as it came. The footer lists chunks and records, so that a pack can
be read with nothing else but the key. This module knows the form and reads packs; `packing` writes them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from bot.errors import VaultDamaged
from bot.vault.keys import BookKeys
from bot.vault.model import Row, Spot
from bot.vault.sealed import HEADER_BYTES, Kind, Sealer, check_header, decoded, expand
from bot.vault.store import Store

BATCH_BYTES = 4 * 1024 * 1024  # of boxes that are asked for at once
FOOTER_NUMBER = 0xFFFF_FFFF
TRAILER_BYTES = 4


class ChunkKind(StrEnum):
    """What a chunk holds; bound into its encryption."""

    RECORDS = "records"
    BLOB = "blob"
    CHANGES = "changes"
    LIST = "list"


class Chunk(msgspec.Struct, frozen=True, array_like=True):
    """One chunk in a footer: kind, where its box starts, length of the box, length unpacked."""

    kind: ChunkKind
    start: int
    stored: int
    plain: int


class Footer(msgspec.Struct, frozen=True):
    """A pack's table; a row is (resource, record id, version, chunk, offset, length)."""

    chunks: list[Chunk]
    resources: list[str]
    rows: list[tuple[int, str, str, int, int, int]]


class PackRef(msgspec.Struct, frozen=True):
    """A pack as a manifest names it: size of the object, its SHA-256, length of its footer box."""

    id: str
    size: int
    sha256: str
    footer: int


class PackReader:
    """Opens footers and chunks of one pack, from the store or from bytes at hand."""

    def __init__(self, keys: BookKeys, pack_id: str) -> None:
        self._keys, self.id = keys, pack_id
        self._name = keys.place.pack(pack_id)
        self._sealer = Sealer(keys, Kind.PACK, pack_id, bytes.fromhex(pack_id))

    def footer(self, store: Store, ref: PackRef) -> Footer:
        """Read the footer with one request."""
        tail = store.get_range(self._name, ref.size - ref.footer - TRAILER_BYTES, ref.footer + TRAILER_BYTES)
        return self._footer(tail)

    def footer_of(self, data: bytes) -> Footer:
        """Read the footer of a whole pack at hand, checking its header too."""
        self.check_header(data)
        length = int.from_bytes(data[-TRAILER_BYTES:], "big") + TRAILER_BYTES
        if length > len(data) - HEADER_BYTES:
            raise VaultDamaged("A file of the vault is cut short.")
        return self._footer(data[-length:])

    def check_header(self, data: bytes) -> None:
        """Raise a class of Damaged when this is not the beginning of this pack."""
        if check_header(self._keys, Kind.PACK, data).hex() != self.id:
            raise VaultDamaged("A file of the vault lies in another's place.")

    def chunks(self, store: Store, wanted: Sequence[tuple[int, Chunk]]) -> Iterator[tuple[int, bytes]]:
        """Read chunks by number, some 4 MiB of near ones in one request; yields each unpacked."""
        for batch in _batches(wanted):
            boxes = store.get_ranges(self._name, [(chunk.start, chunk.stored) for _, chunk in batch])
            for (number, chunk), box in zip(batch, boxes, strict=True):
                yield number, self.open(number, chunk, box)

    def open(self, number: int, chunk: Chunk, box: bytes) -> bytes:
        """Open one chunk's box."""
        body = self._sealer.open(number, chunk.kind, box)
        plain = body if chunk.kind is ChunkKind.BLOB else expand(body, chunk.plain)
        if len(plain) != chunk.plain:
            raise VaultDamaged("A file of the vault does not unpack.")
        return plain

    def _footer(self, tail: bytes) -> Footer:
        box, trailer = tail[:-TRAILER_BYTES], tail[-TRAILER_BYTES:]
        if len(box) != int.from_bytes(trailer, "big"):
            raise VaultDamaged("A file of the vault was altered.")
        plain = expand(self._sealer.open(FOOTER_NUMBER, "footer", box))
        return decoded(plain, Footer)


def footer_rows(
    pack_id: str,
    footer: Footer,
    *,
    skip: Collection[int] = (),
    only: Collection[str] | None = None,
) -> Iterator[Row]:
    """Yield the footer's records in the order they were placed, but for the numbers to skip.

    With `only` those of other resources are left out, too.
    """
    wanted = [only is None or name in only for name in footer.resources]
    if not any(wanted):
        return
    for at, (number, record_id, version, chunk, offset, length) in enumerate(footer.rows):
        if wanted[number] and at not in skip:
            spot = Spot(pack_id, chunk, offset, length)
            yield Row(footer.resources[number], record_id, bytes.fromhex(version), spot)


def chunks_of(spot: Spot, table: Sequence[Chunk]) -> range:
    """Say which chunks hold a record; a file goes on in the chunks that follow its first."""
    first = spot.chunk
    if first < len(table) and spot.offset + spot.length <= table[first].plain:
        return range(first, first + 1)
    last, held = first, -spot.offset
    while last < len(table):
        held += table[last].plain
        if held >= spot.length:
            return range(spot.chunk, last + 1)
        last += 1
    raise VaultDamaged("A record lies beyond the end of its pack.")


def cut(spot: Spot, numbers: range, plain: Mapping[int, bytes]) -> bytes:
    """Take a record's bytes out of unpacked chunks."""
    first = plain[numbers[0]]
    if len(numbers) == 1:
        return first[spot.offset : spot.offset + spot.length]
    return b"".join(plain[number] for number in numbers)[spot.offset : spot.offset + spot.length]


def _batches(wanted: Sequence[tuple[int, Chunk]]) -> Iterator[list[tuple[int, Chunk]]]:
    batch: list[tuple[int, Chunk]] = []
    for one in wanted:
        if batch and sum(chunk.stored for _, chunk in batch) + one[1].stored > BATCH_BYTES:
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch
