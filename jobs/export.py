"""Make an export that a person asked for, and hand them the link. Decides no right.

The link is sent straight to Slack, not through the list of messages: nothing that opens the file is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.errors import LedgerkeepError
from bot.services.exports import Exports
from bot.services.organisations import Organisations
from bot.services.posts import Address, Posts
from bot.services.summaries import not_yet_read
from bot.slack.client import Slack
from bot.views import exports as views
from bot.views.trouble import advice
from jobs.engine import Steps


class ExportJob:
    """From the request to the link, or to a sentence why there is none."""

    def __init__(self, *, exports: Exports, organisations: Organisations, slack: Slack, posts: Posts) -> None:
        self._exports, self._organisations = exports, organisations
        self._slack, self._posts = slack, posts

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
        organisation = self._organisations.get(asked.organisation_id)
        link, until = self._exports.link(export_id)
        message = views.ready(
            views.Made(
                organisation_name=organisation.name,
                link=link,
                until=until,
                records=made["records"],
                files=made["files"],
                bytes=made["bytes"],
                number=made["number"],
                taken_at=datetime.fromisoformat(made["taken_at"]),
                gaps=made["gaps"],
                not_read=not_yet_read(organisation.facts.country),
            )
        )
        self._slack.post(asked.actor.workspace_id, asked.actor.user_id, message.payload)
        self._exports.handed_over(export_id, made["number"])
        return int(made["number"])

    def _failed(self, export_id: str, error: LedgerkeepError) -> bool:
        asked = self._exports.asked(export_id)
        self._exports.fail(export_id, type(error).__name__)
        organisation = self._organisations.get(asked.organisation_id)
        # An error of a kind of its own has better words than our advice for all of its kin.
        why = str(error) or advice(error).what
        to = Address(workspace_id=asked.actor.workspace_id, channel_id=asked.actor.user_id)
        payload = views.not_made(organisation.name, why).payload
        return self._posts.send(f"export:{export_id}:failed", to, payload) is not None
