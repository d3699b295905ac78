"""Read one organisation's data: one call, with its token, its place in the limits, its retries.

There is no verb that writes here, on purpose: a client that reads a source cannot change it, whatever its
token allows. Xero adds up the scopes a person ever granted, so a read-only consent alone is no guard.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

import msgspec
import stamina

from bot.catalogue.model import Area
from bot.errors import DayLimitReached, XeroBusy, XeroUnavailable
from bot.xero import asked
from bot.xero.app import XeroApp
from bot.xero.dates import write_modified_since
from bot.xero.http import Answer, Transport
from bot.xero.limits import Allowance, Pace
from bot.xero.verdict import error_of, is_success, token_may_be_old

_TRIES = 3  # durable steps try again on their own; more here would multiply
_PATIENCE_MINUTES = 3  # Xero's minutes that one call waits out before it gives up as XeroBusy
# A token is good for a minute when it is handed out. Asking for it is a transaction of its own, a seventh of
# what a call of a large backup costs; it is asked for anew after this, and at once when Xero refuses it.
_HELD_TOKEN = timedelta(seconds=15)
_HOUR = 3600.0  # until the next look where a spent day came without Retry-After


class XeroClient:
    """Ask Xero for one organisation; for up to `concurrency` threads. Use as a context manager, one per run.

    `token(force_refresh)` gives a valid access token. `writes_allowed` only records what the caller meant:
    this class has neither put nor post.
    """

    def __init__(
        self,
        app: XeroApp,
        tenant_id: str,
        *,
        token: Callable[[bool], str],
        pace: Pace,
        now: Callable[[], datetime],
        writes_allowed: bool = False,
    ) -> None:
        self._app, self._tenant_id, self._token, self._pace, self._now = app, tenant_id, token, pace, now
        self.writes_allowed = writes_allowed
        self.calls = 0  # every HTTP try
        self.bytes_received = 0  # as transferred, compressed where Xero compresses
        self.allowance: Allowance | None = None
        self._lock = threading.Lock()
        self._held: tuple[str, datetime] | None = None
        self._refreshing = threading.Lock()
        self._transport = Transport(timeout_seconds=app.timeout_seconds, max_connections=app.concurrency)

    def __enter__(self) -> Self:
        """Hand out the client; leaving closes its connections."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        self._transport.__exit__(kind, error, trace)

    def get(
        self, area: Area, path: str, params: Mapping[str, str], *, modified_since: datetime | None = None
    ) -> Answer:
        """Read once, as JSON; 304 and 204 come back with an empty body.

        Raises ReadRefused, OrganisationGone, ConsentRevoked, DayLimitReached, XeroBusy, XeroUnavailable,
        Stopped.
        """
        asked.note(area, path)
        url = f"{self._app.api_url.rstrip('/')}/{area.base_path}/{path}"
        headers = {"xero-tenant-id": self._tenant_id, "Accept": "application/json"}
        if modified_since is not None:
            headers["If-Modified-Since"] = write_modified_since(modified_since)
        for attempt in stamina.retry_context(
            on=XeroUnavailable, attempts=_TRIES, timeout=None, wait_initial=0.5, wait_max=5.0, wait_jitter=0.5
        ):
            with attempt:
                return self._read(url, params, headers)
        raise XeroUnavailable(
            "Xero does not work at the moment."
        )  # pragma: no cover - the loop returns or raises

    @contextmanager
    def file(self, area: Area, path: str, *, accept: str = "*/*") -> Iterator[Iterator[bytes]]:
        """Open a file, to be taken piece by piece; one try, so that nothing is taken twice.

        Raises as `get`, also while pieces are taken.
        """
        asked.note(area, path)
        url = f"{self._app.api_url.rstrip('/')}/{area.base_path}/{path}"
        headers = {"xero-tenant-id": self._tenant_id, "Accept": accept}
        with ExitStack() as open_now:
            token = self._held_token()
            answer, pieces = self._within(url, headers, token, open_now)
            if token_may_be_old(answer):
                answer, pieces = self._within(url, headers, self._fresh_token(token), open_now)
            if not is_success(answer):
                raise error_of(answer)
            yield pieces

    def _within(
        self, url: str, headers: Mapping[str, str], token: str, open_now: ExitStack
    ) -> tuple[Answer, Iterator[bytes]]:
        """Open a file within the limits; what was opened before is closed first."""
        pieces: list[Iterator[bytes]] = []

        def ask() -> Answer:
            open_now.close()
            sent = {**headers, "Authorization": f"Bearer {token}"}
            answer, body = open_now.enter_context(self._transport.opened(url, headers=sent))
            pieces[:] = [body]
            return answer

        return self._patiently(ask), pieces[0]

    def _read(self, url: str, params: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        token = self._held_token()
        answer = self._within_limits(url, params, headers, token)
        if token_may_be_old(answer):
            answer = self._within_limits(url, params, headers, self._fresh_token(token))
        if not is_success(answer):
            raise error_of(answer)
        _look_whole(answer)
        return answer

    def _within_limits(
        self, url: str, params: Mapping[str, str], headers: Mapping[str, str], token: str
    ) -> Answer:
        sent = {**headers, "Authorization": f"Bearer {token}"}
        return self._patiently(lambda: self._transport.get(url, params=params, headers=sent))

    def _patiently(self, ask: Callable[[], Answer]) -> Answer:
        """Ask as often as it takes to be let in, within the limits and our patience."""
        patience = _PATIENCE_MINUTES * self._app.minute_seconds
        tries = 0
        while True:
            answer = self._once(ask)
            allowance = self._note(answer)
            if answer.status != 429:
                return answer
            if allowance.day_spent:
                raise DayLimitReached(self._now() + timedelta(seconds=allowance.blocked_seconds or _HOUR))
            tries += 1
            seconds = allowance.blocked_seconds or self._app.minute_seconds / 60 * tries
            patience -= seconds
            if patience < 0:
                raise XeroBusy("Xero keeps asking to wait.", retry_after=seconds)
            self._pace.rest(seconds)

    def _once(self, ask: Callable[[], Answer]) -> Answer:
        self._pace.wait()
        with self._lock:
            self.calls += 1
        return ask()

    def _note(self, answer: Answer) -> Allowance:
        allowance = self._pace.note(answer)
        with self._lock:
            self.bytes_received += answer.wire_bytes
            self.allowance = allowance
        return allowance

    def _held_token(self) -> str:
        held, now = self._held, self._now()
        if held and timedelta(0) <= now - held[1] < _HELD_TOKEN:
            return held[0]
        token = self._token(False)
        self._held = token, now
        return token

    def _fresh_token(self, refused: str) -> str:
        # Several calls in flight meet the same 401: the first one refreshes, the others take what it got.
        with self._refreshing:
            current = self._token(False)
            fresh = current if current != refused else self._token(True)
            self._held = fresh, self._now()
            return fresh


def _look_whole(answer: Answer) -> None:
    """Raise XeroUnavailable unless the body is one complete JSON value, or empty where nothing was due."""
    if answer.status != 200:
        return
    try:
        msgspec.json.decode(answer.body, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise XeroUnavailable("Xero answered something that is not its API, or only part of it.") from None
