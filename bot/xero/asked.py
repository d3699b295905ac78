"""What this thread asked Xero for last, for whoever tells in the log that it is asked again."""

from __future__ import annotations

from contextvars import ContextVar

from bot.catalogue.model import Area

_LAST: ContextVar[tuple[Area, str] | None] = ContextVar("asked", default=None)


def note(area: Area, path: str) -> None:
    """Note a call before it is made; its path holds ids and names, which are nobody's business."""
    _LAST.set((area, path))


def last() -> tuple[Area, str] | None:
    """Give the API and the path of this thread's last call; None before the first."""
    return _LAST.get()
