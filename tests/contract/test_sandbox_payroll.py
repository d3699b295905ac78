"""The pretend Xero's payroll: against the catalogue that reads it, and against Xero's own Python SDK."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.payrollau import PayrollAuApi
from xero_python.payrollnz import PayrollNzApi
from xero_python.payrolluk import PayrollUkApi

from bot.catalogue import RESOURCES
from bot.catalogue.model import Paging, Resource
from bot.sandbox.xero import PretendXero
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.payroll import PayrollBook, open_payroll, payroll_of
from tests.contract.test_catalogue_sdk import _found

BACK = "http://localhost:3000/xero/callback"
READING = tuple(
    f"payroll.{one}.read" for one in ("employees", "payruns", "payslip", "settings", "timesheets")
)
KEYS = {"GB": "lively", "NZ": "nz", "AU": "fresh-au"}
APIS: dict[str, Callable[[ApiClient], Any]] = {"GB": PayrollUkApi, "NZ": PayrollNzApi, "AU": PayrollAuApi}
EVERY = [pytest.param(one, id=one.key) for one in RESOURCES.values() if one.key.startswith("payroll_")]


@dataclass(frozen=True)
class Caller:
    """Somebody with a token for one organisation."""

    url: str
    org: PretendOrganisation
    token: str
    scopes: tuple[str, ...]

    def get(self, path: str, since: datetime | None = None, **query: str) -> httpx.Response:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "xero-tenant-id": self.org.tenant_id,
            "Accept": "application/json",
        }
        if since is not None:
            headers["If-Modified-Since"] = f"{since:%Y-%m-%dT%H:%M:%S}"
        return httpx.get(f"{self.url}/{path}", headers=headers, params=query)

    def sdk(self, api: Callable[[ApiClient], Any]) -> Any:
        """Give Xero's own client, pointed here."""
        client = ApiClient(
            Configuration(oauth2_token=OAuth2Token(client_id="x", client_secret="y")),
            oauth2_token_getter=self._token,
            oauth2_token_saver=lambda _: None,
        )
        found = api(client)
        found.base_url = re.sub(r"^https?://[^/]+", self.url, found.base_url)
        return found

    def _token(self) -> dict[str, object]:
        return {
            "access_token": self.token, "refresh_token": "r", "scope": list(self.scopes),
            "token_type": "Bearer", "expires_in": 1800, "expires_at": 4_000_000_000,
        }  # fmt: skip


@pytest.fixture(scope="module")
def xero() -> Iterator[tuple[PretendXero, str]]:
    pretend = PretendXero(
        organisations=("lively", "nz", "empty"), calls_per_minute=100_000, calls_per_day=1_000_000
    )
    pretend.authority.tier = "advanced"
    open_payroll(pretend.open_organisation("fresh-au"))
    pretend.open_organisation("fresh-us")
    yield pretend, pretend.start()
    pretend.stop()


def call_on(xero: tuple[PretendXero, str], key: str, *scopes: str, user: str = "ana") -> Caller:
    pretend, url = xero
    asked = {
        "response_type": "code", "client_id": pretend.client_id, "redirect_uri": BACK,
        "scope": " ".join(("offline_access", *scopes)),
    }  # fmt: skip
    back = pretend.consent(f"{url}/identity/connect/authorize?{urlencode(asked)}", key, user)
    form = {"grant_type": "authorization_code", "redirect_uri": BACK}
    form["code"] = parse_qs(urlsplit(back).query)["code"][0]
    pair = (pretend.client_id, pretend.client_secret)
    tokens = httpx.post(f"{url}/connect/token", data=form, auth=pair).json()
    return Caller(url, pretend.organisation(key), tokens["access_token"], scopes)


@pytest.fixture(scope="module")
def callers(xero: tuple[PretendXero, str]) -> dict[str, Caller]:
    return {country: call_on(xero, key, *READING) for country, key in KEYS.items()}


def book_of(caller: Caller) -> PayrollBook:
    found = payroll_of(caller.org)
    assert found is not None
    return found


def asked(caller: Caller, entry: Resource) -> Iterator[tuple[str, Any]]:
    """Ask as the catalogue says; give each answer's collection with the parent it was asked for."""
    read = entry.read
    assert read is not None
    for parent in ids(caller, RESOURCES[read.parent]) if read.parent else ("",):
        params = {name: value.replace("{id}", parent) for name, value in read.params}
        answer = caller.get(f"{entry.area.base_path}/{read.path.replace('{id}', parent)}", None, **params)
        assert answer.status_code == 200, answer.text
        yield parent, answer.json()[read.collection]


def ids(caller: Caller, entry: Resource) -> list[str]:
    """Name what a list holds."""
    assert entry.read is not None
    return [row[entry.read.id_field] for _, rows in asked(caller, entry) for row in rows]


