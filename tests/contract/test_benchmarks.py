"""`make bench` repeats every measurement there is."""

from __future__ import annotations

import re
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]


def test_bench_when_a_measurement_exists_then_make_bench_repeats_it() -> None:
    programs = {
        one.stem for one in (HOUSE / "bench").glob("*.py") if 'if __name__ == "__main__":' in one.read_text()
    }
    loop = re.search(r"for each in (.+); do", (HOUSE / "Makefile").read_text())
    assert loop is not None
    named = set(re.sub(r"[\"\d]", " ", loop.group(1)).split())
    assert named == programs
