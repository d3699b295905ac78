"""Ask an index which stored versions the standing snapshots hold, and where; for thinning. Reads only."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator

from bot.vault.index import Index
from bot.vault.model import Row, Spot
from bot.vault.pack import ChunkKind

_ROW = "s.name, r.record, r.version, p.id, r.chunk, r.offset, r.length"
_JOINED = "rows r JOIN resources s ON s.no = r.resource JOIN packs p ON p.no = r.pack"


def used_share(index: Index) -> dict[str, float]:
    """Return for each pack how much of its chunks standing snapshots hold: 0 is nothing, 1 everything.

    Tables of the vault count as not held, and a pack without any record is left out.
    """
    lives = """SELECT pack, sum(length), count(*)
               FROM (SELECT DISTINCT pack, chunk, offset, length FROM rows) GROUP BY pack"""
    sizes = f"""SELECT pack, sum(plain), sum(stored) FROM chunks
                WHERE kind IN ('{ChunkKind.RECORDS}', '{ChunkKind.BLOB}') GROUP BY pack"""  # noqa: S608
    with index.reading() as connection:
        names = dict(connection.execute("SELECT no, id FROM packs").fetchall())
        live = {pack: size for pack, size, _ in connection.execute(lives)}
        whole = dict(connection.execute("SELECT pack, sum(stored) FROM chunks GROUP BY pack").fetchall())
        records = connection.execute(sizes).fetchall()
    return {
        names[pack]: (live.get(pack, 0) / plain if plain else 1.0) * stored / whole[pack]
        for pack, plain, stored in records
    }


def rows_in(index: Index, pack_id: str) -> list[Row]:
    """Return the versions in a pack that a standing snapshot holds, in the order they lie there."""
    wanted = f"SELECT DISTINCT {_ROW} FROM {_JOINED} WHERE p.id = ? ORDER BY r.chunk, r.offset"  # noqa: S608
    with index.reading() as connection:
        return [_row(found) for found in connection.execute(wanted, (pack_id,))]


def places_in(index: Index) -> dict[str, set[tuple[str, str, bytes, Spot]]]:
    """Return every place that is read from, by pack."""
    found: dict[str, set[tuple[str, str, bytes, Spot]]] = defaultdict(set)
    with index.reading() as connection:
        for row in map(_row, connection.execute(f"SELECT {_ROW} FROM {_JOINED}")):  # noqa: S608
            found[row.spot.pack].add((row.resource, row.record_id, row.version, row.spot))
    return found


def beginning_in(index: Index, pack_ids: Collection[str]) -> set[int]:
    """Return the numbers of the snapshots that put a version of these packs in place."""
    marks = ", ".join("?" * len(pack_ids))
    sql = f"SELECT DISTINCT first FROM rows WHERE pack IN (SELECT no FROM packs WHERE id IN ({marks}))"  # noqa: S608
    with index.reading() as connection:
        return {number for (number,) in connection.execute(sql, tuple(pack_ids))}


def put_at(index: Index, number: int) -> list[Row]:
    """Return the versions that snapshot `number` put in place."""
    ordered = "WHERE r.first = ? ORDER BY s.name, r.record"
    with index.reading() as connection:
        found = connection.execute(f"SELECT {_ROW} FROM {_JOINED} {ordered}", (number,))  # noqa: S608
        return [_row(one) for one in found]


def gone_at(index: Index, before: int, number: int) -> Iterator[tuple[str, list[str]]]:
    """Yield, by resource, the records that stand in snapshot `before` and not in the later `number`."""
    sql = """SELECT s.name, r.record FROM rows r JOIN resources s ON s.no = r.resource
             WHERE r.first <= :before AND r.last >= :before AND r.last < :number
             AND NOT EXISTS (SELECT 1 FROM rows o WHERE o.resource = r.resource AND o.record = r.record
                             AND o.first <= :number AND (o.last IS NULL OR o.last >= :number))
             ORDER BY s.name, r.record"""
    gone: dict[str, list[str]] = defaultdict(list)
    with index.reading() as connection:
        for resource, record_id in connection.execute(sql, {"before": before, "number": number}):
            gone[resource].append(record_id)
    yield from gone.items()


def _row(found: sqlite3.Row | tuple[str, str, bytes, str, int, int, int]) -> Row:
    resource, record_id, version, *spot = found
    return Row(resource, record_id, version, Spot(*spot))
