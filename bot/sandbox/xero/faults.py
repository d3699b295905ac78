"""Bad days on request: which call goes wrong, and how. It decides only; `gate.py` lets it happen.

Two pairs matter for writes. `500`, `503_text` and `request_lost` strike before anything was written;
`500_after`, `503_after` and `answer_lost` after it: the books have changed and the caller cannot know.
"""

from __future__ import annotations

import fnmatch
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The ways a call can go wrong."""

    ERROR_500 = "500"
    TEXT_503 = "503_text"
    HTML_503 = "503_html"
    HTML_200 = "200_html"
    FORBIDDEN_403 = "403"
    MISSING_404 = "404"
    LARGE_413 = "413"
    AFTER_500 = "500_after"
    AFTER_503 = "503_after"
    SLOW = "slow"
    LATE = "late"
    CUT = "cut"
    BAD_GZIP = "bad_gzip"
    MINUTE_429 = "429_minute"
    DAY_429 = "429_day"
    CONCURRENT_429 = "429_concurrent"
    EXPIRED = "401_expired"
    REVOKED = "consent_revoked"
    DISCONNECTED = "disconnected"
    OFFLINE = "offline"
    LOST = "answer_lost"
    REQUEST_LOST = "request_lost"
    EMPTY = "empty_list"
    HOOK = "hook"


@dataclass(slots=True, kw_only=True)
class Fault:
    """One entry of the script; `seen` counts the calls its pattern matched so far."""

    kind: Kind
    path: str
    nth: int
    times: int
    method: str
    tenant_id: str
    retry_after: int
    seconds: float
    hook: Callable[[], None] | None
    seen: int = 0


@dataclass(slots=True)
class Faults:
    """The script of bad days; thread-safe."""

    script: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(
        self,
        kind: Kind | str,
        *,
        path: str = "*",
        nth: int = 1,
        times: int = 1,
        method: str = "*",
        tenant_id: str = "*",
        retry_after: int = 30,
        seconds: float = 1.0,
        hook: Callable[[], None] | None = None,
    ) -> Fault:
        """Let the nth call that matches from now on (and the `times - 1` after it) go wrong.

        `path` is a shell pattern over the path (`/api.xro/2.0/Invoices*`, `/connect/token`); `times=0` means
        for ever. `seconds` is how long a slow body takes, or how late a whole one comes; `hook` runs before
        the call is answered.
        """
        fault = Fault(
            kind=Kind(kind),
            path=path,
            nth=nth,
            times=times,
            method=method,
            tenant_id=tenant_id,
            retry_after=retry_after,
            seconds=seconds,
            hook=hook,
        )
        with self.lock:
            self.script.append(fault)
        return fault

    def before(self, path: str, nth: int, hook: Callable[[], None]) -> Fault:
        """Run something just before the nth matching call is answered, for pages that drift."""
        return self.add(Kind.HOOK, path=path, nth=nth, hook=hook)

    def clear(self) -> None:
        """Forget the script."""
        with self.lock:
            self.script.clear()

    def strike(self, method: str, path: str, tenant_id: str) -> list[Fault]:
        """Count a call and give the faults that hit it."""
        hit = []
        with self.lock:
            for fault in self.script:
                if not _matches(fault, method, path, tenant_id):
                    continue
                fault.seen += 1
                if fault.seen >= fault.nth and (not fault.times or fault.seen < fault.nth + fault.times):
                    hit.append(fault)
        return hit


def _matches(fault: Fault, method: str, path: str, tenant_id: str) -> bool:
    return (
        fault.method in {"*", method}
        and fault.tenant_id in {"*", tenant_id}
        and fnmatch.fnmatchcase(path, fault.path)
    )
