"""Write to one organisation: the only thing here that can put, post, patch or delete at Xero.

It writes to one tenant, to the endpoints it was given, and asks before every call whether it still may. It
never follows, never mails, and never sends again what may have been done: what an unknown outcome means is
for the caller to find out, who wrote down its intent. Every call carries an Idempotency-Key, which Xero
remembers for some minutes (Xero OpenAPI 16.1.0; reported: six).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

import msgspec

from bot.catalogue.model import Area
from bot.errors import DayLimitReached, OutcomeUnknown, WriteNotAllowed, XeroBusy
from bot.xero.app import XeroApp
from bot.xero.client import XeroClient
from bot.xero.http import Answer, Transport
from bot.xero.limits import Allowance, Pace
from bot.xero.verdict import token_may_be_old, trouble_of_write

Body = Mapping[str, Any] | Sequence[Any] | bytes | None
JSON = "application/json"
LONGEST_KEY = 128  # characters (Xero OpenAPI 16.1.0)
_VERBS = frozenset({"PUT", "POST", "DELETE"})
_ALSO = {Area.PROJECTS: "PATCH"}  # how a project is closed
_PATIENCE_MINUTES = 3  # Xero's minutes that one call waits out before it gives up as XeroBusy
_SLOWER = 3  # fifty documents take Xero longer to write than a page takes to read
_HOUR = 3600.0
_PATH = re.compile(r"[A-Za-z]+(/[^/\\?#\x00-\x1f]+)*")
_SENDS_MAIL = re.compile(rb'"ApprovedForSending"\s*:\s*true')  # an approved template mails by itself
_ENCODER = msgspec.json.Encoder(order="deterministic", decimal_format="number")


def encode(body: Body) -> bytes:
    """Write a body as JSON: Decimals as exact numbers, the same bytes every time; bytes stay as they are."""
    return body if isinstance(body, bytes) else _ENCODER.encode(body)


def endpoint(area: Area, segment: str) -> str:
    """Name a place that may be written to: the first segment, with its API unless that is accounting."""
    return segment if area is Area.ACCOUNTING else f"{area.base_path}/{segment}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    verb: str
    url: str
    params: Mapping[str, str]
    body: bytes | None
    headers: Mapping[str, str]
    leaves_before: datetime | None


class XeroWriter:
    """Write to one organisation, one call at a time; not thread safe. Use as a context manager, one per run.

    `endpoints` are the places it may write to, as `endpoint` names them. `still_allowed` is asked before
    every call. Token, pace and limits are those of the reading client.
    """

    def __init__(
        self,
        app: XeroApp,
        tenant_id: str,
        *,
        token: Callable[[bool], str],
        pace: Pace,
        now: Callable[[], datetime],
        endpoints: frozenset[str],
        still_allowed: Callable[[], bool],
    ) -> None:
        self._app, self._tenant_id, self._token, self._pace, self._now = app, tenant_id, token, pace, now
        self._endpoints, self._still_allowed = endpoints, still_allowed
        self.reader = XeroClient(app, tenant_id, token=token, pace=pace, now=now, writes_allowed=True)
        self.writes = 0  # every HTTP try of a write
        self.clock_ahead: timedelta | None = None  # our clock minus Xero's, as the last answer told
        self._allowance: Allowance | None = None
        self._transport = Transport(timeout_seconds=app.timeout_seconds * _SLOWER, max_connections=1)

    def __enter__(self) -> Self:
        """Hand out the writer; leaving closes its connections."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        self._transport.__exit__(kind, error, trace)
        self.reader.__exit__(kind, error, trace)

    @property
    def calls(self) -> int:
        """Every HTTP try, reading and writing."""
        return self.writes + self.reader.calls

    @property
    def allowance(self) -> Allowance | None:
        """What Xero last said of its limits."""
        return self._allowance or self.reader.allowance

    @property
    def calls_left(self) -> int | None:
        """What Xero said is left of the day; None before its first answer."""
        return self.allowance.day_left if self.allowance else None

    def get(
        self,
        path: str,
        params: Mapping[str, str],
        *,
        modified_since: datetime | None = None,
        area: Area = Area.ACCOUNTING,
    ) -> Answer:
        """Read from the organisation that is written to; raises what XeroClient.get raises."""
        answer = self.reader.get(area, path, params, modified_since=modified_since)
        self._note_clock(answer)
        return answer

    def rest(self, seconds: float) -> None:
        """Wait. Raises Stopped soon after the run is asked to stop."""
        self._pace.rest(seconds)

    def send(
        self,
        verb: str,
        path: str,
        body: Body,
        *,
        params: Mapping[str, str],
        idempotency_key: str,
        content_type: str = JSON,
        is_file: bool = False,
        area: Area = Area.ACCOUNTING,
        leaves_before: datetime | None = None,
    ) -> Answer:
        """Write once and give Xero's answer, whether it took the records or refused them (400, 404, ...).

        Raises OutcomeUnknown where Xero may have done it, and with `leaves_before` also where waiting for
        Xero's limits took until then. Whatever else it raises (WriteNotAllowed, OrganisationGone,
        ConsentRevoked, DayLimitReached, XeroBusy, XeroUnavailable, Stopped), nothing was written.
        """
        content = None if body is None else encode(body)
        self._look_at(verb, path, idempotency_key, area)
        if is_file and not _takes_files(path):
            raise WriteNotAllowed("Ledgerkeep uploads no files to this place in Xero.")
        if content is not None and not is_file and _SENDS_MAIL.search(content):
            raise WriteNotAllowed("Ledgerkeep writes nothing that lets Xero send mail.")
        headers = {"xero-tenant-id": self._tenant_id, "Accept": JSON, "Idempotency-Key": idempotency_key}
        if content is not None:
            headers["Content-Type"] = content_type
        url = f"{self._app.api_url.rstrip('/')}/{area.base_path}/{path}"
        request = _Request(
            verb=verb, url=url, params=params, body=content, headers=headers, leaves_before=leaves_before
        )
        answer = self._with_token(request)
        if trouble := trouble_of_write(answer):
            raise trouble
        return answer

    def _look_at(self, verb: str, path: str, key: str, area: Area) -> None:
        known = verb in _VERBS or verb == _ALSO.get(area)
        if not known or not 0 < len(key) <= LONGEST_KEY:
            raise WriteNotAllowed("This is no write that Ledgerkeep makes.")
        if not _PATH.fullmatch(path) or not _is_ours(path, area, self._endpoints):
            raise WriteNotAllowed("Ledgerkeep does not write to this place in Xero.")

    def _with_token(self, request: _Request) -> Answer:
        token = self._token(False)
        answer = self._within_limits(request, token)
        if not token_may_be_old(answer):
            return answer
        # A 401 says that nothing was written, so it may be sent again.
        current = self._token(False)
        return self._within_limits(request, current if current != token else self._token(True))

    def _within_limits(self, request: _Request, token: str) -> Answer:
        patience = _PATIENCE_MINUTES * self._app.minute_seconds
        tries = 0
        while True:
            answer = self._once(request, token)
            self._allowance = allowance = self._pace.note(answer)
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

    def _once(self, request: _Request, token: str) -> Answer:
        self._pace.wait()
        if request.leaves_before is not None and self._now() >= request.leaves_before:
            raise OutcomeUnknown("A write could not be repeated in time.")
        if not self._still_allowed():
            raise WriteNotAllowed("This restore may no longer write to this organisation.")
        self.writes += 1
        headers = {**request.headers, "Authorization": f"Bearer {token}"}
        answer = self._transport.write(
            request.verb, request.url, request.body, params=request.params, headers=headers
        )
        self._note_clock(answer)
        return answer

    def _note_clock(self, answer: Answer) -> None:
        said = answer.server_time
        if said is not None:
            self.clock_ahead = self._now() - said


def _is_ours(path: str, area: Area, endpoints: frozenset[str]) -> bool:
    segments = [unquote(one) for one in path.split("/")]
    if endpoint(area, segments[0]) not in endpoints or any(_climbs(one) for one in segments):
        return False
    # A file may be called anything; everything else that speaks of mail sends it.
    named = segments[:-1] if len(segments) > 3 and segments[-2] == "Attachments" else segments
    return not any("email" in one.lower() for one in named)


def _takes_files(path: str) -> bool:
    return path.split("/")[-2:-1] == ["Attachments"]


def _climbs(segment: str) -> bool:
    return segment in {".", ".."} or "/" in segment or "\\" in segment
