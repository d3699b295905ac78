"""Who may read what, and in which words the answer is no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.xero.collections import COLLECTIONS

PATH_SCOPES = [
    (("Organisation" if name == "Organisations" else name), collection.scopes)
    for name, collection in COLLECTIONS.items()
] + [
    ("Reports/TrialBalance", ("accounting.reports.trialbalance",)),
    ("Reports/BalanceSheet", ("accounting.reports.balancesheet",)),
    ("Reports/ProfitAndLoss", ("accounting.reports.profitandloss",)),
    ("InvoiceReminders/Settings", ("accounting.settings",)),
]
ALL = {scope for _, scopes in PATH_SCOPES for scope in scopes}
READ_ONLY = {"accounting.budgets"} | {scope for scope in ALL if "reports" in scope}


def _granted(scopes: set[str]) -> str:
    return " ".join(["offline_access", *(f"{scope}.read" for scope in sorted(scopes))])


@pytest.mark.parametrize(("path", "scopes"), PATH_SCOPES)
def test_get_when_the_granular_scope_is_missing_then_401_and_with_it_200(
    desk: Any, path: str, scopes: tuple[str, ...]
) -> None:
    without = desk.link(scopes=_granted(ALL - set(scopes))).get(path)
    assert without.status_code == 401
    assert without.json()["Detail"] == "AuthorizationUnsuccessful"
    assert desk.link(scopes=_granted({scopes[0]})).get(path).status_code == 200


@pytest.mark.parametrize("scope", sorted(ALL - READ_ONLY))
def test_get_when_only_the_writing_twin_was_granted_then_reading_works(desk: Any, scope: str) -> None:
    path = next(path for path, scopes in PATH_SCOPES if scope in scopes)
    assert desk.link(scopes=scope).get(path).status_code == 200


def test_get_when_nothing_asks_for_json_then_xml_comes(lively: Any) -> None:
    answer = lively.get("Invoices", accept="*/*")
    assert answer.headers["Content-Type"].startswith("text/xml")
    assert answer.text.startswith("<Response")


def test_get_when_the_token_is_missing_wrong_or_expired_then_401_with_the_header(
    open_desk: Callable[..., Any], clock: Any
) -> None:
    caller = open_desk(now=clock).link()
    for header in ("", "Bearer", "Bearer abc", "Bearer a.b.c", "Basic abc"):
        answer = caller.get("Invoices", headers={"Authorization": header})
        assert (answer.status_code, answer.json()["Title"]) == (401, "Unauthorized")
        assert answer.headers["WWW-Authenticate"] == "Bearer error=invalid_token"
    clock.advance(minutes=30)
    expired = caller.get("Invoices").json()
    assert expired["Detail"] == "TokenExpired: token expired at 11/22/2026 02:30:00"
    assert list(expired) == ["Type", "Title", "Status", "Detail", "Instance", "Extensions"]


@pytest.mark.parametrize("tenant", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_get_when_the_tenant_is_not_connected_then_403(desk: Any, tenant: str) -> None:
    answer = desk.link().get("Invoices", headers={"xero-tenant-id": tenant})
    assert answer.status_code == 403
    assert answer.json() | {"Instance": ""} == {
        "Type": None,
        "Title": "Forbidden",
        "Status": 403,
        "Detail": "AuthenticationUnsuccessful",
        "Instance": "",
    }


def test_get_when_the_organisation_belongs_to_someone_else_then_403(open_desk: Callable[..., Any]) -> None:
    desk = open_desk(organisations=("nz", "empty"))
    desk.link("empty", user="ana")
    caller = desk.link("nz", user="sam")
    elsewhere = {"xero-tenant-id": desk.xero.organisation("empty").tenant_id}
    assert caller.get("Invoices", headers=elsewhere).status_code == 403


def test_get_when_the_person_may_not_see_reports_then_403_for_reports_and_journals(desk: Any) -> None:
    sam, bea = desk.link(user="sam"), desk.link(user="bea")
    for path in ("Reports/TrialBalance", "ManualJournals"):
        assert sam.get(path).status_code == 403
        assert bea.get(path).status_code == 200
    assert sam.get("Invoices").status_code == 200


def test_journals_when_the_app_is_not_of_the_advanced_tier_then_401(desk: Any) -> None:
    assert desk.link().get("Journals").json()["Detail"] == "AuthorizationUnsuccessful"
    desk.xero.authority.tier = "advanced"
    desk.xero.authority.allowed_scopes |= {"accounting.journals.read"}
    caller = desk.link(scopes="accounting.journals.read")
    first = caller.get("Journals").json()["Journals"]
    assert [one["JournalNumber"] for one in first] == list(range(1, len(first) + 1))
    assert caller.get("Journals", offset=first[-1]["JournalNumber"]).json()["Journals"] == []
    assert all(round(sum(line["NetAmount"] for line in one["JournalLines"]), 2) == 0 for one in first)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("Invoices/00000000-0000-0000-0000-000000000000", 404),
        ("Nonsense", 404),
        ("Setup", 404),
        ("Reports/Nonsense", 404),
        ("/payroll.xro/1.0/Employees", 401),
        ("/files.xro/1.0/Files", 401),
        ("/assets.xro/1.0/Assets", 401),
        ("/projects.xro/2.0/Projects", 401),
    ],
)
def test_get_when_there_is_no_such_thing_then_says_so(lively: Any, path: str, status: int) -> None:
    assert lively.get(path).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "Organisation", 501),
        ("PUT", "Users", 501),
        ("DELETE", "Budgets", 501),
        ("PUT", "Reports/TrialBalance", 501),
        ("PUT", "Invoices", 401),
        ("POST", "Contacts", 401),
        ("DELETE", "Items/ROPE-12", 401),
    ],
)
def test_write_when_the_verb_or_the_scope_is_missing_then_refused(
    lively: Any, method: str, path: str, status: int
) -> None:
    assert lively.call(method, path).status_code == status


def test_organisation_when_offline_then_503_as_text(desk: Any) -> None:
    caller = desk.link()
    caller.org.offline = True
    answer = caller.get("Organisation")
    assert (answer.status_code, answer.text) == (503, "The Xero API is currently offline for maintenance")


def test_every_answer_when_looked_at_then_carries_limits_and_a_correlation_id(lively: Any) -> None:
    for path in ("Organisation", "Nonsense", "/files.xro/1.0/Files"):
        headers = lively.get(path).headers
        assert {"x-minlimit-remaining", "x-daylimit-remaining", "x-appminlimit-remaining"} <= set(headers)
        assert len(headers["xero-correlation-id"]) == 36


def test_actions_when_one_is_forbidden_then_it_says_not_allowed(desk: Any) -> None:
    caller = desk.link()
    caller.org.forbidden_actions = frozenset({"UseMulticurrency"})
    actions = {one["Name"]: one["Status"] for one in caller.get("Organisation/Actions").json()["Actions"]}
    assert actions["UseMulticurrency"] == "NOT-ALLOWED"
    assert actions["CreateDraftInvoice"] == "ALLOWED"
