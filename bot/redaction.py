"""What a log line may hold: known keys with values of a safe shape pass, everything else is hidden.

Pure functions over values; nothing is written here. Free text is never trusted: a name from the books looks
like any other word, so no pattern could find it. Only sentences of our own errors are kept, and those are
scrubbed as well.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from types import TracebackType
from typing import Any

from bot.errors import LedgerkeepError

HIDDEN = "[hidden]"

_IDS = frozenset(
    {
        "workspace",
        "organisation",
        "run",
        "run_id",
        "snapshot",
        "restore",
        "user",
        "channel",
        "consent",
        "reference",
    }
)
_WORDS = frozenset(
    {
        "kind",
        "state",
        "verdict",
        "outcome",
        "action",
        "why",
        "code",
        "mode",
        "resource",
        "step",
        "level",
        "revision",
    }
    | {"before", "after", "route", "method", "problem", "area"}
)
_NUMBERS = frozenset(
    {
        "count",
        "calls",
        "records",
        "pages",
        "bytes",
        "status",
        "attempt",
        "attempts",
        "port",
        "exit_code",
        "left",
    }
    | {"dropped", "deleted"}
    | {"seconds", "retry_after", "milliseconds", "workers", "day_left", "minute_left", "rows", "size"}
)
_TIMES = frozenset({"resume_at", "due_at", "next_at", "started_at", "finished_at", "expires_at", "since_at"})
_ERRORS = frozenset({"error", "cause"})

# Our own ids, Xero's (UUIDs), Slack's (a capital, then capitals and digits), references, job keys.
_ID = re.compile(
    r"[0-9a-f]{6,16}|[0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[A-Z]*\d)[ABCDEGTUW][A-Z0-9]{1,20}"
    r"|[A-Z0-9]{4}-[A-Z0-9]{4}|[a-z]{2,12}:[0-9a-f-]{6,64}(:[0-9TZ:+-]{1,32})?"
)
_WORD = re.compile(
    r"(?!xox|xapp)[a-z][a-z0-9]{0,19}(?:[_.-][a-z0-9]{1,20}){0,5}|0\d{3}|[A-Z]{3,8}|/[a-z/_]{0,60}"
)
_CLASS = re.compile(r"[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*")
EVENT = re.compile(r"[a-z][a-z0-9_]{0,59}")

_SECRETS = re.compile(
    r"\b(?:xox[a-z][-.]|xapp-|xoxe[-.])[\w.-]+"  # Slack tokens
    r"|\beyJ[\w-]+\.[\w.-]+"  # JSON web tokens
    r"|\b(?:bearer|basic)\s+\S+"
    r"|\b[\w-]{1,32}:[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])=?"  # an entry of a key ring
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # e-mail addresses
    r"|(?!(?:[a-z]{1,19}[_-])+[a-z]{1,19}(?![\w+/-]))[a-z0-9+/_-]{24,}={0,2}"  # long codes, not long_words
    r"|[£$€¥]\s?\d[\d.,]*|\b\d+(?:[.,]\d+)+\b",  # amounts
    re.IGNORECASE,
)
_URL = re.compile(r"\b([a-z][a-z0-9+.-]*://)(?:[^\s/@]*@)?([\w.-]+(?::\d+)?)?\S*", re.IGNORECASE)


def scrub(text: str) -> str:
    """Hide what must not be read in a sentence of our own: secrets, addresses beyond their host, amounts."""
    hosts: list[str] = []

    def keep_host(match: re.Match[str]) -> str:
        hosts.append(f"{match[1]}{match[2] or ''}")
        return f"\0{len(hosts) - 1}\0"

    hidden = _SECRETS.sub(HIDDEN, _URL.sub(keep_host, text))
    return re.sub(r"\0(\d+)\0", lambda match: hosts[int(match[1])], hidden)


def fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep known keys whose value has the shape that belongs there; say [hidden] for the rest."""
    return {key: _safe(key, value) for key, value in values.items() if EVENT.fullmatch(key)}


def event_name(text: object) -> str:
    """Keep a name such as `run_finished`; hide a sentence, because it may quote anything."""
    return text if isinstance(text, str) and EVENT.fullmatch(text) else HIDDEN


def describe(error: BaseException) -> list[dict[str, Any]]:
    """Tell an exception and its causes by class and place; the message only where it is ours."""
    return [_one(each) for each in _chain(error)]


def place(frame: TracebackType | None) -> str:
    """Name the innermost place of a traceback as `module:line`."""
    frames = _frames(frame)
    return frames[-1] if frames else ""


def _safe(key: str, value: Any) -> Any:
    if value is None or value == "" or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        value = value.value
    if key in _NUMBERS:
        return _number(value)
    if key in _TIMES and isinstance(value, (datetime, date)):
        return value.isoformat()
    if key in _ERRORS:
        return _class_name(value)
    shape = _ID if key in _IDS else _WORD if key in _WORDS else None
    return value if shape is not None and isinstance(value, str) and shape.fullmatch(value) else HIDDEN


def _number(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    return round(value, 3) if isinstance(value, float) else value if isinstance(value, int) else HIDDEN


def _class_name(value: Any) -> str:
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, type):
        return value.__name__
    if not isinstance(value, str):
        return HIDDEN
    if _CLASS.fullmatch(value):
        return value if value in _exception_names() else HIDDEN
    return value if _WORD.fullmatch(value) else HIDDEN


def _exception_names() -> set[str]:
    found, waiting = set[str](), [BaseException]
    while waiting:
        kind = waiting.pop()
        found.add(kind.__name__)
        waiting.extend(kind.__subclasses__())
    return found


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    step: BaseException | None = error
    while step is not None and id(step) not in seen:
        seen.add(id(step))
        yield step
        step = step.__cause__ or (None if step.__suppress_context__ else step.__context__)


def _one(error: BaseException) -> dict[str, Any]:
    told: dict[str, Any] = {"class": type(error).__name__, "frames": _frames(error.__traceback__)[-15:]}
    if isinstance(error, LedgerkeepError):
        told["message"] = scrub(str(error))
    return told


def _frames(step: TracebackType | None) -> list[str]:
    """Name frames by module, not by file: a path would tell about the machine."""
    return [
        f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(step)
    ]
