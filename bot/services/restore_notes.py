"""Notes of restores for Home, `/backup status`, the digest. One query for any number; opens no seal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased, load_only

from bot.catalogue import restore_scopes
from bot.db.restore_tables import RestoreRow
from bot.db.tables import OrganisationRow
from bot.domain.names import OrganisationId
from bot.domain.restore import RestoreId, RestoreState, WritingProgress
from bot.domain.restore_note import HALTED_FOR, OVER, RestoreNote
from bot.domain.restore_plan import Choice
from bot.restore import selecting

_CURRENT = frozenset(one for one in RestoreState if one.is_open or one.is_at_work)
_HALTED = frozenset(one for one in RestoreState if one.may_go_on)


def current(session: Session, organisation_ids: Collection[str], now: datetime) -> tuple[RestoreNote, ...]:
    """List the restores of or into these organisations that are not over, oldest first.

    One that was stopped or failed is among them for a week, unless another one into its target came after it.
    """
    halted = RestoreRow.state.in_(_HALTED) & (RestoreRow.state_since > now - HALTED_FOR)
    found = _read(session, _between(organisation_ids), or_(RestoreRow.state.in_(_CURRENT), halted))
    newest = {one.target_id: one.id for one in found}
    return tuple(one for one in found if not one.is_halted or newest[one.target_id] == one.id)


def ended(session: Session, organisation_ids: Collection[str], since: datetime) -> tuple[RestoreNote, ...]:
    """List the restores of or into these organisations that were written and compared since then."""
    over = (RestoreRow.state.in_(OVER), RestoreRow.finished_at >= since)
    return tuple(_read(session, _between(organisation_ids), *over))


def by_organisation(notes: Iterable[RestoreNote]) -> Mapping[str, tuple[RestoreNote, ...]]:
    """Sort notes by the organisations they concern: the one that was copied and the one written to."""
    found: dict[str, tuple[RestoreNote, ...]] = {}
    for one in notes:
        for key in (one.source_id, one.target_id):
            found[key] = (*found.get(key, ()), one)
    return found


def _between(ids: Collection[str]) -> ColumnElement[bool]:
    return or_(RestoreRow.source_id.in_(ids), RestoreRow.target_id.in_(ids))


def _read(session: Session, *only: ColumnElement[bool]) -> list[RestoreNote]:
    source, target = aliased(OrganisationRow), aliased(OrganisationRow)
    wanted = (
        select(RestoreRow, source.name, target.name, target.scopes)
        .options(load_only(*_SHOWN, raiseload=True))  # plans and proofs are large, and sealed
        .join(source, source.id == RestoreRow.source_id)
        .join(target, target.id == RestoreRow.target_id)
        .where(*only)
        .order_by(RestoreRow.requested_at, RestoreRow.id)
    )
    return [_note(*row) for row in session.execute(wanted)]


def _note(row: RestoreRow, source_name: str, target_name: str, scopes: Collection[str]) -> RestoreNote:
    state, progress = RestoreState(row.state), msgspec.convert(row.progress or {}, WritingProgress)
    needed = restore_scopes(selecting.chosen(msgspec.convert(row.choice or {}, Choice)))
    return RestoreNote(
        id=RestoreId(row.id),
        state=state,
        state_since=row.state_since,
        source_id=OrganisationId(row.source_id),
        source_name=source_name,
        target_id=OrganisationId(row.target_id),
        target_name=target_name,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        expires_at=row.expires_at,
        channel_id=row.message_channel or row.channel_id,
        is_drill=row.is_drill,
        lacks_permission=state is RestoreState.PLANNING and not set(needed) <= set(scopes),
        steps_done=progress.steps_done,
        steps_total=progress.steps_total,
        resume_at=row.resume_at,
        finished_at=row.finished_at,
    )


_SHOWN = (
    RestoreRow.state,
    RestoreRow.state_since,
    RestoreRow.source_id,
    RestoreRow.target_id,
    RestoreRow.choice,
    RestoreRow.progress,
    RestoreRow.requested_by,
    RestoreRow.requested_at,
    RestoreRow.expires_at,
    RestoreRow.channel_id,
    RestoreRow.message_channel,
    RestoreRow.is_drill,
    RestoreRow.resume_at,
    RestoreRow.finished_at,
)
