"""The few facts of a finished run that lists, Home and the digest need, read for many at once.

A whole summary is tens of kilobytes; two hundred of them are not opened to draw one page.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from bot.db.tables import RunRow
from bot.domain.backup import Summary
from bot.domain.standing import Finding, Outline
from bot.services.running.runs import BACKUP


def outline_of(summary: Summary, findings: tuple[Finding, ...] = ()) -> Outline:
    """Cut a summary down; it must be one of a finished run."""
    run, outcomes = summary.run, summary.outcomes
    if run.finished_at is None:
        raise ValueError("only a finished run has an outline")
    return Outline(
        run_id=run.id,
        state=run.state,
        verdict=summary.verdict,
        finished_at=run.finished_at,
        snapshot_id=summary.snapshot_id,
        snapshot_number=summary.snapshot_number,
        records=sum(one.records for one in outcomes),
        new=0 if summary.first else sum(one.new for one in outcomes),
        changed=sum(one.changed for one in outcomes),
        voided=sum(one.voided for one in outcomes),
        gone=sum(one.gone for one in outcomes),
        gaps=summary.gaps,
        fills=summary.fills,
        limits=summary.limits,
        findings=findings,
        failure=summary.failure,
        first=summary.first,
    )


def as_json(outline: Outline) -> dict[str, Any]:
    """Turn an outline into what the row stores."""
    found: dict[str, Any] = msgspec.to_builtins(outline, str_keys=True)
    return found


def newest(session: Session, organisation_ids: Collection[str], *, good: bool = False) -> dict[str, Outline]:
    """Give the newest finished backup of each organisation; `good`: the newest that left a snapshot."""
    ended: list[ColumnElement[bool]] = [
        RunRow.organisation_id.in_(organisation_ids),
        RunRow.kind == BACKUP,
        RunRow.finished_at.is_not(None),
    ]
    if good:
        ended.append(RunRow.snapshot_id != "")
    last = (
        select(RunRow.organisation_id, func.max(RunRow.finished_at).label("at"))
        .where(*ended)
        .group_by(RunRow.organisation_id)
        .subquery()
    )
    # Opened only where there is nothing shorter: a run of an older version.
    summary = case((RunRow.outline.is_(None), RunRow.summary))
    wanted = (
        select(RunRow.organisation_id, RunRow.outline, summary)
        .join(last, (RunRow.organisation_id == last.c.organisation_id) & (RunRow.finished_at == last.c.at))
        .where(*ended)
    )
    found = ((key, _read(outline, summary)) for key, outline, summary in session.execute(wanted))
    return {key: outline for key, outline in found if outline is not None}


def from_row(row: RunRow) -> Outline | None:
    """Read the outline of a finished run; one of an older version is cut from its summary."""
    return _read(row.outline, None if row.outline else row.summary)


def _read(outline: dict[str, Any] | None, summary: dict[str, Any] | None) -> Outline | None:
    if outline:
        return msgspec.convert(outline, Outline)
    return outline_of(msgspec.convert(summary, Summary)) if summary else None
