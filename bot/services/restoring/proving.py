"""Prove a restore: compare what was read back with the copy it came from, and keep the result.

Reads the target for the balances of days that its own backup does not hold; writes no books.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import select

from bot.catalogue.model import Area
from bot.crypto import KeyRing
from bot.db.engine import Database
from bot.db.tables import ACTIVE_RUN_STATES, RunRow
from bot.domain.backup import Run
from bot.domain.proof import Proof
from bot.domain.restore import Restore, RestoreState
from bot.errors import ReadRefused, UnknownSnapshot
from bot.restore.forecast import trial_balances
from bot.restore.planner import KIND, REASONS
from bot.restore.proof.comparing import compare
from bot.restore.source import SnapshotSource, Source
from bot.services.books import Books
from bot.services.organisations import Organisations
from bot.services.restoring.executing import slot_of
from bot.services.restoring.planning import Planning
from bot.services.restoring.restores import Restores
from bot.services.restoring.writebook import WriteBook
from bot.services.running.runs import BACKUP, as_run
from bot.services.xero import XeroAccess
from bot.xero.split import split

NOT_READ_BACK = (
    "The target could not be read back. It is compared by itself after the next backup of the target."
)
_RUNNING = (RestoreState.RUNNING,)
_WRITTEN = (*_RUNNING, RestoreState.UNPROVEN)


class Proving:
    """Compares, once a restore has been written and read back."""

    def __init__(
        self,
        db: Database,
        *,
        restores: Restores,
        planning: Planning,
        ring: KeyRing,
        organisations: Organisations,
        books: Books,
        xero: XeroAccess,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._restores, self._planning, self._ring = db, restores, planning, ring
        self._organisations, self._books, self._xero, self._now = organisations, books, xero, now

    def was_asked(self, restore: Restore) -> bool:
        """Say whether a backup that reads the target back was asked for since it was written."""
        return self._asked_at(restore) is not None

    def is_read_back(self, restore: Restore) -> bool:
        """Say whether no backup of the target is under way."""
        active = (RunRow.organisation_id == restore.target_id, RunRow.state.in_(ACTIVE_RUN_STATES))
        with self._db.reading() as session:
            return session.scalar(select(RunRow.id).where(*active).limit(1)) is None

    def has_news(self, restore: Restore) -> bool:
        """Say whether a backup of the target came to its end since comparing was given up."""
        run = self._reading(restore)
        ended_at = run.finished_at if run else None
        return ended_at is not None and restore.finished_at is not None and ended_at > restore.finished_at

    def prove(self, restore_id: str) -> Restore:
        """Compare, and end the restore with what was found; before it is read back nothing happens.

        Raises Damaged, StoreUnavailable, Transient, DayLimitReached.
        """
        restore = self._restores.get(restore_id)
        if restore.state not in _WRITTEN or not self.is_read_back(restore):
            return restore
        run = self._reading(restore)
        if run is None:
            return self._end(restore_id, RestoreState.UNPROVEN, NOT_READ_BACK)
        proof = self._compared(restore, run.snapshot_id)
        calls = restore.progress.calls + run.progress.calls
        self._restores.change(restore_id, proof=proof, progress=replace(restore.progress, calls=calls))
        return self._end(restore_id, _verdict(proof), "")

    def _asked_at(self, restore: Restore) -> datetime | None:
        """Give when the target was last to be read back for this restore."""
        mine = RunRow.slot.startswith(slot_of(restore.id), autoescape=True)
        since = (
            restore.state_since if restore.state is RestoreState.RUNNING else datetime.min.replace(tzinfo=UTC)
        )
        wanted = select(RunRow.requested_at).where(mine).order_by(RunRow.requested_at.desc())
        with self._db.reading() as session:
            found = session.scalar(wanted.limit(1))
        return found if found is not None and found >= since else None

    def _reading(self, restore: Restore) -> Run | None:
        """Give the first backup of the target that was good since it was to be read back, if any."""
        asked_at = self._asked_at(restore)
        wanted = select(RunRow).where(
            RunRow.organisation_id == restore.target_id,
            RunRow.kind == BACKUP,
            RunRow.snapshot_id != "",
            RunRow.requested_at >= (asked_at or restore.state_since),
        )
        with self._db.reading() as session:
            row = session.scalar(wanted.order_by(RunRow.requested_at).limit(1))
            return as_run(session, row) if row else None

    def leave(self, restore_id: str, why: str) -> Restore:
        """End a restore that was written but cannot be compared."""
        return self._end(restore_id, RestoreState.UNPROVEN, why)

    def _compared(self, restore: Restore, snapshot_id: str) -> Proof:
        if restore.plan is None:
            raise UnknownSnapshot("This restore has no plan.")
        source, target = self._planning.source(restore), self._target(restore, snapshot_id)
        book = WriteBook(self._db, self._ring, restore.id, now=self._now)
        return compare(
            source,
            target,
            book.outcomes(),
            book.ids,
            restore.plan,
            kinds=KIND,
            reasons=REASONS,
            extra_balances=self._missing_balances(restore, source, target),
            now=self._now(),
            target_snapshot_id=snapshot_id,
        )

    def _target(self, restore: Restore, snapshot_id: str) -> Source:
        organisation = self._organisations.get(restore.target_id)
        books = self._books.of(organisation)
        return SnapshotSource(books, books.snapshot(snapshot_id), organisation.facts, whole=True)

    def _missing_balances(self, restore: Restore, source: Source, target: Source) -> dict[date, bytes]:
        """Read the target's trial balance of days that only the source's copy knows: one call each."""
        missing = sorted(trial_balances(source).keys() - trial_balances(target).keys())
        if not missing:
            return {}
        found: dict[date, bytes] = {}
        with self._xero.client(restore.target_id) as client:
            for day in missing:
                with suppress(ReadRefused):  # then that day counts as not verified
                    answer = client.get(Area.ACCOUNTING, "Reports/TrialBalance", {"date": day.isoformat()})
                    found[day] = split(answer.body, "Reports").records[0]
        return found

    def _end(self, restore_id: str, state: RestoreState, ending: str) -> Restore:
        self._restores.transition(restore_id, _WRITTEN, state, finished_at=self._now(), ending=ending)
        return self._restores.get(restore_id)


def _verdict(proof: Proof) -> RestoreState:
    if not proof.holds:
        return RestoreState.DIFFERENT
    return RestoreState.UNPROVEN if proof.not_verified else RestoreState.DONE
