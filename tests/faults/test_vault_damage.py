"""A flipped bit, a cut or swapped object, an old copy: each raises or is reported, never read as data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from bot.crypto import KeyRing, new_key
from bot.errors import Damaged, LedgerkeepError, UnknownFormat, VaultDamaged
from bot.vault import Books, Store, Vault, new_data_key, unwrap
from bot.vault.keys import BookKeys
from bot.vault.manifest import (
    Manifest,
    digest_of,
    open_draft,
    open_head,
    open_manifest,
    seal_head,
    seal_manifest,
)
from bot.vault.names import Place
from bot.vault.pack import PackReader

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
RING = KeyRing.parse(new_key("ring"))
KEY = new_data_key()
MODEL = {
    1: {"invoices": {"a": b"alpha" * 30, "b": b"beta" * 30}, "contacts": {"c": b"carol"}},
    2: {"invoices": {"a": b"alpha2" * 30, "d": b"delta"}, "contacts": {"c": b"carol"}},
}
OBJECTS = ("ledgerkeep.json", "/keys/", "/packs/", "/manifests/", "/heads/", "/drafts/")


@pytest.fixture
def store() -> Store:
    return Store.open("memory:///", {})


def books_of(store: Store, cache: Path, organisation: str = "org-1", workspace: str = "T1") -> Books:
    return Vault(store, RING, cache, now=lambda: START, tool="test").books(workspace, organisation, KEY)


def back_up(books: Books, run: str, state: dict[str, dict[str, bytes]], *, publish: bool = True) -> None:
    draft = books.draft(run, START)
    stage = draft.stage("all")
    for resource, records in state.items():
        for record_id, raw in records.items():
            stage.add(resource, record_id, raw)
        stage.finish(resource, complete=True, facts={})
    stage.seal({})
    if publish:
        draft.publish({"name": "Demo"})


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    books = books_of(store, tmp_path / "writer")
    for number, state in MODEL.items():
        back_up(books, f"run {number}", state)
    back_up(books, "unfinished", {"quotes": {"q": b"quote"}}, publish=False)
    return store


def names(store: Store, part: str) -> list[str]:
    return sorted(item.name for item in store.list("") if part in item.name)


def flips(data: bytes) -> Iterator[bytes]:
    for at in range(len(data)):
        flipped = bytearray(data)
        flipped[at] ^= 1 << (at % 8)
        yield bytes(flipped)


def read_all(books: Books) -> dict[int, dict[str, dict[str, bytes]]]:
    return {
        info.number: {
            resource: {record.record_id: record.raw for record in books.records(info, resource)}
            for resource in info.resources
        }
        for info in books.snapshots()
    }


def expect_noticed(store: Store, cache: Path) -> None:
    """Verify must report, and reading must raise or give exactly what was written."""
    report = books_of(store, cache).verify(full=True)
    assert report.problems
    assert all(problem.endswith(".") for problem in report.problems)
    try:
        found = read_all(books_of(store, cache))
    except Damaged:
        return
    assert found == MODEL


def test_books_before_any_damage_are_good(filled: Store, tmp_path: Path) -> None:
    books = books_of(filled, tmp_path / "cache")
    report = books.verify(full=True)
    assert report.problems == ()
    assert report.snapshots == 2
    assert {part: len(names(filled, part)) for part in OBJECTS} == {
        "ledgerkeep.json": 1,
        "/keys/": 1,
        "/packs/": 3,
        "/manifests/": 2,
        "/heads/": 2,
        "/drafts/": 1,
    }
    assert read_all(books) == MODEL


def opener(name: str) -> Callable[[bytes], object]:
    keys = BookKeys.of(Place("T1", "org-1"), KEY)
    last = name.rpartition("/")[2]
    if "/keys/" in name:
        return lambda data: unwrap(RING, data, "T1")
    if "/manifests/" in name:
        return lambda data: open_manifest(keys, last, data)
    if "/heads/" in name:
        return lambda data: open_head(keys, int(last), data)
    if "/drafts/" in name:
        return lambda data: open_draft(keys, name, data)
    reader = PackReader(keys, last)

    def read_pack(data: bytes) -> None:
        footer = reader.footer_of(data)
        for number, chunk in enumerate(footer.chunks):
            reader.open(number, chunk, data[chunk.start : chunk.start + chunk.stored])

    return read_pack


@pytest.mark.parametrize("part", OBJECTS[1:])
def test_every_flipped_byte_and_every_cut_of_an_object_raises(filled: Store, part: str) -> None:
    for name in names(filled, part):
        data, open_it = filled.get(name), opener(name)
        open_it(data)
        for altered in (*flips(data), *(data[:length] for length in range(len(data))), data + b"\0"):
            with pytest.raises(Damaged):
                open_it(altered)


@pytest.mark.parametrize("part", OBJECTS)
def test_damage_of_an_object_is_reported_and_never_read(filled: Store, tmp_path: Path, part: str) -> None:
    for name in names(filled, part)[:2]:
        data = filled.get(name)
        step = max(1, len(data) // 12)
        altered = [*[*flips(data)][::step], data[: len(data) // 2], b"", data + b"x"]
        for number, bad in enumerate(altered):
            filled.put(name, bad)
            expect_noticed(filled, tmp_path / f"{part.strip('/')}-{number}")
        filled.put(name, data)


@pytest.mark.parametrize("part", ["/packs/", "/manifests/", "/heads/"])
def test_missing_object_is_reported(filled: Store, tmp_path: Path, part: str) -> None:
    for position, name in enumerate(names(filled, part)[:2]):
        if part == "/packs/" and name not in published_packs(filled, tmp_path):
            continue
        data = filled.get(name)
        filled.delete(name)
        newest_head = part == "/heads/" and position == 1
        report = books_of(filled, tmp_path / ("writer" if newest_head else f"cache-{position}")).verify()
        assert report.problems
        filled.put(name, data)


def published_packs(store: Store, tmp_path: Path) -> set[str]:
    place, keys = Place("T1", "org-1"), BookKeys.of(Place("T1", "org-1"), KEY)
    found = set()
    for name in names(store, "/manifests/"):
        manifest = open_manifest(keys, name.rpartition("/")[2], store.get(name))
        found |= {place.pack(ref.id) for ref in manifest.packs}
    return found


@pytest.mark.parametrize("part", ["/packs/", "/manifests/", "/heads/"])
def test_swapped_objects_are_noticed(filled: Store, tmp_path: Path, part: str) -> None:
    one, two = (sorted(published_packs(filled, tmp_path)) if part == "/packs/" else names(filled, part))[:2]
    first, second = filled.get(one), filled.get(two)
    filled.put(one, second)
    filled.put(two, first)
    expect_noticed(filled, tmp_path / "cache")


def test_objects_of_another_organisation_or_workspace_do_not_open(filled: Store, tmp_path: Path) -> None:
    for number, (workspace, organisation) in enumerate([("T1", "org-2"), ("T2", "org-1")]):
        target = Place(workspace, organisation).folder
        back_up(books_of(filled, tmp_path / "o", organisation, workspace), "own", {"invoices": {}})
        for name in names(filled, "w/T1/o/org-1/"):
            filled.put(name.replace("w/T1/o/org-1", target), filled.get(name))
        with pytest.raises(VaultDamaged):
            books_of(filled, tmp_path / f"c{number}", organisation, workspace).snapshots()


def test_vault_put_back_to_an_older_copy_is_noticed_by_who_saw_more(filled: Store, tmp_path: Path) -> None:
    books = books_of(filled, tmp_path / "writer")
    filled.delete(Place("T1", "org-1").head(2))
    with pytest.raises(VaultDamaged, match="newest snapshot"):
        books.snapshots()
    with pytest.raises(VaultDamaged, match="newest snapshot"):
        books.draft("another", START)
    assert any("missing now" in problem for problem in books.verify().problems)


def test_other_history_under_the_same_number_is_noticed(filled: Store, tmp_path: Path) -> None:
    head = Place("T1", "org-1").head(2)
    kept = filled.get(head)
    filled.delete(head)
    back_up(books_of(filled, tmp_path / "elsewhere"), "forged", {"invoices": {"z": b"z"}})
    assert filled.get(head) != kept
    with pytest.raises(VaultDamaged, match="newest snapshot"):
        books_of(filled, tmp_path / "writer").snapshots()


def test_pack_of_another_size_is_reported_without_reading_it(filled: Store, tmp_path: Path) -> None:
    name = min(published_packs(filled, tmp_path))
    filled.put(name, filled.get(name) + b"x")
    problems = books_of(filled, tmp_path / "writer").verify().problems
    assert any("bytes, not" in problem for problem in problems)


def republish(store: Store, change: Callable[[Manifest], Manifest], *, seed: bytes = b"") -> None:
    """Replace snapshot 2 as somebody could who holds the data key."""
    keys = BookKeys.of(Place("T1", "org-1"), KEY)
    head_name = keys.place.head(2)
    head = open_head(keys, 2, store.get(head_name))
    manifest_name = keys.place.manifest(head.snapshot)
    manifest = change(open_manifest(keys, head.snapshot, store.get(manifest_name)))
    sealed = seal_manifest(replace(keys, signing_seed=seed or keys.signing_seed), manifest)
    store.put(manifest_name, sealed)
    store.put(head_name, seal_head(keys, msgspec.structs.replace(head, manifest=digest_of(sealed))))


def test_snapshot_whose_records_do_not_match_its_root_is_refused(filled: Store, tmp_path: Path) -> None:
    def forge(manifest: Manifest) -> Manifest:
        entry = msgspec.structs.replace(manifest.resources["invoices"], root="0" * 64)
        return msgspec.structs.replace(manifest, resources={**manifest.resources, "invoices": entry})

    republish(filled, forge)
    with pytest.raises(VaultDamaged, match="not those that were published"):
        books_of(filled, tmp_path / "cache").snapshots()
    assert books_of(filled, tmp_path / "cache").verify(full=True).problems


def test_snapshot_that_does_not_list_a_resource_it_holds_is_refused(filled: Store, tmp_path: Path) -> None:
    republish(filled, lambda manifest: msgspec.structs.replace(manifest, resources={}))
    with pytest.raises(VaultDamaged, match="does not list"):
        books_of(filled, tmp_path / "cache").snapshots()


def test_snapshot_signed_by_somebody_else_is_refused(filled: Store, tmp_path: Path) -> None:
    republish(filled, lambda manifest: manifest, seed=b"x" * 32)
    with pytest.raises(VaultDamaged, match="signature"):
        books_of(filled, tmp_path / "cache").snapshots()


def test_snapshot_with_another_parent_is_refused(filled: Store, tmp_path: Path) -> None:
    republish(filled, lambda manifest: msgspec.structs.replace(manifest, parent="0" * 64))
    with pytest.raises(VaultDamaged, match="does not follow"):
        books_of(filled, tmp_path / "cache").snapshots()
    assert any("follow" in problem for problem in books_of(filled, tmp_path / "cache").verify().problems)


@pytest.mark.parametrize("part", ["/packs/", "/manifests/", "/heads/", "/drafts/"])
def test_newer_format_is_told_from_damage(filled: Store, part: str) -> None:
    name = names(filled, part)[0]
    data = bytearray(filled.get(name))
    data[4] = 2
    with pytest.raises(UnknownFormat):
        opener(name)(bytes(data))


def test_newer_marker_stops_writing(filled: Store, tmp_path: Path) -> None:
    filled.put("ledgerkeep.json", b'{"format":"ledgerkeep-vault","version":2}\n')
    with pytest.raises(UnknownFormat):
        books_of(filled, tmp_path / "cache").draft("next", START)


def test_damaged_draft_stops_the_run_but_can_be_discarded(filled: Store, tmp_path: Path) -> None:
    name = names(filled, "/drafts/")[0]
    filled.put(name, filled.get(name)[:-1] + b"\0")
    draft = books_of(filled, tmp_path / "cache").draft("unfinished", START)
    with pytest.raises(LedgerkeepError):
        draft.stages_done()
    draft.discard()
    assert draft.stages_done() == {}


def test_compressed_bomb_is_refused_before_it_is_unpacked() -> None:
    import zstandard

    from bot.vault.sealed import MAX_PLAIN_BYTES, expand, squeeze

    bomb = bytearray(zstandard.ZstdCompressor().compress(bytes(2**20)))
    assert expand(squeeze(b"fine"), 4) == b"fine"
    with pytest.raises(VaultDamaged, match="size"):
        expand(bytes(bomb), 5)
    huge = zstandard.ZstdCompressor(level=1).compressobj(size=MAX_PLAIN_BYTES + 1)
    head = huge.compress(bytes(1000)) + huge.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    with pytest.raises(VaultDamaged, match="size"):
        expand(head)
    with pytest.raises(VaultDamaged):
        expand(b"no frame at all")
    with pytest.raises(VaultDamaged):
        expand(squeeze(b"fine") + squeeze(b"more"))


def test_pack_lost_before_publishing_leaves_no_snapshot(filled: Store, tmp_path: Path) -> None:
    draft = books_of(filled, tmp_path / "writer").draft("unfinished", START)
    (drafted,) = set(names(filled, "/packs/")) - published_packs(filled, tmp_path)
    filled.delete(drafted)
    with pytest.raises(VaultDamaged, match="start again"):
        draft.publish({})
    assert len(names(filled, "/heads/")) == 2
