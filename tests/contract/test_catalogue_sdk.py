"""Holds every entry of the catalogue against the signatures of xero-python, and the other way round."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from bot.catalogue import RESOURCES, reading_now
from bot.catalogue.model import Area, Paging, Read, Resource

APIS = {
    Area.ACCOUNTING: ("accounting", "AccountingApi"),
    Area.FILES: ("file", "FilesApi"),
    Area.ASSETS: ("assets", "AssetApi"),
    Area.PROJECTS: ("project", "ProjectApi"),
    Area.PAYROLL_AU: ("payrollau", "PayrollAuApi"),
    Area.PAYROLL_UK: ("payrolluk", "PayrollUkApi"),
    Area.PAYROLL_NZ: ("payrollnz", "PayrollNzApi"),
}

# What Xero offers to read and the catalogue leaves out, with why. A record by its id is left out by itself.
LEFT_OUT = {
    (Area.ACCOUNTING, "BrandingThemes/{}/PaymentServices"): "payment services are open to partners only",
    (Area.FILES, "Inbox"): "is one of the folders",
    (Area.FILES, "Associations/{}"): "the same pairs, asked from the record's side",
    (Area.FILES, "Associations/Count"): "can be counted",
    (Area.PAYROLL_AU, "LeaveApplications"): "the v2 path holds more",
    (Area.PAYROLL_AU, "LeaveApplications/{}"): "one record of them",
    (Area.PAYROLL_AU, "Payslip/{}"): "named in a caveat and a quirk of the pay runs by id",
    (Area.PAYROLL_AU, "SuperfundProducts"): "a public register, no data of the organisation",
    (Area.PAYROLL_UK, "Employees/{}/LeavePeriods"): "worked out from the leave",
    (Area.PAYROLL_NZ, "Employees/{}/LeavePeriods"): "worked out from the leave",
    (Area.PAYROLL_UK, "Employees/{}/StatutoryLeaveBalance"): "worked out for a kind of leave and a day",
    (Area.PAYROLL_UK, "StatutoryLeaves/Sick/{}"): "cannot be listed",
    (Area.PAYROLL_UK, "StatutoryLeaves/Summary/{}"): "a summary of the leave of an employee",
    (Area.PAYROLL_UK, "Settings/trackingCategories"): "which tracking payroll uses; belongs to the settings",
    (Area.PAYROLL_NZ, "Settings/TrackingCategories"): "which tracking payroll uses; belongs to the settings",
}


class Call(NamedTuple):
    """One reading method: the names that go over the wire, and what the answer is made of."""

    name: str
    query: frozenset[str]
    modified_since: bool
    answer: str


@cache
def _module(area: Area) -> ModuleType:
    return importlib.import_module(f"xero_python.{APIS[area][0]}")


def _call(name: str, method: Callable[..., Any]) -> tuple[str, Call] | None:
    source = inspect.getsource(method)
    url = re.search(r'get_resource_url\(\s*"/(.*?)"', source)
    answer = re.search(r'response_type="(.*?)"', source)
    if url is None:
        return None
    call = Call(
        name=name,
        query=frozenset(re.findall(r'\(\(?\s*"(\w+)", \w+\)', source)),
        modified_since="if_modified_since" in inspect.signature(method).parameters,
        answer=answer[1] if answer else "",
    )
    return re.sub(r"\{\w+\}", "{}", url[1]), call


@cache
def _calls(area: Area) -> dict[str, list[Call]]:
    api = getattr(_module(area), APIS[area][1])
    calls: dict[str, list[Call]] = {}
    for name, method in inspect.getmembers(api, inspect.isfunction):
        found = _call(name, method) if name.startswith("get_") else None
        if found:
            calls.setdefault(found[0], []).append(found[1])
    return calls


def _paths(entry: Resource) -> list[str]:
    """Give the paths of an entry with bare braces; one for each parent where it has several."""
    assert entry.read is not None
    plain = re.sub(r"\{(?!parent\})\w+\}", "{}", entry.read.path)
    if entry.key == "pdfs":  # the SDK asks for the record itself, accepting application/pdf
        plain = plain.removesuffix("/pdf")
    if "{parent}" not in plain:
        return [plain]
    return [plain.replace("{parent}", path) for path in _parents(entry.key)]


def _parents(key: str) -> list[str]:
    """Give the paths of what a resource hangs on; of the files behind attachments, what those hang on."""
    found = []
    for other in RESOURCES.values():
        if key in other.children and other.read:
            found += _parents(other.key) if "{parent}" in other.read.path else [other.read.path]
    return found


def _found(entry: Resource) -> list[Call]:
    """Give one call for each path; where a path has several, the one with the most parameters."""
    assert all(path in _calls(entry.area) for path in _paths(entry)), _paths(entry)
    return [max(_calls(entry.area)[path], key=lambda call: len(call.query)) for path in _paths(entry)]


def _wanted(read: Read) -> set[str]:
    """Name the query parameters that an entry relies on."""
    paging = {Paging.SIZED: {"page", "pageSize"}, Paging.FIXED: {"page"}, Paging.OFFSET: {"offset"}}
    wanted = set(paging.get(read.paging, set()))
    wanted |= {name for name, _ in (*read.params, *read.passes)}
    wanted |= set(read.dates.names) if read.dates else set()
    return wanted | ({"order"} if read.order else set())


EVERY = [pytest.param(entry, id=entry.key) for entry in RESOURCES.values()]
NOW = [pytest.param(entry, id=entry.key) for entry in reading_now()]


@pytest.mark.parametrize("entry", EVERY)
def test_entry_uses_only_parameters_that_the_sdk_knows(entry: Resource) -> None:
    assert entry.read is not None
    for call in _found(entry):
        assert _wanted(entry.read) <= call.query, call.name


@pytest.mark.parametrize("entry", EVERY)
def test_entry_knows_whether_modified_since_is_there(entry: Resource) -> None:
    assert entry.read is not None
    for call in _found(entry):
        # One object that holds lists would come back with those parts of it alone that changed.
        offered = call.modified_since and entry.read.paging is not Paging.ONE
        assert offered is entry.read.modified_since, call.name


@pytest.mark.parametrize("entry", EVERY)
def test_entry_says_how_the_collection_is_paged(entry: Resource) -> None:
    assert entry.read is not None
    for call in _found(entry):
        assert ("pageSize" in call.query) is (
            entry.read.paging is Paging.SIZED or (entry.area is Area.PROJECTS and entry.read.page_size > 0)
        )
        if entry.read.paging is Paging.WHOLE:
            assert not call.query & {"page", "offset", "pageSize"}


@pytest.mark.parametrize("entry", NOW)
def test_entry_read_now_takes_all_that_the_sdk_offers_for_a_whole_copy(entry: Resource) -> None:
    """Archived and deleted records and four decimals are asked for wherever they can be."""
    assert entry.read is not None
    for call in _found(entry):
        offered = call.query & {"includeArchived", "includeDeleted", "unitdp"}
        assert offered == {name for name, _ in entry.read.params} & {
            "includeArchived",
            "includeDeleted",
            "unitdp",
        }


def _model(area: Area, name: str) -> Any:
    return getattr(_module(area).models, name)


@pytest.mark.parametrize("entry", EVERY)
def test_answer_holds_the_collection_and_its_records_the_id(entry: Resource) -> None:
    read = entry.read
    assert read is not None
    for call in _found(entry):
        if not read.collection:
            continue
        answer = _model(entry.area, call.answer)
        fields = {wire: answer.openapi_types[ours] for ours, wire in answer.attribute_map.items()}
        assert read.collection in fields, call.answer
        record = _model(entry.area, re.sub(r"^list\[(.*)\]$", r"\1", fields[read.collection]))
        names = set(record.attribute_map.values())
        assert {read.id_field, read.status_field, read.updated_field} - {""} <= names


@pytest.mark.parametrize("area", APIS, ids=lambda area: area.name)
def test_nothing_that_can_be_read_is_forgotten(area: Area) -> None:
    known = {path for entry in RESOURCES.values() if entry.area is area for path in _paths(entry)}
    alone = {f"{path}/{{}}" for path in known}  # one record of a list
    files = {path for path in _calls(area) if re.search(r"/Attachments/\{\}", path)}  # the file behind a list
    left = {path for where, path in LEFT_OUT if where is area}
    assert set(_calls(area)) - known - alone - files == left


def test_manual_journals_are_read_without_order_though_the_sdk_has_it() -> None:
    """With `order` Xero answered every page with every journal: singer-io/tap-xero pull request 104."""
    entry = RESOURCES["manual_journals"]
    assert entry.read is not None
    assert entry.read.order == ""
    assert "order" in _found(entry)[0].query


@pytest.mark.parametrize("entry", NOW)
def test_paged_entry_is_ordered_by_id_wherever_it_can_be(entry: Resource) -> None:
    assert entry.read is not None
    if entry.read.paging in {Paging.SIZED, Paging.FIXED} and entry.key != "manual_journals":
        orderable = "order" in _found(entry)[0].query
        assert entry.read.order == (f"{entry.read.id_field} ASC" if orderable else "")
    else:
        assert entry.read.order == ""
