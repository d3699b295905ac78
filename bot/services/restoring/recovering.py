"""See to it by the clock that every restore goes on: ask again for work that was lost, waited, or is next.

Keys name the moment a restore came into its state, so that what is asked for twice runs once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.domain.restore import Restore, RestoreState
from bot.queue import Queue
from bot.services.organisations import Organisations
from bot.services.restoring.executing import PROVE, READING_BACK
from bot.services.restoring.permission import lacking
from bot.services.restoring.proving import Proving
from bot.services.restoring.requesting import PLAN
from bot.services.restoring.restores import Restores
from bot.services.restoring.steering import RESTORE

_WORKING = (RestoreState.PLANNING, RestoreState.APPROVED, RestoreState.PARKED, RestoreState.RUNNING)


class Recovering:
    """Looks at every restore that is not over and not waiting for people."""

    def __init__(
        self,
        *,
        restores: Restores,
        organisations: Organisations,
        proving: Proving,
        queue: Queue,
        now: Callable[[], datetime],
    ) -> None:
        self._restores, self._organisations, self._proving = restores, organisations, proving
        self._queue, self._now = queue, now

    def recover(self) -> int:
        """Ask for what is due and that no job works on or waits for; gives how much it was."""
        working = sum(self._go_on(one) for one in self._restores.in_states(_WORKING))
        unproven = self._restores.in_states({RestoreState.UNPROVEN})
        again = (one for one in unproven if one.proof is None and self._proving.has_news(one))
        return working + sum(self._ask(PROVE, one) for one in again)

    def _go_on(self, restore: Restore) -> bool:
        if restore.state is RestoreState.PLANNING:
            target = self._organisations.get(restore.target_id)
            return not lacking(target, restore.choice) and self._ask(PLAN, restore)
        if restore.state is RestoreState.RUNNING and restore.progress.phase == READING_BACK:
            if not self._proving.was_asked(restore):
                return self._ask(RESTORE, restore)
            return self._proving.is_read_back(restore) and self._ask(PROVE, restore)
        is_due = restore.resume_at is None or restore.resume_at <= self._now()
        return is_due and self._ask(RESTORE, restore)

    def _ask(self, kind: str, restore: Restore) -> bool:
        prefix = f"{kind}:{restore.id}:"
        if self._queue.has_work(prefix):
            return False
        # An hour later it is asked for anew: what ended without an end of the restore must not stand still.
        key = f"{prefix}{restore.state_since:%Y%m%dT%H%M%S%f}:{self._now():%Y%m%dT%H}"
        lane = restore.target_id if kind == RESTORE else f"{kind}:{restore.target_id}"
        self._queue.enqueue(kind, organisation=lane, key=key, args={"restore": restore.id})
        return True
