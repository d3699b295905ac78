"""Runs as stored: create, load, move on. Rows in, values out; no rights, no Xero, no messages."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.db.tables import ACTIVE_RUN_STATES, OrganisationRow, RunRow
from bot.domain.backup import Progress, Run, RunState, Summary
from bot.domain.names import MessageRef, OrganisationId, RunId
from bot.errors import AlreadyRunning, Refused

BACKUP = "backup"
RESTORE = "restore"
_READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letters or digits that people mix up when reading aloud


def new_reference() -> str:
    """Make a short reference that a person can quote, e.g. "7KQ2-MX4R"."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(2))


class Runs:
    """The table of runs."""

    def __init__(self, db: Database, *, now: Callable[[], datetime]) -> None:
        self._db, self._now = db, now

    def create(
        self,
        session: Session,
        organisation_id: str,
        *,
        by: str,
        channel: str = "",
        slot: str | None = None,
        kind: str = BACKUP,
    ) -> RunRow:
        """Store a new queued run; raises AlreadyRunning with the run that is active."""
        active = self._active(session, organisation_id)
        if active is not None:
            raise AlreadyRunning(active.id)
        row = RunRow(
            id=uuid.uuid4().hex,
            organisation_id=organisation_id,
            kind=kind,
            state=RunState.QUEUED,
            requested_by=by,
            requested_at=self._now(),
            channel_id=channel,
            slot=slot,
            reference=new_reference(),
            progress={},
        )
        session.add(row)
        try:
            session.flush()
        except IntegrityError:  # another process was faster; the partial unique index said no
            session.rollback()
            raise AlreadyRunning("") from None
        return row

    def active(self, organisation_id: str) -> Run | None:
        """Give the run of an organisation that is not over yet."""
        with self._db.reading() as session:
            row = self._active(session, organisation_id)
            return None if row is None else as_run(session, row)

    def unfinished(self, kind: str = BACKUP) -> list[Run]:
        """List every run of a kind that is not over yet."""
        wanted = select(RunRow).where(RunRow.state.in_(ACTIVE_RUN_STATES), RunRow.kind == kind)
        with self._db.reading() as session:
            rows = session.scalars(wanted)
            return [as_run(session, row) for row in rows]

    def get(self, run_id: str) -> Run:
        """Load one run; raises Refused when there is none."""
        with self._db.reading() as session:
            row = session.get(RunRow, run_id)
            if row is None:
                raise Refused("I know no run of that id.")
            return as_run(session, row)

    def change(self, run_id: str, **values: Any) -> Run:
        """Set columns of a run and give it as it is then."""
        with self._db.session() as session:
            row = session.get_one(RunRow, run_id)
            for name, value in values.items():
                setattr(row, name, value)
            session.flush()
            return as_run(session, row)

    def complete(self, session: Session, run_id: str) -> None:
        """End a run in the present unit of work; one that is over stays as it is."""
        row = session.get_one(RunRow, run_id)
        if not RunState(row.state).is_final:
            row.state, row.finished_at = RunState.COMPLETE, self._now()
            session.flush()

    def slot(self, run_id: str) -> str:
        """Give the slot of the clock, or of a restore, that asked for a run; "" where a person did."""
        with self._db.reading() as session:
            return session.scalar(select(RunRow.slot).where(RunRow.id == run_id)) or ""

    def stop_requested(self, run_id: str) -> bool:
        """Say whether a person asked this run to stop."""
        with self._db.reading() as session:
            return bool(session.scalar(select(RunRow.stop_requested).where(RunRow.id == run_id)))

    def summaries(self, organisation_id: str, *, limit: int = 10) -> list[Summary]:
        """List the summaries of finished runs, newest first."""
        wanted = (
            select(RunRow.summary)
            .where(RunRow.organisation_id == organisation_id, RunRow.summary.is_not(None))
            .order_by(RunRow.requested_at.desc())
            .limit(limit)
        )
        with self._db.reading() as session:
            return [msgspec.convert(found, Summary) for found in session.scalars(wanted) if found]

    @staticmethod
    def _active(session: Session, organisation_id: str) -> RunRow | None:
        return session.scalar(
            select(RunRow).where(
                RunRow.organisation_id == organisation_id, RunRow.state.in_(ACTIVE_RUN_STATES)
            )
        )


def as_run(session: Session, row: RunRow) -> Run:
    """Turn a stored row into the value that others use."""
    name = session.scalar(select(OrganisationRow.name).where(OrganisationRow.id == row.organisation_id))
    message = MessageRef(channel_id=row.message_channel, ts=row.message_ts) if row.message_ts else None
    return Run(
        id=RunId(row.id),
        organisation_id=OrganisationId(row.organisation_id),
        organisation_name=name or "",
        state=RunState(row.state),
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        resume_at=row.resume_at,
        progress=msgspec.convert(row.progress or {}, Progress),
        message=message,
        snapshot_id=row.snapshot_id,
        reference=row.reference,
        kind=row.kind,
    )


def summary_as_json(summary: Summary) -> dict[str, Any]:
    """Turn a summary into what the row stores."""
    found: dict[str, Any] = msgspec.to_builtins(summary, str_keys=True)
    return found
