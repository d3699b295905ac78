"""Before Bolt sees a request over HTTP: what nobody could read is turned away. Checks no signature itself.

Bolt reads time and body before it checks the signature, and takes what it cannot read for a defect. Anybody
may send such a thing, and nobody shall fill the log with defects that way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from slack_bolt.adapter.flask.handler import to_flask_response
from slack_bolt.request.internals import parse_body
from slack_bolt.response import BoltResponse

Door = Callable[[Any], Any]
_MOMENT = re.compile(r"[0-9]{1,12}")  # seconds, as Slack sends them


def readable(door: Door) -> Door:
    """Let through only what has a time, or none at all, and a body that is one object."""

    def guarded(request: Any) -> Any:
        if not _MOMENT.fullmatch(request.headers.get("X-Slack-Request-Timestamp", "0")):
            return _refusal(401, "invalid request")
        return door(request) if _is_one_object(request) else _refusal(400, "unreadable request")

    return guarded


def _is_one_object(request: Any) -> bool:
    try:
        return isinstance(parse_body(request.get_data(as_text=True), request.mimetype), dict)
    except (ValueError, RecursionError):
        return False


def _refusal(status: int, sentence: str) -> Any:
    return to_flask_response(BoltResponse(status=status, body={"error": sentence}))
