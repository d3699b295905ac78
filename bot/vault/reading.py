"""Read records back: each version is checked against its id, each whole resource against its Merkle root.

In id order, rows are taken in windows of about 8 MiB. In the order they lie, every chunk is read once and two
are held. A file comes in pieces, and is told to be wrong at the latest after the last one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby

from bot.crypto import same
from bot.errors import VaultDamaged
from bot.vault.merkle import merkle_root
from bot.vault.model import Record, ResourceEntry, Row
from bot.vault.pack import Chunk, PackReader, chunks_of, cut
from bot.vault.shelf import Shelf

WINDOW_BYTES = 8 * 1024 * 1024
WINDOW_ROWS = 10_000
_DAMAGED = "A record is not the one that was stored."
_INCOMPLETE = "The records of a snapshot are not those that were published; rebuild the index."


def read_resource(shelf: Shelf, number: int, entry: ResourceEntry, *, in_order: bool) -> Iterator[Record]:
    """Yield a resource's records, by id or as they lie; raises VaultDamaged at the latest after the last."""
    count = 0
    for row, raw in _by_id(shelf, number, entry) if in_order else _as_they_lie(shelf, number, entry):
        yield Record(row.resource, row.record_id, row.version.hex(), raw)
        count += 1
    if count != entry.count or merkle_root(shelf.index.versions_at(number, entry.resource)) != entry.root:
        raise VaultDamaged(_INCOMPLETE)


def read_rows(shelf: Shelf, rows: Iterable[Row]) -> dict[str, bytes]:
    """Return the bytes of these records of one resource by record id, each checked against its version id."""
    by_pack: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_pack[row.spot.pack].append(row)
    found: dict[str, bytes] = {}
    for pack_id, members in by_pack.items():
        members.sort(key=lambda row: row.spot.chunk)
        found.update({row.record_id: raw for row, raw in of_pack(shelf, pack_id, members)})
    return found


def read_some(shelf: Shelf, rows: Iterable[Row]) -> Iterator[Record]:
    """Yield these records as they lie, each checked against its version id; raises VaultDamaged."""
    ordered = sorted(rows, key=lambda row: (row.spot.pack, row.spot.chunk, row.spot.offset))
    for pack_id, members in groupby(ordered, key=lambda row: row.spot.pack):
        for row, raw in of_pack(shelf, pack_id, members):
            yield Record(row.resource, row.record_id, row.version.hex(), raw)


def pieces_of(shelf: Shelf, row: Row) -> Iterator[bytes]:
    """Yield one record in the pieces it was stored in; raises VaultDamaged at the latest after the last."""
    table = shelf.index.chunks(row.spot.pack)
    span = chunks_of(row.spot, table)
    digest = shelf.keys.hashing(row.resource).begin(row.record_id)
    left, skipped = row.spot.length, row.spot.offset
    reader = PackReader(shelf.keys, row.spot.pack)
    for _, plain in reader.chunks(shelf.store, [(number, table[number]) for number in span]):
        piece = plain[skipped : skipped + left]
        left, skipped = left - len(piece), 0
        digest.update(piece)
        yield piece
    if not same(digest.digest(), row.version):
        raise VaultDamaged(_DAMAGED)


class _Checks:
    """Holds bytes to the version ids that rows name, one resource after the other."""

    __slots__ = ("_keys", "_of", "_resource")

    def __init__(self, shelf: Shelf) -> None:
        self._keys, self._of, self._resource = shelf.keys, shelf.keys.hashing("").of, ""

    def check(self, row: Row, raw: bytes) -> None:
        """Raise VaultDamaged when the bytes are not the version."""
        if row.resource != self._resource:
            self._of, self._resource = self._keys.hashing(row.resource).of, row.resource
        if not same(self._of(row.record_id, raw), row.version):
            raise VaultDamaged(_DAMAGED)


def _by_id(shelf: Shelf, number: int, entry: ResourceEntry) -> Iterator[tuple[Row, bytes]]:
    for rows in _windows(shelf, number, entry.resource):
        found = read_rows(shelf, rows)
        for row in rows:
            yield row, found[row.record_id]


def _as_they_lie(shelf: Shelf, number: int, entry: ResourceEntry) -> Iterator[tuple[Row, bytes]]:
    rows = shelf.index.rows_as_they_lie(number, entry.resource)
    for pack_id, members in groupby(rows, key=lambda row: row.spot.pack):
        yield from in_turn(shelf, pack_id, members)


def in_turn(
    shelf: Shelf, pack_id: str, members: Iterable[Row], chunks: Sequence[Chunk] | None = None
) -> Iterator[tuple[Row, bytes]]:
    """Yield records of one pack like `of_pack`, and hold the rows of two chunks at a time."""
    table = shelf.index.chunks(pack_id) if chunks is None else chunks
    for _, few in groupby(members, key=lambda row: row.spot.chunk // 2):
        yield from of_pack(shelf, pack_id, few, table)


def of_pack(
    shelf: Shelf, pack_id: str, members: Iterable[Row], chunks: Sequence[Chunk] | None = None
) -> Iterator[tuple[Row, bytes]]:
    """Yield records of one pack, which come in the order of their chunks; each chunk is opened once.

    `chunks` is the table of a pack that the index does not hold yet.
    """
    table = shelf.index.chunks(pack_id) if chunks is None else chunks
    rows = list(members)
    spans = _spans(rows, table)
    numbers = sorted(set(chain.from_iterable(set(spans))))
    reader = PackReader(shelf.keys, pack_id)
    opened = reader.chunks(shelf.store, [(number, table[number]) for number in numbers])
    plain: dict[int, bytes] = {}
    check = _Checks(shelf).check
    for row, span in zip(rows, spans, strict=True):
        if span[-1] not in plain:
            for number in [number for number in plain if number < span[0]]:
                del plain[number]
            while span[-1] not in plain:
                number, unpacked = next(opened)
                plain[number] = unpacked
        raw = cut(row.spot, span, plain)
        check(row, raw)
        yield row, raw


def _spans(rows: Iterable[Row], table: Sequence[Chunk]) -> list[range]:
    """Say which chunks hold each record; nearly always it is one, whose range is made once."""
    alone = [range(number, number + 1) for number in range(len(table))]
    ends = [chunk.plain for chunk in table]
    return [
        alone[spot.chunk]
        if (spot := row.spot).chunk < len(ends) and spot.offset + spot.length <= ends[spot.chunk]
        else chunks_of(spot, table)
        for row in rows
    ]


def _windows(shelf: Shelf, number: int, resource: str) -> Iterator[list[Row]]:
    after: str | None = None
    window: list[Row] = []
    size = 0
    while page := shelf.index.page_at(number, resource, after, WINDOW_ROWS):
        after = page[-1].record_id
        for row in page:
            if window and (size + row.spot.length > WINDOW_BYTES or len(window) >= WINDOW_ROWS):
                yield window
                window, size = [], 0
            window.append(row)
            size += row.spot.length
    if window:
        yield window
