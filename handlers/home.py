"""App Home: drawn anew whenever somebody opens it, for what this person may see."""

from __future__ import annotations

from typing import Any

from slack_bolt import App, BoltContext

from bot.domain.names import Actor
from bot.errors import LedgerkeepError, NotHere, NothingLinked, PostRefused, SlackUnavailable
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
    """Draw Home for what Slack says this person may see; nothing of any organisation when it does not say."""
    now = desk.now()
    try:
        is_keeper = desk.access.is_keeper(actor)
        try:
            standings = desk.standings.of(desk.access.seen_by(actor))
        except (NothingLinked, NotHere):
            return views.home([], now=now, is_keeper=is_keeper)
        digest_at = desk.schedules.next_digest(actor.workspace_id)
        zone = desk.schedules.zone_of(actor.workspace_id)
    except (SlackUnavailable, PostRefused) as error:
        log.warning("person_unknown", error=type(error).__name__)
        return views.unsure()
    except LedgerkeepError as error:
        log.warning("standings_unknown", error=type(error).__name__)
        return views.not_now()
    return views.home(standings, now=now, is_keeper=is_keeper, digest_at=digest_at, zone=zone)
