"""Dropping snapshots: what goes, what stays byte for byte, what is waited for, what is refused."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.errors import UnknownSnapshot, VaultDamaged
from bot.vault.manifest import open_manifest
from tests.unit.vault.test_reader import read as read_lines
from tests.unit.vault.test_reader import run as run_reader

DAY = timedelta(days=1)
START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
Model = dict[int, dict[str, dict[str, bytes]]]


def history(shop: Any, days: int, *, seed: int = 7) -> Model:
    """Back up nightly while records come, change, change back and go; give every state by number."""
    chance = random.Random(seed)
    records = {f"r{number}": b'{"n": %d, "pad": "%s"}' % (number, b"x" * 400) for number in range(60)}
    model: Model = {}
    for day in range(days):
        for record_id in chance.sample(sorted(records), 4):
            records[record_id] = b'{"day": %d, "pad": "%s"}' % (chance.choice([day, 1]), b"y" * 400)
        records[f"d{day}"] = b'{"new": %d}' % day
        if day % 3 == 0:
            del records[chance.choice(sorted(records))]
        model |= night(shop, records, {f"c{day // 9}": b"%d" % day})
    return model


def night(shop: Any, invoices: dict[str, bytes], contacts: dict[str, bytes]) -> Model:
    shop.time += DAY
    info = shop.back_up(invoices=invoices, contacts=contacts)
    return {info.number: {"invoices": dict(invoices), "contacts": dict(contacts)}}


def expect(shop: Any, model: Model) -> None:
    """Everything that stands reads as it was written: with this index, and with one made anew."""
    for _ in range(2):
        assert [info.number for info in shop.books.snapshots()] == sorted(model)
        for info in shop.books.snapshots():
            assert {name: shop.read(info, name) for name in info.resources} == model[info.number]
        shop.forget_cache()
    report = shop.books.verify(full=True)
    assert report.problems == ()
    assert report.snapshots == len(model)


def packs(shop: Any) -> int:
    return sum("/packs/" in name for name in shop.objects())


def drop(shop: Any, model: Model, *numbers: int) -> Any:
    done = shop.books.prune(numbers)
    assert (done.refused, done.problems) == ("", ())
    for number in numbers:
        model.pop(number, None)
    return done


def test_dropped_snapshots_go_and_the_others_stay_byte_for_byte(shop: Any) -> None:
    model = history(shop, 40)
    before = packs(shop)
    done = drop(shop, model, *(number for number in range(1, 38) if number % 6))
    assert done.dropped[:3] == (1, 2, 3)
    assert done.objects_deleted == 0
    assert done.bytes_waiting > 0
    assert done.waiting_until == shop.time + DAY
    expect(shop, model)
    model |= night(shop, model[40]["invoices"], {})
    freed = drop(shop, model)
    assert (freed.bytes_freed, freed.bytes_waiting) == (done.bytes_waiting, 0)
    assert freed.objects_deleted > before - packs(shop) > 0
    expect(shop, model)


def test_dropped_again_and_again_everything_kept_still_reads(shop: Any) -> None:
    model = history(shop, 12)
    chance = random.Random(3)
    for turn in range(6):
        model |= night(shop, {f"t{turn}": b"z" * 500, **model[max(model)]["invoices"]}, {})
        drop(shop, model, *chance.sample(sorted(model)[:-1], 2))
        expect(shop, model)
    model |= night(shop, {}, {})
    model |= night(shop, {"back": b"1"}, {})
    drop(shop, model, *sorted(model)[:-1])
    model |= night(shop, {"back": b"1"}, {})
    drop(shop, model)
    expect(shop, model)
    assert packs(shop) < 12


def test_record_that_comes_back_after_its_pack_was_given_up_is_stored_anew(shop: Any) -> None:
    model: Model = {}
    for state in ({"a": b"1" * 900, "b": b"2"}, {"b": b"3"}, {"b": b"4"}):
        model |= night(shop, state, {})
    drop(shop, model, 1, 2)
    model |= night(shop, {"a": b"1" * 900}, {})
    assert drop(shop, model).objects_deleted > 0
    expect(shop, model)


def test_files_of_many_pieces_are_moved_whole(shop: Any) -> None:
    import io

    big = bytes(range(256)) * 20_000  # two pieces
    for number in range(3):
        shop.time += DAY
        draft = shop.books.draft(f"files {number}", shop.now())
        stage = draft.stage("files")
        stage.add_blob("files", "keeps", io.BytesIO(big))
        stage.add_blob("files", "goes", io.BytesIO(bytes([number]) * 11_000_000))
        stage.finish("files", complete=True, facts={})
        stage.seal({})
        last = draft.publish({})
    assert shop.books.prune([1]).dropped == (1,)
    shop.back_up(invoices={})
    assert shop.books.prune([2, 3]).refused == ""
    shop.time += DAY
    last = shop.back_up(invoices={})
    freed = shop.books.prune([])
    assert freed.bytes_freed > 11_000_000
    assert shop.read(last, "files")["keeps"] == big
    assert shop.books.verify(full=True).problems == ()


def test_dropped_snapshot_is_named_as_dropped_and_not_as_damaged(shop: Any) -> None:
    history(shop, 5)
    first, last = shop.books.snapshots()[0], shop.books.snapshots()[-1]
    reading = shop.books.records(first, "invoices")
    next(reading)
    shop.books.prune([1, 2])
    words = f"dropped by retention on {shop.time.day} {shop.time:%B %Y}"
    for ask in (
        lambda: shop.books.snapshot(first.id[:10]),
        lambda: list(shop.books.records(first, "invoices")),
        lambda: shop.books.record(first, "invoices", "r1"),
        lambda: shop.books.diff(first, last),
    ):
        with pytest.raises(UnknownSnapshot, match=words):
            ask()
    gone = shop.books.dropped()
    assert ([one.number for one in gone], gone[0].id) == ([1, 2], first.id)
    report = shop.books.verify()
    assert (report.snapshots, report.dropped) == (3, 2)


def test_index_of_another_machine_that_was_behind_catches_up(shop: Any) -> None:
    model = history(shop, 6)
    here, shop.cache = shop.cache, "elsewhere"
    model |= history_goes_on(shop, model, 3)
    drop(shop, model, 2, 3, 7)
    model |= night(shop, {"x": b"1"}, {})
    drop(shop, model)
    shop.cache = here
    assert [info.number for info in shop.books.snapshots()] == sorted(model)
    expect(shop, model)


def history_goes_on(shop: Any, model: Model, nights: int) -> Model:
    found: Model = {}
    for number in range(nights):
        records = {**model[max(model)]["invoices"], f"later{number}": b"{}" * 300}
        found |= night(shop, records, {})
    return found


def test_stand_alone_reader_reads_what_is_kept_and_names_what_was_dropped(shop: Any, tmp_path: Any) -> None:
    model = history(shop, 33)
    infos = {info.number: info for info in shop.books.snapshots()}
    drop(shop, model, *range(1, 10), *range(11, 31))
    model |= night(shop, model[33]["invoices"], {})
    assert drop(shop, model).objects_deleted > 0
    for number in (10, 31, 33):
        done = run_reader(shop, tmp_path / f"out{number}", infos[number].id)
        assert (done.returncode, done.stderr) == (0, "")
        folder = tmp_path / f"out{number}" / "T1" / "org-1" / infos[number].id
        assert read_lines(folder, "invoices") == model[number]["invoices"]
    assert run_reader(shop, tmp_path / "newest").returncode == 0
    done = run_reader(shop, tmp_path / "gone", infos[5].id)
    assert done.returncode != 0
    assert "dropped by retention on 202" in done.stderr


def test_nothing_is_deleted_before_a_day_and_a_later_backup(shop: Any) -> None:
    model = history(shop, 8)
    waiting = drop(shop, model, *range(1, 7)).bytes_waiting
    shop.time += timedelta(hours=23)
    model |= night_now(shop)
    assert drop(shop, model).bytes_freed == 0
    shop.time += timedelta(hours=1)
    assert drop(shop, model).bytes_freed == waiting
    expect(shop, model)


def night_now(shop: Any) -> Model:
    info = shop.back_up(invoices={"n": b"1"}, contacts={})
    return {info.number: {"invoices": {"n": b"1"}, "contacts": {}}}


def test_without_a_later_backup_a_month_is_waited(shop: Any) -> None:
    model = history(shop, 8)
    waiting = drop(shop, model, *range(1, 7)).bytes_waiting
    shop.time += timedelta(days=29)
    assert drop(shop, model).bytes_freed == 0
    shop.time += timedelta(days=1)
    assert drop(shop, model).bytes_freed == waiting
    expect(shop, model)


def test_dropping_every_day_does_not_put_deleting_off_for_ever(shop: Any) -> None:
    model = history(shop, 12)
    freed = 0
    for turn in range(8):
        model |= night(shop, {"n": b"%d" % turn * 900}, {})
        freed += drop(shop, model, min(model)).bytes_freed
    assert freed > 0
    expect(shop, model)


def test_newest_snapshot_is_never_dropped(shop: Any) -> None:
    history(shop, 3)
    before = shop.objects()
    for numbers in ([3], [1, 2, 3], [9]):
        with pytest.raises(ValueError, match="never the newest"):
            shop.books.prune(numbers)
    assert shop.objects() == before


def test_a_backup_under_way_stops_dropping(shop: Any) -> None:
    model = history(shop, 4)
    stage = shop.books.draft("parked", START).stage("x")
    stage.add("quotes", "q", b"1")
    stage.finish("quotes", complete=True, facts={})
    stage.seal({})
    assert "not over yet" in shop.books.prune([1, 2]).refused
    assert shop.books.draft("parked", START).stages_done() == {"x": {}}
    expect(shop, model)
    shop.books.draft("parked", START).publish({})
    assert shop.books.prune([1, 2]).refused == ""


def test_a_backup_begun_before_the_mark_cannot_be_published_after_it(shop: Any) -> None:
    model = history(shop, 4)
    gone = {k: v for k, v in model[1]["invoices"].items() if v not in model[4]["invoices"].values()}
    assert gone
    draft = shop.books.draft("slow", START)
    stage = draft.stage("x")
    for record_id, raw in gone.items():
        stage.add("invoices", record_id, raw)  # refers to packs that are given up below
    stage.finish("invoices", complete=True, facts={})
    drop(shop, model, 1, 2, 3)
    stage.seal({})
    with pytest.raises(Exception, match="already running"):
        draft.publish({})
    expect(shop, model)


@pytest.mark.parametrize("lost", ["every pack", "one pack", "a head", "a manifest"])
def test_anything_missing_stops_dropping_and_deleting(memory_shop: Any, lost: str) -> None:
    shop = memory_shop
    model = history(shop, 8)
    drop(shop, model, 1, 2)
    model |= night(shop, {"n": b"1"}, {})
    part = {"every pack": "/packs/", "one pack": "/packs/", "a head": "/heads/", "a manifest": "/manifests/"}
    names = [name for name in shop.objects() if part[lost] in name]
    waiting = thinning(shop).doomed
    needed = [name for name in names if name.rpartition("/")[2] not in {one.id for one in waiting}]
    for name in needed if lost == "every pack" else needed[3:4]:
        shop.store.delete(name)
    before = shop.objects()
    done = shop.books.prune([4])
    assert "nothing is dropped" in done.refused
    assert done.problems
    assert (done.dropped, done.objects_deleted) == ((), 0)
    assert shop.objects() == before


def thinning(shop: Any) -> Any:
    keys = shop.books._shelf.keys
    for name in shop.objects():
        if "/manifests/" in name:
            manifest = open_manifest(keys, name.rpartition("/")[2], shop.store.get(name))
            if manifest.thinning:
                return manifest.thinning
    raise AssertionError


def test_deleted_note_of_a_thinning_is_noticed(memory_shop: Any) -> None:
    shop = memory_shop
    model = history(shop, 6)
    drop(shop, model, 1, 2, 3, 4)
    model |= night(shop, {}, {})
    drop(shop, model)
    for number in (8, 7):
        shop.store.delete(f"w/T1/o/org-1/heads/{number:08d}")
    with pytest.raises(VaultDamaged, match="newest snapshot"):
        shop.books.snapshots()
    shop.forget_cache()
    problems = shop.books.verify().problems
    assert any("is missing" in problem for problem in problems)
    assert any("dropped by retention" in problem for problem in problems)


def test_sweep_leaves_what_waits_and_takes_what_crashed(shop: Any) -> None:
    from tests.unit.vault.test_sweep import WEEK, crash, later

    model = history(shop, 6)
    drop(shop, model, 1, 2, 3, 4)
    crash(shop, "killed", seal=False)
    model |= night(shop, {}, {})
    before = packs(shop)
    later(shop)
    assert shop.books.sweep(WEEK) == 1
    assert packs(shop) == before - 1
    expect(shop, model)


def test_sweep_refuses_when_the_newest_heads_are_missing(shop: Any) -> None:
    from tests.unit.vault.test_sweep import WEEK, later

    history(shop, 6)
    for number in (6, 5, 4):
        shop.store.delete(f"w/T1/o/org-1/heads/{number:08d}")
    shop.forget_cache()
    later(shop)
    before = shop.objects()
    with pytest.raises(VaultDamaged, match="nothing is deleted"):
        shop.books.sweep(WEEK)
    assert shop.objects() == before


def test_clock_that_runs_a_year_ahead_sweeps_nothing_young(shop: Any) -> None:
    from tests.unit.vault.test_sweep import WEEK, crash

    history(shop, 2)
    crash(shop, "just now", seal=False)
    shop.time = datetime.now(UTC) + timedelta(days=365)
    assert shop.books.sweep(WEEK) == 0


def test_older_program_says_that_a_newer_one_wrote_it() -> None:
    from bot.vault.manifest import THINNING_FORMAT
    from bot.vault.sealed import FORMAT

    assert THINNING_FORMAT > FORMAT
