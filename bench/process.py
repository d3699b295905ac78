"""What a process costs, read from Linux's /proc: CPU with its children, and the most memory it held."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_QUIET_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Process:
    """One process and whatever it started."""

    pid: int

    def cpu_seconds(self) -> float:
        """Give user and system time so far: its own, that of ended children, that of living ones."""
        return sum(_cpu(one) for one in self._family())

    def peak_bytes(self) -> int:
        """Give the most memory held since `forget_peak`; of several processes, their peaks together."""
        return sum(_peak(one) for one in self._family())

    def forget_peak(self) -> None:
        """Let the peak begin anew at what is held now (proc(5): 5 into clear_refs)."""
        for pid in self._family():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def settle(self, seconds: float = 10.0) -> None:
        """Wait until it does next to nothing, so that no work is counted twice or not at all."""
        until = time.monotonic() + seconds
        before = self.cpu_seconds()
        while time.monotonic() < until:
            time.sleep(_QUIET_SECONDS)
            now = self.cpu_seconds()
            if now - before <= _QUIET_SECONDS * 0.1:
                return
            before = now

    def _family(self) -> Iterator[int]:
        todo = [self.pid]
        while todo:
            pid = todo.pop()
            yield pid
            for thread in Path(f"/proc/{pid}/task").glob("*/children"):
                todo += map(int, _text(thread).split())


def _cpu(pid: int) -> float:
    fields = _text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


def _peak(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+)", _text(Path(f"/proc/{pid}/status")))
    return int(found[1]) * 1024 if found else 0


def _text(path: Path) -> str:
    """Give what a file of /proc says; nothing when the process has just ended."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
