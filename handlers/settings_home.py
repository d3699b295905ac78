"""Moving an organisation to another home channel: from the modal, or from the offer to hand it over."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond

from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.errors import LedgerkeepError, PostRefused, Refused, SlackDisconnected, SlackUnavailable
from bot.services.desk import Desk
from bot.services.posts import Address
from bot.services.settings import mark
from bot.slack.client import QUICK_SECONDS
from bot.views import ids
from bot.views import settings as views
from bot.views import settings_home as form
from bot.views.message import Message
from handlers import settings_fields as fields
from handlers.backup import TOO_OLD, UNLINKED
from handlers.errors import told
from handlers.reply import privately
from handlers.settings_answers import CHANGE, Done, kept, overtaken, tell
from handlers.settings_fields import Json, Wrong

A_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,30}")
NO_CHANNEL = "Choose a channel; direct messages belong to nobody else."
SHARED = "People of other workspaces are in that channel. Choose one of your own people only."
DOWN = "Slack did not answer, so nothing was changed. Please try again."
INVITE = "I am not in that channel. Type /invite @Ledgerkeep there first, then try again."
ALREADY = "It is at home in that channel already."
_REFUSED = {
    "not_in_channel": INVITE,
    "channel_not_found": INVITE,
    "is_archived": "That channel is archived. Choose another one.",
    "restricted_action": "Only some people may post in that channel. Choose another one.",
}


def register(app: App, desk: Desk) -> None:
    """Bind the button of the offer."""

    @app.action(ids.MAKE_HOME)
    def clicked(ack: Ack, action: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        ack()
        actor = context["actor"]
        privately(desk.posts, actor, respond, _made(desk, actor, str(action.get("value", ""))))


def moved(desk: Desk, actor: Actor, view: Json) -> Done:
    """Move the organisation of a modal to the chosen channel."""
    organisation, seen = kept(desk, actor, view)
    if seen != mark(organisation.home_channel):
        raise overtaken(desk, actor, organisation)
    channel = fields.channel(view, form.HOME)
    if channel == organisation.home_channel:
        return Done(told=views.unchanged())
    return _move(desk, actor, organisation, channel)


@told
def _made(desk: Desk, actor: Actor, value: str) -> Message:
    wanted, _, channel = (ids.referred(value) or "").partition(".")
    if not wanted or not channel:
        raise Refused(TOO_OLD)
    linked = desk.organisations.linked(actor.workspace_id)
    organisation = next((one for one in linked if one.id == wanted), None)
    desk.access.require_keeper(
        actor, CHANGE, action="settings.home", organisation_id=organisation.id if organisation else None
    )
    if organisation is None:
        raise Refused(UNLINKED)
    if organisation.home_channel == channel:
        raise Refused(ALREADY)
    done = _move(desk, actor, organisation, channel)
    tell(desk, actor, done)
    return done.told


def _move(desk: Desk, actor: Actor, organisation: Organisation, channel: str) -> Done:
    """Move it where I can post, and nowhere else; both channels hear of it once it is so."""
    by, before = actor.user_id, organisation.home_channel
    with tried_in(desk, actor, channel, form.HOME) as place:
        if not desk.settings.move_home(actor, organisation, channel):
            raise overtaken(desk, actor, organisation)
        desk.schedules.settle_organisation(organisation.id)
    here = form.at_home_now(organisation.name, by=by, before=before)
    away = form.moved_away(organisation.name, by=by, to=channel)
    return Done(told=form.moved(organisation.name, to=channel), heard=((place, here), (before, away)))


@contextmanager
def tried_in(desk: Desk, actor: Actor, channel: str, block: str) -> Iterator[Address]:
    """Show in a channel that I can post there, before a setting counts on it; raises Wrong when I cannot.

    Gives where the sentence stands, for what is to be said in its place once the setting is stored. Posting
    is the only way to know; the sentence says nothing of the change, so it stays true whatever happens.
    """
    place = _tried(desk, actor, channel, block)
    try:
        yield place
    except LedgerkeepError:
        desk.posts.send(f"settings:{uuid.uuid4().hex}", place, form.nothing_changed().payload)
        raise


def _tried(desk: Desk, actor: Actor, channel: str, block: str) -> Address:
    if not A_CHANNEL.fullmatch(channel):
        raise Wrong(block, NO_CHANNEL)
    try:
        if _is_shared(desk, actor, channel):
            raise Wrong(block, SHARED)
        tried = form.trying().payload
        shown = desk.slack.post(actor.workspace_id, channel, tried, timeout_seconds=QUICK_SECONDS)
    except PostRefused as refusal:
        raise Wrong(
            block, _REFUSED.get(refusal.code, "Slack does not let me post in that channel.")
        ) from None
    except (SlackUnavailable, SlackDisconnected):
        raise Wrong(block, DOWN) from None
    return Address(workspace_id=actor.workspace_id, channel_id=shown.channel_id, replaces_ts=shown.ts)


def _is_shared(desk: Desk, actor: Actor, channel: str) -> bool:
    """Say whether strangers are in a channel; where Slack does not say, the menu did not offer such ones."""
    try:
        return desk.slack.is_shared(actor.workspace_id, channel)
    except PostRefused:  # the optional scope was declined, or we are not in it: posting will tell
        return False
