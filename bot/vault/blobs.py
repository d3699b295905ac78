"""Take in a file from a stream: hashed, encrypted and put down piece by piece, never whole in memory.

A small file is held until its version is known. A larger one goes into a pack of its own that is stored only
if the version is new, so that nothing is ever stored in vain and no box number is used twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from bot.vault.packing import BLOB_PIECE_BYTES, SHARED_BLOB_BYTES, PackWriter
from bot.vault.shelf import Shelf
from bot.vault.shipping import Shipping


@dataclass(slots=True)
class Arrived:
    """A file that came to its end: small and at hand, or in a pack that is not stored yet."""

    resource: str
    record_id: str
    version: bytes
    length: int
    pieces: list[bytes]
    alone: PackWriter | None

    def place(self, shipping: Shipping) -> tuple[str, int]:
        """Store it; returns pack id and row number."""
        if self.alone is None:
            return shipping.blob(
                self.resource, self.record_id, self.version, length=self.length, pieces=self.pieces
            )
        row = self.alone.close_blob(self.resource, self.record_id, self.version, (0, self.length))
        return shipping.store(self.alone), row

    def drop(self) -> None:
        """Leave nothing behind that was not stored."""
        if self.alone:
            self.alone.drop()


def receive(shelf: Shelf, resource: str, record_id: str, stream: IO[bytes], limit: int) -> Arrived:
    """Read a stream to its end.

    Raises ValueError beyond `limit` bytes, StoreUnavailable, and what the stream raises.
    """
    digest = shelf.keys.hashing(resource).begin(record_id)
    arrived = Arrived(resource, record_id, b"", 0, [], None)
    try:
        while piece := _piece(stream):
            arrived.length += len(piece)
            if arrived.length > limit:
                raise ValueError(f"a file is larger than {limit} bytes")
            digest.update(piece)
            _put_down(shelf, arrived, piece)
    except BaseException:
        arrived.drop()
        raise
    arrived.version = digest.digest()
    return arrived


def _put_down(shelf: Shelf, arrived: Arrived, piece: bytes) -> None:
    arrived.pieces.append(piece)
    if arrived.alone is None and arrived.length > SHARED_BLOB_BYTES:
        arrived.alone = shelf.writer()
    if arrived.alone:
        for held in arrived.pieces:
            arrived.alone.add_piece(held)
        arrived.pieces.clear()


def _piece(stream: IO[bytes]) -> bytes:
    """Read one full piece; less only at the end."""
    parts: list[bytes] = []
    left = BLOB_PIECE_BYTES
    while left and (part := stream.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
