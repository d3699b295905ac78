"""Before every decision on a restore: is it theirs to see, does it still stand so, and who decided if not.

Whoever is turned away gets one sentence, and the audit log gets a row. Changes no restore.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.domain.names import Actor
from bot.domain.restore import Restore, RestoreState
from bot.errors import NotHere, Refused, UnknownOrganisation, UnknownRestore
from bot.services.access import Access
from bot.services.audit import Audit
from bot.services.organisations import Organisations
from bot.services.restoring.restores import Restores
from bot.views.words import capital, plain_name, series, when_plain

NO_PLAN = "The plan is not made yet; the message will say when it is."
_SOMEBODY = "somebody"


class Gate:
    """Lets people through to the restores they may see, as long as these still stand as they think."""

    def __init__(
        self,
        db: Database,
        *,
        access: Access,
        audit: Audit,
        organisations: Organisations,
        restores: Restores,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._access, self._audit = db, access, audit
        self._organisations, self._restores, self._now = organisations, restores, now

    def seen(self, actor: Actor, restore_id: str, action: str, doing: str) -> Restore:
        """Load a restore for somebody of the workspace who may see its source where they are.

        Raises UnknownRestore, NotHere, NotAllowed, SlackUnavailable.
        """
        try:
            restore = self._restores.get(restore_id)
            source = self._organisations.get(restore.source_id)
        except (UnknownRestore, UnknownOrganisation):
            self._audit.refusal(actor, action, "no such restore")
            raise UnknownRestore("I know no restore of that id.") from None
        if restore.workspace_id != actor.workspace_id:
            self._audit.refusal(actor, action, "of another workspace")
            raise NotHere
        self._access.require_seen(actor, source, action=action)
        self._access.require_insider(actor, doing, action=action, organisation_id=restore.target_id)
        return restore

    def require(self, actor: Actor, restore: Restore, action: str, states: Collection[RestoreState]) -> None:
        """Let pass what is in one of the states, and in time; else say who decided, and when."""
        if self.is_late(restore) or restore.state not in states:
            raise self.refused(actor, restore, action, self.stands(actor, restore))

    def is_late(self, restore: Restore) -> bool:
        """Say whether the time to decide is over, though the clock may not have closed the request yet."""
        return restore.state.is_open and restore.expires_at <= self._now()

    def refused(self, actor: Actor, restore: Restore, action: str, sentence: str) -> Refused:
        """Write a refusal down; gives the error to raise."""
        self.turned_away(actor, restore, action, sentence)
        return Refused(sentence)

    def turned_away(self, actor: Actor, restore: Restore, action: str, sentence: str) -> None:
        """Write a refusal down."""
        with self._db.session() as session:
            self.note(session, actor, restore, action, outcome="refused", why=sentence)

    def if_known(self, restore_id: str, do: Callable[[str], object]) -> None:
        """Do something for a restore that there is; an id that nobody knows is passed over."""
        with suppress(UnknownRestore):
            do(self._restores.get(restore_id).id)

    def note(
        self,
        session: Session,
        actor: Actor | None,
        restore: Restore,
        action: str,
        *,
        outcome: str = "done",
        **more: Any,
    ) -> None:
        """Write a decision down in the present unit of work."""
        where = {"channel": actor.channel_id} if actor and actor.channel_id else {}
        detail: Mapping[str, Any] = {"restore": restore.id, "plan": restore.fingerprint, **where, **more}
        self._audit.note(
            session,
            actor,
            action,
            outcome,
            workspace_id=restore.workspace_id,
            organisation_id=restore.target_id,
            detail=detail,
        )

    def stands(self, actor: Actor, restore: Restore) -> str:
        """Say in a sentence how a restore stands, and who decided when."""
        state = restore.state
        if self.is_late(restore) or state is RestoreState.EXPIRED:
            return f"This request expired on {when_plain(restore.expires_at)}. Please ask again."
        if state is RestoreState.PLANNING:
            return NO_PLAN
        if state is RestoreState.WAITING:
            return self._waits(actor, restore)
        if state in {RestoreState.REFUSED, RestoreState.VOIDED}:
            what = "No plan could be offered" if state is RestoreState.REFUSED else "This request is void"
            return f"{what} since {when_plain(restore.state_since)}: {restore.ending} Please ask again."
        if state in {RestoreState.DECLINED, RestoreState.WITHDRAWN}:
            return f"{self._closed_by(actor, restore)} on {when_plain(restore.state_since)}."
        return f"{self._approved_by(actor, restore)} {_SINCE[state]}"

    def _waits(self, actor: Actor, restore: Restore) -> str:
        mine = next((one for one in restore.approvals if one.user_id == actor.user_id), None)
        missing = restore.needed - len(restore.approvals)
        if mine is None:
            return "This restore waits for approval."
        more = "one more approval is" if missing == 1 else f"{missing} more approvals are"
        return f"You approved this restore on {when_plain(mine.at)}; {more} needed."

    def _closed_by(self, actor: Actor, restore: Restore) -> str:
        if restore.state is RestoreState.WITHDRAWN:
            return f"{capital(self._name(actor, restore.requested_by))} withdrew this request"
        said_no = next((one.user_id for one in restore.decisions if not one.approved), "")
        return f"{capital(self._name(actor, said_no))} declined this restore"

    def _approved_by(self, actor: Actor, restore: Restore) -> str:
        if not restore.approvals:
            return "This restore was approved."
        # "You and Ann", as people say it.
        users = sorted((one.user_id for one in restore.approvals), key=lambda one: one != actor.user_id)
        who = capital(series([self._name(actor, one) for one in users]))
        return f"{who} approved this restore on {when_plain(restore.approvals[-1].at)}."

    def _name(self, actor: Actor, user_id: str) -> str:
        if user_id == actor.user_id:
            return "you"
        found = self._access.name_of(actor, user_id)
        return plain_name(found, 40) if found else _SOMEBODY


_SINCE = {
    RestoreState.APPROVED: "It begins as soon as the target is free.",
    RestoreState.RUNNING: "It is running.",
    RestoreState.PARKED: "It waits for tomorrow's calls to Xero and goes on by itself.",
    RestoreState.STOPPED: "It is stopped at the moment.",
    RestoreState.FAILED: "It stopped with an error.",
    RestoreState.DONE: "It has ended.",
    RestoreState.DIFFERENT: "It has ended.",
    RestoreState.UNPROVEN: "It has ended.",
}
