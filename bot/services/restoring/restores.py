"""Restores as stored: create, load, move on. Rows in, values out; no rights, no Xero, no messages.

A state changes by one conditional update only: of two who try at once, one is told True.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, CursorResult, Select, select, update
from sqlalchemy.orm import Session

from bot.crypto import KeyRing
from bot.db import secrets
from bot.db.engine import Database
from bot.db.restore_tables import RestoreDecisionRow, RestoreRow
from bot.db.tables import OrganisationRow
from bot.domain.names import MessageRef, OrganisationId, WorkspaceId
from bot.domain.proof import Proof
from bot.domain.restore import Decision, Restore, RestoreId, RestoreState, WritingProgress
from bot.domain.restore_plan import Choice, PlanSummary
from bot.errors import UnknownRestore

OPEN = frozenset(one for one in RestoreState if one.is_open)
AT_WORK = frozenset(one for one in RestoreState if one.is_at_work)
_SEALED = {"plan": "plan_sealed", "proof": "proof_sealed", "reason": "reason_sealed"}
_PLAIN = frozenset({"choice", "progress"})


class Restores:
    """The table of restores; what it holds of the books is opened and sealed here and nowhere else."""

    def __init__(self, db: Database, ring: KeyRing, now: Callable[[], datetime]) -> None:
        self._db, self._ring, self._now = db, ring, now

    def create(self, session: Session, **values: Any) -> RestoreId:
        """Store a new restore in PLANNING; the values are named as the fields of `Restore`."""
        restore_id = RestoreId(uuid.uuid4().hex)
        first = {
            "state": RestoreState.PLANNING,
            "state_since": self._now(),
            "requested_at": self._now(),
            "progress": WritingProgress(),
        }
        session.add(RestoreRow(id=restore_id, **self._columns(restore_id, first | values)))
        session.flush()
        return restore_id

    def get(self, restore_id: str) -> Restore:
        """Load one; raises UnknownRestore."""
        found = self._load(select(RestoreRow).where(RestoreRow.id == restore_id))
        if not found:
            raise UnknownRestore("I know no restore of that id.")
        return found[0]

    def change(self, restore_id: str, **values: Any) -> Restore:
        """Set fields of a restore, but never its state, and give it as it is then; raises UnknownRestore."""
        self._require_no_state(values)
        changed = update(RestoreRow).where(RestoreRow.id == restore_id)
        with self._db.session() as session:
            session.execute(changed.values(**self._columns(restore_id, values)))
        return self.get(restore_id)

    def transition(
        self,
        restore_id: str,
        from_states: Collection[RestoreState],
        to_state: RestoreState,
        *,
        session: Session | None = None,
        only: Collection[ColumnElement[bool]] = (),
        **values: Any,
    ) -> bool:
        """Move to another state by one conditional update; False when it was in none of `from_states`.

        `only` are conditions beside the state. With a `session` it is part of that unit of work.
        """
        self._require_no_state(values)
        moved = (
            update(RestoreRow)
            .where(RestoreRow.id == restore_id, RestoreRow.state.in_(from_states), *only)
            .values(**self._columns(restore_id, {"state": to_state, "state_since": self._now()} | values))
        )
        if session is not None:
            return _changed(session.execute(moved))
        with self._db.session() as own:
            return _changed(own.execute(moved))

    def hold(self, session: Session, restore_id: str, *, only: Collection[ColumnElement[bool]]) -> bool:
        """Lock a restore for this unit of work; False when it waits no more, or `only` is untrue."""
        held = update(RestoreRow).where(RestoreRow.id == restore_id, RestoreRow.state == RestoreState.WAITING)
        return _changed(session.execute(held.where(*only).values(state=RestoreState.WAITING)))

    def recent(self, workspace_id: str, *, limit: int = 20) -> list[Restore]:
        """List a workspace's restores, newest first."""
        wanted = select(RestoreRow).where(RestoreRow.workspace_id == workspace_id)
        return self._load(wanted.order_by(RestoreRow.requested_at.desc()).limit(limit))

    def open_of(self, workspace_id: str) -> list[Restore]:
        """List the restores of a workspace that people may still have to decide on, oldest first."""
        wanted = select(RestoreRow).where(RestoreRow.workspace_id == workspace_id)
        return self._load(wanted.where(RestoreRow.state.in_(OPEN)).order_by(RestoreRow.requested_at))

    def in_states(self, states: Collection[RestoreState]) -> list[Restore]:
        """List every restore of the installation in one of these states, oldest first."""
        wanted = select(RestoreRow).where(RestoreRow.state.in_(states))
        return self._load(wanted.order_by(RestoreRow.requested_at))

    def waiting_for(self, target_id: str) -> list[Restore]:
        """List what may go on once we may write to an organisation, oldest first."""
        waiting = [one for one in RestoreState if one is RestoreState.PLANNING or one.may_go_on]
        return [one for one in self.in_states(waiting) if one.target_id == target_id]

    def overdue(self) -> list[Restore]:
        """List the restores whose time to be decided on is over."""
        late = (RestoreRow.state.in_(OPEN), RestoreRow.expires_at <= self._now())
        return self._load(select(RestoreRow).where(*late).order_by(RestoreRow.requested_at))

    def active_for(self, target_id: str, *, but: str = "") -> Restore | None:
        """Give the restore into an organisation that is open or at work, other than `but`, if any."""
        wanted = select(RestoreRow).where(
            RestoreRow.target_id == target_id, RestoreRow.state.in_(OPEN | AT_WORK), RestoreRow.id != but
        )
        found = self._load(wanted.order_by(RestoreRow.requested_at).limit(1))
        return found[0] if found else None

    def decisions(self, session: Session, restore_id: str) -> tuple[Decision, ...]:
        """List who decided what, in the order they did."""
        wanted = select(RestoreDecisionRow).where(RestoreDecisionRow.restore_id == restore_id)
        rows = session.scalars(wanted.order_by(RestoreDecisionRow.at, RestoreDecisionRow.person))
        return tuple(
            Decision(user_id=row.user_id, approved=row.approved, at=row.at, reason=row.reason) for row in rows
        )

    def _load(self, wanted: Select[RestoreRow]) -> list[Restore]:
        with self._db.reading() as session:
            return [self._as_restore(session, row) for row in session.scalars(wanted)]

    def _as_restore(self, session: Session, row: RestoreRow) -> Restore:
        names = select(OrganisationRow.id, OrganisationRow.name)
        named = session.execute(names.where(OrganisationRow.id.in_({row.source_id, row.target_id})))
        name_of = {one.id: one.name for one in named}
        plan, proof = self._open(row, "plan_sealed"), self._open(row, "proof_sealed")
        message = MessageRef(channel_id=row.message_channel, ts=row.message_ts) if row.message_ts else None
        return Restore(
            id=RestoreId(row.id),
            workspace_id=WorkspaceId(row.workspace_id),
            source_id=OrganisationId(row.source_id),
            source_name=name_of.get(row.source_id, ""),
            target_id=OrganisationId(row.target_id),
            target_name=name_of.get(row.target_id, ""),
            choice=msgspec.convert(row.choice or {}, Choice),
            reason=(self._open(row, "reason_sealed") or b"").decode(),
            state=RestoreState(row.state),
            decisions=self.decisions(session, row.id),
            plan=msgspec.json.decode(plan, type=PlanSummary) if plan else None,
            progress=msgspec.convert(row.progress or {}, WritingProgress),
            proof=msgspec.json.decode(proof, type=Proof) if proof else None,
            message=message,
            **{name: getattr(row, name) for name in _AS_STORED},
        )

    def _columns(self, restore_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Turn fields of `Restore` into columns of its row."""
        found: dict[str, Any] = {}
        for name, value in values.items():
            if name in _SEALED:
                found[_SEALED[name]] = self._seal(restore_id, _SEALED[name], value)
            elif name in _PLAIN:
                found[name] = msgspec.to_builtins(value, str_keys=True)
            elif name == "message":
                found["message_channel"] = value.channel_id if value else ""
                found["message_ts"] = value.ts if value else ""
            else:
                found[name] = value
        return found

    def _seal(self, restore_id: str, column: str, value: Any) -> bytes | None:
        if value is None:
            return None
        raw = value.encode() if isinstance(value, str) else msgspec.json.encode(value)
        return secrets.seal(self._ring, f"restores.{column}", restore_id, raw)

    def _open(self, row: RestoreRow, column: str) -> bytes | None:
        sealed = getattr(row, column)
        return None if sealed is None else secrets.unseal(self._ring, f"restores.{column}", row.id, sealed)

    @staticmethod
    def _require_no_state(values: Mapping[str, Any]) -> None:
        if {"state", "state_since"} & values.keys():
            raise ValueError("a state changes by `transition` only")


_AS_STORED = (
    "snapshot_id",
    "snapshot_taken_at",
    "is_drill",
    "state_since",
    "requested_by",
    "requested_at",
    "channel_id",
    "expires_at",
    "needed",
    "fingerprint",
    "resume_at",
    "started_at",
    "finished_at",
    "ending",
    "reference",
    "run_id",
)


def _changed(result: object) -> bool:
    return isinstance(result, CursorResult) and result.rowcount == 1
