"""The Slack workspaces this installation serves.

Ids follow from Slack's and Xero's own, so that a database made anew finds the copies it had before.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.db.tables import ACTIVE_RUN_STATES, OrganisationRow, RunRow, Workspace
from bot.domain.names import WorkspaceId
from bot.domain.organisation import LinkState

_NAMES = uuid.UUID("5f0c7c0e-6d1b-5b8e-9a50-1c0f9b6f2d11")


def workspace_id_of(team_id: str) -> WorkspaceId:
    """Derive our id of a workspace from Slack's team id."""
    return WorkspaceId(uuid.uuid5(_NAMES, f"slack/{team_id}").hex)


def organisation_id_of(workspace_id: str, tenant_id: str) -> str:
    """Derive our id of an organisation from its workspace and Xero's tenant id."""
    return uuid.uuid5(_NAMES, f"{workspace_id}/xero/{tenant_id.lower()}").hex


class Workspaces:
    """The table of workspaces."""

    def __init__(self, db: Database, *, now: Callable[[], datetime]) -> None:
        self._db, self._now = db, now

    def ensure(self, team_id: str, *, enterprise_id: str = "", name: str = "") -> WorkspaceId:
        """Know this workspace from now on; a removed one is back."""
        workspace_id = workspace_id_of(team_id)
        with self._db.session() as session:
            row = session.get(Workspace, workspace_id)
            if row is None:
                row = Workspace(id=workspace_id, team_id=team_id, created_at=self._now())
                session.add(row)
            if row.removed_at is not None:
                _take_up(session, workspace_id, row.removed_at)
            row.removed_at = None
            row.enterprise_id = enterprise_id or row.enterprise_id
            row.name = name or row.name or ""
        return workspace_id

    def team_of(self, workspace_id: str) -> tuple[str, str]:
        """Give Slack's (team id, enterprise id or "") of a workspace."""
        with self._db.reading() as session:
            row = session.get_one(Workspace, workspace_id)
            return row.team_id, row.enterprise_id or ""

    def known(self) -> list[WorkspaceId]:
        """List the workspaces that have not removed the app."""
        with self._db.reading() as session:
            found = session.scalars(select(Workspace.id).where(Workspace.removed_at.is_(None)))
            return [WorkspaceId(one) for one in found]

    def every(self) -> list[WorkspaceId]:
        """List all, also those that removed the app: their copies stand."""
        with self._db.reading() as session:
            return [WorkspaceId(one) for one in session.scalars(select(Workspace.id))]

    def with_data_key(self) -> list[WorkspaceId]:
        """List those whose data key was made and not destroyed."""
        with self._db.reading() as session:
            found = session.scalars(select(Workspace.id).where(Workspace.data_key.is_not(None)))
            return [WorkspaceId(one) for one in found]

    def removed(self, team_id: str) -> None:
        """Note that a workspace removed the app: its backups stop, its copies stand."""
        workspace_id, moment = workspace_id_of(team_id), self._now()
        with self._db.session() as session:
            row = session.get(Workspace, workspace_id)
            if row is None or row.removed_at is not None:
                return
            row.removed_at = moment
            linked = select(OrganisationRow).where(
                OrganisationRow.workspace_id == workspace_id, OrganisationRow.state == LinkState.ACTIVE
            )
            for organisation in session.scalars(linked):
                organisation.state, organisation.state_since = LinkState.DISCONNECTED, moment
                stop = update(RunRow).where(
                    RunRow.organisation_id == organisation.id, RunRow.state.in_(ACTIVE_RUN_STATES)
                )
                session.execute(stop.values(stop_requested=True))


def _take_up(session: Session, workspace_id: str, removed_at: datetime) -> None:
    """Go on with the organisations that only the removal had cut off; Xero's permission was never touched."""
    cut_off = select(OrganisationRow).where(
        OrganisationRow.workspace_id == workspace_id,
        OrganisationRow.state == LinkState.DISCONNECTED,
        OrganisationRow.state_since == removed_at,
    )
    for organisation in session.scalars(cut_off):
        organisation.state, organisation.told_disconnected_at = LinkState.ACTIVE, None
