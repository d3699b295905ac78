"""Deliver commands, interactions and events: over the app's WebSocket when it opened one, else over HTTP.

Events that are not acknowledged are sent again with the same event id: at once, after a minute, after five
(docs.slack.dev/apis/events-api). Commands and interactions are sent once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from bot.sandbox.slack.installed import SlackApp
from bot.sandbox.slack.people import Json
from bot.sandbox.slack.socketmode import SocketMode
from bot.sandbox.slack.wire import PATIENCE, Envelope, Reply, encode, post, signature

RETRY_WAITS = (0.0, 60.0, 300.0)


class Delivery:
    """The way from the workspace to the bot."""

    def __init__(self, app: SlackApp, now: Callable[[], datetime], sockets: SocketMode) -> None:
        self.events_url = ""
        self.retry_waits = RETRY_WAITS
        self.patience = PATIENCE
        self.sent: list[tuple[Envelope, Json, Reply]] = []
        self._app, self._now, self._sockets = app, now, sockets
        self._stopped = threading.Event()

    def send(self, envelope: Envelope, payload: Json, *, retry: int = 0, reason: str = "") -> Reply:
        """Send once and wait for the acknowledgement."""
        if self._sockets.was_used:
            reply = self._sockets.send(envelope, payload, (retry, reason), self.patience)
        elif self.events_url:
            reply = self._post(envelope, payload, retry, reason)
        else:
            reply = Reply(error="dispatch_failed")
        self.sent.append((envelope, payload, reply))
        return reply

    def _post(self, envelope: Envelope, payload: Json, retry: int, reason: str) -> Reply:
        body, content_type = encode(envelope, payload)
        timestamp = str(int(self._now().timestamp()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._app.signing_secret, timestamp, body),
        }
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
        return post(self.events_url, body, headers, patience=self.patience)

    def event(self, payload: Json) -> Reply:
        """Send an event; when it is not acknowledged, go on trying in the background."""
        reply = self.send("events_api", payload)
        if not reply.is_fine:
            threading.Thread(target=self._again, args=(payload, reply), daemon=True).start()
        return reply

    def _again(self, payload: Json, reply: Reply) -> None:
        for number, wait in enumerate(self.retry_waits, 1):
            if self._stopped.wait(wait):
                return
            reason = "http_timeout" if reply.error == "operation_timeout" else "http_error"
            reply = self.send("events_api", payload, retry=number, reason=reason)
            if reply.is_fine:
                return

    def verify(self) -> bool:
        """Do what Slack does when a request address is set: send a challenge and want it back."""
        challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
        payload = {"type": "url_verification", "token": self._app.verification_token, "challenge": challenge}
        body = self.send("events_api", payload).body
        return (body.get("challenge") if isinstance(body, dict) else body) == challenge

    def duplicate(self, number: int = -1) -> Reply:
        """Send again, unchanged, what was sent before (by default the last)."""
        envelope, payload, _reply = self.sent[number]
        return self.send(envelope, payload, retry=1 if envelope == "events_api" else 0, reason="http_timeout")

    def stop(self) -> None:
        """Give up waiting retries."""
        self._stopped.set()
