"""Gather what answers rest on, for many organisations at once: the last good backup's counts and gaps.

Read from the database; the copies themselves are opened only where the database, made anew, knows of none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.backup.gaps import no_access
from bot.backup.judging import is_beside
from bot.catalogue import RESOURCES
from bot.db.engine import Database
from bot.db.tables import RunRow
from bot.domain.backup import Gap, OutcomeStatus
from bot.domain.organisation import Organisation
from bot.services.books import Books
from bot.services.coverage import Evidence
from bot.services.running import outlines
from bot.services.running.runs import BACKUP
from bot.services.running.summaries import counts_of, results_of
from bot.services.settings import extras_of


def gathered(db: Database, books: Books, organisations: Sequence[Organisation]) -> dict[str, Evidence]:
    """Give the evidence of each organisation by its id; raises StoreUnavailable, Damaged."""
    ids = [one.id for one in organisations]
    with db.reading() as session:
        good = outlines.newest(session, ids, good=True)
        read = _read(session, [one.run_id for one in good.values()])
        extras = extras_of(session, ids)
    found = {
        key: Evidence(
            counts=read[outline.run_id].counts,
            closed=read[outline.run_id].closed,
            gaps=_gaps(outline.gaps, read[outline.run_id].closed),
            fills={one.resource: one for one in outline.fills},
            limits=outline.limits,
            as_of=outline.finished_at,
            snapshot_number=outline.snapshot_number,
        )
        for key, outline in good.items()
        if outline.run_id in read
    }
    known = {one.id: found.get(one.id) or _from_books(books, one) for one in organisations}
    return {key: replace(one, extras=extras.get(key, one.extras)) for key, one in known.items()}


@dataclass(frozen=True, slots=True)
class _Read:
    """What a backup read of each kind; `closed` are those that Xero opens to nobody here."""

    counts: Mapping[str, int | None]
    closed: frozenset[str]


def _read(session: Session, run_ids: Sequence[str]) -> dict[str, _Read]:
    """Give what summaries tell of each kind; the rest of them is not made into values."""
    rows = session.execute(
        select(RunRow.id, RunRow.summary).where(RunRow.id.in_(run_ids), RunRow.kind == BACKUP)
    )
    return {run_id: _of_outcomes((summary or {}).get("outcomes", ())) for run_id, summary in rows}


def _of_outcomes(outcomes: Iterable[Mapping[str, Any]]) -> _Read:
    told = list(outcomes)
    return _Read(
        {one["resource"]: one.get("count", 0) for one in told},
        _closed((one["resource"], one.get("status")) for one in told),
    )


def _closed(statuses: Iterable[tuple[str, str | None]]) -> frozenset[str]:
    """Name the APIs beside the books that are closed here; of the books, what is absent is retired."""
    return frozenset(
        key
        for key, status in statuses
        if status == OutcomeStatus.ABSENT and key in RESOURCES and is_beside(RESOURCES[key])
    )


def _gaps(told: Iterable[Gap], closed: Iterable[str]) -> dict[str, Gap]:
    """Give the gaps by their kind; that something is closed is said once, and holds on."""
    return {key: no_access(RESOURCES[key]) for key in sorted(closed)} | {one.resource: one for one in told}


def _from_books(books: Books, organisation: Organisation) -> Evidence:
    """Look into the copies themselves."""
    snapshots = books.of(organisation).snapshots()
    if not snapshots:
        return Evidence()
    last = snapshots[-1]
    results = results_of(last).values()
    closed = _closed((one.resource, one.status) for result in results for one in result.outcomes)
    return Evidence(
        counts=counts_of(last),
        closed=closed,
        gaps=_gaps((gap for result in results for gap in result.gaps), closed),
        fills={one.resource: one for result in results for one in result.fills},
        as_of=last.taken_at,
        snapshot_number=last.number,
    )
