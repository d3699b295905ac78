"""Rows of Slack installations: one for the bot of a place, one per person who installed. No Slack library.

A place is a workspace (team id), or a whole enterprise (no team id). The content is opaque and sealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from bot.crypto import KeyRing
from bot.db.columns import new_id
from bot.db.secrets import seal, unseal
from bot.db.tables import InstallationRow

BOT = ""  # installer of the row that holds a bot's token
_COLUMN = "installations.sealed"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the app is installed; `team_id` is None when it is on a whole enterprise."""

    enterprise_id: str | None
    team_id: str | None


def put(
    session: Session,
    ring: KeyRing,
    place: Place,
    installer: str,
    content: bytes,
    *,
    app_id: str,
    bot_user_id: str,
    at: datetime,
) -> None:
    """Store what one installation brought, in place of what the same installer brought before."""
    drop(session, place, installer)
    row_id = new_id()
    session.add(
        InstallationRow(
            id=row_id,
            enterprise_id=place.enterprise_id,
            team_id=place.team_id,
            is_enterprise=place.team_id is None,
            app_id=app_id,
            bot_user_id=bot_user_id,
            installer_user_id=installer,
            installed_at=at,
            sealed=seal(ring, _COLUMN, row_id, content),
        )
    )


def bot(session: Session, ring: KeyRing, place: Place) -> bytes | None:
    """Give the content of the bot's row."""
    return _newest(session, ring, place, InstallationRow.installer_user_id == BOT)


def person(session: Session, ring: KeyRing, place: Place, installer: str | None) -> bytes | None:
    """Give what one person's installation brought, or with None what the newest one brought."""
    wanted = InstallationRow.installer_user_id != BOT
    if installer is not None:
        wanted = InstallationRow.installer_user_id == installer
    return _newest(session, ring, place, wanted)


def drop(session: Session, place: Place, installer: str) -> None:
    """Delete the row of one installer, or of the bot."""
    session.execute(
        delete(InstallationRow).where(*_at(place), InstallationRow.installer_user_id == installer)
    )


def drop_people(session: Session, place: Place) -> None:
    """Delete the rows of everybody who installed; the bot's stays."""
    session.execute(delete(InstallationRow).where(*_at(place), InstallationRow.installer_user_id != BOT))


def _newest(session: Session, ring: KeyRing, place: Place, wanted: ColumnElement[bool]) -> bytes | None:
    query = select(InstallationRow).where(*_at(place), wanted)
    row = session.scalars(query.order_by(InstallationRow.installed_at.desc()).limit(1)).one_or_none()
    return None if row is None else unseal(ring, _COLUMN, row.id, row.sealed)


def _at(place: Place) -> tuple[ColumnElement[bool], Any]:
    return (
        InstallationRow.enterprise_id.is_not_distinct_from(place.enterprise_id),
        InstallationRow.team_id.is_not_distinct_from(place.team_id),
    )
