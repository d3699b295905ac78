"""Questions, in one's own words or by command or button: one service answers, one view draws."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond

from bot.catalogue.topics import TOPICS
from bot.domain.answers import Question
from bot.domain.names import Actor
from bot.errors import Refused
from bot.services.asking.questions import SUGGESTED
from bot.services.asking.talks import DIRECTLY
from bot.services.desk import Desk
from bot.services.posts import Address
from bot.views import answers as views
from bot.views import ids
from bot.views.message import Message
from handlers.backup import TOO_OLD, at_home, coverage_of, history, status
from handlers.errors import told
from handlers.reply import privately

_MENTION = re.compile(r"<@[A-Z0-9]+(\|[^>]*)?>")
_EVERYTHING = "everything"
_ORDERS = frozenset({"now", "connect"})
_COMMANDS = frozenset({"settings", "diff", "find", "export"})  # words of questions, too


def register(app: App, desk: Desk) -> None:
    """Bind the buttons, mentions and direct messages."""

    @app.action(ids.COVERAGE)
    def clicked(ack: Ack, action: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        ack()
        actor = context["actor"]
        privately(desk.posts, actor, respond, _clicked(desk, actor, str(action.get("value", ""))))

    @app.action(ids.TOPIC_PATTERN)
    def chosen(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, respond: Respond
    ) -> None:
        ack()
        actor = context["actor"]
        thread = str((body.get("container") or {}).get("thread_ts") or "")
        privately(desk.posts, actor, respond, _chosen(desk, actor, str(action.get("value", "")), thread))

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], context: BoltContext) -> None:
        if not _is_a_persons(event):
            return
        actor = context["actor"]
        thread = str(event.get("thread_ts") or event.get("ts") or "")
        message = _asked(desk, actor, _MENTION.sub("", str(event.get("text", ""))), thread)
        _say(desk, actor, event, message, thread_ts=thread or None)

    @app.event("message")
    def written(event: dict[str, Any], context: BoltContext) -> None:
        if event.get("channel_type") != "im" or not _is_a_persons(event):
            return
        actor, thread = context["actor"], event.get("thread_ts")
        message = _asked(desk, actor, str(event.get("text", "")), str(thread or DIRECTLY))
        _say(desk, actor, event, message, thread_ts=thread)


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
    """Answer `/backup coverage`, with nothing, an organisation or any question behind it."""
    return _answer(desk, Question(text=asked, viewer=actor, topic=_EVERYTHING))


@told
def _clicked(desk: Desk, actor: Actor, value: str) -> Message:
    return coverage_of(desk, at_home(desk, actor, value))


@told
def _chosen(desk: Desk, actor: Actor, value: str, thread: str) -> Message:
    """Answer what a button asks, for its organisation if that may still be shown here."""
    meant = ids.topic_referred(value)
    if meant is None or (meant[0] not in TOPICS and meant[0] not in SUGGESTED):
        raise Refused(TOO_OLD)
    key, organisation_id = meant
    if organisation_id:
        at_home(desk, actor, ids.reference(organisation_id))
    return _answer(
        desk, Question(text="", viewer=actor, thread=thread, topic=key, organisation_id=organisation_id)
    )


@told
def _asked(desk: Desk, actor: Actor, text: str, thread: str) -> Message:
    """Answer words said to us; what the answer holds may be seen by everybody where it was asked."""
    word, _, rest = text.strip().removeprefix("/backup").strip().partition(" ")
    word = word.casefold().strip("?!.,:")
    if word in _ORDERS or (word in _COMMANDS and not rest.strip()):
        raise Refused(f"I answer questions here. To do that, type `/backup {word}`")
    if word == "history":
        return history(desk, actor, rest.strip())
    if word == "status":
        return status(desk, actor, rest.strip())
    if word == "coverage":
        return coverage(desk, actor, rest)
    return _answer(desk, Question(text=text, viewer=actor, thread=thread))


def _answer(desk: Desk, question: Question) -> Message:
    now = desk.now()
    return views.draw(desk.questions.answer(question, now), now)
