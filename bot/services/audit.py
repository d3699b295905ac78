"""Write down who did what, when, from where, and how it ended. Append only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.db import audit as rows
from bot.db.engine import Database
from bot.domain.names import Actor


class Audit:
    """The audit log; entries written inside a unit of work stand or fall with it."""

    def __init__(self, db: Database, *, now: Callable[[], datetime]) -> None:
        self._db, self._now = db, now

    def note(
        self,
        session: Session,
        actor: Actor | None,
        action: str,
        outcome: str,
        *,
        workspace_id: str = "",
        organisation_id: str | None = None,
        detail: Mapping[str, Any] | None = None,
        origin: str = "slack",
    ) -> None:
        """Add one entry to the present unit of work; `detail` holds ids and words, nothing from the books."""
        rows.record(
            session,
            at=self._now(),
            workspace_id=actor.workspace_id if actor else workspace_id,
            actor=actor.user_id if actor else "",
            action=action,
            outcome=outcome,
            detail=dict(detail or {}),
            origin=origin,
            organisation_id=organisation_id,
        )

    def refusal(self, actor: Actor, action: str, why: str, organisation_id: str | None = None) -> None:
        """Write down a refusal in a unit of work of its own: refusing changes nothing else."""
        with self._db.session() as session:
            self.note(session, actor, action, "refused", organisation_id=organisation_id, detail={"why": why})
