"""Take the wish of somebody who looks at a plan to have it as a file, which is made later for them alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.db.engine import Database
from bot.domain.names import Actor
from bot.domain.restore import Restore, RestoreState
from bot.queue import Queue
from bot.services.restoring.gate import Gate

PLAN_FILE = "restore-plan-file"  # the kind of job
ACTION = "restore.plan_file"  # in the audit log
_WAITING = frozenset({RestoreState.WAITING})


class PlanAsking:
    """Asks for files of plans."""

    def __init__(self, db: Database, *, gate: Gate, queue: Queue, now: Callable[[], datetime]) -> None:
        self._db, self._gate, self._queue, self._now = db, gate, queue, now

    def ask(self, actor: Actor, restore_id: str) -> Restore:
        """Have the plan made into a file for somebody who may see it; while one is being made, no second.

        Raises NotHere, NotAllowed, UnknownRestore, Refused, SlackUnavailable, Transient.
        """
        restore = self._gate.seen(actor, restore_id, ACTION, "see the plan of a restore")
        self._gate.require(actor, restore, ACTION, _WAITING)
        mine = f"{PLAN_FILE}:{restore.id}:{actor.user_id}:"
        if self._queue.has_work(mine):
            return restore
        self._queue.enqueue(
            PLAN_FILE,
            organisation=mine,  # beside everything else: a person waits for it, and Xero is not asked
            key=f"{mine}{self._now():%Y%m%dT%H%M%S%f}",
            args={"restore": restore.id, "person": actor.user_id, "asked": f"{self._now():%Y%m%dT%H%M%S%f}"},
        )
        with self._db.session() as session:
            self._gate.note(session, actor, restore, ACTION)
        return restore
