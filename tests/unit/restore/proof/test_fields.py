"""Every field that must come back is looked at: a change of any of them is found, and of nothing else."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.organisation import OrganisationFacts
from bot.domain.proof import Finding
from bot.restore.model import IdMap
from bot.restore.proof.columns import Column
from bot.restore.proof.fields import NEVER, SHAPES
from bot.restore.proof.values import Refs
from bot.restore.source import MemorySource
from bot.sandbox.xero.demo import build_organisation
from tests.unit.restore.proof.bench import MAIN, NOON, Records, all_created, compared, records_of, same_ids

OTHERS = ("another", Decimal("7.5"), True, "/Date(1767225600000+0000)/")
FACTS = OrganisationFacts(name="Books")


@pytest.fixture(scope="module")
def lively() -> Records:
    return records_of(build_organisation("lively", seed=7, now=lambda: NOON))


@pytest.fixture(scope="module")
def samples(lively: Records) -> Records:
    """One record of each kind, the one that says most."""
    found: Records = {}
    for resource in SHAPES:
        if resource in MAIN and lively[resource]:
            key = max(lively[resource], key=lambda one: len(str(lively[resource][one])))
            found[resource] = {key: lively[resource][key]}
    return found


def changed(record: dict[str, Any], column: Column) -> bool:
    """Give one field another value; False where the record has no place for it."""
    *path, last = column.name.split(".")
    before = column.read(record, Refs())
    for holder in _holders(record, path):
        was, had = holder.get(last), last in holder
        for value in _lists(was) if isinstance(was, list) else (*OTHERS, *_lists(was)):
            holder[last] = value
            try:
                if column.read(record, Refs()) != before:
                    return True
            except (AttributeError, TypeError):  # a text or number where a list belongs
                pass
        holder[last] = was
        if not had:
            del holder[last]
    return False


def _holders(record: dict[str, Any], path: list[str]) -> Iterator[dict[str, Any]]:
    holder: Any = record
    for name in path:
        holder = holder.setdefault(name, {})
        holder = holder[-1] if isinstance(holder, list) and holder else holder
    if isinstance(holder, dict):
        yield holder


def _lists(was: Any) -> Iterator[Any]:
    """Give other lists: each inner field altered, or everything gone."""
    for one in was if isinstance(was, list) else ():
        for name in one:
            for value in OTHERS[:2]:
                yield [*was, {**one, name: value}]
    names = ("TrackingCategoryID", "TrackingOptionID", "TrackingCategoryName", "ContactID", "LastName")
    yield [dict.fromkeys(names, "zz")]
    if was:
        yield []


def found_in(
    resource: str, record: Mapping[str, Any], other: Mapping[str, Any], samples: Records
) -> set[str]:
    key = next(iter(samples[resource]))
    ids = same_ids({resource: {key: record}})
    for name in {*SHAPES, "account_codes", "tax_types", "item_codes", "tracking_options", "line_items"}:
        if name not in {resource, SHAPES[resource].names}:
            _itself(ids, name)
    source = MemorySource(FACTS, {resource: {key: record}})
    target = MemorySource(FACTS, {resource: {key: other}})
    proof = compared(source, target, all_created({resource: {key: record}}), ids)
    assert {one.finding for one in proof.fields} <= {Finding.NOT_PREDICTED}
    return {one.field for one in proof.fields}


class Every(dict[str, str]):
    """A map in which every id stands for itself."""

    def get(self, key: str, default: Any = None) -> Any:
        return key or default


def _itself(ids: IdMap, name: str) -> None:
    ids._found[name] = Every()


@pytest.mark.parametrize("resource", [one for one in SHAPES if one in MAIN])
def test_field_when_it_alone_differs_then_it_alone_is_found(resource: str, samples: Records) -> None:
    (record,) = samples[resource].values()
    missed = []
    for column in SHAPES[resource].columns:
        here, there = dict(copy.deepcopy(record)), dict(copy.deepcopy(record))
        if column.given:
            changed(here, column)
            there = copy.deepcopy(here)
        if not changed(there, column):
            missed.append(column.name)
            continue
        found = found_in(resource, here, there, samples)
        if column.name in {"LineItems", "JournalLines"}:
            assert column.name in found
        else:
            assert found == {column.name}, column.name
    assert missed == []


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_fields_when_some_differ_then_exactly_those_are_found(data: st.DataObject, samples: Records) -> None:
    resource = data.draw(st.sampled_from([one for one in SHAPES if one in MAIN]))
    columns = [one for one in SHAPES[resource].columns if one.name not in {"LineItems", "JournalLines"}]
    chosen = data.draw(st.lists(st.sampled_from(columns), unique_by=lambda one: one.name, max_size=6))
    (record,) = samples[resource].values()
    here = dict(copy.deepcopy(record))
    for column in chosen:
        if column.given:
            changed(here, column)
    there = copy.deepcopy(here)
    done = {column.name for column in chosen if changed(there, column)}
    assert found_in(resource, here, there, samples) == done


SPELLINGS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"Date": "/Date(1746144000000+0000)/"}, {"DateString": "2025-05-02T00:00:00"}),
    ({"Total": Decimal("12.50")}, {"Total": "12.5000"}),
    ({"Total": Decimal("0.00")}, {}),
    ({"Reference": None}, {"Reference": ""}),
    ({"Reference": "two\r\nlines "}, {"Reference": "two\nlines"}),
    ({"LineItems": []}, {"LineItems": None}),
    ({"SentToContact": False}, {}),
    ({"CurrencyRate": Decimal("1.0000000000")}, {}),
    ({"BrandingThemeID": ""}, {"BrandingThemeID": "one of Xero's own"}),
    ({"HasAttachments": True, "FullyPaidOnDate": "/Date(0)/", "UpdatedDateUTC": "x"}, {}),
]


@pytest.mark.parametrize(("here", "there"), SPELLINGS)
def test_value_when_only_spelt_otherwise_then_it_is_equal(
    here: dict[str, Any], there: dict[str, Any], samples: Records
) -> None:
    assert found_in("invoices", here, there, samples) == set()


def test_shapes_when_read_then_what_never_comes_back_is_not_among_them() -> None:
    compared_names = {column.name for shape in SHAPES.values() for column in shape.columns}
    for name in ("LineItems.LineItemID", "UpdatedDateUTC", "HasAttachments", "FullyPaidOnDate", "Balances"):
        assert name not in compared_names
    assert all(sentence.endswith(".") for sentence in NEVER.values())
    assert datetime(2026, 1, 1, tzinfo=UTC) < NOON
