"""Build what carries out restores. Decides nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from bot.app.reach import Reach
from bot.app.services import Services
from bot.parts import Parts
from bot.services.restoring.deciders import Deciders
from bot.services.restoring.drafting import Drafting
from bot.services.restoring.executing import Executing
from bot.services.restoring.expiring import Expiring
from bot.services.restoring.handing import Handing
from bot.services.restoring.plan_files import PlanFiles
from bot.services.restoring.plan_pages import PlanPages
from bot.services.restoring.planning import Planning
from bot.services.restoring.proving import Proving
from bot.services.restoring.rechecking import Rechecking
from bot.services.restoring.recovering import Recovering
from bot.services.restoring.reporting import Reporting
from bot.services.restoring.restores import Restores
from bot.services.restoring.telling import Telling
from jobs.losses import Losses
from jobs.plan_file import PlanFileJob
from jobs.restore import RestoreJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """The jobs, and what the clock asks of restores."""

    job: RestoreJob
    plan_file: PlanFileJob
    recovering: Recovering
    expire: Callable[[], int]


def build_restoring(
    parts: Parts, reach: Reach, services: Services, *, losses: Losses, ending: threading.Event
) -> Restoring:
    """Put it together; `ending` is set when this process is about to end."""
    restores, pages = Restores(parts.db, parts.ring, parts.now), PlanPages(parts.db, parts.ring)
    planning = Planning(organisations=parts.organisations, books=parts.books, xero=reach.xero, now=parts.now)
    handing = Handing(parts.db, posts=reach.posts, files=reach.files, now=parts.now)
    proving = _proving(parts, reach, restores, planning)
    telling = Telling(
        restores=restores,
        organisations=parts.organisations,
        runs=parts.runs,
        settings=services.settings,
        posts=reach.posts,
    )
    job = RestoreJob(
        restores=restores,
        drafting=Drafting(restores=restores, planning=planning, pages=pages),
        executing=_executing(parts, reach, services, restores, planning=planning, ending=ending),
        proving=proving,
        report=_reporting(parts, restores, planning, handing).hand_over,
        telling=telling,
        xero=reach.xero,
        losses=losses,
    )
    recovering = Recovering(
        restores=restores,
        organisations=parts.organisations,
        proving=proving,
        queue=reach.queue,
        now=parts.now,
    )
    expiring = Expiring(parts.db, restores=restores, audit=parts.audit, now=parts.now)

    def expire() -> int:
        pages.drop_old()
        return sum(telling.tell(one.id) is not None for one in expiring.expire())

    plan_file = PlanFileJob(PlanFiles(restores=restores, pages=pages, handing=handing))
    return Restoring(job=job, plan_file=plan_file, recovering=recovering, expire=expire)


def _proving(parts: Parts, reach: Reach, restores: Restores, planning: Planning) -> Proving:
    return Proving(
        parts.db,
        restores=restores,
        planning=planning,
        ring=parts.ring,
        organisations=parts.organisations,
        books=parts.books,
        xero=reach.xero,
        now=parts.now,
    )


def _reporting(parts: Parts, restores: Restores, planning: Planning, handing: Handing) -> Reporting:
    return Reporting(
        parts.db,
        restores=restores,
        planning=planning,
        ring=parts.ring,
        handing=handing,
        now=parts.now,
    )


def _rechecking(parts: Parts, services: Services, restores: Restores) -> Rechecking:
    deciders = Deciders(
        parts.db,
        access=services.access,
        audit=parts.audit,
        allow_self=parts.settings.allow_self_approval,
    )
    return Rechecking(
        parts.db,
        access=services.access,
        audit=parts.audit,
        deciders=deciders,
        restores=restores,
        workspaces=parts.workspaces,
        now=parts.now,
    )


def _executing(
    parts: Parts,
    reach: Reach,
    services: Services,
    restores: Restores,
    *,
    planning: Planning,
    ending: threading.Event,
) -> Executing:
    return Executing(
        parts.db,
        restores=restores,
        planning=planning,
        rechecking=_rechecking(parts, services, restores),
        ring=parts.ring,
        organisations=parts.organisations,
        runs=parts.runs,
        backups=services.backups,
        xero=reach.xero,
        queue=reach.queue,
        now=parts.now,
        ending=ending,
    )
