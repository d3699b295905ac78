"""Questions about coverage: by command, by button, by mention and in direct messages."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond, Say

from bot.domain.coverage import NoFact
from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.errors import AmbiguousOrganisation, UnknownOrganisation
from bot.services import coverage as answers
from bot.services.desk import Desk
from bot.services.organisations import pick
from bot.views import backup as backup_views
from bot.views import coverage as views
from bot.views import help as help_views
from bot.views import ids
from bot.views.message import Message
from handlers.backup import at_home
from handlers.errors import told
from handlers.reply import privately

_MENTION = re.compile(r"<@[A-Z0-9]+(\|[^>]*)?>")
# Words that ask about everything; whatever else is asked is looked up as one topic.
_EVERYTHING = re.compile(r"\b(cover|covered|coverage|gaps?|missing|not backed up|left out)\b", re.IGNORECASE)


def register(app: App, desk: Desk) -> None:
    """Bind the button, mentions and direct messages."""

    @app.action(ids.COVERAGE)
    def clicked(ack: Ack, action: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        ack()
        privately(respond, _clicked(desk, context["actor"], str(action.get("value", ""))))

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], context: BoltContext, say: Say) -> None:
        message = _asked(desk, context["actor"], _MENTION.sub("", str(event.get("text", ""))).strip())
        say(text=message.text, blocks=message.blocks, thread_ts=event.get("thread_ts") or event.get("ts"))

    @app.event("message")
    def written(event: dict[str, Any], context: BoltContext, say: Say) -> None:
        # Edits, joins, and what bots (we ourselves) say come as messages too; only a person's words count.
        if event.get("channel_type") != "im" or event.get("subtype") or event.get("bot_id"):
            return
        message = _asked(desk, context["actor"], str(event.get("text", "")))
        say(text=message.text, blocks=message.blocks)


def coverage(desk: Desk, actor: Actor, asked: str) -> Message:
    """Answer `/backup coverage`, with nothing, an organisation or a topic behind it."""
    visible = desk.organisations.seen_by(actor)
    try:
        return _whole(desk, pick(asked, visible))
    except AmbiguousOrganisation as several:
        chosen = [(one.id, one.name) for one in visible if one.name in several.names]
        return backup_views.choose_organisation(chosen, "coverage")
    except UnknownOrganisation:
        return _topic(desk, visible, asked)


@told
def _clicked(desk: Desk, actor: Actor, value: str) -> Message:
    return _whole(desk, at_home(desk, actor, value))


@told
def _asked(desk: Desk, actor: Actor, text: str) -> Message:
    if not text:
        return help_views.help_()
    if _EVERYTHING.search(text):
        return coverage(desk, actor, "")
    return _topic(desk, desk.organisations.seen_by(actor), text)


def _whole(desk: Desk, organisation: Organisation) -> Message:
    return views.report(answers.report(organisation, desk.backups.evidence(organisation)))


def _topic(desk: Desk, visible: list[Organisation], asked: str) -> Message:
    found = answers.topic(visible[0], desk.backups.evidence(visible[0]), asked)
    return views.unknown(found) if isinstance(found, NoFact) else views.topic(found)
