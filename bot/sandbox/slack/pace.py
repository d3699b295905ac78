"""Slack's rate limits: a bucket per method, and one per channel for chat.postMessage.

Figures: docs.slack.dev/apis/web-api/rate-limits. Slack tolerates bursts without saying how long; buckets here
hold ten messages, or one minute's worth of the tier.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

POSTS_AT_ONCE, POSTS_PER_MINUTE = 10, 60
_TIERS = {
    "chat.update": 50, "chat.delete": 50, "users.lookupByEmail": 50, "conversations.info": 50,
    "conversations.open": 50, "conversations.list": 20, "users.list": 20, "usergroups.list": 20,
    "usergroups.users.list": 20,
}  # fmt: skip
OTHERS_PER_MINUTE = 100


class Pace:
    """Token buckets that refill with real time."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.is_on = True
        self._clock = clock
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait(self, method: str, channel: str) -> int:
        """Take one call from the bucket; 0 means go, else the seconds of Retry-After."""
        if not self.is_on:
            return 0
        if method == "chat.postMessage":
            return self._take((method, channel), POSTS_AT_ONCE, POSTS_PER_MINUTE)
        per_minute = _TIERS.get(method, OTHERS_PER_MINUTE)
        return self._take((method, ""), per_minute, per_minute)

    def _take(self, key: tuple[str, str], size: int, per_minute: int) -> int:
        with self._lock:
            at = self._clock()
            left, before = self._buckets.get(key, (float(size), at))
            left = min(float(size), left + (at - before) * per_minute / 60)
            if left < 1:
                self._buckets[key] = (left, at)
                return max(1, math.ceil((1 - left) * 60 / per_minute))
            self._buckets[key] = (left - 1, at)
        return 0
