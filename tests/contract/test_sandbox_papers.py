"""The pretend Xero's files, history, papers and reports against Xero's OpenAPI file and its Python SDK."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
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

from bot.sandbox.xero import PretendOrganisation, PretendXero
from bot.sandbox.xero.attached import INLINE, PARENTS
from bot.sandbox.xero.pdf import PARENTS as ON_PAPER
from bot.sandbox.xero.writing.notes import PARENTS as WITH_HISTORY

OPENAPI = Path(__file__).parents[3] / "shared" / "xero-openapi" / "xero_accounting.yaml"
BACK = "http://localhost:3000/xero/callback"
SCOPES = " ".join(
    f"accounting.{name}.read"
    for name in (
        "settings", "contacts", "invoices", "payments", "banktransactions", "manualjournals", "attachments",
        "classicexpenses", "reports.banksummary", "reports.budgetsummary", "reports.executivesummary",
        "reports.taxreports", "reports.tenninetynine",
    )
)  # fmt: skip
REPORTS = ("BankSummary", "BudgetSummary", "ExecutiveSummary")


@dataclass(frozen=True)
class Link:
    """A token for the lively organisation."""

    url: str
    org: PretendOrganisation
    tokens: dict[str, Any]
    http: httpx.Client
    client: tuple[str, str]

    @property
    def tenant_id(self) -> str:
        return self.org.tenant_id

    def get(self, path: str, **query: Any) -> Any:
        headers = {
            "Authorization": f"Bearer {self.tokens['access_token']}",
            "xero-tenant-id": self.tenant_id,
            "Accept": "application/json",
        }
        answer = self.http.get(f"{self.url}/api.xro/2.0/{path}", headers=headers, params=query)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def home(self, parent: str) -> str:
        """Give the id of a record of that kind that has files."""
        records = self.org.shelf(parent).records
        return next(key for key in self.org.files if key in records)


@pytest.fixture(scope="module")
def link() -> Iterator[Link]:
    xero = PretendXero(organisations=("lively",), calls_per_minute=100_000)
    url, org = xero.start(), xero.organisation("lively")
    org.publish_report("VAT Return", date(2026, 7, 1), date(2026, 9, 30))
    asked = {"response_type": "code", "client_id": xero.client_id, "redirect_uri": BACK}
    target = xero.consent(
        f"{url}/identity/connect/authorize?{urlencode(asked | {'scope': SCOPES})}", "lively"
    )
    form = {"grant_type": "authorization_code", "redirect_uri": BACK}
    form["code"] = parse_qs(urlsplit(target).query)["code"][0]
    client = (xero.client_id, xero.client_secret)
    tokens = httpx.post(f"{url}/connect/token", data=form, auth=client).json()
    with httpx.Client() as http:
        yield Link(url, org, tokens, http, client)
    xero.stop()


@cache
def published() -> dict[str, Any]:
    """Read the published file; skip where it is absent."""
    if not OPENAPI.exists():
        pytest.skip("the published OpenAPI files are not beside the project")
    read: dict[str, Any] = yaml.load(OPENAPI.read_text(), Loader=yaml.CSafeLoader)
    return read


def _closed(value: Any) -> Any:
    """Turn OpenAPI 3.0 schemas into JSON Schema; objects hold no other fields than those described."""
    if isinstance(value, list):
        return [_closed(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return {"$ref": value["$ref"].replace("#/components/schemas/", "#/$defs/")}
    kept = {key: _closed(one) for key, one in value.items() if key not in {"example", "externalDocs", "xml"}}
    if "properties" in kept:
        kept["additionalProperties"] = False
    return kept


@cache
def _definitions() -> dict[str, Any]:
    found: dict[str, Any] = _closed(published()["components"]["schemas"])
    # The examples of history hold the date as text, too, which the schema leaves out.
    found["HistoryRecord"]["properties"]["DateUTCString"] = {"type": "string"}
    return found


def _hold(rows: list[Any], schema: str) -> None:
    validator = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{schema}", "$defs": _definitions()})
    for row in rows:
        validator.validate(row)


def _paths(ending: str) -> set[str]:
    """Give the collections the file has such a path for."""
    found = (re.fullmatch(rf"/(\w+)/\{{\w+\}}/{ending}", path) for path in published()["paths"])
    return {match[1] for match in found if match}


def test_parents_when_held_against_the_openapi_paths_then_the_same() -> None:
    assert _paths("Attachments") == PARENTS
    assert _paths("History") == WITH_HISTORY
    assert _paths("pdf") == ON_PAPER


def test_inline_when_held_against_the_examples_then_the_same_parents() -> None:
    found = set()
    for path, verbs in published()["paths"].items():
        if path.endswith("}") and path.count("/") == 2 and "get" in verbs:
            content = verbs["get"]["responses"]["200"].get("content", {}).get("application/json", {})
            for name, rows in (content.get("example") or {}).items():
                if isinstance(rows, list) and any("Attachments" in row for row in rows):
                    found.add(name)
    assert found == INLINE | {"Prepayments", "Overpayments"}


@pytest.mark.parametrize("parent", sorted(PARENTS))
def test_attachments_when_listed_then_as_the_schema_says(link: Link, parent: str) -> None:
    record_id = link.home(parent)
    rows = link.get(f"{parent}/{record_id}/Attachments")["Attachments"]
    assert rows
    _hold(rows, "Attachment")
    (record,) = link.get(f"{parent}/{record_id}")[parent]
    _hold(record.get("Attachments", []), "Attachment")


@pytest.mark.parametrize("parent", sorted(WITH_HISTORY))
def test_history_when_read_then_as_the_schema_says(link: Link, parent: str) -> None:
    record_id = next(iter(link.org.shelf(parent).records))
    rows = link.get(f"{parent}/{record_id}/History")["HistoryRecords"]
    assert rows
    _hold(rows, "HistoryRecord")
    example = published()["components"]["responses"]["HistoryRetrieved"]["content"]["application/json"]
    assert {key for row in rows for key in row} == set(example["example"]["HistoryRecords"][0])


@pytest.mark.parametrize("name", REPORTS)
def test_report_when_read_then_as_the_schema_and_the_example_say(link: Link, name: str) -> None:
    (made,) = link.get(f"Reports/{name}")["Reports"]
    _hold([made], "ReportWithRow")
    content = published()["paths"][f"/Reports/{name}"]["get"]["responses"]["200"]["content"]
    example = content["application/json"]["example"]["Reports"][0]
    assert set(made) - set(example) == {"ReportID"}
    assert (made["ReportName"], made["ReportType"]) == (example["ReportName"], example["ReportType"])
    assert len(made["ReportTitles"]) == len(example["ReportTitles"])
    if name == "ExecutiveSummary":  # the rows are the same for everybody
        assert _labels(made) == _labels(example)


def _labels(report: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [
        (block["Title"], [row["Cells"][0]["Value"] for row in block["Rows"]]) for block in report["Rows"][1:]
    ]


def test_forms_when_made_then_as_the_example_has_them(link: Link) -> None:
    example = published()["paths"]["/Reports/TenNinetyNine"]["get"]["responses"]["200"]["content"]
    shown = example["application/json"]["example"]["Reports"]
    link.org.about["Version"] = "US"
    contact = next(iter(link.org.shelf("Contacts").records))
    told = {name: value for name, value in shown[1]["Contacts"][0].items() if isinstance(value, str)}
    try:
        link.org.federal = {contact: {**told, "form": "NEC", "box": 2}}
        made = link.get("Reports/TenNinetyNine")["Reports"]
        link.org.federal = {contact: {**told, "form": "MISC", "box": 3}}
        made = [made[0], link.get("Reports/TenNinetyNine")["Reports"][1]]
    finally:
        link.org.about["Version"] = "UK"
    for ours, theirs in zip(made, shown, strict=True):
        assert set(ours) == set(theirs)
        assert set(ours["Contacts"][0]) == set(theirs["Contacts"][0])
        _hold(ours["Contacts"], "TenNinetyNineContact")
    assert link.get("Reports/TenNinetyNine")["Reports"] == []


def test_published_reports_when_listed_and_read_then_as_the_schema_says(link: Link) -> None:
    listed = link.get("Reports")["Reports"]
    _hold(listed, "ReportWithRow")
    _hold(link.get(f"Reports/{listed[0]['ReportID']}")["Reports"], "ReportWithRow")


@pytest.fixture
def api(link: Link, tmp_path: Path) -> AccountingApi:
    """Xero's own SDK; the files it is given land in the test's folder."""
    token = OAuth2Token(client_id=link.client[0], client_secret=link.client[1])
    stored = {**link.tokens, "expires_at": datetime.now(UTC).timestamp() + 1700, "id_token": ""}
    stored["scope"] = stored["scope"].split()
    configuration = Configuration(oauth2_token=token)
    configuration.temp_folder_path = os.fspath(tmp_path)
    configuration.debug = False
    client = ApiClient(configuration, oauth2_token_getter=lambda: stored, oauth2_token_saver=lambda _: None)
    return AccountingApi(client, base_url=f"{link.url}/api.xro/2.0")


def test_sdk_when_it_reads_attachments_then_the_same_bytes_by_id_and_name(
    link: Link, api: AccountingApi
) -> None:
    invoice = next(key for key, held in link.org.files.items() if "page 1.pdf" in held)
    files = api.get_invoice_attachments(link.tenant_id, invoice).attachments
    assert len(files) == 10
    assert files[0].include_online is True
    expected = link.org.files[invoice]["page 1.pdf"]
    for path in (
        api.get_invoice_attachment_by_id(link.tenant_id, invoice, files[0].attachment_id, files[0].mime_type),
        api.get_invoice_attachment_by_file_name(link.tenant_id, invoice, "page 1.pdf", files[0].mime_type),
    ):
        assert Path(path).read_bytes() == expected.content
    assert len(api.get_quote_attachments(link.tenant_id, link.home("Quotes")).attachments) == 1


def test_sdk_when_it_reads_an_invoice_then_its_files_stand_in_it(link: Link, api: AccountingApi) -> None:
    invoice = next(key for key, held in link.org.files.items() if "page 1.pdf" in held)
    (read,) = api.get_invoice(link.tenant_id, invoice).invoices
    assert (read.has_attachments, len(read.attachments)) == (True, 10)
    rounded = next(one for one in link.org.shelf("Invoices") if "RoundingAmount" in one.fields)
    (read,) = api.get_invoice(link.tenant_id, rounded.record_id).invoices
    assert (read.rounding_amount, read.entered_total) == (Decimal("0.02"), Decimal("100.00"))


def test_sdk_when_it_reads_history_then_newest_first(link: Link, api: AccountingApi) -> None:
    paid = next(one.record_id for one in link.org.shelf("Invoices") if one.fields["Status"] == "PAID")
    entries = api.get_invoice_history(link.tenant_id, paid).history_records
    assert entries[-1].changes == "Created"
    assert [one.date_utc for one in entries] == sorted((one.date_utc for one in entries), reverse=True)
    quote = next(iter(link.org.shelf("Quotes").records))
    assert api.get_quote_history(link.tenant_id, quote).history_records


def test_sdk_when_it_reads_papers_then_pdf_files(link: Link, api: AccountingApi) -> None:
    def first(parent: str) -> str:
        return next(iter(link.org.shelf(parent).records))

    for path in (
        api.get_invoice_as_pdf(link.tenant_id, first("Invoices")),
        api.get_credit_note_as_pdf(link.tenant_id, first("CreditNotes")),
        api.get_purchase_order_as_pdf(link.tenant_id, first("PurchaseOrders")),
        api.get_quote_as_pdf(link.tenant_id, first("Quotes")),
    ):
        assert Path(path).read_bytes().startswith(b"%PDF-")


def test_sdk_when_it_reads_reports_then_understands_them(link: Link, api: AccountingApi) -> None:
    tenant, day = link.tenant_id, date(2026, 10, 31)
    bank = api.get_report_bank_summary(tenant, from_date=date(2026, 10, 1), to_date=day).reports[0]
    executive = api.get_report_executive_summary(tenant, date=day).reports[0]
    total = bank.rows[1].rows[-1].cells[-1].value
    assert executive.rows[1].rows[3].cells[1].value == total
    budget = api.get_report_budget_summary(tenant, date=day, periods=4, timeframe=3).reports[0]
    assert len(budget.rows[0].cells) == 5
    (brief,) = api.get_reports_list(tenant).reports
    whole = api.get_report_from_id(tenant, brief.report_id).reports[0]
    assert [one.field_id for one in whole.fields] == ["G1", "G11", "9"]
    assert api.get_report_ten_ninety_nine(tenant, report_year="2026").reports == []
