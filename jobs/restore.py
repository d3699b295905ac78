"""Plan, write and prove a restore in durable steps. Decides no right, composes no message, reads no Xero."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.restore import Restore, RestoreState
from bot.errors import (
    DayLimitReached,
    Disconnected,
    LedgerkeepError,
    PlanVoided,
    SameRefusal,
    TargetBusy,
)
from bot.services.restoring.drafting import Drafting
from bot.services.restoring.executing import Executing
from bot.services.restoring.proving import Proving
from bot.services.restoring.rechecking import ApprovalLapsed, ApproversUnknown
from bot.services.restoring.restores import Restores
from bot.services.restoring.steering import STOPPED
from bot.services.restoring.telling import Telling
from bot.services.xero import XeroAccess
from bot.views.trouble import advice, needs
from bot.xero.limits import Stopped
from jobs.engine import Steps
from jobs.losses import Losses


class RestoreJob:
    """A restore from the request to the proof."""

    def __init__(
        self,
        *,
        restores: Restores,
        drafting: Drafting,
        executing: Executing,
        proving: Proving,
        report: Callable[[str], int],
        telling: Telling,
        xero: XeroAccess,
        losses: Losses,
    ) -> None:
        self._restores, self._drafting, self._executing = restores, drafting, executing
        self._proving, self._report, self._telling = proving, report, telling
        self._xero, self._losses = xero, losses

    def plan(self, steps: Steps, args: Mapping[str, Any]) -> None:
        """Make the plan of a request and ask people to decide."""
        restore_id = str(args["restore"])
        try:
            steps.run("plan", lambda: self._drafting.draft(restore_id).state.value)
        except LedgerkeepError as error:
            why = _why(error)
            steps.run("refuse", lambda: self._drafting.refuse(restore_id, why).state.value)
            self._lose(steps, restore_id, error)
        steps.run("tell", lambda: self._tell(restore_id))

    def run(self, steps: Steps, args: Mapping[str, Any]) -> None:
        """Write an approved restore, or go on with one; what ends it early is told, never raised."""
        restore_id = str(args["restore"])
        try:
            if not steps.run("claim", lambda: self._executing.claim(restore_id)):
                return
            steps.run("begin", lambda: self._tell(restore_id))
            steps.run("check", lambda: self._executing.check(restore_id))
            for stage in steps.run("stages", lambda: self._executing.stages(restore_id)):
                steps.run(f"write {stage}", self._writing(restore_id, stage))
            steps.run("read back", lambda: self._read_back(restore_id))
        except Stopped:
            steps.run("stop", lambda: self._end(restore_id, RestoreState.STOPPED, STOPPED))
        except LedgerkeepError as error:
            self._ended_early(steps, restore_id, error)
        steps.run("tell", lambda: self._tell(restore_id))

    def prove(self, steps: Steps, args: Mapping[str, Any]) -> None:
        """Compare what was read back, tell it, and hand the report over."""
        restore_id = str(args["restore"])
        try:
            steps.run("prove", lambda: self._proving.prove(restore_id).state.value)
        except LedgerkeepError as error:
            why = _why(error)
            steps.run("unproven", lambda: self._proving.leave(restore_id, why).state.value)
        steps.run("tell", lambda: self._tell(restore_id))
        steps.run("report", lambda: self._report(restore_id))

    def broken(self, args: Mapping[str, Any], error: LedgerkeepError | None) -> None:
        """End a restore that our own defect cut short, so that it does not look alive for ever."""
        restore_id = str(args["restore"])
        why = _why(error or LedgerkeepError())
        self._drafting.refuse(restore_id, why)
        self._executing.end(restore_id, RestoreState.FAILED, why)
        self._telling.tell(restore_id)

    def _read_back(self, restore_id: str) -> str:
        run_id = self._executing.written(restore_id)
        self._telling.show(self._restores.get(restore_id))
        return run_id

    def _writing(self, restore_id: str, stage: str) -> Callable[[], int]:
        return lambda: self._executing.write(restore_id, stage, self._telling.show)

    def _ended_early(self, steps: Steps, restore_id: str, error: LedgerkeepError) -> None:
        if isinstance(error, DayLimitReached):
            resume_at: datetime = error.resume_at
            steps.run("park", lambda: self._executing.park(restore_id, resume_at).state.value)
        elif isinstance(error, TargetBusy):
            steps.run("wait", lambda: self._executing.wait(restore_id).state.value)
        elif isinstance(error, ApproversUnknown):
            unsure = str(error)
            steps.run("hold", lambda: self._executing.hold(restore_id, unsure).state.value)
        elif isinstance(error, ApprovalLapsed):
            steps.run("ask again", lambda: self._telling.ask_again(restore_id))
        else:
            state = RestoreState.VOIDED if isinstance(error, PlanVoided) else RestoreState.FAILED
            why, first = _why(error), needs(error)
            steps.run("end", lambda: self._end(restore_id, state, why, first))
            self._lose(steps, restore_id, error)
        if isinstance(error, SameRefusal):
            steps.run("words", lambda: self._tell_words(restore_id))

    def _lose(self, steps: Steps, restore_id: str, error: LedgerkeepError) -> None:
        """Ask once for somebody to reconnect a target that Xero no longer lets us reach."""
        if isinstance(error, Disconnected):
            steps.run("disconnect", lambda: self._lost(restore_id))

    def _lost(self, restore_id: str) -> int:
        restore = self._restores.get(restore_id)
        self._xero.lost(restore.target_id, begun_at=restore.state_since)
        return self._losses.tell()

    def _end(self, restore_id: str, state: RestoreState, why: str, first: str = "") -> str:
        ended: Restore = self._executing.end(restore_id, state, why, first)
        return ended.state.value

    def _tell_words(self, restore_id: str) -> int:
        return self._telling.tell_words(restore_id, self._executing.unsettled_words(restore_id))

    def _tell(self, restore_id: str) -> bool:
        return self._telling.tell(restore_id) is not None


def _why(error: LedgerkeepError) -> str:
    # An error of a kind of its own has better words than our advice for all of its kin.
    return str(error) or advice(error).what
