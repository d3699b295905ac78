"""Ask again for jobs that this process holds and nobody works on: their going could not be written down.

On a full disk the engine can record neither a step nor an end. Such a job would stay "pending" until the
process is started anew, and the organisation's next ones behind it. Must not touch jobs of other processes:
`reaper.py` does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from bot.log import get_logger
from bot.queue import Queue

log = get_logger(__name__)


class Stranded:
    """Looks now and then; a job is asked for again when two looks in a row find nobody at it."""

    def __init__(self, queue: Queue, worker_id: str, *, at_work: Callable[[], Collection[str]]) -> None:
        self._queue, self._worker_id, self._at_work = queue, worker_id, at_work
        self._before: frozenset[str] = frozenset()

    def recover(self) -> int:
        """Ask again for what is stranded; gives how many. Raises Transient."""
        mine = {key for key, holder in self._queue.running().items() if holder == self._worker_id}
        idle = mine.difference(self._at_work())
        # One look is not enough: between taking a job and beginning it, and at its very end, nobody is at it.
        again, self._before = idle & self._before, frozenset(idle)
        if again:
            log.warning("work_asked_again", count=len(again))
            self._queue.ask_again(sorted(again))
        return len(again)
