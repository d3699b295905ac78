"""Xero's call limits: fixed windows with a phase of their own per organisation, and calls in flight.

Facts (developer.xero.com/faq/limits): 60 a minute and 5,000 a day (1,000 on Starter) per organisation, 5 at
once, 10,000 a minute per app. Calls answered with 429 are not counted.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

DAY_SECONDS = 86_400
MOST_AT_ONCE = 5
APP_PER_MINUTE = 10_000


@dataclass(slots=True)
class Window:
    """One fixed window; `phase` shifts its edges."""

    allowed: int
    seconds: float
    phase: float
    number: int = -1
    used: int = 0

    def remaining(self, moment: float) -> int:
        """Give the calls left in the window of this moment."""
        number = math.floor((moment - self.phase) / self.seconds)
        if number != self.number:
            self.number, self.used = number, 0
        return max(0, self.allowed - self.used)

    def retry_after(self, moment: float) -> int:
        """Give whole seconds until the window turns, at least one."""
        turn = (self.number + 1) * self.seconds + self.phase
        return max(1, math.ceil(turn - moment))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a call may run; `problem` is the word Xero puts into X-Rate-Limit-Problem."""

    problem: str = ""
    retry_after: int | None = None


@dataclass(slots=True)
class Limits:
    """All limits of one app; thread-safe."""

    now: Callable[[], datetime]
    minute_seconds: float
    per_minute: int
    per_day: int
    minutes: dict[str, Window] = field(default_factory=dict)
    days: dict[str, Window] = field(default_factory=dict)
    flying: dict[str, int] = field(default_factory=dict)
    app: Window = field(init=False)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.app = Window(APP_PER_MINUTE, self.minute_seconds, 0.0)

    def add(self, tenant_id: str) -> None:
        """Start counting for an organisation; its windows begin at times of their own."""
        share = int(tenant_id[:8], 16) / 0xFFFFFFFF
        self.minutes[tenant_id] = Window(self.per_minute, self.minute_seconds, share * self.minute_seconds)
        self.days[tenant_id] = Window(self.per_day, DAY_SECONDS, share * DAY_SECONDS)
        self.flying[tenant_id] = 0

    def enter(self, tenant_id: str) -> Verdict:
        """Count a call, or say why it may not run; a call that entered must leave."""
        moment = self.now().timestamp()
        with self.lock:
            minute, day = self.minutes[tenant_id], self.days[tenant_id]
            if self.flying[tenant_id] >= MOST_AT_ONCE:
                return Verdict("concurrent")
            if day.remaining(moment) == 0:
                return Verdict("day", day.retry_after(moment))
            if minute.remaining(moment) == 0:
                return Verdict("minute", minute.retry_after(moment))
            if self.app.remaining(moment) == 0:
                return Verdict("appminute", self.app.retry_after(moment))
            for window in (minute, day, self.app):
                window.used += 1
            self.flying[tenant_id] += 1
            return Verdict()

    def leave(self, tenant_id: str) -> None:
        """Note that a call has been answered."""
        with self.lock:
            self.flying[tenant_id] -= 1

    def leave_only(self, tenant_id: str, *, minute: int | None = None, day: int | None = None) -> None:
        """Let only so many calls be left in the present minute or day of an organisation."""
        moment = self.now().timestamp()
        with self.lock:
            for window, left in ((self.minutes[tenant_id], minute), (self.days[tenant_id], day)):
                if left is not None:
                    window.remaining(moment)
                    window.used = max(0, window.allowed - left)

    def headers(self, tenant_id: str) -> dict[str, str]:
        """Give the three headers every answer carries."""
        moment = self.now().timestamp()
        with self.lock:
            return {
                "X-DayLimit-Remaining": str(self.days[tenant_id].remaining(moment)),
                "X-MinLimit-Remaining": str(self.minutes[tenant_id].remaining(moment)),
                "X-AppMinLimit-Remaining": str(self.app.remaining(moment)),
            }
