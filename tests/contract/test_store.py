"""The store behaves alike on a folder, in memory and on S3 over real HTTP, and its errors become ours."""

from __future__ import annotations

import errno
import inspect
import io
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
from moto.server import ThreadedMotoServer
from obstore import exceptions as vendor

from bot.crypto import KeyRing, new_key
from bot.errors import LedgerkeepError, Misconfigured, StoreUnavailable, VaultDamaged
from bot.vault import Change, Vault, new_data_key
from bot.vault.store import Store, translate

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "DATABASE_URL": "not ours",
}
START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
BRIEFLY = timedelta(seconds=1)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["file", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "file":
        yield Store.open(f"file://{tmp_path}/a%20folder/vault", {})
    elif request.param == "memory":
        yield Store.open("memory:///", {})
    else:
        endpoint = request.getfixturevalue("s3")
        _make_bucket(endpoint, "books")
        prefix = f"s3://books/{tmp_path.name}/deep"
        yield Store.open(prefix, {**CREDENTIALS, "AWS_ENDPOINT_URL": endpoint}, patience=BRIEFLY)


def _make_bucket(endpoint: str, bucket: str) -> None:
    client: Any = boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket=bucket)
    client.close()


def test_put_new_writes_once(store: Store) -> None:
    assert store.put_new("w/a/one", b"first")
    assert not store.put_new("w/a/one", b"second")
    assert store.get("w/a/one") == b"first"


def test_put_replaces(store: Store) -> None:
    store.put("w/a/one", b"first")
    store.put("w/a/one", b"second")
    assert store.get("w/a/one") == b"second"


def test_large_objects_come_back_whole(store: Store) -> None:
    data = bytes(range(256)) * 70_000  # 18 MB, beyond the parts obstore would split into
    assert store.put_new("w/big", bytearray(data))
    assert store.get("w/big") == data
    assert store.size("w/big") == len(data)


@pytest.mark.parametrize("mib", [0, 1, 21])
def test_spooled_object_is_written_once_and_comes_back_whole(store: Store, mib: int, tmp_path: Path) -> None:
    piece = bytes(range(256)) * 4096
    for expected in (True, False):
        spool = store.spool(tmp_path / "scratch")
        for _ in range(mib):
            spool.write(piece)
        assert store.put_new("w/spooled", spool) is expected
        spool.close()
    assert b"".join(store.pieces("w/spooled")) == piece * mib
    assert store.size("w/spooled") == len(piece) * mib
    assert [
        path for folder in ("a folder/vault/tmp", "scratch") for path in (tmp_path / folder).glob("*")
    ] == []


def test_spooled_object_does_not_replace_another(store: Store, tmp_path: Path) -> None:
    store.put_new("w/one", b"first")
    spool = store.spool(tmp_path)
    spool.write(b"second")
    assert not store.put_new("w/one", spool)
    spool.close()
    assert store.get("w/one") == b"first"


