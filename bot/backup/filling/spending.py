"""Count the calls of one portion against what the run may spend, those in flight included. Asks nobody.

A call counts from the moment it is decided on, not from when it is sent, so that five in flight never pass
the most there is.
"""

from __future__ import annotations

import threading

from bot.xero.client import XeroClient


class Spending:
    """`calls` end the portion: no further record has its turn then. `most` are the run's and never passed.

    Thread safe.
    """

    def __init__(self, client: XeroClient, *, calls: int, most: int) -> None:
        self._client, self._before = client, client.calls
        self._calls, self._most = calls, most
        self._decided = 0
        self._more = 0  # tries that the client made of its own
        self._lock = threading.Lock()

    @property
    def made(self) -> int:
        """Count what was sent."""
        return self._client.calls - self._before

    def may_begin(self) -> bool:
        """Say whether another record may have its turn."""
        with self._lock:
            return self._spent() < min(self._calls, self._most)

    def take(self) -> bool:
        """Decide on a call; False when the run has none left."""
        with self._lock:
            if self._spent() >= self._most:
                return False
            self._decided += 1
            return True

    def _spent(self) -> int:
        self._more = max(self._more, self.made - self._decided)
        return self._decided + self._more
