"""May this restore write, and where? Asked before every write, and when people are told. Reads only."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.catalogue import restore_scopes
from bot.db.restore_tables import RestoreRow
from bot.db.tables import ACTIVE_RUN_STATES, OrganisationRow, RunRow
from bot.domain.organisation import LinkState, Organisation
from bot.domain.permission import Permission
from bot.domain.restore import RestoreState
from bot.domain.restore_plan import Choice
from bot.errors import WriteNotAllowed
from bot.restore import selecting

RESTORE = "restore"  # the kind of run that occupies the target


def writable_target(session: Session, restore_id: str) -> OrganisationRow:
    """Give the one organisation that this restore may write to now; raises WriteNotAllowed."""
    restore = session.get(RestoreRow, restore_id)
    if restore is None or restore.state != RestoreState.RUNNING:
        raise WriteNotAllowed("This restore is not being carried out at the moment.")
    source = session.get_one(OrganisationRow, restore.source_id)
    target = session.get_one(OrganisationRow, restore.target_id)
    if target.tenant_id.lower() == source.tenant_id.lower():
        raise WriteNotAllowed("A restore never writes to the organisation whose copy it is.")
    if {source.workspace_id, target.workspace_id} != {restore.workspace_id}:
        raise WriteNotAllowed("A restore stays within one workspace.")
    if target.state != LinkState.ACTIVE or target.consent_id is None:
        raise WriteNotAllowed("The target is not connected to Xero at the moment.")
    if not _is_occupied(session.get(RunRow, restore.run_id) if restore.run_id else None, target):
        raise WriteNotAllowed("This restore does not hold its target.")
    return target


def lacking(target: Organisation, choice: Choice) -> tuple[str, ...]:
    """Name the permissions that a restore needs and that nobody gave for this target yet."""
    return tuple(one for one in restore_scopes(selecting.chosen(choice)) if one not in target.scopes)


def permission(target: Organisation, choice: Choice) -> Permission:
    """Say what we may do in a target, as far as is known without asking Xero."""
    if target.state is LinkState.UNLINKED:
        return Permission.UNLINKED
    if target.state is not LinkState.ACTIVE:
        return Permission.LOST
    return Permission.TO_READ if lacking(target, choice) else Permission.TO_WRITE


def _is_occupied(run: RunRow | None, target: OrganisationRow) -> bool:
    return (
        run is not None
        and run.kind == RESTORE
        and run.organisation_id == target.id
        and run.state in ACTIVE_RUN_STATES
    )
