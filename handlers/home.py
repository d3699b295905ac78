"""App Home: drawn anew whenever somebody opens it, for what this person may see."""

from __future__ import annotations

from typing import Any

from slack_bolt import App, BoltContext

from bot.domain.names import Actor
from bot.errors import LedgerkeepError
from bot.log import get_logger
from bot.services.desk import Desk
from bot.views import home as views
from bot.views.blocks import Block

log = get_logger(__name__)


def register(app: App, desk: Desk) -> None:
    """Bind the event."""

    @app.event("app_home_opened")
    def opened(event: dict[str, Any], context: BoltContext) -> None:
        if event.get("tab") == "home":
            _publish(desk, context["actor"])


def _publish(desk: Desk, actor: Actor) -> None:
    try:
        desk.slack.publish_home(actor.workspace_id, actor.user_id, _drawn(desk, actor))
    except LedgerkeepError as error:  # the next opening draws it again
        log.warning("home_not_drawn", error=type(error).__name__)


def _drawn(desk: Desk, actor: Actor) -> Block:
    try:
        person = desk.access.person(actor)
    except LedgerkeepError as error:
        log.warning("person_unknown", error=type(error).__name__)
        return views.unsure()
    if not person.is_admin:
        return views.home([], can_connect=False)
    # Home belongs to no channel, so only those who may see every organisation see their states here.
    lines = [desk.backups.status(one) for one in desk.organisations.linked(actor.workspace_id)]
    return views.home(lines, can_connect=True)
