"""Back up, list, read, compare: the vault through its front door."""

from __future__ import annotations

import io
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.crypto import KeyRing, new_key
from bot.errors import AlreadyRunning, Refused, UnknownSnapshot, VaultDamaged, WrongKey
from bot.vault import Change, ResourceStatus, Store, Vault, new_data_key

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def test_first_backup_reads_back_byte_for_byte_in_id_order(shop: Any) -> None:
    state = {"b": b'{"B": 1.10}', "a": b'{ "A" : "\xc3\xa9" }', "c": b""}
    snapshot = shop.back_up(invoices=state)
    records = list(shop.books.records(snapshot, "invoices"))
    assert [record.record_id for record in records] == ["a", "b", "c"]
    assert {record.record_id: record.raw for record in records} == state
    entry = snapshot.resources["invoices"]
    assert (entry.count, entry.new, entry.changed, entry.gone) == (3, 3, 0, 0)
    assert (snapshot.number, snapshot.facts, snapshot.stages) == (
        1,
        {"organisation": "Demo"},
        {"invoices": {"read": 3}},
    )


def test_some_when_records_lie_in_several_packs_then_gives_those_the_snapshot_holds(shop: Any) -> None:
    first = shop.back_up(invoices={"a": b"1", "b": b"1", "c": b"1" * 70_000, "d": b"1"})
    second = shop.back_up(invoices={"a": b"1", "b": b"2", "c": b"1" * 70_000})
    wanted = ["d", "c", "b", "none"]
    then = {one.record_id: one.raw for one in shop.books.some(first, "invoices", wanted)}
    now = {one.record_id: one.raw for one in shop.books.some(second, "invoices", wanted)}
    assert then == {"b": b"1", "c": b"1" * 70_000, "d": b"1"}
    assert now == {"b": b"2", "c": b"1" * 70_000}
    assert list(shop.books.some(second, "nothing", wanted)) == []
    assert list(shop.books.some(second, "invoices", [])) == []


def test_second_backup_tells_new_changed_gone_and_same(shop: Any) -> None:
    first = shop.back_up(invoices={"a": b"1", "b": b"1", "c": b"1"})
    draft = shop.books.draft("next", START)
    stage = draft.stage("x")
    assert stage.add("invoices", "a", b"1") is Change.SAME
    assert stage.add("invoices", "b", b"2") is Change.CHANGED
    assert stage.add("invoices", "d", b"1") is Change.NEW
    entry = stage.finish("invoices", complete=True, facts={"calls": 1})
    assert (entry.count, entry.new, entry.changed, entry.gone, entry.facts) == (3, 1, 1, 1, {"calls": 1})
    stage.seal({})
    second = draft.publish({})
    assert shop.read(second, "invoices") == {"a": b"1", "b": b"2", "d": b"1"}
    assert shop.read(first, "invoices") == {"a": b"1", "b": b"1", "c": b"1"}
    difference = shop.books.diff(first, second)["invoices"]
    assert (difference.new, difference.changed, difference.gone) == (["d"], ["b"], ["c"])
    back = shop.books.diff(second, first)["invoices"]
    assert (back.new, back.changed, back.gone) == (["c"], ["b"], ["d"])


def test_partial_resource_carries_unseen_records_forward(shop: Any) -> None:
    shop.back_up(invoices={"a": b"1", "b": b"1"})
    second = shop.back_up(complete=False, invoices={"b": b"2"})
    assert shop.read(second, "invoices") == {"a": b"1", "b": b"2"}
    assert second.resources["invoices"].status is ResourceStatus.PARTIAL
    assert not second.complete
    third = shop.back_up(complete=False, invoices={})
    assert third.resources["invoices"].status is ResourceStatus.CARRIED
    assert third.resources["invoices"].gone == 0
    assert shop.read(third, "invoices") == {"a": b"1", "b": b"2"}


