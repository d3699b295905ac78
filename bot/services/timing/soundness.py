"""Look at stored copies by the clock, and remember which damage was told. Repairs and posts nothing."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select

from bot.db.engine import Database
from bot.db.tables import AuditRow
from bot.domain.organisation import Organisation
from bot.services.audit import Audit
from bot.services.books import Books

FOUND = "copies.damaged"
TOLD_AT_ONCE = 200  # more than anybody reads; the rest is new the next day


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look found: sentences not told before, and how many there are in all."""

    new: tuple[str, ...] = ()
    total: int = 0

    @property
    def mark(self) -> str:
        """Name these findings, so that a message about them is sent once."""
        return sha256("\n".join(self.new).encode()).hexdigest()[:16]


class Soundness:
    """The state of the copies of every organisation."""

    def __init__(self, db: Database, *, books: Books, audit: Audit) -> None:
        self._db, self._books, self._audit = db, books, audit

    def look(self, organisation: Organisation) -> Look:
        """Check a thirtieth of the copies, another one each day. Raises StoreUnavailable, WrongKey."""
        problems = self._books.of(organisation).verify().problems
        if not problems:
            return Look()
        told = self._told(organisation)
        new = [one for one in sorted(set(problems)) if _mark(one) not in told]
        return Look(new=tuple(new[:TOLD_AT_ONCE]), total=len(problems))

    def told(self, organisation: Organisation, look: Look) -> None:
        """Write down that these findings have their message."""
        with self._db.session() as session:
            self._audit.note(
                session,
                None,
                FOUND,
                "told",
                workspace_id=organisation.workspace_id,
                organisation_id=organisation.id,
                detail={"findings": [_mark(one) for one in look.new], "total": look.total},
                origin="clock",
            )

    def _told(self, organisation: Organisation) -> set[str]:
        wanted = select(AuditRow.detail).where(
            AuditRow.workspace_id == organisation.workspace_id,
            AuditRow.organisation_id == organisation.id,
            AuditRow.action == FOUND,
        )
        with self._db.reading() as session:
            return {mark for detail in session.scalars(wanted) for mark in detail.get("findings", ())}


def _mark(problem: str) -> str:
    return sha256(problem.encode()).hexdigest()[:16]
