"""Holds the entries of the catalogue against Xero's OpenAPI files, where they lie beside the project."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.catalogue import RESOURCES, reading_now
from bot.catalogue.model import Area, Paging, Read, Resource

FOLDER = Path(__file__).parents[3] / "shared" / "xero-openapi"
FILES = {
    Area.ACCOUNTING: "xero_accounting.yaml",
    Area.FILES: "xero_files.yaml",
    Area.ASSETS: "xero_assets.yaml",
    Area.PROJECTS: "xero-projects.yaml",
}

# The files allow the old, broad permissions; these are the granular ones that took their place.
BROAD = {
    "accounting.invoices": "accounting.transactions",
    "accounting.payments": "accounting.transactions",
    "accounting.banktransactions": "accounting.transactions",
    "accounting.manualjournals": "accounting.transactions",
    "accounting.classicexpenses": "accounting.transactions",
}

# Granular permissions that allow more than the file knows (developer.xero.com/faq/granular-scopes).
NEWER = {("items", "accounting.invoices")}

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="Xero's OpenAPI files do not lie beside the project (../shared/xero-openapi)"
)

HELD = [pytest.param(entry, id=entry.key) for entry in RESOURCES.values() if entry.area in FILES]
NOW = [pytest.param(entry, id=entry.key) for entry in reading_now()]


@cache
def _specification(area: Area) -> dict[str, Any]:
    text = (FOLDER / FILES[area]).read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return loaded


@cache
def _gets(area: Area) -> dict[str, dict[str, Any]]:
    """Give the reading operation of each path; of paths that differ only in the name of the id, any."""
    paths = _specification(area)["paths"]
    return {re.sub(r"\{\w+\}", "{}", path): item for path, item in paths.items() if "get" in item}


def _parents(key: str) -> list[str]:
    """Give the paths of what a resource hangs on; of the files behind attachments, what those hang on."""
    found = []
    for other in RESOURCES.values():
        if key in other.children and other.read:
            found += _parents(other.key) if "{parent}" in other.read.path else [other.read.path]
    return found


def _operations(entry: Resource) -> list[dict[str, Any]]:
    assert entry.read is not None
    path = "/" + re.sub(r"\{(?!parent\})\w+\}", "{}", entry.read.path)
    paths = [path.replace("{parent}", one) for one in _parents(entry.key)] if "{parent}" in path else [path]
    return [_gets(entry.area)[each] for each in paths]


def _resolved(area: Area, part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        _, kind, name = part["$ref"].removeprefix("#/").split("/")
        part = _specification(area)["components"][kind][name]
    return part


def _parameters(area: Area, item: dict[str, Any], place: str) -> dict[str, dict[str, Any]]:
    listed = (*item.get("parameters", ()), *item["get"].get("parameters", ()))
    known = (_resolved(area, parameter) for parameter in listed)
    return {parameter["name"]: parameter for parameter in known if parameter["in"] == place}


def _answer(area: Area, item: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    responses = item["get"]["responses"]
    content = _resolved(area, responses.get("200", responses.get(200)))["content"]
    kind, body = next(iter(content.items()))
    return kind, _resolved(area, body.get("schema", {}))


def _given(read: Read) -> set[str]:
    """Name the query parameters that reading sends."""
    paging = {Paging.SIZED: {"page", "pageSize"}, Paging.FIXED: {"page"}, Paging.OFFSET: {"offset"}}
    given = set(paging.get(read.paging, set()))
    given |= {name for name, _ in (*read.params, *read.passes)}
    given |= set(read.dates.names) if read.dates else set()
    return given | ({"order"} if read.order else set())


@pytest.mark.parametrize("entry", HELD)
def test_path_and_parameters_are_in_the_specification(entry: Resource) -> None:
    assert entry.read is not None
    for item in _operations(entry):
        query = _parameters(entry.area, item, "query")
        assert _given(entry.read) <= query.keys()
        assert {name for name, parameter in query.items() if parameter.get("required")} <= _given(entry.read)


@pytest.mark.parametrize("entry", HELD)
def test_modified_since_is_used_where_the_specification_has_it(entry: Resource) -> None:
    assert entry.read is not None
    for item in _operations(entry):
        assert ("If-Modified-Since" in _parameters(entry.area, item, "header")) is entry.read.modified_since


@pytest.mark.parametrize("entry", HELD)
def test_answer_holds_the_collection_and_the_fields_of_a_record(entry: Resource) -> None:
    read = entry.read
    assert read is not None
    for item in _operations(entry):
        kind, schema = _answer(entry.area, item)
        if kind != "application/json":
            assert read.collection == ""
            continue
        if read.collection:
            schema = _resolved(entry.area, schema["properties"][read.collection])
        assert (schema.get("type") == "array") is (read.paging is not Paging.ONE)
        record = _resolved(entry.area, schema.get("items", schema))
        assert {read.id_field, read.status_field, read.updated_field} - {""} <= record["properties"].keys()


@pytest.mark.parametrize("entry", NOW)
def test_paging_is_the_one_of_the_specification(entry: Resource) -> None:
    assert entry.read is not None
    for item in _operations(entry):
        query = _parameters(entry.area, item, "query").keys()
        if "pageSize" in query:  # what hangs on each of others may be paged, too
            hangs = entry.read.paging is Paging.PER_PARENT and entry.read.page_size > 0
            assert entry.read.paging is Paging.SIZED or hangs
        elif "page" in query:
            assert entry.read.paging is Paging.FIXED
        else:
            assert entry.read.paging in {Paging.WHOLE, Paging.ONE, Paging.PER_PARENT, Paging.REPORT}


@pytest.mark.parametrize("entry", NOW)
def test_pages_of_the_sized_kind_carry_their_number(entry: Resource) -> None:
    assert entry.read is not None
    if entry.read.paging is Paging.PER_PARENT:
        return  # by its id a record comes in the shape of the list
    for item in _operations(entry):
        _, schema = _answer(entry.area, item)
        told = "pagination" in schema.get("properties", {})  # a bare list has none
        assert told is (entry.read.paging is Paging.SIZED)


@pytest.mark.parametrize("entry", NOW)
def test_a_record_with_a_status_or_a_date_of_change_says_where(entry: Resource) -> None:
    """Fields named Status and UpdatedDateUTC are never overlooked; an action's status is no life cycle."""
    read = entry.read
    assert read is not None
    if read.collection == "Reports" or entry.key == "organisation_actions":
        return
    for item in _operations(entry):
        kind, schema = _answer(entry.area, item)
        if kind != "application/json":
            continue  # a file
        if read.collection:
            schema = _resolved(entry.area, schema["properties"][read.collection])
        fields = _resolved(entry.area, schema.get("items", schema))["properties"].keys()
        assert ("Status" in fields) <= bool(read.status_field)
        assert ("UpdatedDateUTC" in fields) is (read.updated_field == "UpdatedDateUTC")


@pytest.mark.parametrize("entry", HELD)
def test_permission_is_the_granular_form_of_the_one_in_the_specification(entry: Resource) -> None:
    assert entry.read is not None
    for item in _operations(entry):
        allowed = {scope for each in item["get"]["security"] for scopes in each.values() for scope in scopes}
        for scope in entry.read.scopes:
            stem = scope.removesuffix(".read")
            if (entry.key, stem) in NEWER:
                continue
            old = "accounting.reports" if stem.startswith("accounting.reports.") else BROAD.get(stem, stem)
            assert {stem, old, f"{stem}.read", f"{old}.read"} & allowed, (scope, allowed)
