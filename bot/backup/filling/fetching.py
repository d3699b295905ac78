"""One call for what hangs on a record: lists as they are, files piece by piece. Stores nothing.

Called in worker threads. A small file comes whole, so that five may travel at once; of a larger one the first
pieces come, and whoever stores it takes the rest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import stamina

from bot.errors import ReadRefused, RefusalKind, XeroUnavailable
from bot.xero.calls import Call
from bot.xero.client import XeroClient
from bot.xero.http import Answer

TRIES = 3  # of one file within a run, as the client makes of a list
AHEAD_BYTES = 2 * 1024 * 1024  # of one file, before somebody stores it
MOST_BYTES = 64 * 1024 * 1024  # of one file, as the vault takes it; Xero takes 25 MB


class Opened:
    """A file on its way: readable once, from its start; closing it ends the call."""

    def __init__(self, pieces: Iterator[bytes], open_now: ExitStack, due: int | None) -> None:
        self._pieces, self._open_now, self._due = pieces, open_now, due
        self._ahead: deque[bytes] = deque()
        self._came, self._ended = 0, False

    def look_ahead(self) -> None:
        """Take the first pieces; a file that ends with them is closed at once."""
        held = 0
        while held < AHEAD_BYTES and (piece := self._next()):
            held += len(piece)
            self._ahead.append(piece)
        if self._ended:
            self._open_now.close()

    def read(self, size: int = -1) -> bytes:
        """Give some bytes, b"" at the end. Raises XeroUnavailable where the file broke off."""
        piece = self._ahead.popleft() if self._ahead else self._next()
        if 0 <= size < len(piece):
            self._ahead.appendleft(piece[size:])
            piece = piece[:size]
        return piece

    def close(self) -> None:
        """End the call."""
        self._open_now.close()

    def _next(self) -> bytes:
        piece = b"" if self._ended else next((one for one in self._pieces if one), b"")
        self._came += len(piece)
        if self._came > MOST_BYTES:
            raise ReadRefused(RefusalKind.TOO_MANY, "A file is larger than Ledgerkeep keeps.", 200)
        if not piece:
            self._ended = True
            if self._due is not None and self._came != self._due:
                raise XeroUnavailable("Xero sent another number of bytes than it had said.")
        return piece


def fetch_list(client: XeroClient, call: Call) -> Answer:
    """Ask for a list. Raises as `XeroClient.get`."""
    answer = client.get(call.resource.area, call.path, call.params)
    if not answer.body:
        raise XeroUnavailable("Xero answered nothing.")
    return answer


def fetch_file(
    client: XeroClient,
    call: Call,
    *,
    accept: str,
    due: int | None,
    tries: int = 1,
    again: Callable[[Exception], bool] = lambda _: False,
) -> Opened:
    """Ask for a file of `due` bytes, None where nobody said how many. Raises as `XeroClient.file`.

    Passing trouble is waited out as the client does for lists; `again` says whether another try may be made.
    """
    for attempt in stamina.retry_context(
        on=again, attempts=tries, timeout=None, wait_initial=0.5, wait_max=5.0, wait_jitter=0.5
    ):
        with attempt:
            return _open(client, call, accept=accept, due=due)
    raise XeroUnavailable("Xero does not work at the moment.")  # pragma: no cover - it returns or raises


def _open(client: XeroClient, call: Call, *, accept: str, due: int | None) -> Opened:
    with ExitStack() as opening:
        pieces = opening.enter_context(client.file(call.resource.area, call.path, accept=accept))
        found = Opened(pieces, opening.pop_all(), due)
    try:
        found.look_ahead()
    except BaseException:
        found.close()
        raise
    return found
