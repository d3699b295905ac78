"""What was measured last, kept as JSON, so that the page can be drawn without measuring again."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "results"


def save(name: str, rows: list[dict[str, Any]], **about: Any) -> None:
    """Write down what a program measured, on which machine and when."""
    FOLDER.mkdir(exist_ok=True)
    found = {
        "at": f"{datetime.now(UTC):%Y-%m-%d}",
        "state": state(),
        "machine": machine(),
        **about,
        "rows": rows,
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def load(name: str) -> dict[str, Any]:
    """Give what a program measured last; empty when it has not run yet."""
    path = FOLDER / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def state() -> str:
    """Name the commit that was measured, and say where the code differed from it; empty without git.

    What the programs write themselves, such as the results of the part before, is no difference.
    """
    written = [f":(exclude){one}" for one in ("bench/results", "docs")]
    commit = _git("describe", "--always")
    changed = commit and _git("status", "--porcelain", "--untracked-files=no", "--", ".", *written)
    return f"{commit}, with changes" if changed else commit


def _git(*words: str) -> str:
    told = subprocess.run(["git", *words], cwd=FOLDER.parents[1], capture_output=True, text=True, check=False)
    return told.stdout.strip()


def machine() -> dict[str, Any]:
    """Say what decides about seconds: processor, cores, load of the machine at this moment, Python."""
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return {
        "processor": model[1].strip() if model else platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
    }
