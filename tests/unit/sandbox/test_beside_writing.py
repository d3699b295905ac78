"""What the pretend Xero takes beside the books, and what it refuses in which words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from bot.sandbox.xero.beside import beside_of
from bot.sandbox.xero.books import documents
from tests.unit.restore.worlds import World, world

Send = Callable[..., tuple[int, Any]]
SETTING = {"depreciationMethod": "StraightLine", "averagingMethod": "ActualDays", "depreciationRate": 20}


@pytest.fixture(scope="module")
def here() -> Iterator[World]:
    with world() as one:
        yield one


@pytest.fixture
def send(here: World) -> Iterator[Send]:
    org = here.xero.open_organisation("fresh-uk")
    headers = {"Authorization": f"Bearer {here.token(org)}", "xero-tenant-id": org.tenant_id}
    with httpx.Client(base_url=here.app.api_url, headers=headers) as client:

        def ask(verb: str, path: str, body: Any, **more: str) -> tuple[int, Any]:
            got = client.request(verb, f"/{path}", content=json.dumps(body), headers=more)
            is_json = got.headers["content-type"].startswith("application/json")
            return got.status_code, got.json() if is_json and got.content else got.text

        ask.org = org  # type: ignore[attr-defined]
        yield ask


def account(send: Send) -> str:
    return next(iter(send.org.shelf("Accounts"))).record_id  # type: ignore[attr-defined,no-any-return]


def kind_of(send: Send, name: str) -> dict[str, Any]:
    fields = ("fixedAssetAccountId", "depreciationExpenseAccountId", "accumulatedDepreciationAccountId")
    return {"assetTypeName": name, "bookDepreciationSetting": SETTING} | dict.fromkeys(fields, account(send))


def test_asset_type_when_it_is_complete_then_it_is_taken_and_a_second_of_its_name_is_not(send: Send) -> None:
    status, answer = send("POST", "assets.xro/1.0/AssetTypes", kind_of(send, "Vans"))
    assert (status, answer["assetTypeName"], answer["locks"]) == (200, "Vans", 0)
    assert send("POST", "assets.xro/1.0/AssetTypes", kind_of(send, "VANS"))[0] == 409
    bad = kind_of(send, "Cars") | {"fixedAssetAccountId": "nobody's"}
    status, answer = send("POST", "assets.xro/1.0/AssetTypes", bad)
    assert status == 400
    assert "Fixed Asset Account Id is invalid" in answer["fieldValidationErrors"][0]["localisedMessage"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"assetName": ""}, "Asset Name is required"),
        ({"assetStatus": "Registered"}, "drafts only"),
        ({"assetTypeId": "11111111-0000-4000-8000-000000000001"}, "Asset Type Id is invalid"),
        ({"bookDepreciationSetting": SETTING | {"effectiveLifeYears": 5}}, "both Depreciation Rate and"),
        ({"purchasePrice": "dear"}, "must be a number"),
    ],
)
def test_asset_when_something_is_wrong_then_it_is_refused_in_words(
    send: Send, more: dict[str, Any], words: str
) -> None:
    status, answer = send("POST", "assets.xro/1.0/Assets", {"assetName": "Van", "purchasePrice": 10} | more)
    assert status == 400
    assert words in answer["fieldValidationErrors"][0]["localisedMessage"]


def test_asset_when_its_number_is_taken_then_it_is_refused_and_a_key_answers_twice_alike(send: Send) -> None:
    number = len(beside_of(send.org).assets.assets)  # type: ignore[attr-defined]
    sent = {"assetName": "Boat", "assetNumber": f"B-{number}", "purchasePrice": 10}
    first = send("POST", "assets.xro/1.0/Assets", sent, **{"Idempotency-Key": "one"})
    assert first[1]["assetStatus"] == "Draft"
    assert send("POST", "assets.xro/1.0/Assets", sent, **{"Idempotency-Key": "one"}) == first
    assert send("POST", "assets.xro/1.0/Assets", sent)[0] == 400


def test_project_when_opened_then_tasks_and_time_are_taken_until_it_is_closed(send: Send) -> None:
    org = send.org  # type: ignore[attr-defined]
    contact = documents.add_contact(org, f"Client {len(list(org.shelf('Contacts')))}").record_id
    beside_of(org).projects.add_worker("u", "Ana", "ana@example.com")
    status, project = send("POST", "projects.xro/2.0/Projects", {"contactId": contact, "name": "Stall"})
    assert (status, project["status"]) == (201, "INPROGRESS")
    below = f"projects.xro/2.0/Projects/{project['projectId']}"
    status, task = send(
        "POST",
        f"{below}/Tasks",
        {"name": "Roof", "rate": {"currency": "GBP", "value": 30.5}, "chargeType": "TIME"},
    )
    assert (status, task["rate"]["value"]) == (201, 30.5)
    entry = {"userId": "u", "taskId": task["taskId"], "dateUtc": "2026-02-26T15:00:00Z", "duration": 30}
    assert send("POST", f"{below}/Time", entry)[0] == 200
    for more in (
        {"userId": "x"},
        {"taskId": "x"},
        {"duration": 0},
        {"duration": 59_941},
        {"dateUtc": "soon"},
    ):
        status, answer = send("POST", f"{below}/Time", entry | more)
        assert (status, list(answer["modelState"])) == (400, list(more))
    assert send("PATCH", below, {"status": "CLOSED"})[0] == 204
    assert send("POST", f"{below}/Time", entry)[0] == 400
    assert send("PATCH", below, {"status": "GONE"})[0] == 400
    assert send("POST", "projects.xro/2.0/Projects", {"contactId": "nobody", "name": "x"})[0] == 400
    assert send("DELETE", below, {})[0] == 501
