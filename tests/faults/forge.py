"""Processes of the bot without the two seconds that reading its code takes: a forge reads it once and forks.

What comes out is a whole process of its own, with its own environment, memory and signals; it may be stopped
and killed like any other. Machines that are told to be `fresh` start real ones (test_process_start.py).
"""

from __future__ import annotations

import atexit
import faulthandler
import functools
import gc
import json
import os
import runpy
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Forged:
    """One process, as `subprocess.Popen` would show it."""

    def __init__(self, forge: Forge, pid: int) -> None:
        self._forge, self.pid = forge, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Give its code if it has ended."""
        self.returncode = self._forge.code_of(self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its code; raises subprocess.TimeoutExpired."""
        self.returncode = self._forge.code_of(self.pid, within=timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it ended this moment
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def tell_where(self) -> None:
        """Let it write into its log what each of its threads is doing."""
        self.send_signal(signal.SIGUSR1)

    def kill(self) -> None:
        """Let it die at once."""
        self.send_signal(signal.SIGKILL)


class Forge:
    """The forging process, seen from the tests' own."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.faults.forge"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
        self._asking, self._heard = threading.Lock(), threading.Condition()
        self._begun: list[int] = []
        self._codes: dict[int, int] = {}
        threading.Thread(target=self._listen, name="forge", daemon=True).start()

    def start(self, module: str, command: Sequence[str], *, env: Mapping[str, str], log: Path) -> Forged:
        """Start `python -m module command...`; what it prints goes to the log."""
        asked = {"module": module, "command": list(command), "env": dict(env), "log": str(log)}
        assert self._process.stdin is not None
        with self._asking:
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            self._process.stdin.flush()
            with self._heard:
                assert self._heard.wait_for(lambda: self._begun, 60), "the forge does not answer"
                return Forged(self, self._begun.pop())

    def code_of(self, pid: int, *, within: float | None = 0.0) -> int | None:
        """Give the code a process ended with; None when it has not within these seconds."""
        with self._heard:
            self._heard.wait_for(lambda: pid in self._codes, within)
            return self._codes.get(pid)

    def close(self) -> None:
        """End it, and what it forged and nobody ended."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            with self._heard:
                if told["code"] is None:
                    self._codes.pop(told["pid"], None)  # the number of a process that ended may come again
                    self._begun.append(told["pid"])
                else:
                    self._codes[told["pid"]] = told["code"]
                self._heard.notify_all()


@functools.cache
def the_forge() -> Forge:
    """Give the forge of this test process; it ends when the test process does."""
    forge = Forge()
    atexit.register(forge.close)
    return forge


def main() -> None:
    """Fork for every line on standard input until it ends; a child leaves here and becomes what was asked."""
    _read_code()
    asked = _serve(sys.stdin.fileno(), sys.stdout.fileno())
    if asked is not None:
        sys.argv = [asked["module"], *asked["command"]]
        runpy.run_module(asked["module"], run_name="__main__", alter_sys=True)


def _read_code() -> None:
    import alembic.command  # noqa: F401
    import sqlalchemy.dialects.postgresql.psycopg
    import sqlalchemy.dialects.sqlite.pysqlite  # noqa: F401

    import bot.process  # noqa: F401
    from bot.cli import command

    command()
    gc.collect()
    gc.freeze()


def _serve(asking: int, telling: int) -> dict[str, Any] | None:
    """Serve to the end of the input, then give None; in each child give what it was asked to be."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    living: set[int] = set()
    lines = b""
    while True:
        ready, _, _ = select.select([asking, woken], [], [])
        if woken in ready:
            os.read(woken, 1000)
            _reap(living, telling)
        if asking in ready:
            some = os.read(asking, 1_000_000)
            if not some:
                break
            lines += some
            while b"\n" in lines:
                line, _, lines = lines.partition(b"\n")
                asked = json.loads(line)
                if (pid := _fork(asked, woken, wake)) == 0:
                    return dict(asked)
                living.add(pid)
                _tell(telling, pid, None)
    for pid in living:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return None


def _fork(asked: Mapping[str, Any], woken: int, wake: int) -> int:
    """Fork; the child puts away what is the forge's own and takes environment and log of its own."""
    assert threading.active_count() == 1, threading.enumerate()
    pid = os.fork()
    if pid == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(woken)
        os.close(wake)
        os.environ.clear()
        os.environ.update(asked["env"])
        log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for here, there in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(here, there)
        faulthandler.register(signal.SIGUSR1, all_threads=True)
    return pid


def _reap(living: set[int], telling: int) -> None:
    for pid in list(living):
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            living.discard(pid)
            _tell(telling, pid, os.waitstatus_to_exitcode(status))


def _tell(telling: int, pid: int, code: int | None) -> None:
    os.write(telling, json.dumps({"pid": pid, "code": code}).encode() + b"\n")


if __name__ == "__main__":
    main()
