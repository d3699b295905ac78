"""Answer a click: privately, through Slack's response address. The click was acknowledged before."""

from __future__ import annotations

from http.client import HTTPException

from slack_bolt import Respond

from bot.log import get_logger
from bot.views.message import Message

log = get_logger(__name__)


def privately(respond: Respond, message: Message) -> None:
    """Show a message to the person who clicked; the original message stays."""
    try:
        respond(text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False)
    except (OSError, HTTPException, ValueError) as error:
        log.warning("answer_not_shown", error=type(error).__name__)
