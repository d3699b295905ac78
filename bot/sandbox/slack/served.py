"""A Flask app served by waitress from a thread on loopback, and stopped at once when asked."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask

THREADS = 24


class _Task(WSGITask):  # type: ignore[misc]
    def build_response_header(self) -> bytes:
        """Write `x-oauth-scopes` as Slack does: slack_sdk and Bolt look it up by that spelling."""
        header: bytes = super().build_response_header()
        return header.replace(b"\r\nX-Oauth-Scopes:", b"\r\nx-oauth-scopes:")


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task


class Served:
    """One running server."""

    def __init__(self, flask: Flask, port: int) -> None:
        logging.getLogger("waitress").setLevel(logging.CRITICAL)
        # With poll, unlike select, a socket that was closed a moment ago does not end the whole server.
        self._server = create_server(
            flask, host="127.0.0.1", port=port, threads=THREADS, asyncore_use_poll=True
        )
        self._server.channel_class = _Channel
        self.port = int(self._server.effective_port)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pretend-slack", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every connection."""
        self._stopping.set()
        # Workers first: one that still answers must not meet a closed socket.
        self._server.task_dispatcher.shutdown(timeout=1)
        with suppress(OSError):  # it has stopped already
            self._server.trigger.pull_trigger(self._close)
        self._thread.join(5)

    def _run(self) -> None:
        try:
            self._server.run()
        except OSError:  # a socket that went while it was being waited for
            if not self._stopping.is_set():
                raise

    def _close(self) -> None:
        """Run in the server's own thread, so that nothing is closed while it is being waited for."""
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()
        self._server.close()
