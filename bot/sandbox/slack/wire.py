"""How the pretend Slack reaches the bot: signed HTTP requests with Slack's own patience of three seconds.

Signing: docs.slack.dev/authentication/verifying-requests-from-slack. Must not interpret.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode, urlsplit

from bot.sandbox.slack.people import Json

PATIENCE = 3.0
Envelope = Literal["slash_commands", "interactive", "events_api"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the body as JSON or text; `error` is Slack's word when nothing usable did."""

    status: int = 0
    body: object = None
    error: str | None = None

    @property
    def is_fine(self) -> bool:
        """Whether the request was acknowledged."""
        return self.error is None


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return Slack's request signature, version 0."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()


def encode(envelope: Envelope, payload: Json) -> tuple[bytes, str]:
    """Return body and content type of a request."""
    if envelope == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if envelope == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def post(url: str, body: bytes, headers: Mapping[str, str], *, patience: float) -> Reply:
    """POST once and read the answer."""
    parts = urlsplit(url)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = maker(parts.netloc, timeout=patience)
    try:
        connection.request("POST", parts.path or "/", body, dict(headers))
        response = connection.getresponse()
        return read(response.status, response.read(), response.getheader("Content-Type") or "")
    except TimeoutError:
        return Reply(error="operation_timeout")
    except (OSError, http.client.HTTPException):
        return Reply(error="dispatch_failed")
    finally:
        connection.close()


def read(status: int, raw: bytes, content_type: str) -> Reply:
    """Turn an HTTP answer into a reply."""
    text = raw.decode(errors="replace")
    body: object = text
    if "json" in content_type and text.strip():
        try:
            body = json.loads(text)
        except ValueError:
            return Reply(status, text, "dispatch_failed")
    return Reply(status, body or None, None if 200 <= status < 300 else "dispatch_failed")
