"""The life of what works: engine, clock and, with several workers, the roll of who is alive."""

from __future__ import annotations

import threading

from bot.app.front import build_connections, build_desk
from bot.app.reach import open_reach
from bot.app.services import build_services
from bot.app.work import build_work
from bot.parts import Parts, executor_id
from bot.services.access import Access
from bot.services.connections import Connections
from bot.services.desk import Desk
from bot.services.looking.sweeping import Sweeping
from bot.services.workers import Roll
from jobs.clock import Clock
from jobs.engine import Engine, at_work
from jobs.reaper import Heartbeat, Reaper
from jobs.stranded import Stranded


class Worker:
    """Everything that does work; what it is made of may be asked by the name of the service."""

    def __init__(self, parts: Parts, *, heartbeat: Heartbeat | None = None) -> None:
        self.parts, self.reach = parts, open_reach(parts)
        self.services = build_services(parts, self.reach)
        self._ending = threading.Event()
        self.sweeping = Sweeping(self.services.exports.sweep)
        self._work = build_work(parts, self.reach, self.services, self._ending)
        self._heartbeat = heartbeat or Heartbeat()
        self._engine: Engine | None = None
        self._reaper: Reaper | None = None
        self._name = executor_id(parts.settings)
        stranded = Stranded(self.reach.queue, self._name, at_work=at_work)
        self.clock = Clock(
            queue=self.reach.queue,
            posts=self.reach.posts,
            schedules=self.services.schedules,
            slots=self.services.slots,
            backups=self.services.backups,
            recover=(*self._work.recover, stranded.recover),
            now=parts.now,
        )

    def start(self, *, by_the_clock: bool = True) -> None:
        """Take up interrupted work, then new work; without the clock only what people ask for."""
        settings, name = self.parts.settings, self._name
        if not settings.on_one_machine:
            roll, queue = Roll(self.parts.db), self.reach.queue
            self._reaper = Reaper(roll, queue, name, heartbeat=self._heartbeat, ending=self._ending)
            self._reaper.start()
        self._engine = Engine(
            url=settings.jobs_url,
            executor_id=name,
            jobs=self._work.jobs,
            on_broken=self._work.broken,
            ending=self._ending,
        )
        self._engine.launch()
        self.sweeping.start()
        self.clock.start(self._work.jobs if by_the_clock else ())

    def stop(self) -> None:
        """Stop the clock, let running work settle for a few seconds, let go of everything."""
        self._ending.set()
        self.services.aside.stop()
        self.clock.stop()
        self.sweeping.stop()
        if self._engine is not None:
            self._engine.stop()
        if self._reaper is not None:
            self._reaper.stop()
        self.reach.queue.close()

    def connections(self, access: Access) -> Connections:
        """Put together what links organisations."""
        return build_connections(self.parts, self.reach, self.services, access)

    def desk(self, connections: Connections, access: Access) -> Desk:
        """Put together what Slack's handlers ask."""
        return build_desk(self.parts, self.reach, self.services, connections=connections, access=access)
