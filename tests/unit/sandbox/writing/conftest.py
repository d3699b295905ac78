"""Somebody who writes into a new organisation of the pretend Xero."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bot.sandbox.xero import PretendOrganisation, PretendXero
from bot.sandbox.xero.reports import Reporter
from bot.sandbox.xero.writing.messages import NOT_PUBLISHED

BACK = "http://localhost:3000/xero/callback"
WRITING = (
    "offline_access accounting.settings accounting.contacts accounting.invoices accounting.payments "
    "accounting.banktransactions accounting.manualjournals accounting.attachments "
    "accounting.reports.trialbalance.read accounting.reports.balancesheet.read accounting.reports.aged.read "
    "accounting.reports.profitandloss.read"
)


@dataclass
class Answer:
    """An answer to a write, with the questions tests ask of it."""

    status: int
    raw: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> Any:
        return json.loads(self.raw, parse_float=Decimal)

    def one(self) -> dict[str, Any]:
        """Give the only record of a 200."""
        assert self.status == 200, self.raw.decode()
        (record,) = next(value for value in self.body.values() if isinstance(value, list))
        assert isinstance(record, dict)
        return record

    @property
    def errors(self) -> list[str]:
        """Give the sentences of a 400, over all elements."""
        assert self.status == 400, self.raw.decode()
        elements = self.body["Elements"]
        return [error["Message"] for element in elements for error in element["ValidationErrors"]]

    @property
    def unpublished(self) -> str:
        """Give the only sentence of a 400 whose wording is ours, without its mark."""
        (message,) = self.errors
        assert message.startswith(NOT_PUBLISHED), message
        return message.removeprefix(NOT_PUBLISHED)


@dataclass
class Pen:
    """Somebody with a token that may write."""

    xero: PretendXero
    org: PretendOrganisation
    token: str

    def call(self, method: str, path: str, body: Any = None, headers: Any = None, **query: Any) -> Answer:
        sent = {"Authorization": f"Bearer {self.token}", "xero-tenant-id": self.org.tenant_id}
        sent |= {"Accept": "application/json"} | (headers or {})
        data = body if isinstance(body, bytes) or body is None else json.dumps(body, default=str)
        url = f"/api.xro/2.0/{path}"
        got = self.xero._app.test_client().open(
            url, method=method, data=data, headers=sent, query_string={k: str(v) for k, v in query.items()}
        )
        answer = Answer(got.status_code, got.get_data(), dict(got.headers))
        got.close()  # only then the call counts as no longer in flight
        return answer

    def put(self, path: str, body: Any = None, **query: Any) -> Answer:
        return self.call("PUT", path, body, **query)

    def post(self, path: str, body: Any = None, **query: Any) -> Answer:
        return self.call("POST", path, body, **query)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.call("GET", path, **query)
        assert answer.status == 200, answer.raw
        return answer.body

    def rows(self, collection: str, **query: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(collection, **query)[collection]
        return found

    def read(self, collection: str, record_id: str) -> dict[str, Any]:
        (row,) = self.rows_at(collection, record_id)
        return row

    def rows_at(self, collection: str, record_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"{collection}/{record_id}", unitdp=4)[collection]
        return found

    def bank(self, code: str = "090", **more: Any) -> str:
        """Open a bank account; give its id."""
        wanted = {"Code": code, "Name": f"Bank {code}", "Type": "BANK", "BankAccountNumber": "20000012345678"}
        return str(self.put("Accounts", wanted | more).one()["AccountID"])

    def contact(self, name: str = "Ægir & Rán") -> dict[str, str]:
        """Add a contact; give it as documents name it."""
        return {"ContactID": str(self.put("Contacts", {"Name": name}).one()["ContactID"])}

    def standing(self, code: str) -> Decimal:
        """Give an account's balance in the trial balance, debits positive."""
        reporter = Reporter(self.org)
        total = reporter.trial_balance({})["Rows"][-1]["Rows"][0]["Cells"]
        assert total[3]["Value"] == total[4]["Value"]
        fields = self.org.account(code).fields
        return Decimal(reporter.standing(fields, self.org.now().date())) / 100


@pytest.fixture
def open_pen() -> Callable[..., Pen]:
    """Take a pen to a new organisation made to measure."""

    def make(
        key: str = "fresh-uk",
        scopes: str = WRITING,
        user: str = "ana",
        made: dict[str, Any] | None = None,
        **wishes: Any,
    ) -> Pen:
        standard: dict[str, Any] = {"organisations": (), "calls_per_minute": 100_000}
        xero = PretendXero(**standard | wishes)
        org = xero.open_organisation(key, **made or {})
        asked = {"response_type": "code", "client_id": xero.client_id, "redirect_uri": BACK, "scope": scopes}
        target = xero.consent(f"http://x/identity/connect/authorize?{urlencode(asked)}", key, user)
        form = {"grant_type": "authorization_code", "redirect_uri": BACK}
        form["code"] = parse_qs(urlsplit(target).query)["code"][0]
        auth = (xero.client_id, xero.client_secret)
        got = xero._app.test_client().post("/connect/token", data=form, auth=auth)
        return Pen(xero, org, got.get_json()["access_token"])

    return make


@pytest.fixture
def pen(open_pen: Callable[..., Pen]) -> Pen:
    """A pen in a new UK organisation."""
    return open_pen()