@pytest.mark.parametrize("mib", [1, 21])
def test_spooled_object_for_s3_that_does_not_answer_is_unavailable(tmp_path: Path, mib: int) -> None:
    options = {**CREDENTIALS, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    store = Store.open("s3://books/x", options, patience=BRIEFLY)
    spool = store.spool(tmp_path)
    for _ in range(mib):
        spool.write(bytes(1024 * 1024))
    with pytest.raises(StoreUnavailable):
        store.put_new("a", spool)
    spool.close()


def test_ranges_come_back_in_the_order_asked(store: Store) -> None:
    store.put_new("w/one", b"0123456789")
    assert store.get_range("w/one", 2, 3) == b"234"
    assert store.get_ranges("w/one", [(7, 3), (0, 1)]) == [b"789", b"0"]


@pytest.mark.parametrize("span", [(8, 5), (20, 5)])
def test_range_beyond_the_end_is_damage(store: Store, span: tuple[int, int]) -> None:
    store.put_new("w/one", b"0123456789")
    with pytest.raises(VaultDamaged):
        store.get_range("w/one", *span)


def test_missing_object_is_damage_where_it_must_exist(store: Store) -> None:
    with pytest.raises(VaultDamaged):
        store.get("w/nope")
    with pytest.raises(VaultDamaged):
        store.get_range("w/nope", 0, 1)
    assert store.size("w/nope") is None
    store.delete("w/nope")


def test_list_gives_names_and_sizes_below_a_folder_only(store: Store) -> None:
    for name in ("w/a/1", "w/a/deep/2", "w/ab/3"):
        store.put_new(name, name.encode())
    assert {(item.name, item.size) for item in store.list("w/a")} == {("w/a/1", 5), ("w/a/deep/2", 10)}
    assert list(store.list("w/none")) == []


def test_delete_removes(store: Store) -> None:
    store.put_new("w/a/1", b"x")
    store.delete("w/a/1")
    assert store.size("w/a/1") is None
    assert list(store.list("w")) == []
    assert store.put_new("w/a/1", b"again")


def test_empty_object_is_an_object(store: Store) -> None:
    assert store.put_new("w/empty", b"")
    assert store.get("w/empty") == b""
    assert store.size("w/empty") == 0


def test_s3_that_does_not_answer_is_unavailable() -> None:
    options = {**CREDENTIALS, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    store = Store.open("s3://books/x", options, patience=BRIEFLY)
    for ask in (lambda: store.get("a"), lambda: store.put("a", b""), lambda: list(store.list("a"))):
        with pytest.raises(StoreUnavailable):
            ask()


def test_s3_bucket_that_does_not_exist_is_unavailable_for_writing(s3: str) -> None:
    options = {**CREDENTIALS, "AWS_ENDPOINT_URL": s3}
    store = Store.open("s3://nobody/x", options, patience=BRIEFLY)
    with pytest.raises(StoreUnavailable):
        store.put_new("a", b"1")


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("zz://bucket", {}),
        ("bucket", {}),
        ("file://data/vault", {}),
        ("s3://bucket", {"AWS_ACCESS_KEY_ID": "only half"}),
        ("s3://bucket", {"AWS_NO_SUCH_SETTING": "1"}),
    ],
)
def test_open_with_settings_that_make_no_store_is_misconfigured(url: str, options: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="VAULT_URL") as caught:
        Store.open(url, options)
    assert "\n" not in str(caught.value)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_exception_of_obstore_becomes_one_of_ours() -> None:
    classes: list[Any] = [kind for _, kind in inspect.getmembers(vendor, inspect.isclass)]
    assert len(classes) >= 12
    for kind in classes:
        meant = translate(kind("something\nDebug source: x"), "read")
        assert isinstance(meant, LedgerkeepError)
        assert "Debug source" not in str(meant)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_full_disk_says_so_in_plain_words(number: int) -> None:
    meant = translate(OSError(number, "x"), "written")
    assert isinstance(meant, StoreUnavailable)
    assert meant.full
    assert "is full" in str(meant)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_read_only_disk_says_so_in_plain_words(number: int) -> None:
    meant = translate(OSError(number, "x"), "written")
    assert isinstance(meant, StoreUnavailable)
    assert meant.read_only
    assert "does not allow" in str(meant)


def test_settings_of_amazons_own_tools_do_not_stop_the_program() -> None:
    assert Store.open("s3://books", {**CREDENTIALS, "AWS_PAGER": "less", "AWS_EXECUTION_ENV": "ECS"})


def test_open_where_a_file_lies_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreUnavailable):
        Store.open(f"file://{tmp_path}/file", {})


def test_write_below_a_file_is_unavailable(tmp_path: Path) -> None:
    store = Store.open(f"file://{tmp_path}/vault", {})
    (tmp_path / "vault" / "w").write_bytes(b"")
    with pytest.raises(StoreUnavailable):
        store.put_new("w/a", b"1")


