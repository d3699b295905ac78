"""The local index: which record version lies where, and in which snapshots it stands. A cache in SQLite.

It holds ids, places and sealed manifests, never a record's content; deleting the file loses nothing. Rows are
intervals (first snapshot, last snapshot or none), so an unchanged record costs nothing per day. It must not
read the store; `replay` fills it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bot.errors import StoreUnavailable
from bot.vault.entering import CONTENT_TABLES, Known, Tip, Writing, tip_of
from bot.vault.idle import IdleConnections
from bot.vault.model import Row, Spot
from bot.vault.pack import Chunk, ChunkKind, PackRef

VERSION = 2
PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.01
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS snapshots (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, head TEXT NOT NULL, hash TEXT NOT NULL,
  manifest BLOB NOT NULL, thinning INTEGER NOT NULL, dropped_at TEXT);
CREATE TABLE IF NOT EXISTS resources (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS packs (
  no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
  footer INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS chunks (
  pack INTEGER NOT NULL, chunk INTEGER NOT NULL, kind TEXT NOT NULL, start INTEGER NOT NULL,
  stored INTEGER NOT NULL, plain INTEGER NOT NULL, PRIMARY KEY (pack, chunk)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rows (
  resource INTEGER NOT NULL, record TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER,
  version BLOB NOT NULL,
  pack INTEGER NOT NULL, chunk INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
  PRIMARY KEY (resource, record, first)) WITHOUT ROWID;
"""
_SPOT = "r.version, p.id, r.chunk, r.offset, r.length"
_AT = "r.first <= :at AND (r.last IS NULL OR r.last >= :at)"
_JOINED = "rows r JOIN resources s ON s.no = r.resource JOIN packs p ON p.no = r.pack"