def test_resource_that_a_run_did_not_touch_is_carried_and_says_from_where(shop: Any) -> None:
    shop.back_up(invoices={"a": b"1"}, contacts={"x": b"1"})
    shop.back_up(contacts={"x": b"2"})
    third = shop.back_up(contacts={"x": b"3"})
    entry = third.resources["invoices"]
    assert (entry.status, entry.count, entry.new) == (ResourceStatus.CARRIED, 1, 0)
    assert entry.facts["carried_from"] == 1
    assert shop.read(third, "invoices") == {"a": b"1"}


def test_unchanged_backup_stores_no_pack(shop: Any) -> None:
    state = {str(number): b"x" * 100 for number in range(50)}
    shop.back_up(invoices=state)
    packs = [name for name in shop.objects() if "/packs/" in name]
    second = shop.back_up(invoices=state)
    assert second.bytes_added == 0
    assert [name for name in shop.objects() if "/packs/" in name] == packs
    assert shop.read(second, "invoices") == state


def test_record_that_changes_back_refers_to_its_old_place(shop: Any) -> None:
    big = bytes(range(256)) * 400
    first = shop.back_up(invoices={"a": big})
    shop.back_up(invoices={"a": b"other"})
    third = shop.back_up(invoices={"a": big})
    assert third.bytes_added < 2000
    assert third.resources["invoices"].changed == 1
    assert shop.read(third, "invoices") == {"a": big}
    assert shop.books.diff(first, third) == {}


def test_record_that_comes_back_after_it_was_gone_is_new_again(shop: Any) -> None:
    shop.back_up(invoices={"a": b"1" * 5000, "b": b"2"})
    shop.back_up(invoices={"b": b"2"})
    third = shop.back_up(invoices={"a": b"1" * 5000, "b": b"2"})
    assert (third.resources["invoices"].new, third.resources["invoices"].count) == (1, 2)
    assert shop.read(third, "invoices") == {"a": b"1" * 5000, "b": b"2"}


@pytest.mark.parametrize(
    ("versions", "count"),
    [
        ([b"1", b"2"], 1),
        ([b"2", b"1"], 0),
        ([b"2", b"3", b"2"], 1),
        ([b"1", b"2", b"1"], 0),
        ([b"2", b"2"], 1),
    ],
)
def test_record_seen_twice_in_a_stage_counts_once_and_the_last_wins(
    shop: Any, versions: list[bytes], count: int
) -> None:
    shop.back_up(invoices={"a": b"1", "b": b"1"})
    draft = shop.books.draft("next", START)
    stage = draft.stage("x")
    for raw in versions:
        stage.add("invoices", "a", raw)
    stage.add("invoices", "b", b"1")
    entry = stage.finish("invoices", complete=True, facts={})
    assert (entry.count, entry.new, entry.changed, entry.gone) == (2, 0, count, 0)
    stage.seal({})
    snapshot = draft.publish({})
    assert shop.read(snapshot, "invoices") == {"a": versions[-1], "b": b"1"}
    shop.forget_cache()
    assert shop.read(snapshot, "invoices") == {"a": versions[-1], "b": b"1"}


def test_file_of_many_pieces_reads_back_and_is_stored_once(shop: Any) -> None:
    content = bytes(range(251)) * 40_000  # 10 MB
    for run, change in enumerate([Change.NEW, Change.SAME]):
        draft = shop.books.draft(f"files {run}", START)
        stage = draft.stage("files")
        stage.add("invoices", f"i{run}", b"{}")
        assert stage.add_blob("files", "f1", io.BytesIO(content)) is change
        stage.add_blob("files", "empty", io.BytesIO(b""))
        stage.finish("invoices", complete=True, facts={})
        stage.finish("files", complete=True, facts={})
        stage.seal({})
        snapshot = draft.publish({})
    assert snapshot.bytes_added < 5000
    assert shop.read(snapshot, "files") == {"f1": content, "empty": b""}
    record = shop.books.record(snapshot, "files", "f1")
    assert record.raw == content
    assert shop.books.verify(full=True).problems == ()


def test_files_that_fill_a_pack_go_on_in_the_next(shop: Any) -> None:
    files = {str(number): bytes([number]) * 3_500_000 for number in range(8)}
    draft = shop.books.draft("files", START)
    stage = draft.stage("files")
    for name, content in files.items():
        stage.add_blob("files", name, io.BytesIO(content))
    stage.finish("files", complete=True, facts={})
    stage.seal({})
    snapshot = draft.publish({})
    assert sum("/packs/" in name for name in shop.objects()) == 2
    assert shop.read(snapshot, "files") == files


