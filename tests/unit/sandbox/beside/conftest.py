"""Somebody who reads what an organisation of the pretend Xero holds beside its books."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bot.sandbox.xero import PretendOrganisation, PretendXero
from bot.sandbox.xero.beside import Beside, beside_of

BACK = "http://localhost:3000/xero/callback"
READING = "files.read assets.read projects.read accounting.settings.read"
ROOTS = {"files": "files.xro/1.0", "assets": "assets.xro/1.0", "projects": "projects.xro/2.0"}


@dataclass
class Answer:
    """An answer, with the questions tests ask of it."""

    status: int
    raw: bytes
    headers: dict[str, str]

    @property
    def body(self) -> Any:
        return json.loads(self.raw, parse_float=Decimal)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Give the records of a list, however this API wraps them."""
        assert self.status == 200, self.raw.decode()
        found = self.body
        rows: list[dict[str, Any]] = (
            found if isinstance(found, list) else found.get("Items", found.get("items"))
        )
        return rows


@dataclass
class Reader:
    """Somebody with a token for one organisation; asks without a network."""

    xero: PretendXero
    org: PretendOrganisation
    token: str

    @property
    def beside(self) -> Beside:
        return beside_of(self.org)

    def get(self, api: str, path: str, **query: Any) -> Answer:
        return self.call("GET", api, path, **query)

    def call(self, method: str, api: str, path: str, **query: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "xero-tenant-id": self.org.tenant_id}
        address = f"/{ROOTS.get(api, api)}/{path}"
        answer = self.xero._app.test_client().open(
            address, method=method, headers=headers, query_string=query
        )
        told = Answer(answer.status_code, answer.get_data(), dict(answer.headers))
        answer.close()  # a call is in flight until then
        return told


@pytest.fixture
def open_reader() -> Callable[..., Reader]:
    """Open a pretend Xero, and let Ana connect one organisation of it."""
    return _open


def _open(organisation: str = "fresh-uk", *, scopes: str = READING, **wishes: Any) -> Reader:
    xero = PretendXero(organisations=(organisation,), **{"calls_per_minute": 100_000} | wishes)
    asked = {
        "response_type": "code",
        "client_id": xero.client_id,
        "redirect_uri": BACK,
        "scope": f"offline_access {scopes}",
    }
    target = xero.consent(f"http://x/identity/connect/authorize?{urlencode(asked)}", organisation)
    form = {"grant_type": "authorization_code", "redirect_uri": BACK}
    form |= {"client_id": xero.client_id, "client_secret": xero.client_secret}
    form["code"] = parse_qs(urlsplit(target).query)["code"][0]
    tokens = xero._app.test_client().post("/connect/token", data=form).get_json()
    return Reader(xero, xero.organisation(organisation), tokens["access_token"])


@pytest.fixture
def reader() -> Reader:
    """Somebody reading a new organisation, which may be changed."""
    return _open()


@pytest.fixture(scope="session")
def lively() -> Reader:
    """Somebody reading the lively organisation; it is shared, so nobody may change it."""
    return _open("lively", now=lambda: datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
