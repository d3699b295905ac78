"""Read records back: each version is checked against its id, each whole resource against its Merkle root."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bot.crypto import same
from bot.errors import VaultDamaged
from bot.vault.merkle import merkle_root
from bot.vault.model import Record, ResourceEntry, Row
from bot.vault.pack import PackReader, chunks_of, cut
from bot.vault.shelf import Shelf

WINDOW_BYTES = 32 * 1024 * 1024
WINDOW_ROWS = 20_000


def read_resource(shelf: Shelf, number: int, entry: ResourceEntry) -> Iterator[Record]:
    """Yield a resource's records in id order; raises VaultDamaged at the latest after the last one.

    Rows are taken in windows of about 32 MiB, and each window reads every chunk it needs once.
    """
    seen: list[tuple[str, bytes]] = []
    for rows in _windows(shelf, number, entry.resource):
        found = read_rows(shelf, rows)
        for row in rows:
            yield Record(row.resource, row.record_id, row.version.hex(), found[row.record_id])
            seen.append((row.record_id, row.version))
    if len(seen) != entry.count or merkle_root(seen) != entry.root:
        raise VaultDamaged("The records of a snapshot are not those that were published; rebuild the index.")


def read_rows(shelf: Shelf, rows: list[Row]) -> dict[str, bytes]:
    """Return the bytes of these records of one resource by record id, each checked against its version id."""
    by_pack: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_pack[row.spot.pack].append(row)
    found: dict[str, bytes] = {}
    for pack_id, members in by_pack.items():
        table = shelf.index.chunks(pack_id)
        spans = [chunks_of(row.spot, table) for row in members]
        wanted = sorted({number for span in spans for number in span})
        reader = PackReader(shelf.keys, pack_id)
        plain = dict(reader.chunks(shelf.store, [(number, table[number]) for number in wanted]))
        for row, span in zip(members, spans, strict=True):
            found[row.record_id] = checked(shelf, row, cut(row.spot, span, plain))
    return found


def checked(shelf: Shelf, row: Row, raw: bytes) -> bytes:
    """Return the bytes when they are the version the row names; raises VaultDamaged."""
    if not same(shelf.keys.version_id(row.resource, row.record_id, raw), row.version):
        raise VaultDamaged("A record is not the one that was stored.")
    return raw


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
