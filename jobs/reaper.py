"""Take over the work of workers that died, where several share one PostgreSQL.

The engine recovers only what its own earlier self left, so work of a machine that never comes back would wait
for ever (measured with DBOS 3.4). Each worker signs a roll; who falls silent is struck off, and work that
belongs to nobody on the roll is asked for again: another worker goes on at the interrupted step.

A worker taken for dead may only have slept. It finds its name gone and ends itself; until then two may run
one step, which steps allow for. Must not run on SQLite: there one process holds the data folder.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import LedgerkeepError
from bot.log import get_logger
from bot.queue import Queue
from bot.services.workers import Roll

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """How often a worker signs, and how long a silence counts as death; seconds."""

    every: float = 10.0
    dead_after: float = 60.0


def end_this_process() -> None:
    """Ask this process to end as an operator would."""
    os.kill(os.getpid(), signal.SIGTERM)


class Reaper:
    """Keeps one worker on the roll, and the roll true."""

    def __init__(
        self,
        roll: Roll,
        queue: Queue,
        worker_id: str,
        *,
        heartbeat: Heartbeat,
        ending: threading.Event,
        on_struck_off: Callable[[], None] = end_this_process,
    ) -> None:
        self._roll, self._queue, self._worker_id, self._heartbeat = roll, queue, worker_id, heartbeat
        self._ending, self._on_struck_off = ending, on_struck_off
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._keep_signing, name="reaper", daemon=True)

    def start(self) -> None:
        """Go on the roll before any work is taken, and stay on it. Raises Transient."""
        self._roll.enter(self._worker_id)
        self._thread.start()

    def stop(self) -> None:
        """Leave the roll and hand over what was interrupted; others need not wait for the silence."""
        self._stopped.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(5)
        try:
            self._roll.leave(self._worker_id)
            self._take_over()
        except LedgerkeepError as error:
            log.warning("worker_left_silently", error=type(error).__name__)

    def beat(self) -> bool:
        """Sign, strike off the silent, take over their work; False when this worker is off the roll."""
        if not self._roll.sign(self._worker_id):
            return False
        with self._roll.alone() as alone:
            if alone:
                self._roll.strike_off(timedelta(seconds=self._heartbeat.dead_after))
                self._take_over()
        return True

    def _take_over(self) -> None:
        living = self._roll.living()
        orphans = [key for key, worker_id in self._queue.running().items() if worker_id not in living]
        if orphans:
            log.warning("work_taken_over", count=len(orphans))
            self._queue.ask_again(orphans)

    def _keep_signing(self) -> None:
        while not self._stopped.is_set():
            try:
                if not self.beat():
                    log.error("worker_struck_off")
                    self._ending.set()  # at once: another worker has this one's jobs
                    self._on_struck_off()
                    return
            except LedgerkeepError as error:
                log.warning("worker_could_not_sign", error=type(error).__name__)
            self._stopped.wait(self._heartbeat.every)