def test_failed_write_on_disk_leaves_no_object_and_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(f"file://{tmp_path}/vault", {})

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("bot.vault.disk.os.fsync", full)
    with pytest.raises(StoreUnavailable, match="full"):
        store.put_new("w-1", b"1")
    assert [path for path in (tmp_path / "vault").rglob("*") if path.is_file()] == []


def test_stale_temporary_files_are_cleared_when_opened(tmp_path: Path) -> None:
    import os

    Store.open(f"file://{tmp_path}/vault", {})
    old, young = tmp_path / "vault/tmp/old", tmp_path / "vault/tmp/young"
    for path in (old, young):
        path.write_bytes(b"x")
    os.utime(old, (0, 0))
    Store.open(f"file://{tmp_path}/vault", {})
    assert (old.exists(), young.exists()) == (False, True)


def test_spool_that_is_forgotten_leaves_no_file(tmp_path: Path) -> None:
    for url in (f"file://{tmp_path}/vault", "memory:///"):
        spool = Store.open(url, {}).spool(tmp_path / "scratch")
        spool.write(b"x")
        del spool
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_spool_on_a_full_disk_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Store.open(f"file://{tmp_path}/vault", {}).spool(tmp_path)

    def full(_handle: int, _data: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("bot.vault.spool.os.write", full)
    with pytest.raises(StoreUnavailable, match="full"):
        spool.write(b"1")


FULL = """
import resource, signal, sys
from bot.errors import StoreUnavailable
from bot.vault.store import Store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store.open(f"file://{sys.argv[1]}", {})
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    store.put_new("w/a", b"x" * 5000)
except StoreUnavailable as error:
    print(error.full, error)
"""


def test_disk_that_takes_no_more_is_full_in_a_real_process(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "vault")], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("True The place where backups are kept is full")
    assert [path for path in (tmp_path / "vault").rglob("*") if path.is_file()] == []


def test_folder_mounted_read_only_is_said_in_plain_words(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here; the errno mapping is tested above")
    try:
        store = Store.open(f"file://{folder}", {})
        with pytest.raises(StoreUnavailable) as full:
            store.put_new("w/a", b"x" * 200_000)
        assert full.value.full
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True, capture_output=True)
        with pytest.raises(StoreUnavailable) as caught:
            store.put_new("w/b", b"1")
        assert caught.value.read_only
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_books_are_kept_and_read_back_over_s3(s3: str, tmp_path: Path) -> None:
    _make_bucket(s3, "whole")
    options = {**CREDENTIALS, "AWS_ENDPOINT_URL": s3}
    ring, key = KeyRing.parse(new_key("ring")), new_data_key()
    states = [{f"r{n}": b"%d" % n * 2000 for n in range(400)}, {"r1": b"changed", "r2": b"2" * 2000}]
    for number, state in enumerate(states):
        vault = Vault(
            Store.open("s3://whole/deep", options), ring, tmp_path / str(number), now=lambda: START, tool="t"
        )
        books = vault.books("T1", "o1", key)
        draft = books.draft(f"run {number}", START)
        stage = draft.stage("x")
        for record_id, raw in state.items():
            stage.add("invoices", record_id, raw)
        stage.finish("invoices", complete=True, facts={})
        big = bytes([number]) * 22_000_000  # goes up in parts
        assert stage.add_blob("files", "big", io.BytesIO(big)) is (Change.CHANGED if number else Change.NEW)
        stage.finish("files", complete=True, facts={})
        stage.seal({})
        info = draft.publish({})
        assert b"".join(books.blob(info, "files", "big") or ()) == big
        assert {record.record_id: record.raw for record in books.records(info, "invoices")} == state
    assert info.resources["invoices"].gone == 398
    assert books.verify(full=True).problems == ()
    assert vault.data_key("T1") == key
    assert books.destroy() > 0
    assert books.snapshots() == []
