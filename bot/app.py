"""Composition root: the only module that knows everyone. Builds the parts from settings; decides nothing."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from bot.backing import allowances, backup_job, backups
from bot.exporting import exports
from bot.parts import KEY_HOLDER, Parts, executor_id, pruning_of, secret, where_copies_are, xero_app
from bot.queue import Queue
from bot.services.access import Access
from bot.services.aside import Aside
from bot.services.connections import Connections
from bot.services.consents import Consents
from bot.services.desk import Desk
from bot.services.differences import Comparing
from bot.services.digests import Digests
from bot.services.exports import EXPORT
from bot.services.findings import Findings
from bot.services.growth import Growth
from bot.services.homes import Homes
from bot.services.house import House
from bot.services.posts import Posts
from bot.services.questions import Questions
from bot.services.scans import Scans
from bot.services.schedules import Schedules
from bot.services.searching import Searching
from bot.services.settings import SettingsStore
from bot.services.slots import Slots
from bot.services.soundness import Soundness
from bot.services.standings import Standings
from bot.services.talks import Talks
from bot.services.workers import Roll
from bot.services.xero import XeroAccess
from bot.slack.client import Slack
from bot.slack.files import Files
from bot.slack.tokens import BotTokens
from bot.views.message import Message
from bot.xero.oauth import OAuth
from jobs import register as register_jobs
from jobs.clock import Clock
from jobs.digest import DigestJob
from jobs.engine import Engine, Job
from jobs.export import ExportJob
from jobs.housekeeping import Housekeeping
from jobs.losses import Losses
from jobs.prune import RetentionJob
from jobs.reaper import Heartbeat, Reaper
from jobs.scan import ScanJob
from jobs.scheduled import Scheduled


class Worker:
    """Everything that does work: services that reach Xero and Slack, jobs, engine, clock."""

    def __init__(self, parts: Parts, *, heartbeat: Heartbeat | None = None) -> None:
        settings, now = parts.settings, parts.now
        self.parts = parts
        app = xero_app(settings)
        oauth = OAuth(app, now=now)
        self.tokens = BotTokens(
            single_token=secret(settings.slack_bot_token),
            installations=parts.installations,
            team_of=parts.workspaces.team_of,
        )
        self.slack = Slack(self.tokens.of_workspace, api_url=settings.slack_api_url)
        self.files = Files(self.tokens.of_workspace, api_url=settings.slack_api_url)
        self.posts = Posts(parts.db, self.slack, now=now)
        self.homes = Homes(parts.db)
        self.growth = Growth(parts.db, now=now)
        self.findings = Findings(
            parts.db, organisations=parts.organisations, runs=parts.runs, books=parts.books, now=now
        )
        self.consents = Consents(parts.db, parts.ring, oauth, client_id=app.client_id, now=now)
        self.xero = XeroAccess(
            parts.db,
            app=app,
            oauth=oauth,
            consents=self.consents,
            allowances=allowances(parts, app),
            now=now,
        )
        self.settings = SettingsStore(parts.db, audit=parts.audit, now=now)
        self.schedules = Schedules(
            parts.db, settings=self.settings, organisations=parts.organisations, now=now
        )
        self.standings = Standings(parts.db, schedules=self.schedules, now=now)
        self.queue = Queue(settings.jobs_url)
        self._ending = threading.Event()
        self._engine: Engine | None = None
        self._heartbeat = heartbeat or Heartbeat()
        self._reaper: Reaper | None = None
        self._make_jobs()
        self._make_clock()

    def _make_jobs(self) -> None:
        """Build what is asked for and done later."""
        parts, now = self.parts, self.parts.now
        self.exports = exports(parts, self.queue)
        self._export_job = ExportJob(
            exports=self.exports, organisations=parts.organisations, slack=self.slack, posts=self.posts
        )
        self.backups = backups(parts, self.queue)
        self.aside: Aside[Message] = Aside()
        self._losses = Losses(
            organisations=parts.organisations, runs=parts.runs, xero=self.xero, posts=self.posts
        )
        self._backup_job = backup_job(
            parts,
            xero=self.xero,
            queue=self.queue,
            posts=self.posts,
            growth=self.growth,
            findings=self.findings,
            losses=self._losses,
            ending=self._ending,
        )
        self.digests = Digests(
            parts.db,
            organisations=parts.organisations,
            standings=self.standings,
            schedules=self.schedules,
            settings=self.settings,
            growth=self.growth,
            queue=self.queue,
            now=now,
        )
        self._digest_job = DigestJob(self.digests, posts=self.posts, files=self.files, queue=self.queue)

    def _make_clock(self) -> None:
        parts, now = self.parts, self.parts.now
        self.slots = Slots(parts.db, now=now)
        self.clock = Clock(
            queue=self.queue,
            posts=self.posts,
            schedules=self.schedules,
            slots=self.slots,
            backups=self.backups,
            now=now,
        )

    def start(self, *, by_the_clock: bool = True) -> None:
        """Take up interrupted work, then new work; without the clock only what people ask for."""
        settings, jobs = self.parts.settings, self._jobs()
        name = executor_id(settings)
        if not settings.on_one_machine:
            self._reaper = Reaper(
                Roll(self.parts.db), self.queue, name, heartbeat=self._heartbeat, ending=self._ending
            )
            self._reaper.start()
        self._engine = Engine(
            url=settings.jobs_url,
            executor_id=name,
            jobs=jobs,
            on_broken=self._broken,
            ending=self._ending,
        )
        self._engine.launch()
        self.clock.start(jobs if by_the_clock else ())

    def _jobs(self) -> Mapping[str, Job]:
        parts = self.parts
        scans = Scans(
            parts.db,
            organisations=parts.organisations,
            xero=self.xero,
            schedules=self.schedules,
            books=parts.books,
            copies_kept=where_copies_are(parts.settings),
            key_holder=KEY_HOLDER,
            now=parts.now,
        )
        house = Housekeeping(
            parts.db,
            posts=self.posts,
            consents=self.consents,
            losses=self._losses,
            exports=self.exports,
            queue=self.queue,
            now=parts.now,
        )
        scheduled = Scheduled(
            organisations=parts.organisations,
            backups=self.backups,
            slots=self.slots,
            soundness=Soundness(parts.db, books=parts.books, audit=parts.audit),
            posts=self.posts,
        )
        return register_jobs(
            export=self._export_job,
            backup=self._backup_job,
            scan=ScanJob(organisations=parts.organisations, scans=scans, posts=self.posts),
            digest=self._digest_job,
            house=house,
            scheduled=scheduled,
            retention=RetentionJob(
                organisations=parts.organisations, pruning=pruning_of(parts), queue=self.queue
            ),
        )

    def stop(self) -> None:
        """Stop the clock, let running work settle for a few seconds, let go of everything."""
        self._ending.set()
        self.aside.stop()
        self.clock.stop()
        if self._engine is not None:
            self._engine.stop()
        if self._reaper is not None:
            self._reaper.stop()
        self.queue.close()

    def desk(self, connections: Connections, access: Access) -> Desk:
        """Put together what Slack's handlers ask."""
        parts = self.parts
        return Desk(
            db=parts.db,
            access=access,
            aside=self.aside,
            audit=parts.audit,
            backups=self.backups,
            connections=connections,
            differences=Comparing(books=parts.books, runs=parts.runs),
            exports=self.exports,
            digests=self.digests,
            findings=self.findings,
            growth=self.growth,
            homes=self.homes,
            organisations=parts.organisations,
            posts=self.posts,
            questions=self._questions(access),
            schedules=self.schedules,
            searching=Searching(books=parts.books, ending=self.aside.ending),
            settings=self.settings,
            standings=self.standings,
            slack=self.slack,
            workspaces=parts.workspaces,
            now=parts.now,
            forget_installation=self._forget_installation,
        )

    def _questions(self, access: Access) -> Questions:
        parts = self.parts
        house = House(
            parts.db,
            access=access,
            books=parts.books,
            growth=self.growth,
            settings=self.settings,
            standings=self.standings,
            copies_kept=where_copies_are(parts.settings),
            key_holder=KEY_HOLDER,
        )
        return Questions(access=access, house=house, talks=Talks(parts.db, now=parts.now))

    def connections(self, access: Access) -> Connections:
        """Put together what links organisations."""
        parts = self.parts
        return Connections(
            parts.db,
            access=access,
            audit=parts.audit,
            consents=self.consents,
            xero=self.xero,
            books=parts.books,
            posts=self.posts,
            schedules=self.schedules,
            queue=self.queue,
            public_url=parts.settings.public_url,
            extra_scopes=parts.settings.xero_extra_scopes.split(),
            now=parts.now,
        )

    def _broken(self, kind: str, args: Mapping[str, Any], error: Any) -> None:
        if kind == "backup":
            self._backup_job.broken(args, error)
        elif kind == EXPORT:
            self._export_job.broken(args, error)
        elif kind == "digest":
            self._digest_job.broken(args, error)

    def _forget_installation(self, enterprise_id: str, team_id: str) -> None:
        self.parts.installations.delete_all(enterprise_id=enterprise_id or None, team_id=team_id or None)
