"""Write packs: records gather in chunks of about 1 MiB, chunks go encrypted into a file on their way out.

A file's pieces become chunks as they come, so neither a pack nor a file is ever whole in memory. It decides
nothing about snapshots.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from bot.crypto import random_bytes
from bot.vault.keys import BookKeys
from bot.vault.pack import FOOTER_NUMBER, TRAILER_BYTES, Chunk, ChunkKind, PackRef
from bot.vault.sealed import SALT_BYTES, Kind, Sealer, squeezer
from bot.vault.spool import Spool

CHUNK_BYTES = 1024 * 1024
PACK_BYTES = 16 * 1024 * 1024
PACK_ROWS = 20_000
BLOB_PIECE_BYTES = 1024 * 1024
SHARED_BLOB_BYTES = 4 * 1024 * 1024  # a larger file has a pack of its own
_ROW = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Finished:
    """A pack ready to be stored."""

    ref: PackRef
    spool: Spool


class PackWriter:
    """Builds one pack in a spool; `rows` counts the records placed in it."""

    def __init__(self, keys: BookKeys, spool: Spool) -> None:
        salt = random_bytes(SALT_BYTES)
        self.id, self.rows = salt.hex(), 0
        self._sealer = Sealer(keys, Kind.PACK, self.id, salt)
        self._spool, self._squeeze = spool, squeezer()
        self._spool.write(self._sealer.header)
        self._chunks: list[Chunk] = []
        self._resources: dict[str, int] = {}
        self._listed = bytearray()  # the rows as the footer will hold them, which is smaller than objects
        self._last_chunk = -1
        self._open = bytearray()

    @property
    def empty(self) -> bool:
        """Whether nothing was placed yet."""
        return not (self._chunks or self.rows)

    @property
    def size(self) -> int:
        """Bytes so far, those not compressed yet included."""
        return self._spool.size + len(self._open)

    @property
    def full(self) -> bool:
        """Whether the pack has reached its size."""
        return self.rows >= PACK_ROWS or self._spool.size >= PACK_BYTES

    def add(self, resource: str, record_id: str, version: bytes, raw: bytes) -> int:
        """Place a record; returns its row number."""
        opened = self._open
        self._row(resource, record_id, version, len(self._chunks), len(opened), len(raw))
        opened += raw
        if len(opened) >= CHUNK_BYTES:
            self._flush()
        return self.rows - 1

    def add_piece(self, piece: bytes) -> int:
        """Place a piece of a file as a chunk of its own, not compressed again; returns the chunk's number."""
        self._flush()
        self._chunk(ChunkKind.BLOB, piece)
        return len(self._chunks) - 1

    def add_blob(self, resource: str, record_id: str, version: bytes, pieces: Iterable[bytes]) -> int:
        """Place a file; returns its row number."""
        self._flush()
        first, length = len(self._chunks), 0
        for piece in pieces:
            self.add_piece(piece)
            length += len(piece)
        if len(self._chunks) == first:
            self.add_piece(b"")
        return self.close_blob(resource, record_id, version, (first, length))

    def close_blob(self, resource: str, record_id: str, version: bytes, lies: tuple[int, int]) -> int:
        """Enter a file whose pieces are placed: number of its first chunk, length; returns its row number."""
        self._row(resource, record_id, version, lies[0], 0, lies[1])
        return self.rows - 1

    def add_table(self, kind: ChunkKind, plain: bytes) -> tuple[str, int]:
        """Place a table of the vault itself; returns pack id and chunk number."""
        self._flush()
        self._chunk(kind, plain)
        return self.id, len(self._chunks) - 1

    def finish(self) -> Finished:
        """Write footer and trailer; the writer takes nothing after that."""
        self._flush()
        box = self._sealer.seal(FOOTER_NUMBER, "footer", self._squeeze(self._footer()))
        self._spool.write(box + len(box).to_bytes(TRAILER_BYTES, "big"))
        ref = PackRef(self.id, self._spool.size, self._spool.sha256, len(box))
        return Finished(ref, self._spool)

    def drop(self) -> None:
        """Throw away what was written; nothing of it was stored."""
        self._spool.close()

    def _footer(self) -> bytes:
        chunks, resources = msgspec.json.encode(self._chunks), msgspec.json.encode(list(self._resources))
        return b'{"chunks":%b,"resources":%b,"rows":[%b]}' % (chunks, resources, bytes(self._listed[:-1]))

    def _row(  # noqa: PLR0917
        self, resource: str, record_id: str, version: bytes, chunk: int, offset: int, length: int
    ) -> None:
        number = self._resources.setdefault(resource, len(self._resources))
        row = (number, record_id, version.hex(), chunk, offset, length)
        _ROW.encode_into(row, self._listed, -1)  # at the end
        self._listed += b","
        self._last_chunk = chunk
        self.rows += 1

    def _flush(self) -> None:
        # A chunk of nothing is written too when the last record is empty, because its row names the chunk.
        if self._open or (self.rows and self._last_chunk == len(self._chunks)):
            plain, self._open = bytes(self._open), bytearray()
            self._chunk(ChunkKind.RECORDS, plain)

    def _chunk(self, kind: ChunkKind, plain: bytes) -> None:
        body = plain if kind is ChunkKind.BLOB else self._squeeze(plain)
        box = self._sealer.seal(len(self._chunks), kind, body)
        self._chunks.append(Chunk(kind, self._spool.size, len(box), len(plain)))
        self._spool.write(box)
