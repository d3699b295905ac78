"""A pretend Xero to test, and a desk from which to talk to it over HTTP."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from bot.sandbox.xero import PretendOrganisation, PretendXero

# Everything is plain HTTP on loopback; loading certificates for each client would take most of the time.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
BACK = "http://localhost:3000/xero/callback"
READING = (
    "offline_access accounting.settings.read accounting.contacts.read accounting.invoices.read "
    "accounting.payments.read accounting.banktransactions.read accounting.manualjournals.read "
    "accounting.budgets.read accounting.classicexpenses.read accounting.reports.trialbalance.read "
    "accounting.reports.balancesheet.read accounting.reports.profitandloss.read"
)


@dataclass
class Desk:
    """A running pretend Xero, and the plain HTTP of somebody who uses it."""

    xero: PretendXero
    url: str
    http: httpx.Client

    def ask_url(self, scopes: str = READING, **other: str) -> str:
        asked = {
            "response_type": "code",
            "client_id": self.xero.client_id,
            "redirect_uri": BACK,
            "scope": scopes,
            "state": "s1",
        }
        return f"{self.url}/identity/connect/authorize?{urlencode(asked | other)}"

    def code(self, organisation: str = "nz", scopes: str = READING, user: str = "ana") -> str:
        target = self.xero.consent(self.ask_url(scopes), organisation, user)
        return parse_qs(urlsplit(target).query)["code"][0]

    def token(self, **form: str) -> httpx.Response:
        auth = (self.xero.client_id, self.xero.client_secret)
        return self.http.post(f"{self.url}/connect/token", data=form, auth=auth)

    def redeem(self, code: str) -> dict[str, Any]:
        answer = self.token(grant_type="authorization_code", code=code, redirect_uri=BACK)
        body: dict[str, Any] = answer.json()
        return body

    def refresh(self, token: str) -> httpx.Response:
        return self.token(grant_type="refresh_token", refresh_token=token)

    def link(self, organisation: str = "nz", scopes: str = READING, user: str = "ana") -> Caller:
        tokens = self.redeem(self.code(organisation, scopes, user))
        return Caller(self, self.xero.organisation(organisation), tokens)


@dataclass
class Caller:
    """Somebody with a token for one organisation."""

    desk: Desk
    org: PretendOrganisation
    tokens: dict[str, Any]

    def get(
        self,
        path: str,
        *,
        accept: str = "application/json",
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> httpx.Response:
        return self.call("GET", path, accept=accept, headers=headers, **query)

    def call(
        self,
        method: str,
        path: str,
        *,
        accept: str = "application/json",
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> httpx.Response:
        sent = {
            "Authorization": f"Bearer {self.tokens['access_token']}",
            "xero-tenant-id": self.org.tenant_id,
        }
        sent |= {"Accept": accept} | (headers or {})
        below = path if path.startswith("/") else f"/api.xro/2.0/{path}"
        return self.desk.http.request(method, self.desk.url + below, headers=sent, params=query)

    def rows(self, collection: str, **query: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(collection, **query).json()[collection]
        return found


@pytest.fixture
def open_desk() -> Iterator[Callable[..., Desk]]:
    """Open a desk at a pretend Xero made to measure."""
    with ExitStack() as stack:

        def make(**wishes: Any) -> Desk:
            standard: dict[str, Any] = {"organisations": ("nz",), "calls_per_minute": 100_000}
            xero = PretendXero(**standard | wishes)
            stack.callback(xero.stop)
            return Desk(xero, xero.start(), stack.enter_context(httpx.Client(verify=NO_TLS)))

        yield make


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """A desk at a pretend Xero with the small organisation only."""
    return open_desk()


@pytest.fixture(scope="session")
def lively() -> Iterator[Caller]:
    """Somebody reading the lively organisation; it is shared, so nobody may change it."""
    xero = PretendXero(
        now=lambda: datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
        organisations=("lively",),
        calls_per_minute=100_000,
        calls_per_day=1_000_000,
    )
    url = xero.start()
    with httpx.Client(verify=NO_TLS) as http:
        yield Desk(xero, url, http).link("lively")
    xero.stop()
