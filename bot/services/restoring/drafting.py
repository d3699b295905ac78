"""Turn a request into a plan that people can decide on, or into a sentence why there is none."""

from __future__ import annotations

from bot.domain.restore import Restore, RestoreState, WritingProgress
from bot.errors import UnsafePlan
from bot.restore.planner import raise_if_unsafe
from bot.services.restoring.plan_pages import PlanPages
from bot.services.restoring.planning import Planning
from bot.services.restoring.restores import Restores

PLANNING = (RestoreState.PLANNING,)


class Drafting:
    """Plans of requests."""

    def __init__(self, *, restores: Restores, planning: Planning, pages: PlanPages) -> None:
        self._restores, self._planning, self._pages = restores, planning, pages

    def draft(self, restore_id: str) -> Restore:
        """Plan a request; a second time changes nothing. What cannot be offered ends as refused.

        Raises what `Planning.prepare` raises.
        """
        restore = self._restores.get(restore_id)
        if restore.state is not RestoreState.PLANNING:
            return restore
        prepared = self._planning.prepare(restore)
        summary = prepared.made.summary
        try:
            raise_if_unsafe(summary)
        except UnsafePlan as unsafe:
            self._restores.change(restore_id, plan=summary)
            return self.refuse(restore_id, str(unsafe))
        self._pages.keep(restore_id, prepared.made.plan.steps)
        self._restores.transition(
            restore_id,
            PLANNING,
            RestoreState.WAITING,
            plan=summary,
            fingerprint=summary.fingerprint,
            progress=WritingProgress(calls=prepared.target.calls),
        )
        return self._restores.get(restore_id)

    def refuse(self, restore_id: str, why: str) -> Restore:
        """End a request for which there is no plan."""
        self._restores.transition(restore_id, PLANNING, RestoreState.REFUSED, ending=why)
        return self._restores.get(restore_id)
