"""End a connection, and the copies with it when a keeper asks for that. A legal hold stops the second."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from bot.db.engine import Database
from bot.db.tables import OrganisationRow
from bot.domain.names import Actor
from bot.domain.organisation import LinkState, Organisation
from bot.errors import Refused, Transient
from bot.services.access import Access
from bot.services.audit import Audit
from bot.services.books import Books
from bot.services.timing.schedules import Schedules
from bot.services.xero import XeroAccess

HELD = (
    "These copies are under a legal hold, so nothing was deleted or disconnected. "
    "Lift the hold in `/backup settings` first, or keep the copies."
)
_ACTION = "organisation.unlinked"


class Unlinking:
    """The way out, for one organisation at a time."""

    def __init__(
        self,
        db: Database,
        *,
        access: Access,
        audit: Audit,
        xero: XeroAccess,
        books: Books,
        schedules: Schedules,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._access, self._audit, self._now = db, access, audit, now
        self._xero, self._books, self._schedules = xero, books, schedules

    def unlink(self, actor: Actor, organisation: Organisation, *, delete_copies: bool) -> int:
        """End a connection at Xero and here; gives how many stored objects were deleted.

        Raises NotAllowed; Refused when copies under a legal hold should be deleted; Transient when Xero
        cannot be told (then nothing changes).
        """
        if organisation.workspace_id != actor.workspace_id:
            raise self._access.not_here(actor, _ACTION)
        self._access.require_keeper(
            actor, "disconnect an organisation", action=_ACTION, organisation_id=organisation.id
        )
        if delete_copies:
            self._require_no_hold(actor, organisation)
        self._xero.disconnect(organisation.id)
        # From here on nothing new is read, also when the copies cannot be deleted now and it is tried again.
        self._set_state(organisation.id, LinkState.DISCONNECTED)
        deleted = self._books.of(organisation).destroy() if delete_copies else 0
        self._note_end(actor, organisation, {"copies_deleted": delete_copies, "objects": deleted})
        with suppress(Transient):  # it is unlinked all the same; the clock finds it within a minute
            self._schedules.settle_organisation(organisation.id)
        return deleted

    def _require_no_hold(self, actor: Actor, organisation: Organisation) -> None:
        with self._db.reading() as session:
            held = session.get_one(OrganisationRow, organisation.id).legal_hold
        if held:
            self._audit.refusal(actor, _ACTION, "legal hold", organisation.id)
            raise Refused(HELD)

    def _set_state(self, organisation_id: str, state: LinkState) -> None:
        with self._db.session() as session:
            row = session.get_one(OrganisationRow, organisation_id)
            row.state, row.state_since = state, self._now()

    def _note_end(self, actor: Actor, organisation: Organisation, detail: dict[str, object]) -> None:
        with self._db.session() as session:
            row = session.get_one(OrganisationRow, organisation.id)
            row.state, row.state_since, row.connection_id = LinkState.UNLINKED, self._now(), None
            self._audit.note(session, actor, _ACTION, "done", organisation_id=organisation.id, detail=detail)
