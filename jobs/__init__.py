"""Inbound time and durable work: what is done, by name, when the engine or the clock calls."""

from __future__ import annotations

from collections.abc import Mapping

from jobs.backup import BackupJob
from jobs.digest import DigestJob
from jobs.engine import Job
from jobs.export import ExportJob
from jobs.housekeeping import Housekeeping
from jobs.plan_file import PlanFileJob
from jobs.prune import PRUNE, RetentionJob
from jobs.restore import RestoreJob
from jobs.scan import ScanJob
from jobs.scheduled import Scheduled


def register(
    *,
    backup: BackupJob,
    scan: ScanJob,
    export: ExportJob,
    digest: DigestJob,
    house: Housekeeping,
    scheduled: Scheduled,
    retention: RetentionJob,
    restore: RestoreJob,
    plan_file: PlanFileJob,
) -> Mapping[str, Job]:
    """Name every kind of job; the names are stored with asked-for work and must not change."""
    return {
        "backup": backup.run,
        "scan": scan.run,
        "export": export.run,
        "digest": digest.run,
        "messages": house.messages,
        "keepalive": house.keep_alive,
        "consents": house.idle_consents,
        "expiry": house.expire,
        "tidy": house.tidy,
        "slot": scheduled.backup,
        "verify": scheduled.verify,
        "retention": retention.ask,
        PRUNE: retention.run,
        "restore-plan": restore.plan,
        "restore-plan-file": plan_file.run,
        "restore": restore.run,
        "restore-prove": restore.prove,
    }
