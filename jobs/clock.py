"""Say when: the only user of APScheduler. Its jobs look at the time and ask for work; they do none.

The store is memory: what is due is worked out anew at each start. A shared job store was measured to fire
twice and to lose jobs when the process dies.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from bot.queue import Queue
from bot.services.backups import Backups
from bot.services.consents import Consents
from bot.services.posts import Posts

HOUSE = "housekeeping"  # the partition of work that belongs to no organisation
IDLE = timedelta(days=6)  # consents die after 60 days; a weekly refresh keeps them


class Clock:
    """Housekeeping by the clock."""

    def __init__(
        self,
        *,
        queue: Queue,
        posts: Posts,
        consents: Consents,
        backups: Backups,
        now: Callable[[], datetime],
    ) -> None:
        self._queue, self._posts, self._consents = queue, posts, consents
        self._backups, self._now = backups, now
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def start(self) -> None:
        """Begin; interrupted asks are asked again at once."""
        self._backups.recover()
        self._scheduler.add_job(self._messages, "interval", seconds=15)
        self._scheduler.add_job(self._backups.recover, "interval", minutes=5)
        self._scheduler.add_job(self._keep_alive, "interval", hours=6, next_run_time=self._now())
        self._scheduler.add_job(self._tidy, "interval", hours=6, next_run_time=self._now())
        self._scheduler.start()

    def stop(self) -> None:
        """End; whatever was asked for is in the queue."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def is_running(self) -> bool:
        """Say whether the clock ticks."""
        return bool(self._scheduler.running)

    def _messages(self) -> None:
        if self._posts.any_due():
            self._ask("messages", f"{self._now():%Y%m%dT%H%M%S}")

    def _keep_alive(self) -> None:
        for consent_id in self._consents.idle_since(self._now() - IDLE):
            key = f"keepalive:{consent_id}:{self._now():%Y%m%d}"
            self._queue.enqueue("keepalive", organisation=HOUSE, key=key, args={"consent": consent_id})

    def _tidy(self) -> None:
        self._ask("tidy", f"{self._now():%Y%m%dT%H}")

    def _ask(self, kind: str, slot: str) -> None:
        self._queue.enqueue(kind, organisation=HOUSE, key=f"{kind}:{slot}", args={})
