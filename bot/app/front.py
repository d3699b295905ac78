"""Build what people in Slack ask: the desk, the questions, the connections. Decides nothing."""

from __future__ import annotations

from bot.app.front_restores import build_permitting, build_restore_desk
from bot.app.reach import Reach
from bot.app.services import Services
from bot.parts import KEY_HOLDER, Parts, where_copies_are
from bot.services.access import Access
from bot.services.asking.house import House
from bot.services.asking.questions import Questions
from bot.services.asking.talks import Talks
from bot.services.connections import Connections
from bot.services.desk import Desk
from bot.services.looking.differences import Comparing
from bot.services.looking.searching import Searching
from bot.services.restoring.beside import BesideBooks
from bot.services.restoring.restores import Restores
from bot.services.unlinking import Unlinking


def build_desk(
    parts: Parts, reach: Reach, services: Services, *, connections: Connections, access: Access
) -> Desk:
    """Put together what Slack's handlers ask."""

    def forget_installation(enterprise_id: str, team_id: str) -> None:
        parts.installations.delete_all(enterprise_id=enterprise_id or None, team_id=team_id or None)

    return Desk(
        db=parts.db,
        fill_calls=parts.settings.xero_fill_calls,
        access=access,
        aside=services.aside,
        audit=parts.audit,
        backups=services.backups,
        connections=connections,
        differences=Comparing(books=parts.books, runs=parts.runs),
        exports=services.exports,
        digests=services.digests,
        findings=services.findings,
        growth=services.growth,
        homes=services.homes,
        organisations=parts.organisations,
        posts=reach.posts,
        pruning=services.pruning,
        questions=_questions(parts, services, access),
        restoring=build_restore_desk(parts, reach, services, access),
        schedules=services.schedules,
        searching=Searching(books=parts.books, ending=services.aside.ending),
        settings=services.settings,
        standings=services.standings,
        unlinking=_unlinking(parts, reach, services, access),
        slack=reach.slack,
        workspaces=parts.workspaces,
        now=parts.now,
        forget_installation=forget_installation,
    )


def build_connections(parts: Parts, reach: Reach, services: Services, access: Access) -> Connections:
    """Put together what links organisations."""
    return Connections(
        parts.db,
        access=access,
        audit=parts.audit,
        consents=reach.consents,
        xero=reach.xero,
        posts=reach.posts,
        schedules=services.schedules,
        queue=reach.queue,
        public_url=parts.settings.public_url,
        extra_scopes=parts.settings.xero_extra_scopes.split(),
        permitting=build_permitting(parts, reach, services, access),
        beside_books=BesideBooks(
            restores=Restores(parts.db, parts.ring, parts.now),
            organisations=parts.organisations,
            books=parts.books,
        ),
        settings=services.settings,
        now=parts.now,
    )


def _unlinking(parts: Parts, reach: Reach, services: Services, access: Access) -> Unlinking:
    return Unlinking(
        parts.db,
        access=access,
        audit=parts.audit,
        xero=reach.xero,
        books=parts.books,
        schedules=services.schedules,
        now=parts.now,
    )


def _questions(parts: Parts, services: Services, access: Access) -> Questions:
    house = House(
        parts.db,
        access=access,
        books=parts.books,
        growth=services.growth,
        settings=services.settings,
        standings=services.standings,
        copies_kept=where_copies_are(parts.settings),
        key_holder=KEY_HOLDER,
        allow_self=parts.settings.allow_self_approval,
    )
    return Questions(access=access, house=house, talks=Talks(parts.db, now=parts.now))
