"""Keep a running backup's progress: count, store and tell at most every three seconds; notice a stop.

Progress that cannot be stored or shown just now never ends a backup.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import msgspec

from bot.catalogue.model import Resource
from bot.domain.backup import Progress, Run
from bot.errors import Transient
from bot.log import get_logger
from bot.services.running.runs import Runs

log = get_logger(__name__)
TELL_EVERY_SECONDS = 3.0  # Slack: update a message at most every few seconds (chat.update, tier 3)

LOOK_EVERY_SECONDS = 1.0


class StopSign(threading.Event):
    """Set once a person asked the run to stop, or the process is ending.

    It looks by itself when it is asked, so that a run that only waits for Xero notices too.
    """

    def __init__(
        self,
        asked: Callable[[], bool],
        ending: threading.Event,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._asked, self._ending, self._monotonic = asked, ending, monotonic
        self._looked_at = float("-inf")

    def is_set(self) -> bool:
        """Say whether to stop; looks into the database at most once a second."""
        if super().is_set() or self._ending.is_set():
            return True
        if self._monotonic() - self._looked_at >= LOOK_EVERY_SECONDS:
            self._looked_at = self._monotonic()
            if self._is_asked():
                self.set()
        return super().is_set()

    def _is_asked(self) -> bool:
        try:
            return self._asked()
        except Transient:
            return False  # the database is busy: the next look tells


class Keeper:
    """Counts what one run has read; called from several threads.

    `tell` draws the running message; `calls` gives calls used and left today as the client knows them;
    `told` remembers when each run was told of last, across its stages.
    """

    def __init__(
        self,
        runs: Runs,
        run: Run,
        *,
        tell: Callable[[Run], None],
        calls: Callable[[], tuple[int, int | None]],
        told: dict[str, float],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._runs, self._run, self._tell, self._calls = runs, run, tell, calls
        self._monotonic = monotonic
        self._calls_before, self._records = run.progress.calls, run.progress.records
        self._told, self._began = told, monotonic()
        self._lock = threading.Lock()

    def begin(self, titles: tuple[str, ...], *, resources_done: int = 0) -> None:
        """Say which stage is read now, and how many resources the stages before it held."""
        with self._lock:
            progress = replace(self._run.progress, current=titles, resources_done=resources_done)
            self._run = replace(self._run, progress=progress)
        self._report(force=True)

    def seen(self, _resource: Resource, records: int) -> None:
        """Add records; called page by page."""
        with self._lock:
            self._records += records
        self._report(force=False)

    def read(self, resource: Resource) -> None:
        """Say that one resource of the stage was read to its end, or could not be."""
        with self._lock:
            before = self._run.progress
            left = tuple(title for title in before.current if title != resource.title)
            progress = replace(before, current=left, resources_done=before.resources_done + 1)
            self._run = replace(self._run, progress=progress)
        self._report(force=False)

    def ended(self, resources_done: int) -> Run:
        """Say that a stage is sealed, and give the run as stored."""
        with self._lock:
            self._run = replace(
                self._run, progress=replace(self._run.progress, resources_done=resources_done, current=())
            )
        self._report(force=True)
        return self._run

    def _report(self, *, force: bool) -> None:
        with self._lock:
            told_at = self._told.get(self._run.id, float("-inf"))
            due = self._monotonic() - told_at >= TELL_EVERY_SECONDS
            if not (due or force):
                return
            if due:
                self._told[self._run.id] = self._monotonic()
            self._run = replace(self._run, progress=self._now())
            run = self._run
        try:
            self._runs.change(run.id, progress=msgspec.to_builtins(run.progress))
            if due:
                self._tell(run)
        except Transient as error:
            log.info("progress_not_kept", error=type(error).__name__)

    def _now(self) -> Progress:
        calls, left = self._calls()
        used = self._calls_before + calls
        before = self._run.progress
        return replace(
            before,
            records=self._records,
            calls=used,
            calls_left_today=left,
            calls_planned=max(before.calls_planned, used),
            seconds_left=self._seconds_left(calls, max(0, before.calls_planned - used)),
        )

    def _seconds_left(self, calls: int, to_come: int) -> int | None:
        """Extend the pace so far; nothing is said before there is a pace."""
        elapsed = self._monotonic() - self._began
        if calls < 3 or elapsed <= 0:
            return None
        return round(to_come * elapsed / calls)
