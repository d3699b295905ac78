"""Build the use cases that both handlers and jobs ask. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

from bot.app.reach import Reach
from bot.parts import Parts, pruning_of
from bot.services.access import Access
from bot.services.backups import Backups
from bot.services.digests import Digests
from bot.services.homes import Homes
from bot.services.looking.aside import Aside
from bot.services.looking.exports import Exports
from bot.services.looking.findings import Findings
from bot.services.looking.growth import Growth
from bot.services.looking.pruning import Pruning
from bot.services.settings import SettingsStore
from bot.services.standings import Standings
from bot.services.timing.schedules import Schedules
from bot.services.timing.slots import Slots
from bot.views.message import Message

EXPORTS = "exports"  # below DATA_DIR; files in it are not encrypted, and short-lived


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """One of each."""

    access: Access
    aside: Aside[Message]
    backups: Backups
    digests: Digests
    exports: Exports
    findings: Findings
    growth: Growth
    homes: Homes
    pruning: Pruning
    schedules: Schedules
    settings: SettingsStore
    slots: Slots
    standings: Standings


def build_services(parts: Parts, reach: Reach) -> Services:
    """Put them together."""
    db, now = parts.db, parts.now
    settings = SettingsStore(db, audit=parts.audit, now=now)
    schedules = Schedules(db, settings=settings, organisations=parts.organisations, now=now)
    standings = Standings(db, schedules=schedules, now=now)
    growth = Growth(db, now=now)
    return Services(
        access=Access(reach.slack, settings=settings, organisations=parts.organisations, audit=parts.audit),
        aside=Aside(),
        backups=_backups(parts, reach),
        digests=Digests(
            db,
            organisations=parts.organisations,
            standings=standings,
            schedules=schedules,
            settings=settings,
            growth=growth,
            queue=reach.queue,
            now=now,
        ),
        exports=_exports(parts, reach),
        findings=Findings(db, organisations=parts.organisations, runs=parts.runs, books=parts.books, now=now),
        growth=growth,
        homes=Homes(db),
        pruning=pruning_of(parts),
        schedules=schedules,
        settings=settings,
        slots=Slots(db, now=now),
        standings=standings,
    )


def _backups(parts: Parts, reach: Reach) -> Backups:
    return Backups(
        parts.db,
        organisations=parts.organisations,
        runs=parts.runs,
        books=parts.books,
        queue=reach.queue,
        audit=parts.audit,
        now=parts.now,
    )


def _exports(parts: Parts, reach: Reach) -> Exports:
    return Exports(
        parts.db,
        organisations=parts.organisations,
        books=parts.books,
        queue=reach.queue,
        audit=parts.audit,
        folder=parts.settings.data_dir / EXPORTS,
        public_url=parts.settings.public_url,
        now=parts.now,
    )
