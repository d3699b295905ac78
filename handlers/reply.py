"""Answer the person who acted, and nobody else: at the click where Slack shows it there, else directly.

The click was acknowledged before. An answer that cannot be shown beside the message is sent to the person.
"""

from __future__ import annotations

import uuid
from http.client import HTTPException

from slack_bolt import Respond

from bot.domain.names import Actor
from bot.errors import PostRefused, SlackDisconnected, SlackUnavailable
from bot.log import get_logger
from bot.services.posts import Address, Posts
from bot.slack.client import Slack
from bot.views.message import Message

log = get_logger(__name__)


def privately(posts: Posts, actor: Actor, respond: Respond, message: Message) -> None:
    """Show a message to the person who clicked; the original message stays.

    App Home belongs to no channel and has no response address: there the person is written to.
    """
    if not (actor.channel_id and _shown(respond, message)):
        directly(posts, actor, message)


def directly(posts: Posts, actor: Actor, message: Message) -> None:
    """Send a direct message; it is tried again until it arrives."""
    to = Address(workspace_id=actor.workspace_id, channel_id=actor.user_id)
    posts.send(f"told:{uuid.uuid4().hex}", to, message.payload)


def confidentially(slack: Slack, actor: Actor, respond: Respond, message: Message) -> None:
    """Show a message that names customers or amounts to the person who asked; it is never written down.

    What cannot be shown is lost: the person asks again.
    """
    if actor.channel_id and _shown(respond, message):
        return
    try:
        slack.post(actor.workspace_id, actor.user_id, message.payload)
    except (SlackUnavailable, SlackDisconnected, PostRefused) as error:
        log.warning("answer_not_shown", error=type(error).__name__)


def _shown(respond: Respond, message: Message) -> bool:
    try:
        answer = respond(
            text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False
        )
    except (OSError, HTTPException, ValueError) as error:
        log.warning("answer_not_shown", error=type(error).__name__)
        return False
    if answer.status_code != 200:  # used up (five answers, thirty minutes), or Slack has trouble
        log.warning("answer_not_shown", status=answer.status_code)
        return False
    return True
