"""A vault written in format 1 stays readable: by this program and by the stand-alone reader.

The folder `format1` was written once and is never regenerated; its key protects nothing but these examples.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.crypto import KeyRing
from bot.vault import Books, Store, Vault

GOLDEN = Path(__file__).parent / "format1"
READER = Path(__file__).parents[3] / "docs" / "vault_reader.py"
RING = "golden:Z29sZGVuIGtleSBmb3IgdGVzdHMgb25seSAwMDAwMDA"
WHERE = ("T0GOLDEN", "11111111-2222-3333-4444-555555555555")
AT = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
STATES = [
    {"i1": b'{"Total":1.10}', "i2": b'{"Total":2.20}'},
    {"i1": b'{"Total":9.90}'},
    {"i1": b'{"Total":1.10}', "i3": '{"Name":"J\u00f6rg"}'.encode()},
]


@pytest.fixture
def books(tmp_path: Path) -> Books:
    shutil.copytree(GOLDEN, tmp_path / "vault")
    store = Store.open(f"file://{tmp_path}/vault", {})
    vault = Vault(store, KeyRing.parse(RING), tmp_path / "cache", now=lambda: AT, tool="t")
    return vault.books(*WHERE, vault.data_key(WHERE[0]))


def test_old_vault_reads_as_it_was_written(books: Books) -> None:
    infos = books.snapshots()
    assert [(info.number, info.run_id, info.tool, info.taken_at) for info in infos] == [
        (number, f"run {number}", "0.1.0", AT) for number in (1, 2, 3)
    ]
    for info, state in zip(infos, STATES, strict=True):
        assert {record.record_id: record.raw for record in books.records(info, "invoices")} == state
        assert [record.raw for record in books.records(info, "files")] == [b"%PDF-1.7 golden"]
    assert books.verify(full=True).problems == ()


def test_old_vault_takes_another_snapshot(books: Books) -> None:
    draft = books.draft("unfinished", AT)
    assert draft.stages_done() == {"quotes": {"left": True}}
    info = draft.publish({})
    assert (info.number, info.resources["quotes"].count, info.resources["invoices"].count) == (4, 1, 2)
    assert books.verify(full=True).problems == ()


def test_stand_alone_reader_reads_the_old_vault(tmp_path: Path) -> None:
    command = [sys.executable, "-I", str(READER), str(GOLDEN), RING, str(tmp_path / "out")]
    subprocess.run(command, check=True, capture_output=True)
    (lines,) = (tmp_path / "out").glob("*/*/*/invoices.jsonl")
    assert [line.partition('"record": ')[2] for line in lines.read_text("utf-8").splitlines()] == [
        '{"Total":1.10}}',
        '{"Name":"J\u00f6rg"}}',
    ]
