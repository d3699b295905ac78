"""`make bench` repeats every measurement there is, each runs, and the page says what was measured."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import backup, compare, picture, report, results
from bench.ground import ground
from bot.sandbox.xero.demo.volume import volume

HOUSE = Path(__file__).resolve().parents[2]
PATHS = (
    "/api.xro/2.0/Organisation",
    "/api.xro/2.0/Invoices?page=1&pageSize=1000",
    "/assets.xro/1.0/AssetTypes",  # a bare array
)


def test_bench_when_a_measurement_exists_then_make_bench_repeats_it() -> None:
    programs = {
        one.stem for one in (HOUSE / "bench").glob("*.py") if 'if __name__ == "__main__":' in one.read_text()
    }
    loop = re.search(r"for each in (.+); do", (HOUSE / "Makefile").read_text())
    assert loop is not None
    named = set(re.sub(r"[\"\d]", " ", loop.group(1)).split())
    assert named == programs


def test_peer_when_pinned_then_as_our_own_lock_pins_it() -> None:
    pins = re.findall(r"^\S+==\S+", (HOUSE / "bench" / "peer-requirements.txt").read_text(), re.MULTILINE)
    locked = re.findall(r"^\S+==\S+", (HOUSE / "requirements.lock").read_text(), re.MULTILINE)
    assert len(pins) >= 5
    assert set(pins) <= set(locked)


def test_measurements_when_run_on_a_small_organisation_then_all_saw_the_same_books() -> None:
    org = volume("tiny", invoices=120, bank_transactions=30, contacts=12)
    with ground([org]) as running:
        rows = backup.nights(running, org)
        beneath = compare.floor(running, org, PATHS)
        beside = compare.loop(running, org, 100, Path(sys.executable))
    quiet = rows[1]
    assert [one["what"] for one in rows] == ["first", "nothing changed", "1 % changed"]
    assert rows[0]["calls"] == rows[0]["least"] > 0
    assert quiet["stored"] < rows[0]["stored"] / 2
    assert all(one["cpu"] > 0 and one["peak"] > 20 for one in (*rows, beneath, beside))
    assert beneath["calls"] == len(PATHS)
    assert beneath["records"] >= 1 + 120
    assert beside["records"] >= 120 + 30 + 12
    assert beside["stored"] > 0


def row(what: str, **known: Any) -> dict[str, Any]:
    return {"calls": 3, "seconds": 1.0, "cpu": 1.0, "peak": 50.0, "stored": 10, "received": 20} | {
        "what": what,
        **known,
    }


def test_report_when_results_change_then_only_what_stands_between_its_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    rows = [row("bot", cpu=2.0, idle=40.0), row("floor", cpu=1.0), row("loop 1000", cpu=8.0)]
    results.save("compare", rows, records=7, least=3)
    page = "a\n<!-- bench:compare -->\nstale\n<!-- /bench:compare -->\nb <!-- bench:many -->kept"
    drawn = report.written(page)
    assert drawn.startswith("a\n")
    assert drawn.endswith("b <!-- bench:many -->kept")
    assert "stale" not in drawn
    assert "| CPU of the quicker loop against ours | at least 5 times | 4.0 times | **missed** |" in drawn
    assert "| CPU against the floor | at most 2.5 times | 2.0 times | met |" in drawn
    assert report.written(drawn) == drawn
    picture.draw(tmp_path / "bench.png")
    assert (tmp_path / "bench.png").read_bytes().startswith(b"\x89PNG")


def test_page_when_read_then_it_says_what_was_measured_last() -> None:
    assert report.written(report.PAGE.read_text()) == report.PAGE.read_text()
    for name in report.PARTS:
        assert f"<!-- bench:{name} -->" in report.PAGE.read_text()


def test_results_when_kept_then_they_say_where_and_when() -> None:
    for path in results.FOLDER.glob("*.json"):
        found = json.loads(path.read_text())
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", found["at"])
        assert set(found["machine"]) == {"processor", "cores", "load", "python"}
        assert found["state"]
        assert found["rows"]
