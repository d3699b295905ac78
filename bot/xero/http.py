"""The wire: the only file that imports httpx. Knows no Xero rule beyond where an answer carries its time.

Every exception of httpx ends here. Redirects are never followed and cookies never kept: both could carry a
token to where it does not belong. No exception text quotes what was sent or received.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext
from types import TracebackType
from typing import Self

from bot.errors import Misconfigured, OutcomeUnknown, ReadRefused, RefusalKind, XeroUnavailable
from bot.late import without
from bot.xero.dates import read_http_date, read_moment

with without("rich"):  # 4 MB, for the command line that comes with it
    import httpx

MAX_BODY_BYTES = 256 * 1024 * 1024
PIECE_BYTES = 256 * 1024  # of a file that is taken piece by piece
_ENVELOPE_TIME = re.compile(rb'"DateTimeUTC"\s*:\s*"([^"]{1,60})"')
_ENVELOPE_REACH = 1024  # bytes at either end of a body in which the envelope says its time


@cache
def _certificates() -> SSLContext:
    """Read whom to trust, once: some 40 ms of work, which not every connection need repeat."""
    return httpx.create_ssl_context()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: header names in lower case, body decompressed; `wire_bytes` as transferred."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str
    wire_bytes: int = 0

    @property
    def server_time(self) -> datetime | None:
        """Give Xero's own clock: the envelope's DateTimeUTC, else the Date header."""
        found = _ENVELOPE_TIME.search(self.body, 0, _ENVELOPE_REACH) or _ENVELOPE_TIME.search(
            self.body, max(0, len(self.body) - _ENVELOPE_REACH)
        )
        if found:
            moment = read_moment(found[1].decode("ascii", "replace").replace("\\/", "/"))
            if moment:
                return moment
        return read_http_date(self.headers.get("date", ""))


class Transport:
    """Ask over HTTP with explicit timeouts and a bounded pool; thread safe. Use as a context manager."""

    def __init__(
        self, *, timeout_seconds: float = 30.0, max_connections: int = 5, max_body_bytes: int = MAX_BODY_BYTES
    ) -> None:
        self._max_body_bytes = max_body_bytes
        self._client = httpx.Client(
            verify=_certificates(),
            timeout=httpx.Timeout(timeout_seconds, pool=timeout_seconds * 4),
            limits=httpx.Limits(max_connections=max_connections, max_keepalive_connections=max_connections),
            headers={"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "Ledgerkeep"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        """Hand out the transport itself; leaving closes its connections."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        self._client.close()

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask for a resource. Raises XeroUnavailable, ReadRefused (too large) or Misconfigured (address)."""
        return self._send("GET", url, params=params, headers=headers)

    @contextmanager
    def opened(self, url: str, *, headers: Mapping[str, str]) -> Iterator[tuple[Answer, Iterator[bytes]]]:
        """Ask for a file: the answer without its body, then the body piece by piece; for 200 only.

        Any other answer carries its body as `get` does. Raises as `get`, also while pieces are taken: what
        broke off is never taken for whole.
        """
        asked = self._client.stream("GET", url, headers={**headers, "Accept-Encoding": "identity"})
        with translated(), asked as reply:
            if reply.status_code != 200:
                yield self._answer(reply), iter(())
                return
            names = {name.lower(): value for name, value in reply.headers.items()}
            yield Answer(200, names, b"", str(reply.url)), self._pieces(reply)

    @staticmethod
    def _pieces(reply: httpx.Response) -> Iterator[bytes]:
        due, came = reply.headers.get("content-length", ""), 0
        with translated():  # taken by whoever stores it, outside of what opened it
            for piece in reply.iter_bytes(PIECE_BYTES):
                came += len(piece)
                yield piece
        if due.isdigit() and "content-encoding" not in reply.headers and came != int(due):
            raise XeroUnavailable("Xero's answer broke off or could not be read.")

    def post_form(
        self, url: str, form: Mapping[str, str], *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a form, as the token endpoint wants it. Raises as `get`."""
        return self._send("POST", url, form=form, headers=headers)

    def delete(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask to delete. Raises as `get`."""
        return self._send("DELETE", url, headers=headers)

    def write(
        self,
        verb: str,
        url: str,
        body: bytes | None,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a body with any verb; only `writing.py` may.

        Raises XeroUnavailable or Misconfigured where no connection came about, OutcomeUnknown where the
        answer is missing.
        """
        asked = self._client.stream(verb, url, params=params, content=body, headers=headers)
        with translated(), told_apart(), asked as reply:
            return self._answer(reply)

    def _send(
        self,
        verb: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        with translated(), self._client.stream(verb, url, params=params, data=form, headers=headers) as reply:
            return self._answer(reply)

    def _answer(self, reply: httpx.Response) -> Answer:
        body = self._read(reply)
        names = {name.lower(): value for name, value in reply.headers.items()}
        return Answer(reply.status_code, names, body, str(reply.url), reply.num_bytes_downloaded)

    def _read(self, reply: httpx.Response) -> bytes:
        parts, size = [], 0
        for part in reply.iter_bytes():
            size += len(part)
            if size > self._max_body_bytes:
                sentence = "Xero's answer is larger than Ledgerkeep takes in one piece."
                raise ReadRefused(RefusalKind.TOO_MANY, sentence, reply.status_code)
            parts.append(part)
        return b"".join(parts)


@contextmanager
def translated() -> Iterator[None]:
    """Turn every exception of httpx into one of ours; the original is dropped, as it may quote an answer."""
    try:
        yield
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise Misconfigured(
            "Xero's address is not one that can be called; check the XERO_…_URL settings."
        ) from None
    except httpx.TimeoutException:
        raise XeroUnavailable("Xero did not answer in time.") from None
    except (httpx.ConnectError, httpx.ProxyError):
        raise XeroUnavailable("Xero could not be reached.") from None
    except (httpx.HTTPError, httpx.StreamError, httpx.CookieConflict):
        raise XeroUnavailable("Xero's answer broke off or could not be read.") from None


@contextmanager
def told_apart() -> Iterator[None]:
    """Let through what ended before anything was sent; whatever else happens to a write leaves it unknown."""
    try:
        yield
    except (httpx.UnsupportedProtocol, httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        raise
    except (httpx.HTTPError, httpx.StreamError, httpx.CookieConflict, ReadRefused):
        raise OutcomeUnknown("Xero's answer to a write is missing.") from None
