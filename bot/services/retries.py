"""Say in the log what is asked of Xero once more: which kind of path, which try, after how long.

Never says an id, a name or an amount: of a path only words of the catalogue are told.
"""

from __future__ import annotations

from functools import cache

from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from bot.catalogue import RESOURCES
from bot.log import get_logger
from bot.xero import asked

log = get_logger(__name__)
_ALSO = frozenset({"attachments", "history", "content"})  # what hangs on records of many kinds
_SOMETHING = "_"  # stands for an id, a number or a file's name


def tell_retries() -> None:
    """Have each retry told in words of ours, instead of in the library's."""
    set_on_retry_hooks([_tell])


def _tell(details: RetryDetails) -> None:
    found = asked.last()  # the errors themselves say nothing of it, on purpose
    log.warning(
        "asked_again",
        area=found[0].name.lower() if found else None,
        route=route_of(found[1]) if found else None,
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
