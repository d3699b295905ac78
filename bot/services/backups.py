"""Backups as people see them: ask for one, stop it, look at what was taken. The work is in execution.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from bot.db.engine import Database
from bot.db.tables import RunRow
from bot.domain.backup import Run, RunState, Summary
from bot.domain.names import Actor
from bot.domain.organisation import LinkState, Organisation
from bot.errors import AlreadyRunning, NotHere, OrganisationGone, Refused
from bot.queue import Queue
from bot.services.asking.evidence import gathered
from bot.services.audit import Audit
from bot.services.books import Books
from bot.services.coverage import Evidence
from bot.services.organisations import Organisations
from bot.services.running.runs import BACKUP, Runs, as_run
from bot.vault import SnapshotInfo


class Backups:
    """What may be asked about backups."""

    def __init__(
        self,
        db: Database,
        *,
        organisations: Organisations,
        runs: Runs,
        books: Books,
        queue: Queue,
        audit: Audit,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._organisations, self._runs = db, organisations, runs
        self._books, self._queue, self._audit, self._now = books, queue, audit, now

    def request(
        self,
        organisation: Organisation,
        actor: Actor | None,
        *,
        slot: str | None = None,
        origin: str = "slack",
        after: str | None = None,
    ) -> Run:
        """Ask for a backup; raises AlreadyRunning, OrganisationGone. A slot asked for twice is one run.

        `after` is a run that ends with this, so that nothing comes between the two.
        The run is stored before the work is asked for; `recover` asks again for one that was stored only.
        """
        earlier = self._of_slot(slot) if slot else None
        if earlier is not None:
            return earlier
        if organisation.state is not LinkState.ACTIVE:
            raise OrganisationGone("Xero no longer lets me read this organisation.")
        try:
            run_id = self._store(organisation, actor, slot=slot, origin=origin, after=after)
        except AlreadyRunning as running:
            mine = self._of_slot(slot) if slot else None
            if mine is not None:  # another process was faster with this very slot
                return mine
            active = self._runs.active(organisation.id)
            raise AlreadyRunning(active.id if active else running.run_id) from None
        run = self._runs.get(run_id)
        self._ask(run)
        return run

    def _of_slot(self, slot: str) -> Run | None:
        with self._db.reading() as session:
            row = session.scalar(select(RunRow).where(RunRow.slot == slot))
            return as_run(session, row) if row else None

    def _store(
        self,
        organisation: Organisation,
        actor: Actor | None,
        *,
        slot: str | None,
        origin: str,
        after: str | None,
    ) -> str:
        with self._db.session() as session:
            if after is not None:
                self._runs.complete(session, after)
            row = self._runs.create(
                session,
                organisation.id,
                by=actor.user_id if actor else "",
                channel=(actor.channel_id if actor else "") or organisation.home_channel,
                slot=slot,
            )
            self._audit.note(
                session,
                actor,
                "backup.requested",
                "done",
                workspace_id=organisation.workspace_id,
                organisation_id=organisation.id,
                detail={"run": row.id},
                origin=origin,
            )
            return row.id

    def recover(self) -> int:
        """Ask again for every run that is due, not over, and that no job works on or waits for."""
        lost = [run for run in self._runs.unfinished() if self._is_lost(run)]
        for run in lost:
            # A new key each hour: what ended without an end of the run is not asked for again and again.
            self._ask(run, f"again:{self._now():%Y%m%dT%H}")
        return len(lost)

    def request_stop(self, actor: Actor, run_id: str) -> Run:
        """Ask a running backup to stop; anyone at the organisation's home may. Raises NotHere, Refused."""
        run = self._runs.get(run_id)
        organisation = self._organisations.get(run.organisation_id)
        if organisation.workspace_id != actor.workspace_id or run.kind != BACKUP:
            self._audit.refusal(actor, "backup.stop", "of another workspace")
            raise NotHere
        if organisation.home_channel != actor.channel_id and run.requested_by != actor.user_id:
            self._audit.refusal(actor, "backup.stop", "not at home here", organisation.id)
            raise NotHere
        if run.state.is_final:
            raise Refused("This backup has ended already.")
        with self._db.session() as session:
            self._audit.note(session, actor, "backup.stop", "done", organisation_id=organisation.id)
        stopping = self._runs.change(run_id, stop_requested=True)
        if run.state is RunState.PARKED:
            self._ask(run, "stop")  # nobody works on it before tomorrow
        return stopping

    def running(self, organisation: Organisation) -> Run | None:
        """Give the run that is not over yet, if any."""
        return self._runs.active(organisation.id)

    def run(self, run_id: str) -> Run:
        """Load a run."""
        return self._runs.get(run_id)

    def history(self, organisation: Organisation, *, limit: int = 10) -> list[Summary]:
        """List the summaries of finished runs, newest first."""
        return self._runs.summaries(organisation.id, limit=limit)

    def last_snapshot(self, organisation: Organisation) -> SnapshotInfo | None:
        """Give the newest snapshot; raises StoreUnavailable, Damaged."""
        found = self._books.of(organisation).snapshots()
        return found[-1] if found else None

    def snapshot_count(self, organisation: Organisation) -> int:
        """Count the snapshots that stand."""
        return len(self._books.of(organisation).snapshots())

    def evidence(self, organisation: Organisation) -> Evidence:
        """Gather what an answer about coverage rests on."""
        return gathered(self._db, self._books, [organisation])[organisation.id]

    def _is_lost(self, run: Run) -> bool:
        due = run.state is not RunState.PARKED or (run.resume_at or self._now()) <= self._now()
        return due and not self._queue.has_work(_key(run))

    def _ask(self, run: Run, why: str = "") -> None:
        self._queue.enqueue(
            BACKUP, organisation=run.organisation_id, key=_key(run) + why, args={"run": run.id}
        )


def _key(run: Run) -> str:
    return f"{BACKUP}:{run.id}:"
