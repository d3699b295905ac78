"""Put together what backs up: a part of the composition root, which is app.py. Decides nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable

from bot.db.allowance import Allowances
from bot.domain.backup import Run
from bot.parts import Parts
from bot.queue import Queue
from bot.services.backups import Backups
from bot.services.endings import Endings
from bot.services.execution import Execution
from bot.services.findings import Findings
from bot.services.growth import Growth
from bot.services.posts import Posts
from bot.services.xero import XeroAccess
from bot.xero.app import XeroApp
from jobs.backup import BackupJob
from jobs.losses import Losses


def backup_job(
    parts: Parts,
    *,
    xero: XeroAccess,
    queue: Queue,
    posts: Posts,
    growth: Growth,
    findings: Findings,
    losses: Losses,
    ending: threading.Event,
) -> BackupJob:
    """Build the job; its progress is told by the job itself."""
    job: list[BackupJob] = []

    def tell(run: Run) -> None:
        job[0].show_progress(run)

    execution = _execution(parts, xero, tell=tell, ending=ending)
    job.append(
        BackupJob(
            organisations=parts.organisations,
            runs=parts.runs,
            execution=execution,
            endings=_endings(parts, xero, execution, queue=queue, growth=growth),
            findings=findings,
            posts=posts,
            xero=xero,
            losses=losses,
        )
    )
    return job[0]


def _execution(
    parts: Parts, xero: XeroAccess, *, tell: Callable[[Run], None], ending: threading.Event
) -> Execution:
    return Execution(
        parts.db,
        organisations=parts.organisations,
        runs=parts.runs,
        xero=xero,
        books=parts.books,
        now=parts.now,
        tell=tell,
        ending=ending,
    )


def _endings(
    parts: Parts, xero: XeroAccess, execution: Execution, *, queue: Queue, growth: Growth
) -> Endings:
    return Endings(
        parts.db,
        organisations=parts.organisations,
        runs=parts.runs,
        books=parts.books,
        execution=execution,
        queue=queue,
        audit=parts.audit,
        growth=growth,
        calls_per_day=xero.app.calls_per_day,
        now=parts.now,
    )


def backups(parts: Parts, queue: Queue) -> Backups:
    """Build what is asked about backups."""
    return Backups(
        parts.db,
        organisations=parts.organisations,
        runs=parts.runs,
        books=parts.books,
        queue=queue,
        audit=parts.audit,
        now=parts.now,
    )


def allowances(parts: Parts, app: XeroApp) -> Allowances:
    """Build the pace at which Xero may be asked, as this Xero app allows."""
    return Allowances(
        parts.db,
        per_minute=app.calls_per_minute,
        minute_seconds=app.minute_seconds,
        per_day=app.calls_per_day,
        reserve=app.calls_per_day // 10,  # kept for restores and for people who ask
        now=parts.now,
    )
