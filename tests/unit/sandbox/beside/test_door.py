"""Who may ask the other APIs, and what stands before the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

LISTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("files", "Files", {}),
    ("files", "Folders", {}),
    ("assets", "Assets", {"status": "REGISTERED"}),
    ("assets", "AssetTypes", {}),
    ("projects", "Projects", {}),
    ("projects", "ProjectsUsers", {}),
)
FIRST = {"files": "Inbox", "assets": "Settings", "projects": "Projects"}


@pytest.mark.parametrize("api", FIRST)
def test_reading_when_only_the_scopes_of_the_others_were_granted_then_401(
    open_reader: Callable[..., Any], api: str
) -> None:
    others = " ".join(f"{one}.read" for one in FIRST if one != api)
    answer = open_reader(scopes=f"{others} accounting.settings").get(api, FIRST[api])
    assert (answer.status, answer.body["Detail"]) == (401, "AuthorizationUnsuccessful")


@pytest.mark.parametrize("api", FIRST)
@pytest.mark.parametrize("suffix", ["", ".read"])
def test_reading_when_its_scope_was_granted_with_or_without_writing_then_200(
    open_reader: Callable[..., Any], api: str, suffix: str
) -> None:
    assert open_reader(scopes=f"{api}{suffix}").get(api, FIRST[api]).status == 200


@pytest.mark.parametrize(("scopes", "status"), [("files.read", 401), ("files", 501)])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "Files"), ("POST", "Folders"), ("DELETE", "Files/1"), ("PUT", "Folders/1")]
)
def test_writing_when_tried_then_refused_and_noted(
    open_reader: Callable[..., Any], scopes: str, status: int, method: str, path: str
) -> None:
    reader = open_reader(scopes=scopes)
    assert reader.call(method, "files", path).status == status
    assert [(call.method, call.status) for call in reader.org.writes] == [(method, status)]


def test_token_and_tenant_when_wrong_then_refused_as_by_the_accounting_api(reader: Any) -> None:
    reader.token, token = "nonsense", reader.token
    assert reader.get("files", "Files").status == 401
    reader.token = token
    reader.xero.disconnect(reader.org.tenant_id)
    answer = reader.get("files", "Files")
    assert (answer.status, answer.body["Detail"]) == (403, "AuthenticationUnsuccessful")


def test_plan_when_projects_are_not_in_it_then_only_that_api_is_refused(reader: Any) -> None:
    reader.org.projects_plan = False
    statuses = {api: reader.get(api, path).status for api, path in FIRST.items()}
    assert statuses == {"files": 200, "assets": 200, "projects": 403}
    reader.beside.projects.refusal = 401
    assert reader.get("projects", "ProjectsUsers").status == 401
    reader.org.projects_plan = True
    assert reader.get("projects", "ProjectsUsers").status == 200


def test_calls_when_made_then_counted_against_the_limits_of_the_organisation(
    open_reader: Callable[..., Any],
) -> None:
    reader = open_reader(calls_per_minute=4, calls_per_day=100, minute_seconds=3600)
    left = [reader.get(api, path).headers["X-MinLimit-Remaining"] for api, path in FIRST.items()]
    left.append(reader.get("api.xro/2.0", "Organisation").headers["X-MinLimit-Remaining"])
    assert left == ["3", "2", "1", "0"]
    refused = reader.get("files", "Files")
    assert (refused.status, refused.headers["X-Rate-Limit-Problem"]) == (429, "minute")
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.headers["X-DayLimit-Remaining"] == "96"
    assert len(refused.headers["Xero-Correlation-Id"]) == 36


@pytest.mark.parametrize(("api", "path", "query"), LISTS)
def test_fault_when_an_empty_list_is_scripted_then_the_next_answer_alone_is_empty(
    lively: Any, api: str, path: str, query: dict[str, str]
) -> None:
    lively.xero.faults.add("empty_list", path=f"/{api}.xro/*/{path}")
    first, second = lively.get(api, path, **query), lively.get(api, path, **query)
    lively.xero.faults.clear()
    assert (first.rows, bool(second.rows)) == ([], True)
    if isinstance(first.body, dict):
        count = first.body["TotalCount"] if api == "files" else first.body["pagination"]["itemCount"]
        assert count == 0


@pytest.mark.parametrize(("kind", "status"), [("500", 500), ("503_text", 503), ("429_day", 429)])
@pytest.mark.parametrize("api", FIRST)
def test_fault_when_an_outage_is_scripted_then_it_strikes_here_too(
    reader: Any, api: str, kind: str, status: int
) -> None:
    path = FIRST[api]
    reader.xero.faults.add(kind, path=f"/{api}.xro/*", nth=2)
    assert [reader.get(api, path).status for _ in range(3)] == [200, status, 200]


def test_organisation_when_offline_then_nothing_beside_it_answers_either(reader: Any) -> None:
    reader.org.offline = True
    assert {reader.get(api, path).status for api, path in FIRST.items()} == {503}


@pytest.mark.parametrize("api", FIRST)
@pytest.mark.parametrize("path", ["", "Nonsense", "{first}/Nonsense", "{first}/1/2/3/4"])
def test_path_when_there_is_no_such_thing_then_404(reader: Any, api: str, path: str) -> None:
    assert reader.get(api, path.format(first=FIRST[api])).status == 404


def test_answers_when_the_organisation_lays_them_out_then_on_many_lines(
    open_reader: Callable[..., Any],
) -> None:
    reader = open_reader("nz")
    assert b"\r\n  " in reader.get("files", "Folders").raw
    assert reader.get("assets", "Settings").body["assetNumberPrefix"] == "FA-"
