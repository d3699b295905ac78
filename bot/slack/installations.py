"""Slack's OAuth installations and states, kept in our database with tokens sealed. Decides nothing.

Bolt's revocation listeners call `delete_installation` for user tokens and `delete_bot` for bot tokens, so the
two are kept apart: losing one must not lose the other.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from logging import Logger
from typing import Any

from slack_sdk.oauth.installation_store.installation_store import InstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.state_store.state_store import OAuthStateStore

from bot.crypto import KeyRing
from bot.db import installs
from bot.db import states as slack_states
from bot.db.engine import Database
from bot.db.installs import BOT, Place

STATE_LIFE = timedelta(minutes=10)
_BOT_FIELDS = (
    "bot_token",
    "bot_id",
    "bot_user_id",
    "bot_scopes",
    "bot_refresh_token",
    "bot_token_expires_at",
)


class SealedInstallations(InstallationStore):
    """Every workspace that installed the app, and its tokens."""

    def __init__(self, db: Database, ring: KeyRing) -> None:
        self._db, self._ring = db, ring

    @property
    def logger(self) -> Logger:
        """The standard library's logger, as Bolt wants it."""
        return logging.getLogger(__name__)

    def save(self, installation: Installation) -> None:
        """Store an installation, and the bot token that came with it."""
        self._put(installation, installation.user_id)
        if installation.bot_token is not None:
            self.save_bot(installation.to_bot())

    def save_bot(self, bot: Bot) -> None:
        """Store a bot's token, in place of the one before."""
        self._put(bot, BOT)

    def find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Find the bot of a workspace, or of an enterprise."""
        with self._db.reading() as session:
            found = installs.bot(session, self._ring, _place(enterprise_id, team_id, is_enterprise_install))
        return Bot(**json.loads(found)) if found else None

    def find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """Find a person's installation, or the newest one, with the newest bot token of the place."""
        place = _place(enterprise_id, team_id, is_enterprise_install)
        with self._db.reading() as session:
            found = installs.person(session, self._ring, place, user_id)
            bot = installs.bot(session, self._ring, place)
        if not found:
            return None
        values = json.loads(found)
        newest = json.loads(bot) if bot else {}
        values.update({name: newest.get(name) for name in _BOT_FIELDS})
        return Installation(**values)

    def delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget the bot's token."""
        with self._db.session() as session:
            installs.drop(session, Place(enterprise_id, team_id), BOT)

    def delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Forget one person's token, or everybody's; the bot's stays."""
        place = Place(enterprise_id, team_id)
        with self._db.session() as session:
            if user_id is None:
                installs.drop_people(session, place)
            else:
                installs.drop(session, place, user_id)

    def delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget every token of a workspace or an enterprise, at once."""
        place = Place(enterprise_id, team_id)
        with self._db.session() as session:
            installs.drop(session, place, BOT)
            installs.drop_people(session, place)

    def _put(self, brought: Installation | Bot, installer: str) -> None:
        place = _place(brought.enterprise_id, brought.team_id, brought.is_enterprise_install)
        with self._db.session() as session:
            installs.put(
                session,
                self._ring,
                place,
                installer,
                json.dumps(_fields(brought, installer)).encode(),
                app_id=brought.app_id or "",
                bot_user_id=brought.bot_user_id or "",
                at=datetime.fromtimestamp(brought.installed_at, UTC),
            )


class TicketStates(OAuthStateStore):
    """Single-use states of Slack's OAuth, each good for ten minutes; only their hashes are kept."""

    def __init__(self, db: Database, *, now: Callable[[], datetime]) -> None:
        self._db, self._now = db, now

    @property
    def logger(self) -> Logger:
        """The standard library's logger, as Bolt wants it."""
        return logging.getLogger(__name__)

    def issue(self, *_args: Any, **_kwargs: Any) -> str:
        """Make a state for one installation."""
        state = secrets.token_urlsafe(32)
        with self._db.session() as session:
            slack_states.put(session, _hash(state), now=self._now(), life=STATE_LIFE)
        return state

    def consume(self, state: str) -> bool:
        """Use a state up; say whether it was good."""
        with self._db.session() as session:
            return slack_states.take(session, _hash(state), now=self._now())


def _place(enterprise_id: str | None, team_id: str | None, is_enterprise: bool | None) -> Place:
    return Place(enterprise_id or None, None if is_enterprise else team_id or None)


def _fields(brought: Installation | Bot, installer: str) -> dict[str, Any]:
    """Give everything a new object is made from; the bot's token is not kept twice."""
    fields = dict(vars(brought))
    return {name: value for name, value in fields.items() if installer == BOT or name not in _BOT_FIELDS}


def _hash(state: str) -> str:
    # A random state of 256 bits needs no slow hash.
    return hashlib.sha256(state.encode()).hexdigest()
