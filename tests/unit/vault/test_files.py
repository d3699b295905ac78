"""Files come and go in pieces: never whole in memory, never in clear on disk, never stored in vain."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import VaultDamaged, XeroUnavailable
from bot.vault import Change, SnapshotInfo

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
MIB = 1024 * 1024
SECRET = b"nobody may read this"


class Download(io.RawIOBase):
    """A stream of `size` bytes that hands out less than it is asked for, and may break off."""

    def __init__(self, size: int, *, breaks_at: int | None = None) -> None:
        self.left, self.breaks_at, self.size = size, breaks_at, size

    def read(self, size: int = -1, /) -> bytes:
        if self.breaks_at is not None and self.size - self.left >= self.breaks_at:
            raise XeroUnavailable("Xero hung up.")
        part, start = min(self.left, size, 60_000), (self.size - self.left) % len(SECRET)
        self.left -= part
        return content(start + part)[start:]


def content(size: int) -> bytes:
    return (SECRET * (size // len(SECRET) + 1))[:size]


def keep(shop: Any, **files: Any) -> SnapshotInfo:
    """Back up these files, each a stream or bytes."""
    shop.runs += 1
    draft = shop.books.draft(f"run {shop.runs}", START)
    stage = draft.stage("files")
    for name, given in files.items():
        stage.add_blob("files", name, io.BytesIO(given) if isinstance(given, bytes) else given)
    stage.finish("files", complete=True, facts={})
    stage.seal({})
    info: SnapshotInfo = draft.publish({})
    return info


def packs(shop: Any) -> list[str]:
    return [name for name in shop.objects() if "/packs/" in name]


def leftovers(shop: Any) -> list[Path]:
    folders = [shop.root / "vault" / "tmp", *(shop.root / shop.cache).glob(".scratch")]
    return [path for folder in folders if folder.is_dir() for path in folder.iterdir()]


@contextmanager
def at_most(mib: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < mib * MIB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["shop", "memory_shop"])
def test_large_file_is_never_whole_in_memory(kind: str, request: pytest.FixtureRequest) -> None:
    shop = request.getfixturevalue(kind)
    with at_most(8 if kind == "shop" else 28):  # a store that is no folder gets parts of 8 MiB
        info = keep(shop, big=Download(30 * MIB))
    pieces = shop.books.blob(info, "files", "big")
    with at_most(12):
        assert sum(len(piece) for piece in pieces) == 30 * MIB
    with at_most(16):
        assert shop.books.verify(full=True).problems == ()
    assert leftovers(shop) == []


@pytest.mark.parametrize("size", [0, 1, MIB, 4 * MIB, 4 * MIB + 1, 9 * MIB + 17])
def test_file_of_any_size_comes_back(shop: Any, size: int) -> None:
    info = keep(shop, one=Download(size), other=b"small")
    assert b"".join(shop.books.blob(info, "files", "one")) == content(size)
    assert shop.read(info, "files") == {"one": content(size), "other": b"small"}
    assert dict(shop.books.lengths(info, "files")) == {"one": size, "other": 5}
    assert shop.books.verify(full=True).problems == ()


def test_large_file_that_is_known_already_is_not_stored_again(shop: Any) -> None:
    big, other = bytes(6 * MIB), b"\1" * (6 * MIB)
    keep(shop, big=big)
    before = packs(shop)
    draft = shop.books.draft("second", START)
    stage = draft.stage("files")
    assert stage.add_blob("files", "big", io.BytesIO(big)) is Change.SAME
    stage.finish("files", complete=True, facts={})
    stage.seal({})
    assert draft.publish({}).bytes_added == 0
    assert packs(shop) == before
    keep(shop, big=other)
    back = keep(shop, big=big)
    assert back.resources["files"].changed == 1
    assert back.bytes_added < 2000  # it refers to where it lay
    assert shop.read(back, "files") == {"big": big}
    assert leftovers(shop) == []


def test_large_file_seen_twice_counts_once_and_the_last_wins(shop: Any) -> None:
    draft = shop.books.draft("run", START)
    stage = draft.stage("files")
    for byte in (b"\1", b"\2", b"\2"):
        assert stage.add_blob("files", "big", io.BytesIO(byte * (5 * MIB))) is Change.NEW
    stage.finish("files", complete=True, facts={})
    stage.seal({})
    info = draft.publish({})
    assert shop.read(info, "files") == {"big": b"\2" * (5 * MIB)}
    shop.forget_cache()
    assert shop.read(info, "files") == {"big": b"\2" * (5 * MIB)}
    assert shop.books.verify(full=True).problems == ()


@pytest.mark.parametrize("size", [100_000, 9 * MIB])
def test_file_beyond_its_limit_is_refused_and_the_stage_goes_on(shop: Any, size: int) -> None:
    draft = shop.books.draft("run", START)
    stage = draft.stage("files")
    with pytest.raises(ValueError, match="larger"):
        stage.add_blob("files", "big", Download(size + 1), limit=size)
    assert stage.add_blob("files", "fits", Download(size), limit=size) is Change.NEW
    stage.finish("files", complete=True, facts={})
    stage.seal({})
    assert draft.publish({}).resources["files"].count == 1
    assert leftovers(shop) == []


@pytest.mark.parametrize("breaks_at", [100_000, 7 * MIB])
def test_download_that_breaks_off_keeps_nothing_and_the_stage_goes_on(shop: Any, breaks_at: int) -> None:
    draft = shop.books.draft("run", START)
    stage = draft.stage("files")
    with pytest.raises(XeroUnavailable):
        stage.add_blob("files", "big", Download(9 * MIB, breaks_at=breaks_at))
    assert leftovers(shop) == []
    assert not stage.has("files", "big")
    stage.add_blob("files", "other", io.BytesIO(b"1"))
    assert stage.seen("files") == 1
    stage.finish("files", complete=True, facts={})
    stage.seal({})
    assert shop.read(draft.publish({}), "files") == {"other": b"1"}


@pytest.mark.parametrize("kind", ["shop", "memory_shop"])
def test_nothing_lies_in_clear_on_disk_while_a_file_comes_in(
    kind: str, request: pytest.FixtureRequest
) -> None:
    shop = request.getfixturevalue(kind)
    looked: list[int] = []

    class Watched(Download):
        def read(self, size: int = -1, /) -> bytes:
            if self.left in {0, self.size // 2}:
                files = [path.read_bytes() for path in shop.root.rglob("*") if path.is_file()]
                assert not any(SECRET in found for found in files)
                looked.append(len(files))
            return super().read(size)

    keep(shop, big=Watched(12 * MIB))
    assert len(looked) >= 1


def test_file_that_is_not_there_is_none_and_a_record_comes_too(shop: Any) -> None:
    info = shop.back_up(invoices={"a": b"first", "b": b"second"})
    assert shop.books.blob(info, "files", "a") is None
    assert shop.books.blob(info, "invoices", "c") is None
    assert list(shop.books.blob(info, "invoices", "b")) == [b"second"]
    assert list(shop.books.lengths(info, "files")) == []


@pytest.mark.parametrize("size", [300_000, 9 * MIB])
def test_flipped_bit_of_a_file_is_noticed_wherever_it_is(memory_shop: Any, size: int) -> None:
    shop = memory_shop
    info = keep(shop, one=Download(size))
    (name,) = packs(shop)
    data = shop.store.get(name)
    for at in (50, size // 2, len(data) - 400):
        shop.store.put(name, data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
        assert shop.books.verify(full=True).problems
        with pytest.raises(VaultDamaged):
            list(shop.books.blob(info, "files", "one"))
    shop.store.put(name, data)
    assert shop.books.verify(full=True).problems == ()


def test_file_put_in_place_of_another_by_the_index_is_noticed(shop: Any) -> None:
    import sqlite3

    info = keep(shop, one=b"1" * (5 * MIB), two=b"2" * (5 * MIB))
    path = next((shop.root / "cache").rglob("*.index"))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE rows SET pack = (SELECT max(no) FROM packs)")
    connection.commit()
    connection.close()
    pieces = [piece for name in ("one", "two") for piece in [shop.books.blob(info, "files", name)]]
    with pytest.raises(VaultDamaged, match="not the one"):
        [list(one) for one in pieces]


def test_records_as_they_lie_are_the_same_records(shop: Any) -> None:
    state = {f"r{number * 7919 % 5000}": b"%d" % number * 100 for number in range(5000)}
    shop.back_up(invoices=state)
    info = shop.back_up(invoices=state | {"r7": b"other", "r8": b"x" * (2 * MIB)})
    found = list(shop.books.records(info, "invoices", in_order=False))
    assert {one.record_id: one.raw for one in found} == state | {"r7": b"other", "r8": b"x" * (2 * MIB)}
    assert len(found) == len(state)