class Index:
    """The index file of one organisation's books; safe to use from several threads and processes."""

    def __init__(self, path: Path, mark: str, idle: IdleConnections | None = None) -> None:
        self._path, self._mark = path, mark
        self._owner, self._idle = f"{mark} {path}", idle or IdleConnections()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection; a file that is no database any more is thrown away. Raises StoreUnavailable."""
        connection = None
        try:
            connection = self._borrow()
            yield connection
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(
                "The index of backups on this machine cannot be used just now.", full="full" in str(error)
            ) from error
        except sqlite3.DatabaseError as error:
            self.forget()
            raise StoreUnavailable("The index of backups was damaged and is being rebuilt.") from error
        finally:
            if connection is not None:
                self._give_back(connection)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Lend the index for changing it, all or nothing; one at a time over all processes."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            with ExitStack() as undo:
                undo.callback(_roll_back, connection)
                yield Writing(connection)
                undo.pop_all()
            connection.commit()

    def forget(self) -> None:
        """Delete the file; the next use makes an empty one."""
        self.close()
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Close what waits to be used again."""
        self._idle.close(self._owner)

    def snapshots(self) -> list[Known]:
        """Return the snapshots known so far, oldest first."""
        with self.reading() as connection:
            found = connection.execute(
                "SELECT number, id, head, hash, manifest, thinning, dropped_at FROM snapshots ORDER BY number"
            )
            return [Known(*row) for row in found]

    def newest(self) -> tuple[int, str]:
        """Return number and head hash of the newest head, (0, "") when there is none."""
        tip = self.tip()
        return tip.number, tip.head

    def tip(self) -> Tip:
        """Return what the next manifest and head must follow."""
        with self.reading() as connection:
            return tip_of(connection)

    def dropped_at(self, number: int) -> str:
        """Say when snapshot `number` was dropped by retention, or "" while it stands."""
        sql = "SELECT dropped_at FROM snapshots WHERE number = ?"
        with self.reading() as connection:
            row = connection.execute(sql, (number,)).fetchone()
        return (row[0] or "") if row else ""

    def resources(self) -> list[str]:
        """Return the names of the resources that any snapshot holds records of."""
        with self.reading() as connection:
            return [name for (name,) in connection.execute("SELECT name FROM resources ORDER BY name")]

    def known_of(
        self, number: int, resource: str, wanted: Sequence[tuple[str, bytes]]
    ) -> list[tuple[bytes | None, Spot | None]]:
        """Say for each (record id, version) which version snapshot `number` holds, and where this one lies.

        Either is None where there is none; the place may be that of any snapshot.
        """
        joined = "rows r JOIN packs p ON p.no = r.pack"
        where = f"r.resource = :no AND r.record = :record AND (r.version = :version OR {_AT})"
        sql = f"SELECT {_AT}, {_SPOT} FROM {joined} WHERE {where}"  # noqa: S608 - fixed words
        found: list[tuple[bytes | None, Spot | None]] = []
        with self.reading() as connection:
            name = "SELECT no FROM resources WHERE name = ?"
            known = connection.execute(name, (resource,)).fetchall() if wanted else []
            for record_id, version in wanted if known else ():
                asked = {"no": known[0][0], "record": record_id, "version": version, "at": number}
                rows = connection.execute(sql, asked).fetchall()
                before = next((row[1] for row in rows if row[0]), None)
                spot = next((Spot(*row[2:]) for row in rows if row[1] == version), None)
                found.append((before, spot))
        return found or [(None, None)] * len(wanted)

    def record_at(self, number: int, resource: str, record_id: str) -> Row | None:
        """Return one record of snapshot `number`."""
        return next(iter(self.some_at(number, resource, [record_id])), None)

    def some_at(self, number: int, resource: str, ids: Iterable[str]) -> list[Row]:
        """Return those of these records that snapshot `number` holds."""
        where = f"s.name = :resource AND r.record = :record AND {_AT}"
        sql = f"SELECT r.record, {_SPOT} FROM {_JOINED} WHERE {where}"  # noqa: S608 - fixed words
        with self.reading() as connection:
            asked = ({"resource": resource, "record": one, "at": number} for one in ids)
            found = (connection.execute(sql, values).fetchone() for values in asked)
            return list(rows_of(resource, (row for row in found if row)))

    def versions_at(self, number: int, resource: str) -> Iterator[tuple[str, bytes]]:
        """Yield record id and version of a resource in snapshot `number`, in id order."""
        where = f"name = :resource AND {_AT} ORDER BY r.record"
        sql = f"SELECT r.record, r.version FROM rows r JOIN resources ON no = r.resource WHERE {where}"  # noqa: S608
        with self.reading() as connection:
            yield from connection.execute(sql, {"resource": resource, "at": number})

    def lengths_at(self, number: int, resource: str) -> Iterator[tuple[str, int]]:
        """Yield record id and length in bytes of a resource in snapshot `number`, in id order."""
        where = f"name = :resource AND {_AT} ORDER BY r.record"
        sql = f"SELECT r.record, r.length FROM rows r JOIN resources ON no = r.resource WHERE {where}"  # noqa: S608
        with self.reading() as connection:
            yield from connection.execute(sql, {"resource": resource, "at": number})

    def rows_as_they_lie(self, number: int, resource: str) -> Iterator[Row]:
        """Yield the records of snapshot `number` in the order they lie in their packs."""
        spot = "r.version, r.pack, r.chunk, r.offset, r.length"
        where = f"name = :resource AND {_AT} ORDER BY r.pack, r.chunk, r.offset"
        sql = f"SELECT r.record, {spot} FROM rows r JOIN resources ON no = r.resource WHERE {where}"  # noqa: S608
        with self.reading() as connection:
            packs = dict(connection.execute("SELECT no, id FROM packs"))
            for one in connection.execute(sql, {"resource": resource, "at": number}):
                record_id, version, pack, chunk, offset, length = one
                if pack in packs:
                    yield Row(resource, record_id, version, Spot(packs[pack], chunk, offset, length))

    def page_at(self, number: int, resource: str, after: str | None, limit: int) -> list[Row]:
        """Return up to `limit` records of snapshot `number` in id order, those beyond id `after`."""
        where = f"s.name = :resource AND {_AT} AND (:after IS NULL OR r.record > :after)"
        ordered = f"WHERE {where} ORDER BY r.record LIMIT :limit"
        sql = f"SELECT r.record, {_SPOT} FROM {_JOINED} {ordered}"  # noqa: S608 - fixed words
        values = {"resource": resource, "at": number, "after": after, "limit": limit}
        with self.reading() as connection:
            return list(rows_of(resource, connection.execute(sql, values)))

    def chunks(self, pack_id: str) -> list[Chunk]:
        """Return a pack's chunk table."""
        joined = "chunks JOIN packs ON no = pack WHERE id = ? ORDER BY chunk"
        sql = f"SELECT kind, start, stored, plain FROM {joined}"  # noqa: S608 - fixed words
        with self.reading() as connection:
            found = connection.execute(sql, (pack_id,)).fetchall()
        return [Chunk(ChunkKind(kind), start, stored, plain) for kind, start, stored, plain in found]

    def pack(self, pack_id: str) -> PackRef:
        """Return a pack as its manifest names it."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT id, size, sha256, footer FROM packs WHERE id = ?", (pack_id,)
            ).fetchone()
        return PackRef(*row)

    def differences(self, older: int, newer: int) -> list[tuple[str, str, bytes | None, bytes | None]]:
        """Return (resource, record id, version before, version after) of records whose rows differ."""
        sql = f"""
          SELECT s.name, r.record, max(CASE WHEN {_at("a")} THEN r.version END),
                 max(CASE WHEN {_at("b")} THEN r.version END)
          FROM rows r JOIN resources s ON s.no = r.resource
          WHERE ({_at("a")}) <> ({_at("b")}) GROUP BY r.resource, r.record ORDER BY s.name, r.record"""  # noqa: S608
        with self.reading() as connection:
            return connection.execute(sql, {"a": older, "b": newer}).fetchall()

    def _borrow(self) -> sqlite3.Connection:
        return self._idle.take(self._owner) or self._connect()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if self._path.exists():
            self._idle.keep(self._owner, connection)
        else:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StoreUnavailable("The folder for the index of backups cannot be made.") from error
        connection = sqlite3.connect(
            self._path, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
        )
        with ExitStack() as undo:
            undo.callback(connection.close)
            _turn_on_wal(connection)
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA temp_store=MEMORY")  # ids are sorted here and not in a file elsewhere
            self._settle(connection)
            undo.pop_all()
        return connection

    def _settle(self, connection: sqlite3.Connection) -> None:
        made_for = f"{VERSION} {self._mark}"
        if _made_for(connection) == made_for:
            return
        connection.execute("BEGIN IMMEDIATE")
        if _made_for(connection) == made_for:
            connection.rollback()
            return
        for table in ("meta", *CONTENT_TABLES):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute("INSERT INTO meta VALUES ('made for', ?)", (made_for,))
        connection.execute("PRAGMA user_version = 1")
        connection.commit()


def _turn_on_wal(connection: sqlite3.Connection) -> None:
    """Use the write-ahead log; whoever makes it or clears it away just now is waited for.

    SQLite's own patience does not count here (sqlite.org/wal.html, "Sometimes Queries Return SQLITE_BUSY").
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def rows_of(resource: str, found: Iterable[tuple[str, bytes, str, int, int, int]]) -> Iterator[Row]:
    """Make rows of what a query found; the names of their packs are held once."""
    packs: dict[str, str] = {}
    for record_id, version, pack, chunk, offset, length in found:
        yield Row(resource, record_id, version, Spot(packs.setdefault(pack, pack), chunk, offset, length))


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.rollback()


def _made_for(connection: sqlite3.Connection) -> str:
    if not connection.execute("PRAGMA user_version").fetchone()[0]:
        return ""
    row = connection.execute("SELECT value FROM meta WHERE key = 'made for'").fetchone()
    return str(row[0]) if row else ""


def _at(name: str) -> str:
    return f"(r.first <= :{name} AND (r.last IS NULL OR r.last >= :{name}))"
