"""What sealed stages of a run hold before it is published, and resources that several stages fill."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.errors import VaultDamaged
from bot.vault import Books, Draft, Rest
from tests.unit.vault.conftest import Shop


@pytest.fixture
def books(shop: Shop) -> Books:
    return shop.books


def _begin(books: Books, run: str) -> Draft:
    return books.draft(run, datetime(2026, 11, 22, tzinfo=UTC))


def _add(draft: Draft, stage: str, resource: str, *, gone: tuple[str, ...] = (), **records: bytes) -> None:
    open_stage = draft.stage(stage)
    for record_id, raw in records.items():
        open_stage.add(resource, record_id, raw)
    open_stage.finish(resource, complete=True, facts={"stage": stage}, rest=Rest.STAND, gone=gone)
    open_stage.seal({})


def test_placed_when_stages_are_sealed_then_gives_new_and_changed_records(books: Books) -> None:
    first = _begin(books, "r1")
    _add(first, "one", "invoices", a=b"1", b=b"2")
    first.publish({})
    second = _begin(books, "r2")
    _add(second, "one", "invoices", a=b"1", b=b"3", c=b"4")
    found = {one.record_id: one.raw for one in second.placed({"invoices"})}
    assert found == {"b": b"3", "c": b"4"}
    assert list(second.placed({"contacts"})) == []


def test_placed_when_a_record_is_as_it_was_before_the_last_time_then_it_is_given(books: Books) -> None:
    for run, raw in (("r1", b"1"), ("r2", b"2")):
        draft = _begin(books, run)
        _add(draft, "one", "invoices", a=raw)
        draft.publish({})
    third = _begin(books, "r3")
    _add(third, "one", "invoices", a=b"1")
    assert [(one.record_id, one.raw) for one in third.placed({"invoices"})] == [("a", b"1")]


def test_resource_when_several_stages_fill_it_then_it_is_one_whole(books: Books) -> None:
    first = _begin(books, "r1")
    _add(first, "fill 1", "history", a=b"1", b=b"2")
    _add(first, "fill 2", "history", c=b"3")
    first.publish({})
    second = _begin(books, "r2")
    _add(second, "fill 1", "history", a=b"9", gone=("b",))
    _add(second, "fill 2", "history", d=b"4")
    assert second.gone("history") == {"b"}
    entry = second.publish({}).resources["history"]
    assert (entry.count, entry.new, entry.changed, entry.gone) == (3, 1, 1, 1)
    assert entry.facts == {"stage": "fill 2"}
    snapshot = books.snapshots()[-1]
    assert {one.record_id: one.raw for one in books.records(snapshot, "history")} == {
        "a": b"9",
        "c": b"3",
        "d": b"4",
    }
    assert books.verify(full=True).problems == ()
    books.reindex()
    assert len(list(books.records(books.snapshots()[-1], "history"))) == 3


def test_stages_when_opened_again_by_another_process_then_go_on(books: Books) -> None:
    _add(_begin(books, "r1"), "fill 1", "history", a=b"1")
    again = _begin(books, "r1")
    assert [one.record_id for one in again.placed({"history"})] == ["a"]
    _add(again, "fill 2", "history", b=b"2")
    assert again.publish({}).resources["history"].count == 2


def test_stages_when_two_tell_of_the_same_record_then_nothing_is_published(books: Books) -> None:
    first = _begin(books, "r1")
    _add(first, "one", "history", a=b"1", b=b"1")
    first.publish({})
    for run, told in (("r2", {"a": b"3"}), ("r3", {})):
        draft = _begin(books, run)
        _add(draft, "fill 1", "history", a=b"2")
        _add(draft, "fill 2", "history", gone=() if told else ("a",), **told)
        with pytest.raises(VaultDamaged, match="same record"):
            draft.publish({})
    twice = _begin(books, "r4")
    _add(twice, "fill 1", "history", gone=("b",))
    _add(twice, "fill 2", "history", gone=("b",), c=b"1")
    entry = twice.publish({}).resources["history"]
    assert (entry.count, entry.new, entry.changed, entry.gone) == (2, 1, 0, 1)
    assert books.verify(full=True).problems == ()


def test_placed_when_a_record_was_overtaken_in_its_stage_then_only_the_last_is_given(books: Books) -> None:
    draft = _begin(books, "r1")
    stage = draft.stage("one")
    stage.add_many("invoices", [("a", b"1"), ("b", b"1"), ("a", b"2")])
    stage.finish("invoices", complete=True, facts={})
    stage.add("contacts", "c", b"1")
    stage.finish("contacts", complete=True, facts={})
    stage.seal({})
    assert sorted((one.record_id, one.raw) for one in draft.placed({"invoices"})) == [
        ("a", b"2"),
        ("b", b"1"),
    ]
    assert draft.publish({}).resources["invoices"].count == 2
    assert books.verify(full=True).problems == ()
