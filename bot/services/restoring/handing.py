"""Hand a file about a restore to one person, in a direct message. Decides nothing about who may have it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.db.engine import Database
from bot.db.received import first_time
from bot.db.tables import Received
from bot.domain.names import MessageRef, WorkspaceId
from bot.errors import SlackUnavailable
from bot.services.posts import Address, Posts
from bot.slack.files import Files
from bot.views.message import Message


class Handing:
    """Gives files out, each key once."""

    def __init__(self, db: Database, *, posts: Posts, files: Files, now: Callable[[], datetime]) -> None:
        self._db, self._posts, self._files, self._now = db, posts, files, now

    def is_given(self, key: str) -> bool:
        """Say whether the file of this key has reached its person."""
        with self._db.reading() as session:
            return session.get(Received, key) is not None

    def give(self, workspace: WorkspaceId, person: str, path: Path, *, key: str, told: Message) -> None:
        """Send the file and share it below a message to the person.

        Nothing is announced before Slack has taken the file. Raises PostRefused (missing_scope: the app may
        send no files), SlackUnavailable, SlackDisconnected.
        """
        file_id = self._files.send(workspace, name=path.name, content=path)
        place = self.say(workspace, person, key=key, told=told)
        if place is None:
            raise SlackUnavailable("Slack did not take the message that the file belongs to.")
        # A person's id will do for a message, which says where it stands, but not for a file.
        self._files.share(workspace, file_id, channel=place.channel_id, title=path.name)
        with self._db.session() as session:
            first_time(session, key, self._now())

    def say(self, workspace: WorkspaceId, person: str, *, key: str, told: Message) -> MessageRef | None:
        """Send a direct message; None while Slack does not take it, then it is sent later."""
        return self._posts.send(key, Address(workspace_id=workspace, channel_id=person), told.payload)
