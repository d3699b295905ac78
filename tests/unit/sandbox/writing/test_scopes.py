"""Who may write where, and how every attempt is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bot.sandbox.xero import PretendXero
from bot.sandbox.xero.collections import COLLECTIONS
from bot.sandbox.xero.people import PEOPLE
from bot.sandbox.xero.scopes import GRANULAR
from bot.sandbox.xero.writing.below import BELOW
from bot.sandbox.xero.writing.kinds import KINDS, REMOVALS

BACK = "http://localhost:3000/xero/callback"
NOBODY = "00000000-0000-0000-0000-000000000000"
READING = "offline_access accounting.settings.read accounting.contacts.read accounting.invoices.read"
WRITING = READING + " accounting.settings accounting.contacts accounting.invoices"
SCOPE = {
    "Accounts": "settings", "TaxRates": "settings", "Currencies": "settings",
    "TrackingCategories": "settings",
    "Contacts": "contacts", "ContactGroups": "contacts", "Invoices": "invoices", "CreditNotes": "invoices",
    "Quotes": "invoices", "PurchaseOrders": "invoices", "RepeatingInvoices": "invoices",
    "LinkedTransactions": "invoices", "Payments": "payments", "BatchPayments": "payments",
    "Prepayments": "payments", "Overpayments": "payments", "BankTransactions": "banktransactions",
    "BankTransfers": "banktransactions", "ManualJournals": "manualjournals",
    "Receipts": "classicexpenses", "ExpenseClaims": "classicexpenses",
}  # fmt: skip


def _every_write() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Give every verb and path that can write, and the scopes any one of which lets it."""

    def scopes(name: str) -> frozenset[str]:
        wanted = {"settings", "invoices"} if name == "Items" else {SCOPE[name]}
        return frozenset(f"accounting.{one}" for one in wanted)

    for name, kind in KINDS.items():
        yield from ((verb, name, scopes(name)) for verb in kind.verbs)
        if kind.by_id:
            yield "POST", f"{name}/{NOBODY}", scopes(name)
    yield from (("DELETE", f"{name}/{NOBODY}", scopes(name)) for name in REMOVALS)
    for name, below in BELOW.items():
        for parent in sorted(below.parents):
            wanted = frozenset({below.scope}) if below.scope else scopes(parent)
            yield from ((verb, f"{parent}/{NOBODY}/{name}/x", wanted) for verb in below.verbs)
    yield "POST", "Setup", frozenset({"accounting.settings"})


EVERY = list(_every_write())


def _named(value: str | frozenset[str]) -> str:
    """Name a case the same in every process: the order of a set's members differs from one to the next."""
    return value[:60] if isinstance(value, str) else "+".join(sorted(value))


@pytest.mark.parametrize(("method", "path", "scopes"), EVERY, ids=_named)
def test_write_when_everything_but_its_scope_was_granted_then_401_and_with_it_not(
    open_pen: Callable[..., Any], method: str, path: str, scopes: frozenset[str]
) -> None:
    pen = open_pen(scopes="accounting.settings")

    def status(granted: frozenset[str]) -> int:
        pen.xero.authority.granted.clear()
        pen.token = pen.xero.authority._issue(PEOPLE["ana"], "event", granted)["access_token"]
        return int(pen.call(method, path, {"Name": "x"}).status)

    assert status(GRANULAR - scopes) == 401
    assert {status(GRANULAR - (scopes - {one})) for one in scopes}.isdisjoint({401, 403})
    assert pen.org.writes[0].status == 401
    assert {(call.method, call.tenant_id) for call in pen.org.writes} == {(method, pen.org.tenant_id)}


def test_every_collection_when_it_can_be_written_then_its_scope_is_known() -> None:
    assert set(SCOPE) | {"Items"} >= set(KINDS)
    assert set(KINDS) == {name for name, one in COLLECTIONS.items() if one.writes} - {
        "Receipts",
        "ExpenseClaims",
    }


@pytest.mark.parametrize(
    ("api", "permitted"),
    [("files.xro/1.0/Files", 501), ("assets.xro/1.0/Assets", 400), ("projects.xro/2.0/Projects", 400)],
)
def test_write_when_to_a_neighbour_with_reading_only_then_401(
    open_pen: Callable[..., Any], api: str, permitted: int
) -> None:
    scope = api.partition(".")[0]
    statuses = []
    for granted in (f"{scope}.read", scope):
        pen = open_pen(scopes=granted)
        headers = {"Authorization": f"Bearer {pen.token}", "xero-tenant-id": pen.org.tenant_id}
        statuses.append(pen.xero._app.test_client().post(f"/{api}", headers=headers).status_code)
        assert [call.path for call in pen.org.writes] == [f"/{api}"]
    assert statuses == [401, permitted]  # an empty body is refused; the sandbox has no uploads to Files


