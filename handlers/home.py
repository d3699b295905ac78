"""App Home: drawn anew whenever somebody opens it, for what this person may see."""

from __future__ import annotations

from typing import Any

from slack_bolt import App, BoltContext

from bot.domain.names import Actor
from bot.errors import LedgerkeepError
from bot.log import get_logger
from bot.services.desk import Desk
from bot.views import home as views

log = get_logger(__name__)


def register(app: App, desk: Desk) -> None:
    """Bind the event."""

    @app.event("app_home_opened")
    def opened(event: dict[str, Any], context: BoltContext) -> None:
        if event.get("tab") == "home":
            _publish(desk, context["actor"])


def _publish(desk: Desk, actor: Actor) -> None:
    try:
        person = desk.access.person(actor)
        # Home belongs to no channel, so only those who may see every organisation see their states here.
        lines = [desk.backups.status(one) for one in desk.organisations.linked(actor.workspace_id)]
        shown = lines if person.is_admin else []
        desk.slack.publish_home(
            actor.workspace_id, actor.user_id, views.home(shown, can_connect=person.is_admin)
        )
    except LedgerkeepError as error:  # the next opening draws it again
        log.warning("home_not_drawn", error=type(error).__name__)
