"""Which organisations a consent reaches, and ending one connection. The only file that imports xero_python.

xero-python is handed a token that was just validated, so that it never refreshes by itself. Its models are
left aside: they raise where Xero sends what they do not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import urllib3
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import HTTPStatusException, OpenApiException
from xero_python.identity import IdentityApi

from bot.errors import ConsentRevoked, LedgerkeepError, XeroUnavailable
from bot.xero.app import XeroApp
from bot.xero.dates import read_moment
from bot.xero.http import Answer
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
    with _translated(), _api(app, access_token) as api:
        reply = api.get_connections(_preload_content=False, _request_timeout=_timeouts(app), **wanted)
        body = bytes(reply.data)
    try:
        return tuple(
            _connection(msgspec.json.decode(raw, type=_Plain)) for raw in split(body, "items").records
        )
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise XeroUnavailable("Xero answered something that is not its API.") from None


def disconnect(app: XeroApp, access_token: str, connection_id: str) -> bool:
    """End a connection; False when Xero knew it no more. Raises ConsentRevoked, Transient, ReadRefused."""
    try:
        with _translated(), _api(app, access_token) as api:
            api.delete_connection(connection_id, _request_timeout=_timeouts(app))
    except _Unknown:
        return False
    return True


class _Identity(IdentityApi):  # type: ignore[misc]
    """Asks at the address that developer.xero.com documents; the specification writes it with a capital."""

    def get_resource_url(self, resource_path: str) -> str:
        return str(super().get_resource_url(resource_path.replace("/Connections", "/connections", 1)))


class _Unknown(LedgerkeepError):
    """Xero answered 404."""


@contextmanager
def _api(app: XeroApp, access_token: str) -> Iterator[Any]:
    configuration = Configuration(oauth2_token=OAuth2Token())
    client = ApiClient(configuration, oauth2_token_getter=_getter(access_token), oauth2_token_saver=_ignore)
    pool = client.rest_client.pool_manager
    # urllib3 would repeat calls and follow redirects, the token with them.
    pool.connection_pool_kw["retries"] = urllib3.Retry(0, redirect=False)
    try:
        yield _Identity(client, base_url=app.api_url.rstrip("/"))
    finally:
        pool.clear()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except HTTPStatusException as refused:
        raise _error(refused.http_resp) from None
    except OpenApiException:
        raise XeroUnavailable("Xero could not be reached safely.") from None
    except urllib3.exceptions.TimeoutError:
        raise XeroUnavailable("Xero did not answer in time.") from None
    except (urllib3.exceptions.HTTPError, urllib3.exceptions.ProxySchemeUnsupported):
        raise XeroUnavailable("Xero could not be reached.") from None


def _error(reply: Any) -> LedgerkeepError:
    if reply.status == 401:
        return ConsentRevoked("Xero no longer accepts the consent; somebody has to connect again.")
    if reply.status == 404:
        return _Unknown("Xero does not know this connection.")
    return error_of(Answer(reply.status, {}, reply.data or b"", ""))


def _connection(one: _Plain) -> XeroConnection:
    return XeroConnection(
        id=one.id or "",
        tenant_id=one.tenant_id or "",
        tenant_type=one.tenant_type or "",
        name=one.tenant_name or "",
        created_at=read_moment(one.created_date_utc),
        updated_at=read_moment(one.updated_date_utc),
        auth_event_id=one.auth_event_id or "",
    )


def _getter(access_token: str) -> Callable[[], dict[str, object]]:
    # Without `expires_at` xero-python takes the token as valid and never refreshes it.
    token = {"access_token": access_token, "scope": [], "expires_in": 1800, "token_type": "Bearer"}
    return lambda: dict(token)


def _ignore(token: dict[str, object]) -> None:
    """Save nothing: tokens are kept by whoever asked."""


def _timeouts(app: XeroApp) -> tuple[float, float]:
    return app.timeout_seconds, app.timeout_seconds
