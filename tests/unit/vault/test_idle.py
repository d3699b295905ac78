"""Files held open by the indexes of many organisations."""

from __future__ import annotations

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.vault.idle import MOST, IdleConnections

ORGANISATIONS = 200
FILES_EACH = 3  # the index, its log, the log's index


def _open_below(folder: Path) -> int:
    found = list(Path("/proc/self/fd").iterdir())
    return sum(1 for one in found if os.path.realpath(one).startswith(str(folder)))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are listed on Linux only")
def test_books_when_many_organisations_are_looked_at_then_few_files_stay_open(memory_shop: Any) -> None:
    vault, key = memory_shop.vault, memory_shop.data_key
    vault.prepare("T1", key)
    for number in range(ORGANISATIONS):
        assert vault.books("T1", f"org-{number}", key).snapshots() == []
    held = _open_below(memory_shop.root / memory_shop.cache)
    assert 0 < held <= MOST * FILES_EACH


def test_books_when_used_from_several_threads_then_each_index_answers(memory_shop: Any) -> None:
    vault, key = memory_shop.vault, memory_shop.data_key
    vault.prepare("T1", key)
    draft = vault.books("T1", "org-7", key).draft("run", memory_shop.now())
    stage = draft.stage("books")
    stage.add("invoices", "a", b"{}")
    stage.finish("invoices", complete=True, facts={})
    stage.seal({})
    draft.publish({})

    def counts(number: int) -> list[int]:
        return [len(vault.books("T1", f"org-{(number + one) % 50}", key).snapshots()) for one in range(50)]

    with ThreadPoolExecutor(8) as pool:
        assert [sum(found) for found in pool.map(counts, range(16))] == [1] * 16


def test_take_when_connections_of_several_wait_then_gives_the_owners_last() -> None:
    idle, first, second, third = IdleConnections(), *(sqlite3.connect(":memory:") for _ in range(3))
    idle.keep("a", first)
    idle.keep("a", second)
    idle.keep("b", third)
    assert idle.take("c") is None
    assert [idle.take("a"), idle.take("a"), idle.take("a"), idle.take("b")] == [second, first, None, third]
    for one in (first, second, third):
        one.close()


def test_keep_when_too_many_wait_then_closes_the_one_that_waited_longest() -> None:
    idle, first, second, third = IdleConnections(2), *(sqlite3.connect(":memory:") for _ in range(3))
    for owner, one in (("a", first), ("b", second), ("c", third)):
        idle.keep(owner, one)
    assert idle.take("a") is None
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        first.execute("SELECT 1")
    idle.close("b")
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        second.execute("SELECT 1")
    assert idle.take("c") is third
    third.close()
