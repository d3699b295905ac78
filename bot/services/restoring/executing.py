"""Carry out an approved restore: claim it, look again at everything, write, ask for the copy that proves it.

Each step may run again after a crash: what was written stands in the write book, so nothing is written twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.crypto import KeyRing
from bot.db.engine import Database
from bot.domain.backup import RunState
from bot.domain.organisation import Organisation
from bot.domain.restore import Restore, RestoreState
from bot.domain.restore_plan import PlanSummary, Verdict
from bot.errors import AlreadyRunning, PlanVoided, TargetBusy
from bot.queue import Queue
from bot.restore.apply import Applier
from bot.restore.causes import Watch
from bot.restore.planner import KIND
from bot.restore.region import failed
from bot.restore.writes import cut
from bot.services.backups import Backups
from bot.services.organisations import Organisations
from bot.services.restoring.keeping import Keeper, Tell
from bot.services.restoring.planning import Planning, Prepared
from bot.services.restoring.rechecking import ApprovalLapsed, Rechecking
from bot.services.restoring.restores import Restores
from bot.services.restoring.writebook import WriteBook
from bot.services.running.progress import StopSign
from bot.services.running.runs import RESTORE, Runs
from bot.services.xero import XeroAccess
from bot.views.words import series
from bot.xero.limits import Stopped

PROVE = "restore-prove"  # the kind of job
READING_BACK = "reading back"  # WritingProgress.phase
CLAIMABLE = (RestoreState.APPROVED, RestoreState.PARKED)
AT_WORK = (RestoreState.RUNNING, *CLAIMABLE)
_NAMED = 5  # kinds of data in a sentence
AGAIN = timedelta(minutes=5)  # until the target is looked at again when something else works on it


class Executing:
    """The work of a restore; who asked, who approved and who is told is decided elsewhere."""

    def __init__(
        self,
        db: Database,
        *,
        restores: Restores,
        planning: Planning,
        rechecking: Rechecking,
        ring: KeyRing,
        organisations: Organisations,
        runs: Runs,
        backups: Backups,
        xero: XeroAccess,
        queue: Queue,
        now: Callable[[], datetime],
        ending: threading.Event,
    ) -> None:
        self._db, self._restores, self._planning, self._ring = db, restores, planning, ring
        self._rechecking = rechecking
        self._organisations, self._runs, self._backups = organisations, runs, backups
        self._xero, self._queue, self._now, self._ending = xero, queue, now, ending
        self._told: dict[str, float] = {}
        self._watches: dict[str, Watch] = {}

    def claim(self, restore_id: str) -> bool:
        """Begin an approved restore, or go on with one; False when there is nothing to do any more.

        Raises TargetBusy while another run of the target is not over; ApprovalLapsed, ApproversUnknown.
        """
        restore = self._restores.get(restore_id)
        if restore.state is RestoreState.RUNNING:
            return True
        if restore.state not in CLAIMABLE:
            return False
        if restore.progress.phase != READING_BACK:
            self._require_approved(restore)
        run_id = self._occupy(restore)
        return self._restores.transition(
            restore_id,
            CLAIMABLE,
            RestoreState.RUNNING,
            run_id=run_id,
            started_at=restore.started_at or self._now(),
            resume_at=None,
            ending="",
            progress=replace(restore.progress, needs=""),
        )

    def check(self, restore_id: str) -> int:
        """Look at everything again and write the steps down; gives how many writes are planned.

        Raises PlanVoided when copy, target or plan are not what was approved; ApprovalLapsed when too few
        of those who approved may do so now; ApproversUnknown when Slack does not say.
        """
        restore, book = self._restores.get(restore_id), self._book(restore_id)
        if restore.progress.phase == READING_BACK:
            return book.counts().total
        if book.is_begun():
            self._require_same_place(restore)
            self._require_approved(restore)
            return book.counts().total
        prepared = self._planning.prepare(restore)
        self._require_unchanged(restore, prepared)
        self._require_approved(restore)
        book.begin(prepared.made.plan, prepared.made.pairs)
        calls = restore.progress.calls + prepared.target.calls
        self._restores.change(restore_id, progress=replace(restore.progress, calls=calls))
        return book.counts().total

    def stages(self, restore_id: str) -> list[str]:
        """Name what is to be written, in order: "<phase> <kind>"; nothing once all is written."""
        if self._restores.get(restore_id).progress.phase == READING_BACK:
            return []
        return [f"{phase} {kind}" for phase, kind in self._book(restore_id).stages()]

    def write(self, restore_id: str, stage: str, tell: Tell) -> int:
        """Write one stage; gives how many records are done by now. Twice writes nothing twice.

        Raises Stopped, DayLimitReached, Disconnected, Transient, WriteNotAllowed (SameRefusal).
        """
        phase, kind = stage.split(" ", 1)
        restore, book = self._restores.get(restore_id), self._book(restore_id)
        stop = StopSign(lambda: self._runs.stop_requested(restore.run_id or ""), self._ending)
        source = self._planning.source(restore)
        watch = self._watches.setdefault(restore_id, Watch(restore.progress.borne))
        with self._xero.writer(restore_id, stop=stop) as writer:
            keeper = Keeper(
                self._restores,
                restore,
                title=KIND[kind].title,
                counted=lambda: (book.counts().done, book.counts().total, book.counts().refused),
                calls=lambda: (writer.calls, writer.allowance.day_left if writer.allowance else None),
                tell=tell,
                told=self._told,
                borne=lambda: watch.borne,
            )
            applier = Applier(source, writer, book, now=self._now, watch=watch)
            try:
                for write in cut(book.steps(int(phase), kind), KIND):
                    if stop.is_set():
                        raise Stopped
                    applier.write(write)
                    keeper.seen()
            finally:  # also where it is parked, stopped or failed: what is told is of that moment
                keeper.end()
        return book.counts().done

    def unsettled_words(self, restore_id: str) -> tuple[str, ...]:
        """Give what Xero said of steps that are to be sent again; names and amounts may be in it."""
        return self._book(restore_id).unsettled_words()

    def written(self, restore_id: str) -> str:
        """Let go of the target, have it backed up and then compared; gives the backup's run id.

        Raises OrganisationGone.
        """
        restore = self._restores.get(restore_id)
        self._restores.change(restore_id, progress=replace(restore.progress, phase=READING_BACK))
        self._watches.pop(restore_id, None)
        target = self._organisations.get(restore.target_id)
        run_id = self._read_back(restore, target)
        # On the target's own lane, so that it comes when the backup has ended.
        key = f"{PROVE}:{restore_id}:after:{run_id}"
        self._queue.enqueue(PROVE, organisation=target.id, key=key, args={"restore": restore_id})
        return run_id

    def _read_back(self, restore: Restore, target: Organisation) -> str:
        slot = f"{slot_of(restore.id)}:{restore.state_since:%Y%m%dT%H%M%S%f}"
        try:
            return self._backups.request(target, None, slot=slot, origin="restore", after=restore.run_id).id
        except AlreadyRunning as other:  # compared again: that backup reads the target just as well
            return other.run_id

    def park(self, restore_id: str, resume_at: datetime) -> Restore:
        """Wait until Xero allows calls again."""
        restore = self._restores.get(restore_id)
        if restore.run_id:
            self._runs.change(restore.run_id, state=RunState.PARKED, resume_at=resume_at)
        none_left = replace(restore.progress, calls_left_today=0)
        self._watches.pop(restore_id, None)
        self._restores.transition(
            restore_id, AT_WORK, RestoreState.PARKED, resume_at=resume_at, progress=none_left
        )
        return self._restores.get(restore_id)

    def wait(self, restore_id: str) -> Restore:
        """Leave an approved restore for later: something else works on the target."""
        approved = (RestoreState.APPROVED,)  # again: whoever asks anew tells by the time of this move
        self._restores.transition(
            restore_id, approved, RestoreState.APPROVED, resume_at=self._now() + AGAIN, ending=""
        )
        return self._restores.get(restore_id)

    def hold(self, restore_id: str, why: str) -> Restore:
        """Leave it for later, approved as it is, because nobody can say whether it still may write."""
        resume_at = self._now() + AGAIN
        held = self._restores.transition(
            restore_id, AT_WORK, RestoreState.APPROVED, resume_at=resume_at, ending=why
        )
        restore = self._restores.get(restore_id)
        if held and restore.run_id and not self._runs.get(restore.run_id).state.is_final:
            self._runs.change(restore.run_id, state=RunState.PARKED, resume_at=resume_at)
        return restore

    def end(self, restore_id: str, state: RestoreState, why: str, needs: str = "") -> Restore:
        """End it without a proof: stopped by a person, failed, or voided."""
        progress = replace(self._restores.get(restore_id).progress, needs=needs)
        self._restores.transition(
            restore_id, AT_WORK, state, ending=why, finished_at=self._now(), progress=progress
        )
        restore = self._restores.get(restore_id)
        self._watches.pop(restore_id, None)
        self._close(restore, RunState.STOPPED if state is RestoreState.STOPPED else RunState.FAILED)
        return restore

    def _book(self, restore_id: str) -> WriteBook:
        return WriteBook(self._db, self._ring, restore_id, now=self._now)

    def _close(self, restore: Restore, state: RunState) -> None:
        if restore.run_id and not self._runs.get(restore.run_id).state.is_final:
            self._runs.change(restore.run_id, state=state, finished_at=self._now())

    def _occupy(self, restore: Restore) -> str:
        """Take the target, so that no backup and no other restore runs on it meanwhile."""
        known = restore.run_id
        if known and not self._runs.get(known).state.is_final:
            self._runs.change(known, state=RunState.RUNNING, resume_at=None)
            return known
        try:
            with self._db.session() as session:
                row = self._runs.create(
                    session,
                    restore.target_id,
                    by=restore.requested_by,
                    channel=restore.channel_id,
                    kind=RESTORE,
                )
                run_id = row.id
        except AlreadyRunning as busy:
            raise TargetBusy("Another run of the target organisation is not over yet.") from busy
        self._runs.change(run_id, state=RunState.RUNNING, started_at=self._now())
        return run_id

    def _require_approved(self, restore: Restore) -> None:
        try:
            self._rechecking.require(restore)
        except ApprovalLapsed:
            self._close(restore, RunState.STOPPED)
            raise

    def _require_unchanged(self, restore: Restore, prepared: Prepared) -> None:
        summary = prepared.made.summary
        if summary.fingerprint == restore.fingerprint:
            return
        why = next((one.why for one in summary.checks if one.verdict is Verdict.FAILS), "")
        raise PlanVoided(why or _changed(restore.plan, summary))

    def _require_same_place(self, restore: Restore) -> None:
        """On going on, the target is no longer empty, but it must still be the approved place."""
        if failed(self._planning.place(restore)):
            raise PlanVoided("The target is no longer in the same region, country and currency.")


def slot_of(restore_id: str) -> str:
    """Begin the names of the backups that read the target back."""
    return f"restore:{restore_id}"


def _changed(approved: PlanSummary | None, now: PlanSummary) -> str:
    """Say for which kinds of data another plan would be made now."""
    before = approved.counts if approved else ()
    titles = [one.title for one in now.counts if one not in before]
    about = f" for {series(titles[:_NAMED])}{' and more' if titles[_NAMED:] else ''}" if titles else ""
    return f"The target changed since the plan was made: the plan{about} would be another one now."
