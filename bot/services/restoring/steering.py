"""Let an approved restore begin, stop and go on. The work itself is asked for, not done, here.

What writes just now looks before each write whether its run was asked to stop, and then ends the restore.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from bot.db.engine import Database
from bot.db.locks import exclusive
from bot.domain.backup import RunState
from bot.domain.names import Actor
from bot.domain.restore import Restore, RestoreState
from bot.errors import Transient
from bot.queue import Queue
from bot.services.restoring.deciders import Deciders
from bot.services.restoring.gate import Gate
from bot.services.restoring.restores import AT_WORK, Restores
from bot.services.running.runs import Runs

RESTORE = "restore"  # the kind of job
STOP, GO_ON, COMPARE = "restore.stop", "restore.go_on", "restore.compare"  # in the audit log
STOPPED = "A person stopped it."
ALL_WRITTEN = "Everything is written; it is only read back and compared, so there is nothing left to stop."
WRITING = "writing"  # WritingProgress.phase
OTHER_IS_FIRST = "Another restore into this organisation is open or under way; it has to end first."
_WAITING = AT_WORK - {RestoreState.RUNNING}
_UNPROVEN = frozenset({RestoreState.UNPROVEN})
_RESUMABLE = frozenset(one for one in RestoreState if one.may_go_on)


class Steering:
    """The hand on a restore that is approved."""

    def __init__(
        self,
        db: Database,
        *,
        deciders: Deciders,
        gate: Gate,
        restores: Restores,
        runs: Runs,
        queue: Queue,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._deciders, self._gate = db, deciders, gate
        self._restores, self._runs, self._queue, self._now = restores, runs, queue, now

    def begin(self, restore: Restore, why: str) -> Restore:
        """Ask for the work of an approved restore; what cannot be asked for now, the clock asks for."""
        if restore.state is RestoreState.APPROVED:
            self._ask(restore, why)
        return restore

    def stop(self, actor: Actor, restore_id: str) -> Restore:
        """Let a restore end after the write it is making: everybody of the workspace who sees it may.

        What only waits is stopped at once; what writes is still RUNNING when this returns. Raises NotHere,
        NotAllowed, Refused.
        """
        restore = self._gate.seen(actor, restore_id, STOP, "stop a restore")
        self._gate.require(actor, restore, STOP, AT_WORK)
        if restore.state is RestoreState.RUNNING and restore.progress.phase != WRITING:
            raise self._gate.refused(actor, restore, STOP, ALL_WRITTEN)
        with self._db.session() as session:
            moved = self._restores.transition(
                restore.id, _WAITING, RestoreState.STOPPED, session=session, ending=STOPPED, resume_at=None
            )
            self._gate.note(session, actor, restore, STOP)
        stopping = self._restores.get(restore.id)
        if stopping.run_id:
            self._stop_run(stopping.run_id, at_once=moved)
        return stopping

    def _stop_run(self, run_id: str, *, at_once: bool) -> None:
        if self._runs.get(run_id).state.is_final:
            return
        over = {"state": RunState.STOPPED, "finished_at": self._now()} if at_once else {}
        self._runs.change(run_id, stop_requested=True, **over)

    def go_on(self, actor: Actor, restore_id: str) -> Restore:
        """Let a stopped or failed restore go on where it was: its requester or an approver may.

        Raises NotHere, NotAllowed, Refused.
        """
        restore = self._gate.seen(actor, restore_id, GO_ON, "let a restore go on")
        if actor.user_id != restore.requested_by:
            self._deciders.require_named(actor, restore, "let a restore go on", action=GO_ON)
        self._gate.require(actor, restore, GO_ON, _RESUMABLE)
        with exclusive(self._db, f"restore-into:{restore.target_id}"):
            if self._restores.active_for(restore.target_id, but=restore.id) is not None:
                raise self._gate.refused(actor, restore, GO_ON, OTHER_IS_FIRST)
            with self._db.session() as session:
                moved = self._restores.transition(
                    restore.id,
                    _RESUMABLE,
                    RestoreState.APPROVED,
                    session=session,
                    ending="",
                    finished_at=None,
                )
                if moved:
                    self._gate.note(session, actor, restore, GO_ON)
        again = self._after(actor, restore, GO_ON, moved=moved)
        return self.begin(again, f"{again.state_since:%Y%m%dT%H%M%S%f}")

    def compare(self, actor: Actor, restore_id: str) -> Restore:
        """Have a restored target read back and compared once more: its requester or an approver may.

        Writes no books. Raises NotHere, NotAllowed, Refused.
        """
        restore = self._gate.seen(actor, restore_id, COMPARE, "have a restore compared again")
        if actor.user_id != restore.requested_by:
            self._deciders.require_named(actor, restore, "have a restore compared again", action=COMPARE)
        self._gate.require(actor, restore, COMPARE, _UNPROVEN)
        with self._db.session() as session:
            moved = self._restores.transition(
                restore.id, _UNPROVEN, RestoreState.RUNNING, session=session, ending=""
            )
            if moved:
                self._gate.note(session, actor, restore, COMPARE)
        again = self._after(actor, restore, COMPARE, moved=moved)
        self._ask(again, f"{again.state_since:%Y%m%dT%H%M%S%f}")
        return again

    def _ask(self, restore: Restore, why: str) -> None:
        with suppress(Transient):
            self._queue.enqueue(
                RESTORE,
                organisation=restore.target_id,
                key=f"{RESTORE}:{restore.id}:{why}",
                args={"restore": restore.id},
            )

    def _after(self, actor: Actor, restore: Restore, action: str, *, moved: bool) -> Restore:
        """Give a restore as it is after a move, or say how it stands when somebody else was faster."""
        now = self._restores.get(restore.id)
        if not moved:
            raise self._gate.refused(actor, now, action, self._gate.stands(actor, now))
        return now
