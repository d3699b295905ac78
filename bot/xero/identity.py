"""Which organisations a consent reaches, and ending one connection. The only file that imports xero_python.

xero-python is handed a token that was just validated, so that it never refreshes by itself; its models are
not trusted with answers they do not know: those are read plainly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import urllib3
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.exceptions import HTTPStatusException, OpenApiException
from xero_python.identity import IdentityApi

from bot.errors import ConsentRevoked, LedgerkeepError, XeroBusy, XeroUnavailable
from bot.xero.app import XeroApp
from bot.xero.dates import read_moment
from bot.xero.http import Answer, Transport
from bot.xero.split import split
from bot.xero.verdict import error_of


@dataclass(frozen=True, slots=True, kw_only=True)
class XeroConnection:
    """One organisation a consent reaches; `id` is the connection's and is what disconnecting takes.

    `updated_at` later than `created_at` means that it was disconnected and connected again.
    """

    id: str
    tenant_id: str
    tenant_type: str  # ORGANISATION, PRACTICE, …: an open list
    name: str
    created_at: datetime | None = None
    updated_at: datetime | None = None
    auth_event_id: str = ""


class _Plain(msgspec.Struct, rename="camel"):
    id: str | None = None
    tenant_id: str | None = None
    tenant_type: str | None = None
    tenant_name: str | None = None
    created_date_utc: str | None = None
    updated_date_utc: str | None = None
    auth_event_id: str | None = None


def connections(app: XeroApp, access_token: str, auth_event_id: str = "") -> tuple[XeroConnection, ...]:
    """List what a token reaches, or what one consent added. Raises ConsentRevoked, Transient, ReadRefused."""
    wanted = {"auth_event_id": auth_event_id} if auth_event_id else {}
    try:
        with _translated(), _api(app, access_token) as api:
            found = api.get_connections(_request_timeout=_timeouts(app), **wanted)
        return tuple(_of_model(one) for one in found)
    except (ValueError, TypeError, KeyError, AttributeError):
        return _plainly(app, access_token, auth_event_id)


def disconnect(app: XeroApp, access_token: str, connection_id: str) -> bool:
    """End a connection; False when Xero knew it no more. Raises ConsentRevoked, Transient, ReadRefused."""
    try:
        with _translated(), _api(app, access_token) as api:
            api.delete_connection(connection_id, _request_timeout=_timeouts(app))
    except _Unknown:
        return False
    return True


class _Unknown(LedgerkeepError):
    """Xero answered 404."""


@contextmanager
def _api(app: XeroApp, access_token: str) -> Iterator[Any]:
    client = ApiClient(Configuration(), oauth2_token_getter=_getter(access_token), oauth2_token_saver=_ignore)
    pool = client.rest_client.pool_manager
    # urllib3 would repeat calls and follow redirects, the token with them.
    pool.connection_pool_kw["retries"] = urllib3.Retry(0, redirect=False)
    try:
        yield IdentityApi(client, base_url=app.api_url.rstrip("/"))
    finally:
        pool.clear()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except HTTPStatusException as refused:
        answer = _answer(refused)
        raise _error(answer) from None
    except OpenApiException:
        raise XeroUnavailable("Xero could not be reached safely.") from None
    except urllib3.exceptions.TimeoutError:
        raise XeroUnavailable("Xero did not answer in time.") from None
    except urllib3.exceptions.HTTPError:
        raise XeroUnavailable("Xero could not be reached.") from None


def _error(answer: Answer) -> LedgerkeepError:
    if answer.status == 401:
        return ConsentRevoked("Xero no longer accepts the consent; somebody has to connect again.")
    if answer.status == 404:
        return _Unknown("Xero does not know this connection.")
    if answer.status == 429:
        return XeroBusy("Xero asks to wait.")
    return error_of(answer)


def _answer(refused: Any) -> Answer:
    reply = refused.http_resp
    return Answer(reply.status, {}, reply.data or b"", "")


def _plainly(app: XeroApp, access_token: str, auth_event_id: str) -> tuple[XeroConnection, ...]:
    params = {"authEventId": auth_event_id} if auth_event_id else {}
    headers = {"Authorization": f"Bearer {access_token}"}
    with Transport(timeout_seconds=app.timeout_seconds, max_connections=1) as transport:
        answer = transport.get(f"{app.api_url.rstrip('/')}/connections", params=params, headers=headers)
    if answer.status != 200:
        raise _error(answer)
    try:
        found = [
            msgspec.json.decode(raw, type=_Plain, strict=False) for raw in split(answer.body, "items").records
        ]
    except msgspec.DecodeError:
        raise XeroUnavailable("Xero answered something that is not its API.") from None
    return tuple(_of_plain(one) for one in found)


def _of_model(one: Any) -> XeroConnection:
    return XeroConnection(
        id=one.id,
        tenant_id=one.tenant_id,
        tenant_type=one.tenant_type or "",
        name=one.tenant_name or "",
        created_at=_utc(one.created_date_utc),
        updated_at=_utc(one.updated_date_utc),
        auth_event_id=one.auth_event_id or "",
    )


def _of_plain(one: _Plain) -> XeroConnection:
    return XeroConnection(
        id=one.id or "",
        tenant_id=one.tenant_id or "",
        tenant_type=one.tenant_type or "",
        name=one.tenant_name or "",
        created_at=read_moment(one.created_date_utc),
        updated_at=read_moment(one.updated_date_utc),
        auth_event_id=one.auth_event_id or "",
    )


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def _getter(access_token: str) -> Callable[[], dict[str, object]]:
    # Without `expires_at` xero-python takes the token as valid and never refreshes it.
    token = {"access_token": access_token, "scope": [], "expires_in": 1800, "token_type": "Bearer"}
    return lambda: dict(token)


def _ignore(token: dict[str, object]) -> None:
    """Save nothing: tokens are kept by whoever asked."""


def _timeouts(app: XeroApp) -> tuple[float, float]:
    return app.timeout_seconds, app.timeout_seconds