def records(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("entry", EVERY)
def test_entry_when_asked_as_the_catalogue_says_then_gives_records_with_their_ids(
    callers: dict[str, Caller], entry: Resource
) -> None:
    read, caller = entry.read, callers[entry.countries[0]]
    assert read is not None
    seen: list[str] = []
    found = 0
    for parent, value in asked(caller, entry):
        assert isinstance(value, list) or read.paging in {Paging.ONE, Paging.PER_PARENT}
        for row in records(value):
            found += 1
            own = row[read.id_field] if read.id_field else ""
            seen.append(f"{parent}/{own}" if read.id_within_parent else own or f"{parent}/{found}")
    assert found > 0
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("entry", EVERY)
def test_entry_when_asked_by_the_sdk_then_every_field_is_one_it_knows(
    callers: dict[str, Caller], entry: Resource
) -> None:
    """The SDK drops what it does not know and refuses values outside its lists: nothing may be either."""
    read, caller = entry.read, callers[entry.countries[0]]
    assert read is not None
    (call,) = _found(entry)
    method = getattr(caller.sdk(APIS[entry.countries[0]]), call.name)
    for parent, value in asked(caller, entry):
        arguments = [caller.org.tenant_id, *([parent] if read.parent else [])]
        answer = method(*arguments)
        name = {wire: ours for ours, wire in answer.attribute_map.items()}[read.collection]
        parsed = getattr(answer, name)
        for raw, told in zip(records(value), records(parsed), strict=True):
            assert known(raw, told) == []


def known(raw: Any, told: Any, at: str = "") -> list[str]:
    """List the fields of a record that the SDK did not take over."""
    if not hasattr(told, "attribute_map"):
        return []
    lost: list[str] = []
    ours = {wire: name for name, wire in told.attribute_map.items()}
    for name, value in raw.items():
        where = f"{at}{name}"
        if name not in ours:
            lost.append(where)
            continue
        inner = getattr(told, ours[name])
        if value is not None and inner is None:
            lost.append(where)
        pairs = zip(records(value), records(inner), strict=True) if value and inner else ()
        for one, other in pairs:
            lost += known(one, other, f"{where}.") if isinstance(one, dict) else []
    return lost


@pytest.mark.parametrize("country", ["GB", "NZ"])
def test_payslips_when_read_by_the_sdk_then_add_up_to_their_pay_run(
    callers: dict[str, Caller], country: str
) -> None:
    caller = callers[country]
    api, tenant = caller.sdk(APIS[country]), caller.org.tenant_id
    runs = api.get_pay_runs(tenant).pay_runs
    assert len(runs) == 2
    for run in runs:
        slips = api.get_pay_slips(tenant, run.pay_run_id).pay_slips
        assert len(slips) == 3
        assert round(sum(one.total_pay for one in slips), 2) == round(run.total_pay, 2)
        assert {one.pay_run_id for one in slips} == {run.pay_run_id}


def test_payslips_of_australia_when_read_by_the_sdk_then_have_dates_and_lines(
    callers: dict[str, Caller],
) -> None:
    caller = callers["AU"]
    api, tenant = caller.sdk(PayrollAuApi), caller.org.tenant_id
    (first, _) = api.get_pay_runs(tenant).pay_runs
    assert isinstance(first.payment_date, date)
    (run,) = api.get_pay_run(tenant, first.pay_run_id).pay_runs
    slips = [api.get_payslip(tenant, one.payslip_id).payslip for one in run.payslips]
    assert round(sum(one.net_pay for one in slips), 2) == round(run.net_pay, 2)
    assert all(one.tax_lines for one in slips)


def test_lists_when_asked_then_leave_out_what_comes_by_id_only(callers: dict[str, Caller]) -> None:
    root = "payroll.xro/2.0"
    (sheet, *_) = callers["GB"].get(f"{root}/Timesheets").json()["timesheets"]
    whole = callers["GB"].get(f"{root}/Timesheets/{sheet['timesheetID']}").json()["timesheet"]
    assert set(whole) - set(sheet) == {"timesheetLines"}
    (run, *_) = callers["AU"].get("payroll.xro/1.0/PayRuns").json()["PayRuns"]
    assert "Payslips" not in run


def test_answers_when_of_either_version_then_have_its_envelope(callers: dict[str, Caller]) -> None:
    newer = callers["GB"].get("payroll.xro/2.0/Employees").json()
    assert {name: newer[name] for name in ("httpStatusCode", "problem", "pagination")} == {
        "httpStatusCode": "OK",
        "problem": None,
        "pagination": {"page": 1, "pageSize": 100, "pageCount": 1, "itemCount": 3},
    }
    assert callers["GB"].get("payroll.xro/2.0/Settings").json()["pagination"] is None
    older = callers["AU"].get("payroll.xro/1.0/Employees").json()
    assert older["Status"] == "OK"
    assert "pagination" not in older
    assert re.fullmatch(r"/Date\(-?\d+\+0000\)/", older["Employees"][0]["DateOfBirth"])


def test_pages_when_there_are_many_then_are_of_a_hundred(callers: dict[str, Caller]) -> None:
    caller = callers["NZ"]
    table = book_of(caller).table("Reimbursements")
    kept = list(table.rows)
    table.rows += [{**kept[0], "reimbursementID": f"more-{number}"} for number in range(104)]
    try:
        pages = [caller.get("payroll.xro/2.0/Reimbursements", page=str(one)).json() for one in (1, 2, 3)]
    finally:
        table.rows = kept
    assert [len(one["reimbursements"]) for one in pages] == [100, 5, 0]
    assert [one["pagination"]["pageCount"] for one in pages] == [2, 2, 2]


def test_payslips_when_no_pay_run_is_named_then_are_none(callers: dict[str, Caller]) -> None:
    assert callers["GB"].get("payroll.xro/2.0/Payslips").json()["paySlips"] == []


def test_list_of_australia_when_asked_for_changes_then_gives_those_only(callers: dict[str, Caller]) -> None:
    caller = callers["AU"]
    (first, *_) = caller.get("payroll.xro/1.0/Employees").json()["Employees"]
    later = datetime(2100, 1, 1, tzinfo=UTC)
    before = book_of(caller).table("Employees").rows[0]["UpdatedDateUTC"]
    book_of(caller).change("Employees", first["EmployeeID"], UpdatedDateUTC=later)
    try:
        changed = caller.get("payroll.xro/1.0/Employees", since=later).json()["Employees"]
    finally:
        book_of(caller).change("Employees", first["EmployeeID"], UpdatedDateUTC=before)
    assert [one["EmployeeID"] for one in changed] == [first["EmployeeID"]]


def test_payroll_when_there_is_no_such_record_then_says_so(callers: dict[str, Caller]) -> None:
    answer = callers["GB"].get("payroll.xro/2.0/Payslips/00000000-0000-0000-0000-000000000000")
    assert answer.status_code == 404
    assert answer.json()["problem"]["type"].endswith("object-not-found")
    assert callers["GB"].get("payroll.xro/2.0/Nonsense").status_code == 404
    assert callers["AU"].get("payroll.xro/1.0/Payslip").status_code == 404
    assert callers["AU"].get("payroll.xro/1.0/Nonsense").status_code == 404


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("empty", "payroll.xro/2.0/Employees"),
        ("fresh-us", "payroll.xro/2.0/Employees"),
        ("lively", "payroll.xro/1.0/Employees"),
        ("fresh-au", "payroll.xro/2.0/Employees"),
    ],
)
def test_payroll_when_it_is_not_there_then_it_alone_is_refused(
    xero: tuple[PretendXero, str], key: str, path: str
) -> None:
    caller = call_on(xero, key, *READING, "accounting.contacts.read")
    answer = caller.get(path)
    assert answer.status_code == 403
    assert answer.json()["Detail"] == "AuthorizationUnsuccessful"
    assert caller.get("api.xro/2.0/Contacts").status_code == 200


