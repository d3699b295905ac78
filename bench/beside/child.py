"""How a process beside the bot is told what to do and tells what it cost; standard library only.

One JSON document on standard input, one line of JSON on standard output. CPU and seconds count from when
everything is imported, as the bot is up already when its backup is asked for.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def run(work: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Do the work and print its cost beside what it gives."""
    order = json.load(sys.stdin)
    cpu, began = time.process_time(), time.perf_counter()
    found = work(order)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(json.dumps({**found, "seconds": seconds, "cpu": cpu, "peak": peak_mb()}))


def peak_mb() -> float:
    """Give the most memory this process ever held; what its parent held does not count."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 / 1e6 if found else 0.0
