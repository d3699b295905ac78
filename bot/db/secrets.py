"""Seal and open the secret columns, and move them to a new key. Must not know what the secrets are for.

A sealed value is bound to its column and row (`consents.access_sealed|<id>`): elsewhere it does not open.
"""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Column, Table, select, update
from sqlalchemy.orm import Session

from bot.crypto import KeyRing
from bot.db.columns import Sealed
from bot.db.engine import Database
from bot.db.restore_tables import RestoreRow
from bot.db.tables import KEY_CHECK, Meta

_BATCH = 100
_ANY_RING = KeyRing((), {})  # reading the id of a key needs no key


@dataclass(frozen=True, slots=True)
class _SecretColumn:
    table: Table
    column: Column[bytes]
    type: Sealed


def seal(ring: KeyRing, column: str, row_id: str, plaintext: bytes) -> bytes:
    """Seal a value for one row; `column` reads `table.column` and must be a secret one."""
    return ring.seal(plaintext, bound_to=_bound(column, row_id))


def unseal(ring: KeyRing, column: str, row_id: str, sealed: bytes) -> bytes:
    """Open a value of one row; raises WrongKey, Damaged."""
    return ring.open(sealed, bound_to=_bound(column, row_id))


def rotate(db: Database, ring: KeyRing) -> int:
    """Seal everything with the newest key and say how many values changed; safe to stop and repeat.

    Small units of work, so a running bot waits for milliseconds only.
    """
    with db.session() as session:
        check = base64.b64encode(ring.check_value()).decode()
        session.execute(update(Meta).where(Meta.key == KEY_CHECK).values(value=check))
    return sum(_rotate_column(db, ring, one) for one in _secret_columns().values())


def key_usage(db: Database) -> dict[str, int]:
    """Count sealed values by the id of their key; a key with none may leave the ring."""
    used: Counter[str] = Counter()
    with db.reading() as session:
        for one in _secret_columns().values():
            for sealed in session.scalars(select(one.column).where(one.column.is_not(None))):
                used[_ANY_RING.key_id_of(sealed)] += 1
    return dict(used)


def key_of_check(db: Database) -> str:
    """Give the id of the key that the database's check value needs; "" before the first start."""
    with db.reading() as session:
        kept = session.get(Meta, KEY_CHECK)
    return _ANY_RING.key_id_of(base64.b64decode(kept.value)) if kept else ""


def _rotate_column(db: Database, ring: KeyRing, one: _SecretColumn) -> int:
    changed, after = 0, ""
    while True:
        with db.session() as session:
            rows = _next_rows(session, one, after)
            for row_id, sealed in rows:
                changed += _reseal(session, ring, one, row_id, sealed)
        if not rows:
            return changed
        after = rows[-1][0]


def _next_rows(session: Session, one: _SecretColumn, after: str) -> list[tuple[str, bytes]]:
    key = one.table.c.id
    query = select(key, one.column).where(key > after, one.column.is_not(None)).order_by(key).limit(_BATCH)
    return [(row_id, sealed) for row_id, sealed in session.execute(query.with_for_update())]


def _reseal(session: Session, ring: KeyRing, one: _SecretColumn, row_id: str, sealed: bytes) -> int:
    if ring.key_id_of(sealed) == ring.newest:
        return 0
    fresh = ring.reseal(sealed, bound_to=one.type.binding(row_id))
    session.execute(update(one.table).where(one.table.c.id == row_id).values({one.column.name: fresh}))
    return 1


def _bound(column: str, row_id: str) -> str:
    return _secret_columns()[column].type.binding(row_id)


def _secret_columns() -> dict[str, _SecretColumn]:
    """Find them by their type, so that a new one cannot be forgotten by rotation."""
    return {
        f"{table.name}.{column.name}": _SecretColumn(table, column, column.type)
        for table in RestoreRow.metadata.sorted_tables  # all tables: its module loads the others
        for column in table.columns
        if isinstance(column.type, Sealed)
    }