def test_record_and_snapshot_lookups(shop: Any) -> None:
    with pytest.raises(UnknownSnapshot):
        shop.books.snapshot("latest")
    first = shop.back_up(invoices={"a": b"1"})
    second = shop.back_up(invoices={"a": b"2"})
    assert shop.books.snapshot("latest") == second
    assert shop.books.snapshot(first.id[:15]) == first
    assert [info.number for info in shop.books.snapshots()] == [1, 2]
    assert shop.books.record(first, "invoices", "a").raw == b"1"
    assert shop.books.record(first, "invoices", "nope") is None
    assert shop.books.record(first, "nope", "a") is None
    assert list(shop.books.records(first, "nope")) == []
    for unknown in ("", "zz"):
        with pytest.raises(UnknownSnapshot):
            shop.books.snapshot(unknown)


def test_previous_count(shop: Any) -> None:
    assert shop.books.previous_count("invoices") is None
    shop.back_up(invoices={"a": b"1", "b": b"2"})
    assert shop.books.previous_count("invoices") == 2
    assert shop.books.previous_count("contacts") is None


def test_publish_twice_gives_the_same_snapshot(shop: Any) -> None:
    draft = shop.books.draft("run", START)
    stage = draft.stage("x")
    stage.add("invoices", "a", b"1")
    stage.finish("invoices", complete=True, facts={})
    stage.seal({"n": 1})
    published = draft.publish({"f": 1})
    assert draft.publish({"f": 2}) == published
    again = shop.books.draft("run", START)
    assert again.stages_done() == {"x": {"n": 1}}
    assert again.publish({}) == published
    with pytest.raises(Refused):
        again.stage("x")
    assert len(shop.books.snapshots()) == 1
    assert not any("/drafts/" in name for name in shop.objects())


def test_draft_opened_again_goes_on_after_its_sealed_stages(shop: Any) -> None:
    draft = shop.books.draft("run", START)
    done, lost = draft.stage("done"), draft.stage("lost")
    done.add("invoices", "a", b"1")
    done.finish("invoices", complete=True, facts={})
    done.seal({"calls": 3})
    lost.add("contacts", "c", b"half")
    again = shop.books.draft("run", START)
    assert again.stages_done() == {"done": {"calls": 3}}
    stage = again.stage("lost")
    stage.add("contacts", "d", b"whole")
    stage.finish("contacts", complete=True, facts={})
    stage.seal({})
    snapshot = again.publish({})
    assert shop.read(snapshot, "contacts") == {"d": b"whole"}
    assert shop.read(snapshot, "invoices") == {"a": b"1"}
    assert shop.books.verify(full=True).problems == ()


def test_stage_begun_again_no_longer_counts_its_sealed_attempt(shop: Any) -> None:
    draft = shop.books.draft("run", START)
    for raw in (b"first", b"second"):
        stage = draft.stage("x")
        stage.add("invoices", "a", raw)
        stage.finish("invoices", complete=True, facts={})
        stage.seal({"raw": raw.decode()})
    assert draft.stages_done() == {"x": {"raw": "second"}}
    assert shop.read(draft.publish({}), "invoices") == {"a": b"second"}


def test_two_runs_at_once_publish_one_snapshot_and_refuse_the_other(shop: Any) -> None:
    drafts = [shop.books.draft(run, START) for run in ("one", "two")]
    for number, draft in enumerate(drafts):
        stage = draft.stage("x")
        stage.add("invoices", f"a{number}", b"1")
        stage.finish("invoices", complete=True, facts={})
        stage.seal({})
    drafts[0].publish({})
    with pytest.raises(AlreadyRunning) as caught:
        drafts[1].publish({})
    assert caught.value.run_id == "one"
    again = shop.books.draft("two", START)
    assert again.stages_done() == {}  # built upon a state that is no longer the newest
    assert [info.run_id for info in shop.books.snapshots()] == ["one"]


