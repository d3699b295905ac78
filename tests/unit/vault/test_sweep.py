"""Leftovers of crashed backups go; whatever a snapshot or a living draft reaches stays."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.errors import Damaged

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


def crash(shop: Any, run: str, *, seal: bool) -> None:
    stage = shop.books.draft(run, START).stage("x")
    stage.add("invoices", f"lost {run}", b"x" * 1000)
    stage.finish("invoices", complete=True, facts={})
    if seal:
        stage.seal({"sealed": 1})
    else:
        stage.shipping.close()


def later(shop: Any, *parts: str) -> None:
    """Let eight days pass by our clock, and by the store's for all but the heads."""
    shop.time = datetime.now(UTC)
    ago = (shop.time - timedelta(days=8)).timestamp()
    for part in parts or ("drafts", "manifests", "packs"):
        for path in (shop.root / "vault/w/T1/o/org-1" / part).rglob("*"):
            os.utime(path, (ago, ago))


def test_sweep_deletes_leftovers_and_keeps_what_is_reached(shop: Any) -> None:
    first = shop.back_up(invoices={"a": b"1" * 1000, "b": b"2"})
    crash(shop, "overtaken", seal=True)
    shop.back_up(invoices={"a": b"3"})
    last = shop.back_up(invoices={"a": b"1" * 1000})
    crash(shop, "killed", seal=False)
    crash(shop, "alive", seal=True)
    before = set(shop.objects())
    assert shop.books.sweep(WEEK) == 0
    later(shop)
    gone = shop.books.sweep(WEEK)
    deleted = before - set(shop.objects())
    assert gone == len(deleted) == 3  # two packs and the draft that was overtaken
    assert shop.books.draft("alive", START).stages_done() == {"x": {"sealed": 1}}
    assert shop.books.verify(full=True).problems == ()
    assert shop.read(first, "invoices") == {"a": b"1" * 1000, "b": b"2"}
    assert shop.read(last, "invoices") == {"a": b"1" * 1000}
    assert shop.books.sweep(WEEK) == 0


def test_sweep_keeps_packs_that_only_a_checkpoint_names(shop: Any) -> None:
    for number in range(1, 31):
        last = shop.back_up(invoices={"constant": b"c" * 500, "n": b"%d" % number})
    for number in range(1, 30):
        shop.store.delete(f"w/T1/o/org-1/heads/{number:08d}")
    later(shop)
    assert shop.books.sweep(WEEK) > 0
    shop.forget_cache()
    assert shop.read(last, "invoices") == {"constant": b"c" * 500, "n": b"30"}
    assert shop.books.verify(full=True).problems == ()


@pytest.mark.parametrize("part", ["heads", "manifests"])
def test_sweep_with_anything_missing_or_damaged_deletes_nothing(shop: Any, part: str) -> None:
    for number in range(3):
        shop.back_up(invoices={"a": b"%d" % number})
    crash(shop, "killed", seal=False)
    later(shop)
    for name in [name for name in shop.objects() if f"/{part}/" in name]:
        data = shop.store.get(name)
        shop.store.delete(name)
        before = shop.objects()
        if name.endswith("00000001"):
            shop.store.put(name, data[:-1])
            before = shop.objects()
        with pytest.raises(Damaged):
            shop.books.sweep(WEEK)
        assert shop.objects() == before
        shop.store.put(name, data)


def test_sweep_of_what_may_still_be_written_is_refused(shop: Any) -> None:
    with pytest.raises(ValueError, match="must stay"):
        shop.books.sweep(timedelta(hours=1))
