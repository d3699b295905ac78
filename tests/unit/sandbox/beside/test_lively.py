"""What the lively organisation holds beside its books."""

from __future__ import annotations

import gc
import weakref
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.sandbox.xero.beside import beside_of
from bot.sandbox.xero.demo import build_organisation, companies
from bot.sandbox.xero.demo.volume import volume
from bot.sandbox.xero.projection import render, whole_list_view


def _now() -> datetime:
    return datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def _all(reader: Any) -> list[bytes]:
    """Give the bytes of every list there is."""
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("files", "Files", {"pagesize": 100}),
        ("files", "Folders", {}),
        ("assets", "AssetTypes", {}),
        ("assets", "Settings", {}),
        *(("assets", "Assets", {"status": status}) for status in ("DRAFT", "REGISTERED", "DISPOSED")),
        ("projects", "Projects", {}),
        ("projects", "ProjectsUsers", {}),
        *(("projects", f"Projects/{one}/Time", {}) for one in reader.beside.projects.projects),
    ]
    return [reader.get(api, path, **query).raw for api, path, query in asked]


def test_lively_when_built_twice_from_one_seed_then_the_same_bytes(
    lively: Any, open_reader: Callable[..., Any]
) -> None:
    assert _all(open_reader("lively", now=_now)) == _all(lively)
    assert _all(open_reader("lively", now=_now, seed=8)) != _all(lively)


def test_lively_when_built_then_there_is_something_of_everything(lively: Any) -> None:
    files = list(lively.beside.files.files.values())
    assert Counter(one.name for one in files)["scan.pdf"] == 10
    assert {0, 2_000_000} <= {one.size for one in files}
    assert all(len(one.read()) == one.size for one in files)
    assert len({one.read() for one in files if one.name == "scan.pdf"}) == 10
    assert any(ord(letter) > 0xFFFF for one in files for letter in one.name)
    assert any("\u0600" <= letter <= "\u06ff" for one in files for letter in one.name)
    assert len({one.folder_id for one in files}) == len(lively.beside.files.folders) == 4
    groups = {link.group for one in files for link in one.links}
    assert groups == {"Invoice", "Contact", "BankTransaction"}
    assert max(one.created_at for one in files) < lively.org.now()
    assert len(lively.beside.assets.types) == 6
    states = Counter(one["assetStatus"] for one in lively.beside.assets.assets.values())
    assert (states["Draft"], states["Registered"], states["Disposed"]) == (4, 12, 4)


def test_lively_when_files_belong_to_records_then_the_records_exist(lively: Any) -> None:
    held = {record_id for shelf in lively.org.shelves.values() for record_id in shelf.records}
    links = {link.object_id for one in lively.beside.files.files.values() for link in one.links}
    accounts = {
        kind[name]
        for kind in lively.beside.assets.types.values()
        for name in kind
        if name.endswith("AccountId")
    }
    contacts = {one.contact_id for one in lively.beside.projects.projects.values()}
    assert links | accounts | contacts | set(lively.beside.projects.workers) <= held
    assert links


def test_books_when_built_without_what_stands_beside_them_then_the_same_bytes(
    lively: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(companies, "fill_beside", lambda _: None)
    bare = build_organisation("lively", seed=7, now=_now)
    assert beside_of(bare).files.files == {}
    for name, shelf in bare.shelves.items():
        view, other = whole_list_view(shelf.collection), lively.org.shelf(name)
        assert [render(bare, shelf.collection, one, view) for one in shelf] == [
            render(lively.org, other.collection, one, view) for one in other
        ]


def test_volume_when_built_then_nothing_stands_beside_it() -> None:
    beside = beside_of(volume("many", invoices=3))
    assert (beside.files.files, beside.assets.assets, beside.projects.projects) == ({}, {}, {})
    assert len(beside.files.folders) == 1


def test_organisation_when_nobody_needs_it_any_more_then_nothing_beside_it_keeps_it() -> None:
    org = build_organisation("fresh-uk", seed=7, now=_now)
    beside_of(org).files.add_file("a.txt", b"a")
    gone = weakref.ref(org)
    del org
    gc.collect()
    assert gone() is None
