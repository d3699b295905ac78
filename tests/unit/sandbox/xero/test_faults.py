"""Bad days on request."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

INVOICES = "/api.xro/2.0/Invoices"


@pytest.mark.parametrize(
    ("kind", "status", "kind_of_body"),
    [
        ("500", 500, "application/json"),
        ("503_text", 503, "text/plain"),
        ("offline", 503, "text/plain"),
        ("503_html", 503, "text/html"),
        ("200_html", 200, "text/html"),
        ("401_expired", 401, "application/json"),
    ],
)
def test_outage_when_scripted_for_the_second_call_then_only_that_one_fails(
    desk: Any, kind: str, status: int, kind_of_body: str
) -> None:
    caller = desk.link()
    desk.xero.faults.add(kind, path=INVOICES, nth=2)
    answers = [caller.get("Invoices", page=page) for page in (1, 2, 3)]
    assert [answer.status_code for answer in answers] == [200, status, 200]
    assert answers[1].headers["Content-Type"].startswith(kind_of_body)
    assert caller.get("Accounts").status_code == 200


@pytest.mark.parametrize("problem", ["minute", "day", "concurrent"])
def test_too_many_when_scripted_then_the_headers_say_which(desk: Any, problem: str) -> None:
    caller = desk.link()
    desk.xero.faults.add(f"429_{problem}", path=INVOICES, retry_after=7, times=2)
    answers = [caller.get("Invoices") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["x-rate-limit-problem"] == problem
    assert answers[0].headers.get("retry-after") == (None if problem == "concurrent" else "7")


def test_body_when_the_connection_ends_in_the_middle_then_the_client_notices(desk: Any) -> None:
    caller = desk.link()
    desk.xero.faults.add("cut", path=INVOICES)
    with pytest.raises(httpx.RemoteProtocolError):
        caller.get("Invoices", page=1)
    assert caller.get("Invoices", page=1).status_code == 200


def test_body_when_its_gzip_is_truncated_then_httpx_does_not_notice_but_the_text_is_half(desk: Any) -> None:
    caller = desk.link()
    desk.xero.faults.add("bad_gzip", path=INVOICES)
    answer = caller.get("Invoices", page=1)
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_body_when_slow_then_an_impatient_client_gives_up_and_a_patient_one_gets_it_whole(desk: Any) -> None:
    caller = desk.link()
    whole = caller.get("Accounts").json()["Accounts"]
    desk.xero.faults.add("slow", path="*/Accounts", seconds=1.5)
    desk.xero.faults.add("slow", path="*/Accounts", nth=2, seconds=0.1)
    patient, caller.desk.http = caller.desk.http, httpx.Client(timeout=0.03)
    with caller.desk.http, pytest.raises(httpx.ReadTimeout):
        caller.get("Accounts")
    caller.desk.http = patient
    assert caller.get("Accounts").json()["Accounts"] == whole


def test_refresh_when_the_answer_is_lost_then_the_token_was_rotated_all_the_same(desk: Any) -> None:
    caller = desk.link()
    token = caller.tokens["refresh_token"]
    desk.xero.faults.add("answer_lost", path="/connect/token")
    with pytest.raises(httpx.RemoteProtocolError):
        desk.refresh(token)
    assert desk.xero.authority.refreshes[token].rotated_at is not None
    assert desk.refresh(token).status_code == 200


def test_consent_when_revoked_mid_run_then_403_and_the_refresh_fails(desk: Any) -> None:
    caller = desk.link()
    desk.xero.faults.add("consent_revoked", path=INVOICES)
    assert caller.get("Accounts").status_code == 200
    assert caller.get("Invoices").status_code == 403
    assert caller.get("Accounts").status_code == 403
    assert desk.refresh(caller.tokens["refresh_token"]).json() == {"error": "invalid_grant"}


def test_organisation_when_disconnected_mid_run_then_403_while_the_refresh_still_works(desk: Any) -> None:
    caller = desk.link()
    desk.xero.faults.add("disconnected", path=INVOICES)
    assert caller.get("Invoices").json()["Detail"] == "AuthenticationUnsuccessful"
    assert desk.refresh(caller.tokens["refresh_token"]).status_code == 200
    assert caller.get("/connections").json() == []


def test_access_tokens_when_expired_by_hand_then_401_and_a_refresh_mends_it(desk: Any) -> None:
    caller = desk.link()
    desk.xero.expire_access_tokens()
    assert caller.get("Accounts").json()["Detail"].startswith("TokenExpired")
    caller.tokens = desk.refresh(caller.tokens["refresh_token"]).json()
    assert caller.get("Accounts").status_code == 200


def test_list_when_scripted_empty_then_200_and_nothing_in_it(desk: Any) -> None:
    caller = desk.link()
    desk.xero.faults.add("empty_list", path=INVOICES)
    body = caller.get("Invoices", page=1).json()
    assert (body["Invoices"], body["pagination"]["itemCount"]) == ([], 0)
    assert len(caller.rows("Invoices")) == 36


def test_hook_when_a_page_is_about_to_be_served_then_records_can_drift(desk: Any) -> None:
    caller = desk.link()
    org = caller.org
    first = next(iter(org.shelf("Invoices").records))
    desk.xero.faults.before(INVOICES, 2, lambda: org.touch("Invoices", first))
    pages = [[row["InvoiceID"] for row in caller.rows("Invoices", page=page, pageSize=18)] for page in (1, 2)]
    assert first in pages[0]
    assert first in pages[1]
    assert len(set(pages[0] + pages[1])) == 35


def test_script_when_limited_to_a_tenant_or_method_then_others_are_spared(desk: Any) -> None:
    caller = desk.link()
    desk.xero.faults.add("500", tenant_id="somebody-else", times=0)
    desk.xero.faults.add("500", method="PUT", times=0)
    assert caller.get("Accounts").status_code == 200
    desk.xero.faults.add("500", times=0)
    assert caller.get("Accounts").status_code == 500
    desk.xero.faults.clear()
    assert caller.get("Accounts").status_code == 200


def test_calls_when_made_then_logged_with_status_tenant_and_size(desk: Any) -> None:
    caller = desk.link()
    desk.xero.calls.clear()
    answer = caller.get("Accounts", headers={"Accept-Encoding": "identity"}, where='Code=="200"')
    call = desk.xero.calls[-1]
    assert (call.method, call.path, call.status) == ("GET", "/api.xro/2.0/Accounts", 200)
    assert call.tenant_id == caller.org.tenant_id
    assert call.bytes == len(answer.content)
    assert "where=" in call.query
