"""Gather what answers rest on, for many organisations at once: the last good backup's counts and gaps.

Read from the database; the copies themselves are opened only where the database, made anew, knows of none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.db.tables import RunRow
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
        counts = _counts(session, [one.run_id for one in good.values()])
        extras = extras_of(session, ids)
    found = {
        key: Evidence(
            counts=counts.get(outline.run_id, {}),
            gaps={gap.resource: gap for gap in outline.gaps},
            fills={one.resource: one for one in outline.fills},
            limits=outline.limits,
            as_of=outline.finished_at,
            snapshot_number=outline.snapshot_number,
        )
        for key, outline in good.items()
    }
    known = {one.id: found.get(one.id) or _from_books(books, one) for one in organisations}
    return {key: replace(one, extras=extras.get(key, one.extras)) for key, one in known.items()}


def _counts(session: Session, run_ids: Sequence[str]) -> dict[str, Mapping[str, int | None]]:
    """Give the counts that summaries tell; the rest of them is not made into values."""
    rows = session.execute(
        select(RunRow.id, RunRow.summary).where(RunRow.id.in_(run_ids), RunRow.kind == BACKUP)
    )
    return {run_id: _counted(summary or {}) for run_id, summary in rows}


def _counted(summary: Mapping[str, Any]) -> dict[str, int | None]:
    return {one["resource"]: one.get("count", 0) for one in summary.get("outcomes", ())}


def _from_books(books: Books, organisation: Organisation) -> Evidence:
    """Look into the copies themselves."""
    snapshots = books.of(organisation).snapshots()
    if not snapshots:
        return Evidence()
    last = snapshots[-1]
    results = results_of(last).values()
    return Evidence(
        counts=counts_of(last),
        gaps={gap.resource: gap for result in results for gap in result.gaps},
        fills={one.resource: one for result in results for one in result.fills},
        as_of=last.taken_at,
        snapshot_number=last.number,
    )
