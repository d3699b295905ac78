"""Keep the steps of a plan as people decide on it, page by page and sealed: they name records of the books.

They are what was planned from the target as it was read then: nothing is planned again to show them. Once the
restore is over they are dropped; what is carried out is planned anew and stands in the write book.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import msgspec
from sqlalchemy import CursorResult, delete, select

from bot.crypto import KeyRing
from bot.db import secrets
from bot.db.engine import Database
from bot.db.restore_tables import RestorePlanPageRow, RestoreRow
from bot.restore.model import Step
from bot.services.restoring.restores import AT_WORK, OPEN

SEALED = "restore_plan_pages.sealed"
PAGE = 2000  # steps; some hundred kilobytes


class PlanPages:
    """The steps of requests that are not over."""

    def __init__(self, db: Database, ring: KeyRing) -> None:
        self._db, self._ring = db, ring

    def keep(self, restore_id: str, steps: Iterable[Step]) -> int:
        """Store the steps of a plan, and none of an earlier one; gives how many. All or nothing."""
        mine = RestorePlanPageRow.restore_id == restore_id
        kept, rest = 0, iter(steps)
        with self._db.session() as session:
            session.execute(delete(RestorePlanPageRow).where(mine))
            number = 0
            while piece := list(islice(rest, PAGE)):
                session.add(self._row(restore_id, number, piece))
                session.flush()
                number, kept = number + 1, kept + len(piece)
        return kept

    def steps(self, restore_id: str) -> Iterator[Step]:
        """Yield the steps in the order of execution, a page in memory at a time; nothing when dropped."""
        number = 0
        while page := self._page(restore_id, number):
            yield from page
            number += 1

    def drop_old(self) -> int:
        """Forget the steps of what nobody decides on any more; gives how many pages went.

        An approved restore may have to be decided on again.
        """
        still = select(RestoreRow.id).where(RestoreRow.state.in_(OPEN | AT_WORK))
        with self._db.session() as session:
            gone = session.execute(
                delete(RestorePlanPageRow).where(RestorePlanPageRow.restore_id.not_in(still)),
                execution_options={"synchronize_session": False},
            )
        return gone.rowcount if isinstance(gone, CursorResult) else 0

    def _row(self, restore_id: str, number: int, piece: Sequence[Step]) -> RestorePlanPageRow:
        key = _key(restore_id, number)
        packed = zlib.compress(msgspec.json.encode(piece))
        sealed = secrets.seal(self._ring, SEALED, key, packed)
        return RestorePlanPageRow(id=key, restore_id=restore_id, number=number, sealed=sealed)

    def _page(self, restore_id: str, number: int) -> list[Step]:
        key = _key(restore_id, number)
        with self._db.reading() as session:
            row = session.get(RestorePlanPageRow, key)
            sealed = row.sealed if row is not None else None
        if sealed is None:
            return []
        packed = secrets.unseal(self._ring, SEALED, key, sealed)
        return msgspec.json.decode(zlib.decompress(packed), type=list[Step])


def _key(restore_id: str, number: int) -> str:
    return f"{restore_id}:{number}"
