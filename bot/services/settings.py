"""Keep what people set, and write down who changed what. Decides no right and draws nothing.

A stored value that this version does not know is ignored; one that is missing has its default.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from enum import Enum, auto
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.db.tables import AuditRow, OrganisationRow, Workspace
from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.domain.settings import Extra, OrganisationSettings, WorkspaceSettings
from bot.services.audit import Audit

_ACTION = "settings."
_EXTRAS = frozenset(Extra)


class Amended(Enum):
    """What became of a change."""

    DONE = auto()
    SAME = auto()  # it was so already
    OVERTAKEN = auto()  # somebody else changed it since it was looked at: nothing was stored


def mark(value: Any) -> str:
    """Name a value so that another one has another name; says nothing of what it holds."""
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()[:16]


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
        return _of_organisation(kept)

    def organisations(self, workspace_id: str) -> dict[str, OrganisationSettings]:
        """Give the settings of every organisation of a workspace, by its id, in one query."""
        wanted = select(OrganisationRow.id, OrganisationRow.settings)
        with self._db.reading() as session:
            rows = session.execute(wanted.where(OrganisationRow.workspace_id == workspace_id))
            return {row.id: _of_organisation(row.settings) for row in rows}

    def change_workspace(self, actor: Actor, wanted: WorkspaceSettings) -> tuple[str, ...]:
        """Store a workspace's settings; gives the names of those that differ from before."""
        with self._db.session() as session:
            row = session.get_one(Workspace, actor.workspace_id)
            before = msgspec.convert(row.settings or {}, WorkspaceSettings)
            changed, row.settings = _stored(before, wanted)
            self._note(session, actor, "settings.workspace", changed, None)
        return tuple(changed)

    def change_organisation(
        self, actor: Actor, organisation: Organisation, wanted: OrganisationSettings
    ) -> tuple[str, ...]:
        """Store an organisation's settings; gives the names of those that differ from before."""
        with self._db.session() as session:
            row = session.get_one(OrganisationRow, organisation.id)
            changed, row.settings = _stored(_of_organisation(row.settings), wanted)
            self._note(session, actor, "settings.organisation", changed, organisation.id)
        return tuple(changed)

    def amend_organisation(
        self, actor: Actor, organisation: Organisation, part: str, wanted: Any, *, seen: str
    ) -> Amended:
        """Store one part of an organisation's settings, if it is still what was `seen` (its `mark`)."""
        with self._db.session() as session:
            row = session.get_one(OrganisationRow, organisation.id, with_for_update=True)
            now = _of_organisation(row.settings)
            if mark(getattr(now, part)) != seen:
                return Amended.OVERTAKEN
            changed, row.settings = _stored(now, replace(now, **{part: wanted}))
            self._note(session, actor, "settings.organisation", changed, organisation.id)
        return Amended.DONE if changed else Amended.SAME

    def amend_workspace(self, actor: Actor, part: str, wanted: Any, *, seen: str) -> Amended:
        """Store one part of a workspace's settings, if it is still what was `seen` (its `mark`)."""
        with self._db.session() as session:
            row = session.get_one(Workspace, actor.workspace_id, with_for_update=True)
            now = msgspec.convert(row.settings or {}, WorkspaceSettings)
            if mark(getattr(now, part)) != seen:
                return Amended.OVERTAKEN
            changed, row.settings = _stored(now, replace(now, **{part: wanted}))
            self._note(session, actor, "settings.workspace", changed, None)
        return Amended.DONE if changed else Amended.SAME

    def last_changed_by(self, workspace_id: str, organisation_id: str | None) -> str:
        """Give who changed settings last, of an organisation or of the workspace; "": nobody."""
        newest = (
            select(AuditRow.actor)
            .where(
                AuditRow.workspace_id == workspace_id,
                AuditRow.organisation_id == organisation_id,
                AuditRow.action.startswith(_ACTION),
                AuditRow.outcome != "refused",
            )
            .order_by(AuditRow.seq.desc())
            .limit(1)
        )
        with self._db.reading() as session:
            return session.scalar(newest) or ""

    def is_held(self, organisation: Organisation) -> bool:
        """Say whether an organisation is under legal hold."""
        with self._db.reading() as session:
            return session.get_one(OrganisationRow, organisation.id).legal_hold

    def move_home(self, actor: Actor, organisation: Organisation, channel_id: str) -> bool:
        """Give an organisation another home channel; False: it is there, or was moved meanwhile.

        From then on the people of that channel see it and those of the old one do not.
        """
        with self._db.session() as session:
            row = session.get_one(OrganisationRow, organisation.id, with_for_update=True)
            if channel_id == row.home_channel or row.home_channel != organisation.home_channel:
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


def extras_of(session: Session, organisation_ids: Collection[str]) -> dict[str, frozenset[Extra]]:
    """Give what is read beside the books of each of these organisations, in one query."""
    wanted = select(OrganisationRow.id, OrganisationRow.settings).where(
        OrganisationRow.id.in_(organisation_ids)
    )
    return {key: _of_organisation(kept).extras for key, kept in session.execute(wanted)}


def _of_organisation(kept: dict[str, Any] | None) -> OrganisationSettings:
    """Read what is stored; of a set, the members that this version does not know are left out."""
    known = dict(kept or {})
    if "extras" in known:
        known["extras"] = [one for one in known["extras"] if one in _EXTRAS]
    return msgspec.convert(known, OrganisationSettings)


def _stored(before: Any, wanted: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give what differs (new values by name) and the whole as it is stored."""
    # A set has no order of its own: without one, what did not change would now and then seem changed.
    old = msgspec.to_builtins(before, order="deterministic")
    new: dict[str, Any] = msgspec.to_builtins(wanted, order="deterministic")
    return {name: value for name, value in new.items() if old.get(name) != value}, new
