"""Writing: threads, failures of the store, and what must cost nothing."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from obstore.store import MemoryStore

from bot.crypto import CounterBox, KeyRing, new_key
from bot.errors import StoreUnavailable
from bot.vault import Books, Change, Store, Vault, new_data_key
from bot.vault import packing as packs
from bot.vault.keys import BookKeys
from bot.vault.merkle import merkle_root
from bot.vault.names import Place
from bot.vault.pack import ChunkKind
from bot.vault.spool import Spool

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


class CountingStore(Store):
    """Counts every operation, and refuses packs while told to."""

    def __init__(self) -> None:
        super().__init__(MemoryStore())
        self.calls: Counter[str] = Counter()
        self.refuse = False

    def get(self, name: str) -> bytes:
        self.calls["get"] += 1
        return super().get(name)

    def get_ranges(self, name: str, spans: Any) -> list[bytes]:
        self.calls["get_ranges"] += 1
        return super().get_ranges(name, spans)

    def put_new(self, name: str, data: bytes | bytearray | Spool) -> bool:
        self.calls["put_new"] += 1
        if self.refuse and "/packs/" in name:
            raise StoreUnavailable("The place where backups are kept is full.", full=True)
        return super().put_new(name, data)

    def list(self, prefix: str) -> Any:
        self.calls["list"] += 1
        return super().list(prefix)


@pytest.fixture
def store() -> CountingStore:
    return CountingStore()


@pytest.fixture
def books(store: CountingStore, tmp_path: Path) -> Books:
    ring = KeyRing.parse(new_key("ring"))
    return Vault(store, ring, tmp_path, now=lambda: START, tool="t").books("T1", "o1", new_data_key())


def back_up(books: Books, run: str, state: dict[str, bytes]) -> list[Change]:
    draft = books.draft(run, START)
    stage = draft.stage("x")
    changes = [stage.add("invoices", record_id, raw) for record_id, raw in state.items()]
    stage.finish("invoices", complete=True, facts={})
    stage.seal({})
    draft.publish({})
    return changes


def test_same_records_cost_no_access_to_the_store(books: Books, store: CountingStore) -> None:
    state = {str(number): b"x" * 100 for number in range(500)}
    back_up(books, "first", state)
    stage = books.draft("second", START).stage("x")
    store.calls.clear()
    assert {stage.add("invoices", record_id, raw) for record_id, raw in state.items()} == {Change.SAME}
    stage.finish("invoices", complete=True, facts={})
    assert not store.calls


def test_records_added_from_many_threads_are_all_kept_once(books: Books) -> None:
    draft = books.draft("run", START)
    stages = {name: draft.stage(name) for name in ("invoices", "contacts")}
    with ThreadPoolExecutor(8) as threads:
        for name, stage in stages.items():
            for number in range(2000):
                threads.submit(stage.add, name, f"r{number % 1500}", b"%d" % (number % 1500) * 300)
    for name, stage in stages.items():
        assert stage.finish(name, complete=True, facts={}).count == 1500
        stage.seal({})
    info = draft.publish({})
    for name in stages:
        found = {record.record_id: record.raw for record in books.records(info, name)}
        assert found == {f"r{number}": b"%d" % number * 300 for number in range(1500)}
    assert books.verify(full=True).problems == ()


def test_store_that_refuses_breaks_the_stage_and_a_new_attempt_works(
    books: Books, store: CountingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "PACK_ROWS", 10)
    draft = books.draft("run", START)
    stage = draft.stage("x")
    store.refuse = True
    for number in range(9):
        stage.add("invoices", str(number), b"1")
    with pytest.raises(StoreUnavailable, match="full"):
        stage.add("invoices", "tenth", b"1")
    store.refuse = False
    with pytest.raises(StoreUnavailable, match="start again"):
        stage.add("invoices", "later", b"1")
    with pytest.raises(StoreUnavailable, match="start again"):
        stage.seal({})
    again = draft.stage("x")
    for number in range(25):
        again.add("invoices", str(number), b"1")
    assert again.finish("invoices", complete=True, facts={}).count == 25
    again.seal({})
    assert draft.publish({}).resources["invoices"].count == 25
    assert books.verify(full=True).problems == ()


def test_packs_end_at_their_number_of_rows(
    books: Books, store: CountingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "PACK_ROWS", 100)
    back_up(books, "first", {f"{number:04}": b"%d" % number for number in range(450)})
    assert sum("/packs/" in item.name for item in Store.list(store, "w")) == 5
    info = books.snapshot("latest")
    assert [int(record.raw) for record in books.records(info, "invoices")] == list(range(450))


def test_reading_asks_once_per_pack_and_window(books: Books, store: CountingStore) -> None:
    back_up(books, "first", {str(number): bytes([number % 251]) * 5000 for number in range(1000)})
    info = books.snapshot("latest")
    store.calls.clear()
    assert sum(1 for _ in books.records(info, "invoices")) == 1000
    assert store.calls == {"get_ranges": 1}


def test_record_larger_than_a_chunk_reads_back(books: Books) -> None:
    state = {"small": b"s", "large": b"\0\1" * 3_000_000, "after": b"a"}
    back_up(books, "first", state)
    info = books.snapshot("latest")
    assert {record.record_id: record.raw for record in books.records(info, "invoices")} == state


def test_record_beyond_the_limit_is_refused(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.vault.stage.MAX_RECORD_BYTES", 10)
    with pytest.raises(ValueError, match="larger"):
        books.draft("run", START).stage("x").add("invoices", "a", b"x" * 11)


def test_two_vaults_on_one_cache_see_each_others_snapshots(store: CountingStore, tmp_path: Path) -> None:
    ring, key = KeyRing.parse(new_key("ring")), new_data_key()
    one, two = (
        Vault(store, ring, tmp_path, now=lambda: START, tool="t").books("T1", "o1", key) for _ in range(2)
    )
    assert two.snapshots() == []
    back_up(one, "first", {"a": b"1"})
    back_up(two, "second", {"a": b"2"})
    assert [info.run_id for info in one.snapshots()] == ["first", "second"]
    assert one.reindex() == 2
    assert [info.run_id for info in two.snapshots()] == ["first", "second"]


def test_record_ids_of_any_script_keep_one_order(books: Books) -> None:
    state = {"z": b"1", "é": b"2", "\U0001f600": b"3", "\uffff": b"4", "A": b"5", "": b"6"}
    back_up(books, "first", state)
    found = [record.record_id for record in books.records(books.snapshot("latest"), "invoices")]
    assert found == sorted(state)


def test_no_nonce_is_used_twice_under_one_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    keys = BookKeys.of(Place("T1", "o1"), new_data_key())
    used: list[int] = []
    store = Store.open("memory:///", {})
    writer = packs.PackWriter(keys, store.spool(tmp_path))
    seal = CounterBox.seal

    def noting(self: CounterBox, number: int, plaintext: bytes, bound_to: bytes) -> bytes:
        used.append(number)
        return seal(self, number, plaintext, bound_to)

    monkeypatch.setattr(CounterBox, "seal", noting)
    for number in range(5):
        writer.add("invoices", str(number), b"v" * 32, b"x" * packs.CHUNK_BYTES)
    writer.add_blob("files", "f", b"v" * 32, [b"1", b"2"])
    writer.add_table(ChunkKind.CHANGES, b"{}")
    writer.finish()
    assert len(used) == len(set(used)) == 9
    assert packs.PackWriter(keys, store.spool(tmp_path)).id != writer.id


def test_merkle_root_tells_sets_apart() -> None:
    items = [(str(number), bytes([number]) * 32) for number in range(7)]
    roots = {merkle_root(items[:count]) for count in range(8)}
    assert len(roots) == 8
    assert merkle_root([("ab", b"c" * 32)]) != merkle_root([("a", b"b" + b"c" * 31)])
    assert merkle_root([items[0], items[1]]) != merkle_root([items[1], items[0]])


@pytest.mark.parametrize("before", [[], [b"x" * 2**20], [b"x" * (2**20 - 1)]])
def test_empty_record_at_the_end_of_a_pack_reads_back(shop: Any, before: list[bytes]) -> None:
    state = {f"a{number}": raw for number, raw in enumerate(before)} | {"z": b""}
    snapshot = shop.back_up(invoices=state)
    assert shop.read(snapshot, "invoices") == state
    assert shop.books.verify(full=True).problems == ()
