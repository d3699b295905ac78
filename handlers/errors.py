"""What people hear when something goes wrong: one sentence, and a reference when it is our defect."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

from slack_bolt import App, BoltContext, BoltResponse, Respond

from bot.domain.names import Actor
from bot.errors import LedgerkeepError, NotAllowed, Refused, Transient
from bot.log import get_logger
from bot.services.desk import Desk
from bot.services.posts import Address
from bot.services.running.runs import new_reference
from bot.services.workspaces import workspace_id_of
from bot.views import errors as views
from bot.views.message import Message
from handlers import refusals
from handlers.reply import directly
from handlers.slack_app import ASK_THERE

log = get_logger(__name__)


def answer_for(error: LedgerkeepError) -> Message:
    """Draw one of our errors."""
    if isinstance(error, Refused):
        return views.refused(error)
    reference = new_reference()
    log.warning("request_failed", error=type(error).__name__, reference=reference)
    return views.trouble(error, reference)


def told(work: Callable[..., Message | None]) -> Callable[..., Message]:
    """Let a listener's work raise our errors; they come out as messages."""

    @functools.wraps(work)
    def safe(*args: Any, **kwargs: Any) -> Message | None:
        try:
            return work(*args, **kwargs)
        except LedgerkeepError as error:
            return answer_for(error)

    return safe  # type: ignore[return-value]


def register(app: App, desk: Desk) -> None:
    """Answer for what no listener answered: people of other workspaces, and defects of ours."""

    @app.error
    def broken(
        error: Exception, body: dict[str, Any], context: BoltContext, respond: Respond
    ) -> BoltResponse:
        message = _drawn(error)
        if isinstance(error, NotAllowed) and error.needs == ASK_THERE:
            refusals.stranger(desk, body, str(context.team_id or ""), str(error))
        if "command" in body:
            return _acknowledged(message)
        actor = context.get("actor")
        if context.response_url:
            _respond(respond, message)
        elif isinstance(error, Transient) and "event" in body:
            return BoltResponse(status=503, body="")  # not taken: Slack sends it again
        elif isinstance(actor, Actor) and actor.user_id:
            directly(desk.posts, actor, message)
        elif _is_asked_in(body):
            _in_thread(desk, context, body["event"], message)
        return BoltResponse(status=200, body="")


def _drawn(error: Exception) -> Message:
    if isinstance(error, LedgerkeepError):
        return answer_for(error)
    reference = new_reference()
    log.error("listener_broken", exc_info=error, reference=reference)
    return views.broken(reference)


def _acknowledged(message: Message) -> BoltResponse:
    """Give the sentence back in the acknowledgement: Slack shows it to who typed the command."""
    body = json.dumps({"response_type": "ephemeral", **message.payload})
    return BoltResponse(status=200, body=body, headers={"content-type": "application/json"})


def _respond(respond: Respond, message: Message) -> None:
    try:
        respond(text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False)
    except (OSError, HTTPException, ValueError) as failure:
        log.warning("answer_not_shown", error=type(failure).__name__)


def _is_asked_in(body: dict[str, Any]) -> bool:
    """Say whether a person of another workspace mentioned us: they hear why nothing comes."""
    event = body.get("event") or {}
    return event.get("type") == "app_mention" and not event.get("bot_id")


def _in_thread(desk: Desk, context: BoltContext, event: dict[str, Any], message: Message) -> None:
    to = Address(
        workspace_id=workspace_id_of(str(context.team_id or "")), channel_id=str(event.get("channel") or "")
    )
    payload = {**message.payload, "thread_ts": event.get("thread_ts") or event.get("ts")}
    desk.posts.send(f"refused:{event.get('channel')}:{event.get('ts')}", to, payload)