def test_publish_without_a_sealed_stage_refuses(shop: Any) -> None:
    draft = shop.books.draft("run", START)
    draft.stage("x").add("invoices", "a", b"1")
    with pytest.raises(Refused):
        draft.publish({})
    assert shop.books.snapshots() == []


def test_discard_forgets_the_sealed_stages(shop: Any) -> None:
    draft = shop.books.draft("run", START)
    stage = draft.stage("x")
    stage.finish("invoices", complete=True, facts={})
    stage.seal({})
    draft.discard()
    assert shop.books.draft("run", START).stages_done() == {}


def test_stage_misused_says_so(shop: Any) -> None:
    draft = shop.books.draft("run", START)
    stage = draft.stage("x")
    stage.add("invoices", "a", b"1")
    with pytest.raises(ValueError, match="finished"):
        stage.seal({})
    stage.finish("invoices", complete=True, facts={})
    with pytest.raises(ValueError, match="finished"):
        stage.add("invoices", "b", b"1")
    stage.seal({})
    with pytest.raises(ValueError, match="sealed"):
        stage.add("contacts", "b", b"1")


def test_thirtieth_snapshot_lists_everything_and_can_stand_alone(shop: Any) -> None:
    model: dict[str, bytes] = {}
    for number in range(1, 32):
        model[f"r{number % 7}"] = f"{number}".encode() * 50
        model.pop(f"r{number % 5}", None)
        snapshot = shop.back_up(invoices=model, contacts={"c": b"always"})
    heads = sorted(name for name in shop.objects() if "/heads/" in name)
    for name in heads[:29]:
        shop.store.delete(name)
    shop.forget_cache()
    assert [info.number for info in shop.books.snapshots()] == [30, 31]
    assert shop.read(snapshot, "invoices") == model
    assert shop.read(snapshot, "contacts") == {"c": b"always"}
    assert shop.books.verify(full=True).problems == ()


def test_reindex_and_a_lost_cache_lose_nothing(shop: Any) -> None:
    first = shop.back_up(invoices={"a": b"1", "b": b"2"})
    second = shop.back_up(invoices={"a": b"3"})
    assert shop.books.reindex() == 2
    shop.forget_cache()
    assert shop.books.snapshots() == [first, second]
    assert shop.read(first, "invoices") == {"a": b"1", "b": b"2"}
    assert shop.read(second, "invoices") == {"a": b"3"}


def test_cache_file_that_is_garbage_is_rebuilt(shop: Any) -> None:
    snapshot = shop.back_up(invoices={"a": b"1"})
    path = next(path for path in (shop.root / "cache").rglob("*.index"))
    shop.forget_cache()
    new = shop.root / shop.cache / path.relative_to(shop.root / "cache")
    new.parent.mkdir(parents=True)
    new.write_bytes(b"this is no database" * 1000)
    with pytest.raises(Exception, match="being rebuilt"):
        shop.books.snapshots()
    assert shop.books.snapshots() == [snapshot]


def test_cache_with_a_wrong_row_is_noticed(shop: Any) -> None:
    snapshot = shop.back_up(invoices={"a": b"1", "b": b"2"})
    path = next((shop.root / "cache").rglob("*.index"))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE rows SET last = 0 WHERE record = 'b'")
    connection.close()
    with pytest.raises(VaultDamaged, match="rebuild the index"):
        list(shop.books.records(snapshot, "invoices"))
    shop.books.reindex()
    assert shop.read(snapshot, "invoices") == {"a": b"1", "b": b"2"}


def test_cache_that_points_to_the_wrong_place_is_noticed(shop: Any) -> None:
    snapshot = shop.back_up(invoices={"a": b"first", "b": b"other"})
    shop.back_up(invoices={"a": b"first", "b": b"other"})
    path = next((shop.root / "cache").rglob("*.index"))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE rows SET offset = 5 - offset")
    connection.commit()
    connection.close()
    with pytest.raises(VaultDamaged, match="not the one"):
        list(shop.books.records(snapshot, "invoices"))
    with pytest.raises(VaultDamaged, match="not the one"):
        shop.books.record(snapshot, "invoices", "a")


