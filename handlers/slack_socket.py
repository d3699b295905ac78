"""Socket Mode: one WebSocket to Slack, opened in the background and kept open. Handles no payload itself.

Slack ends every connection after some hours, and networks do so at any moment: slack_sdk then opens the next
one. A first connection that fails is tried again here, so that the bot starts while Slack is down.
"""

from __future__ import annotations

import threading
import time
from http.client import HTTPException

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.log import get_logger

log = get_logger(__name__)

PING_SECONDS = 5
# A dead connection can look open; without an answer to four pings it is not (slack_sdk drops it then, too).
SILENT_SECONDS = 4 * PING_SECONDS
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


class SlackSocket:
    """The connection through which Slack hands over commands, clicks and events."""

    def __init__(self, app: App, app_token: str) -> None:
        self._handler = SocketModeHandler(app, app_token, ping_interval=PING_SECONDS)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._open, name="slack-socket", daemon=True)

    def start(self) -> None:
        """Begin to connect, without waiting for it."""
        self._thread.start()

    def stop(self) -> None:
        """Close the connection and stay closed."""
        self._stopped.set()
        self._thread.join(5)
        self._handler.close()  # type: ignore[no-untyped-call]

    def is_alive(self) -> bool:
        """Say whether the connection is open and answered a ping lately."""
        client = self._handler.client
        session = client.current_session
        if session is None or not client.is_connected():
            return False
        last = session.last_ping_pong_time
        return last is None or time.time() - last < SILENT_SECONDS

    def _open(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopped.is_set():
            try:
                self._handler.connect()  # type: ignore[no-untyped-call]
            except (SlackApiError, SlackClientError, OSError, HTTPException, ValueError) as error:
                log.warning("slack_socket_not_open", error=type(error).__name__, again_in_seconds=pause)
                self._stopped.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return
