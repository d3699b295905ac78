"""Serve a WSGI application from a thread of this process, with waitress.

It binds before it returns, so that a taken port is a sentence and not a stack trace, and it stops cleanly. It
knows nothing of the routes.
"""

from __future__ import annotations

import errno
import logging
import socket
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

from waitress import create_server

from bot.errors import Misconfigured

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# A view of Slack holds up to 250 kB of JSON, which form encoding can triple.
BODY_LIMIT = 2 * 1024 * 1024
_HEADER_LIMIT = 32 * 1024
_IDLE_SECONDS = 30
_STOP_SECONDS = 5
_NO_ADDRESS = "HOST: is no address of this machine; write HOST=127.0.0.1, or 0.0.0.0 for every network."
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - listening addresses, read only


class WebServer:
    """One listening socket and the threads that answer on it."""

    def __init__(self, wsgi: WSGIApplication, *, host: str, port: int, threads: int = 16) -> None:
        self._wsgi, self._host, self._port, self._threads = wsgi, host, port, threads
        self._map: dict[int, Any] = {}
        self._server: Any = None
        self._loop: Thread | None = None

    def start(self) -> str:
        """Listen and answer from a thread; returns the base address. Raises Misconfigured."""
        listening = _bind(self._host, self._port)
        logging.getLogger("waitress").setLevel(logging.ERROR)
        self._server = create_server(
            self._wsgi,
            map=self._map,
            sockets=[listening],
            threads=self._threads,
            ident="",
            expose_tracebacks=False,
            max_request_body_size=BODY_LIMIT,
            max_request_header_size=_HEADER_LIMIT,
            channel_timeout=_IDLE_SECONDS,
            # select(), its other way, ends the loop for good once a file has a number above 1,023.
            asyncore_use_poll=True,
            # Nothing here trusts forwarding headers; /metrics looks whether there are any, so they must stay.
            clear_untrusted_proxy_headers=False,
        )
        self._loop = Thread(target=self._server.run, name="web", daemon=True)
        self._loop.start()
        return _address(listening)

    def stop(self) -> None:
        """Let running requests finish for at most 5 seconds, then close every socket; twice is fine."""
        server, self._server = self._server, None
        if server is None or self._loop is None:
            return
        # The loop's own thread must close them: another would pull descriptors from under its poll().
        self._in_loop(server, lambda: _stop_listening(server))
        server.task_dispatcher.shutdown(timeout=_STOP_SECONDS)
        self._in_loop(server, self._close_all)
        self._loop.join(_STOP_SECONDS)

    def _in_loop(self, server: Any, act: Any) -> None:
        with suppress(OSError):
            server.trigger.pull_trigger(act)

    def _close_all(self) -> None:
        for dispatcher in list(self._map.values()):
            dispatcher.close()


def _stop_listening(server: Any) -> None:
    server.del_channel()
    server.socket.close()


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, number, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError:
        raise Misconfigured(_NO_ADDRESS) from None
    listening = socket.socket(family, kind, number)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(1024)
    except OSError as error:
        listening.close()
        raise Misconfigured(_refusal(error, port)) from None
    return listening


def _refusal(error: OSError, port: int) -> str:
    if isinstance(error, PermissionError):
        return f"PORT: {port} may not be used without more rights; choose one above 1023, such as PORT=3000."
    if error.errno == errno.EADDRINUSE:
        return (
            f"PORT: {port} is in use by another program; stop that one, or choose another such as PORT=3001."
        )
    return _NO_ADDRESS


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    host = _EVERYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