def test_cache_made_for_another_key_is_made_anew(shop: Any) -> None:
    shop.back_up(invoices={"a": b"1"})
    shop.store, shop.data_key = Store.open("memory:///", {}), new_data_key()
    assert shop.books.snapshots() == []


def test_cache_holds_no_record_content(shop: Any) -> None:
    shop.back_up(invoices={"a": b"Jane Doe owes 1240.00"})
    cached = b"".join(path.read_bytes() for path in (shop.root / "cache").rglob("*") if path.is_file())
    assert b"Jane" not in cached
    assert b"Demo" not in cached


def test_store_holds_no_plaintext_and_plain_names(shop: Any) -> None:
    shop.back_up(invoices={"secret-id": b"Jane Doe owes 1240.00" * 10})
    for name, data in shop.objects().items():
        assert b"Jane" not in data
        assert b"secret-id" not in data
        assert b"invoices" not in data
        assert "invoices" not in name


def test_destroy_deletes_every_object_of_the_organisation_only(shop: Any) -> None:
    shop.back_up(invoices={"a": b"1"})
    other = shop.vault.books("T1", "org-2", shop.data_key)
    stage = (draft := other.draft("run", START)).stage("x")
    stage.add("invoices", "a", b"1")
    stage.finish("invoices", complete=True, facts={})
    stage.seal({})
    draft.publish({})
    assert shop.books.destroy() == 3
    assert shop.books.snapshots() == []
    assert not any("/o/org-1/" in name for name in shop.objects())
    assert len(other.snapshots()) == 1
    shop.back_up(invoices={"b": b"1"})
    assert len(shop.books.snapshots()) == 1


def test_keys_can_be_rotated_and_the_data_key_found_again(shop: Any) -> None:
    snapshot = shop.back_up(invoices={"a": b"1"})
    old = shop.ring
    entry = new_key("second")
    shop.ring = KeyRing.parse(entry)
    with pytest.raises(WrongKey):
        shop.vault.data_key("T1")
    shop.ring = KeyRing((*KeyRing.parse(entry).ids, *old.ids), {**KeyRing.parse(entry)._keys, **old._keys})
    shop.vault.rewrap("T1", shop.data_key)
    shop.ring = KeyRing.parse(entry)
    assert shop.vault.data_key("T1") == shop.data_key
    assert shop.read(snapshot, "invoices") == {"a": b"1"}
    assert [name for name in shop.objects() if "/keys/" in name] == ["w/T1/keys/second"]


def test_daily_check_reads_every_pack_within_thirty_days(shop: Any) -> None:
    for number in range(6):
        shop.back_up(invoices={str(number): b"x" * 50})
    read = 0
    for _ in range(30):
        shop.time += timedelta(days=1)
        report = shop.books.verify()
        assert report.problems == ()
        read += report.records
    assert read == 6


def test_wrong_data_key_is_said_first(shop: Any) -> None:
    shop.back_up(invoices={"a": b"1"})
    shop.forget_cache()
    books = shop.vault.books("T1", "org-1", new_data_key())
    with pytest.raises(WrongKey):
        books.snapshots()
    with pytest.raises(WrongKey):
        books.draft("run", START)
    assert any("key" in problem for problem in books.verify().problems)


def test_shred_leaves_nothing_that_opens(shop: Any) -> None:
    shop.back_up(invoices={"a": b"1"})
    assert shop.vault.shred("T1") == 1
    with pytest.raises(WrongKey):
        shop.vault.data_key("T1")


@pytest.mark.parametrize("bad", ["", "a/b", "../x", "a b", "é", "x" * 65])
def test_ids_that_cannot_name_objects_are_refused(shop: Any, bad: str, tmp_path: Path) -> None:
    vault = Vault(shop.store, shop.ring, tmp_path, now=shop.now)
    with pytest.raises(ValueError, match="not an id"):
        vault.books(bad, "o", shop.data_key)
    with pytest.raises(ValueError, match="not an id"):
        vault.books("T", bad, shop.data_key)
