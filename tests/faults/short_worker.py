"""A worker whose silence counts as death after seconds, for tests: `python -m tests.faults.short_worker`."""

from __future__ import annotations

from bot.app import Worker
from bot.cli.opening import parts_for, settings_for
from bot.cli.running import say, stopping
from jobs.reaper import Heartbeat

HEARTBEAT = Heartbeat(every=0.3, dead_after=5.0)  # a busy machine may hold up one that lives


def main() -> None:
    """Work until told to stop."""
    with stopping() as told, parts_for(settings_for()) as parts:
        worker = Worker(parts, heartbeat=HEARTBEAT)
        try:
            worker.start()
            say(event="ready", mode="worker")
            told.wait()
        finally:
            worker.stop()


if __name__ == "__main__":
    main()
