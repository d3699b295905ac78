"""What people hear when something goes wrong: one sentence, and a reference when it is our defect."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse

from bot.errors import LedgerkeepError, Refused
from bot.log import get_logger
from bot.services.runs import new_reference
from bot.views import errors as views
from bot.views.message import Message

log = get_logger(__name__)
Answer = Callable[[Message], None]


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


def register(app: App) -> None:
    """Answer for everything that is not one of our errors: a defect of ours."""

    @app.error
    def broken(error: Exception, request: BoltRequest) -> BoltResponse:
        reference = new_reference()
        if isinstance(error, LedgerkeepError):
            message = answer_for(error)
        else:
            log.error("listener_broken", exc_info=error, reference=reference)
            message = views.broken(reference)
        return _answered(message, request)


def _answered(message: Message, request: BoltRequest) -> BoltResponse:
    """Give the sentence back in the acknowledgement where Slack shows it: slash commands."""
    if "command" in request.body:
        body = json.dumps({"response_type": "ephemeral", **message.payload})
        return BoltResponse(status=200, body=body, headers={"content-type": "application/json"})
    return BoltResponse(status=200, body="")
