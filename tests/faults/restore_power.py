"""Cut the power of the bot's process at one of the calls of a restore, or a little after it.

Calls are counted over both outer services: each call to Xero before it is answered, each write once more
after Xero did it and before the bot hears of it, and each call to Slack.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from random import Random
from typing import Any

from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.faults import Faults as SlackFaults
from bot.sandbox.xero import Call, PretendOrganisation, PretendXero
from tests.faults.machine import API, Machine


class Power:
    """Counts calls, and cuts the power at the one it was told."""

    def __init__(self, machine: Machine) -> None:
        self._machine, self._lock = machine, threading.Lock()
        self._at, self._after, self._wait_until = 0, 0.0, 0.0
        self.seen: list[tuple[float, str]] = []
        self.was_cut_at = ""
        machine.slack.realm.faults = _Listening(self.count)

    def watch(self, org: PretendOrganisation) -> None:
        """Count what is written to an organisation, too."""
        org.writes = _Watched(org.writes, self.count)

    def arm(self, xero: PretendXero, *, at: int = 0, after: float = 0.0) -> None:
        """Begin to count anew; with `at`, cut the power at that call, or so many seconds after it."""
        xero.faults.clear()
        self.seen, self.was_cut_at, self._at, self._after = [], "", at, after
        xero.faults.add("hook", path="*", times=0, hook=lambda: self.count("xero"))

    def count(self, what: str) -> None:
        """Note a call."""
        with self._lock:
            self.seen.append((time.monotonic(), what))
            is_it = len(self.seen) == self._at
        if is_it:
            self.was_cut_at = what
            if self._after:
                threading.Timer(self._after, self._machine.kill).start()
            else:
                self._machine.kill()
                self._machine.dead()

    def gap(self, at: int) -> float:
        """Give how long it was from one call to the next, in seconds."""
        times = [moment for moment, _ in self.seen]
        return times[at] - times[at - 1] if at < len(times) else 0.3


def lose_answers(xero: PretendXero, dice: Random) -> None:
    """Let a few writes be done and their answers be lost, and a few calls not arrive."""
    for kind in ("answer_lost", "500_after", "request_lost"):
        xero.faults.add(kind, path=f"{API}*", method="P*", nth=dice.randint(1, 15))


class _Listening(SlackFaults):
    def __init__(self, count: Callable[[str], None]) -> None:
        super().__init__()
        self._count = count

    def take(self, method: str) -> Fault | None:
        self._count(f"slack {method}")
        return super().take(method)


class _Watched(list[Call]):
    def __init__(self, calls: list[Call], count: Callable[[str], None]) -> None:
        super().__init__(calls)
        self._count = count

    def append(self, call: Any) -> None:
        super().append(call)
        self._count(f"written {call.path}")
