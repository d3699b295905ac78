"""Sweep this process's own export folder, at its start and every few minutes. Knows no rule of its own.

A job runs in one process only, and each machine has its own folder: files in it are the books in clear.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from bot.errors import LedgerkeepError
from bot.log import get_logger

log = get_logger(__name__)
EVERY_SECONDS = 300.0


class Sweeping:
    """One thread that sweeps."""

    def __init__(self, sweep: Callable[[], int], *, every_seconds: float = EVERY_SECONDS) -> None:
        self._sweep, self._every = sweep, every_seconds
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin with a first sweep."""
        self._thread = threading.Thread(target=self._run, name="sweep-exports", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(5)

    def _run(self) -> None:
        while True:
            try:
                self._sweep()
            except (LedgerkeepError, OSError) as error:  # met again at the next turn
                log.warning("exports_not_swept", error=type(error).__name__)
            if self._ending.wait(self._every):
                return
