"""Say when: the only user of APScheduler. Its jobs look at the time and ask for work; they do none.

APScheduler only ticks. What is due stands in our own table of schedules, so that a changed setting counts at
the next tick, whoever changed it, and a process that was down finds what it missed. (A shared job store of
APScheduler was measured to fire twice and to lose jobs when the process dies.) The work of a slot is asked
for before its row moves on; its key names the slot, so what is asked for twice runs once.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler

from bot.domain.schedule import ScheduleKind
from bot.errors import LedgerkeepError
from bot.log import get_logger
from bot.queue import Ask, Queue
from bot.services.backups import Backups
from bot.services.posts import Posts
from bot.services.timing.schedules import HOUSE, Schedules
from bot.services.timing.slots import Due, Slots
from jobs.housekeeping import PARTITION

log = get_logger(__name__)

TICK_SECONDS = 5
RECOVER_SECONDS = 60.0
AT_ONCE = 100  # slots asked for before their rows move on, in one transaction
# What runs in a slot, by the name it is registered under (jobs/__init__.py).
JOBS: Mapping[ScheduleKind, str] = {
    ScheduleKind.BACKUP: "slot",
    ScheduleKind.DIGEST: "digest",
    ScheduleKind.VERIFY: "verify",
    ScheduleKind.RETENTION: "retention",
    ScheduleKind.KEEP_ALIVE: "consents",
    ScheduleKind.EXPIRY: "expiry",
    ScheduleKind.TIDY: "tidy",
}
# How many of a kind run at once in all. A slot only asks for a backup, beside whatever else runs there.
LANES = {ScheduleKind.BACKUP: 4, ScheduleKind.VERIFY: 1, ScheduleKind.RETENTION: 1}


class Clock:
    """What happens by the clock."""

    def __init__(
        self,
        *,
        queue: Queue,
        posts: Posts,
        schedules: Schedules,
        slots: Slots,
        backups: Backups,
        recover: Sequence[Callable[[], int]] = (),
        now: Callable[[], datetime],
    ) -> None:
        self._queue, self._posts, self._schedules, self._slots = queue, posts, schedules, slots
        self._backups, self._recover, self._now = backups, recover, now
        self._kinds: frozenset[str] = frozenset()
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def start(self, jobs: Collection[str]) -> None:
        """Begin to ask for these jobs; what was interrupted or missed is asked for at once."""
        self.serve(jobs)
        self._backups.recover()
        self._schedules.settle()
        every = self._scheduler.add_job
        every(self._quietly, "interval", args=[self.tick], seconds=TICK_SECONDS, next_run_time=_at_once())
        every(self._quietly, "interval", args=[self._schedules.settle_changed], minutes=1)
        every(self._quietly, "interval", args=[self._messages], seconds=15)
        every(self._quietly, "interval", args=[self._backups.recover], minutes=5)
        for again in self._recover:
            every(self._quietly, "interval", args=[again], seconds=RECOVER_SECONDS, next_run_time=_at_once())
        self._scheduler.start()

    def stop(self) -> None:
        """End; whatever was asked for is in the queue."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def is_running(self) -> bool:
        """Say whether the clock ticks."""
        return bool(self._scheduler.running)

    def serve(self, jobs: Collection[str]) -> None:
        """Ask for these jobs and no others from now on."""
        self._kinds = frozenset(kind for kind, name in JOBS.items() if name in jobs)

    def tick(self) -> int:
        """Ask for the work of every slot that is due; gives how many there were. Raises Transient."""
        due = self._slots.due(self._kinds)
        for begin in range(0, len(due), AT_ONCE):
            some = due[begin : begin + AT_ONCE]
            self._queue.enqueue_all([_ask(one) for one in some])
            self._slots.advance(some)
        return len(due)

    def _messages(self) -> None:
        if self._posts.any_due():
            key = f"messages:{self._now():%Y%m%dT%H%M%S}"
            self._queue.enqueue("messages", organisation=PARTITION, key=key, args={})

    @staticmethod
    def _quietly(what: Callable[[], object]) -> None:
        """Do one thing; trouble that passes is met again at the next turn."""
        try:
            what()
        except LedgerkeepError as error:
            log.warning("clock_turn_missed", error=type(error).__name__)


def _at_once() -> datetime:
    return datetime.now(UTC)  # APScheduler's own clock is the machine's


def _ask(one: Due) -> Ask:
    args = {"kind": one.kind, "key": one.key, "slot": one.slot.key, "at": one.slot.at.isoformat()}
    about = {"subject": one.subject, "workspace": one.workspace_id, "retry": one.retry}
    return Ask(kind=JOBS[one.kind], organisation=_lane(one), key=one.key, args=args | about)


def _lane(one: Due) -> str:
    """Name the partition: work of one partition runs one after the other."""
    if one.subject == HOUSE:
        return PARTITION
    lanes = LANES.get(one.kind)
    return f"{one.kind}:{zlib.crc32(one.subject.encode()) % lanes}" if lanes else one.subject
