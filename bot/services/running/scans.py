"""The first look at an organisation that was just linked: counts, effort, what will not be covered."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime

from bot.backup.filling.budget import budget
from bot.backup.stages import opted_in
from bot.catalogue import RESOURCES, reading_now
from bot.catalogue.model import Paging, Resource, Rhythm
from bot.db.engine import Database
from bot.db.tables import OrganisationRow
from bot.domain.connection import FirstScan
from bot.domain.organisation import Organisation
from bot.domain.settings import Extra
from bot.errors import Damaged, ReadRefused, Transient
from bot.log import get_logger
from bot.services.books import Books
from bot.services.coverage import Evidence, not_covered_count, worst
from bot.services.how_read import BY_DEFAULT, exists_in
from bot.services.limits import readings
from bot.services.organisations import Organisations
from bot.services.timing.schedules import Schedules
from bot.services.xero import XeroAccess
from bot.xero.app import XeroApp
from bot.xero.calls import page_call, read_of
from bot.xero.client import XeroClient
from bot.xero.sizing import count_documents, least_calls
from bot.xero.split import split

log = get_logger(__name__)
SECONDS_PER_CALL = 0.4  # what a page takes when nothing is in the way (measured by others at 0.3 s and more)


class Scans:
    """Look at a new organisation with a handful of calls."""

    def __init__(
        self,
        db: Database,
        *,
        organisations: Organisations,
        xero: XeroAccess,
        schedules: Schedules,
        books: Books,
        copies_kept: str,
        key_holder: str,
        now: Callable[[], datetime],
        extras: Callable[[str], frozenset[Extra]] = lambda _organisation: BY_DEFAULT,
    ) -> None:
        self._db, self._organisations, self._xero, self._now = db, organisations, xero, now
        self._schedules, self._books = schedules, books
        self._copies_kept, self._key_holder, self._extras = copies_kept, key_holder, extras

    def look(self, organisation_id: str) -> dict[str, int | None]:
        """Count what the size limits are about, and what history hangs on (ten calls); remember it.

        What an earlier backup counted and this does not stays known, as where somebody reconnects.
        """
        with self._xero.client(organisation_id) as client:
            counts = count_documents(client)
            counts |= {one.key: _count(client, one) for one in _with_history() if one.key not in counts}
        with self._db.session() as session:
            row = session.get_one(OrganisationRow, organisation_id)
            counts = dict(row.counts or {}) | {key: one for key, one in counts.items() if one is not None}
            row.counts = counts
        return dict(counts)

    def describe(
        self, organisation_id: str, counts: Mapping[str, int | None], *, reconnected: bool
    ) -> FirstScan:
        """Put the first look into the value that is shown."""
        organisation = self._organisations.get(organisation_id)
        planned = self._schedules.planned([organisation])[organisation_id]
        known = {key: count or 0 for key, count in counts.items()}
        app, extras = self._xero.app, self._extras(organisation_id)
        calls = least_calls(_of_the_books(organisation, extras), known, {})
        history = sum(known.get(key, 0) for key in RESOURCES["history"].needs) * (Extra.HISTORY in extras)
        share = budget(
            per_day=app.calls_per_day, left=None, books=calls, by_hand=False, at_most=app.fill_calls
        )
        evidence = Evidence(extras=extras)
        return FirstScan(
            organisation=organisation,
            limits=readings(counts),
            calls_estimate=calls,
            seconds_estimate=waiting_seconds(calls, app),
            calls_per_day=app.calls_per_day,
            history_calls=history,
            fill_nights=share.nights(max(history, 1)),
            reads_attachments=Extra.ATTACHMENTS in extras,
            not_covered=worst(organisation, evidence),
            not_covered_total=not_covered_count(organisation, evidence),
            copies_kept=self._copies_kept,
            key_holder=self._key_holder,
            reconnected=reconnected,
            has_copies=self._has_copies(organisation, reconnected=reconnected),
            seen_at=self._now(),
            next_run_at=planned.next_at,
            zone=planned.timetable.zone,
        )

    def _has_copies(self, organisation: Organisation, *, reconnected: bool) -> bool:
        if not reconnected:
            return False
        try:
            return bool(self._books.of(organisation).snapshots())
        except (Transient, Damaged) as error:  # the message about the link does not wait for the vault
            log.info("copies_not_counted", error=type(error).__name__)
            return True


def _with_history() -> Iterator[Resource]:
    """Name the lists with history whose length one call tells."""
    for key in RESOURCES["history"].needs:
        if (read := RESOURCES[key].read) is not None and read.paging is Paging.SIZED:
            yield RESOURCES[key]


def _count(client: XeroClient, resource: Resource) -> int | None:
    """Count a list by one of its records; None where Xero refuses, or does not say."""
    call = page_call(resource, 1)
    try:
        answer = client.get(resource.area, call.path, {**call.params, "pageSize": "1"})
    except ReadRefused:
        return None
    return split(answer.body, read_of(resource).collection).item_count


def _of_the_books(organisation: Organisation, extras: Collection[Extra]) -> tuple[Resource, ...]:
    """List what the first backup reads in one go; what hangs on single records follows over nights."""
    return tuple(
        one
        for one in reading_now(opted_in(organisation.scopes, extras))
        if one.rhythm is not Rhythm.FILLED and exists_in(one, organisation.facts.country)
    )


def waiting_seconds(calls: int, app: XeroApp) -> int:
    """Say how long so many calls take, by Xero's minute limit and by its answers."""
    allowed = max(1, app.calls_per_minute - 2)
    by_limit = (math.ceil(calls / allowed) - 1) * app.minute_seconds
    by_answers = calls * SECONDS_PER_CALL / app.concurrency
    return math.ceil(by_limit + by_answers)
