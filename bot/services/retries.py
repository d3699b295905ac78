"""Say in the log what is asked of Xero once more: which kind of path, which try, after how long.

Never says an id, a name or an amount: of a path only words of the catalogue are told.
"""

from __future__ import annotations

import traceback
from functools import cache

from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from bot.catalogue import RESOURCES
from bot.catalogue.model import Area
from bot.log import get_logger

log = get_logger(__name__)
_ALSO = frozenset({"attachments", "history", "content"})  # what hangs on records of many kinds
_SOMETHING = "_"  # stands for an id, a number or a file's name


def tell_retries() -> None:
    """Have each retry told in words of ours, instead of in the library's."""
    set_on_retry_hooks([_tell])


def _tell(details: RetryDetails) -> None:
    area, path = _asked(details.caused_by)
    log.warning(
        "asked_again",
        area=area.name.lower() if area else None,
        route=route_of(path),
        attempt=details.retry_num + 1,  # the try that comes after waiting
        seconds=details.wait_for,
        error=details.caused_by,
    )


def route_of(path: str) -> str:
    """Tell the kind of a path: of `Invoices/<id>/Attachments/<name>` /invoices/_/attachments/_ is left."""
    parts = [part for part in path.partition("?")[0].lower().split("/") if part]
    return "/" + "/".join(part if part in _words() else _SOMETHING for part in parts)


@cache
def _words() -> frozenset[str]:
    paths = (one.read.path for one in RESOURCES.values() if one.read)
    return _ALSO | {part for path in paths for part in path.lower().split("/") if part.isalpha()}


def _asked(error: BaseException) -> tuple[Area | None, str]:
    """Find what was asked for where it went wrong: the errors themselves say nothing of it, on purpose."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        area, path = frame.f_locals.get("area"), frame.f_locals.get("path")
        if isinstance(area, Area) and isinstance(path, str):
            return area, path
    return None, ""
