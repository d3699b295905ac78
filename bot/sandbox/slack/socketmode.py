"""Socket Mode: a WebSocket server that hands each payload to one of the app's connections.

docs.slack.dev/apis/events-api/using-socket-mode. Starts when the app first asks for a connection.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from bot.sandbox.slack.people import Json
from bot.sandbox.slack.wire import Envelope, Reply

_LOG = logging.getLogger(__name__)


class SocketMode:
    """Connections of the app, newest last, and the acknowledgements that are awaited."""

    def __init__(self, app_id: str) -> None:
        self.was_used = False
        self._app_id = app_id
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._tickets: set[str] = set()
        self._connections: list[ServerConnection] = []
        self._awaited: dict[str, tuple[threading.Event, list[object]]] = {}
        self._lock = threading.Lock()

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def open(self) -> str:
        """Return a WebSocket address that works once."""
        with self._lock:
            if self._server is None:
                self._server = serve(self._serve, "127.0.0.1", 0, logger=_LOG)
                self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
                self._thread.start()
            self.was_used = True
            ticket = secrets.token_hex(8)
            self._tickets.add(ticket)
        port = self._server.socket.getsockname()[1]
        return f"ws://127.0.0.1:{port}/link/?ticket={ticket}&app_id={self._app_id}"

    def _serve(self, connection: ServerConnection) -> None:
        path = connection.request.path if connection.request else ""
        ticket = parse_qs(urlsplit(path).query).get("ticket", [""])[0]
        with self._lock:
            if ticket not in self._tickets:
                return
            self._tickets.remove(ticket)
        hello = {"type": "hello", "num_connections": 1, "connection_info": {"app_id": self._app_id}}
        connection.send(json.dumps(hello))
        self._connections.append(connection)
        try:
            for raw in connection:
                self._acknowledge(json.loads(raw))
        except ConnectionClosed:
            return
        finally:
            if connection in self._connections:
                self._connections.remove(connection)

    def _acknowledge(self, answer: Json) -> None:
        awaited = self._awaited.get(str(answer.get("envelope_id")))
        if awaited:
            awaited[1].append(answer.get("payload"))
            awaited[0].set()

    def send(self, envelope: Envelope, payload: Json, retry: tuple[int, str], patience: float) -> Reply:
        """Send one envelope to one connection and wait so many seconds for its acknowledgement."""
        if not self._connections:
            return Reply(error="dispatch_failed")
        envelope_id = secrets.token_hex(16)
        event, answers = self._awaited.setdefault(envelope_id, (threading.Event(), []))
        body: Json = {"envelope_id": envelope_id, "type": envelope, "payload": payload}
        body["accepts_response_payload"] = envelope != "events_api"
        if envelope == "events_api":
            body |= {"retry_attempt": retry[0], "retry_reason": retry[1]}
        try:
            self._connections[-1].send(json.dumps(body))
            arrived = event.wait(patience)
        except ConnectionClosed:
            return Reply(error="dispatch_failed")
        finally:
            self._awaited.pop(envelope_id, None)
        return Reply(200, answers[0] or None) if arrived else Reply(error="operation_timeout")

    def refresh(self) -> None:
        """Tell the app to reconnect, as Slack does every few hours."""
        for connection in list(self._connections):
            connection.send(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))

    def drop(self) -> None:
        """Cut every connection."""
        for connection in list(self._connections):
            connection.close()

    def stop(self) -> None:
        """Close the server and all connections."""
        if self._server is not None:
            self._server.shutdown()
            self.drop()
        if self._thread is not None:
            self._thread.join(5)