def test_payroll_when_the_person_is_no_payroll_administrator_then_is_refused(
    xero: tuple[PretendXero, str],
) -> None:
    assert call_on(xero, "lively", *READING, user="sam").get("payroll.xro/2.0/Employees").status_code == 403
    assert call_on(xero, "lively", *READING, user="bea").get("payroll.xro/2.0/Employees").status_code == 200


@pytest.mark.parametrize("entry", EVERY)
def test_entry_when_its_permission_is_lacking_then_is_refused(
    callers: dict[str, Caller], xero: tuple[PretendXero, str], entry: Resource
) -> None:
    read, caller = entry.read, callers[entry.countries[0]]
    assert read is not None
    parent = ids(caller, RESOURCES[read.parent])[0] if read.parent else ""
    path = f"{entry.area.base_path}/{read.path.replace('{id}', parent)}"
    pretend, _ = xero
    granted = dict(pretend.authority.granted)
    pretend.authority.granted.clear()
    try:
        others = call_on(xero, KEYS[entry.countries[0]], *(one for one in READING if one != read.scopes[0]))
        alone = call_on(xero, KEYS[entry.countries[0]], read.scopes[0], user="bea")
    finally:
        pretend.authority.granted.update(granted)
    assert others.get(path).status_code == 401
    assert alone.get(path).status_code == 200


def test_payroll_when_made_again_then_is_the_same(callers: dict[str, Caller]) -> None:
    pretend = PretendXero(organisations=("lively",), now=callers["GB"].org.now)
    again = payroll_of(pretend.organisation("lively"))
    assert again is not None
    assert again.table("Payslips").rows == book_of(callers["GB"]).table("Payslips").rows


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_payroll_when_written_to_then_there_is_no_such_verb(callers: dict[str, Caller], method: str) -> None:
    caller = callers["GB"]
    headers = {"Authorization": f"Bearer {caller.token}", "xero-tenant-id": caller.org.tenant_id}
    answer = httpx.request(method, f"{caller.url}/payroll.xro/2.0/Employees", headers=headers)
    assert answer.status_code == 501
