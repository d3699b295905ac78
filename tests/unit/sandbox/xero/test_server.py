"""The pretend Xero as a server: it begins and ends when it is told to."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from bot.sandbox.xero import PretendXero


def test_stop_when_the_server_ends_at_once_then_nobody_meets_what_it_closed() -> None:
    xero = PretendXero(now=lambda: datetime(2026, 11, 22, tzinfo=UTC), organisations=())
    xero.start()
    thread, told = xero._thread, xero._stopping.set
    assert thread is not None

    def told_and_over() -> None:
        told()
        if thread is not threading.current_thread():
            thread.join(10)  # as when the server is faster than who stops it

    xero._stopping.set = told_and_over  # type: ignore[method-assign]
    xero.stop()
    assert not thread.is_alive()
    xero.stop()
