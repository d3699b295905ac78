"""The pretend Xero against what Xero publishes: its OpenAPI files and its own Python SDK."""

from __future__ import annotations

from collections import Counter
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
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.identity import IdentityApi

from bot.sandbox.xero import PretendXero
from bot.sandbox.xero.collections import COLLECTIONS

OPENAPI = Path(__file__).parents[3] / "shared" / "xero-openapi" / "xero_accounting.yaml"
BACK = "http://localhost:3000/xero/callback"
SCOPES = (
    "offline_access accounting.settings.read accounting.contacts.read accounting.invoices.read "
    "accounting.payments.read accounting.banktransactions.read accounting.manualjournals.read "
    "accounting.budgets.read accounting.classicexpenses.read accounting.reports.trialbalance.read "
    "accounting.reports.balancesheet.read accounting.reports.profitandloss.read accounting.journals.read"
)
# What the pretend Xero does on purpose although the published schema says otherwise: path pattern, reason.
DELTAS = (
    (
        "TaxRates.*.ReportTaxType",
        "real Xero sends enum values the specification does not know (xero-python 203, 205)",
    ),
    ("LinkedTransactions.*.SourceTransactionTypeCode", "RECEIPT occurs (xero-python 206)"),
    ("Invoices.*.Status", "ARCHIVED is named in the text of includeArchived, not in the enum"),
    ("Receipts.*.ReceiptNumber", "a number in the specification's own example, text in its schema"),
)


@dataclass(frozen=True)
class Link:
    """A token for one organisation."""

    xero: PretendXero
    url: str
    tenant_id: str
    tokens: dict[str, Any]
    http: httpx.Client

    def get(self, path: str, **query: Any) -> Any:
        headers = {
            "Authorization": f"Bearer {self.tokens['access_token']}",
            "xero-tenant-id": self.tenant_id,
            "Accept": "application/json",
        }
        answer = self.http.get(f"{self.url}/api.xro/2.0/{path}", headers=headers, params=query)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()


@pytest.fixture(scope="module")
def link() -> Iterator[Link]:
    xero = PretendXero(organisations=("lively", "nz"), calls_per_minute=100_000)
    xero.authority.tier = "advanced"
    xero.authority.allowed_scopes |= {"accounting.journals.read"}
    url = xero.start()
    asked = {"response_type": "code", "client_id": xero.client_id, "redirect_uri": BACK, "scope": SCOPES}
    target = xero.consent(f"{url}/identity/connect/authorize?{urlencode(asked)}", "lively")
    form = {"grant_type": "authorization_code", "redirect_uri": BACK}
    form["code"] = parse_qs(urlsplit(target).query)["code"][0]
    tokens = httpx.post(f"{url}/connect/token", data=form, auth=(xero.client_id, xero.client_secret)).json()
    with httpx.Client() as http:
        yield Link(xero, url, xero.organisation("lively").tenant_id, tokens, http)
    xero.stop()


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    if not OPENAPI.exists():
        pytest.skip("the published OpenAPI files are not beside the project")
    described = yaml.load(OPENAPI.read_text(), Loader=yaml.CSafeLoader)["components"]["schemas"]
    converted: dict[str, Any] = _as_json_schema(described)
    return converted


