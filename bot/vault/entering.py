"""Changes to the local index, inside one transaction that `Index.writing` opens."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import astuple, dataclass
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

from bot.vault.model import Row
from bot.vault.pack import Chunk, Footer, PackRef

PART_ROWS = 5_000  # entered at a time
CONTENT_TABLES = ("snapshots", "resources", "packs", "chunks", "rows")
# The first snapshot that stands and holds the row.
_HELD = """SELECT number FROM snapshots s
           WHERE s.number >= rows.first AND (rows.last IS NULL OR s.number <= rows.last)
           AND s.dropped_at IS NULL AND s.thinning = 0 ORDER BY s.number LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Known:
    """A snapshot or a thinning as the index knows it: sealed manifest and the hashes of head and manifest."""

    number: int
    id: str
    head: str
    hash: str
    manifest: bytes
    thinning: bool = False
    dropped_at: str | None = None

    @property
    def stands(self) -> bool:
        """Whether it is a snapshot that can be read."""
        return not self.thinning and self.dropped_at is None


class Tip(NamedTuple):
    """The end of the chain: number, hashes of its head and manifest, number of the last thinning."""

    number: int
    head: str
    hash: str
    thinned: int


class Writing:
    """Changes to the index inside one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def clear(self) -> None:
        """Empty the index."""
        for table in CONTENT_TABLES:
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed words

    def tip(self) -> Tip:
        """Return what was entered last."""
        return tip_of(self._connection)

    def add_snapshot(self, known: Known) -> None:
        """Enter a snapshot or a thinning."""
        self._connection.execute("INSERT INTO snapshots VALUES (?, ?, ?, ?, ?, ?, ?)", astuple(known))

    def drop(self, dropped: Iterable[tuple[int, str]]) -> None:
        """Let snapshots no longer be readable; rows that only they held go, the others begin where kept."""
        sql = "UPDATE snapshots SET dropped_at = ? WHERE number = ?"
        self._connection.executemany(sql, [(at, number) for number, at in dropped])
        self._connection.execute(f"DELETE FROM rows WHERE NOT EXISTS ({_HELD})")  # noqa: S608 - fixed words
        self._connection.execute(f"UPDATE rows SET first = ({_HELD}) WHERE first <> ({_HELD})")  # noqa: S608

    def move(self, rows: Iterable[Row]) -> None:
        """Let versions that are entered already be read from another place."""
        resources, packs = self._numbers("resources", "name"), self._numbers("packs", "id")
        sql = """UPDATE rows SET pack = ?, chunk = ?, offset = ?, length = ?
                 WHERE resource = ? AND record = ? AND version = ?"""
        self._connection.executemany(
            sql,
            [
                (packs[spot.pack], spot.chunk, spot.offset, spot.length, resources[name], record_id, version)
                for name, record_id, version, spot in (
                    (r.resource, r.record_id, r.version, r.spot) for r in rows
                )
            ],
        )

    def packs_used(self) -> set[str]:
        """Return the ids of the packs in which any version lies."""
        sql = "SELECT id FROM packs WHERE no IN (SELECT pack FROM rows)"
        return {pack_id for (pack_id,) in self._connection.execute(sql)}

    def has_pack(self, pack_id: str) -> bool:
        """Say whether a pack is entered already."""
        return bool(self._connection.execute("SELECT 1 FROM packs WHERE id = ?", (pack_id,)).fetchone())

    def add_pack(self, ref: PackRef, chunks: Iterable[Chunk]) -> None:
        """Enter a pack with its chunk table."""
        values = (ref.id, ref.size, ref.sha256, ref.footer)
        cursor = self._connection.execute("INSERT INTO packs VALUES (NULL, ?, ?, ?, ?)", values)
        self._connection.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?)",
            [(cursor.lastrowid, n, c.kind, c.start, c.stored, c.plain) for n, c in enumerate(chunks)],
        )

    def put(self, number: int, rows: Iterable[Row]) -> None:
        """Let these versions stand from snapshot `number` on, ending what stood before."""
        packs, rest = self._numbers("packs", "id"), iter(rows)
        while part := list(islice(rest, PART_ROWS)):
            resources = self._resources({row.resource for row in part})
            places = ((row, row.spot) for row in part)
            self._put(
                number,
                [
                    (
                        *(resources[row.resource], row.record_id, number, row.version),
                        *(packs[at.pack], at.chunk, at.offset, at.length),
                    )
                    for row, at in places
                ],
            )

    def put_pack(self, number: int, pack_id: str, footer: Footer, skip: Collection[int]) -> None:
        """Let what a pack holds stand from snapshot `number` on, but for the rows to skip."""
        resources, pack = self._resources(footer.resources), self._numbers("packs", "id")[pack_id]
        names = [resources[name] for name in footer.resources]
        rows = ((at, row) for at, row in enumerate(footer.rows) if at not in skip)
        while part := [
            (names[name], record_id, number, bytes.fromhex(version), pack, *spot)
            for _, (name, record_id, version, *spot) in islice(rows, PART_ROWS)
        ]:
            self._put(number, part)

    def _put(self, number: int, values: list[tuple[Any, ...]]) -> None:
        values.sort(key=itemgetter(0, 1))
        if self.tip().number:  # else nothing stands that could end
            self._end(number, [value[:2] for value in values])
        self._connection.executemany("INSERT INTO rows VALUES (?, ?, ?, NULL, ?, ?, ?, ?, ?)", values)

    def end(self, number: int, resource: str, record_ids: Iterable[str]) -> None:
        """Let records be gone from snapshot `number` on."""
        no = self._numbers("resources", "name")[resource]
        self._end(number, [(no, record_id) for record_id in record_ids])

    def versions(self, resource: str) -> Iterator[tuple[str, bytes]]:
        """Yield record id and version of a resource as it stands, in id order."""
        sql = """SELECT record, version FROM rows JOIN resources ON no = resource
                 WHERE name = ? AND last IS NULL ORDER BY record"""
        yield from self._connection.execute(sql, (resource,))

    def _resources(self, names: Iterable[str]) -> dict[str, int]:
        for name in names:
            self._connection.execute("INSERT OR IGNORE INTO resources VALUES (NULL, ?)", (name,))
        return self._numbers("resources", "name")

    def _end(self, number: int, keys: list[tuple[int, str]]) -> None:
        sql = "UPDATE rows SET last = ? WHERE resource = ? AND record = ? AND last IS NULL"
        self._connection.executemany(sql, [(number - 1, *key) for key in keys])

    def _numbers(self, table: str, column: str) -> dict[str, int]:
        sql = f"SELECT {column}, no FROM {table}"  # noqa: S608 - fixed words
        return dict(self._connection.execute(sql).fetchall())


def tip_of(connection: sqlite3.Connection) -> Tip:
    """Return the end of the chain as the index knows it; all empty when it knows nothing."""
    sql = """SELECT number, head, hash, (SELECT coalesce(max(number), 0) FROM snapshots WHERE thinning = 1)
             FROM snapshots ORDER BY number DESC LIMIT 1"""
    row = connection.execute(sql).fetchone()
    return Tip(*row) if row else Tip(0, "", "", 0)
