"""Writing to the pretend Xero, against what Xero publishes: its OpenAPI files and its own Python SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jsonschema
import pytest
import yaml
from xero_python import accounting
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import AccountingBadRequestException

from bot.sandbox.xero import PretendXero
from bot.sandbox.xero.demo import build_organisation

OPENAPI = Path(__file__).parents[3] / "shared" / "xero-openapi" / "xero_accounting.yaml"
BACK = "http://localhost:3000/xero/callback"
SCOPES = (
    "offline_access accounting.settings accounting.contacts accounting.invoices accounting.payments "
    "accounting.banktransactions accounting.manualjournals accounting.attachments"
)


@dataclass(frozen=True)
class Target:
    """A new organisation and a token that may write to it."""

    url: str
    tenant_id: str
    tokens: dict[str, Any]
    http: httpx.Client
    xero: PretendXero

    def send(self, method: str, path: str, body: Any, **query: Any) -> Any:
        headers = {
            "Authorization": f"Bearer {self.tokens['access_token']}",
            "xero-tenant-id": self.tenant_id,
            "Accept": "application/json",
        }
        url = f"{self.url}/api.xro/2.0/{path}"
        if isinstance(body, bytes):
            return self.http.request(method, url, headers=headers, params=query, content=body).json()
        return self.http.request(method, url, headers=headers, params=query, json=body).json()


@pytest.fixture
def target() -> Iterator[Target]:
    xero = PretendXero(organisations=(), calls_per_minute=100_000)
    url = xero.start()
    org = build_organisation("fresh-uk", seed=7, now=xero.now)
    xero.add_organisation(org)
    asked = {"response_type": "code", "client_id": xero.client_id, "redirect_uri": BACK, "scope": SCOPES}
    target = xero.consent(f"{url}/identity/connect/authorize?{urlencode(asked)}", "fresh-uk")
    form = {"grant_type": "authorization_code", "redirect_uri": BACK}
    form["code"] = parse_qs(urlsplit(target).query)["code"][0]
    with httpx.Client() as http:
        tokens = http.post(
            f"{url}/connect/token", data=form, auth=(xero.client_id, xero.client_secret)
        ).json()
        yield Target(url, org.tenant_id, tokens, http, xero)
    xero.stop()


@pytest.fixture(scope="module")
def validator() -> Callable[[str], Any]:
    if not OPENAPI.exists():
        pytest.skip("the published OpenAPI files are not beside the project")
    described = yaml.load(OPENAPI.read_text(), Loader=yaml.CSafeLoader)["components"]["schemas"]
    schemas = _as_json_schema(described)

    def make(name: str) -> jsonschema.Draft202012Validator:
        return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schemas})

    return make


def _as_json_schema(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_json_schema(one) for one in value]
    if not isinstance(value, dict):
        return value
    left_out = {"example", "externalDocs", "xml"}
    kept = {key: _as_json_schema(one) for key, one in value.items() if key not in left_out}
    if kept.get("nullable") is True and isinstance(kept.get("type"), str):
        kept["type"] = [kept["type"], "null"]
    if "$ref" in kept:
        return {"$ref": kept["$ref"].replace("#/components/schemas/", "#/$defs/")}
    return kept


SOLD = {"Description": "Rope", "Quantity": 1, "UnitAmount": 100, "AccountCode": "200"}
COST = {"Description": "Fuel", "Quantity": 1, "UnitAmount": 40, "AccountCode": "429"}
PAPER = {"Contact": {"Name": "Ægir"}, "Date": "2026-10-01", "LineItems": [SOLD]}
BANKING = PAPER | {"BankAccount": {"Code": "090"}}
SCHEDULE = {"Period": 1, "Unit": "MONTHLY", "DueDate": 10, "DueDateType": "OFFOLLOWINGMONTH"}
JOURNAL = [{"LineAmount": 5, "AccountCode": "416"}, {"LineAmount": -5, "AccountCode": "711"}]
# Verb, path, body, schema of the answer; `{Invoices}` is the id of the invoice written before.
STEPS: list[tuple[str, str, Any, str]] = [
    ("PUT", "Currencies", {"Code": "EUR"}, "Currencies"),
    (
        "PUT",
        "TaxRates",
        {"Name": "x", "ReportTaxType": "OUTPUT", "TaxComponents": [{"Name": "VAT", "Rate": 1}]},
        "TaxRates",
    ),
    (
        "PUT",
        "Accounts",
        {"Code": "090", "Name": "Till", "Type": "BANK", "BankAccountNumber": "20000012345678"},
        "Accounts",
    ),
    (
        "PUT",
        "Accounts",
        {"Code": "091", "Name": "Box", "Type": "BANK", "BankAccountNumber": "20000012345678"},
        "Accounts",
    ),
    ("PUT", "TrackingCategories", {"Name": "Region"}, "TrackingCategories"),
    ("PUT", "TrackingCategories/{TrackingCategories}/Options", {"Name": "North"}, "TrackingOptions"),
    ("PUT", "ContactGroups", {"Name": "Trade"}, "ContactGroups"),
    ("PUT", "Contacts", PAPER["Contact"], "Contacts"),
    ("PUT", "Items", {"Code": "r", "Name": "Rope"}, "Items"),
    ("POST", "Setup", {"ConversionDate": {"Month": 4, "Year": 2026}}, "ImportSummaryObject"),
    ("PUT", "ManualJournals", {"Narration": "x", "JournalLines": JOURNAL}, "ManualJournals"),
    ("PUT", "CreditNotes", PAPER | {"Type": "ACCRECCREDIT", "Status": "AUTHORISED"}, "CreditNotes"),
    (
        "PUT",
        "Invoices",
        PAPER | {"Type": "ACCREC", "Status": "AUTHORISED", "DueDate": "2026-11-01"},
        "Invoices",
    ),
    ("PUT", "BankTransactions", BANKING | {"Type": "SPEND", "LineItems": [COST]}, "BankTransactions"),
    ("PUT", "BankTransactions", BANKING | {"Type": "RECEIVE-PREPAYMENT"}, "BankTransactions"),
    (
        "PUT",
        "BankTransfers",
        {"FromBankAccount": {"Code": "090"}, "ToBankAccount": {"Code": "091"}, "Amount": 5},
        "BankTransfers",
    ),
    (
        "PUT",
        "CreditNotes/{CreditNotes}/Allocations",
        {"Invoice": {"InvoiceID": "{Invoices}"}, "Amount": 10, "Date": "2026-10-02"},
        "Allocations",
    ),
    (
        "PUT",
        "Payments",
        {
            "Invoice": {"InvoiceID": "{Invoices}"},
            "Account": {"Code": "090"},
            "Date": "2026-10-02",
            "Amount": 5,
        },
        "Payments",
    ),
    (
        "PUT",
        "BatchPayments",
        {
            "Account": {"Code": "090"},
            "Date": "2026-10-02",
            "Payments": [{"Invoice": {"InvoiceID": "{Invoices}"}, "Amount": 1}],
        },
        "BatchPayments",
    ),
    ("PUT", "PurchaseOrders", PAPER | {"LineItems": [COST], "SentToContact": True}, "PurchaseOrders"),
    ("PUT", "Quotes", PAPER, "Quotes"),
    (
        "PUT",
        "RepeatingInvoices",
        PAPER | {"Type": "ACCREC", "Schedule": SCHEDULE | {"StartDate": "2030-01-01"}},
        "RepeatingInvoices",
    ),
    ("PUT", "Invoices/{Invoices}/History", {"Details": "restored"}, "HistoryRecords"),
    ("PUT", "Invoices/{Invoices}/Attachments/a.txt", b"text", "Attachments"),
]


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, str):
        for name, one in ids.items():
            value = value.replace("{" + name + "}", one)
        return value
    if isinstance(value, dict):
        return {key: _filled(one, ids) for key, one in value.items()}
    return [_filled(one, ids) for one in value] if isinstance(value, list) else value


def test_answers_when_everything_is_written_once_then_valid_by_the_published_schemas(
    target: Target, validator: Callable[[str], Any]
) -> None:
    ids: dict[str, str] = {}
    problems = []
    for method, path, body, schema in STEPS:
        answer = target.send(method, _filled(path, ids), _filled(body, ids))
        assert answer.get("Status") == "OK", (path, answer)
        if "/" not in path and path in answer:
            first = answer[path][0]
            ids[path] = next((str(one) for key, one in first.items() if key == f"{path[:-1]}ID"), "")
            ids["TrackingCategories"] = first.get("TrackingCategoryID", ids.get("TrackingCategories", ""))
        problems += [
            (path, ".".join(map(str, error.absolute_path)), error.message[:100])
            for error in validator(schema).iter_errors(answer)
        ]
    assert problems == []


REFUSED: list[tuple[str, Any]] = [
    ("Invoices", {"Type": "ACCREC", "Status": "PAID"}),
    ("Contacts", {"EmailAddress": "x"}),
    ("Accounts", {"Code": "200", "Name": "Sales", "Type": "REVENUE"}),
    ("Payments", {"Amount": 1}),
    ("ManualJournals", {"Narration": "x"}),
]


@pytest.mark.parametrize(("path", "body"), REFUSED, ids=lambda value: str(value)[:30])
def test_refusals_when_held_against_the_schema_then_valid(
    target: Target, validator: Callable[[str], Any], path: str, body: Any
) -> None:
    answer = target.send("PUT", path, body)
    validator("Error").validate(answer)
    assert answer["ErrorNumber"] == 10
    if path != "Accounts":
        each = target.send("PUT", path, body, summarizeErrors="false")
        validator(path).validate(each)
        assert each[path][0]["StatusAttributeString"] == "ERROR"


def test_write_when_its_answer_is_lost_then_the_same_key_finds_it_again(target: Target) -> None:
    headers = {
        "Authorization": f"Bearer {target.tokens['access_token']}",
        "xero-tenant-id": target.tenant_id,
        "Accept": "application/json",
        "Idempotency-Key": "one",
    }
    target.xero.faults.add("answer_lost", method="PUT", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        target.http.put(f"{target.url}/api.xro/2.0/Contacts", headers=headers, json={"Name": "Ægir"})
    again = target.http.put(f"{target.url}/api.xro/2.0/Contacts", headers=headers, json={"Name": "Ægir"})
    assert again.status_code == 200
    assert len(target.xero.organisation("fresh-uk").shelf("Contacts")) == 1


@pytest.fixture
def api(target: Target) -> AccountingApi:
    token = OAuth2Token(client_id="x", client_secret="x")
    stored = {**target.tokens, "expires_at": datetime.now(UTC).timestamp() + 1700, "id_token": ""}
    stored["scope"] = stored["scope"].split()
    client = ApiClient(
        Configuration(oauth2_token=token),
        oauth2_token_getter=lambda: stored,
        oauth2_token_saver=lambda _: None,
    )
    client.configuration.debug = False
    return AccountingApi(client, base_url=f"{target.url}/api.xro/2.0")


def test_sdk_when_it_writes_contact_invoice_and_payment_then_understands_the_answers(
    target: Target, api: AccountingApi
) -> None:
    tenant = target.tenant_id
    bank = accounting.Account(
        code="090", name="Till", type=accounting.AccountType("BANK"), bank_account_number="20000012345678"
    )
    account = api.create_account(tenant, bank).accounts[0]
    people = accounting.Contacts(contacts=[accounting.Contact(name="Ægir & Rán")])
    contact = api.create_contacts(tenant, people, summarize_errors=False).contacts[0]
    line = accounting.LineItem(
        description="Rope", quantity=2.0, unit_amount=Decimal("12.5"), account_code="200", tax_type="OUTPUT2"
    )
    paper = accounting.Invoice(
        type="ACCREC",
        contact=accounting.Contact(contact_id=contact.contact_id),
        date=date(2026, 10, 1),
        due_date=date(2026, 10, 31),
        status="AUTHORISED",
        line_items=[line],
    )
    written = api.create_invoices(
        tenant, accounting.Invoices(invoices=[paper]), summarize_errors=False, unitdp=4
    )
    invoice = written.invoices[0]
    assert (invoice.total, invoice.amount_due, invoice.date) == (30, 30, date(2026, 10, 1))
    payment = accounting.Payment(
        invoice=accounting.Invoice(invoice_id=invoice.invoice_id),
        account=accounting.Account(account_id=account.account_id),
        date=date(2026, 10, 2),
        amount=30.0,
        is_reconciled=True,
    )
    paid = api.create_payment(tenant, payment).payments[0]
    assert (paid.status, paid.payment_type, paid.is_reconciled) == ("AUTHORISED", "ACCRECPAYMENT", True)
    assert api.get_invoice(tenant, invoice.invoice_id).invoices[0].status == "PAID"


def test_sdk_when_a_write_is_refused_then_raises_with_the_first_sentence(
    target: Target, api: AccountingApi
) -> None:
    account = accounting.Account(code="201", name="Sales", type=accounting.AccountType("REVENUE"))
    with pytest.raises(AccountingBadRequestException) as caught:
        api.create_account(target.tenant_id, account)
    assert "Please enter a unique Name." in str(caught.value.error_data)
