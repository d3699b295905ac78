"""Questions about coverage: by command, by button, by mention and in direct messages."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond

from bot.domain.coverage import NoFact
from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.errors import AmbiguousOrganisation, Refused, UnknownOrganisation
from bot.services import coverage as answers
from bot.services.desk import Desk
from bot.services.organisations import pick
from bot.services.posts import Address
from bot.views import backup as backup_views
from bot.views import coverage as views
from bot.views import help as help_views
from bot.views import ids
from bot.views.message import Message
from handlers.backup import at_home, coverage_of, history, status
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
        actor = context["actor"]
        privately(desk.posts, actor, respond, _clicked(desk, actor, str(action.get("value", ""))))

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], context: BoltContext) -> None:
        if not _is_a_persons(event):
            return
        actor = context["actor"]
        message = _asked(desk, actor, _MENTION.sub("", str(event.get("text", ""))).strip())
        _say(desk, actor, event, message, thread_ts=event.get("thread_ts") or event.get("ts"))

    @app.event("message")
    def written(event: dict[str, Any], context: BoltContext) -> None:
        if event.get("channel_type") != "im" or not _is_a_persons(event):
            return
        actor = context["actor"]
        message = _asked(desk, actor, str(event.get("text", "")).strip())
        _say(desk, actor, event, message, thread_ts=event.get("thread_ts"))


def _is_a_persons(event: dict[str, Any]) -> bool:
    """Say whether a person said this just now.

    Edits, joins, and what bots (we ourselves) say come as messages too; two bots that answer each other would
    never stop, and an edited message was answered when it was written.
    """
    return not (event.get("bot_id") or event.get("subtype") or event.get("edited"))


def _say(desk: Desk, actor: Actor, event: dict[str, Any], message: Message, *, thread_ts: str | None) -> None:
    """Answer where it was asked; tried again until it is there."""
    to = Address(workspace_id=actor.workspace_id, channel_id=actor.channel_id)
    payload = message.payload if thread_ts is None else {**message.payload, "thread_ts": thread_ts}
    desk.posts.send(f"answer:{actor.channel_id}:{event.get('ts')}", to, payload)


def coverage(desk: Desk, actor: Actor, asked: str) -> Message:
    """Answer `/backup coverage`, with nothing, an organisation or a topic behind it."""
    visible = desk.access.seen_by(actor)
    try:
        return coverage_of(desk, pick(asked, visible))
    except AmbiguousOrganisation as several:
        chosen = [(one.id, one.name) for one in visible if one.name in several.names]
        return backup_views.choose_organisation(chosen, "coverage")
    except UnknownOrganisation:
        return _topic(desk, visible, asked)


@told
def _clicked(desk: Desk, actor: Actor, value: str) -> Message:
    return coverage_of(desk, at_home(desk, actor, value))


@told
def _asked(desk: Desk, actor: Actor, text: str) -> Message:
    """Answer words said to us; what the answer holds may be seen by everybody where it was asked."""
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    word, _, rest = plain.removeprefix("/backup").strip().partition(" ")
    word = word.casefold().strip("?!.,:")
    if word in {"", "help"}:
        return help_views.help_()
    if word in {"now", "connect"}:
        raise Refused(f"I answer questions here. To do that, type `/backup {word}`")
    if word == "status":
        return status(desk, actor, rest)
    if word == "history":
        return history(desk, actor, rest)
    if word == "coverage":
        return coverage(desk, actor, rest)
    if _EVERYTHING.search(plain):
        return coverage(desk, actor, "")
    return _topic(desk, desk.access.seen_by(actor), plain)


def _topic(desk: Desk, visible: list[Organisation], asked: str) -> Message:
    """Answer about one thing, by the facts of an organisation here that was backed up, if there is one."""
    known = [(one, desk.backups.evidence(one)) for one in visible]
    organisation, evidence = next((pair for pair in known if pair[1].as_of is not None), known[0])
    found = answers.topic(organisation, evidence, asked)
    return views.unknown(found) if isinstance(found, NoFact) else views.topic(found)