class Person:
    """Somebody who consents, and calls with the newest token."""

    def __init__(self, xero: PretendXero) -> None:
        self.xero, self.http = xero, xero._app.test_client()
        self.tokens: dict[str, Any] = {}

    def consent(self, key: str, scopes: str) -> None:
        asked = {
            "response_type": "code",
            "client_id": self.xero.client_id,
            "redirect_uri": BACK,
            "scope": scopes,
        }
        target = self.xero.consent(f"http://x/identity/connect/authorize?{urlencode(asked)}", key)
        code = parse_qs(urlsplit(target).query)["code"][0]
        self.token(grant_type="authorization_code", redirect_uri=BACK, code=code)

    def refresh(self) -> None:
        self.token(grant_type="refresh_token", refresh_token=self.tokens["refresh_token"])

    def token(self, **form: str) -> None:
        auth = (self.xero.client_id, self.xero.client_secret)
        self.tokens = self.http.post("/connect/token", data=form, auth=auth).get_json()

    def call(self, method: str, key: str, path: str, **more: Any) -> int:
        headers = {
            "Authorization": f"Bearer {self.tokens['access_token']}",
            "xero-tenant-id": self.xero.organisation(key).tenant_id,
        }
        got = self.http.open(f"/api.xro/2.0/{path}", method=method, headers=headers, **more)
        got.close()
        return got.status_code


@pytest.fixture
def ana() -> Person:
    return Person(PretendXero(organisations=("nz", "fresh-nz")))


def test_scopes_when_granted_for_one_organisation_then_they_open_every_other_of_that_person(
    ana: Person,
) -> None:
    ana.consent("nz", READING)
    assert ana.call("PUT", "nz", "Contacts", json={"Name": "x"}) == 401
    old = dict(ana.tokens)
    ana.consent("fresh-nz", WRITING)
    assert ana.call("PUT", "nz", "Contacts", json={"Name": "Through the other consent"}) == 200
    ana.tokens = old
    assert ana.call("PUT", "nz", "Contacts", json={"Name": "y"}) == 401  # it says what it said
    ana.refresh()
    assert ana.call("PUT", "nz", "Contacts", json={"Name": "Through a refresh"}) == 200
    assert [call.status for call in ana.xero.organisation("nz").writes] == [401, 200, 401, 200]
    assert ana.xero.organisation("fresh-nz").writes == []


def test_writes_when_recorded_then_say_what_when_and_with_which_outcome(ana: Person) -> None:
    ana.consent("fresh-nz", WRITING)
    ana.consent("nz", WRITING)
    ana.call("GET", "nz", "Contacts")
    ana.call("PUT", "nz", "Contacts?summarizeErrors=false", json={"Name": "x"})
    ana.call("POST", "fresh-nz", "Contacts", data="{")
    ana.call("DELETE", "nz", f"Items/{NOBODY}")
    org = ana.xero.organisation("nz")
    first, second = org.writes
    assert (first.method, first.path, first.query) == (
        "PUT",
        "/api.xro/2.0/Contacts",
        "summarizeErrors=false",
    )
    assert (first.status, second.status, second.tenant_id) == (200, 404, org.tenant_id)
    assert first.at <= second.at
    assert [(call.method, call.status) for call in ana.xero.writes] == [
        ("PUT", 200),
        ("POST", 400),
        ("DELETE", 404),
    ]


def test_writes_when_calls_are_not_logged_then_recorded_all_the_same(open_pen: Callable[..., Any]) -> None:
    pen = open_pen(log_calls=False)
    pen.contact()
    assert (pen.xero.calls, len(pen.org.writes)) == ([], 1)


def test_writes_when_a_lever_or_the_limit_struck_then_recorded_too(open_pen: Callable[..., Any]) -> None:
    pen = open_pen(calls_per_minute=1)
    pen.xero.faults.add("503_text", method="PUT")
    assert [pen.put("Contacts", {"Name": f"C{one}"}).status for one in range(3)] == [503, 200, 429]
    assert [call.status for call in pen.org.writes] == [503, 200, 429]


def test_consent_when_the_organisation_is_connected_already_then_renewed_with_more_scopes(
    ana: Person,
) -> None:
    ana.consent("nz", READING)
    (before,) = ana.xero.authority.connections
    known, created, event = before.id, before.created_at, before.auth_event_id
    asked = {"response_type": "code", "client_id": ana.xero.client_id, "redirect_uri": BACK, "scope": WRITING}
    page = ana.http.get(f"/identity/connect/authorize?{urlencode(asked)}").get_data(as_text=True)
    labels = [label for label in page.split("<label>") if 'name="organisation"' in label]
    assert [("connected already" in label) for label in labels] == [True, False]
    ana.consent("nz", WRITING)
    (after,) = ana.xero.authority.connections
    assert (after.id, after.created_at) == (known, created)
    assert after.auth_event_id != event
    assert set(WRITING.split()) <= set(ana.tokens["scope"].split())
    assert ana.call("PUT", "nz", "Contacts", json={"Name": "x"}) == 200
