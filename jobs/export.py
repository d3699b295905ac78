"""Make an export that a person asked for, and hand it over: as a file, or by a link. Decides no right.

The link is sent straight to Slack, not through the list of messages: nothing that opens the file is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.export import Asked
from bot.domain.names import MessageRef
from bot.errors import LedgerkeepError, PostRefused, SlackUnavailable
from bot.log import get_logger
from bot.services.looking.exports import Exports
from bot.services.organisations import Organisations
from bot.services.posts import Address, Posts
from bot.services.running.summaries import not_yet_read
from bot.slack.client import Slack
from bot.slack.files import Files
from bot.views import exports as views
from bot.views.trouble import advice
from jobs.engine import Steps

log = get_logger(__name__)
UPLOADED_AT_MOST = 20 * 1024**2  # bytes; larger ones are fetched by a link


class ExportJob:
    """From the request to the link, or to a sentence why there is none."""

    def __init__(
        self,
        *,
        exports: Exports,
        organisations: Organisations,
        slack: Slack,
        files: Files,
        posts: Posts,
    ) -> None:
        self._exports, self._organisations = exports, organisations
        self._slack, self._files, self._posts = slack, files, posts

    def run(self, steps: Steps, args: Mapping[str, Any]) -> None:
        """Do it; what goes wrong is told to the person, never raised."""
        export_id = str(args["export"])
        try:
            made = steps.run("make", lambda: self._exports.make(export_id))
            steps.run("hand over", lambda: self._hand_over(export_id, made))
        except LedgerkeepError as error:
            told = error
            steps.run("fail", lambda: self._failed(export_id, told))

    def broken(self, args: Mapping[str, Any], error: LedgerkeepError | None) -> None:
        """End an export that our own defect cut short."""
        self._failed(str(args["export"]), error or LedgerkeepError())

    def _hand_over(self, export_id: str, made: Mapping[str, Any]) -> int:
        asked = self._exports.asked(export_id)
        told, number = self._told(asked, made), int(made["number"])
        shown: list[MessageRef] = []
        if made["bytes"] <= UPLOADED_AT_MOST and self._given(asked, told, shown):
            self._exports.handed_over(export_id, number, as_file=True)
            return number
        link, until = self._exports.link(export_id)
        message = views.ready(replace(told, link=link, until=until)).payload
        if shown:
            self._slack.update(asked.actor.workspace_id, shown[0], message)
        else:
            self._slack.post(asked.actor.workspace_id, asked.actor.user_id, message)
        self._exports.handed_over(export_id, number)
        return number

    def _told(self, asked: Asked, made: Mapping[str, Any]) -> views.Made:
        organisation = self._organisations.get(asked.organisation_id)
        return views.Made(
            organisation_name=organisation.name,
            records=made["records"],
            files=made["files"],
            bytes=made["bytes"],
            number=made["number"],
            taken_at=datetime.fromisoformat(made["taken_at"]),
            gaps=made["gaps"],
            form=made.get("form", "jsonl"),
            with_files=made.get("with_files", True),
            not_read=not_yet_read(organisation.facts.country),
        )

    def _given(self, asked: Asked, told: views.Made, shown: list[MessageRef]) -> bool:
        """Put the file into the person's direct message, if Slack takes it; notes what was posted for it."""
        path, name = self._exports.file(asked.export_id)
        workspace = asked.actor.workspace_id
        try:  # first, because without the permission for files nothing should be announced
            file_id = self._files.send(workspace, name=name, content=path)
        except (PostRefused, SlackUnavailable) as error:
            log.info("export_not_sent_as_file", error=type(error).__name__)
            return False
        # A person's id will do for a message, which says where it stands, but not for a file.
        shown.append(self._slack.post(workspace, asked.actor.user_id, views.ready(told).payload))
        try:
            self._files.share(workspace, file_id, channel=shown[0].channel_id, title=name)
        except (PostRefused, SlackUnavailable) as error:
            log.info("export_not_shared_as_file", error=type(error).__name__)
            return False
        return True

    def _failed(self, export_id: str, error: LedgerkeepError) -> bool:
        asked = self._exports.asked(export_id)
        self._exports.fail(export_id, type(error).__name__)
        organisation = self._organisations.get(asked.organisation_id)
        # An error of a kind of its own has better words than our advice for all of its kin.
        why = str(error) or advice(error).what
        to = Address(workspace_id=asked.actor.workspace_id, channel_id=asked.actor.user_id)
        payload = views.not_made(organisation.name, why).payload
        return self._posts.send(f"export:{export_id}:failed", to, payload) is not None
