"""Packs: many records in one object of about 16 MiB.

Header | chunk boxes | footer box | length of the footer box (4 bytes, big-endian). A chunk is about 1 MiB of
records, compressed, or a piece of a file, as it came. The footer lists chunks and records, so that a pack can
be read with nothing else but the key. This module writes and reads packs; it decides nothing about snapshots.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from bot.crypto import random_bytes, sha256
from bot.errors import VaultDamaged
from bot.vault.keys import BookKeys
from bot.vault.model import Row, Spot
from bot.vault.sealed import (
    HEADER_BYTES,
    SALT_BYTES,
    Kind,
    Sealer,
    check_header,
    decoded,
    expand,
    squeeze,
)
from bot.vault.store import Store

CHUNK_BYTES = 1024 * 1024
PACK_BYTES = 16 * 1024 * 1024
PACK_ROWS = 50_000
BLOB_PIECE_BYTES = 4 * 1024 * 1024
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


@dataclass(frozen=True, slots=True)
class Finished:
    """A pack ready to be stored."""

    ref: PackRef
    data: bytearray


class PackWriter:
    """Builds one pack in memory; `rows` counts the records placed in it."""

    def __init__(self, keys: BookKeys) -> None:
        salt = random_bytes(SALT_BYTES)
        self.id = salt.hex()
        self._sealer = Sealer(keys, Kind.PACK, self.id, salt)
        self._data = bytearray(self._sealer.header)
        self._chunks: list[Chunk] = []
        self._resources: dict[str, int] = {}
        self._rows: list[tuple[int, str, str, int, int, int]] = []
        self._open = bytearray()

    @property
    def rows(self) -> int:
        """Records placed so far; the next one becomes row number `rows`."""
        return len(self._rows)

    @property
    def empty(self) -> bool:
        """Whether nothing was placed yet."""
        return not (self._chunks or self._rows)

    @property
    def size(self) -> int:
        """Bytes so far, those not compressed yet included."""
        return len(self._data) + len(self._open)

    @property
    def full(self) -> bool:
        """Whether the pack has reached its size."""
        return len(self._data) >= PACK_BYTES or len(self._rows) >= PACK_ROWS

    def add(self, resource: str, record_id: str, version: bytes, raw: bytes) -> int:
        """Place a record; returns its row number."""
        self._row(resource, record_id, version, len(self._open), len(raw))
        self._open += raw
        if len(self._open) >= CHUNK_BYTES:
            self._flush()
        return len(self._rows) - 1

    def add_blob(self, resource: str, record_id: str, version: bytes, pieces: Sequence[bytes]) -> int:
        """Place a file as chunks of its own, not compressed again; returns its row number."""
        self._flush()
        self._row(resource, record_id, version, 0, sum(len(piece) for piece in pieces))
        for piece in pieces or [b""]:
            self._chunk(ChunkKind.BLOB, piece)
        return len(self._rows) - 1

    def add_table(self, kind: ChunkKind, plain: bytes) -> tuple[str, int]:
        """Place a table of the vault itself; returns pack id and chunk number."""
        self._flush()
        self._chunk(kind, plain)
        return self.id, len(self._chunks) - 1

    def finish(self) -> Finished:
        """Write footer and trailer; the writer takes nothing after that."""
        self._flush()
        footer = Footer(self._chunks, list(self._resources), self._rows)
        box = self._sealer.seal(FOOTER_NUMBER, "footer", squeeze(msgspec.json.encode(footer)))
        self._data += box + len(box).to_bytes(TRAILER_BYTES, "big")
        ref = PackRef(self.id, len(self._data), sha256(self._data).hex(), len(box))
        return Finished(ref, self._data)

    def _row(self, resource: str, record_id: str, version: bytes, offset: int, length: int) -> None:
        number = self._resources.setdefault(resource, len(self._resources))
        self._rows.append((number, record_id, version.hex(), len(self._chunks), offset, length))

    def _flush(self) -> None:
        # A chunk of nothing is written too when the last record is empty, because its row names the chunk.
        if self._open or (self._rows and self._rows[-1][3] == len(self._chunks)):
            plain, self._open = bytes(self._open), bytearray()
            self._chunk(ChunkKind.RECORDS, plain)

    def _chunk(self, kind: ChunkKind, plain: bytes) -> None:
        body = plain if kind is ChunkKind.BLOB else squeeze(plain)
        box = self._sealer.seal(len(self._chunks), kind, body)
        self._chunks.append(Chunk(kind, len(self._data), len(box), len(plain)))
        self._data += box


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
        if check_header(self._keys, Kind.PACK, data).hex() != self.id:
            raise VaultDamaged("A file of the vault lies in another's place.")
        length = int.from_bytes(data[-TRAILER_BYTES:], "big") + TRAILER_BYTES
        if length > len(data) - HEADER_BYTES:
            raise VaultDamaged("A file of the vault is cut short.")
        return self._footer(data[-length:])

    def chunks(self, store: Store, wanted: Sequence[tuple[int, Chunk]]) -> Iterator[tuple[int, bytes]]:
        """Read chunks by number, near ones in one request; yields each unpacked."""
        boxes = store.get_ranges(self._name, [(chunk.start, chunk.stored) for _, chunk in wanted])
        for (number, chunk), box in zip(wanted, boxes, strict=True):
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


def footer_rows(pack_id: str, footer: Footer) -> list[Row]:
    """Return the footer's records in the order they were placed."""
    return [
        Row(footer.resources[number], record_id, bytes.fromhex(version), Spot(pack_id, chunk, offset, length))
        for number, record_id, version, chunk, offset, length in footer.rows
    ]


def chunks_of(spot: Spot, table: Sequence[Chunk]) -> range:
    """Say which chunks hold a record; a file goes on in the chunks that follow its first."""
    last, held = spot.chunk, -spot.offset
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
