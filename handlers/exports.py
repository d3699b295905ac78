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

CHOOSE_EXPORT = re.compile(r"^choose:export(?P<form>[a-z]*):\d+$")
# What people may write at the end of the command, and the form it means.
_AS = re.compile(
    r"(?:(?P<name>.*\S)\s+)?as\s+(?P<form>excel|xlsx|csv|tables|json|jsonl)", re.IGNORECASE | re.DOTALL
)
_FORMS = {"excel": "xlsx", "tables": "csv", "json": "jsonl"}


def register(app: App, desk: Desk) -> None:
    """Bind the buttons."""

    def clicked(ack: Ack, action: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        ack()
        actor = context["actor"]
        chosen = CHOOSE_EXPORT.match(str(action.get("action_id", "")))
        form = chosen["form"] if chosen else ""
        privately(desk.posts, actor, respond, _clicked(desk, actor, str(action.get("value", "")), form))

    for action_id in (ids.EXPORT, CHOOSE_EXPORT):
        app.action(action_id)(clicked)

    @app.action(ids.EXPORT_LINK)
    def opened(ack: Ack) -> None:
        ack()  # a link button: the browser does the rest


def export(desk: Desk, actor: Actor, asked: str) -> Message:
    """Ask for an export of the organisation that is meant, "as excel" or "as csv" where that is said."""
    said = _AS.fullmatch(asked.strip())
    form = said["form"].casefold() if said else ""
    try:
        organisation = desk.access.find(actor, (said["name"] or "") if said else asked)
    except AmbiguousOrganisation as several:
        seen = [(one.id, one.name) for one in desk.access.seen_by(actor) if one.name in several.names]
        return views.which(seen, form) if form else backup_views.choose_organisation(seen, "export")
    return _begin(desk, actor, organisation, form)


@told
def _clicked(desk: Desk, actor: Actor, value: str, form: str) -> Message:
    return _begin(desk, actor, at_home(desk, actor, value), form)


def _begin(desk: Desk, actor: Actor, organisation: Organisation, form: str) -> Message:
    wanted = _FORMS.get(form, form) or "jsonl"
    desk.access.require_keeper(actor, "export copies", action="export", organisation_id=organisation.id)
    if not any(one.snapshot_id for one in desk.backups.history(organisation, limit=50)):
        raise Refused(NO_COPY)
    desk.exports.request(actor, organisation, wanted)
    running = desk.backups.running(organisation) is not None
    return views.being_made(organisation.name, backup_first=running, form=wanted)
