"""Close requests that nobody decided on in time. Asked by the clock; tells nobody itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.db.engine import Database
from bot.domain.restore import Restore, RestoreState
from bot.services.audit import Audit
from bot.services.restoring.restores import OPEN, Restores

EXPIRED = "restore.expired"  # in the audit log


class Expiring:
    """The clock's decision on a request."""

    def __init__(
        self, db: Database, *, restores: Restores, audit: Audit, now: Callable[[], datetime]
    ) -> None:
        self._db, self._restores, self._audit, self._now = db, restores, audit, now

    def expire(self) -> list[Restore]:
        """Close every request whose time is over; gives those closed now, as they are then."""
        closed = [one for one in self._restores.overdue() if self._close(one)]
        return [self._restores.get(one.id) for one in closed]

    def _close(self, restore: Restore) -> bool:
        """Close one; False when somebody decided in the meantime."""
        with self._db.session() as session:
            moved = self._restores.transition(
                restore.id, OPEN, RestoreState.EXPIRED, session=session, finished_at=self._now()
            )
            if moved:
                self._audit.note(
                    session,
                    None,
                    EXPIRED,
                    "done",
                    workspace_id=restore.workspace_id,
                    organisation_id=restore.target_id,
                    detail={"restore": restore.id, "plan": restore.fingerprint},
                    origin="clock",
                )
        return moved
