"""Keep within Xero's limits: what its answers say about them, and the wait before each call.

Where the counts live is not decided here: `Pace` works on two functions, given by the database for the bot
and by `MemoryAllowance` for tools and tests.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.errors import LedgerkeepError
from bot.xero.http import Answer

_SLICE_SECONDS = 0.5  # how long a stop may go unnoticed while waiting
_LONGER_THAN_A_MINUTE = 120.0  # a Retry-After above this can only be the day's


class Stopped(LedgerkeepError):
    """The run was asked to stop; raised where it would have waited or called."""

    def __init__(self) -> None:
        super().__init__("The run was stopped.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What one answer said of the limits; None where it said nothing, `blocked_seconds` only on a 429."""

    day_left: int | None = None
    minute_left: int | None = None
    app_minute_left: int | None = None
    blocked_seconds: float = 0.0
    problem: str = ""  # "minute", "day", "concurrent", "app" or "unknown" on a 429
    day_spent: bool = False


def read_allowance(answer: Answer) -> Allowance:
    """Read the limit headers (developer.xero.com/faq/limits); their words are matched loosely on purpose.

    Documented and seen values of X-Rate-Limit-Problem are minute, day, Minute and Daily; those for the
    concurrent and the app-wide limit are not published.
    """
    headers = answer.headers
    day_left = _number(headers.get("x-daylimit-remaining"))
    blocked = _seconds(headers.get("retry-after")) if answer.status == 429 else 0.0
    problem = _problem(headers, day_left, blocked) if answer.status == 429 else ""
    return Allowance(
        day_left=day_left,
        minute_left=_number(headers.get("x-minlimit-remaining")),
        app_minute_left=_number(headers.get("x-appminlimit-remaining")),
        blocked_seconds=blocked,
        problem=problem,
        day_spent=problem == "day",
    )


class Pace:
    """Wait before a call until `claim` says go; give `observe` what answers say. Thread safe if both are."""

    def __init__(
        self,
        claim: Callable[[], float],
        observe: Callable[[Allowance], None],
        *,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime],
        stop: threading.Event | None = None,
    ) -> None:
        self._claim, self._observe, self._sleep, self._stop = claim, observe, sleep, stop
        self.now = now

    def wait(self) -> None:
        """Take one call out of the allowance, waiting for it. Raises DayLimitReached or Stopped."""
        self._look_for_stop()
        while (seconds := self._claim()) > 0:
            self.rest(seconds)

    def rest(self, seconds: float) -> None:
        """Do nothing for a while. Raises Stopped soon after the run is asked to stop."""
        left = seconds
        while left > 0:
            self._sleep(min(left, _SLICE_SECONDS))
            left -= _SLICE_SECONDS
            self._look_for_stop()

    def note(self, answer: Answer) -> Allowance:
        """Tell the allowance what an answer said, and give it back."""
        allowance = read_allowance(answer)
        self._observe(allowance)
        return allowance

    def _look_for_stop(self) -> None:
        if self._stop is not None and self._stop.is_set():
            raise Stopped


def _problem(headers: Mapping[str, str], day_left: int | None, blocked: float) -> str:
    word = headers.get("x-rate-limit-problem", "").lower()
    for name, hints in _PROBLEMS:
        if any(hint in word for hint in hints):
            return name
    return "day" if day_left == 0 or blocked > _LONGER_THAN_A_MINUTE else "unknown"


_PROBLEMS = (
    ("app", ("app",)),
    ("concurrent", ("concurrent",)),
    ("day", ("day", "dail")),
    ("minute", ("minute",)),
)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.strip().isdigit() else None


def _seconds(text: str | None) -> float:
    try:
        return max(0.0, float(text or 0))
    except ValueError:
        return 0.0
