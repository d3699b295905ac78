"""The stand-alone reader opens a vault with nothing of ours and gives back exactly what was written."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

READER = Path(__file__).parents[3] / "docs" / "vault_reader.py"
START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def run(shop: Any, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    key_id = shop.ring.newest
    entry = f"{key_id}:{base64.urlsafe_b64encode(shop.ring._keys[key_id]).decode()}"
    command = [sys.executable, "-I", str(READER), str(shop.root / "vault"), entry, str(out), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=out.parent)


def read(folder: Path, resource: str) -> dict[str, bytes]:
    found = {}
    for line in (folder / f"{resource}.jsonl").read_bytes().split(b"\n")[:-1]:
        entry = json.loads(line)
        if "file" in entry:
            found[entry["id"]] = (folder / entry["file"]).read_bytes()
        elif "base64" in entry:
            found[entry["id"]] = base64.b64decode(entry["base64"])
        else:
            found[entry["id"]] = line.partition(b'"record": ')[2][:-1]
    return found


def test_reader_is_short_and_imports_nothing_of_ours() -> None:
    text = READER.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 200
    assert "import bot" not in text
    assert "from bot" not in text


def test_reader_gives_back_exactly_what_was_written(shop: Any, tmp_path: Path) -> None:
    model = {f"r{n}": b'{"Total": %d.10, "Name": "J\xc3\xb6"}' % n for n in range(3000)}
    first = shop.back_up(invoices=model, contacts={"c": b"{\n}", "raw": b"\xff\x00"})
    model |= {"r7": b'{"Total":1.00}', "new": b"[]"}
    del model["r9"]
    draft = shop.books.draft("second", START)
    stage = draft.stage("x")
    for record_id, raw in model.items():
        stage.add("invoices", record_id, b"{}")
        stage.add("invoices", record_id, raw)
    blob = bytes(range(256)) * 40_000
    stage.add_blob("files/content", "f", io.BytesIO(blob))
    stage.finish("invoices", complete=True, facts={})
    stage.finish("files/content", complete=False, facts={})
    stage.seal({})
    second = draft.publish({"facts": 1})
    done = run(shop, tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    folder = tmp_path / "out" / "T1" / "org-1" / second.id
    assert read(folder, "invoices") == model
    assert read(folder, "contacts") == {"c": b"{\n}", "raw": b"\xff\x00"}
    assert read(folder, "files%2Fcontent") == {"f": blob}
    assert json.loads((folder / "snapshot.json").read_text())["facts"] == {"facts": 1}
    done = run(shop, tmp_path / "old", first.id[:8])
    assert done.returncode == 0
    assert len(read(tmp_path / "old" / "T1" / "org-1" / first.id, "invoices")) == 3000


def test_reader_starts_at_a_checkpoint_when_older_heads_are_gone(shop: Any, tmp_path: Path) -> None:
    for number in range(1, 32):
        state = {f"r{number % 7}": b"%d" % number, "a": b"1" if number % 2 else b"2"}
        shop.back_up(complete=False, invoices=state)
    latest = shop.books.snapshot("latest")
    for number in range(1, 30):
        shop.store.delete(f"w/T1/o/org-1/heads/{number:08d}")
    assert run(shop, tmp_path / "out").returncode == 0
    folder = tmp_path / "out" / "T1" / "org-1" / latest.id
    assert read(folder, "invoices") == shop.read(latest, "invoices")


@pytest.mark.parametrize("part", ["/packs/", "/manifests/", "/heads/"])
def test_reader_stops_at_damage(shop: Any, tmp_path: Path, part: str) -> None:
    shop.back_up(invoices={"a": b'{"x":1}' * 50})
    (name,) = [name for name in shop.objects() if part in name]
    path = shop.root / "vault" / name
    data = path.read_bytes()
    for at in (0, 4, 5, 7, 20, 50, len(data) // 2, len(data) - 1):
        path.chmod(0o600)
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        done = run(shop, tmp_path / f"out{at}")
        assert done.returncode != 0
        assert not list((tmp_path).glob(f"out{at}/**/invoices.jsonl"))
