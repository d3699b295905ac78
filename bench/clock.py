"""What the clock costs: CPU for a thousand slots, and for the ticks of an idle minute.

The comparison is an empty loop in the same process and run: how much of it one slot costs tells more than
seconds, which differ between machines. The engine does no work meanwhile: only the asking is measured.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dbos import DBOS

from bot.db.engine import Database
from bot.db.migrate import migrate
from bot.db.tables import ScheduleRow, Workspace
from bot.queue import Queue
from bot.services.audit import Audit
from bot.services.organisations import Organisations
from bot.services.settings import SettingsStore
from bot.services.timing.schedules import Schedules
from bot.services.timing.slots import Slots
from jobs.clock import JOBS, TICK_SECONDS, Clock
from jobs.engine import Engine

SLOTS = 1_000
LOOPS = 1_000_000
START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


class _Nobody:
    """No messages and no interrupted runs."""

    def any_due(self) -> bool:
        return False

    def recover(self) -> int:
        return 0


def empty_loop() -> float:
    """CPU seconds of a million turns of a loop that does nothing."""
    began = time.process_time()
    for _ in range(LOOPS):
        pass
    return time.process_time() - began


def spent(work: Callable[[], Any], times: int = 1) -> tuple[float, float]:
    """CPU and wall seconds of doing something so many times."""
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(times):
        work()
    return time.process_time() - cpu, time.perf_counter() - wall


def fill(db: Database) -> None:
    """Write a thousand daily schedules of organisations, due an hour from the start."""
    with db.session() as session:
        session.add(Workspace(id="w", team_id="T1", created_at=START))
        for number in range(SLOTS):
            session.add(
                ScheduleRow(
                    kind="backup",
                    subject=f"{number:032x}",
                    workspace_id="w",
                    times=["03:00"],
                    weekdays=list(range(7)),
                    zone="Europe/London",
                    next_at=START + timedelta(hours=1),
                    next_slot="2026-11-22T03:00",
                    changed_at=START,
                )
            )


def measure(database_url: str, jobs_url: str) -> None:
    """Print what a thousand slots and an idle minute cost."""
    moment = [START]
    db = Database.open(database_url, now=lambda: moment[0])
    migrate(db, backup_to=None)
    fill(db)
    clock = _clock(db, jobs_url, lambda: moment[0])
    clock.tick()
    empty = empty_loop()
    ticks = 60 // TICK_SECONDS
    idle, _ = spent(clock.tick, ticks)
    moment[0] += timedelta(days=1)
    cpu, wall = spent(clock.tick)
    print(f"an empty loop of {LOOPS:,} turns: {empty:.3f} CPU s")
    print(
        f"{SLOTS:,} slots due at once: {cpu:.2f} CPU s ({cpu / empty:.0f} x the empty loop), {wall:.2f} s; "
        f"in one minute that is {cpu / 60:.1%} of a core"
    )
    print(
        f"an idle minute, {ticks} ticks over {SLOTS:,} schedules: {idle * 1000:.1f} CPU ms "
        f"({idle / empty:.2f} x the empty loop), {idle / 60:.3%} of a core"
    )


def _clock(db: Database, jobs_url: str, now: Callable[[], datetime]) -> Clock:
    organisations = Organisations(db)
    settings = SettingsStore(db, audit=Audit(db, now=now), now=now)
    nobody: Any = _Nobody()
    clock = Clock(
        queue=Queue(jobs_url),
        posts=nobody,
        schedules=Schedules(db, settings=settings, organisations=organisations, now=now),
        slots=Slots(db, now=now),
        backups=nobody,
        now=now,
    )
    clock.serve(frozenset(JOBS.values()))
    return clock


def main() -> None:
    """Measure on SQLite, or on the PostgreSQL that BENCH_DATABASE_URL names."""
    folder = Path(tempfile.mkdtemp(prefix="ledgerkeep-bench-"))
    address = os.environ.get("BENCH_DATABASE_URL", "")
    database_url = address or f"sqlite:///{folder / 'data' / 'app.db'}"
    jobs_url = address or f"sqlite:///{folder / 'jobs.db'}"
    engine = Engine(
        url=jobs_url, executor_id="bench", jobs={}, on_broken=lambda *_: None, ending=threading.Event()
    )
    DBOS.launch()  # makes the engine's tables; without a queue registered it takes no work
    try:
        measure(database_url, jobs_url)
    finally:
        engine.stop(0)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
