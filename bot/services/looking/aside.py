"""Do what a person asked for beside the listeners: at once when it is quick, told later when it is not.

Nothing of it is written down: what was asked and what was found may name customers and amounts. What a
restart interrupts is lost, and is asked again by the person.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from bot.errors import Refused

T = TypeVar("T")
AT_ONCE = 2  # reading costs a core; backups want theirs
WAITING = 6
PATIENCE_SECONDS = 1.2  # of the three in which Slack wants an answer
BUSY = "I am busy looking things up for other people. Please ask again in a minute."
YOURS = "I am still looking up what you asked before; the answer comes here. Then ask the next."


class Aside(Generic[T]):
    """A few threads, and a short row of people who wait for them."""

    def __init__(self, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.ending = threading.Event()
        self._patience = patience_seconds
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="aside")
        self._lock = threading.Lock()
        self._asking: set[str] = set()

    def run(self, who: str, work: Callable[[], T], later: Callable[[Future[T]], None]) -> T | None:
        """Give the result when it comes at once; else None, and `later` gets it when it is there.

        One thing at a time for each person. Raises Refused when that person or too many others wait already.
        """
        self._take_place(who)
        future: Future[T] = self._pool.submit(work)
        future.add_done_callback(lambda _: self._leave(who))
        done = threading.Event()
        future.add_done_callback(lambda _: done.set())
        if done.wait(self._patience):
            return future.result()
        future.add_done_callback(later)
        return None

    def stop(self) -> None:
        """Take nothing more; what runs is told to end."""
        self.ending.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _take_place(self, who: str) -> None:
        with self._lock:
            if who in self._asking:
                raise Refused(YOURS)
            if len(self._asking) >= AT_ONCE + WAITING:
                raise Refused(BUSY)
            self._asking.add(who)

    def _leave(self, who: str) -> None:
        with self._lock:
            self._asking.discard(who)
