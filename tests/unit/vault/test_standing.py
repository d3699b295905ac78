"""A resource that was read only in part, because the rest is known to stand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.vault import Change, ResourceEntry, ResourceStatus, Rest, SnapshotInfo
from bot.vault import stage as stages
from bot.vault.index import Index

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def update(shop: Any, seen: Mapping[str, bytes], gone: Collection[str] = ()) -> SnapshotInfo:
    shop.runs += 1
    draft = shop.books.draft(f"run {shop.runs}", START)
    stage = draft.stage("x")
    for record_id, raw in seen.items():
        stage.add("invoices", record_id, raw)
    stage.finish("invoices", complete=True, facts={"since": 1}, rest=Rest.STAND, gone=gone)
    stage.seal({})
    found: SnapshotInfo = draft.publish({})
    return found


def counts(entry: ResourceEntry) -> tuple[int, int, int, int]:
    return (entry.count, entry.new, entry.changed, entry.gone)


def test_records_not_seen_stand_and_only_those_named_go(shop: Any) -> None:
    shop.back_up(invoices={"a": b"1", "b": b"1", "c": b"1"}, contacts={"x": b"1"})
    second = update(shop, {"a": b"2", "d": b"1"}, gone=["c", "c", "never there"])
    entry = second.resources["invoices"]
    assert entry.status is ResourceStatus.COMPLETE
    assert (counts(entry), entry.facts) == ((3, 1, 1, 1), {"since": 1})
    state = {"a": b"2", "b": b"1", "d": b"1"}
    assert shop.read(second, "invoices") == state
    shop.forget_cache()
    assert shop.read(second, "invoices") == state
    assert shop.books.verify(full=True).problems == ()
    third = shop.back_up(invoices=state)
    assert counts(third.resources["invoices"]) == (3, 0, 0, 0)
    assert third.resources["invoices"].root == entry.root


def test_record_that_was_seen_stands_even_where_it_is_named_as_gone(shop: Any) -> None:
    shop.back_up(invoices={"a": b"1", "b": b"1"})
    second = update(shop, {"a": b"2", "new": b"1"}, gone=["a", "b", "new"])
    assert shop.read(second, "invoices") == {"a": b"2", "new": b"1"}
    assert second.resources["invoices"].gone == 1


def test_first_backup_may_let_the_rest_stand(shop: Any) -> None:
    first = update(shop, {"a": b"1"}, gone=["b"])
    assert counts(first.resources["invoices"]) == (1, 1, 0, 0)
    assert shop.read(first, "invoices") == {"a": b"1"}


def test_ids_named_as_gone_are_refused_where_the_rest_does_not_stand(shop: Any) -> None:
    shop.back_up(invoices={"a": b"1"})
    stage = shop.books.draft("next", START).stage("x")
    for complete, rest in ((True, Rest.GONE), (False, Rest.STAND)):
        with pytest.raises(ValueError, match="rest stands"):
            stage.finish("invoices", complete=complete, facts={}, rest=rest, gone=["a"])


def test_nothing_changed_since_costs_no_new_root(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = shop.back_up(invoices={"a": b"1", "b": b"1"})
    monkeypatch.setattr(stages, "merkle_root", None)
    second = update(shop, {"a": b"1"})
    assert counts(second.resources["invoices"]) == (2, 0, 0, 0)
    assert second.resources["invoices"].root == first.resources["invoices"].root


def test_carried_resource_is_complete_and_as_before(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = shop.back_up(invoices={"a": b"1", "b": b"2"})
    draft = shop.books.draft("next", START)
    assert draft.base == first
    stage = draft.stage("x")
    with monkeypatch.context() as patch:
        patch.setattr(Index, "versions_at", None)  # no record of it is looked at
        entry = stage.carry("invoices", facts={"read_at": "then"})
        none = stage.carry("quotes", facts={})
        stage.seal({})
    assert (entry.status, counts(entry)) == (ResourceStatus.COMPLETE, (2, 0, 0, 0))
    assert (none.status, counts(none)) == (ResourceStatus.COMPLETE, (0, 0, 0, 0))
    second = draft.publish({})
    assert second.complete
    assert second.bytes_added == 0
    assert second.resources["invoices"].facts == {"read_at": "then"}
    assert shop.read(second, "invoices") == {"a": b"1", "b": b"2"}
    assert shop.books.verify(full=True).problems == ()


def test_resource_in_work_or_finished_cannot_be_carried(shop: Any) -> None:
    stage = shop.books.draft("run", START).stage("x")
    stage.add("invoices", "a", b"1")
    stage.carry("contacts", facts={})
    for resource in ("invoices", "contacts"):
        with pytest.raises(ValueError, match=resource):
            stage.carry(resource, facts={})
    with pytest.raises(ValueError, match="finished"):
        stage.add("contacts", "a", b"1")


def test_stage_tells_what_the_snapshot_before_holds(shop: Any) -> None:
    empty = shop.books.draft("first", START)
    assert empty.base is None
    assert empty.stage("x").base_versions("invoices") == {}
    assert empty.stage("x").read("invoices", "a") is None
    first = shop.back_up(invoices={"a": b"one", "b": b"two"})
    stage = shop.books.draft("next", START).stage("x")
    versions = {record.record_id: record.version_id for record in shop.books.records(first, "invoices")}
    before = stage.base_versions("invoices")
    assert {record_id: version.hex() for record_id, version in before.items()} == versions
    assert stage.add("invoices", "c", b"three") is Change.NEW
    assert [stage.has("invoices", one) for one in "abcd"] == [True, True, True, False]
    assert stage.has("quotes", "a") is False
    assert stage.read("invoices", "b") == b"two"
    assert stage.read("invoices", "c") is None
    stage.finish("invoices", complete=True, facts={})
    assert stage.base_versions("invoices").keys() == {"a", "b"}
    stage.seal({})  # what was only asked about need not be finished