def _as_json_schema(value: Any) -> Any:
    """Turn OpenAPI 3.0 schemas into JSON Schema: nullable, read-only and example keys, and closed objects."""
    if isinstance(value, list):
        return [_as_json_schema(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {
        key: _as_json_schema(one)
        for key, one in value.items()
        if key not in {"example", "externalDocs", "xml"}
    }
    if kept.get("nullable") is True and isinstance(kept.get("type"), str):
        kept["type"] = [kept["type"], "null"]
    if "$ref" in kept:
        return {"$ref": kept["$ref"].replace("#/components/schemas/", "#/$defs/")}
    return kept


def _validator(schemas: dict[str, Any], name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schemas})


def _known_delta(path: str) -> bool:
    flat = ".".join("*" if part.isdigit() else part for part in path.split("."))
    return any(flat.endswith(pattern) for pattern, _ in DELTAS)


def _requests() -> list[tuple[str, str, dict[str, Any]]]:
    asked: list[tuple[str, str, dict[str, Any]]] = []
    for name in COLLECTIONS:
        path = "Organisation" if name == "Organisations" else name
        asked.append((path, name, {"page": 1, "pageSize": 1000, "unitdp": 4, "includeArchived": "true"}))
    reports = ("TrialBalance", "BalanceSheet", "ProfitAndLoss")
    asked += [(f"Reports/{name}", "ReportWithRows", {}) for name in reports]
    asked += [("Organisation/Actions", "Actions", {}), ("InvoiceReminders/Settings", "InvoiceReminders", {})]
    return [*asked, ("Journals", "Journals", {})]


@pytest.mark.parametrize(("path", "schema", "query"), _requests(), ids=lambda value: str(value)[:40])
def test_list_when_held_against_the_openapi_schema_then_only_documented_deltas(
    link: Link, schemas: dict[str, Any], path: str, schema: str, query: dict[str, Any]
) -> None:
    body = link.get(path, **query)
    problems = [
        (".".join(map(str, error.absolute_path)), error.message[:120])
        for error in _validator(schemas, schema).iter_errors(body)
    ]
    assert [problem for problem in problems if not _known_delta(problem[0])] == []


@pytest.mark.parametrize("name", [name for name in COLLECTIONS if name != "Organisations"])
def test_single_record_when_held_against_the_openapi_schema_then_valid(
    link: Link, schemas: dict[str, Any], name: str
) -> None:
    first = next(iter(link.xero.organisation("lively").shelf(name).records))
    body = link.get(f"{name}/{first}", DateFrom="2026-01-01", DateTo="2026-12-31")
    problems = [
        ".".join(map(str, error.absolute_path)) for error in _validator(schemas, name).iter_errors(body)
    ]
    assert [problem for problem in problems if not _known_delta(problem)] == []
    assert len(body[name]) == 1


@pytest.mark.parametrize("name", list(COLLECTIONS))
def test_fields_when_held_against_the_openapi_schema_then_unknown_ones_are_few_and_meant(
    link: Link, schemas: dict[str, Any], name: str
) -> None:
    """Xero's answers hold fields its schemas leave out (siblings of dates, `ID`); ours may hold no others."""
    singular = schemas[name]["properties"][name]["items"]["$ref"].rsplit("/", 1)[1]
    known = set(schemas[singular]["properties"]) | {
        "ID",
        "HasErrors",
        "HasValidationErrors",
        "InvoiceAddresses",
    }
    known |= {f"{field}String" for field in known}
    meant = {
        "HarbourMasterRating",
        "TideTable",
        "RoundingAmount",
        "EnteredTotal",
        "SalesTaxScheme",
        "IsDiscounted",
    }
    meant |= {"BatchPayment", "CurrencyRate"}
    path = "Organisation" if name == "Organisations" else name
    rows = link.get(path, page=1, pageSize=1000, includeArchived="true")[name]
    assert {key for row in rows for key in row} - known - meant == set()


def test_error_when_a_query_is_refused_then_of_the_published_shape(
    link: Link, schemas: dict[str, Any]
) -> None:
    headers = {"Authorization": f"Bearer {link.tokens['access_token']}", "xero-tenant-id": link.tenant_id}
    answer = httpx.get(f"{link.url}/api.xro/2.0/Invoices?order=Nonsense", headers=headers)
    _validator(schemas, "Error").validate(answer.json())


@pytest.fixture(scope="module")
def sdk(link: Link) -> ApiClient:
    token = OAuth2Token(client_id=link.xero.client_id, client_secret=link.xero.client_secret)
    stored = {**link.tokens, "expires_at": datetime.now(UTC).timestamp() + 1700, "id_token": ""}
    stored["scope"] = stored["scope"].split()
    client = ApiClient(
        Configuration(oauth2_token=token),
        oauth2_token_getter=lambda: stored,
        oauth2_token_saver=lambda _: None,
    )
    client.configuration.debug = False
    return client


def test_sdk_when_it_reads_collections_then_understands_them_as_we_meant(link: Link, sdk: ApiClient) -> None:
    api = AccountingApi(sdk, base_url=f"{link.url}/api.xro/2.0")
    org = link.xero.organisation("lively")
    invoices = api.get_invoices(link.tenant_id, page=1, page_size=500, unitdp=4)
    assert len(invoices.invoices) == 500
    assert invoices.pagination.item_count == len(org.shelf("Invoices")) - 1
    first = invoices.invoices[0]
    stored = org.record("Invoices", first.invoice_id).fields
    assert (first.total, first.date, first.line_items[0].unit_amount) == (
        stored["Total"],
        stored["Date"],
        stored["LineItems"][0]["UnitAmount"],
    )
    assert first.updated_date_utc.replace(tzinfo=UTC) == org.record("Invoices", first.invoice_id).updated_at


READERS: dict[str, Callable[[AccountingApi, str], Any]] = {
    "Accounts": lambda api, tenant: api.get_accounts(tenant).accounts,
    "Contacts": lambda api, tenant: (
        api.get_contacts(tenant, page=1, page_size=1000, include_archived=True).contacts
    ),
    "ContactGroups": lambda api, tenant: api.get_contact_groups(tenant).contact_groups,
    "CreditNotes": lambda api, tenant: api.get_credit_notes(tenant, page=1, page_size=1000).credit_notes,
    "Payments": lambda api, tenant: api.get_payments(tenant, page=1, page_size=1000).payments,
    "BatchPayments": lambda api, tenant: api.get_batch_payments(tenant).batch_payments,
    "BankTransactions": lambda api, tenant: (
        api.get_bank_transactions(tenant, page=1, page_size=1000).bank_transactions
    ),
    "BankTransfers": lambda api, tenant: api.get_bank_transfers(tenant).bank_transfers,
    "Prepayments": lambda api, tenant: api.get_prepayments(tenant, page=1).prepayments,
    "Overpayments": lambda api, tenant: api.get_overpayments(tenant, page=1).overpayments,
    "ManualJournals": lambda api, tenant: api.get_manual_journals(tenant, page=1).manual_journals,
    "PurchaseOrders": lambda api, tenant: api.get_purchase_orders(tenant, page=1).purchase_orders,
    "Quotes": lambda api, tenant: api.get_quotes(tenant, page=2).quotes,
    "RepeatingInvoices": lambda api, tenant: api.get_repeating_invoices(tenant).repeating_invoices,
    "Items": lambda api, tenant: api.get_items(tenant, unitdp=4).items,
    "Currencies": lambda api, tenant: api.get_currencies(tenant).currencies,
    "BrandingThemes": lambda api, tenant: api.get_branding_themes(tenant).branding_themes,
    "Users": lambda api, tenant: api.get_users(tenant).users,
    "Receipts": lambda api, tenant: api.get_receipts(tenant).receipts,
    "ExpenseClaims": lambda api, tenant: api.get_expense_claims(tenant).expense_claims,
    "TrackingCategories": lambda api, tenant: api.get_tracking_categories(tenant).tracking_categories,
}


@pytest.mark.parametrize("name", READERS)
def test_sdk_when_it_reads_a_list_then_parses_every_record(link: Link, sdk: ApiClient, name: str) -> None:
    read = READERS[name](AccountingApi(sdk, base_url=f"{link.url}/api.xro/2.0"), link.tenant_id)
    hidden = {"ContactGroups": 1, "BankTransfers": 1, "TrackingCategories": 1, "Quotes": 100}
    assert len(read) == len(link.xero.organisation("lively").shelf(name)) - hidden.get(name, 0)


def test_sdk_when_a_list_holds_unknown_enum_values_then_it_breaks_as_with_the_real_one(
    link: Link, sdk: ApiClient
) -> None:
    with pytest.raises(ValueError, match="HARBOURLEVY"):
        AccountingApi(sdk, base_url=f"{link.url}/api.xro/2.0").get_tax_rates(link.tenant_id)


def test_sdk_when_it_reads_reports_then_the_trial_balance_adds_up(link: Link, sdk: ApiClient) -> None:
    api = AccountingApi(sdk, base_url=f"{link.url}/api.xro/2.0")
    report = api.get_report_trial_balance(link.tenant_id, date=date(2026, 10, 31)).reports[0]
    sums: Counter[int] = Counter()
    for section in report.rows:
        for row in section.rows or ():
            if row.row_type.name == "ROW":
                for column in (3, 4):
                    sums[column] += Decimal(row.cells[column].value or 0)  # type: ignore[assignment]
    total = report.rows[-1].rows[0]
    assert (str(sums[3]), str(sums[4])) == (total.cells[3].value, total.cells[4].value)


def test_sdk_when_it_lists_connections_then_finds_the_organisation(link: Link, sdk: ApiClient) -> None:
    rows = IdentityApi(sdk, base_url=link.url).get_connections()
    assert [(one.tenant_id, one.tenant_type) for one in rows] == [(link.tenant_id, "ORGANISATION")]
