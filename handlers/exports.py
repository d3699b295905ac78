"""Exports from Slack: for keepers only, by command or button; the link comes later, as a direct message."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond

from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.errors import AmbiguousOrganisation, Refused
from bot.services.desk import Desk
from bot.services.looking.exports import NO_COPY
from bot.views import backup as backup_views
from bot.views import exports as views
from bot.views import ids
from bot.views.message import Message
from handlers.backup import at_home
from handlers.errors import told
from handlers.reply import privately

CHOOSE_EXPORT = re.compile(r"^choose:export:\d+$")


def register(app: App, desk: Desk) -> None:
    """Bind the buttons."""

    def clicked(ack: Ack, action: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        ack()
        actor = context["actor"]
        privately(desk.posts, actor, respond, _clicked(desk, actor, str(action.get("value", ""))))

    for action_id in (ids.EXPORT, CHOOSE_EXPORT):
        app.action(action_id)(clicked)

    @app.action(ids.EXPORT_LINK)
    def opened(ack: Ack) -> None:
        ack()  # a link button: the browser does the rest


def export(desk: Desk, actor: Actor, asked: str) -> Message:
    """Ask for an export of the organisation that is meant."""
    try:
        organisation = desk.access.find(actor, asked)
    except AmbiguousOrganisation as several:
        seen = [(one.id, one.name) for one in desk.access.seen_by(actor) if one.name in several.names]
        return backup_views.choose_organisation(seen, "export")
    return _begin(desk, actor, organisation)


@told
def _clicked(desk: Desk, actor: Actor, value: str) -> Message:
    return _begin(desk, actor, at_home(desk, actor, value))


def _begin(desk: Desk, actor: Actor, organisation: Organisation) -> Message:
    desk.access.require_keeper(actor, "export copies", action="export", organisation_id=organisation.id)
    if not any(one.snapshot_id for one in desk.backups.history(organisation, limit=50)):
        raise Refused(NO_COPY)
    desk.exports.request(actor, organisation)
    running = desk.backups.running(organisation) is not None
    return views.being_made(organisation.name, backup_first=running)
