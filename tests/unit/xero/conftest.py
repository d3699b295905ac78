"""A tiny HTTP server that plays any answer, for what a well-behaved Xero would never send."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import stamina

from bot.xero.allowance import MemoryAllowance
from bot.xero.app import XeroApp
from bot.xero.client import XeroClient
from bot.xero.limits import Pace

JSON = {"Content-Type": "application/json"}


@dataclass(slots=True)
class Asked:
    """One call as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    form: dict[str, str]
    body: str = ""


@dataclass(slots=True)
class Reply:
    """One answer to play; `cut` sends so many bytes less than announced."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: dict(JSON))
    cut: int = 0


class TinyServer:
    """Answers every call by `answer`; keeps what was asked."""

    def __init__(self) -> None:
        self.calls: list[Asked] = []
        self.answer: Callable[[Asked], Reply] = lambda _: Reply(404, b"")
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

            def do_GET(self) -> None:
                owner.serve(self)

            do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - named by the standard library

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def json(self, value: Any, *, status: int = 200, zipped: bool = False, **headers: str) -> Reply:
        """Make an answer of a JSON value; header names are written with underscores."""
        body = json.dumps(value).encode()
        extra = {name.replace("_", "-"): text for name, text in headers.items()}
        if zipped:
            body, extra["Content-Encoding"] = gzip.compress(body), "gzip"
        return Reply(status, body, {**JSON, **extra})

    def raw(self, body: bytes, *, status: int = 200, cut: int = 0, **headers: str) -> Reply:
        """Make an answer of bytes; `cut` bytes of them are announced but not sent."""
        return Reply(status, body, {name.replace("_", "-"): text for name, text in headers.items()}, cut)

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """Note the call and play the answer."""
        parts = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0)).decode()
        names = {name.lower(): value for name, value in handler.headers.items()}
        query, form = dict(parse_qsl(parts.query)), dict(parse_qsl(body))
        asked = Asked(handler.command, parts.path, query, names, form, body)
        self.calls.append(asked)
        played = self.answer(asked)
        handler.send_response(played.status)
        for name, value in played.headers.items():
            handler.send_header(name, value)
        if played.status not in {204, 304}:
            handler.send_header("Content-Length", str(len(played.body)))
        handler.end_headers()
        handler.wfile.write(played.body[: len(played.body) - played.cut])
        if played.cut:
            handler.close_connection = True

    def play(self, *replies: Reply) -> None:
        """Answer with these in turn, the last one for ever."""
        script = list(replies)
        lock = threading.Lock()

        def turn(asked: Asked) -> Reply:
            with lock:
                return script.pop(0) if len(script) > 1 else script[0]

        self.answer = turn

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[TinyServer]:
    """A server that plays what it is told."""
    tiny = TinyServer()
    yield tiny
    tiny.close()


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    """Repeat calls at once, as often as the bot would."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def app(server: TinyServer) -> XeroApp:
    """Our app, pointed at the tiny server."""
    return XeroApp(
        client_id="id",
        client_secret="hush",
        redirect_uri="http://localhost:3000/xero/callback",
        login_url=server.url,
        identity_url=server.url,
        api_url=server.url,
        timeout_seconds=5.0,
    )


@pytest.fixture
def client(app: XeroApp, clock: Any) -> Iterator[XeroClient]:
    """A client of one organisation whose waiting moves the clock."""
    allowance = MemoryAllowance(app, clock)
    pace = Pace(allowance.claim, allowance.observe, sleep=clock.sleep, now=clock)
    with XeroClient(
        app, "tenant-1", token=lambda force: "new" if force else "old", pace=pace, now=clock
    ) as one:
        yield one
