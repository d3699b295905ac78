"""Scripted misbehaviour of the pretend Slack: what happens to the n-th call of a method from now on."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

Kind = Literal["slow", "status", "html", "ratelimited", "error", "drop", "drop_after"]


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault: `skip` calls pass first, then `times` calls are hit. `method` "*" means every method."""

    method: str
    kind: Kind
    skip: int = 0
    times: int = 1
    seconds: float = 0.0
    status: int = 500
    retry_after: int = 1
    error: str = ""


class Faults:
    """The faults that wait for their call."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Add any fault."""
        with self._lock:
            self._waiting.append(fault)

    def slow(self, method: str, seconds: float, *, skip: int = 0, times: int = 1) -> None:
        """Do the work, but answer only after so many seconds."""
        self.add(Fault(method=method, kind="slow", seconds=seconds, skip=skip, times=times))

    def status(self, method: str, status: int = 500, *, skip: int = 0, times: int = 1) -> None:
        """Answer with a bare HTTP status."""
        self.add(Fault(method=method, kind="status", status=status, skip=skip, times=times))

    def html(self, method: str, status: int = 503, *, skip: int = 0, times: int = 1) -> None:
        """Answer with a web page where JSON was due."""
        self.add(Fault(method=method, kind="html", status=status, skip=skip, times=times))

    def ratelimited(self, method: str, retry_after: int = 1, *, skip: int = 0, times: int = 1) -> None:
        """Answer 429 with Retry-After in seconds."""
        self.add(Fault(method=method, kind="ratelimited", retry_after=retry_after, skip=skip, times=times))

    def error(self, method: str, code: str, *, skip: int = 0, times: int = 1) -> None:
        """Answer `ok: false` with an error such as token_revoked, not_in_channel, missing_scope."""
        self.add(Fault(method=method, kind="error", error=code, skip=skip, times=times))

    def drop(self, method: str, *, done: bool = False, skip: int = 0, times: int = 1) -> None:
        """Break the connection: before the work, or (`done`) after it so that only the answer is lost."""
        self.add(Fault(method=method, kind="drop_after" if done else "drop", skip=skip, times=times))

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._waiting.clear()

    def take(self, method: str) -> Fault | None:
        """Return the fault that hits this call, if any."""
        with self._lock:
            for fault in self._waiting:
                if fault.method not in (method, "*"):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None
