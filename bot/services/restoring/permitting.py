"""Take a consent at Xero that lets restores write to one organisation. Writes nothing there itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from bot.catalogue import backup_scopes, restore_scopes
from bot.db.engine import Database
from bot.db.tables import OrganisationRow
from bot.domain.names import Actor
from bot.domain.organisation import LinkState, Organisation
from bot.errors import LinkProblem, LinkRefused, Transient
from bot.services.audit import Audit
from bot.services.consents import Consents
from bot.services.organisations import as_organisation
from bot.services.xero import XeroAccess
from bot.xero.oauth import TokenSet

PERMITTED = "organisation.permitted"  # in the audit log
NOT_LINKED = "The organisation that this link was for is no longer linked, so nothing was permitted."
NOT_THAT_ONE = (
    "In Xero another organisation was chosen than the one that the restore is to write to, so nothing was "
    "permitted. Ask for a new link in Slack and choose that one."
)
NOT_TO_WRITE = "Xero did not give all the permissions that a restore needs, so nothing was permitted."


class Permitting:
    """Turns consents into permissions; `go_on` is told of each organisation that may be written to now."""

    def __init__(
        self,
        db: Database,
        *,
        audit: Audit,
        consents: Consents,
        xero: XeroAccess,
        go_on: Callable[[str], object],
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._audit, self._consents, self._xero = db, audit, consents, xero
        self._go_on, self._now = go_on, now

    def permit(self, actor: Actor, organisation_id: str, tokens: TokenSet) -> Organisation:
        """Let restores write to this organisation; others stay as they are. Raises LinkRefused, Transient.

        Scopes add up per Xero user, so what was asked for decides what we do, not what the token could do.
        """
        if tokens.scopes and not tokens.scopes.issuperset(restore_scopes()):
            raise LinkRefused(LinkProblem.SCOPES, NOT_TO_WRITE)
        granted = self._xero.connections(tokens.access_token, tokens.auth_event_id)
        with self._db.session() as session:
            row = session.get(OrganisationRow, organisation_id)
            if row is None or row.state == LinkState.UNLINKED or row.workspace_id != actor.workspace_id:
                raise LinkRefused(LinkProblem.NO_ORGANISATION, NOT_LINKED)
            connection = next((one for one in granted if one.tenant_id == row.tenant_id), None)
            if connection is None:
                raise LinkRefused(LinkProblem.NO_ORGANISATION, NOT_THAT_ONE)
            row.consent_id, row.connection_id = self._consents.keep(session, tokens), connection.id
            row.scopes = sorted(tokens.scopes or {*backup_scopes(), *restore_scopes()})
            row.state, row.state_since, row.told_disconnected_at = LinkState.ACTIVE, self._now(), None
            self._audit.note(
                session,
                actor,
                PERMITTED,
                "done",
                organisation_id=row.id,
                detail={"consent": row.consent_id},
                origin="browser",
            )
            organisation = as_organisation(row)
        with suppress(Transient):  # it is permitted all the same; the clock finds what waited for it
            self._go_on(organisation.id)
        return organisation
