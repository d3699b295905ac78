"""Build what is done later: every kind of job, and who ends one that broke. Decides nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.app.reach import Reach
from bot.app.restoring import Restoring, build_restoring
from bot.app.services import Services
from bot.domain.backup import Run
from bot.domain.settings import Extra
from bot.errors import LedgerkeepError
from bot.parts import KEY_HOLDER, Parts, where_copies_are
from bot.services.looking.exports import EXPORT
from bot.services.restoring.executing import PROVE
from bot.services.restoring.plan_asking import PLAN_FILE
from bot.services.restoring.requesting import PLAN
from bot.services.restoring.steering import RESTORE
from bot.services.running.endings import Endings
from bot.services.running.execution import Execution, Tell
from bot.services.running.filling import Filling
from bot.services.running.scans import Scans
from bot.services.timing.soundness import Soundness
from jobs import register
from jobs.backup import BackupJob
from jobs.digest import DigestJob
from jobs.engine import Job
from jobs.export import ExportJob
from jobs.housekeeping import Housekeeping
from jobs.losses import Losses
from jobs.plan_file import PlanFileJob
from jobs.prune import RetentionJob
from jobs.restore import RestoreJob
from jobs.scan import ScanJob
from jobs.scheduled import Scheduled

Speaker = BackupJob | DigestJob | ExportJob | PlanFileJob | RestoreJob


@dataclass(frozen=True, slots=True)
class Work:
    """Every kind of job by its name, and those that have something to say when they broke."""

    jobs: Mapping[str, Job]
    speakers: Mapping[str, Speaker]
    recover: tuple[Callable[[], int], ...]  # what the clock asks again for, beside backups

    def broken(self, kind: str, args: Mapping[str, Any], error: LedgerkeepError | None) -> None:
        """Let a job that broke end its story."""
        if kind in self.speakers:
            self.speakers[kind].broken(args, error)


def build_work(parts: Parts, reach: Reach, services: Services, ending: threading.Event) -> Work:
    """Put the jobs together; `ending` is set when this process is about to end."""
    losses = Losses(organisations=parts.organisations, runs=parts.runs, xero=reach.xero, posts=reach.posts)
    backup = _backup(parts, reach, services, losses=losses, ending=ending)
    digest = DigestJob(services.digests, posts=reach.posts, files=reach.files, queue=reach.queue)
    export = ExportJob(
        exports=services.exports,
        organisations=parts.organisations,
        slack=reach.slack,
        files=reach.files,
        posts=reach.posts,
    )
    restoring = build_restoring(parts, reach, services, losses=losses, ending=ending)
    jobs = register(
        backup=backup,
        digest=digest,
        export=export,
        scan=_scan(parts, reach, services),
        house=_house(parts, reach, services, losses, restoring),
        restore=restoring.job,
        plan_file=restoring.plan_file,
        scheduled=_scheduled(parts, reach, services),
        retention=RetentionJob(
            organisations=parts.organisations, pruning=services.pruning, queue=reach.queue
        ),
    )
    speakers: dict[str, Speaker]
    speakers = {"backup": backup, "digest": digest, EXPORT: export, PLAN_FILE: restoring.plan_file}
    speakers |= dict.fromkeys((PLAN, RESTORE, PROVE), restoring.job)
    return Work(jobs, speakers, (restoring.recovering.recover,))


def _backup(
    parts: Parts, reach: Reach, services: Services, *, losses: Losses, ending: threading.Event
) -> BackupJob:
    job: list[BackupJob] = []

    def tell(run: Run) -> None:
        job[0].show_progress(run)

    def extras(organisation_id: str) -> frozenset[Extra]:
        return services.settings.organisation(organisation_id).extras

    filling = _filling(parts, reach, extras, tell=tell, ending=ending)
    execution = Execution(
        parts.db,
        organisations=parts.organisations,
        runs=parts.runs,
        xero=reach.xero,
        books=parts.books,
        now=parts.now,
        tell=tell,
        ending=ending,
        extras=extras,
        watch=filling.watch,
    )
    job.append(
        BackupJob(
            organisations=parts.organisations,
            runs=parts.runs,
            execution=execution,
            endings=_endings(parts, reach, services, execution),
            findings=services.findings,
            posts=reach.posts,
            xero=reach.xero,
            losses=losses,
            filling=filling,
        )
    )
    return job[0]


def _filling(
    parts: Parts,
    reach: Reach,
    extras: Callable[[str], frozenset[Extra]],
    *,
    tell: Tell,
    ending: threading.Event,
) -> Filling:
    return Filling(
        organisations=parts.organisations,
        runs=parts.runs,
        xero=reach.xero,
        books=parts.books,
        extras=extras,
        now=parts.now,
        tell=tell,
        ending=ending,
    )


def _endings(parts: Parts, reach: Reach, services: Services, execution: Execution) -> Endings:
    return Endings(
        parts.db,
        organisations=parts.organisations,
        runs=parts.runs,
        books=parts.books,
        execution=execution,
        queue=reach.queue,
        audit=parts.audit,
        growth=services.growth,
        calls_a_day=reach.xero.calls_a_day,
        now=parts.now,
    )


def _scan(parts: Parts, reach: Reach, services: Services) -> ScanJob:
    scans = Scans(
        parts.db,
        organisations=parts.organisations,
        xero=reach.xero,
        schedules=services.schedules,
        books=parts.books,
        copies_kept=where_copies_are(parts.settings),
        key_holder=KEY_HOLDER,
        now=parts.now,
        extras=lambda organisation_id: services.settings.organisation(organisation_id).extras,
    )
    return ScanJob(organisations=parts.organisations, scans=scans, posts=reach.posts)


def _house(
    parts: Parts, reach: Reach, services: Services, losses: Losses, restoring: Restoring
) -> Housekeeping:
    return Housekeeping(
        parts.db,
        posts=reach.posts,
        consents=reach.consents,
        losses=losses,
        exports=services.exports,
        expire=restoring.expire,
        queue=reach.queue,
        now=parts.now,
    )


def _scheduled(parts: Parts, reach: Reach, services: Services) -> Scheduled:
    return Scheduled(
        organisations=parts.organisations,
        backups=services.backups,
        slots=services.slots,
        soundness=Soundness(parts.db, books=parts.books, audit=parts.audit),
        posts=reach.posts,
    )
