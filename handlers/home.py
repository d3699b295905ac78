"""App Home: drawn for what this person may see, when they open it and again when something changed."""

from __future__ import annotations

import threading
from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond

from bot.domain.names import Actor
from bot.errors import LedgerkeepError, NothingLinked, PostRefused, SlackUnavailable
from bot.log import get_logger
from bot.services.desk import Desk
from bot.views import help as help_views
from bot.views import home as views
from bot.views import ids
from bot.views.blocks import Block
from bot.views.message import Message
from handlers import refusals
from handlers.errors import told
from handlers.questions import coverage
from handlers.reply import privately

log = get_logger(__name__)
# Python runs one thread at a time, and hands over at each row read from SQLite: several pages drawn side by
# side take many times as long as one after the other.
_IN_TURN = threading.Lock()


def register(app: App, desk: Desk) -> None:
    """Bind the event and the buttons that belong to no organisation; keep open pages fresh."""
    desk.homes.shown_by(
        lambda actor: desk.slack.publish_home(actor.workspace_id, actor.user_id, draw(desk, actor))
    )

    @app.event("app_home_opened")
    def opened(event: dict[str, Any], context: BoltContext) -> None:
        if event.get("tab") == "home":
            actor = context["actor"]
            desk.homes.opened(actor)
            _show(desk, actor)

    @app.action(ids.HOME_COVERAGE)
    def asked(ack: Ack, context: BoltContext, respond: Respond) -> None:
        ack()
        actor = context["actor"]
        privately(desk.posts, actor, respond, _coverage(desk, actor))

    @app.action(ids.HELP)
    def helped(ack: Ack, context: BoltContext, respond: Respond) -> None:
        ack()
        privately(desk.posts, context["actor"], respond, help_views.help_())


@told
def _coverage(desk: Desk, actor: Actor) -> Message:
    return coverage(desk, actor, "")


def _show(desk: Desk, actor: Actor) -> None:
    """Show Home, or plainly why it cannot be drawn; the next opening draws it again."""
    try:
        view = draw(desk, actor)
        refusals.outsider_at_home(desk, actor)
    except (SlackUnavailable, PostRefused) as error:
        log.warning("person_unknown", error=type(error).__name__)
        view = views.unsure()
    except LedgerkeepError as error:
        log.warning("standings_unknown", error=type(error).__name__)
        view = views.not_now()
    try:
        desk.slack.publish_home(actor.workspace_id, actor.user_id, view)
    except LedgerkeepError as error:
        log.warning("home_not_shown", error=type(error).__name__)


def draw(desk: Desk, actor: Actor) -> Block:
    """Draw what Slack says this person may see; raises SlackUnavailable when it does not say, Transient."""
    now, is_keeper = desk.now(), desk.access.is_keeper(actor)
    try:
        shown = desk.access.glance(actor)
    except NothingLinked:
        shown = []
    if not shown:
        return views.home([], now=now, is_keeper=is_keeper)
    with _IN_TURN:
        return views.home(
            desk.standings.of(shown),
            now=now,
            is_keeper=is_keeper,
            digest_at=desk.schedules.next_digest(actor.workspace_id),
        )
