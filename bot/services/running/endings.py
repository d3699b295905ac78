"""How a backup ends: whole, with gaps, failed, stopped, or parked until Xero allows calls again.

Each ending is written once: repeating it after a crash gives the same summary.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import msgspec

from bot.db.engine import Database
from bot.db.tables import OrganisationRow, RunRow
from bot.domain.backup import BalanceCheck, Run, RunState, Summary, Verdict
from bot.domain.organisation import LinkState, Organisation
from bot.errors import Damaged, Transient
from bot.log import get_logger
from bot.queue import Queue
from bot.services.audit import Audit
from bot.services.books import Books
from bot.services.coverage import Evidence, not_covered_count
from bot.services.how_read import BY_DEFAULT
from bot.services.looking.growth import Growth
from bot.services.organisations import Organisations
from bot.services.running import balances, outlines
from bot.services.running.execution import Execution
from bot.services.running.runs import BACKUP, Runs, as_run, summary_as_json
from bot.services.running.summaries import counts_of, failed, succeeded
from bot.services.settings import extras_of
from bot.services.timing import slots
from bot.vault import SnapshotInfo

log = get_logger(__name__)
STOPPED = "The backup was stopped by a person."
_RECONNECT = (
    "type `/backup connect` and choose this organisation in Xero. The connection ended after the books were "
    "read: this snapshot stands, and what is still missing is read once it is connected again."
)


class Endings:
    """Writes down how a run ended."""

    def __init__(
        self,
        db: Database,
        *,
        organisations: Organisations,
        runs: Runs,
        books: Books,
        execution: Execution,
        queue: Queue,
        audit: Audit,
        growth: Growth,
        calls_a_day: Callable[[str], int],
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._organisations, self._runs, self._books = db, organisations, runs, books
        self._execution, self._queue, self._audit = execution, queue, audit
        self._growth = growth
        self._calls_a_day, self._now = calls_a_day, now

    def complete(self, run_id: str) -> Summary:
        """Sum up the snapshot that this run published."""
        run, organisation = self._both(run_id)
        books = self._books.of(organisation)
        mine = next(one for one in books.snapshots() if one.run_id == run_id)
        earlier = self._runs.summaries(organisation.id, limit=5)
        balance = balances.unchanged(books, mine, earlier) or balances.check(books, mine)
        return self._published(run, organisation, mine, balance)

    def fail(
        self, run_id: str, *, why: str, next_step: str, in_doubt: bool = False, passing: bool = False
    ) -> Summary:
        """Note that nothing was published; what was read so far is thrown away.

        A run of the schedule that failed by `passing` trouble is planned anew, in the same unit of work.
        A run whose snapshot was published before the trouble came ends with that snapshot, unchecked.
        """
        run, organisation = self._both(run_id)
        with suppress(Transient, Damaged):
            for one in self._books.of(organisation).snapshots():
                if one.run_id == run_id:
                    return self._published(run, organisation, one, _unchecked(one))
        return self._end_without_snapshot(
            run_id, RunState.FAILED, why, next_step, in_doubt=in_doubt, passing=passing
        )

    def stop(self, run_id: str) -> Summary:
        """Note that a person stopped it."""
        return self._end_without_snapshot(
            run_id, RunState.STOPPED, STOPPED, "Type /backup now to begin anew."
        )

    def tried_again_at(self, organisation_id: str) -> datetime | None:
        """Say when a backup of the schedule that failed is tried again by itself."""
        with self._db.reading() as session:
            return slots.retry_at(session, organisation_id)

    def park(self, run_id: str, resume_at: datetime) -> Run:
        """Let a run wait for tomorrow's calls; what it has read is kept."""
        run = self._runs.change(run_id, state=RunState.PARKED, resume_at=resume_at)
        wait = max(1.0, (resume_at - self._now()).total_seconds())
        self._queue.enqueue(
            BACKUP,
            organisation=run.organisation_id,
            key=f"backup:{run_id}:{resume_at:%Y%m%dT%H%M%S}",
            args={"run": run_id},
            delay_seconds=wait,
        )
        return run

    def _published(
        self, run: Run, organisation: Organisation, mine: SnapshotInfo, balance: BalanceCheck
    ) -> Summary:
        snapshots = self._books.of(organisation).snapshots()
        found = succeeded(
            run,
            mine,
            [one for one in snapshots if one.number < mine.number],
            calls_allowed=self._calls_a_day(organisation.id),
            balance=balance,
            not_covered=self._not_covered(organisation),
            country=organisation.facts.country,
        )
        if organisation.state is LinkState.DISCONNECTED:
            found = replace(found, next_step=_RECONNECT)
        state = RunState.GAPS if found.verdict is Verdict.GAPS else RunState.COMPLETE
        kept = [one for one in snapshots if one.number <= mine.number]
        return self._end(run.id, state, found, kept=kept)

    def _end_without_snapshot(
        self,
        run_id: str,
        state: RunState,
        why: str,
        next_step: str,
        *,
        in_doubt: bool = False,
        passing: bool = False,
    ) -> Summary:
        run, organisation = self._both(run_id)
        found = failed(
            run,
            why=why,
            next_step=next_step,
            last_good=None,
            calls_allowed=self._calls_a_day(organisation.id),
            not_covered=self._not_covered(organisation),
            country=organisation.facts.country,
        )
        try:
            self._execution.discard(run_id)
            last = self._last_good(organisation)
            if last is not None:
                found = replace(found, last_good_at=last.taken_at, last_good_number=last.number)
        except (Transient, Damaged) as error:  # the vault itself may be the trouble: go by what was told
            log.warning("draft_not_discarded", error=type(error).__name__)
            found, in_doubt = self._as_told_before(found, organisation), True
        return self._end(run_id, state, replace(found, copies_in_doubt=in_doubt), passing=passing)

    def _not_covered(self, organisation: Organisation) -> int:
        """Count the kinds of data that are not backed up, by what is switched on here."""
        with self._db.reading() as session:
            extras = extras_of(session, [organisation.id])
        return not_covered_count(organisation, Evidence(extras=extras.get(organisation.id, BY_DEFAULT)))

    def _as_told_before(self, found: Summary, organisation: Organisation) -> Summary:
        good = next((one for one in self._runs.summaries(organisation.id, limit=50) if one.snapshot_id), None)
        if good is None:
            return found
        return replace(found, last_good_at=good.run.finished_at, last_good_number=good.snapshot_number)

    def _end(
        self,
        run_id: str,
        state: RunState,
        found: Summary,
        *,
        kept: Sequence[SnapshotInfo] = (),
        passing: bool = False,
    ) -> Summary:
        """Write the end down, once; `kept` are the snapshots up to the run's own, if it has one."""
        snapshot = kept[-1] if kept else None
        with self._db.session() as session:
            row = session.get_one(RunRow, run_id)
            if RunState(row.state).is_final and row.summary:
                return msgspec.convert(row.summary, Summary)
            row.state, row.finished_at, row.resume_at = state, self._now(), None
            row.snapshot_id = snapshot.id if snapshot else ""
            session.flush()
            found = replace(found, run=as_run(session, row))
            row.summary, row.outline = summary_as_json(found), outlines.as_json(outlines.outline_of(found))
            organisation = session.get_one(OrganisationRow, row.organisation_id)
            if snapshot is not None:
                organisation.counts = counts_of(snapshot)
                self._growth.note(session, organisation.id, kept)
                slots.succeeded(session, organisation.id)
            elif row.slot:
                slots.failed(session, organisation.id, self._now(), passing=passing)
            self._audit.note(
                session,
                None,
                "backup.ended",
                state.value,
                workspace_id=organisation.workspace_id,
                organisation_id=organisation.id,
                detail={"run": run_id, "snapshot": row.snapshot_id},
                origin="worker",
            )
        return found

    def _last_good(self, organisation: Organisation) -> SnapshotInfo | None:
        snapshots = self._books.of(organisation).snapshots()
        return snapshots[-1] if snapshots else None

    def _both(self, run_id: str) -> tuple[Run, Organisation]:
        run = self._runs.get(run_id)
        return run, self._organisations.get(run.organisation_id)


def _unchecked(snapshot: SnapshotInfo) -> BalanceCheck:
    entry = snapshot.resources.get(balances.TRIAL_BALANCE)
    return BalanceCheck(
        stored_reports=entry.count if entry else 0,
        note="Comparing failed this time; the snapshot itself stands.",
    )
