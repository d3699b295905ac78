"""Let retention drop what is no longer to be kept, and write down what it did. Decides no right.

The policy is domain/retention.py, the deleting is the vault's; what is here finds settings, zone and legal
hold, keeps out of the way of backups, and lets the list of runs say which copies are gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.db.engine import Database
from bot.db.locks import exclusive
from bot.db.restore_tables import RestoreRow
from bot.db.tables import AuditRow, OrganisationRow, RunRow
from bot.domain.organisation import Organisation
from bot.domain.restore import RestoreState
from bot.domain.retention import Decision, PruneReport, Taken, keep
from bot.domain.settings import Retention
from bot.errors import Damaged
from bot.log import get_logger
from bot.services.audit import Audit
from bot.services.books import Books
from bot.services.running.runs import Runs
from bot.services.settings import SettingsStore
from bot.services.timing.schedules import Schedules
from bot.vault import DroppedSnapshot

log = get_logger(__name__)

ACTION = "retention.pruned"
HELD = "A legal hold is set, so nothing is dropped or deleted."
UNDER_WAY = "A backup is not over yet, so nothing is dropped."
NOT_SOON = timedelta(days=7)  # by the clock: each thinning writes tables anew
LEFTOVERS = timedelta(days=7)
HALTED_FOR = timedelta(days=7)  # a restore that was stopped, failed or not compared may still need its copy
TOLD_FOR = timedelta(days=30)  # a crash between vault and database is made good by a later run


_CURRENT = frozenset(one for one in RestoreState if one.is_open or one.is_at_work)
_HALTED = frozenset(one for one in RestoreState if one.may_go_on) | {RestoreState.UNPROVEN}


class Pruning:
    """Retention of every organisation."""

    def __init__(
        self,
        db: Database,
        *,
        books: Books,
        runs: Runs,
        settings: SettingsStore,
        schedules: Schedules,
        audit: Audit,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._books, self._runs = db, books, runs
        self._settings, self._schedules, self._audit, self._now = settings, schedules, audit, now

    def preview(self, organisation: Organisation, retention: Retention | None = None) -> Decision:
        """Say what a retention, or the one that is set, keeps and drops. Raises StoreUnavailable, Damaged."""
        wanted = retention or self._settings.organisation(organisation.id).retention
        zone = self._schedules.planned([organisation])[organisation.id].timetable.zone
        snapshots = self._books.of(organisation).snapshots()
        taken = [Taken(one.number, one.taken_at, one.complete) for one in snapshots]
        needed = self._needed(organisation)
        numbers = {one.number for one in snapshots if one.id in needed}
        return keep(taken, wanted, zone, self._now()).but(numbers)

    def prune(
        self, organisation: Organisation, *, key: str = "", by_clock: bool = False, origin: str = "worker"
    ) -> PruneReport:
        """Drop and delete what the settings no longer keep; damage and refusals are in the report.

        By the clock, snapshots are dropped once a week at most. Raises StoreUnavailable.
        """
        with exclusive(self._db, f"prune:{organisation.id}"):
            try:
                report = self._pruned(organisation, by_clock=by_clock)
            except Damaged as error:
                report = PruneReport(refused=str(error), problems=(str(error),))
            self._write_down(organisation, report, key, origin)
        return report

    def report(self, organisation: Organisation, key: str) -> PruneReport | None:
        """Give what the prune of that key wrote down, or None when it has not ended."""
        wanted = select(AuditRow.detail).where(
            AuditRow.organisation_id == organisation.id, AuditRow.action == ACTION
        )
        with self._db.reading() as session:
            found = session.scalars(wanted.order_by(AuditRow.seq.desc()).limit(20))
            detail = next((dict(one) for one in found if one.get("key") == key), None)
        if detail is None:
            return None
        until, problems = detail.pop("waiting_until"), tuple(detail.pop("problems"))
        known = {name: detail[name] for name in _PLAIN}
        return PruneReport(
            **known, problems=problems, waiting_until=datetime.fromisoformat(until) if until else None
        )

    def _pruned(self, organisation: Organisation, *, by_clock: bool) -> PruneReport:
        if self._held(organisation):
            return PruneReport(refused=HELD)
        if self._runs.active(organisation.id) is not None:
            return PruneReport(refused=UNDER_WAY)
        books = self._books.of(organisation)
        decision = self.preview(organisation)
        dropped = books.dropped()
        drop = () if by_clock and self._is_soon(dropped) else decision.dropped
        done = books.prune(drop)
        if done.dropped:
            dropped = books.dropped()
        self._let_runs_say(organisation, dropped)
        return PruneReport(
            dropped=len(done.dropped),
            kept=len(decision.kept) + len(decision.dropped) - len(done.dropped),
            due=len(decision.dropped),
            objects_deleted=done.objects_deleted,
            bytes_freed=done.bytes_freed,
            bytes_waiting=done.bytes_waiting,
            waiting_until=done.waiting_until,
            swept=0 if done.problems else books.sweep(LEFTOVERS),
            refused=done.refused,
            problems=done.problems,
        )

    def _is_soon(self, dropped: list[DroppedSnapshot]) -> bool:
        return bool(dropped) and self._now() - max(one.dropped_at for one in dropped) < NOT_SOON

    def _needed(self, organisation: Organisation) -> set[str]:
        """Name the snapshots that restores read: such as are not over, or may go on for a week yet."""
        lately = RestoreRow.state.in_(_HALTED) & (RestoreRow.state_since > self._now() - HALTED_FOR)
        wanted = select(RestoreRow.snapshot_id).where(
            RestoreRow.source_id == organisation.id, RestoreRow.state.in_(_CURRENT) | lately
        )
        with self._db.reading() as session:
            return set(session.scalars(wanted))

    def _held(self, organisation: Organisation) -> bool:
        with self._db.reading() as session:
            return session.get_one(OrganisationRow, organisation.id).legal_hold

    def _let_runs_say(self, organisation: Organisation, dropped: list[DroppedSnapshot]) -> None:
        """Mark the summaries of runs whose snapshot is gone, so that no list offers it."""
        since = self._now() - TOLD_FOR
        gone = {one.id: one.dropped_at for one in dropped if one.dropped_at > since}
        if not gone:
            return
        wanted = select(RunRow).where(RunRow.organisation_id == organisation.id, RunRow.summary.is_not(None))
        with self._db.session() as session:
            for row in session.scalars(wanted):
                if row.snapshot_id in gone and row.summary and not row.summary.get("dropped_at"):
                    row.summary = {**row.summary, "dropped_at": gone[row.snapshot_id].isoformat()}

    def _write_down(self, organisation: Organisation, report: PruneReport, key: str, origin: str) -> None:
        if report == replace(PruneReport(), kept=report.kept) and not key:
            return  # nothing was due
        outcome = "damaged" if report.problems else "refused" if report.refused else "done"
        detail = asdict(report) | {
            "waiting_until": report.waiting_until.isoformat() if report.waiting_until else "",
            "problems": list(report.problems[:20]),
            "key": key,
        }
        log.info("pruned", outcome=outcome, dropped=report.dropped, deleted=report.objects_deleted)
        with self._db.session() as session:
            self._audit.note(
                session,
                None,
                ACTION,
                outcome,
                workspace_id=organisation.workspace_id,
                organisation_id=organisation.id,
                detail=detail,
                origin=origin,
            )


_PLAIN = (
    "dropped",
    "kept",
    "due",
    "objects_deleted",
    "bytes_freed",
    "bytes_waiting",
    "swept",
    "refused",
)
