"""The pretend Xero's other APIs against what Xero publishes: its OpenAPI files and its own Python SDK."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jsonschema
import pytest
import yaml
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.assets import AssetApi
from xero_python.file import FilesApi
from xero_python.project import ProjectApi

from bot.sandbox.xero import Faults, PretendOrganisation, PretendXero
from bot.sandbox.xero.beside import Beside, beside_of

PUBLISHED = Path(__file__).parents[3] / "shared" / "xero-openapi"
BACK = "http://localhost:3000/xero/callback"
SCOPES = "offline_access files.read assets.read projects.read accounting.settings.read"
BOOKS = {
    "files": ("files.xro/1.0", "xero_files.yaml"),
    "assets": ("assets.xro/1.0", "xero_assets.yaml"),
    "projects": ("projects.xro/2.0", "xero-projects.yaml"),
}
# Fields Xero's own examples hold although its schemas leave them out; `description` is named by `filterBy`.
IN_EXAMPLES: dict[str, set[str]] = {
    "assets": {
        "trackingItems", "taxDepreciationSettings", "taxDepreciationDetails", "taxValues", "metaData",
        "lockPrivateUseAccount", "links", "bookDepreciationDetailsCanChange",
        "taxDepreciationDetailsCanChange", "first", "next", "last", "href", "description",
    },
    "files": set(),
    "projects": set(),
}  # fmt: skip


@dataclass(frozen=True)
class Link:
    """A token for the lively organisation, and what it holds beside its books."""

    url: str
    org: PretendOrganisation
    beside: Beside
    tokens: dict[str, Any]
    http: httpx.Client
    client: tuple[str, str]
    faults: Faults

    def ask(self, api: str, path: str, **query: Any) -> httpx.Response:
        headers = {
            "Authorization": f"Bearer {self.tokens['access_token']}",
            "xero-tenant-id": self.org.tenant_id,
            "Accept": "application/json",
        }
        return self.http.get(f"{self.url}/{BOOKS[api][0]}/{path}", headers=headers, params=query)


@pytest.fixture(scope="module")
def link() -> Iterator[Link]:
    xero = PretendXero(organisations=("lively",), calls_per_minute=100_000)
    url = xero.start()
    asked = {"response_type": "code", "client_id": xero.client_id, "redirect_uri": BACK, "scope": SCOPES}
    target = xero.consent(f"{url}/identity/connect/authorize?{urlencode(asked)}", "lively")
    form = {"grant_type": "authorization_code", "redirect_uri": BACK}
    form["code"] = parse_qs(urlsplit(target).query)["code"][0]
    org = xero.organisation("lively")
    with httpx.Client(verify=False) as http:  # noqa: S501 - plain HTTP on loopback
        tokens = http.post(
            f"{url}/connect/token", data=form, auth=(xero.client_id, xero.client_secret)
        ).json()
        yield Link(url, org, beside_of(org), tokens, http, (xero.client_id, xero.client_secret), xero.faults)
    xero.stop()


@cache
def _book(api: str) -> dict[str, Any]:
    path = PUBLISHED / BOOKS[api][1]
    if not path.exists():
        pytest.skip("the published OpenAPI files are not beside the project")
    read: dict[str, Any] = _as_json_schema(yaml.load(path.read_text(), Loader=yaml.CSafeLoader))
    return read


def _as_json_schema(value: Any) -> Any:
    """Drop examples, and demands for fields the schema itself does not know (`manufacturer` of files)."""
    if isinstance(value, list):
        return [_as_json_schema(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _as_json_schema(one) for key, one in value.items() if key != "example"}
    # `type: number` beside a reference to an object is a slip of the specification; a reference stands alone.
    if isinstance(kept.get("$ref"), str):
        return {"$ref": kept["$ref"]}
    if isinstance(kept.get("properties"), dict) and isinstance(kept.get("required"), list):
        kept["required"] = [name for name in kept["required"] if name in kept["properties"]]
    return kept


def _schema(api: str, template: str) -> dict[str, Any]:
    operation = _book(api)["paths"][template]["get"]
    schema: dict[str, Any] = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return schema


def _questions(beside: Beside) -> list[tuple[str, str, str, dict[str, Any]]]:
    """List every GET there is: API, its path in the specification, the path asked for, the query."""
    file = next(one for one in beside.files.files.values() if len(one.links) == 2)
    folder, asset = next(iter(beside.files.folders)), next(iter(beside.assets.assets))
    entry = next(iter(beside.projects.entries.values()))
    project, task, logged = entry.project_id, entry.task_id, entry.entry_id
    return [
        ("files", "/Files", "Files", {"pagesize": 100}),
        ("files", "/Files/{FileId}", f"Files/{file.file_id}", {}),
        ("files", "/Files/{FileId}/Associations", f"Files/{file.file_id}/Associations", {}),
        ("files", "/Associations/{ObjectId}", f"Associations/{file.links[0].object_id}", {}),
        ("files", "/Associations/Count", "Associations/Count", {"ObjectIds": file.links[0].object_id}),
        ("files", "/Folders", "Folders", {}),
        ("files", "/Folders/{FolderId}", f"Folders/{folder}", {}),
        ("files", "/Inbox", "Inbox", {}),
        *(
            ("assets", "/Assets", "Assets", {"status": status, "pageSize": 3})
            for status in ("DRAFT", "REGISTERED", "DISPOSED")
        ),
        ("assets", "/Assets/{id}", f"Assets/{asset}", {}),
        ("assets", "/AssetTypes", "AssetTypes", {}),
        ("assets", "/Settings", "Settings", {}),
        ("projects", "/Projects", "Projects", {}),
        ("projects", "/Projects/{projectId}", f"Projects/{project}", {}),
        ("projects", "/ProjectsUsers", "ProjectsUsers", {}),
        ("projects", "/Projects/{projectId}/Tasks", f"Projects/{project}/Tasks", {}),
        ("projects", "/Projects/{projectId}/Tasks/{taskId}", f"Projects/{project}/Tasks/{task}", {}),
        ("projects", "/Projects/{projectId}/Time", f"Projects/{project}/Time", {}),
        ("projects", "/Projects/{projectId}/Time/{timeEntryId}", f"Projects/{project}/Time/{logged}", {}),
    ]  # fmt: skip


def test_every_answer_when_held_against_the_openapi_schema_then_valid(link: Link) -> None:
    problems = []
    for api, template, path, query in _questions(link.beside):
        answer = link.ask(api, path, **query)
        assert answer.status_code == 200, (path, answer.text)
        schema = {**_schema(api, template), "components": _book(api)["components"]}
        problems += [
            (path, list(error.absolute_path), error.message[:120])
            for error in jsonschema.Draft202012Validator(schema).iter_errors(answer.json())
        ]
    assert problems == []


def test_every_path_when_the_specification_has_it_to_read_then_it_was_asked_here(link: Link) -> None:
    asked = {(api, template) for api, template, _, _ in _questions(link.beside)}
    asked.add(("files", "/Files/{FileId}/Content"))
    published = {(api, path) for api in BOOKS for path, one in _book(api)["paths"].items() if "get" in one}
    assert asked == published


def _names(value: Any) -> set[str]:
    if isinstance(value, list):
        return {name for one in value for name in _names(one)}
    if not isinstance(value, dict):
        return set()
    return set(value) | {name for one in value.values() for name in _names(one)}


@pytest.mark.parametrize("api", BOOKS)
def test_fields_when_held_against_the_openapi_schema_then_unknown_ones_are_of_its_examples(
    link: Link, api: str
) -> None:
    schemas = _book(api)["components"]["schemas"].values()
    known = {name for one in schemas for name in one.get("properties", ())}
    seen: set[str] = set()
    for asked, template, path, query in _questions(link.beside):
        if asked == api and template != "/Associations/Count":
            seen |= _names(link.ask(api, path, **query).json())
    assert seen - known == IN_EXAMPLES[api]


@pytest.mark.parametrize(
    ("api", "path"), [("assets", "Assets?status=Sold"), ("projects", "Projects?pageSize=501")]
)
def test_error_when_a_question_is_refused_then_of_the_published_shape(
    link: Link, api: str, path: str
) -> None:
    answer = link.ask(api, path.partition("?")[0], **dict([path.partition("?")[2].split("=")]))
    assert answer.status_code == 400
    schema = {"$ref": "#/components/schemas/Error", "components": _book(api)["components"]}
    jsonschema.Draft202012Validator(schema).validate(answer.json())
    assert set(answer.json()) <= set(_book(api)["components"]["schemas"]["Error"]["properties"])


@pytest.fixture(scope="module")
def sdk(link: Link) -> ApiClient:
    token = OAuth2Token(client_id=link.client[0], client_secret=link.client[1])
    stored = {**link.tokens, "expires_at": datetime.now(UTC).timestamp() + 1700, "id_token": ""}
    stored["scope"] = stored["scope"].split()
    client = ApiClient(
        Configuration(oauth2_token=token),
        oauth2_token_getter=lambda: stored,
        oauth2_token_saver=lambda _: None,
    )
    client.configuration.debug = False
    return client


def test_sdk_when_it_reads_the_file_library_then_understands_it_as_we_meant(
    link: Link, sdk: ApiClient
) -> None:
    api, tenant, library = (
        FilesApi(sdk, base_url=f"{link.url}/files.xro/1.0"),
        link.org.tenant_id,
        link.beside.files,
    )
    found = api.get_files(tenant, pagesize=100, sort="CreatedDateUTC", direction="ASC")
    stored = list(library.files.values())
    assert (found.total_count, found.page, found.per_page) == (len(stored), 1, 100)
    assert [(one.id, one.name, one.size, one.folder_id) for one in found.items] == [
        (one.file_id, one.name, one.size, one.folder_id) for one in stored
    ]
    assert [one.name for one in api.get_folders(tenant)] == ["Inbox", "Contracts", "Søndergård ⚓", "عقود"]
    assert api.get_inbox(tenant).id == library.inbox.folder_id
    linked = next(one for one in stored if len(one.links) == 2)
    links = api.get_file_associations(tenant, linked.file_id)
    assert [(one.object_id, one.object_group.value, one.object_type.value) for one in links] == [
        (one.object_id, one.group, one.kind) for one in linked.links
    ]
    (full,) = [
        one
        for one in api.get_associations_by_object(tenant, linked.links[0].object_id)
        if one.file_id == linked.file_id
    ]
    assert (full.name, full.size) == (linked.name, linked.size)


def test_sdk_when_it_reads_contents_then_gets_the_bytes(link: Link, sdk: ApiClient) -> None:
    api = FilesApi(sdk, base_url=f"{link.url}/files.xro/1.0")
    for file in link.beside.files.files.values():
        if file.size:  # the SDK cannot take an empty file
            path = api.get_file_content(link.org.tenant_id, file.file_id)
            assert Path(path).read_bytes() == file.read(), file.name
            Path(path).unlink()


def test_sdk_when_it_reads_assets_then_understands_them_as_we_meant(link: Link, sdk: ApiClient) -> None:
    api, tenant, register = (
        AssetApi(sdk, base_url=f"{link.url}/assets.xro/1.0"),
        link.org.tenant_id,
        link.beside.assets,
    )
    read = {
        one.asset_id: one
        for status in ("DRAFT", "REGISTERED", "DISPOSED")
        for one in api.get_assets(tenant, status, page=1, page_size=200).items
    }
    assert set(read) == set(register.assets)
    for asset_id, stored in register.assets.items():
        one = read[asset_id]
        assert one.asset_number == stored["assetNumber"]
        assert one.accounting_book_value == stored["accountingBookValue"]
        assert (
            one.book_depreciation_setting.depreciation_method
            == (stored["bookDepreciationSetting"]["depreciationMethod"])
        )
    kinds = api.get_asset_types(tenant)
    assert [one.asset_type_name for one in kinds] == [one["assetTypeName"] for one in register.types.values()]
    assert api.get_asset_settings(tenant).asset_number_sequence == f"{len(register.assets) + 1:04d}"


def test_sdk_when_it_reads_projects_then_their_sums_add_up(link: Link, sdk: ApiClient) -> None:
    api, tenant, book = (
        ProjectApi(sdk, base_url=f"{link.url}/projects.xro/2.0"),
        link.org.tenant_id,
        link.beside.projects,
    )
    projects = api.get_projects(tenant, page=1, page_size=500).items
    assert [one.project_id for one in projects] == list(book.projects)
    assert {one.user_id for one in api.get_project_users(tenant).items} == set(book.workers)
    for project in projects:
        tasks = api.get_tasks(tenant, project.project_id, page_size=500).items
        entries = api.get_time_entries(tenant, project.project_id, page_size=500).items
        assert project.minutes_logged == sum(one.total_minutes for one in tasks)
        assert project.minutes_logged == sum(one.duration for one in entries)
        assert project.total_task_amount.value == sum((one.total_amount.value for one in tasks), Decimal(0))
        assert {one.task_id for one in entries} <= {one.task_id for one in tasks}


def test_content_when_large_and_packed_on_the_way_then_the_same_bytes(link: Link) -> None:
    big = max(link.beside.files.files.values(), key=lambda one: one.size)
    answer = link.ask("files", f"Files/{big.file_id}/Content")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert (len(answer.content), answer.content == big.read()) == (2_000_000, True)
    assert answer.headers["Content-Type"] == "image/tiff"


def test_content_when_the_connection_ends_in_the_middle_then_the_client_notices(link: Link) -> None:
    big = max(link.beside.files.files.values(), key=lambda one: one.size)
    link.faults.add("cut", path="/files.xro/*/Content")
    with pytest.raises(httpx.RemoteProtocolError):
        link.ask("files", f"Files/{big.file_id}/Content")
    assert link.ask("files", f"Files/{big.file_id}/Content").status_code == 200
