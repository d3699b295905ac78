"""The audit log: who did what, when, from where, and how it ended. Append only.

Each row's hash covers its content and the hash before it; the head of the chain is kept apart. A changed,
removed or inserted row therefore shows. Whoever may rewrite the whole database can also rewrite the chain:
keep its head (`head`) somewhere else to guard against that. Details hold ids and counts, never amounts, names
or tokens.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.tables import AUDIT_HEAD, AuditRow, Meta
from bot.errors import Damaged

GENESIS = "0" * 64


def record(
    session: Session,
    *,
    at: datetime,
    workspace_id: str,
    actor: str,
    action: str,
    outcome: str,
    origin: str,
    detail: Mapping[str, Any] | None = None,
    organisation_id: str | None = None,
) -> AuditRow:
    """Append one entry to the log, in the caller's unit of work; others that record wait for its end."""
    count, previous = _head(session, lock=True)
    row = AuditRow(
        at=at.astimezone(UTC),
        workspace_id=workspace_id,
        organisation_id=organisation_id,
        actor=actor,
        action=action,
        outcome=outcome,
        detail=json.loads(json.dumps(dict(detail or {}))),
        origin=origin,
        previous_hash=previous,
    )
    row.hash = _hash(row)
    session.add(row)
    session.get_one(Meta, AUDIT_HEAD).value = f"{count + 1}:{row.hash}"
    session.flush()
    return row


def read(
    session: Session,
    *,
    workspace_id: str | None = None,
    organisation_id: str | None = None,
    after: int = 0,
    limit: int = 1000,
) -> list[AuditRow]:
    """List entries in the order they were made, those after number `after`."""
    query = select(AuditRow).where(AuditRow.seq > after).order_by(AuditRow.seq).limit(limit)
    if workspace_id is not None:
        query = query.where(AuditRow.workspace_id == workspace_id)
    if organisation_id is not None:
        query = query.where(AuditRow.organisation_id == organisation_id)
    return list(session.scalars(query))


def head(session: Session) -> str:
    """Give `count:hash` of the newest entry, for keeping elsewhere."""
    count, newest = _head(session, lock=False)
    return f"{count}:{newest}"


def check_chain(session: Session) -> list[str]:
    """Recompute the chain; one sentence per break, none when the log is as it was written."""
    problems: list[str] = []
    expected, count = GENESIS, 0
    for row in session.scalars(select(AuditRow).order_by(AuditRow.seq).execution_options(yield_per=500)):
        if row.previous_hash != expected:
            problems.append(f"Before entry {row.seq} something was removed or inserted.")
        if _hash(row) != row.hash:
            problems.append(f"Entry {row.seq} was changed after it was written.")
        expected, count = row.hash, count + 1
    if (count, expected) != _head(session, lock=False):
        problems.append("The end of the log is not what was written last.")
    return problems


def _head(session: Session, *, lock: bool) -> tuple[int, str]:
    """Read the head; locking it makes the writers queue up, so that the chain cannot fork."""
    query = select(Meta).where(Meta.key == AUDIT_HEAD).execution_options(populate_existing=True)
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    count, _, newest = row.value.partition(":") if row else ("", "", "")
    if not count.isdecimal() or len(newest) != len(GENESIS):
        raise Damaged("The audit log has lost its head; nothing is recorded until somebody looked.")
    return int(count), newest


def _hash(row: AuditRow) -> str:
    content = {
        "at": row.at.isoformat(),
        "workspace": row.workspace_id,
        "organisation": row.organisation_id,
        "actor": row.actor,
        "action": row.action,
        "outcome": row.outcome,
        "detail": row.detail,
        "origin": row.origin,
        "previous": row.previous_hash,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
