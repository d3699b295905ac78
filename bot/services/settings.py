"""Keep what people set, and write down who changed what. Decides no right and draws nothing.

A stored value that this version does not know is ignored; one that is missing has its default.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.db.tables import OrganisationRow, Workspace
from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.domain.settings import OrganisationSettings, WorkspaceSettings
from bot.services.audit import Audit


class SettingsStore:
    """The settings of every workspace and organisation."""

    def __init__(self, db: Database, *, audit: Audit, now: Callable[[], datetime]) -> None:
        self._db, self._audit, self._now = db, audit, now

    def workspace(self, workspace_id: str) -> WorkspaceSettings:
        """Give what is set for a workspace; the defaults where nothing is."""
        with self._db.reading() as session:
            kept = session.scalar(select(Workspace.settings).where(Workspace.id == workspace_id))
        return msgspec.convert(kept or {}, WorkspaceSettings)

    def organisation(self, organisation_id: str) -> OrganisationSettings:
        """Give what is set for an organisation; the defaults where nothing is."""
        with self._db.reading() as session:
            wanted = select(OrganisationRow.settings).where(OrganisationRow.id == organisation_id)
            kept = session.scalar(wanted)
        return msgspec.convert(kept or {}, OrganisationSettings)

    def organisations(self, workspace_id: str) -> dict[str, OrganisationSettings]:
        """Give the settings of every organisation of a workspace, by its id, in one query."""
        wanted = select(OrganisationRow.id, OrganisationRow.settings)
        with self._db.reading() as session:
            rows = session.execute(wanted.where(OrganisationRow.workspace_id == workspace_id))
            return {row.id: msgspec.convert(row.settings or {}, OrganisationSettings) for row in rows}

    def change_workspace(self, actor: Actor, wanted: WorkspaceSettings) -> tuple[str, ...]:
        """Store a workspace's settings; gives the names of those that differ from before."""
        with self._db.session() as session:
            row = session.get_one(Workspace, actor.workspace_id)
            changed, row.settings = _stored(row.settings, wanted)
            self._note(session, actor, "settings.workspace", changed, None)
        return tuple(changed)

    def change_organisation(
        self, actor: Actor, organisation: Organisation, wanted: OrganisationSettings
    ) -> tuple[str, ...]:
        """Store an organisation's settings; gives the names of those that differ from before."""
        with self._db.session() as session:
            row = session.get_one(OrganisationRow, organisation.id)
            changed, row.settings = _stored(row.settings, wanted)
            self._note(session, actor, "settings.organisation", changed, organisation.id)
        return tuple(changed)

    def move_home(self, actor: Actor, organisation: Organisation, channel_id: str) -> bool:
        """Give an organisation another home channel; False when it is there already.

        From then on the people of that channel see it and those of the old one do not.
        """
        with self._db.session() as session:
            row = session.get_one(OrganisationRow, organisation.id)
            if row.home_channel == channel_id:
                return False
            detail = {"from": row.home_channel, "to": channel_id}
            row.home_channel = channel_id
            self._audit.note(
                session, actor, "settings.home", "done", organisation_id=organisation.id, detail=detail
            )
        return True

    def hold(self, actor: Actor, organisation: Organisation, *, on: bool) -> bool:
        """Set or lift the legal hold, under which nothing is ever pruned; False when it stood so already."""
        with self._db.session() as session:
            row = session.get_one(OrganisationRow, organisation.id)
            if row.legal_hold == on:
                return False
            row.legal_hold = on
            self._audit.note(
                session, actor, "settings.hold", "on" if on else "off", organisation_id=organisation.id
            )
        return True

    def _note(
        self,
        session: Session,
        actor: Actor,
        action: str,
        changed: dict[str, Any],
        organisation_id: str | None,
    ) -> None:
        if changed:
            self._audit.note(
                session, actor, action, "done", organisation_id=organisation_id, detail={"changed": changed}
            )


def _stored(before: dict[str, Any] | None, wanted: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give what differs (new values by name) and the whole as it is stored."""
    old = msgspec.to_builtins(msgspec.convert(before or {}, type(wanted)))
    new: dict[str, Any] = msgspec.to_builtins(wanted)
    return {name: value for name, value in new.items() if old.get(name) != value}, new
